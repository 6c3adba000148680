"""Blood results: each a number with a unit its analyte has, in the unit of the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.strict_yaml import Path
from ekbom.patient.patient import Draw, LabResult
from ekbom.patient.plain import near_names
from ekbom.patient.record import PatientRecord
from ekbom.patient.written import Reader

_QUANTITY = re.compile(r"([<>]?)\s*(-?\d+(?:\.\d+)?)\s*(\S.*)")


def read_draws(record: PatientRecord, reader: Reader) -> Iterator[Draw]:
    """The blood samples of a record, in the order of its file."""
    for index, written in enumerate(record.labs):
        path: Path = ("labs", index)
        day = reader.day(written.on, (*path, "on"))
        if not written.results:
            raise reader.fault("no results", (*path, "results"), expected="at least one")
        if written.hours_since_iron is not None:
            iron = (*path, "hours_since_iron")
            reader.number(written.hours_since_iron, iron, 0.0, float("inf"), "h")
        yield Draw(
            on=day,
            results={
                analyte_id: _result(analyte_id, value, (*path, "results", analyte_id), reader)
                for analyte_id, value in written.results.items()
            },
            at=reader.clock(written.at, (*path, "at")) if written.at else None,
            hours_since_iron=written.hours_since_iron,
            fasting=written.fasting,
        )


def _result(analyte_id: str, written: str | float, path: Path, reader: Reader) -> LabResult:
    analyte = _analyte(analyte_id, path, reader)
    units = ", ".join(analyte.factors)
    if isinstance(written, float):
        found = f"{written:g} without a unit"
        raise reader.fault(found, path, expected=f"the unit too, one of: {units}")
    read = _QUANTITY.fullmatch(written.strip())
    if read is None:
        expected = f"a number with a decimal point and one of: {units}"
        raise reader.fault(f"{written!r} is no result", path, expected=expected)
    bound, number, unit = read[1], float(read[2]), _as_ucum(read[3])
    factor = analyte.factors.get(unit)
    if factor is None:
        found = f"unit {unit!r} is not one of {analyte.name}"
        raise reader.fault(found, path, expected=f"one of: {units}")
    value = number * factor
    _check_plausible(analyte, number, value, written, path, reader)
    return LabResult(analyte_id, value, analyte.unit, written, bound, reader.shown(path))


def _as_ucum(unit: str) -> str:
    return unit.replace("\u00b5", "u").replace("\u03bc", "u").strip()


def _analyte(analyte_id: str, path: Path, reader: Reader) -> Analyte:
    analytes = reader.knowledge.of(Analyte)
    if analyte_id in analytes:
        return analytes[analyte_id]
    meant = analyte_id.casefold()
    same = [a.id for a in analytes.values() if meant in (a.name.casefold(), a.symbol.casefold())]
    expected = f"write {same[0]}" if same else near_names(analyte_id, analytes)
    raise reader.fault("no such laboratory value", path, expected=expected)


def _check_plausible(
    analyte: Analyte, number: float, value: float, written: str, path: Path, reader: Reader
) -> None:
    if analyte.minimum <= value <= analyte.maximum:
        return
    fitting = [
        unit
        for unit, factor in analyte.factors.items()
        if analyte.minimum <= number * factor <= analyte.maximum
    ]
    hint = f"; {number:g} would be plausible in {' or '.join(fitting)}" if fitting else ""
    raise reader.fault(
        f"{written} cannot be right",
        path,
        expected=f"{analyte.minimum:g} to {analyte.maximum:g} {analyte.unit}{hint}",
    )
