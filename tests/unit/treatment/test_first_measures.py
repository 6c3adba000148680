"""What comes first: every culprit with its words, the antidepressant, apnoea, habits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ekbom.assessment.assess import Assessment, assessed, case_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.education import Habit
from ekbom.knowledge.loading import load
from ekbom.logic import Conclusion, Fact, Truth, stated
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import ConditionFact, GivenAnswer, MedicationUse, Patient, Person
from ekbom.treatment.first_measures import first_measures

DAY = date(2026, 5, 10)
SINCE = PartialDate(date(2026, 1, 1), date(2026, 1, 1))
BORN = PartialDate(date(1970, 3, 14), date(1970, 3, 14))
LIST, COFFEE, WINE = "medication-list-complete", "caffeine-after-noon", "alcohol-in-evening"
CLEAN = {LIST: "yes", COFFEE: "no", WINE: "no"}
WEIGHTS = ("high", "medium", "low")
CULPRITS = sorted(
    {
        drug.name
        for drug_class in load().of(DrugClass).values()
        for drug in drug_class.members
        if drug_class.weight_of(drug.name) != "none"
    }
)


def case(*drugs: str, answers: dict[str, str] | None = None, **record: Any) -> Case:
    given = tuple(GivenAnswer(q, v, DAY) for q, v in (answers or {}).items())
    uses = tuple(MedicationUse(drug) for drug in drugs)
    patient = Patient("case", Person(BORN, "male"), answers=given, medications=uses, **record)
    return case_on(patient, load(), DAY)


def told(on_day: Case, apnea: Truth = Truth.NO) -> tuple[dict[str, Finding], Assessment]:
    fact = Fact("condition:obstructive-sleep-apnea", "Sleep apnoea")
    known: dict[str, Conclusion] = {
        "sleep-apnea-untreated": stated(fact, apnea, "Untreated sleep apnoea")
    }
    assessment = assessed(on_day)
    section = first_measures(on_day, assessment, known)
    assert section.id == "first"
    return {f.conclusion.id: f for f in section}, assessment


def truth_of(rule: str, on_day: Case, apnea: Truth = Truth.NO) -> Truth:
    return told(on_day, apnea)[0][rule].conclusion.truth


# Aggravators -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drugs", "changed", "apnea", "truth"),
    [
        ((), {}, Truth.NO, Truth.NO),
        (("paracetamol",), {}, Truth.NO, Truth.NO),
        (("metoprolol",), {}, Truth.NO, Truth.NO),
        (("lithium",), {}, Truth.NO, Truth.YES),
        (("escitalopram",), {}, Truth.NO, Truth.YES),
        ((), {COFFEE: "yes"}, Truth.NO, Truth.YES),
        ((), {WINE: "yes"}, Truth.NO, Truth.YES),
        ((), {}, Truth.YES, Truth.YES),
        ((), {}, Truth.UNKNOWN, Truth.UNKNOWN),
        ((), {COFFEE: "unknown"}, Truth.NO, Truth.UNKNOWN),
        ((), {LIST: "no"}, Truth.NO, Truth.UNKNOWN),
        (("escitalopram",), {LIST: "no", COFFEE: "unknown"}, Truth.UNKNOWN, Truth.YES),
        ((), {"smokes": "yes", "exercise-regular": "no", "stress": "yes"}, Truth.NO, Truth.NO),
    ],
)
def test_what_the_guideline_names_decides(
    drugs: tuple[str, ...], changed: dict[str, str], apnea: Truth, truth: Truth
) -> None:
    on_day = case(*drugs, answers={**CLEAN, **changed})
    assert truth_of("R-TX-01", on_day, apnea) is truth


def test_the_state_names_everything_that_is_open_and_only_that() -> None:
    on_day = case("metoprolol", "mirtazapine", answers={**CLEAN, COFFEE: "yes"})
    state = told(on_day, Truth.YES)[0]["R-TX-01"].state
    assert state == "open: mirtazapine, Untreated sleep apnoea, Caffeine"


@pytest.mark.parametrize("drug", CULPRITS)
def test_every_culprit_taken_is_raised_with_the_words_of_the_assessment(drug: str) -> None:
    findings, assessment = told(case(drug))
    finding = findings[f"R-TX-01:medicine:{drug}"]
    assert finding.conclusion.truth is Truth.YES
    drivers = {f.conclusion.id: f for f in assessment.section("drivers")}
    assert finding.words == drivers[f"R-DRV-02:{drug}"].words
    assert finding.words.patient
    assert finding.conclusion.cited()


def test_the_heaviest_medicine_comes_first_and_medicines_before_the_rest() -> None:
    findings, _ = told(case("metoprolol", "escitalopram", "lithium"))
    order = list(findings)
    medicines = [id for id in order if id.startswith("R-TX-01:medicine:")]
    assert medicines == [f"R-TX-01:medicine:{d}" for d in ("escitalopram", "lithium", "metoprolol")]
    assert order[0] == "R-TX-01"
    assert order.index(medicines[-1]) < order.index("R-TX-01:sleep-apnea")
    assert order.index("R-TX-01:sleep-apnea") < order.index("R-HAB-01:caffeine")


def test_without_a_culprit_the_list_is_what_is_asked_about() -> None:
    assert truth_of("R-TX-01:medicines", case()) is Truth.UNKNOWN
    assert truth_of("R-TX-01:medicines", case(answers=CLEAN)) is Truth.NO
    assert "R-TX-01:medicines" not in told(case("escitalopram"))[0]
    asked = told(case())[0]["R-TX-01:medicines"]
    assert "without prescription" in asked.words.clinician or "sleep aids" in asked.words.clinician


# Antidepressants -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "truth"),
    [
        ("sertraline", Truth.YES),
        ("venlafaxine", Truth.YES),
        ("amitriptyline", Truth.YES),
        ("mirtazapine", Truth.YES),
        ("vortioxetine", Truth.YES),
        ("bupropion", Truth.NO),
        ("quetiapine", Truth.NO),
    ],
)
def test_an_antidepressant_that_can_worsen(drug: str, truth: Truth) -> None:
    assert truth_of("R-TX-11", case(drug, answers=CLEAN)) is truth


def test_depression_matters_where_it_is_on_record_and_is_not_waited_for() -> None:
    def with_depression(present: bool) -> Case:
        on_record = (ConditionFact("depression", present, SINCE),)
        return case(answers=CLEAN, conditions=on_record)

    assert truth_of("R-TX-11", with_depression(True)) is Truth.YES
    assert told(with_depression(True))[0]["R-TX-11"].state == "if one is needed"
    assert truth_of("R-TX-11", with_depression(False)) is Truth.NO
    assert truth_of("R-TX-11", case(answers=CLEAN)) is Truth.NO
    assert truth_of("R-TX-11", case()) is Truth.UNKNOWN


def test_bupropion_is_never_told_as_a_treatment_and_nothing_is_ended() -> None:
    words = told(case("sertraline"))[0]["R-TX-11"].words
    assert "bupropion" in words.clinician
    assert "no treatment of restless legs" in words.clinician
    assert "Never end an antidepressant" in words.clinician
    assert "bupropion" not in words.patient.lower()
    assert "Do not stop" in words.patient


@pytest.mark.parametrize(
    ("drug", "alternative"),
    [("diphenhydramine", "second generation"), ("metoclopramide", "ondansetron")],
)
def test_the_usual_alternative_is_named_to_the_clinician(drug: str, alternative: str) -> None:
    words = told(case(drug))[0][f"R-TX-01:medicine:{drug}"].words
    assert alternative in words.clinician
    assert alternative not in words.patient


# Habits ----------------------------------------------------------------------------------------


def test_habits_are_those_of_the_assessment_with_what_is_worth_raising_first() -> None:
    on_day = case(answers={"smokes": "yes", COFFEE: "no"})
    findings, assessment = told(on_day)
    habits = [finding for id, finding in findings.items() if id.startswith("R-HAB-01:")]
    assert len(habits) == len(load().of(Habit))
    assert set(map(id, habits)) == set(map(id, assessment.section("habits")))
    truths = [habit.conclusion.truth for habit in habits]
    assert truths == sorted(truths, key=(Truth.YES, Truth.UNKNOWN, Truth.NO).index)
    assert habits[0].conclusion.id == "R-HAB-01:nicotine"
    assert habits[-1].conclusion.id == "R-HAB-01:caffeine"


@pytest.mark.parametrize("answer", ["yes", "no", "unknown"])
def test_warmth_and_cold_are_told_only_as_what_was_reported(answer: str) -> None:
    on_day = case(answers={"eased-by-warmth-cold-or-rubbing": answer})
    finding = told(on_day)[0]["R-TX-01:reported-experience"]
    assert finding.conclusion.truth is Truth(answer)
    assert bool(finding.words.patient) is (answer == "yes")
    if answer == "yes":
        assert "not been shown" in finding.words.patient


def test_without_a_word_on_apnoea_it_stays_open() -> None:
    on_day = case(answers=CLEAN)
    section = first_measures(on_day, assessed(on_day), {})
    found = {f.conclusion.id: f.conclusion for f in section}
    assert found["R-TX-01:sleep-apnea"].truth is Truth.UNKNOWN
    assert found["R-TX-01:sleep-apnea"].all_missing()
    assert found["R-TX-01"].truth is Truth.UNKNOWN
