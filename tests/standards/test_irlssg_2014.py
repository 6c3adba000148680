"""IRLSSG 2014, clause by clause: five essential criteria, course, clinical significance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ekbom.assessment.assess import assess
from ekbom.assessment.findings import Finding
from ekbom.knowledge.clinic import CriteriaSet
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import GivenAnswer, Patient, Person

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
DAY = date(2026, 5, 10)
ALL = {
    "urge-to-move-legs": "yes",
    "worse-at-rest": "yes",
    "relief-by-movement": "yes",
    "worse-evening-night": "yes",
    "solely-another-condition": "no",
}
EDITION = {"diagnosis": "irlssg-2014"}


def findings(answers: Mapping[str, str | float], born: str = "1978-03-14") -> dict[str, Finding]:
    day_of_birth = PartialDate.parse(born)
    assert day_of_birth is not None
    given = tuple(GivenAnswer(question, value, DAY) for question, value in answers.items())
    patient = Patient("clause", Person(day_of_birth, "male"), answers=given)
    section = assess(patient, load(), DAY, EDITION).section("diagnosis")
    return {finding.conclusion.id: finding for finding in section}


def truth(rule: str, answers: Mapping[str, str | float], born: str = "1978-03-14") -> Truth:
    return findings(answers, born)[rule].conclusion.truth


def test_there_are_five_criteria_and_all_have_to_be_met() -> None:
    criteria = load().record(CriteriaSet, "irlssg-2014").criteria
    assert [criterion.id for criterion in criteria] == ["E1", "E2", "E3", "E4", "E5"]
    assert truth("R-DX-06", ALL) is YES


@pytest.mark.parametrize("question", list(ALL))
def test_one_criterion_that_is_not_met_is_enough(question: str) -> None:
    other = "yes" if question == "solely-another-condition" else "no"
    assert truth("R-DX-06", {**ALL, question: other}) is NO


@pytest.mark.parametrize("question", list(ALL))
def test_one_criterion_that_is_not_known_leaves_it_open(question: str) -> None:
    assert truth("R-DX-06", {**ALL, question: "unknown"}) is UNKNOWN


def test_1_an_urge_to_move_the_legs() -> None:
    assert truth("R-DX-01", ALL) is YES


def test_1_the_urge_may_occur_without_sensations() -> None:
    assert truth("R-DX-06", {**ALL, "unpleasant-sensations": "no"}) is YES


def test_1_arms_or_other_parts_may_be_involved() -> None:
    assert truth("R-DX-06", {**ALL, "arms-or-other-parts": "yes"}) is YES


def test_1_sensations_without_an_urge_do_not_meet_it() -> None:
    answers = {**ALL, "urge-to-move-legs": "no", "unpleasant-sensations": "yes"}
    assert truth("R-DX-01", answers) is NO


def test_2_begins_or_worsens_at_rest() -> None:
    assert truth("R-DX-02", ALL) is YES
    assert truth("R-DX-02", {**ALL, "worse-at-rest": "no"}) is NO


def test_3_relieved_by_movement() -> None:
    assert truth("R-DX-03", ALL) is YES
    assert truth("R-DX-03", {**ALL, "relief-by-movement": "no"}) is NO


@pytest.mark.parametrize(("earlier", "met"), [("yes", YES), ("no", NO), ("unknown", UNKNOWN)])
def test_3_when_very_severe_relief_must_have_been_present_before(earlier: str, met: Truth) -> None:
    answers = {
        **ALL,
        "very-severe": "yes",
        "relief-by-movement": "no",
        "relief-by-movement-earlier": earlier,
    }
    assert truth("R-DX-03", answers) is met


def test_4_only_or_worse_in_the_evening_or_night() -> None:
    assert truth("R-DX-04", ALL) is YES
    assert truth("R-DX-04", {**ALL, "worse-evening-night": "no"}) is NO


@pytest.mark.parametrize(("earlier", "met"), [("yes", YES), ("no", NO), ("unknown", UNKNOWN)])
def test_4_when_very_severe_worsening_must_have_been_present_before(
    earlier: str, met: Truth
) -> None:
    answers = {
        **ALL,
        "very-severe": "yes",
        "worse-evening-night": "no",
        "worse-evening-night-earlier": earlier,
    }
    assert truth("R-DX-04", answers) is met


def test_5_not_solely_accounted_for_by_another_condition() -> None:
    assert truth("R-DX-05", ALL) is YES
    assert truth("R-DX-05", {**ALL, "solely-another-condition": "yes"}) is NO


def test_5_another_condition_may_be_present_too() -> None:
    answers = {**ALL, "visible-painful-contraction": "yes", "relief-by-stretching-only": "yes"}
    assert truth("R-DX-05", answers) is YES


@pytest.mark.parametrize(("days", "met"), [(2.0, YES), (1.99, NO)])
def test_course_chronic_persistent_is_at_least_twice_a_week(days: float, met: Truth) -> None:
    answers = {**ALL, "course-provoked": "no", "symptom-days-per-week": days}
    assert truth("R-DX-07:chronic-persistent", answers) is met


@pytest.mark.parametrize(("events", "met"), [(5.0, YES), (4.0, NO)])
def test_course_intermittent_is_rarer_with_at_least_five_events_in_life(
    events: float, met: Truth
) -> None:
    answers = {
        **ALL,
        "course-provoked": "no",
        "symptom-days-per-week": 1.0,
        "lifetime-events": events,
    }
    assert truth("R-DX-07:intermittent", answers) is met


def test_course_is_not_specified_in_children_nor_while_provoked() -> None:
    answers = {**ALL, "symptom-days-per-week": 5.0, "course-provoked": "no"}
    assert truth("R-DX-07:chronic-persistent", answers, born="2014") is UNKNOWN
    assert truth("R-DX-07:chronic-persistent", {**answers, "course-provoked": "yes"}) is UNKNOWN


@pytest.mark.parametrize("value", ["yes", "no"])
def test_clinical_significance_is_a_specifier_and_no_criterion(value: str) -> None:
    answers = {**ALL, "distress-or-impairment": value}
    assert truth("R-DX-08", answers) == value
    assert truth("R-DX-06", answers) is YES


def test_supportive_features_are_not_needed() -> None:
    answers = {
        **ALL,
        "first-degree-relative-affected": "no",
        "dopaminergic-response": "no",
        "profound-sleepiness": "yes",
    }
    assert truth("R-DX-06", answers) is YES


def test_supportive_features_do_not_make_up_for_a_criterion() -> None:
    answers = {
        **ALL,
        "worse-at-rest": "no",
        "first-degree-relative-affected": "yes",
        "profound-sleepiness": "no",
    }
    assert truth("R-DX-06", answers) is NO
