"""Measures over time: which way they went, without saying what it means."""

from __future__ import annotations

from datetime import date

import pytest

from ekbom.followup.courses import Course, Point
from ekbom.report.consultation.measures import ONSET, measures_shown
from ekbom.units import clock_text

FIRST, THEN, NOW = date(2025, 1, 1), date(2025, 6, 1), date(2026, 1, 1)


def course(*values: float, better: str = "lower", id: str = "questionnaire:irls") -> Course:
    points = tuple(
        Point(day, value) for day, value in zip((FIRST, THEN, NOW), values, strict=False)
    )
    return Course(id, "IRLS (total)", "{score}", better, points, baseline=points[0])  # type: ignore[arg-type]


def test_a_measure_has_baseline_time_before_and_now() -> None:
    (one,) = measures_shown([course(27, 24, 21)])
    assert (one.name, one.detail) == ("IRLS", "total")
    assert one.baseline and one.before
    assert [one.baseline.says, one.before.says, one.now.says] == ["27", "24", "21"]
    assert (one.change, one.way, one.since) == (
        "\N{MINUS SIGN}6",
        "towards better",
        "towards better",
    )


@pytest.mark.parametrize(
    ("values", "better", "way"),
    [
        ((20, 25), "lower", "towards worse"),
        ((20, 25), "higher", "towards better"),
        ((20, 20), "lower", "the same"),
        ((20, 25), "", ""),
    ],
)
def test_the_way_depends_on_what_is_better(
    values: tuple[float, ...], better: str, way: str
) -> None:
    (one,) = measures_shown([course(*values, better=better)])
    assert one.way == way


def test_a_single_value_has_no_change_and_a_bound_has_no_way() -> None:
    (one,) = measures_shown([course(27)])
    assert (one.change, one.way, one.before) == ("", "", None)
    points = (Point(FIRST, 5, bound="<"), Point(NOW, 4))
    (other,) = measures_shown([Course("lab:crp", "CRP", "mg/L", "lower", points, points[0])])
    assert other.way == ""


def test_an_onset_is_read_by_the_clock() -> None:
    (one,) = measures_shown([course(22, 16.5, id=ONSET, better="higher")])
    assert one.now.says == "16:30"
    assert one.change == "5 h 30 min earlier"
    assert one.way == "towards worse"
    assert clock_text(25.25) == "01:15"


def test_a_course_without_values_is_left_out() -> None:
    assert list(measures_shown([Course("lab:ferritin", "Ferritin", "ug/L", "", ())])) == []
