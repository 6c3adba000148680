"""A simulation on a terminal: what was asked, what came out, with its range, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ekbom.mechanism.scenarios.scenario import Scenario, Simulation
from ekbom.report.lines import columns, row, wrapped
from ekbom.report.simulation.html import difference_text
from ekbom.report.simulation.outcomes import IRLS, SHORT, SHORT_OF_IRON, Outcome, shown
from ekbom.report.simulation.summary import (
    Interval,
    difference_at,
    interval_at,
    moments,
)
from ekbom.report.simulation.wording import (
    NOT_BY_TASTE,
    all_draws_text,
    course_texts,
    day_text,
    expectation_text,
    moves_iron,
    person_facts,
    placebo_text,
    range_text,
    reading_texts,
)

_NAME, _COLUMN = 22, 23


def text(simulations: Sequence[Simulation]) -> list[str]:
    """The summary, line by line.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario, one for each structure of the model that was run; at least one.
    """
    first = simulations[0]
    lines = [*wrapped(first.scenario.title), *wrapped(first.scenario.question), ""]
    lines += wrapped(first.limits.in_short)
    lines += ["", "ASKED", *_asked(first.scenario), *_run(simulations)]
    if len(simulations) > 1:
        lines += ["", *wrapped(NOT_BY_TASTE)]
    for one in simulations:
        lines += ["", *_found(one)]
    for says in (placebo_text(first.scenario), *reading_texts(first.scenario)):
        if says:
            lines += ["", *wrapped(says)]
    return lines


def _asked(scenario: Scenario) -> Iterator[str]:
    facts = list(person_facts(scenario))
    yield from row("person", ", ".join(f"{f.name} {f.says}" for f in facts if not f.is_assumed))
    assumed = "; ".join(f"{f.name} {f.says}" for f in facts if f.is_assumed)
    if assumed:
        yield from row("assumed", assumed)
    for k, course in enumerate(scenario.courses):
        says = "; ".join(course_texts(course, scenario.start))
        says = f"{course.name}: {says} ({expectation_text(course)})"
        yield from row(f"course {k + 1}", says)


def _run(simulations: Sequence[Simulation]) -> Iterator[str]:
    first = simulations[0]
    structures = ", ".join(one.variant for one in simulations)
    yield from row("structure" if len(simulations) == 1 else "structures", structures)
    for says in all_draws_text(simulations):
        yield from row("draws", says)
    yield from row("range", range_text(first.scenario))


def _found(simulation: Simulation) -> Iterator[str]:
    when = moments(simulation)
    widths = [_NAME, *(_COLUMN for _ in when)]
    yield f"{simulation.variant.upper()}: median (90 % range)"
    yield from columns(["", *(moment.name for moment in when)], widths)
    yield from columns(["", *(day_text(moment.on) for moment in when)], widths)
    first = simulation.courses[0]
    for k, course in enumerate(simulation.courses):
        yield from wrapped(f"{k + 1} {course.name}")
        for outcome in SHORT_OF_IRON if moves_iron(simulation.scenario) else SHORT:
            cells = [_cell(outcome, interval_at(course, outcome, moment)) for moment in when]
            yield from columns([f"  {_name(outcome)}", *cells], widths)
        if k:
            changes = [difference_at(course, first, IRLS, moment) for moment in when]
            cells = [difference_text(IRLS, change) for change in changes]
            yield from columns(["  IRLS, against 1", *cells], widths)


def _name(outcome: Outcome) -> str:
    short = {"irls": "IRLS", "augmentation": "augmentation", "tsat": "Saturation"}.get(
        outcome.id, outcome.name
    )
    unit = "" if outcome is IRLS else f", {outcome.unit}"
    return f"{short}{unit}"


def _cell(outcome: Outcome, found: Interval) -> str:
    low, median, high = (shown(outcome, v) for v in (found.low, found.median, found.high))
    return median if low == high else f"{median} ({low} to {high})"
