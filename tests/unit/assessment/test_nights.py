"""The index of a night beside the limit for the age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.nights import (
    immobilization_raised,
    index_raised,
    measured_nights,
    night_on_record,
)
from ekbom.logic import Truth
from ekbom.patient.patient import NightSummary

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
ADULT, CHILD, EITHER = "1978", "2014", "2008"
CaseOf = Callable[..., Case]


def night(index: float | None = None, day: int = 1, **others: Any) -> NightSummary:
    known = {"method": "polysomnography", "respiratory_movements": "excluded", **others}
    return NightSummary(date(2026, 4, day), plms_index_per_h=index, **known)


@pytest.mark.parametrize(
    ("born", "index", "truth", "codes"),
    [
        (ADULT, 15.1, YES, set()),
        (ADULT, 15.0, NO, {"index-on-boundary"}),
        (ADULT, 14.96, NO, {"index-on-boundary"}),
        (ADULT, 15.04, YES, {"index-on-boundary"}),
        (ADULT, 14.9, NO, set()),
        (CHILD, 5.1, YES, set()),
        (CHILD, 5.0, NO, {"index-on-boundary"}),
        (CHILD, 4.9, NO, set()),
        (EITHER, 20.0, YES, set()),
        (EITHER, 10.0, UNKNOWN, {"age-open"}),
        (EITHER, 3.0, NO, set()),
        (ADULT, None, UNKNOWN, set()),
    ],
)
def test_index_beside_the_limit_for_the_age(
    case_of: CaseOf, born: str, index: float | None, truth: Truth, codes: set[str]
) -> None:
    raised = index_raised(case_of(born=born, nights=(night(index),)))
    assert raised.truth is truth
    assert {caveat.code for caveat in raised.all_caveats()} == codes


@pytest.mark.parametrize("edition", ["icsd-3", "icsd-3-tr"])
def test_limit_is_that_of_the_edition_and_is_cited(case_of: CaseOf, edition: str) -> None:
    raised = index_raised(case_of(nights=(night(34),), editions={"plmd": edition}))
    assert [citation.source for citation in raised.cited()] == [edition]


@pytest.mark.parametrize("method", ["actigraphy", "unknown"])
def test_an_index_that_is_not_of_a_polysomnography_has_no_limit(
    case_of: CaseOf, method: str
) -> None:
    raised = index_raised(case_of(nights=(night(80, method=method),)))
    assert raised.truth is UNKNOWN
    codes = [caveat.code for caveat in raised.caveats]
    assert codes == (["index-of-actigraphy"] if method == "actigraphy" else [])


@pytest.mark.parametrize(
    ("respiratory", "codes"),
    [
        ("excluded", []),
        ("included", ["respiratory-movements-included"]),
        ("unknown", ["respiratory-movements-unknown"]),
    ],
)
def test_breathing_in_a_raised_index_is_a_caveat(
    case_of: CaseOf, respiratory: str, codes: list[str]
) -> None:
    raised = index_raised(case_of(nights=(night(34, respiratory_movements=respiratory),)))
    normal = index_raised(case_of(nights=(night(3, respiratory_movements=respiratory),)))
    assert [caveat.code for caveat in raised.caveats] == codes
    assert normal.caveats == ()


def test_the_latest_measured_night_is_looked_at(case_of: CaseOf) -> None:
    nights = (
        night(40, 1),
        night(3, 2),
        night(None, 3),
        night(90, 4, method="actigraphy"),
    )
    case = case_of(nights=nights)
    assert night_on_record(case) == nights[1]
    assert measured_nights(case) == nights[:2]
    assert index_raised(case).truth is NO


def test_without_a_measured_night_the_latest_is_on_record(case_of: CaseOf) -> None:
    unmeasured = case_of(nights=(night(None, 1), night(9, 2, method="actigraphy")))
    only_worn = case_of(nights=(night(8, 1, method="actigraphy"), night(9, 2, method="unknown")))
    assert night_on_record(unmeasured) == unmeasured.patient.nights[0]
    assert night_on_record(only_worn) == only_worn.patient.nights[1]
    assert night_on_record(case_of()) is None


@pytest.mark.parametrize(("index", "truth"), [(40.1, YES), (40.0, NO), (39.9, NO), (None, UNKNOWN)])
def test_immobilization_test_beside_its_limit(
    case_of: CaseOf, index: float | None, truth: Truth
) -> None:
    tested = night(None, method="unknown", immobilization_plmw_index_per_h=index)
    reached = immobilization_raised(case_of(nights=(tested,)))
    assert reached.truth is truth
    flagged = {caveat.code for caveat in reached.all_caveats()}
    assert flagged == ({"index-on-boundary"} if index == 40.0 else set())
