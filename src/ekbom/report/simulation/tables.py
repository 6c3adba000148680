"""A simulation as a table: quantiles of each night and outcome, or every draw; CSV or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any, BinaryIO

import numpy as np

from ekbom.errors import UsageError
from ekbom.mechanism.observables import UNITS
from ekbom.mechanism.scenario import SimulatedCourse, Simulation, quantiles
from ekbom.report.simulation.wording import draws_text, range_text

FORMS = (".csv", ".parquet")
Columns = Mapping[str, Any]
# Percentiles, and the names of their columns.
_LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
# Columns that hold few different texts.
_TEXTS = ("variant", "course", "date", "outcome", "unit")


def about(simulations: Sequence[Simulation]) -> dict[str, str]:
    """What a reader of the table has to know: limits, draws, range, units, versions.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario.
    """
    first = simulations[0]
    return {
        "title": first.scenario.title,
        "limits": first.limits.in_short,
        "draws": draws_text(first.draws, first.scenario.seed),
        "range": range_text(first.scenario),
        "assumed": "; ".join(f"{name} {says}" for name, says in first.scenario.assumed.items()),
        "units": "; ".join(f"{name} {unit}" for name, unit in UNITS.items()),
        "knowledge": first.knowledge_hash,
        "ekbom": version("ekbom"),
    }


def quantile_columns(simulation: Simulation, course: SimulatedCourse) -> Columns:
    """One row a night and outcome: the percentiles over draws.

    Parameters
    ----------
    simulation : Simulation
        It belongs to.
    course : SimulatedCourse
        One of its courses.
    """
    n = len(course.dates)
    levels = {
        name: quantiles(getattr(course.nights, name), tuple(_LEVELS.values())) for name in UNITS
    }
    every = np.stack([levels[name] for name in UNITS], axis=1)  # level, outcome, night
    n_rows = len(UNITS) * n
    return {
        "variant": [simulation.variant] * n_rows,
        "course": [course.name] * n_rows,
        "date": [day.isoformat() for day in course.dates] * len(UNITS),
        "outcome": [name for name in UNITS for _ in range(n)],
        "unit": [unit for unit in UNITS.values() for _ in range(n)],
        **{name: every[k].ravel() for k, name in enumerate(_LEVELS)},
    }


def draw_columns(simulation: Simulation, course: SimulatedCourse) -> Columns:
    """One row a night and draw, one column an outcome.

    Parameters
    ----------
    simulation : Simulation
        It belongs to.
    course : SimulatedCourse
        One of its courses.
    """
    n_draws = len(simulation.draws)
    n_rows = len(course.dates) * n_draws
    return {
        "variant": [simulation.variant] * n_rows,
        "course": [course.name] * n_rows,
        "date": [day.isoformat() for day in course.dates for _ in range(n_draws)],
        "draw": np.tile(np.arange(n_draws), len(course.dates)),
        **{name: np.ravel(getattr(course.nights, name)) for name in UNITS},
    }


def table(
    simulations: Sequence[Simulation], form: str, *, each_draw: bool = False
) -> Callable[[BinaryIO], None]:
    """A function that writes the table into a binary file, course after course.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of one scenario, one for each structure of the model that was run.
    form : str
        One of `FORMS`.
    each_draw : bool
        Every draw in place of percentiles.

    Raises
    ------
    UsageError
        Another form, or Parquet without pyarrow.
    """
    columns = draw_columns if each_draw else quantile_columns
    parts = (columns(one, course) for one in simulations for course in one.courses)
    told = about(simulations)
    if form == ".csv":
        return lambda file: _write_csv(file, parts, told)
    if form == ".parquet":
        arrow, parquet = check_parquet()
        return lambda file: _write_parquet(arrow, parquet, file, parts, told)
    raise UsageError(f"a table as {form!r}", expected=f"a name that ends in {' or '.join(FORMS)}")


def check_parquet() -> tuple[Any, Any]:
    """What writes Parquet.

    Raises
    ------
    UsageError
        It is not installed.
    """
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise UsageError(
            "pyarrow is not installed",
            expected="the extra for tables in Parquet",
            what_to_do="Install ekbom[population], or choose a name that ends in .csv.",
        ) from error


def _write_csv(file: BinaryIO, parts: Iterator[Columns], told: Mapping[str, str]) -> None:
    for name, says in told.items():
        # One line each, whatever a title holds.
        file.write(f"# {name}: {' '.join(says.split())}\n".encode())
    header = False
    for columns in parts:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not header:
            writer.writerow(columns)
            header = True
        cells = (
            (f"{value:.6g}" for value in own.tolist())
            if isinstance(own, np.ndarray) and own.dtype.kind == "f"
            else own
            for own in columns.values()
        )
        writer.writerows(zip(*cells, strict=True))
        file.write(text.getvalue().encode())


def _write_parquet(
    arrow: Any, parquet: Any, file: BinaryIO, parts: Iterator[Columns], told: Mapping[str, str]
) -> None:
    writer = None
    for columns in parts:
        arrays = {
            name: arrow.array(own).dictionary_encode() if name in _TEXTS else arrow.array(own)
            for name, own in columns.items()
        }
        part = arrow.table(arrays)
        if writer is None:
            schema = part.schema.with_metadata({f"ekbom:{key}": v for key, v in told.items()})
            writer = parquet.ParquetWriter(file, schema)
        writer.write_table(part.cast(schema))
    if writer is not None:
        writer.close()
