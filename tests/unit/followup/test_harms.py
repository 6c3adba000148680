"""Harms of present medicines: a yes stands, a no holds for one visit, the rest is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.followup.harms import harms
from ekbom.knowledge.loading import load
from ekbom.knowledge.outcomes import Check
from ekbom.knowledge.treatment import Action
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import GivenAnswer, MedicationUse, Patient, Person, Weight

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
BASE = load()
BORN = PartialDate(date(1960, 1, 1), date(1960, 1, 1))
START, VISIT = date(2024, 1, 10), date(2026, 5, 10)
DOPAMINERGIC = (
    "new-compulsions-or-psychosis",
    "sleep-attacks-or-drowsy-driving",
    "dizzy-on-standing",
)
GABAPENTINOID = (
    "slow-breathing-or-sedation",
    "drowsy-or-dizzy-on-medicine",
    "unsteady-gait-or-falls",
    "edema-of-legs",
    "low-mood",
    "suicidal-thoughts",
    "more-taken-than-prescribed",
)
OPIOID = (
    "slow-breathing-or-sedation",
    "unsteady-gait-or-falls",
    "low-mood",
    "opioid-harm-or-misuse",
)
KINDS = [
    ("pramipexole", "R-AUG-07", DOPAMINERGIC),
    ("gabapentin", "R-HARM-01", GABAPENTINOID),
    ("oxycodone", "R-HARM-02", OPIOID),
    ("tramadol", "R-HARM-02", OPIOID),
]


def found(
    answers: Mapping[str, str],
    drug: str = "pramipexole",
    *,
    on: date = VISIT,
    as_of: date = VISIT,
    more: tuple[GivenAnswer, ...] = (),
    weights: tuple[Weight, ...] = (),
) -> dict[str, Finding]:
    uses = (MedicationUse(drug, PartialDate(START, START)),) if drug else ()
    given = tuple(GivenAnswer(question, value, on) for question, value in answers.items())
    patient = Patient("p", Person(BORN), answers=(*given, *more), medications=uses, weights=weights)
    case = Case(patient, BASE, as_of, editions_on(as_of, BASE))
    return {finding.conclusion.id: finding for finding in harms(case, {})}


def answered(questions: tuple[str, ...], value: str = "no") -> dict[str, str]:
    return dict.fromkeys(questions, value)


@pytest.mark.parametrize(("drug", "rule", "questions"), KINDS)
def test_each_harm_is_yes_no_or_to_be_asked(
    drug: str, rule: str, questions: tuple[str, ...]
) -> None:
    denied = answered(questions)
    assert found(denied, drug)[rule].conclusion.truth is NO
    for question in questions:
        assert found({**denied, question: "yes"}, drug)[rule].conclusion.truth is YES
        left_out = found({**denied, question: "unknown"}, drug)[rule].conclusion
        assert left_out.truth is UNKNOWN
        assert [missing.key for missing in left_out.all_missing()] == [f"question:{question}"]


@pytest.mark.parametrize("rule", ["R-AUG-07", "R-HARM-01", "R-HARM-02"])
def test_nothing_taken_is_no_on_a_complete_list_only(rule: str) -> None:
    complete = {"medication-list-complete": "yes"}
    assert found(complete, "")[rule].state == "none taken"
    assert found(complete, "")[rule].conclusion.truth is NO
    assert found({}, "")[rule].conclusion.truth is UNKNOWN


def test_tramadol_has_the_harms_of_an_opioid_only() -> None:
    assert found({"medication-list-complete": "yes"}, "tramadol")["R-AUG-07"].state == "none taken"


def test_a_denial_from_before_the_latest_visit_is_asked_again() -> None:
    later = GivenAnswer("irritability", "no", date(2026, 5, 11))
    denied = found(answered(DOPAMINERGIC), as_of=date(2026, 5, 11), more=(later,))["R-AUG-07"]
    assert denied.conclusion.truth is UNKNOWN
    assert denied.state == "ask: compulsions or hallucinations, sleep attacks, orthostasis"


@pytest.mark.parametrize(
    ("drug", "rule", "questions", "as_of", "truth"),
    [
        ("pramipexole", "R-AUG-07", DOPAMINERGIC, "2026-11-08", NO),
        ("pramipexole", "R-AUG-07", DOPAMINERGIC, "2026-11-09", UNKNOWN),
        ("oxycodone", "R-HARM-02", OPIOID, "2026-08-09", NO),
        ("oxycodone", "R-HARM-02", OPIOID, "2026-08-10", UNKNOWN),
    ],
)
def test_a_denial_holds_until_the_next_is_due(
    drug: str, rule: str, questions: tuple[str, ...], as_of: str, truth: Truth
) -> None:
    asked = found(answered(questions), drug, as_of=date.fromisoformat(as_of))
    assert asked[rule].conclusion.truth is truth


def test_an_old_yes_stands_and_says_that_it_is_old() -> None:
    told = found({"new-compulsions-or-psychosis": "yes"}, as_of=date(2027, 6, 1))["R-AUG-07"]
    assert told.conclusion.truth is YES
    assert "answer-not-recent" in {caveat.code for caveat in told.conclusion.all_caveats()}


def test_what_was_there_before_the_medicine_is_not_its_harm() -> None:
    before = found({"dizzy-on-standing": "yes"}, on=START)["R-AUG-07:orthostasis"]
    assert before.conclusion.truth is UNKNOWN


def test_each_dopaminergic_harm_is_told_singly() -> None:
    told = found({**answered(DOPAMINERGIC), "sleep-attacks-or-drowsy-driving": "yes"})
    assert told["R-AUG-07"].state == "on record: sleep attacks"
    assert told["R-AUG-07:sleep-attacks"].conclusion.truth is YES
    assert "drive" in told["R-AUG-07:sleep-attacks"].words.patient
    assert told["R-AUG-07:orthostasis"].conclusion.truth is NO


def test_weights_on_a_gabapentinoid_are_told_and_decide_nothing() -> None:
    weights = (Weight(START, 71.0), Weight(VISIT, 76.5))
    told = found(answered(GABAPENTINOID), "pregabalin", weights=weights)["R-HARM-01"]
    assert (told.conclusion.truth, told.state) == (NO, "weight 71 to 76.5 kg")


def test_no_patient_is_told_to_end_or_change_a_medicine() -> None:
    for drug, rule, questions in KINDS:
        words = found(answered(questions, "yes"), drug)[rule].words
        assert "do not change the medicine by yourself" in words.patient


def test_what_is_weighed_before_a_medicine_is_asked_on_it_by_the_same_question() -> None:
    weighed = {
        line.fact.partition(":")[2]
        for action in ("gabapentin", "opioids")
        for line in BASE.record(Action, action).considerations
    }
    assert {"edema-of-legs", "unsteady-gait-or-falls"} <= weighed & {*GABAPENTINOID, *OPIOID}
    watched = BASE.record(Check, "weight-and-oedema"), BASE.record(Check, "device-skin")
    done = {fact.partition(":")[2] for check in watched for fact in check.done_by}
    assert {"edema-of-legs", "leg-skin-damaged"} <= done
