"""Panels of a simulation: lines keep their shape, doses their days, labels their distance."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.report import svg
from ekbom.report.figures.bands import ceiling, end_labels, kept
from ekbom.report.figures.calendar_axis import CalendarAxis
from ekbom.report.figures.day_profile import DayProfile, HourlyPlot, after_noon_h, day_panel
from ekbom.report.figures.dose_rows import DoseRow, dose_rows
from ekbom.report.figures.interval_rows import Bar, BarGroup, interval_rows

SCALE = svg.Scale(0.0, 100.0, 0.0, 200.0)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=60))
def test_a_line_with_fewer_points_stays_within_the_tolerance(values: list[float]) -> None:
    x, y = np.arange(len(values), dtype=float), np.array(values)
    some = kept(x, y)
    assert np.max(np.abs(np.interp(x, x[some], y[some]) - y)) <= 0.3  # a third of a pixel


def test_a_straight_line_needs_its_ends_only() -> None:
    assert kept(np.arange(50.0), np.linspace(3, 4, 50)).tolist() == [0, 49]


def test_an_axis_ends_where_its_scale_ends() -> None:
    assert ceiling(39.9, 40.0, 40.0) == 40.0
    assert ceiling(7.0, 20.0, None) == 20.0
    assert ceiling(431.0, 50.0, None) >= 431.0


def test_end_labels_keep_their_distance() -> None:
    labels = [str(one) for one in end_labels([50.0, 50.0, 50.0, 50.0, 50.0], ["1", "2", "3"])]
    heights = sorted(float(found) for found in re.findall(r' y="([\d.]+)"', "".join(labels)))
    assert min(np.diff(heights)) >= 11


@pytest.mark.parametrize(
    ("n_days", "says"),
    [
        (3, ["start", "1 d", "2 d", "3 d"]),
        (28, ["start", "1 wk", "2 wk", "3 wk", "4 wk"]),
        (365, ["start", "3 mo", "6 mo", "9 mo", "12 mo"]),
        (1095, ["start", "1 y", "2 y", "3 y"]),
        (3653, ["start", "3 y", "6 y", "9 y"]),
    ],
)
def test_time_is_told_in_steps_a_reader_counts_in(n_days: int, says: list[str]) -> None:
    ticks = list(CalendarAxis(date(2026, 1, 31), n_days, 0.0, 100.0).ticks())
    assert [said for _, said, _ in ticks] == says
    assert all(0 <= day <= n_days for day, _, _ in ticks)


def test_months_from_the_end_of_a_long_one_end_in_the_right_month() -> None:
    ticks = CalendarAxis(date(2026, 1, 31), 130, 0.0, 100.0).ticks()
    dates = [on for _, _, on in ticks]
    assert dates == [f"{month} 2026" for month in ("Jan", "Feb", "Mar", "Apr", "May")]


def drawn(daily: list[float]) -> str:
    row = DoseRow("x", np.array(daily))
    return str(dose_rows([row], svg.Scale(0.0, len(daily), 0.0, 200.0), 0.0))


def test_a_dose_on_one_day_is_a_mark_and_a_stretch_is_a_bar() -> None:
    single = [0.0] * 1000
    single[500] = 1000.0
    assert re.search(r"M100 \d+l4", drawn(single))
    assert "h200v" in drawn([5.0] * 1000)


def test_every_other_day_is_one_bar_and_a_pause_is_a_gap() -> None:
    assert drawn([5.0, 0.0] * 500).count("M") == 2  # the axis and one bar
    paused = [5.0] * 400 + [0.0] * 200 + [5.0] * 400
    assert drawn(paused).count("M") == 3


def test_a_higher_dose_is_a_higher_bar() -> None:
    heights = re.findall(r"M[\d.]+ [\d.]+v-([\d.]+)", drawn([1.0] * 50 + [2.0] * 50))
    assert float(heights[1]) == 2 * float(heights[0])


def test_nothing_given_draws_no_bar() -> None:
    assert "dose-bar" not in drawn([0.0] * 10)


def test_the_evening_window_and_a_night_over_noon_lie_where_the_clock_says() -> None:
    assert (after_noon_h(22.0), after_noon_h(4.0), after_noon_h(12.0)) == (10.0, 16.0, 0.0)
    plot = HourlyPlot("x", np.ones((5, 24)), np.full((5, 24), 2.0), 4.0)
    by_day = str(day_panel(DayProfile([plot], 8.0, 15.0, [(20.0, "dose")], "x")))
    by_night = str(day_panel(DayProfile([plot], 23.0, 7.0, [], "x")))
    assert by_day.count('class="bed"') == 2
    assert by_night.count('class="bed"') == 1
    assert "<title>dose</title>" in by_day


def test_rivals_differ_in_mark_as_well_as_in_colour() -> None:
    bars = [Bar(1.0, 2.0, 3.0, 4.0, 5.0, "3", kind) for kind in range(4)]
    figure = str(interval_rows([BarGroup("x", bars)], 10.0, "x"))
    shapes = re.findall(r'd="M[\d.]+ [\d.]+(m[^"]+)" class="point', figure)
    assert len(set(shapes)) == 4
