"""Nights: the numbers written in the record, or taken from a scored night in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any

from ekbom.errors import EkbomError, near_names
from ekbom.knowledge.strict_yaml import Path
from ekbom.patient.patient import NightSummary
from ekbom.patient.record import PatientRecord, WrittenNight
from ekbom.patient.written import Reader

# Of a file's name, the evening and the rules asked for (empty: those of the file): its numbers.
ScoredNight = Callable[[str, date, str], NightSummary]

_PERCENT, _MINUTES_PER_DAY = 100.0, 24.0 * 60.0


def read_nights(
    record: PatientRecord, reader: Reader, scored_night: ScoredNight | None
) -> Iterator[NightSummary]:
    """The nights of a record, in the order of its file."""
    for index, written in enumerate(record.nights):
        path: Path = ("nights", index)
        night = _written(written, path, reader)
        if written.file:
            night = _scored(night, written, path, reader, scored_night)
        yield night


def _written(written: WrittenNight, path: Path, reader: Reader) -> NightSummary:
    editions = reader.knowledge.editions
    if written.rules and written.rules not in editions:
        expected = near_names(written.rules, editions, "the id of an edition")
        found = f"no edition {written.rules!r}"
        raise reader.fault(found, (*path, "rules"), expected=expected)
    numbers: dict[str, Any] = {}
    for name in _NUMBERS:
        value: float | None = getattr(written, name)
        if value is not None:
            numbers[name] = reader.number(float(value), (*path, name), 0.0, _highest(name, reader))
            if name.endswith("_percent") and 0.0 < value < reader.limits.percent_min:
                found = f"{value:g} per cent, which looks like a fraction"
                expected = f"per cent, as in {_PERCENT * value:g}"
                raise reader.fault(found, (*path, name), expected=expected)
    return NightSummary(
        on=reader.day(written.on, (*path, "on")),
        method=written.method,
        rules=written.rules,
        scored_by_ekbom=written.scored_by == "ekbom",
        respiratory_movements=written.respiratory_movements,
        path=reader.shown(path),
        **numbers,
    )


_NUMBERS = tuple(
    f.name for f in fields(NightSummary) if f.name.endswith(("_h", "_percent", "_min"))
)


def _highest(name: str, reader: Reader) -> float:
    if name.endswith("_percent"):
        return _PERCENT
    return _MINUTES_PER_DAY if name.endswith("_min") else reader.limits.index_max_per_h


def _scored(
    night: NightSummary,
    written: WrittenNight,
    path: Path,
    reader: Reader,
    scored_night: ScoredNight | None,
) -> NightSummary:
    """The scored night, with what the record adds and the scoring does not know."""
    place = (*path, "file")
    if scored_night is None:
        raise reader.fault("a night in another file", place, expected="its numbers, written here")
    try:
        found = scored_night(written.file, night.on, written.rules)
    except EkbomError as error:
        said = f"{written.file}: {error.found}"
        raise reader.fault(said, place, expected=error.expected) from error
    for name, value in _given(found).items():
        reader.number(value, place, 0.0, _highest(name, reader), name)
    added = _given(night)
    both = [name for name in added if name in _given(found)]
    if both:
        expected = "each number once: in the record or in the file"
        raise reader.fault(f"also in {written.file}", (*path, both[0]), expected=expected)
    method = found.method if written.method == "unknown" else written.method
    return replace(found, path=night.path, method=method, **added)


def _given(night: NightSummary) -> dict[str, Any]:
    """The numbers it has, by name."""
    numbers = {name: getattr(night, name) for name in _NUMBERS}
    return {name: number for name, number in numbers.items() if number is not None}
