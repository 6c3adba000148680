"""Courses at a few moments: median and range over draws, and differences paired by draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism.pharmacology import ACTS, Acts
from ekbom.mechanism.scenarios.scenario import (
    Course,
    Scenario,
    SimulatedCourse,
    Simulation,
    quantiles,
)
from ekbom.report.simulation.outcomes import AUGMENTATION, Outcome

# Days worth a column, the most telling last.
_MOMENTS = ((28, "4 weeks"), (91, "3 months"), (365, "1 year"))
_MOST_MOMENTS = 2
# A moment so near the end would say the same twice.
_END_SHARE = 0.9
# Below this share of the last digit shown, two courses are the same to a reader.
_SAME_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Interval:
    """Quantiles over draws: 5, 25, 50, 75 and 95 per cent."""

    low: float
    lower: float
    median: float
    upper: float
    high: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Interval:
        """Of one value per draw."""
        return cls(*(float(level) for level in quantiles(values)))


@dataclass(frozen=True, slots=True)
class Moment:
    """A night that is told in numbers.

    Parameters
    ----------
    name : str
        How long after the start.
    index : int
        Which of the nights observed.
    on : datetime.date
        Morning after it.
    """

    name: str
    index: int
    on: date


def moments(simulation: Simulation) -> tuple[Moment, ...]:
    """The nights told in numbers: at most two on the way, and the last one.

    Parameters
    ----------
    simulation : Simulation
        Of a scenario.
    """
    scenario, dates = simulation.scenario, simulation.courses[0].dates
    on_the_way = [one for one in _MOMENTS if one[0] < _END_SHARE * scenario.n_days]
    days = np.array([(day - scenario.start).days for day in dates])
    found = []
    for n_days, name in on_the_way[-_MOST_MOMENTS:]:
        index = int(np.argmin(abs(days - n_days)))
        found.append(Moment(name, index, dates[index]))
    last = len(dates) - 1
    return (*found, Moment(f"end, after {span(scenario.n_days)}", last, dates[last]))


def span(n_days: int) -> str:
    """So many days as a reader says it."""
    for length, name in ((365.25, "year"), (7.0, "week")):
        whole = round(n_days / length)
        if whole and abs(n_days - whole * length) <= max(1.0, whole * 0.01 * length):
            return f"{whole} {name}{'' if whole == 1 else 's'}"
    return f"{n_days} day{'' if n_days == 1 else 's'}"


def values_of(course: SimulatedCourse, outcome: Outcome) -> NDArray[np.float64]:
    """An outcome of a course in the unit shown, shape (nights, draws)."""
    return np.asarray(getattr(course.nights, outcome.id), np.float64) * outcome.factor


def interval_at(course: SimulatedCourse, outcome: Outcome, moment: Moment) -> Interval:
    """An outcome of a course at one moment."""
    return Interval.of(values_of(course, outcome)[moment.index])


def difference_at(
    course: SimulatedCourse, other: SimulatedCourse, outcome: Outcome, moment: Moment
) -> Interval:
    """One course minus another in each draw: what both do not know cancels.

    Parameters
    ----------
    course, other : SimulatedCourse
        Of one simulation.
    outcome : Outcome
        What is compared.
    moment : Moment
        When.
    """
    one, two = (values_of(each, outcome)[moment.index] for each in (course, other))
    return Interval.of(one - two)


def untreated_index(scenario: Scenario) -> int | None:
    """The course in which nothing is given, that others are drawn against; None without one."""
    for index, course in enumerate(scenario.courses):
        if not course.lines and not course.hopes:
            return index
    return None


def placebo_index(scenario: Scenario) -> int | None:
    """The course of placebo: nothing is given, and the response to being treated is there."""
    for index, course in enumerate(scenario.courses):
        if not course.lines and course.hopes:
            return index
    return None


def floor_index(scenario: Scenario) -> int | None:
    """A course without an agonist, which meets the criteria of augmentation by mistake only."""
    untreated = untreated_index(scenario)
    if untreated is not None:
        return untreated
    for index, course in enumerate(scenario.courses):
        if not has_agonist(course):
            return index
    return None


def has_agonist(course: Course) -> bool:
    """Whether a dopamine agonist is taken on any day."""
    return any(ACTS.get(line.drug) is Acts.AGONIST and line.days.any() for line in course.lines)


def differs(simulation: Simulation, outcome: Outcome, index: int, other: int) -> bool:
    """Whether two courses differ in an outcome on any night in any draw, as far as it is shown.

    Parameters
    ----------
    simulation : Simulation
        Of both.
    outcome : Outcome
        What is compared.
    index, other : int
        Of the courses.
    """
    one, two = (values_of(simulation.courses[k], outcome) for k in (index, other))
    return bool(np.max(abs(one - two)) > _SAME_SHARE * 10.0**-outcome.digits)


def drawn_courses(simulation: Simulation, outcome: Outcome) -> tuple[list[int], list[int], int]:
    """Courses worth a panel, those that are as the reference, and the reference.

    Parameters
    ----------
    simulation : Simulation
        Of a scenario.
    outcome : Outcome
        What is drawn.

    Returns
    -------
    drawn, same : list of int
        Together all courses; ``same`` are without their panel.
    reference : int
        The untreated course; for augmentation one without an agonist; -1 where there is none.
    """
    scenario = simulation.scenario
    find = floor_index if outcome is AUGMENTATION else untreated_index
    reference = find(scenario)
    every = list(range(len(scenario.courses)))
    if reference is None:
        return every, [], -1
    same = [k for k in every if k != reference and not differs(simulation, outcome, k, reference)]
    drawn = [k for k in every if k not in same]
    return drawn, same, reference


def readings(
    simulation: Simulation, outcome: Outcome
) -> Iterator[tuple[SimulatedCourse, tuple[tuple[Interval, Interval | None], ...]]]:
    """Each course at each moment: the interval, and the difference from the first course.

    Parameters
    ----------
    simulation : Simulation
        Of a scenario.
    outcome : Outcome
        What is told.
    """
    first, when = simulation.courses[0], moments(simulation)
    for course in simulation.courses:
        yield (
            course,
            tuple(
                (
                    interval_at(course, outcome, moment),
                    None if course is first else difference_at(course, first, outcome, moment),
                )
                for moment in when
            ),
        )
