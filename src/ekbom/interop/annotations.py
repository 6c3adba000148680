"""Scorings in: EDF+ annotations, tables of events and lists of stages become Annotations."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ekbom.caveats import Caveat
from ekbom.errors import AnnotationError
from ekbom.interop.edf_header import looks_like_edf, read_header
from ekbom.interop.edf_tals import read_tals
from ekbom.interop.marks import Mark
from ekbom.interop.tabular import decode_text, looks_like_table, read_table, stage_texts
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.labels import AnnotationTexts, LegLabels, TextMeaning
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.staging import StagedStretch, hypnogram_from
from ekbom.terms import EventKind, Side, SleepStage

NAMED = 10  # texts or channels a message names before it counts the rest
LIMITS = {
    "rechtschaffen-kales-stages": "Stages of Rechtschaffen and Kales, read as the nearest of AASM"
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How texts and labels are understood.

    Parameters
    ----------
    texts : AnnotationTexts
        What annotation texts mean.
    legs : LegLabels
        Which leg a channel's label names.
    left, right : str or None
        Labels of the leg channels where the caller names them; these come before ``legs``.
    """

    texts: AnnotationTexts
    legs: LegLabels
    left: str | None = None
    right: str | None = None

    @classmethod
    def of(
        cls, base: KnowledgeBase, left: str | None = None, right: str | None = None
    ) -> Vocabulary:
        """From the tables of labels of a knowledge base that has the section ``labels``."""
        return cls(AnnotationTexts.of(base), LegLabels.of(base), left, right)

    @classmethod
    def packaged(cls, left: str | None = None, right: str | None = None) -> Vocabulary:
        """From the labels that come with the package."""
        return cls.of(load(sections=("labels",)), left, right)

    def side_of(self, channel: str | None) -> Side | None:
        """The leg a channel belongs to; None where that is not known."""
        if channel is None:
            return None
        for side, named in ((Side.LEFT, self.left), (Side.RIGHT, self.right)):
            if named is not None and named.strip().casefold() == channel.strip().casefold():
                return side
        return self.legs.side_of(channel)


def read_annotations(
    path: str | os.PathLike[str],
    vocabulary: Vocabulary | None = None,
    epoch_s: float | None = None,
) -> Annotations:
    """Stages and events of a recording, of an annotation-only EDF+ file or of a table.

    The content decides how the file is read: EDF+ and BDF+ annotations, with the form
    ``Text@@Channel``, or a BIDS table of events between tabs. Times count from the first record
    of an EDF+ file.

    Parameters
    ----------
    path : str or os.PathLike
        The file.
    vocabulary : Vocabulary, optional
        How texts and channel labels are understood; by default with the packaged labels.
    epoch_s : float, optional
        Length of an epoch in seconds; by default the length the stage marks have in common.

    Raises
    ------
    AnnotationError
        Where the file cannot be read as a scoring, with file and line or record.
    RecordingError
        Where an EDF file's header cannot be trusted.
    """
    path = Path(path)
    if epoch_s is not None:
        _check_epoch(epoch_s)
    if looks_like_edf(_content(path, 8)):
        marks = _edf_marks(path)
    else:
        lines = decode_text(_content(path), path.name)
        if not looks_like_table(lines):
            raise AnnotationError(
                f"the first line is {lines[0][:60]!r}",
                expected="an EDF+ file, or a table whose first line names its columns",
                where=f"{path.name}:1",
                what_to_do="for a plain list of stages give the length of an epoch",
            )
        marks = read_table(lines, path.name)
    return _understood(marks, vocabulary or Vocabulary.packaged(), epoch_s, path.name)


def read_stages(
    path: str | os.PathLike[str], epoch_s: float, vocabulary: Vocabulary | None = None
) -> Annotations:
    """Stages of a plain list: one a line, or between spaces or commas, from the first epoch on.

    Parameters
    ----------
    path : str or os.PathLike
        The file.
    epoch_s : float
        Length of an epoch in seconds.
    vocabulary : Vocabulary, optional
        How texts are understood; by default with the packaged labels.

    Raises
    ------
    AnnotationError
        Where a text is no stage, with file and line.
    """
    path = Path(path)
    _check_epoch(epoch_s)
    lines = decode_text(_content(path), path.name)
    distinct = {line.strip() for line in lines}
    vocabulary = vocabulary or Vocabulary.packaged()
    whole = {text for text in distinct if text and _listed_stage(text, vocabulary) is not None}
    stages: list[SleepStage] = []
    for text, line in stage_texts(lines, whole):
        stage = _listed_stage(text, vocabulary)
        if stage is None:
            raise AnnotationError(
                f"{text[:60]!r} is no stage",
                expected="W, N1, N2, N3, R or ? for each epoch; bare numbers differ by program",
                where=f"{path.name}:{line}",
                what_to_do="correct the line, or give a table of events",
            )
        stages.append(stage)
    return Annotations(hypnogram=Hypnogram(tuple(stages), epoch_s), name=path.name)


def _listed_stage(text: str, vocabulary: Vocabulary) -> SleepStage | None:
    """Stage of a text in a list of stages, where a bare W or R can mean nothing else."""
    bare = next((stage for stage in SleepStage if stage.value == text.upper()), None)
    if bare is not None:
        return bare
    meaning = vocabulary.texts.meaning(text)
    return None if meaning is None else meaning.stage


def _check_epoch(epoch_s: float) -> None:
    if not (math.isfinite(epoch_s) and epoch_s > 0):
        raise AnnotationError(
            f"the length of an epoch is {epoch_s:g} s", expected="a positive number of seconds"
        )


