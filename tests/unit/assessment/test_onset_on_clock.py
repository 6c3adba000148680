"""Two onsets on the clock, across midnight and at the turn of the day."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.assessment.onset_on_clock import TurnOfDay, earlier_by_h
from ekbom.knowledge.binding import bind
from ekbom.knowledge.loading import load

TURN = bind(TurnOfDay, load(), "ekbom-assessment-1")
TOLERANCE_H = 1e-9
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def earlier(before: str, now: str) -> float | None:
    return earlier_by_h(time.fromisoformat(before), time.fromisoformat(now), TURN)


@pytest.mark.parametrize(
    ("before", "now", "hours"),
    [
        ("23:30", "21:30", 2.0),
        ("00:30", "22:30", 2.0),
        ("22:00", "02:00", -4.0),
        ("02:00", "22:00", 4.0),
        ("22:00", "09:00", 13.0),
        ("03:59", "00:00", 3 + 59 / 60),
        ("23:20", "21:20", 2.0),
        ("23:20", "21:21", 1 + 59 / 60),
        ("21:00", "21:00", 0.0),
    ],
)
def test_hours_by_which_an_onset_is_earlier(before: str, now: str, hours: float) -> None:
    assert earlier(before, now) == hours


@pytest.mark.parametrize(
    ("before", "now"), [("22:00", "04:00"), ("22:00", "08:59"), ("05:00", "22:00")]
)
def test_an_onset_at_the_turn_of_the_day_is_not_placed(before: str, now: str) -> None:
    assert earlier(before, now) is None


def test_the_same_minute_is_no_shift_even_at_the_turn_of_the_day() -> None:
    assert earlier("06:00", "06:00") == 0.0


@given(CLOCKS, CLOCKS)
def test_turned_round_the_shift_is_the_opposite(one: time, other: time) -> None:
    there, back = earlier_by_h(one, other, TURN), earlier_by_h(other, one, TURN)
    assert (there is None) is (back is None)
    assert there is None or back is None or there == -back


@given(CLOCKS, CLOCKS, CLOCKS)
def test_two_shifts_add_up_to_the_whole(first: time, second: time, third: time) -> None:
    parts = earlier_by_h(first, second, TURN), earlier_by_h(second, third, TURN)
    whole = earlier_by_h(first, third, TURN)
    if None not in (*parts, whole):
        assert sum(part or 0.0 for part in parts) == pytest.approx(whole, abs=TOLERANCE_H)
