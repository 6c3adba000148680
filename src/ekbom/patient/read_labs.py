"""Blood results: each a number with a unit its analyte has, in the unit of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ekbom.errors import near_names
from ekbom.knowledge.laboratory import Analyte, in_own_unit, why_refused
from ekbom.knowledge.strict_yaml import Path
from ekbom.patient.patient import Draw, LabResult
from ekbom.patient.record import PatientRecord
from ekbom.patient.written import Reader
from ekbom.units import Quantity, read_quantity, why_no_quantity


def read_draws(record: PatientRecord, reader: Reader) -> Iterator[Draw]:
    """The blood samples of a record, in the order of its file."""
    for index, written in enumerate(record.labs):
        path: Path = ("labs", index)
        day = reader.day(written.on, (*path, "on"))
        if not written.results:
            raise reader.fault("no results", (*path, "results"), expected="at least one")
        if written.hours_since_iron is not None:
            iron = (*path, "hours_since_iron")
            most_h = reader.limits.hours_since_iron_max_h
            reader.number(written.hours_since_iron, iron, 0.0, most_h, "h")
        yield Draw(
            on=day,
            results={
                analyte_id: read_result(analyte_id, value, (*path, "results", analyte_id), reader)
                for analyte_id, value in written.results.items()
            },
            at=reader.clock(written.at, (*path, "at")) if written.at else None,
            hours_since_iron=written.hours_since_iron,
            fasting=written.fasting,
        )


def read_result(analyte_id: str, written: str | float, path: Path, reader: Reader) -> LabResult:
    """One result: a number with one of the analyte's units, in the unit of the rules.

    Parameters
    ----------
    analyte_id : str
        Id of an analyte.
    written : str or float
        As it stands in the file.
    path : tuple
        Its place.
    reader : Reader
        For messages.
    """
    analyte = _analyte(analyte_id, path, reader)
    units = ", ".join(analyte.factors)
    if isinstance(written, float):
        found = f"{written:g} without a unit"
        raise reader.fault(found, path, expected=f"the unit too, one of: {units}")
    quantity = read_quantity(written)
    if quantity is None:
        found = f"{written!r}: {why_no_quantity(written)}"
        raise reader.fault(found, path, expected=f"a number and one of: {units}")
    value = in_own_unit(analyte, quantity)
    if value is None:
        expected = f"one of: {units}{_plausible_in(analyte, quantity)}"
        raise reader.fault(why_refused(analyte, quantity), path, expected=expected)
    return LabResult(analyte_id, value, analyte.unit, written, quantity.bound, reader.shown(path))


def _plausible_in(analyte: Analyte, quantity: Quantity) -> str:
    """The units in which the number would be plausible, where its own is not the slip."""
    fitting = [u for u in analyte.factors if _fits(analyte, quantity, u)]
    if quantity.unit not in analyte.factors or not fitting:
        return ""
    return f"; {quantity.value:g} would be plausible in {' or '.join(fitting)}"


def _fits(analyte: Analyte, quantity: Quantity, unit: str) -> bool:
    return in_own_unit(analyte, replace(quantity, unit=unit)) is not None


def _analyte(analyte_id: str, path: Path, reader: Reader) -> Analyte:
    analytes = reader.knowledge.of(Analyte)
    if analyte_id in analytes:
        return analytes[analyte_id]
    meant = analyte_id.casefold()
    same = [a.id for a in analytes.values() if meant in (a.name.casefold(), a.symbol.casefold())]
    expected = f"write {same[0]}" if same else near_names(analyte_id, analytes)
    raise reader.fault("no such laboratory value", path, expected=expected)
