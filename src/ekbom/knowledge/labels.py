"""Labels and texts met in recordings: which leg, which channel is the ECG, what a mark means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from ekbom.errors import KnowledgeError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.tables import Row, Table
from ekbom.terms import EventKind, Side, SleepStage

AMBIGUOUS = "ambiguous"
SECTION = "labels"

T = TypeVar("T", EventKind, SleepStage, Side)


@dataclass(frozen=True, slots=True)
class LegLabels:
    """Which leg a channel label means; matched without regard to case and runs of white space.

    Parameters
    ----------
    sides : Mapping of str to Side or None
        By normalised label; None for a label that must not be given a side.
    """

    sides: Mapping[str, Side | None]

    @classmethod
    def of(cls, base: KnowledgeBase) -> LegLabels:
        """From the table ``labels/leg-channels``."""
        table = base.table("labels/leg-channels")
        return cls(
            _by_text(
                table,
                {
                    row.get("label"): None
                    if row.get("side") == AMBIGUOUS
                    else _term(Side, row, "side", table)
                    for row in table.rows
                },
            )
        )

    def side_of(self, label: str) -> Side | None:
        """The leg; None for an ambiguous or unknown label."""
        return self.sides.get(normalised(label))

    def is_ambiguous(self, label: str) -> bool:
        """True for a label that may be a leg but does not say which."""
        key = normalised(label)
        return key in self.sides and self.sides[key] is None


@dataclass(frozen=True, slots=True)
class EcgLabels:
    """Labels of the electrocardiogram.

    Parameters
    ----------
    labels : tuple of str
        As written in the table, the most wanted first.
    keys : frozenset of str
        The same, normalised.
    """

    labels: tuple[str, ...]
    keys: frozenset[str]

    @classmethod
    def of(cls, base: KnowledgeBase) -> EcgLabels:
        """From the table ``labels/ecg-channels``."""
        table = base.table("labels/ecg-channels")
        by_text = _by_text(table, {row.get("label"): True for row in table.rows})
        return cls(tuple(row.get("label") for row in table.rows), frozenset(by_text))

    def matches(self, label: str) -> bool:
        """True for a label of the electrocardiogram."""
        return normalised(label) in self.keys


@dataclass(frozen=True, slots=True)
class TextMeaning:
    """What the text of an annotation means: an event of some kind, or a sleep stage.

    Parameters
    ----------
    kind : EventKind or None
        Kind of event; None for a stage.
    stage : SleepStage or None
        Sleep stage; None for an event.
    side : Side or None
        The leg, where the text names one.
    caveat : str
        Code of the caveat that must travel with it, e.g. ``rechtschaffen-kales-stages``.
    note : str
        What is lost or must be known.
    """

    kind: EventKind | None
    stage: SleepStage | None
    side: Side | None = None
    caveat: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnnotationTexts:
    """What annotation texts mean.

    Parameters
    ----------
    meanings : Mapping of str to TextMeaning
        By normalised text.
    """

    meanings: Mapping[str, TextMeaning]

    @classmethod
    def of(cls, base: KnowledgeBase) -> AnnotationTexts:
        """From the table ``labels/annotation-texts``."""
        table = base.table("labels/annotation-texts")
        return cls(_by_text(table, {row.get("text"): _meaning(row, table) for row in table.rows}))

    def meaning(self, text: str) -> TextMeaning | None:
        """The meaning of a text; None for an unknown one.

        Of a text ``one|other``, as the National Sleep Research Resource writes them, the first
        known half counts.
        """
        for part in (text, *text.split("|")):
            meaning = self.meanings.get(normalised(part))
            if meaning is not None:
                return meaning
        return None


def normalised(text: str) -> str:
    """The form in which labels and texts are compared: white space collapsed, case folded."""
    return " ".join(text.split()).casefold()


V = TypeVar("V")


def _by_text(table: Table, values: Mapping[str, V]) -> Mapping[str, V]:
    by_text: dict[str, V] = {}
    for text, value in values.items():
        if normalised(text) in by_text:
            raise KnowledgeError(
                f"{text!r} matches an earlier row",
                expected="rows that differ in more than case and white space",
                where=f"{table.id}.yaml",
            )
        by_text[normalised(text)] = value
    return MappingProxyType(by_text)


def _meaning(row: Row, table: Table) -> TextMeaning:
    if bool(row.get("kind")) == bool(row.get("stage")):
        raise KnowledgeError(
            f"{row.get('text')!r} has a kind and a stage, or neither",
            expected="one of the two",
            where=f"{table.id}.yaml",
        )
    return TextMeaning(
        kind=_term(EventKind, row, "kind", table) if row.get("kind") else None,
        stage=_term(SleepStage, row, "stage", table) if row.get("stage") else None,
        side=_term(Side, row, "side", table) if row.get("side") else None,
        caveat=row.get("caveat"),
        note=row.get("note"),
    )


def _term(vocabulary: type[T], row: Row, column: str, table: Table) -> T:
    word = row.get(column)
    for term in vocabulary:
        if term.value == word:
            return term
    raise KnowledgeError(
        f"{column} is {word!r} in row {next(iter(row.cells.values()))!r}",
        expected=f"one of: {', '.join(term.value for term in vocabulary)}",
        where=f"{table.id}.yaml",
    )
