"""A simulation on paper: one HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter, ModelVariant, Trial
from ekbom.knowledge.sources import Source
from ekbom.mechanism.scenarios.scenario import Course, Scenario, Simulation
from ekbom.report.figures.interval_rows import mark
from ekbom.report.simulation import outcomes
from ekbom.report.simulation.figures import (
    Figure,
    day_figure,
    end_figure,
    moment_figure,
    outcome_figure,
)
from ekbom.report.simulation.outcomes import Outcome, shown
from ekbom.report.simulation.summary import Interval, moments, readings, span, untreated_index
from ekbom.report.simulation.wording import (
    AT_REST,
    MOVEMENTS_AFTER_IRON,
    NOT_BY_TASTE,
    all_draws_text,
    course_texts,
    day_text,
    expectation_text,
    gives_iron,
    person_facts,
    placebo_text,
    range_text,
)
from ekbom.report.sources import short_name
from ekbom.report.templating import environment

SECTIONS = ("model-parameters", "model-variants", "model-statements", "scoring", "trials")


@dataclass(frozen=True, slots=True)
class Cell:
    """A median with its range, and how far it lies from the first course."""

    median: str
    low: str
    high: str
    difference: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRows:
    """One outcome in the table: a row a course, a cell a moment."""

    name: str
    unit: str
    rows: tuple[tuple[int, str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The pictures of one structure of the model."""

    variant: str
    name: str
    says: str
    severity: Figure
    day: Figure
    movements: Figure
    iron: tuple[Figure, ...]
    sleep: Figure
    augmentation: Figure
    inside: tuple[Figure, ...]
    table: tuple[OutcomeRows, ...]


def render_simulation(simulations: Sequence[Simulation], knowledge: KnowledgeBase) -> str:
    """The page of a scenario, to be read in a browser or printed on A4.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario, one for each structure of the model that was run; at least one.
    knowledge : KnowledgeBase
        With the sections of `SECTIONS`.

    Returns
    -------
    str
        HTML with its style and its figures inside; it loads nothing and runs nothing. The same
        simulation gives the same page.
    """
    page = environment().get_template("simulation.html.j2")
    return page.render(**_asked(simulations, knowledge), **_found(simulations, knowledge))


def _asked(simulations: Sequence[Simulation], knowledge: KnowledgeBase) -> dict[str, Any]:
    first, scenario = simulations[0], simulations[0].scenario
    return {
        "title": scenario.title,
        "question": scenario.question,
        "facts": _facts(scenario),
        "limits": first.limits,
        "person": list(person_facts(scenario)),
        "start": day_text(scenario.start),
        "courses": [
            (k + 1, course.name, course_texts(course, scenario.start), expectation_text(course))
            for k, course in enumerate(scenario.courses)
        ],
        "before": before_texts(scenario),
        "draws": all_draws_text(simulations),
        "is_prior": any(one.draws.kind == "prior" for one in simulations),
        "range": range_text(scenario),
        "variants": [_variant(one.variant, knowledge) for one in simulations],
        "not_by_taste": NOT_BY_TASTE,
        "placebo": placebo_text(scenario),
        "at_rest": AT_REST,
        "has_untreated": untreated_index(scenario) is not None,
        "after_iron": MOVEMENTS_AFTER_IRON if gives_iron(scenario) else "",
    }


def _found(simulations: Sequence[Simulation], knowledge: KnowledgeBase) -> dict[str, Any]:
    when = moments(simulations[0])
    is_fitted = any(one.draws.kind == "posterior" for one in simulations)
    several = len(simulations) > 1
    compared = (outcomes.PLMS_INDEX, outcomes.WAKE, outcomes.AUGMENTATION)
    return {
        "glance": moment_figure(simulations, outcomes.IRLS, when),
        "beside": end_figure(simulations, compared, when[-1]) if several else None,
        "beside_inside": end_figure(simulations, outcomes.INSIDE, when[-1]) if several else None,
        "variant_marks": [mark(7.0, 7.0, k) for k in range(len(simulations))],
        "moments": when,
        "apart": _apart_text(simulations[0].courses[0].dates),
        "parts": [_part(one, knowledge) for one in simulations],
        "trials": list(_trials(knowledge)) if is_fitted else [],
        "sources": list(_sources(knowledge)),
        "knowledge_hash": simulations[0].knowledge_hash,
        "version": version("ekbom"),
    }


