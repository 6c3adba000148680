"""What else may explain a worsening, looked at before augmentation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.assessment.known_facts import sleep_apnea_untreated
from ekbom.followup.augmentation import augmentation
from ekbom.knowledge.loading import load
from ekbom.logic import Conclusion, Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import ConditionFact, GivenAnswer, MedicationUse, Patient, Person

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
BASE = load()
BORN = PartialDate(date(1960, 1, 1), date(1960, 1, 1))
START, VISIT = date(2020, 1, 10), date(2026, 5, 10)
PRAMIPEXOLE = MedicationUse("pramipexole", PartialDate(START, START), form="salt")
NO_APNEA = ConditionFact("obstructive-sleep-apnea", False, PartialDate(VISIT, VISIT))
SIGN: Mapping[str, str] = {"augmentation-suspected": "yes"}
NOTHING: Mapping[str, str] = {
    **SIGN,
    "more-drug-needed-for-same-effect": "no",
    "early-morning-rebound": "no",
    "doses-missed": "no",
    "worsening-before-treatment": "no",
    "medication-list-complete": "yes",
}
KNOWN = {
    "iron-low": Conclusion(NO, "Iron is low"),
    "opioid-stopped": Conclusion(NO, "An opioid was stopped recently"),
}


def found(
    answers: Mapping[str, str] = NOTHING,
    *others: MedicationUse,
    known: Mapping[str, Conclusion] = KNOWN,
    conditions: tuple[ConditionFact, ...] = (NO_APNEA,),
) -> dict[str, Finding]:
    patient = Patient(
        "p",
        Person(BORN),
        answers=tuple(GivenAnswer(question, value, VISIT) for question, value in answers.items()),
        medications=(PRAMIPEXOLE, *others),
        conditions=conditions,
    )
    case = Case(patient, BASE, VISIT, editions_on(VISIT, BASE))
    apnea = {"sleep-apnea-untreated": sleep_apnea_untreated(case, known)}
    return {f.conclusion.id: f for f in augmentation(case, apnea | dict(known))}


def explained(*args: object, **kwargs: object) -> tuple[Truth, str]:
    finding = found(*args, **kwargs)["R-AUG-03"]  # type: ignore[arg-type]
    return finding.conclusion.truth, finding.state


def test_all_looked_at_and_none_found() -> None:
    assert explained() == (NO, "none on record")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("more-drug-needed-for-same-effect", "tolerance"),
        ("early-morning-rebound", "early-morning rebound"),
        ("doses-missed", "missed doses"),
        ("worsening-before-treatment", "natural progression"),
    ],
)
def test_each_answer_explains_or_stays_open(question: str, name: str) -> None:
    assert explained({**NOTHING, question: "yes"}) == (YES, f"on record: {name}")
    assert explained({**NOTHING, question: "unknown"}) == (UNKNOWN, f"open: {name}")


@pytest.mark.parametrize(
    ("id", "name"), [("iron-low", "low iron"), ("opioid-stopped", "opioid withdrawal")]
)
def test_what_was_concluded_before_explains_or_stays_open(id: str, name: str) -> None:
    for truth, word in ((YES, "on record"), (UNKNOWN, "open")):
        known = {**KNOWN, id: Conclusion(truth, id)}
        assert explained(known=known) == (truth, f"{word}: {name}")
    without = {other: c for other, c in KNOWN.items() if other != id}
    assert explained(known=without) == (UNKNOWN, f"open: {name}")


@pytest.mark.parametrize(("treated", "truth"), [("no", YES), ("yes", NO), ("unknown", UNKNOWN)])
def test_sleep_apnoea_explains_where_it_is_not_treated(treated: str, truth: Truth) -> None:
    apnea = ConditionFact("obstructive-sleep-apnea", True, PartialDate(VISIT, VISIT))
    assert explained({**NOTHING, "osa-treated": treated}, conditions=(apnea,))[0] is truth
    assert explained(conditions=())[0] is UNKNOWN


@pytest.mark.parametrize(
    ("drug", "started", "truth"),
    [
        ("mirtazapine", "2025-01-01", YES),
        ("mirtazapine", "2020-01-10", NO),
        ("mirtazapine", "2018", NO),
        ("mirtazapine", "2020", UNKNOWN),
        ("mirtazapine", "", UNKNOWN),
        ("propranolol", "2025-01-01", NO),
        ("paracetamol", "2025-01-01", NO),
    ],
)
def test_a_medicine_that_worsens_counts_where_it_was_begun_on_treatment(
    drug: str, started: str, truth: Truth
) -> None:
    use = MedicationUse(drug, PartialDate.parse(started) if started else None)
    assert explained(NOTHING, use)[0] is truth


def test_a_medicine_begun_after_the_first_sign_stays_open() -> None:
    patient_answers = (
        *(GivenAnswer(question, value, VISIT) for question, value in NOTHING.items()),
        GivenAnswer("augmentation-suspected", "yes", date(2024, 1, 1)),
    )
    use = MedicationUse("mirtazapine", PartialDate.parse("2025-01-01"))
    patient = Patient(
        "p",
        Person(BORN),
        answers=patient_answers,
        medications=(PRAMIPEXOLE, use),
        conditions=(NO_APNEA,),
    )
    case = Case(patient, BASE, VISIT, editions_on(VISIT, BASE))
    apnea = {"sleep-apnea-untreated": sleep_apnea_untreated(case, KNOWN)}
    finding = {f.conclusion.id: f for f in augmentation(case, KNOWN | apnea)}["R-AUG-03"]
    assert finding.conclusion.truth is UNKNOWN
    assert finding.state == "open: new medicine that worsens restless legs (mirtazapine)"


def test_without_a_complete_list_a_new_medicine_is_not_ruled_out() -> None:
    assert explained({**NOTHING, "medication-list-complete": "no"})[0] is UNKNOWN


# Criterion A2 names it -----------------------------------------------------------------------


def test_an_explanation_on_record_does_not_answer_for_the_examiner() -> None:
    finding = found({**NOTHING, "doses-missed": "yes"})["MPI-A2"]
    assert finding.conclusion.truth is UNKNOWN
    asked = finding.conclusion.all_missing()
    assert [missing.key for missing in asked] == ["question:worsening-otherwise-explained"]
    assert asked[0].ask.endswith("On record: missed doses.")


def test_an_explanation_that_was_judged_not_to_suffice_is_told_beside_it() -> None:
    answers = {**NOTHING, "doses-missed": "yes", "worsening-otherwise-explained": "no"}
    conclusion = found(answers)["MPI-A2"].conclusion
    assert conclusion.truth is YES
    assert "also-on-record" in {caveat.code for caveat in conclusion.all_caveats()}
