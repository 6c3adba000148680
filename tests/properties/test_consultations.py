"""What must hold of every consultation: nothing is offered that a block or a gap forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekbom.consultation import Consultation, consult
from ekbom.interop.patient_files import example_names, example_patient
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.overrides import Override
from ekbom.patient.patient import (
    ConditionFact,
    Draw,
    GivenAnswer,
    LabResult,
    MedicationUse,
    Patient,
    Person,
    Pregnancy,
    Weight,
)
from ekbom.report.consultation.as_json import as_json
from ekbom.report.consultation.shown import ShownConsultation

DAY = date(2026, 5, 20)
# A concentration (mg/L) is a result, not a dose.
DOSE = re.compile(r"\d\s*(?:mg|µg|μg|mcg|ug|milligrams?)\b(?!\s*/)", re.IGNORECASE)
DRAWN = DAY - timedelta(days=10)
FIRST_FOUR = ("urge-to-move-legs", "worse-at-rest", "relief-by-movement", "worse-evening-night")
# Of every question what a patient has who may be offered most, and what else may be on record.
USUAL: Mapping[str, str | float] = {
    **dict.fromkeys(FIRST_FOUR, "yes"),
    "solely-another-condition": "no",
    "symptom-days-per-week": 5,
    "distress-or-impairment": "yes",
    "medication-list-complete": "yes",
    "pregnant": "no",
    "breastfeeding": "no",
    "osa-screened": "yes",
    "osa-treated": "no",
    "loud-snoring": "no",
    "witnessed-apneas": "no",
    "refractory": "yes",
    "alpha-2-delta-unsuitable": "no",
    "dopamine-agonist-by-shared-decision": "yes",
    "bleeding-tendency": "no",
    "implanted-electronic-device": "no",
    "leg-skin-damaged": "no",
    "sulfite-allergy": "no",
}
OTHERWISE: Mapping[str, tuple[str | float, ...]] = {
    question: (1, 3) if isinstance(value, (int, float)) else ("yes", "no", "unknown")
    for question, value in USUAL.items()
}
DRUGS = (
    "pramipexole",
    "ropinirole",
    "gabapentin",
    "pregabalin",
    "clonazepam",
    "oxycodone",
    "sertraline",
    "haloperidol",
    "ferrous-sulfate",
    "cabergoline",
    "no-such-drug",
)
CONDITIONS = (
    "obstructive-sleep-apnea",
    "kidney-failure",
    "dialysis",
    "hemochromatosis",
    "chronic-obstructive-pulmonary-disease",
    "depression",
    "substance-use-disorder",
    "active-infection",
)
LABS = {
    "ferritin": ("ug/L", (8.0, 60.0, 75.0, 90.0, 150.0, 350.0)),
    "transferrin-saturation": ("%", (9.0, 19.9, 25.0, 44.9, 45.0, 60.0)),
    "creatinine": ("umol/L", (60.0, 120.0, 300.0, 700.0)),
    "crp": ("mg/L", (1.0, 40.0)),
    "hemoglobin": ("g/dL", (9.0, 13.5)),
}


def mostly(usual: object, others: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """The usual value about seven times in eight."""
    return st.integers(0, 7).flatmap(lambda k: others if k == 0 else st.just(usual))


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    answers = {
        question: draw(mostly(value, st.sampled_from((*OTHERWISE[question], None))))
        for question, value in USUAL.items()
    }
    labs = {
        analyte: draw(mostly(values[1], st.sampled_from((*values, None))))
        for analyte, (_, values) in LABS.items()
    }
    born = draw(mostly("1974-03-02", st.sampled_from(("2016-01-01", "1940-06-01", "1998", "2008"))))
    sex = draw(st.sampled_from(("female", "male", None)))
    taken = draw(st.lists(st.sampled_from(DRUGS), max_size=2, unique=True))
    present = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))
    return Patient(
        "made-up",
        Person(PartialDate.parse(str(born)) or PartialDate(DAY, DAY), sex),
        answers=tuple(GivenAnswer(q, v, DAY) for q, v in answers.items() if v is not None),
        draws=(Draw(DRAWN, dict(results(labs))),),
        medications=tuple(MedicationUse(d, known=d != "no-such-drug") for d in taken),
        conditions=tuple(
            ConditionFact(c, draw(st.booleans()), PartialDate(DRAWN, DRAWN)) for c in present
        ),
        pregnancies=draw(
            mostly((), st.sampled_from(((), (Pregnancy(DAY - timedelta(days=120)),))))
            if sex == "female"
            else st.just(())
        ),
        weights=draw(mostly((Weight(DRAWN, 71.0),), st.just(()))),
        overrides=draw(mostly((), st.sampled_from(((override("criteria-not-met"),), ())))),
    )


def results(labs: Mapping[str, object]) -> Iterator[tuple[str, LabResult]]:
    for analyte, value in labs.items():
        if isinstance(value, float):
            unit = LABS[analyte][0]
            yield analyte, LabResult(analyte, value, unit, f"{value:g} {unit}")


def override(block: str) -> Override:
    return Override(block, DAY, "a clinician", "seen and examined")


@dataclass(frozen=True)
class Seen:
    """What of a consultation the properties are about."""

    medicines: frozenset[str]
    iron: frozenset[str]
    truths: Mapping[str, Truth]

    @property
    def offered(self) -> frozenset[str]:
        return self.medicines | self.iron


def consulted(patient: Patient) -> Consultation:
    return consult(patient, load(), DAY)


def seen(patient: Patient) -> Seen:
    consultation = consulted(patient)
    plan = consultation.plan
    return Seen(
        frozenset(option.action.id for option in plan.choice.offered),
        frozenset(o.action.id for o in plan.iron.products.offered) if plan.iron else frozenset(),
        {f.conclusion.id: f.conclusion.truth for f in consultation.findings()},
    )


@cache
def ingredients(class_id: str) -> frozenset[str]:
    return frozenset(drug.name for drug in load().record(DrugClass, class_id).members)


def taken(patient: Patient, class_id: str) -> bool:
    return any(use.drug in ingredients(class_id) for use in patient.medications)


def answered(patient: Patient, question: str) -> str | float | None:
    given = [answer.value for answer in patient.answers if answer.question == question]
    return given[-1] if given else None


def value(patient: Patient, analyte: str) -> float | None:
    result = patient.draws[0].results.get(analyte)
    return None if result is None else result.value


def present(patient: Patient, *conditions: str) -> bool:
    return any(fact.present and fact.condition in conditions for fact in patient.conditions)


MANY = settings(
    max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
GABAPENTINOIDS = {"gabapentin", "gabapentin-enacarbil", "pregabalin"}
DOPAMINERGICS = {"pramipexole", "ropinirole", "rotigotine", "levodopa"}


@MANY
@given(patients())
def test_nothing_is_offered_that_a_gap_or_a_block_forbids(patient: Patient) -> None:
    found = seen(patient)
    if found.offered:
        _has_criteria(patient, found)
        _is_a_grown_person(patient)
    if found.medicines:
        _gate_was_open(patient, found)
    if found.iron:
        _iron_was_known(patient, found)
    if found.medicines & GABAPENTINOIDS:
        assert patient.weights and patient.person.sex and value(patient, "creatinine")
    if "opioids" in found.medicines:
        assert not taken(patient, "benzodiazepines")
        untreated = answered(patient, "osa-treated") != "yes"
        assert not (present(patient, "obstructive-sleep-apnea") and untreated)
    if found.medicines & DOPAMINERGICS:
        assert answered(patient, "dopamine-agonist-by-shared-decision") == "yes"
    assert not found.offered & {"cabergoline", "pergolide"}
    assert not found.offered & {"bupropion", "clonazepam", "carbamazepine", "valerian"}


@MANY
@given(patients())
def test_a_patient_is_told_no_dose_and_nothing_that_must_never_be_said(patient: Patient) -> None:
    for said in texts_of(
        as_json(ShownConsultation(consulted(patient), patient, load()), "patient")
    ):
        assert forbidden(said) == ()
        assert not DOSE.search(said), said


def texts_of(part: object) -> Iterator[str]:
    """Every text of plain data."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for one in part.values():
            yield from texts_of(one)
    elif isinstance(part, list):
        for one in part:
            yield from texts_of(one)


