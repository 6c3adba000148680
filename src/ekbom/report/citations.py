"""Every value a result rests on, with its source; sources numbered in the order they are met."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.sources import Source
from ekbom.scoring.score import NightResult

MARKS = {
    "verified": "read in the source itself, or seen by running it",
    "abstract": "read in the abstract, or in a publication that tabulates the source",
    "recalled": "not confirmed at the source",
    "design": "a reading or choice of this project",
    "override": "set by whoever ran the scoring",
}
_UNITS = {"uV": "µV", "1": "", "/h": "/h", "%": "%"}


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
class ValueRow:
    """One threshold or choice as a reader sees it.

    Parameters
    ----------
    name : str
        Name of the parameter.
    option : str
        Name by which a caller can change it; empty where none can.
    value, meaning : str
        Value with its unit; for a choice, what it means.
    citation : int or None
        Number of the source; None for what the caller set.
    place, mark, checked_on, note : str
        As in `ekbom.knowledge.parameters.Sourced`.
    """

    name: str
    option: str
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
class ValueGroup:
    """Values that belong together."""

    title: str
    rows: tuple[ValueRow, ...]


def value_groups(result: NightResult, citations: Citations) -> tuple[ValueGroup, ...]:
    """Everything a night was scored with, edition by edition."""
    settings, detection = result.settings, result.settings.detection
    slices: list[tuple[str, list[Any], bool]] = []
    for edition in settings.editions:
        title = citations.base.edition(edition.name).title
        slices.append((f"{title}: movements of one leg", [edition.thresholds], True))
        slices.append((f"{title}: series, both legs, arousals", [edition.rules], True))
        slices.append((f"{title}: movements with respiratory events", [edition.window], False))
    slices += [
        ("Finding movements: level of the EMG", [detection.envelope], False),
        ("Finding movements: heartbeat", [detection.ecg], False),
        (
            "Finding movements: resting level and shape",
            [detection.rest, detection.morphology],
            False,
        ),
        ("Quality of the signal", [detection.quality], False),
        ("Interval periodicity index", [settings.periodicity], False),
        ("Histograms", [settings.bins], False),
        ("Published limits", [settings.plms_limits], False),
    ]
    if any(edition.immobilization for edition in result.editions.values()):
        slices.append(("Suggested immobilization test", [settings.immobilization], False))
    if not result.legs:
        slices = [group for group in slices if not group[0].startswith(("Finding", "Quality"))]
    return tuple(
        ValueGroup(title, tuple(_rows(bound, citations, can_change)))
        for title, bound, can_change in slices
    )


def _rows(bound: list[Any], citations: Citations, can_change: bool) -> Iterator[ValueRow]:
    for one in bound:
        provenance: Mapping[str, Sourced] = one.provenance
        for option, sourced in provenance.items():
            yield value_row(sourced, citations, option if can_change else "")


def value_row(sourced: Sourced, citations: Citations, option: str = "") -> ValueRow:
    """One value for the reader."""
    parameter = citations.base.parameter(sourced.parameter)
    is_choice = isinstance(sourced.value, str)
    return ValueRow(
        name=sourced.name,
        option=option,
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
    unit = _UNITS.get(sourced.unit, sourced.unit)
    return f"{sourced.value:g} {unit}".strip() if unit != "/h" else f"{sourced.value:g}/h"


def short_name(source: Source) -> str:
    """First author, or first words of the title, and year."""
    first = source.authors[0]
    others = " and others" if len(source.authors) > 1 else ""
    return f"{first}{others} {source.year}"
