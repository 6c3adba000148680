"""The figures of a simulation: panels a course, grouped by what they show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ekbom.mechanism.regimen import Line
from ekbom.mechanism.scenarios.scenario import Course, Scenario, Simulation, quantiles
from ekbom.report.figures.bands import ceiling
from ekbom.report.figures.day_profile import DayProfile, HourlyPlot, day_panel
from ekbom.report.figures.dose_rows import DoseRow
from ekbom.report.figures.interval_rows import Bar, BarGroup, interval_rows
from ekbom.report.figures.trajectory import Trajectory, trajectory_panel
from ekbom.report.simulation.outcomes import AUGMENTATION, IRLS, Outcome
from ekbom.report.simulation.summary import (
    Moment,
    drawn_courses,
    interval_at,
    values_of,
)
from ekbom.report.simulation.wording import (
    clock_text,
    dose_text,
    drug_text,
    is_iron,
    listed,
    number_of,
)

_MOST_DOSES = 6


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing with its heading; ``number`` is that of the course."""

    number: int
    name: str
    drawing: Markup
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Panels that show one thing on the same axes.

    Parameters
    ----------
    name, unit : str
        What they show.
    panels : tuple of Panel
        In the order of the courses.
    says : str
        What a reader has to know of it.
    same : str
        Courses without a panel of their own, in words.
    """

    name: str
    unit: str
    panels: tuple[Panel, ...]
    says: str = ""
    same: str = ""


# Over time --------------------------------------------------------------------------------------


def outcome_figure(simulation: Simulation, outcome: Outcome, doses: str = "none") -> Figure:
    """An outcome over time, one panel a course that has its own; the same axes in all.

    Parameters
    ----------
    simulation : Simulation
        Of a scenario.
    outcome : Outcome
        What is drawn.
    doses : str
        Which lines of the regimen stand below: ``all``, ``iron`` or ``none``.
    """
    scenario = simulation.scenario
    drawn, same, reference = drawn_courses(simulation, outcome)
    levels = {k: quantiles(values_of(simulation.courses[k], outcome)) for k in drawn}
    highest = max(float(found.max()) for found in levels.values())
    top = ceiling(highest, outcome.lowest_top, outcome.highest)
    rows = {k: dose_lines(scenario, scenario.courses[k], doses) for k in drawn}
    days = np.array([(day - scenario.start).days for day in simulation.courses[0].dates])
    middle = None if reference < 0 else levels[reference][2]
    untreated = "" if reference < 0 else simulation.courses[reference].name.lower()
    name = "floor" if outcome is AUGMENTATION else untreated
    panels = []
    for k in drawn:
        course = simulation.courses[k]
        panel = Trajectory(
            start=scenario.start,
            days=days,
            quantiles=levels[k],
            top=top,
            digits=outcome.digits,
            label=f"{outcome.name} over time, {course.name}",
            reference=None if k == reference else middle,
            reference_name=name,
            doses=rows[k],
            n_rows=max(len(found) for found in rows.values()),
        )
        panels.append(Panel(k + 1, course.name, trajectory_panel(panel)))
    unit = f"{outcome.unit}"
    return Figure(
        outcome.name,
        unit,
        tuple(panels),
        outcome.says,
        _same_text(simulation, outcome, same, reference),
    )


def _same_text(
    simulation: Simulation, outcome: Outcome, same: Sequence[int], reference: int
) -> str:
    if not same:
        return ""
    names = listed([f"{k + 1} {simulation.courses[k].name}" for k in same])
    of = f"{reference + 1} {simulation.courses[reference].name}"
    if outcome is AUGMENTATION:
        return f"Without an agonist the model has the same floor as in {of}: {names}."
    return f"The same as in {of} in every draw: {names}."


def dose_lines(scenario: Scenario, course: Course, which: str = "all") -> tuple[DoseRow, ...]:
    """What a course gives, one row a medicine.

    Parameters
    ----------
    scenario : Scenario
        It belongs to.
    course : Course
        Of the scenario.
    which : str
        ``all``, ``iron`` or ``none``.
    """
    lines = [line for line in course.lines if which == "all" or (which == "iron" and is_iron(line))]
    by_drug: dict[str, list[Line]] = {}
    for line in lines:
        by_drug.setdefault(line.drug, []).append(line)
    rows = [
        DoseRow(_row_text(own), _daily_mg(own, scenario.n_days))
        for own in list(by_drug.values())[:_MOST_DOSES]
    ]
    more = len(by_drug) - _MOST_DOSES
    if more > 0:
        rows.append(DoseRow(f"and {more} more, told above", np.zeros(scenario.n_days)))
    return tuple(rows)


def _row_text(lines: Sequence[Line]) -> str:
    doses = [line.dose_mg for line in lines]
    clocks = listed([clock_text(hour) for hour in lines[0].clock_h])
    if len(set(doses)) == 1:
        return f"{dose_text(lines[0])}, {clocks}"
    low, high = min(doses), max(doses)
    iron = " iron" if is_iron(lines[0]) else ""
    return f"{drug_text(lines[0].drug)} {low:.4g} to {high:.4g} mg{iron}, {clocks}"


def _daily_mg(lines: Sequence[Line], n_days: int) -> NDArray[np.float64]:
    daily = np.zeros(n_days)
    for line in lines:
        daily[: len(line.days)] += line.days * line.dose_mg * len(line.clock_h)
    return daily


# Over the day -----------------------------------------------------------------------------------


def day_figure(simulation: Simulation) -> Figure:
    """Severity and movements by the hour, before the start and at the end.

    Parameters
    ----------
    simulation : Simulation
        Of a scenario.
    """
    scenario, person = simulation.scenario, simulation.scenario.person
    every = [
        tuple(
            (quantiles(getattr(c.first_day, key)), quantiles(getattr(c.last_day, key)))
            for key in ("severity", "movements_per_h")
        )
        for c in simulation.courses
    ]
    tops = [
        ceiling(max(float(max(b.max(), a.max())) for b, a in (own[k] for own in every)), least, end)
        for k, (least, end) in enumerate(((IRLS.lowest_top, IRLS.highest), (20.0, None)))
    ]
    panels = []
    for k, (course, asked) in enumerate(zip(simulation.courses, scenario.courses, strict=True)):
        names = ("severity of the hour, IRLS points", "movements per hour slept")
        plots = [
            HourlyPlot(name, before, after, top)
            for name, (before, after), top in zip(names, every[k], tops, strict=True)
        ]
        label = (
            f"Severity and movements by the hour, before the start and at the end, {course.name}"
        )
        drawing = day_panel(
            DayProfile(
                plots,
                number_of(person.bed_h),
                number_of(person.rise_h),
                list(_last_doses(asked)),
                label,
            )
        )
        panels.append(Panel(k + 1, course.name, drawing))
    return Figure("Twenty-four hours", "", tuple(panels))


def _last_doses(course: Course) -> Iterator[tuple[float, str]]:
    """Clock times of what is given on the last day."""
    for line in course.lines:
        if len(line.days) and line.days[-1]:
            for clock_h in line.clock_h:
                yield clock_h, f"{clock_text(clock_h)} {dose_text(line)}"


# At one moment ----------------------------------------------------------------------------------


def moment_figure(
    simulations: Sequence[Simulation], outcome: Outcome, when: Sequence[Moment]
) -> Figure:
    """All courses at some moments; several simulations are set beside each other in each course.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario, one a structure.
    outcome : Outcome
        What is drawn.
    when : sequence of Moment
        One panel each.
    """
    top = _top(simulations, outcome, when)
    panels = (
        Panel(0, moment.name, _rows_panel(simulations, outcome, moment, top)) for moment in when
    )
    return Figure(outcome.name, outcome.unit, tuple(panels), outcome.says)


def end_figure(
    simulations: Sequence[Simulation], told: Sequence[Outcome], moment: Moment
) -> Figure:
    """Several outcomes at one moment, each on its own axis.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario, one a structure.
    told : sequence of Outcome
        One panel each.
    moment : Moment
        When.
    """
    panels = []
    for outcome in told:
        drawing = _rows_panel(simulations, outcome, moment, _top(simulations, outcome, (moment,)))
        unit = f", {outcome.unit}" if outcome.unit else ""
        panels.append(Panel(0, f"{outcome.name}{unit}", drawing))
    return Figure("", "", tuple(panels))


def _top(simulations: Sequence[Simulation], outcome: Outcome, when: Sequence[Moment]) -> float:
    highest = max(
        interval_at(course, outcome, moment).high
        for one in simulations
        for course in one.courses
        for moment in when
    )
    return ceiling(highest, outcome.lowest_top, outcome.highest)


def _rows_panel(
    simulations: Sequence[Simulation], outcome: Outcome, moment: Moment, top: float
) -> Markup:
    groups = []
    for k, course in enumerate(simulations[0].courses):
        bars = []
        for kind, one in enumerate(simulations):
            i = interval_at(one.courses[k], outcome, moment)
            says = range_label(outcome, i.low, i.median, i.high)
            bars.append(Bar(i.low, i.lower, i.median, i.upper, i.high, says, kind, one.variant))
        groups.append(BarGroup(f"{k + 1}  {course.name}", bars))
    return interval_rows(groups, top, f"{outcome.name} of all courses, {moment.name}")


def range_label(outcome: Outcome, low: float, median: float, high: float) -> str:
    """Median with its range beside it, as short as can be."""
    # Beside a bar, whole numbers are enough where the scale is long.
    digits = 0 if outcome.digits == 1 and high >= 10 else outcome.digits
    texts = [f"{value:.{digits}f}" for value in (median, low, high)]
    if texts[1] == texts[2]:
        return texts[0]
    return f"{texts[0]} ({texts[1]}–{texts[2]})"