@cache
def forbidden(line: str) -> tuple[str, ...]:
    return tuple(found.id for found in spoken(line, load(), "patient"))


def _has_criteria(patient: Patient, found: Seen) -> None:
    vouched = any(one.block == "criteria-not-met" for one in patient.overrides)
    assert answered(patient, "urge-to-move-legs") != "no"
    # A no of today leaves a criterion open while nobody asked whether it held earlier.
    assert all(found.truths[f"R-DX-0{number}"] is not Truth.NO for number in range(1, 5))
    assert vouched or all(answered(patient, question) == "yes" for question in FIRST_FOUR)


def _is_a_grown_person(patient: Patient) -> None:
    assert patient.person.age_years(DAY)[0] >= 18


def _gate_was_open(patient: Patient, found: Seen) -> None:
    vouched = any(one.block == "criteria-not-met" for one in patient.overrides)
    assert answered(patient, "solely-another-condition") == "no" or vouched
    assert answered(patient, "medication-list-complete") == "yes"
    assert all(use.known for use in patient.medications)
    assert value(patient, "creatinine") is not None and patient.person.sex is not None
    assert found.truths["R-RF-02"] is not None
    assert not patient.pregnancies
    if patient.person.sex == "female" and patient.person.age_years(DAY)[0] < 50:
        assert answered(patient, "pregnant") == "no"
        assert answered(patient, "breastfeeding") == "no"
    stop = found.truths.get("R-FE-01") is Truth.YES
    assert value(patient, "transferrin-saturation") is not None or stop


