"""A simulation for machines: what was asked, and quantiles over draws of everything observed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from ekbom.mechanism.observables import UNITS
from ekbom.mechanism.scenarios.scenario import Scenario, SimulatedCourse, Simulation, quantiles
from ekbom.report.simulation.outcomes import TOLD, Outcome
from ekbom.report.simulation.summary import Interval, moments, readings
from ekbom.report.simulation.wording import (
    course_texts,
    draws_text,
    person_facts,
    range_text,
)

Json = dict[str, Any]
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_DIGITS = 6
_PROFILE_UNITS = {
    "severity": "1",
    "excitability": "1",
    "movements_per_h": "/h",
    "dopamine": "1",
    "occupancy": "1",
}


def as_json(simulations: Sequence[Simulation]) -> Json:
    """A simulation as plain dictionaries, lists, numbers and texts.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario, one for each structure of the model that was run; at least one.

    Returns
    -------
    dict
        Units are UCUM, of the model: shares and probabilities from 0 to 1.
    """
    first = simulations[0]
    return {
        "limits": {
            "in_short": first.limits.in_short,
            "may": list(first.limits.may),
            "may_not": list(first.limits.may_not),
        },
        "scenario": _scenario(first.scenario),
        "quantiles": list(LEVELS),
        "structures": [_structure(one) for one in simulations],
        "knowledge_hash": first.knowledge_hash,
        "version": version("ekbom"),
    }


def _scenario(scenario: Scenario) -> Json:
    return {
        "title": scenario.title,
        "question": scenario.question,
        "start": scenario.start.isoformat(),
        "days": scenario.n_days,
        "spread": scenario.spread,
        "range": range_text(scenario),
        "seed": scenario.seed,
        "person": [
            {"name": fact.name, "says": fact.says, "assumed": fact.is_assumed}
            for fact in person_facts(scenario)
        ],
        "genes": dict(scenario.genes),
        "courses": [
            {
                "name": course.name,
                "regimen": course_texts(course, scenario.start),
                "expectation": course.hopes,
            }
            for course in scenario.courses
        ],
    }


def _structure(simulation: Simulation) -> Json:
    draws = simulation.draws
    return {
        "variant": simulation.variant,
        "draws": {
            "n": len(draws),
            "kind": draws.kind,
            "says": draws_text(draws, simulation.scenario.seed),
            "about": dict(draws.about),
        },
        "courses": [_course(course) for course in simulation.courses],
        "in_numbers": [_told(simulation, outcome) for outcome in TOLD],
    }


def _course(course: SimulatedCourse) -> Json:
    return {
        "name": course.name,
        "dates": [day.isoformat() for day in course.dates],
        "nights": {
            name: {"unit": unit, "quantiles": _levels(getattr(course.nights, name))}
            for name, unit in UNITS.items()
        },
        "hours_after_noon": [hour + 0.5 for hour in range(24)],
        **{
            name: {
                key: {"unit": unit, "quantiles": _levels(getattr(profile, key))}
                for key, unit in _PROFILE_UNITS.items()
            }
            for name, profile in (("first_day", course.first_day), ("last_day", course.last_day))
        },
    }


def _levels(values: Any) -> list[list[float]]:
    """One list a level, one number a night or an hour."""
    return [[_number(value) for value in level] for level in quantiles(values, LEVELS).tolist()]


def _number(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _told(simulation: Simulation, outcome: Outcome) -> Json:
    return {
        "outcome": outcome.id,
        "unit": UNITS[outcome.id],
        "moments": [
            {"name": moment.name, "date": moment.on.isoformat()} for moment in moments(simulation)
        ],
        "courses": [
            {
                "name": course.name,
                "now": [_interval(outcome, now) for now, _ in cells],
                "against_first": [
                    None if change is None else _interval(outcome, change) for _, change in cells
                ],
            }
            for course, cells in readings(simulation, outcome)
        ],
    }


def _interval(outcome: Outcome, found: Interval) -> list[float]:
    """Five quantiles in the model's own unit."""
    levels = (found.low, found.lower, found.median, found.upper, found.high)
    return [_number(value / outcome.factor) for value in levels]
