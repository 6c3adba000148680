"""Criteria of augmentation of 2007 (Max Planck Institute), clause by clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.followup.augmentation import augmentation
from ekbom.knowledge.clinic import CriteriaSet
from ekbom.knowledge.loading import load
from ekbom.knowledge.records import Rule
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import (
    FilledQuestionnaire,
    GivenAnswer,
    MedicationUse,
    NightSummary,
    Patient,
    Person,
)

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
START, VISIT = date(2020, 1, 10), date(2026, 5, 10)
BORN = PartialDate(date(1960, 1, 1), date(1960, 1, 1))
USE = MedicationUse("pramipexole", PartialDate(START, START), form="salt", dose="0.25 mg")
Answers = Mapping[str, str | float]

BEFORE: Answers = {
    "usual-onset-clock": "23:30",
    "arms-or-other-parts": "no",
    "latency-at-rest-min": 30.0,
}
BASIC: Answers = {
    "worse-days-past-week": 5.0,
    "worsening-otherwise-explained": "no",
    "dopaminergic-response": "yes",
}
PARADOXICAL: Answers = {"worse-after-dose-increase": "yes", "better-after-dose-decrease": "yes"}
NOT_PARADOXICAL: Answers = {"worse-after-dose-increase": "no", "better-after-dose-decrease": "no"}
NO_FURTHER_SIGN: Answers = {
    "latency-at-rest-min": 30.0,
    "arms-or-other-parts": "no",
    "more-intense-than-before-treatment": "no",
    "relief-shorter-than-at-first": "no",
}
FURTHER: Mapping[str, Answers] = {
    "MPI-C2a": {"latency-at-rest-min": 10.0},
    "MPI-C2b": {"arms-or-other-parts": "yes"},
    "MPI-C2c": {"more-intense-than-before-treatment": "yes"},
    "MPI-C2d": {"relief-shorter-than-at-first": "yes"},
}


def findings(
    now: Answers,
    before: Answers = BEFORE,
    *,
    nights: Sequence[NightSummary] = (),
    scores: Sequence[FilledQuestionnaire] = (),
) -> dict[str, Finding]:
    answers = [GivenAnswer(question, value, START) for question, value in before.items()]
    answers += [GivenAnswer(question, value, VISIT) for question, value in now.items()]
    patient = Patient(
        "clause",
        Person(BORN, "female"),
        answers=tuple(answers),
        medications=(USE,),
        nights=tuple(nights),
        questionnaires=tuple(scores),
    )
    case = Case(patient, load(), VISIT, editions_on(VISIT, load()))
    return {finding.conclusion.id: finding for finding in augmentation(case, {})}


def truth(clause: str, now: Answers, before: Answers = BEFORE) -> Truth:
    return findings(now, before)[clause].conclusion.truth


def night(on: date, index: float, rules: str = "wasm-2016") -> NightSummary:
    return NightSummary(on, "polysomnography", rules=rules, plms_index_per_h=index)


def test_the_set_has_these_clauses_and_each_has_its_words() -> None:
    clauses = [c.id for c in load().record(CriteriaSet, "mpi-2007").criteria]
    assert clauses == ["A1", "A2", "A3", "B", "C1", "C2", "C2a", "C2b", "C2c", "C2d"]
    for clause in clauses:
        assert set(load().record(Rule, f"MPI-{clause}").when) == {"yes", "no", "unknown"}


# Preamble ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "met"), [("yes", YES), ("no", NO), ("unknown", UNKNOWN)])
def test_preamble_worse_than_before_treatment_is_told(answer: str, met: Truth) -> None:
    assert truth("MPI-preamble", {"more-intense-than-before-treatment": answer}) is met


def test_preamble_decides_nothing() -> None:
    met = {**BASIC, **PARADOXICAL, "more-intense-than-before-treatment": "no"}
    assert truth("augmentation", met) is YES


# A -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "met"), [(5.0, YES), (7.0, YES), (4.0, NO), (4.99, NO)])
def test_a1_worse_on_at_least_five_of_the_last_seven_days(days: float, met: Truth) -> None:
    assert truth("MPI-A1", {"worse-days-past-week": days}) is met


def test_a1_not_asked_is_unknown() -> None:
    assert truth("MPI-A1", {}) is UNKNOWN


@pytest.mark.parametrize(("explained", "met"), [("no", YES), ("yes", NO), ("unknown", UNKNOWN)])
def test_a2_not_explained_by_health_way_of_life_or_natural_course(
    explained: str, met: Truth
) -> None:
    assert truth("MPI-A2", {"worsening-otherwise-explained": explained}) is met


@pytest.mark.parametrize(("helped", "met"), [("yes", YES), ("no", NO), ("unknown", UNKNOWN)])
def test_a3_the_treatment_helped_at_first(helped: str, met: Truth) -> None:
    assert truth("MPI-A3", {"dopaminergic-response": helped}) is met


def test_a_needs_all_three() -> None:
    assert truth("MPI-A", BASIC) is YES
    for question, other in (
        ("worse-days-past-week", 4.0),
        ("worsening-otherwise-explained", "yes"),
        ("dopaminergic-response", "no"),
    ):
        assert truth("MPI-A", {**BASIC, question: other}) is NO
        assert truth("MPI-A", {**BASIC, question: "unknown"}) is UNKNOWN


# B -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after_more", "after_less", "met"),
    [
        ("yes", "yes", YES),
        ("yes", "no", NO),
        ("no", "yes", NO),
        ("yes", "unknown", UNKNOWN),
        ("unknown", "no", NO),
    ],
)
def test_b_worse_some_time_after_more_and_better_some_time_after_less(
    after_more: str, after_less: str, met: Truth
) -> None:
    answers = {"worse-after-dose-increase": after_more, "better-after-dose-decrease": after_less}
    assert truth("MPI-B", answers) is met


# C -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "met"), [("19:30", YES), ("19:31", NO), ("15:00", YES)])
def test_c1_onset_at_least_four_hours_earlier(now: str, met: Truth) -> None:
    assert truth("MPI-C1", {"usual-onset-clock": now}) is met


@pytest.mark.parametrize("clause", ["MPI-C1", "MPI-C2"])
def test_c_without_an_onset_is_unknown(clause: str) -> None:
    assert truth(clause, {"arms-or-other-parts": "yes"}) is UNKNOWN


@pytest.mark.parametrize(
    ("hours", "c1", "c2"), [(4.0, YES, NO), (3.9, NO, YES), (2.0, NO, YES), (1.9, NO, NO)]
)
def test_c_by_the_hours_as_told_where_there_is_no_baseline(
    hours: float, c1: Truth, c2: Truth
) -> None:
    told: Answers = {
        "onset-earlier-than-before-treatment-h": hours,
        "spread-since-treatment": "yes",
    }
    assert truth("MPI-C1", told, before={}) is c1
    assert truth("MPI-C2", told, before={}) is c2


@pytest.mark.parametrize("clause", FURTHER)
@pytest.mark.parametrize(
    ("onset", "met"), [("21:30", YES), ("19:31", YES), ("21:31", NO), ("23:30", NO), ("01:30", NO)]
)
def test_c2_onset_two_to_four_hours_earlier_with_one_further_sign(
    clause: str, onset: str, met: Truth
) -> None:
    now = {**NO_FURTHER_SIGN, **FURTHER[clause], "usual-onset-clock": onset}
    assert truth(clause, now) is YES
    assert truth("MPI-C2", now) is met


def test_c2_without_a_further_sign_is_not_met() -> None:
    assert truth("MPI-C2", {**NO_FURTHER_SIGN, "usual-onset-clock": "21:00"}) is NO


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("latency-at-rest-min", "MPI-C2a"),
        ("arms-or-other-parts", "MPI-C2b"),
        ("more-intense-than-before-treatment", "MPI-C2c"),
        ("relief-shorter-than-at-first", "MPI-C2d"),
    ],
)
def test_c2_with_a_further_sign_not_known_is_unknown(question: str, clause: str) -> None:
    now = {**NO_FURTHER_SIGN, "usual-onset-clock": "21:00", question: "unknown"}
    assert truth(clause, now) is UNKNOWN
    assert truth("MPI-C2", now) is UNKNOWN


@pytest.mark.parametrize(("minutes", "met"), [(29.0, YES), (30.0, NO), (45.0, NO)])
def test_c2a_sooner_at_rest(minutes: float, met: Truth) -> None:
    assert truth("MPI-C2a", {"latency-at-rest-min": minutes}) is met


def test_c2b_arms_that_were_affected_before_are_no_spread_by_themselves() -> None:
    before = {**BEFORE, "arms-or-other-parts": "yes"}
    assert truth("MPI-C2b", {"arms-or-other-parts": "yes"}, before) is UNKNOWN
    told = {"arms-or-other-parts": "yes", "spread-since-treatment": "no"}
    assert truth("MPI-C2b", told, before) is NO


@pytest.mark.parametrize(("total", "met"), [(25.0, YES), (24.0, NO), (12.0, NO)])
def test_c2c_more_intense_by_the_irls(total: float, met: Truth) -> None:
    scores = [
        FilledQuestionnaire("irls", START, total=24.0),
        FilledQuestionnaire("irls", VISIT, total=total),
    ]
    assert findings({}, scores=scores)["MPI-C2c"].conclusion.truth is met


@pytest.mark.parametrize(("rules", "met"), [("wasm-2016", YES), ("wasm-2006", NO), ("", NO)])
def test_c2c_more_leg_movements_count_only_by_the_same_rules(rules: str, met: Truth) -> None:
    nights = [night(START, 20.0, rules), night(VISIT, 40.0)]
    found = findings({"more-intense-than-before-treatment": "no"}, nights=nights)["MPI-C2c"]
    assert found.conclusion.truth is met
    codes = {caveat.code for caveat in found.conclusion.all_caveats()}
    assert codes == ({"nights-vary"} if met is YES else {"nights-not-comparable"})


def test_c2c_nights_that_name_no_rules_are_not_compared() -> None:
    nights = [night(START, 20.0, ""), night(VISIT, 40.0, "")]
    found = findings({"more-intense-than-before-treatment": "no"}, nights=nights)["MPI-C2c"]
    assert found.conclusion.truth is NO


def test_c2c_more_movements_in_an_immobilization_test() -> None:
    nights = [
        NightSummary(day, rules="wasm-2016", immobilization_plmw_index_per_h=index)
        for day, index in ((START, 30.0), (VISIT, 60.0))
    ]
    assert findings({}, nights=nights)["MPI-C2c"].conclusion.truth is YES


def test_c2d_relief_shorter_than_the_first_answer_on_treatment() -> None:
    first = GivenAnswer("relief-after-dose-h", 10.0, date(2020, 3, 1))
    for hours, met in ((9.0, YES), (10.0, NO)):
        latest = GivenAnswer("relief-after-dose-h", hours, VISIT)
        patient = Patient("p", Person(BORN), answers=(first, latest), medications=(USE,))
        case = Case(patient, load(), VISIT, editions_on(VISIT, load()))
        found = {f.conclusion.id: f.conclusion.truth for f in augmentation(case, {})}
        assert found["MPI-C2d"] is met


# A and (B or C) ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "met", "state"),
    [
        (PARADOXICAL, YES, "criteria met"),
        ({**NOT_PARADOXICAL, "usual-onset-clock": "19:30"}, YES, "criteria met"),
        (
            {
                **NOT_PARADOXICAL,
                **NO_FURTHER_SIGN,
                "usual-onset-clock": "21:30",
                "arms-or-other-parts": "yes",
            },
            YES,
            "criteria met",
        ),
        (
            {**NOT_PARADOXICAL, **NO_FURTHER_SIGN, "usual-onset-clock": "21:30"},
            NO,
            "criteria not met",
        ),
        (NOT_PARADOXICAL, UNKNOWN, "more needed"),
        ({}, UNKNOWN, "more needed"),
    ],
)
def test_augmentation_is_a_with_b_or_c(more: Answers, met: Truth, state: str) -> None:
    found = findings({**BASIC, **more})["augmentation"]
    assert (found.conclusion.truth, found.state) == (met, state)


def test_augmentation_needs_a() -> None:
    everything = {**BASIC, **PARADOXICAL, "usual-onset-clock": "15:00"}
    assert truth("augmentation", {**everything, "dopaminergic-response": "no"}) is NO
    assert truth("augmentation", {**everything, "dopaminergic-response": "unknown"}) is UNKNOWN


# Clinical significance -----------------------------------------------------------------------


@pytest.mark.parametrize("question", ["augmentation-affects-life", "treatment-change-needed"])
def test_significant_where_life_or_treatment_is_affected(question: str) -> None:
    assert truth("MPI-significant", {**BASIC, **PARADOXICAL, question: "yes"}) is YES


def test_significant_is_open_or_denied_by_both_answers() -> None:
    met = {**BASIC, **PARADOXICAL, "augmentation-affects-life": "no"}
    assert truth("MPI-significant", met) is UNKNOWN
    assert truth("MPI-significant", {**met, "treatment-change-needed": "no"}) is NO