def _facts(scenario: Scenario) -> list[str]:
    n = len(scenario.courses)
    return [
        f"{n} course{'' if n == 1 else 's'} over {span(scenario.n_days)}",
        f"from {day_text(scenario.start)}",
        "a model, not a patient",
    ]


def _apart_text(dates: Sequence[date]) -> str:
    """How far apart the nights are that are drawn."""
    apart = (dates[1] - dates[0]).days if len(dates) > 1 else 1
    return "Every night is drawn." if apart == 1 else f"One night every {apart} days is drawn."


def before_texts(scenario: Scenario) -> list[str]:
    """What was taken before the start, line by line."""
    if not scenario.before:
        return []
    begun = scenario.start - timedelta(days=scenario.n_before)
    texts = course_texts(Course("", scenario.before, False), begun)
    return [f"since {day_text(begun)}: {texts[0]}", *texts[1:]]


def _variant(name: str, knowledge: KnowledgeBase) -> ModelVariant:
    return knowledge.of(ModelVariant)[name]


def _part(simulation: Simulation, knowledge: KnowledgeBase) -> Part:
    variant = _variant(simulation.variant, knowledge)
    return Part(
        variant=variant.id,
        name=variant.name,
        says=variant.says,
        severity=outcome_figure(simulation, outcomes.IRLS, "all"),
        day=day_figure(simulation),
        movements=outcome_figure(simulation, outcomes.PLMS_INDEX),
        iron=tuple(
            outcome_figure(simulation, one, "iron") for one in (outcomes.FERRITIN, outcomes.TSAT)
        ),
        sleep=outcome_figure(simulation, outcomes.WAKE),
        augmentation=outcome_figure(simulation, outcomes.AUGMENTATION, "all"),
        inside=tuple(outcome_figure(simulation, one) for one in outcomes.INSIDE),
        table=tuple(_rows(simulation, one) for one in outcomes.TOLD),
    )


def _rows(simulation: Simulation, outcome: Outcome) -> OutcomeRows:
    rows = tuple(
        (k + 1, course.name, tuple(_cell(outcome, now, change) for now, change in cells))
        for k, (course, cells) in enumerate(readings(simulation, outcome))
    )
    return OutcomeRows(outcome.name, outcome.unit, rows)


def _cell(outcome: Outcome, now: Interval, change: Interval | None) -> Cell:
    low, median, high = (shown(outcome, value) for value in (now.low, now.median, now.high))
    return Cell(median, low, high, "" if change is None else difference_text(outcome, change))


def difference_text(outcome: Outcome, change: Interval) -> str:
    """A difference with its range, signs written out.

    Parameters
    ----------
    outcome : Outcome
        What it is a difference of.
    change : Interval
        Paired by draw.
    """
    texts = [signed(outcome, value) for value in (change.median, change.low, change.high)]
    if texts[1] == texts[2]:
        return "no difference" if float(texts[0].replace("\u2212", "-")) == 0 else texts[0]
    return f"{texts[0]} ({texts[1]} to {texts[2]})"


def signed(outcome: Outcome, value: float) -> str:
    """A difference with its sign; a true minus, which is as wide as a plus."""
    text = shown(outcome, value)
    if float(text) == 0:
        return text
    return text.replace("-", "\u2212") if value < 0 else f"+{text}"


# Sources ----------------------------------------------------------------------------------------


def _trials(knowledge: KnowledgeBase) -> Iterator[tuple[str, str, int, Source]]:
    """Trials with rows the posterior was fitted to: name, what it says, rows, source."""
    for trial in knowledge.of(Trial).values():
        n_rows = sum(row.use == "fit" for row in trial.observations)
        if n_rows:
            yield trial.name, trial.says, n_rows, knowledge.source(trial.source)


def _sources(knowledge: KnowledgeBase) -> Iterator[tuple[str, Source, int]]:
    """Sources of the parameters, with how many rest on each; the most telling first."""
    counts: dict[str, int] = {}
    for record in knowledge.of(ModelParameter).values():
        counts[record.source] = counts.get(record.source, 0) + 1
    for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        source = knowledge.source(name)
        yield short_name(source), source, n
