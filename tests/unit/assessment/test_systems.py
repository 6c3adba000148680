"""IRLSSG, ICSD-3-TR and DSM-5 side by side."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.criteria import essential_criteria
from ekbom.assessment.findings import Finding
from ekbom.assessment.systems import three_systems
from ekbom.logic import Truth, all_of

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
FULL = {
    "urge-to-move-legs": "yes",
    "worse-at-rest": "yes",
    "relief-by-movement": "yes",
    "worse-evening-night": "yes",
    "solely-another-condition": "no",
    "distress-or-impairment": "yes",
    "symptom-days-per-week": 3.0,
    "symptom-months": 3.0,
    "course-provoked": "no",
}
CaseOf = Callable[..., Case]


def systems(case: Case) -> dict[str, Finding]:
    five = essential_criteria(case, {})
    together = all_of("met", *five.values()).named("R-DX-06", "met")
    return {f.conclusion.id: f for f in three_systems(case, five, together)}


@pytest.mark.parametrize(
    ("change", "icsd", "dsm", "differ"),
    [
        ({}, YES, YES, NO),
        ({"symptom-days-per-week": 2.9}, YES, NO, YES),
        ({"symptom-months": 2.9}, YES, NO, YES),
        ({"distress-or-impairment": "no"}, UNKNOWN, NO, YES),
        (
            {"distress-or-impairment": "no", "sleep-disturbed-by-symptoms": "yes"},
            YES,
            NO,
            YES,
        ),
        ({"distress-or-impairment": "no", "sleep-disturbed-by-symptoms": "no"}, NO, NO, YES),
        ({"worse-at-rest": "no"}, NO, NO, NO),
        ({"solely-another-condition": "yes"}, NO, NO, NO),
        ({"solely-another-condition": "unknown"}, UNKNOWN, UNKNOWN, UNKNOWN),
        ({"symptom-months": "unknown"}, YES, UNKNOWN, UNKNOWN),
        ({"course-provoked": "yes"}, YES, UNKNOWN, UNKNOWN),
    ],
)
def test_each_system_and_whether_they_differ(
    case_of: CaseOf, change: dict[str, str | float], icsd: Truth, dsm: Truth, differ: Truth
) -> None:
    found = systems(case_of({**FULL, **change}))
    truths = [found[rule].conclusion.truth for rule in ("R-DX-10", "R-DX-11", "R-DX-12")]
    assert truths == [icsd, dsm, differ]


def test_state_says_how_they_differ(case_of: CaseOf) -> None:
    found = systems(case_of({**FULL, "symptom-days-per-week": 1.0}))
    assert found["R-DX-12"].state == "IRLSSG yes, ICSD-3-TR yes, DSM-5 no"


def test_the_text_revision_is_not_told_before_it_was_out(case_of: CaseOf) -> None:
    found = systems(case_of(FULL, editions={"plmd": "icsd-3"}))
    assert "R-DX-10" not in found
    assert found["R-DX-12"].state == "IRLSSG yes, DSM-5 yes"


@pytest.mark.parametrize("names", list(product(["yes", "no", "unknown"], repeat=2)))
def test_no_system_is_met_while_the_essential_criteria_are_not(
    case_of: CaseOf, names: tuple[str, str]
) -> None:
    rest, other = names
    answers = {**FULL, "worse-at-rest": rest, "solely-another-condition": other}
    found = systems(case_of(answers))
    is_met = (rest, other) == ("yes", "no")
    for rule in ("R-DX-10", "R-DX-11"):
        assert (found[rule].conclusion.truth is YES) == is_met


def test_below_six_every_system_waits_for_a_clinician(case_of: CaseOf) -> None:
    found = systems(case_of(FULL, born="2021"))
    assert {found[rule].conclusion.truth for rule in ("R-DX-10", "R-DX-11")} == {UNKNOWN}
