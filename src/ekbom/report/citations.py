"""Every value a result rests on, with its source; sources numbered in the order they are met."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.sources import Source

if TYPE_CHECKING:
    from ekbom.scoring.score import NightResult

MARKS = {
    "verified": "read in the source itself, or seen by running it",
    "abstract": "read in the abstract, or in a publication that tabulates the source",
    "recalled": "not confirmed at the source",
    "design": "a reading or choice of this project",
    "override": "set by whoever ran the scoring",
}
UNITS = {"uV": "µV", "1": "", "/h": "/h", "%": "%"}


@dataclass(slots=True)
class Citations:
    """The sources cited so far, numbered from 1."""

    base: KnowledgeBase
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, source_id: str) -> int:
        """Number of a source; a new one gets the next."""
        self.base.source(source_id)
        return self.numbers.setdefault(source_id, len(self.numbers) + 1)

    @property
    def sources(self) -> Iterator[tuple[int, Source]]:
        """Number and source, in order."""
        for source_id, number in self.numbers.items():
            yield number, self.base.source(source_id)


@dataclass(frozen=True, slots=True)
class ValueCell:
    """A value as a reader sees it, and where it came from.

    Parameters
    ----------
    value, meaning : str
        Value with its unit; for a choice, what it means.
    citation : int or None
        Number of the source; None for what the caller set.
    place, mark, checked_on, note : str
        As in `ekbom.knowledge.parameters.Sourced`.
    """

    value: str
    meaning: str
    citation: int | None
    place: str
    mark: str
    checked_on: str
    note: str

    @property
    def is_changed(self) -> bool:
        """True where the caller set it."""
        return self.mark == "override"


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One threshold or choice; ``option`` is the name by which a caller can change it."""

    name: str
    option: str
    cells: tuple[ValueCell, ...]


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """Values that belong together, one column an edition."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[ValueRow, ...]


def value_groups(result: NightResult, citations: Citations) -> tuple[ValueGroup, ...]:
    """Everything a night was scored with; the rule sets side by side."""
    settings, detection = result.settings, result.settings.detection
    names = tuple(
        f"{citations.base.edition(edition.name).title} ({edition.name})"
        for edition in settings.editions
    )
    groups: list[tuple[str, list[list[Any]], tuple[str, ...]]] = [
        ("Movements of one leg", [[e.thresholds] for e in settings.editions], names),
        ("Both legs, candidates, series, arousals", [[e.rules] for e in settings.editions], names),
        ("Respiratory events", [[e.window] for e in settings.editions], names),
    ]
    if result.legs:
        groups += [
            ("Level of the EMG", [[detection.envelope]], ()),
            ("Heartbeat", [[detection.ecg]], ()),
            ("Resting level and shape", [[detection.rest, detection.morphology]], ()),
            ("Quality of the signal", [[detection.quality]], ()),
        ]
    limits: list[Any] = [settings.plms_limits]
    if any(edition.immobilization for edition in result.editions.values()):
        limits.append(settings.immobilization)
    groups += [
        ("Interval periodicity index and histograms", [[settings.periodicity, settings.bins]], ()),
        ("Published limits", [limits], ()),
    ]
    return tuple(
        ValueGroup(title, columns, tuple(_rows(bound, citations)))
        for title, bound, columns in groups
    )


def _rows(columns: list[list[Any]], citations: Citations) -> Iterator[ValueRow]:
    provenances: list[dict[str, Sourced]] = [
        {name: sourced for bound in column for name, sourced in bound.provenance.items()}
        for column in columns
    ]
    for option, sourced in provenances[0].items():
        yield ValueRow(
            sourced.name,
            option,
            tuple(value_cell(provenance[option], citations) for provenance in provenances),
        )


def value_cell(sourced: Sourced, citations: Citations) -> ValueCell:
    """One value for the reader."""
    parameter = citations.base.parameter(sourced.parameter)
    is_choice = isinstance(sourced.value, str)
    return ValueCell(
        value=shown_value(sourced),
        meaning=parameter.choices.get(str(sourced.value), "") if is_choice else "",
        citation=citations.number(sourced.source) if sourced.source else None,
        place=sourced.place,
        mark=sourced.mark,
        checked_on="" if sourced.checked_on is None else sourced.checked_on.isoformat(),
        note=sourced.note,
    )


def shown_value(sourced: Sourced) -> str:
    """Value and unit."""
    if isinstance(sourced.value, str):
        return sourced.value
    if math.isinf(sourced.value):
        return "no limit"
    unit = UNITS.get(sourced.unit, sourced.unit)
    return f"{sourced.value:g} {unit}".strip() if unit != "/h" else f"{sourced.value:g}/h"
