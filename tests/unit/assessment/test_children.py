"""Criteria in children: categories, own words, and the age below which a clinician judges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.children import (
    categories_in_children,
    for_clinician_to_judge,
)
from ekbom.assessment.criteria import essential_criteria
from ekbom.assessment.person import is_adult
from ekbom.logic import Conclusion, Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
ALL = {
    "urge-to-move-legs": "yes",
    "worse-at-rest": "yes",
    "relief-by-movement": "yes",
    "worse-evening-night": "yes",
    "solely-another-condition": "no",
    "own-words": "yes",
    "leg-discomfort-observed": "yes",
}
CaseOf = Callable[..., Case]


def categories(case: Case) -> dict[str, Conclusion]:
    found = categories_in_children(case, essential_criteria(case, {}))
    return {f.conclusion.id.partition(":")[2]: f.conclusion for f in found}


@pytest.mark.parametrize(
    ("change", "truths"),
    [
        ({}, (YES, YES, YES)),
        ({"worse-evening-night": "no"}, (NO, YES, NO)),
        ({"urge-to-move-legs": "no"}, (NO, NO, YES)),
        ({"own-words": "no"}, (NO, NO, YES)),
        ({"own-words": "unknown"}, (UNKNOWN, UNKNOWN, YES)),
        ({"leg-discomfort-observed": "no"}, (YES, YES, NO)),
        ({"solely-another-condition": "yes"}, (NO, NO, NO)),
        ({"solely-another-condition": "unknown"}, (UNKNOWN, UNKNOWN, UNKNOWN)),
        ({"worse-at-rest": "no"}, (NO, NO, NO)),
    ],
)
def test_definite_probable_and_possible(
    case_of: CaseOf, change: dict[str, str], truths: tuple[Truth, Truth, Truth]
) -> None:
    found = categories(case_of({**ALL, **change}, born="2014-05-01"))
    assert tuple(c.truth for c in found.values()) == truths
    assert list(found) == ["definite", "probable", "possible"]


@pytest.mark.parametrize(
    ("born", "told"), [("2008-05-11", True), ("2008-05-10", False), ("2008", True)]
)
def test_categories_are_told_below_18_only(case_of: CaseOf, born: str, told: bool) -> None:
    assert bool(categories(case_of(ALL, born=born))) is told


@pytest.mark.parametrize(
    ("born", "truth"), [("2008-05-10", YES), ("2008-05-11", NO), ("2008", UNKNOWN)]
)
def test_adult_by_date_of_birth(case_of: CaseOf, born: str, truth: Truth) -> None:
    assert is_adult(case_of(born=born)).truth is truth


@pytest.mark.parametrize("truth", [YES, NO])
@pytest.mark.parametrize(
    ("born", "judged", "is_held_back"),
    [
        ("2020-05-11", "unknown", True),
        ("2020-05-11", "no", True),
        ("2020-05-11", "yes", False),
        ("2020-05-10", "unknown", False),
        ("1978", "unknown", False),
    ],
)
def test_below_six_nothing_is_concluded_without_a_clinician(
    case_of: CaseOf, truth: Truth, born: str, judged: str, is_held_back: bool
) -> None:
    case = case_of({"clinician-judged-young-child": judged}, born=born)
    reached = for_clinician_to_judge(case, Conclusion(truth, "met", id="R-DX-06"))
    assert reached.truth is (UNKNOWN if is_held_back else truth)
    assert reached.id == "R-DX-06"
    assert [c.code for c in reached.caveats] == (["young-child"] if is_held_back else [])


@pytest.mark.parametrize("answers", [{}, {"clinician-judged-young-child": "no"}])
def test_what_is_missing_below_six_is_the_judgement(
    case_of: CaseOf, answers: dict[str, str]
) -> None:
    case = case_of(answers, born="2021")
    reached = for_clinician_to_judge(case, Conclusion(YES, "met", id="R-DX-06"))
    keys = [missing.key for missing in reached.all_missing()]
    assert keys == ["question:clinician-judged-young-child"]


def test_a_birth_year_that_leaves_the_age_open_is_a_caveat(case_of: CaseOf) -> None:
    reached = for_clinician_to_judge(case_of(born="2020"), Conclusion(YES, "met"))
    assert reached.truth is YES
    assert [c.code for c in reached.caveats] == ["young-child"]
