"""Small figures of an assessment: draws against limits, onset around the clock."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time

from ekbom.knowledge.parameters import Sourced
from ekbom.patient.patient import DiaryEntry, Draw, LabResult
from ekbom.report.figures.clock import Window, clock_figure
from ekbom.report.figures.iron import iron_figure

DAY = date(2026, 5, 10)


def draw(on: date, ferritin: float, bound: str = "") -> Draw:
    return Draw(on, {"ferritin": LabResult("ferritin", ferritin, "ug/L", "", bound)})


def limit(value: float) -> tuple[str, Sourced]:
    sourced = Sourced(value, "ug/L", "p", f"Limit {value}", "aan-2016", "s", "", "abstract", DAY)
    return "ferritin", sourced


def test_limits_far_above_the_values_are_left_out() -> None:
    figure = str(iron_figure([draw(DAY, 60)], [limit(50), limit(75), limit(100), limit(300)]))
    assert re.findall(r"<title>(Limit \d+)</title>", figure) == ["Limit 50", "Limit 75"]


def test_the_same_limit_of_two_rules_is_one_line() -> None:
    figure = str(iron_figure([draw(DAY, 60)], [limit(75), limit(75)]))
    assert figure.count('class="limit"') == 1


def test_a_bound_is_shown_as_a_bound() -> None:
    assert "&lt;8" in str(iron_figure([draw(DAY, 8, "<")], []))


def test_an_analyte_never_measured_has_no_panel() -> None:
    figure = str(iron_figure([draw(DAY, 60)], []))
    assert "Ferritin, µg/L" in figure
    assert "Transferrin saturation, %" not in figure
    assert iron_figure([], []) is None


def test_years_between_draws_are_not_hidden() -> None:
    days = [date(2020, 1, 1), date(2025, 1, 1), date(2026, 1, 1)]
    figure = str(iron_figure([draw(day, 60) for day in days], []))
    x = [float(found) for found in re.findall(r'<circle cx="([\d.]+)"', figure)]
    assert x[1] - x[0] > 4 * (x[2] - x[1])


def test_midnight_is_at_the_top_and_morning_at_the_right() -> None:
    def tip(hour: float) -> tuple[float, float]:
        figure = str(clock_figure([], hour, []))
        found = re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="4.5"', figure)
        assert found
        return float(found[1]), float(found[2])

    assert tip(0)[1] < tip(6)[1] < tip(12)[1]
    assert tip(6)[0] > tip(0)[0] > tip(18)[0]


def test_the_usual_onset_is_written_as_a_clock_time() -> None:
    assert ">21:05<" in str(clock_figure([], 21 + 5 / 60, []))


def test_a_spell_over_midnight_is_one_short_arc() -> None:
    spell = DiaryEntry(DAY, time(23, 0), time(1, 0))
    window = Window("usual peak", 22.0, 4.0, "window")
    figure = str(clock_figure([window], None, [spell]))
    assert figure.count('class="spell"') == 1
    arcs = re.findall(r"A[\d.]+ [\d.]+ 0 (\d) 1", figure)
    assert arcs == ["0", "0"]


def test_without_times_there_is_no_clock() -> None:
    assert clock_figure([Window("usual peak", 22.0, 4.0, "window")], None, []) is None


def test_the_limit_that_stops_iron_says_so() -> None:
    analyte, usual = limit(45)
    stop = replace(usual, parameter="iron/saturation-stop")
    assert "45  stop, " in str(iron_figure([draw(DAY, 30)], [(analyte, stop)]))
    assert "stop" not in str(iron_figure([draw(DAY, 30)], [(analyte, usual)]))
