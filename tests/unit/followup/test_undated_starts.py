"""Checks whose first day is known by month or year only, or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.followup.people import (
    DAY,
    IRON_VALUES,
    answered,
    check,
    checks,
    drawn,
    due,
    on,
    person,
)

from ekbom.logic import Truth


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-02-27", Truth.NO),
        ("2026-02-28", Truth.NO),
        ("2026-03-01", Truth.UNKNOWN),
        ("2026-03-27", Truth.UNKNOWN),
        ("2026-03-28", Truth.YES),
    ],
)
def test_a_start_known_by_month_is_due_only_if_every_day_of_it_says_so(
    day: str, expected: Truth
) -> None:
    # Four weeks after 1 February is 1 March, after 28 February it is 28 March.
    found = check(on("gabapentin", "2026-02"), "mood-and-suicidality", date.fromisoformat(day))
    assert found.conclusion.truth is expected
    assert found.due_on == date(2026, 3, 1)
    missing = [m.key for m in found.conclusion.all_missing()]
    assert missing == (["start:gabapentin"] if expected is Truth.UNKNOWN else [])


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-03-28", Truth.NO), ("2026-03-29", Truth.UNKNOWN), ("2026-04-25", Truth.YES)],
)
def test_iron_values_are_named_for_the_latest_day_they_may_be_due(
    day: str, expected: Truth
) -> None:
    found = check(on("ferrous-sulfate", "2026-02"), "iron-recheck-oral", date.fromisoformat(day))
    assert found.conclusion.truth is expected
    if expected is not Truth.NO:
        assert found.due_on == min(date(2026, 4, 25), date.max)


def test_a_value_that_may_have_come_too_early_leaves_it_open() -> None:
    given = on("ferric-carboxymaltose", "2026-02", stopped="2026-02")
    maybe = given + drawn(("2026-04-10", IRON_VALUES))
    assert due(maybe, "iron-recheck-iv", DAY) is Truth.UNKNOWN
    surely = given + drawn(("2026-04-25", IRON_VALUES))
    assert due(surely, "iron-recheck-iv", DAY) is Truth.NO


def test_an_undated_start_leaves_it_open_unless_it_makes_no_difference() -> None:
    undated = on("gabapentin", "")
    found = check(undated, "mood-and-suicidality")
    assert (found.conclusion.truth, found.due_on) == (Truth.UNKNOWN, None)
    assert [m.key for m in found.conclusion.all_missing()] == ["start:gabapentin"]
    fresh = drawn(("2026-04-02", "creatinine: 0.9 mg/dL"))
    assert due(undated + fresh, "renal-function", DAY) is Truth.NO
    assert due(undated, "renal-function", DAY) is Truth.YES


def test_a_course_of_infusions_without_an_end_leaves_the_recheck_open() -> None:
    found = check(on("iron-sucrose", "2026-01-10"), "iron-recheck-iv")
    assert found.conclusion.truth is Truth.UNKNOWN


def test_the_reason_that_comes_first_decides() -> None:
    old = on("gabapentin", "2025-01-10")
    new = "  - {drug: oxycodone, started: 2026-05-08}\n"
    done = answered(("2026-04-01", "slow-breathing-or-sedation: no"))
    found = check(old + new + done, "sedation-and-breathing")
    assert found.conclusion.truth is Truth.NO
    assert found.due_on == date(2026, 5, 22)


# Iron that has ended


def test_iron_by_mouth_that_ended_unchecked_still_asks_for_values_once() -> None:
    ended = on("ferrous-sulfate", stopped="2026-04-01")
    found = check(ended, "iron-recheck-oral")
    assert (found.conclusion.truth, found.due_on) == (Truth.YES, date(2026, 3, 7))
    done = ended + drawn(("2026-03-07", IRON_VALUES))
    for day in (DAY, date(2027, 4, 1)):
        assert due(done, "iron-recheck-oral", day) is Truth.NO
    assert check(done, "iron-recheck-oral").due_on is None


@pytest.mark.parametrize(("day", "asked"), [("2027-04-01", True), ("2027-04-02", False)])
def test_iron_that_ended_a_year_ago_is_left_to_the_regular_values(day: str, asked: bool) -> None:
    ended = on("ferrous-sulfate", stopped="2026-04-01")
    found = checks(person(ended, day=date(2028, 1, 1)), date.fromisoformat(day))
    assert ("iron-recheck-oral" in found) is asked
    assert "iron-studies" in found


def test_a_scale_made_for_adults_is_not_due_in_a_child() -> None:
    found = checks(person(on("ferrous-sulfate"), born="2016-03-14"))
    assert set(found) == {"iron-recheck-oral", "iron-studies"}