def _content(path: Path, n_bytes: int = -1) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(n_bytes)
    except (OSError, ValueError) as error:
        raise AnnotationError(
            f"the file cannot be opened ({error})", where=str(path), what_to_do="check the name"
        ) from error


def _edf_marks(path: Path) -> list[Mark]:
    """Annotations in seconds from the first record."""
    header = read_header(path)
    if not header.annotation_signals:
        return []
    tals = read_tals(header)
    if tals.broken:
        more = f" and {len(tals.broken) - 3} more" if len(tals.broken) > 3 else ""
        raise AnnotationError(
            f"annotations that cannot be read: {'; '.join(tals.broken[:3])}{more}",
            expected="+onset, duration and text as EDF+ has them",
            where=header.name,
            what_to_do="export the annotations again from the program that made them",
        )
    known = tals.record_onsets_s[~np.isnan(tals.record_onsets_s)]
    offset_s = float(known[0]) if known.size else 0.0
    return [
        Mark(mark.onset_s - offset_s, mark.duration_s, mark.text, mark.channel, mark.where)
        for mark in tals.marks
    ]


@dataclass(slots=True)
class _Sorted:
    """Marks sorted by what they mean."""

    stretches: list[StagedStretch] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sideless: list[Mark] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    unknown_stages: Counter[str] = field(default_factory=Counter)
    lasting: Counter[EventKind] = field(default_factory=Counter)
    limited: dict[str, Counter[str]] = field(default_factory=dict)


def _understood(
    marks: Iterable[Mark], vocabulary: Vocabulary, epoch_s: float | None, name: str
) -> Annotations:
    found = _Sorted()
    for mark in marks:
        _sort_in(mark, vocabulary, found)
    if found.sideless:
        raise _no_side(found.sideless, name)
    caveats = list(_caveats(found, name))
    hypnogram = None
    if found.stretches:
        hypnogram, said = hypnogram_from(found.stretches, epoch_s)
        caveats += [Caveat(caveat.code, caveat.statement, name) for caveat in said]
    events = tuple(sorted(found.events, key=lambda event: event.onset_s))
    return Annotations(events, hypnogram, name, tuple(caveats))


def _sort_in(mark: Mark, vocabulary: Vocabulary, found: _Sorted) -> None:
    meaning = vocabulary.texts.meaning(mark.text)
    stage = _stage_of(mark.text, meaning)
    if meaning is not None and meaning.caveat:
        found.limited.setdefault(meaning.caveat, Counter())[mark.text] += 1
    if stage is not None:
        found.stretches.append(StagedStretch(mark.onset_s, mark.duration_s, stage, mark.where))
        if meaning is None:
            found.unknown_stages[mark.text] += 1
    elif meaning is None or meaning.kind is None:
        found.unknown[mark.text] += 1
    else:
        found.events.append(_event(mark, meaning, meaning.kind, vocabulary, found))


def _stage_of(text: str, meaning: TextMeaning | None) -> SleepStage | None:
    """Stage of a text; an unknown one in the EDF+ form ``Sleep stage …`` is unscored."""
    if meaning is not None:
        return meaning.stage
    return SleepStage.UNSCORED if text.casefold().startswith("sleep stage") else None


def _event(
    mark: Mark, meaning: TextMeaning, kind: EventKind, vocabulary: Vocabulary, found: _Sorted
) -> Event:
    side = None
    if kind is EventKind.LEG_MOVEMENT:
        side = meaning.side or vocabulary.side_of(mark.channel)
        if side is None:
            found.sideless.append(mark)
    if kind in (EventKind.LIGHTS_OFF, EventKind.LIGHTS_ON):
        return Event(kind, mark.onset_s, 0.0, mark.text, mark.channel)
    if mark.duration_s is None:
        found.lasting[kind] += 1
    return Event(kind, mark.onset_s, mark.duration_s or 0.0, mark.text, mark.channel, side)


def _no_side(sideless: Sequence[Mark], name: str) -> AnnotationError:
    channels = sorted({mark.channel for mark in sideless if mark.channel is not None})
    said = ", ".join(map(repr, channels[:NAMED])) or "none"
    return AnnotationError(
        f"{len(sideless)} leg movements do not say which leg, the first at "
        f"{sideless[0].onset_s:g} s; their channels: {said}",
        expected="left or right, from the text or from the channel",
        where=sideless[0].where or name,
        what_to_do="name the channels of the legs with --left and --right"
        if channels
        else "mark each movement on the channel of its leg",
    )


def _caveats(found: _Sorted, name: str) -> Iterable[Caveat]:
    if found.unknown_stages:
        statement = f"Stages not known, read as unscored: {_counted(found.unknown_stages)}."
        yield Caveat("unknown-stages", statement, name)
    if found.unknown:
        statement = f"Texts not known and not used: {_counted(found.unknown)}."
        yield Caveat("unknown-texts", statement, name)
    for code, texts in found.limited.items():
        yield Caveat(code, f"{LIMITS.get(code, code)}: {_counted(texts)}.", name)
    if found.lasting:
        statement = f"Events without a duration, read as lasting 0 s: {_counted(found.lasting)}."
        yield Caveat("no-duration", statement, name)


def _counted(texts: Counter[str] | Counter[EventKind]) -> str:
    named = ", ".join(f"{str(text)[:40]!r} x {n}" for text, n in texts.most_common(NAMED))
    rest = len(texts) - NAMED
    return f"{named} and {rest} more" if rest > 0 else named
