"""A simulation as columns of a table: percentiles of each night and outcome, or every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism.observables import UNITS
from ekbom.mechanism.scenarios.scenario import SimulatedCourse, Simulation, quantiles
from ekbom.report.simulation.wording import all_draws_text, range_text

Columns = Mapping[str, NDArray[Any]]
# Percentiles, and the names of their columns.
_LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


def about(simulations: Sequence[Simulation]) -> dict[str, str]:
    """What a reader of the table has to know: limits, draws, range, units, versions.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario.
    """
    first = simulations[0]
    assumed = "; ".join(f"{name} {says}" for name, says in first.scenario.assumed.items())
    return {
        "title": first.scenario.title,
        "limits": first.limits.in_short,
        "draws": "; ".join(all_draws_text(simulations)),
        "range": range_text(first.scenario),
        "assumed": assumed or "nothing",
        "units": "; ".join(f"{name} {unit}" for name, unit in UNITS.items()),
        "knowledge": first.knowledge_hash,
        "ekbom": version("ekbom"),
    }


def table(simulations: Sequence[Simulation], *, each_draw: bool = False) -> Columns:
    """The columns, course after course, structure after structure.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario, one for each structure of the model that was run; at least one.
    each_draw : bool
        One row a night and draw with a column an outcome, in place of one row a night and
        outcome with its percentiles.

    Returns
    -------
    mapping of str to array
        Units are UCUM, of the model: shares and probabilities from 0 to 1.
    """
    columns = _of_draws if each_draw else _of_percentiles
    parts = [columns(one, course) for one in simulations for course in one.courses]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _of_percentiles(simulation: Simulation, course: SimulatedCourse) -> Columns:
    n_nights, n_outcomes = len(course.dates), len(UNITS)
    levels = [quantiles(getattr(course.nights, name), tuple(_LEVELS.values())) for name in UNITS]
    every = np.stack(levels, axis=1)  # level, outcome, night
    dates = np.array([day.isoformat() for day in course.dates])
    return {
        **_names(simulation, course, n_nights * n_outcomes),
        "date": np.tile(dates, n_outcomes),
        "outcome": np.repeat(np.array(list(UNITS)), n_nights),
        "unit": np.repeat(np.array(list(UNITS.values())), n_nights),
        **{name: every[k].ravel() for k, name in enumerate(_LEVELS)},
    }


def _of_draws(simulation: Simulation, course: SimulatedCourse) -> Columns:
    n_nights, n_draws = len(course.dates), len(simulation.draws)
    dates = np.array([day.isoformat() for day in course.dates])
    return {
        **_names(simulation, course, n_nights * n_draws),
        "date": np.repeat(dates, n_draws),
        "draw": np.tile(np.arange(n_draws), n_nights),
        **{name: np.ravel(getattr(course.nights, name)) for name in UNITS},
    }


def _names(simulation: Simulation, course: SimulatedCourse, n_rows: int) -> Columns:
    return {
        "variant": np.full(n_rows, simulation.variant),
        "course": np.full(n_rows, course.name),
    }
