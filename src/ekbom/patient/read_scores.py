"""What was counted or rated: relatives, questionnaires, diary and weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ekbom.errors import near_names
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.strict_yaml import Path
from ekbom.patient.patient import DiaryEntry, FilledQuestionnaire, Relative, Weight
from ekbom.patient.record import PatientRecord, WrittenQuestionnaire
from ekbom.patient.written import Reader


def read_relatives(record: PatientRecord, reader: Reader) -> Iterator[Relative]:
    """The relatives of a record."""
    for index, written in enumerate(record.family):
        path: Path = ("family", index)
        day = reader.day(written.on, (*path, "on"))
        yield Relative(written.relation, written.restless_legs, day, reader.shown(path))


def read_questionnaires(record: PatientRecord, reader: Reader) -> Iterator[FilledQuestionnaire]:
    """The questionnaires of a record, in the order of its file."""
    known = reader.knowledge.of(Instrument)
    for index, written in enumerate(record.questionnaires):
        path: Path = ("questionnaires", index)
        instrument = known.get(written.instrument)
        if instrument is None:
            found = f"no instrument {written.instrument!r}"
            expected = near_names(written.instrument, known)
            raise reader.fault(found, (*path, "instrument"), expected=expected)
        day = reader.day(written.on, (*path, "on"))
        items = _items(instrument, written.items, (*path, "items"), reader)
        total = _total(instrument, items, written, path, reader)
        yield FilledQuestionnaire(instrument.id, day, items, total, reader.shown(path))


def _items(
    instrument: Instrument, written: Mapping[str, float], path: Path, reader: Reader
) -> dict[int, float]:
    items = {}
    for number, score in written.items():
        place = (*path, number)
        if not (number.isdecimal() and number == str(int(number))) or not (
            1 <= int(number) <= instrument.items
        ):
            expected = f"1 to {instrument.items}"
            raise reader.fault(f"{instrument.id} has no item {number}", place, expected=expected)
        low, high = instrument.item_minimum, instrument.item_maximum
        items[int(number)] = reader.number(float(score), place, low, high)
        if instrument.items > 1 and not float(score).is_integer():
            raise reader.fault(f"{score:g} is no whole number", place, expected="a score")
    return dict(sorted(items.items()))


def _total(
    instrument: Instrument,
    items: Mapping[int, float],
    written: WrittenQuestionnaire,
    path: Path,
    reader: Reader,
) -> float | None:
    open_items = instrument.items - len(items)
    so_far = sum(items.values())
    lowest = so_far + open_items * instrument.item_minimum
    highest = so_far + open_items * instrument.item_maximum
    place = (*path, "total")
    if written.total is None:
        if not items:
            raise reader.fault("neither items nor total", path, expected="one of the two")
        return so_far if instrument.total == "sum" and not open_items else None
    if instrument.total != "sum":
        raise reader.fault(f"{instrument.id} has no total", place, expected="its items")
    if not lowest <= written.total <= highest:
        items_say = f"{lowest:g}" if lowest == highest else f"{lowest:g} to {highest:g}"
        found = f"total {written.total:g} is not the sum of the items"
        if not items:
            found = f"total {written.total:g} is out of range"
        raise reader.fault(found, place, expected=items_say)
    if instrument.items > 1 and not written.total.is_integer():
        raise reader.fault(f"{written.total:g} is no whole number", place, expected="a score")
    return written.total


def read_diary(record: PatientRecord, reader: Reader) -> Iterator[DiaryEntry]:
    """The diary of a record."""
    for index, written in enumerate(record.diary):
        path: Path = ("diary", index)
        severity = written.severity
        if severity is not None:
            highest = reader.limits.diary_severity_max
            reader.number(severity, (*path, "severity"), 0.0, highest)
        yield DiaryEntry(
            on=reader.day(written.on, (*path, "on")),
            began=reader.clock(written.began, (*path, "began")),
            ended=reader.clock(written.ended, (*path, "ended")) if written.ended else None,
            severity=severity,
            path=reader.shown(path),
        )


def read_weights(record: PatientRecord, reader: Reader) -> Iterator[Weight]:
    """The weights of a record."""
    for index, written in enumerate(record.weights):
        path: Path = ("weights", index)
        low, high = reader.limits.weight_min_kg, reader.limits.weight_max_kg
        kg = reader.number(written.kg, (*path, "kg"), low, high, "kg")
        yield Weight(reader.day(written.on, (*path, "on")), kg, reader.shown(path))
