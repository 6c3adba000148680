"""Numbers of a simulation: the right night, the right draws, differences within a draw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from ekbom.mechanism.regimen import Line
from ekbom.mechanism.scenarios.scenario import Course, Scenario, Simulation
from ekbom.report.simulation.html import difference_text
from ekbom.report.simulation.outcomes import AUGMENTATION, FERRITIN, IRLS
from ekbom.report.simulation.summary import (
    Interval,
    difference_at,
    drawn_courses,
    floor_index,
    interval_at,
    moments,
    placebo_index,
    span,
    untreated_index,
)

Make = Callable[..., Simulation]
Ask = Callable[..., Scenario]
Lines = Callable[..., Line]
TWO = (Course("a", (), False), Course("b", (), True))


def test_moments_are_the_nights_nearest_and_the_last(by_hand: Make, scenario_with: Ask) -> None:
    days = [*range(0, 1095, 7), 1095]
    found = moments(by_hand(scenario_with(TWO, 1095), days, ({}, {}), 2))
    assert [moment.name for moment in found] == ["3 months", "1 year", "end, after 3 years"]
    assert [days[moment.index] for moment in found] == [91, 364, 1095]
    assert found[-1].on == date(2029, 1, 4)


def test_a_short_run_is_told_at_its_end(by_hand: Make, scenario_with: Ask) -> None:
    found = moments(by_hand(scenario_with(TWO, 14), [0, 14], ({}, {}), 2))
    assert [moment.name for moment in found] == ["end, after 2 weeks"]


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (1, "1 day"),
        (7, "1 week"),
        (84, "12 weeks"),
        (365, "1 year"),
        (1461, "4 years"),
        (10, "10 days"),
    ],
)
def test_a_span_is_said_as_people_say_it(days: int, says: str) -> None:
    assert span(days) == says


def test_a_difference_is_taken_within_each_draw(by_hand: Make, scenario_with: Ask) -> None:
    # The courses overlap by far; in every draw the second lies exactly 3 below.
    one = np.array([[10.0, 20.0, 30.0]])
    made = by_hand(scenario_with(TWO, 1), [1], ({"irls": one}, {"irls": one - 3}), 3)
    (end,) = moments(made)
    found = difference_at(made.courses[1], made.courses[0], IRLS, end)
    assert (found.low, found.median, found.high) == (-3.0, -3.0, -3.0)
    assert difference_text(IRLS, found) == "\u22123.0"


def test_an_interval_holds_ninety_of_a_hundred_draws(by_hand: Make, scenario_with: Ask) -> None:
    values = np.arange(101.0)[None, :]
    made = by_hand(scenario_with(TWO, 1), [1], ({"ferritin": values}, {}), 101)
    found = interval_at(made.courses[0], FERRITIN, moments(made)[0])
    assert found == Interval(5.0, 25.0, 50.0, 75.0, 95.0)


def test_a_probability_is_shown_in_per_cent(by_hand: Make, scenario_with: Ask) -> None:
    made = by_hand(scenario_with(TWO, 1), [1], ({"augmentation": np.full((1, 2), 0.25)}, {}), 2)
    assert interval_at(made.courses[0], AUGMENTATION, moments(made)[0]).median == 25.0


def test_a_course_that_is_as_the_untreated_one_is_named_not_drawn(
    by_hand: Make, scenario_with: Ask
) -> None:
    base = np.full((2, 3), 28.0)
    values = ({"ferritin": base}, {"ferritin": base + 1e-4}, {"ferritin": base + 5})
    courses = (*TWO, Course("c", (), True))
    made = by_hand(scenario_with(courses, 1), [0, 1], values, 3)
    assert drawn_courses(made, FERRITIN) == ([0, 2], [1], 0)


def test_without_an_untreated_course_every_course_is_drawn(
    by_hand: Make, scenario_with: Ask
) -> None:
    courses = (Course("b", (), True), Course("c", (), True))
    made = by_hand(scenario_with(courses, 1), [0, 1], ({}, {}), 3)
    assert drawn_courses(made, FERRITIN) == ([0, 1], [], -1)


def test_the_floor_is_a_course_without_an_agonist(scenario_with: Ask, line_of: Lines) -> None:
    agonist = Course("agonist", (line_of("pramipexole", 0.25, 20.0, [True]),), True)
    ligand = Course("ligand", (line_of("pregabalin", 150.0, 21.0, [True]),), True)
    placebo, untreated = Course("placebo", (), True), Course("untreated", (), False)
    scenario = scenario_with([agonist, ligand, placebo, untreated], 1)
    assert (untreated_index(scenario), placebo_index(scenario), floor_index(scenario)) == (3, 2, 3)
    assert floor_index(scenario_with([agonist, ligand], 1)) == 1
    assert floor_index(scenario_with([agonist], 1)) is None
