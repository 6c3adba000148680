"""Each essential criterion from its answer, from the history, or from an examiner."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.criteria import (
    ANOTHER_CONDITION,
    MET,
    MIMICS_OPEN,
    NOT_ALL_ANSWERED,
    NOT_MET,
    dopaminergic_ever,
    essential_criteria,
    first_four,
    is_met_in_history,
    met_or_open,
    state_of,
)
from ekbom.logic import Conclusion, Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import MedicationUse

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
HIDDEN = {
    "R-DX-02": ("worse-at-rest", "worse-at-rest-earlier"),
    "R-DX-03": ("relief-by-movement", "relief-by-movement-earlier"),
    "R-DX-04": ("worse-evening-night", "worse-evening-night-earlier"),
}
OLD_AGONIST = MedicationUse(
    "pramipexole",
    started=PartialDate.parse("2015"),
    stopped=PartialDate.parse("2020"),
    form="salt",
)
NEVER_TAKEN = {
    "medication-list-complete": "yes",
    "dopaminergic-response": "no",
    "augmentation-suspected": "no",
}
CaseOf = Callable[..., Case]


def mimic(name: str, truth: Truth) -> dict[str, Conclusion]:
    rule = f"R-DDX-01:{name}"
    return {rule: Conclusion(truth, f"{name} is supported", id=rule)}


@pytest.mark.parametrize("rule", HIDDEN)
def test_earlier_answer_counts_on_a_dopaminergic_medicine_taken_now_or_before(
    case_of: CaseOf, rule: str
) -> None:
    now, earlier = HIDDEN[rule]
    answers = {now: "no", earlier: "yes"}
    met = essential_criteria(case_of(answers, medications=(OLD_AGONIST,)), {})[rule]
    assert met.truth is YES
    assert is_met_in_history(met)


@pytest.mark.parametrize(("rule", "truth"), [("R-DX-02", NO), ("R-DX-03", YES), ("R-DX-04", YES)])
def test_very_severe_symptoms_hide_relief_and_evening_but_not_the_onset_at_rest(
    case_of: CaseOf, rule: str, truth: Truth
) -> None:
    now, earlier = HIDDEN[rule]
    answers = {now: "no", earlier: "yes", "very-severe": "yes", **NEVER_TAKEN}
    assert essential_criteria(case_of(answers), {})[rule].truth is truth


@pytest.mark.parametrize("rule", HIDDEN)
def test_earlier_answer_does_not_count_where_nothing_hides_it(case_of: CaseOf, rule: str) -> None:
    now, earlier = HIDDEN[rule]
    answers = {now: "no", earlier: "yes", "very-severe": "no", **NEVER_TAKEN}
    assert essential_criteria(case_of(answers), {})[rule].truth is NO


@pytest.mark.parametrize("rule", HIDDEN)
def test_earlier_yes_leaves_it_open_while_nobody_asked_what_may_hide_it(
    case_of: CaseOf, rule: str
) -> None:
    now, earlier = HIDDEN[rule]
    reached = essential_criteria(case_of({now: "no", earlier: "yes"}), {})[rule]
    assert reached.truth is UNKNOWN
    assert "drug-role:dopaminergic" in {missing.key for missing in reached.all_missing()}


@pytest.mark.parametrize("rule", HIDDEN)
def test_on_an_agonist_a_no_is_open_until_the_history_is_asked(case_of: CaseOf, rule: str) -> None:
    now, earlier = HIDDEN[rule]
    reached = essential_criteria(case_of({now: "no"}, medications=(OLD_AGONIST,)), {})[rule]
    assert reached.truth is UNKNOWN
    assert f"question:{earlier}" in {missing.key for missing in reached.all_missing()}


@pytest.mark.parametrize("rule", HIDDEN)
def test_a_present_no_stands_and_says_what_could_hide_it(case_of: CaseOf, rule: str) -> None:
    reached = essential_criteria(case_of({HIDDEN[rule][0]: "no"}), {})[rule]
    assert reached.truth is NO
    assert [c.code for c in reached.caveats] == ["ask-how-it-was-earlier"]


@pytest.mark.parametrize("rule", HIDDEN)
def test_a_present_yes_needs_no_history(case_of: CaseOf, rule: str) -> None:
    now, earlier = HIDDEN[rule]
    answers = {now: "yes", earlier: "yes", "very-severe": "yes"}
    reached = essential_criteria(case_of(answers, medications=(OLD_AGONIST,)), {})[rule]
    assert reached.truth is YES
    assert not is_met_in_history(reached)


@pytest.mark.parametrize(
    ("answers", "truth"),
    [
        ({}, UNKNOWN),
        ({"medication-list-complete": "yes"}, UNKNOWN),
        (NEVER_TAKEN, NO),
        ({**NEVER_TAKEN, "medication-list-complete": "no"}, UNKNOWN),
        ({"dopaminergic-response": "yes"}, YES),
        ({"dopaminergic-response": "no"}, UNKNOWN),
        ({"augmentation-suspected": "yes"}, YES),
    ],
)
def test_whether_a_dopaminergic_medicine_was_ever_taken(
    case_of: CaseOf, answers: dict[str, str], truth: Truth
) -> None:
    assert dopaminergic_ever(case_of(answers)).truth is truth


def test_an_unknown_medicine_leaves_it_open_whether_it_is_dopaminergic(case_of: CaseOf) -> None:
    blue_pill = MedicationUse("blue pill", known=False)
    case = case_of(NEVER_TAKEN, medications=(blue_pill,))
    assert dopaminergic_ever(case).truth is UNKNOWN


@pytest.mark.parametrize("weighed", [YES, NO, UNKNOWN])
@pytest.mark.parametrize(("solely", "fifth"), [("yes", NO), ("no", YES), ("unknown", UNKNOWN)])
def test_only_the_examiners_answer_settles_the_fifth(
    case_of: CaseOf, weighed: Truth, solely: str, fifth: Truth
) -> None:
    case = case_of({"solely-another-condition": solely})
    assert essential_criteria(case, mimic("akathisia", weighed))["R-DX-05"].truth is fifth


def test_supported_mimics_are_what_is_missing_for_the_fifth(case_of: CaseOf) -> None:
    weighed = mimic("akathisia", YES) | mimic("leg-cramps", UNKNOWN) | mimic("habit", NO)
    fifth = essential_criteria(case_of(), weighed)["R-DX-05"]
    keys = [missing.key for missing in fifth.all_missing()]
    assert keys == ["question:solely-another-condition", "R-DDX-01:akathisia"]


def test_a_mimic_beside_it_is_a_caveat_once_the_fifth_is_answered(case_of: CaseOf) -> None:
    case = case_of({"solely-another-condition": "no"})
    with_one = essential_criteria(case, mimic("akathisia", YES))["R-DX-05"]
    without = essential_criteria(case, mimic("akathisia", UNKNOWN))["R-DX-05"]
    assert [c.code for c in with_one.caveats] == ["coexisting-mimic"]
    assert "kathisia" in with_one.caveats[0].statement
    assert without.caveats == ()


def test_no_screen_settles_the_fifth(case_of: CaseOf) -> None:
    screened = {f"screened-by-{name}": "yes" for name in ("single-question", "ch-rlsq", "rls-nih")}
    assert essential_criteria(case_of(screened), {})["R-DX-05"].truth is UNKNOWN


def of(truths: tuple[Truth, ...]) -> dict[str, Conclusion]:
    return {f"R-DX-0{n}": Conclusion(truth, "") for n, truth in enumerate(truths, start=1)}


def expected_state(truths: tuple[Truth, ...]) -> str:
    four, fifth = truths[:4], truths[4]
    if NO in four:
        return NOT_MET
    if fifth is NO:
        return ANOTHER_CONDITION
    if UNKNOWN in four:
        return NOT_ALL_ANSWERED
    return MIMICS_OPEN if fifth is UNKNOWN else MET


@pytest.mark.parametrize("truths", list(product(Truth, repeat=5)))
def test_states_for_every_combination_of_answers(truths: tuple[Truth, ...]) -> None:
    five = of(truths)
    assert state_of(five, fifth_is_asked=True) == expected_state(truths)
    assert state_of(five, fifth_is_asked=False) == expected_state((*truths[:4], YES))
    # Only these two states say that restless legs may be there.
    open_or_met = met_or_open(five).truth is YES
    assert open_or_met == (expected_state(truths) in (MET, MIMICS_OPEN))
    assert (first_four(five).truth is NO) == (NO in truths[:4])


@pytest.mark.parametrize("rule", HIDDEN)
def test_forgetting_one_answer_never_turns_a_hidden_criterion_round(
    case_of: CaseOf, rule: str
) -> None:
    asked = (*HIDDEN[rule], "very-severe", *NEVER_TAKEN)
    combinations = list(product(("yes", "no", "unknown"), repeat=len(asked)))
    found = {
        values: essential_criteria(case_of(dict(zip(asked, values, strict=True))), {})[rule].truth
        for values in combinations
    }
    turned = [
        (values, asked[place])
        for values in combinations
        for place, value in enumerate(values)
        if value != "unknown"
        and {found[values], found[(*values[:place], "unknown", *values[place + 1 :])]} == {YES, NO}
    ]
    assert turned == []
    assert set(found.values()) == {YES, NO, UNKNOWN}