def _iron_was_known(patient: Patient, found: Seen) -> None:
    saturation, ferritin = value(patient, "transferrin-saturation"), value(patient, "ferritin")
    assert saturation is not None and saturation < 45
    assert ferritin is not None and ferritin <= 100
    assert not present(patient, "hemochromatosis")
    if any(product.startswith("iv-") for product in found.iron):
        assert not present(patient, "active-infection")
    if "iv-iron-sucrose" in found.iron:
        assert present(patient, "kidney-failure", "dialysis")


def usual() -> Patient:
    """A patient to whom everything is known that options ask for."""
    labs = {analyte: values[1] for analyte, (_, values) in LABS.items()}
    return Patient(
        "made-up",
        Person(PartialDate(date(1974, 3, 2), date(1974, 3, 2)), "female"),
        answers=tuple(GivenAnswer(q, v, DAY) for q, v in USUAL.items()),
        draws=(Draw(DRAWN, dict(results(labs))),),
        weights=(Weight(DRAWN, 71.0),),
    )


def test_who_has_everything_on_record_is_offered_much() -> None:
    found = seen(usual())
    # Levodopa is for symptoms that come now and then.
    daily = DOPAMINERGICS - {"levodopa"}
    assert found.medicines >= GABAPENTINOIDS | daily | {"opioids", "dipyridamole"}
    assert found.iron >= {"iv-ferric-carboxymaltose", "ferrous-sulfate"}


@pytest.mark.parametrize(
    "question", [q for q in USUAL if q not in ("osa-treated", "breastfeeding")]
)
def test_a_question_less_never_offers_more(question: str) -> None:
    patient = usual()
    answers = tuple(answer for answer in patient.answers if answer.question != question)
    assert seen(replace(patient, answers=answers)).offered <= seen(patient).offered


@pytest.mark.parametrize("name", example_names())
def test_an_answer_that_is_forgotten_turns_no_option_round(name: str) -> None:
    patient = example_patient(name, load(), date(2026, 11, 22))
    known = options(consult(patient, load(), date(2026, 11, 22)))
    for question in dict.fromkeys(answer.question for answer in patient.answers):
        kept = (
            replace(a, value="unknown") if a.question == question else a for a in patient.answers
        )
        again = consult(replace(patient, answers=tuple(kept)), load(), date(2026, 11, 22))
        turned = {
            action: (known[action], truth)
            for action, truth in options(again).items()
            if {known.get(action), truth} == {Truth.YES, Truth.NO}
        }
        assert turned == {}, question


def options(consultation: Consultation) -> Mapping[str, Truth]:
    section = next(s for s in consultation.plan.sections if s.id == "options")
    return {finding.conclusion.id: finding.conclusion.truth for finding in section}
