"""Scorings in: EDF+ annotations, tables of events and lists of stages become Annotations."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ekbom.caveats import Caveat
from ekbom.errors import AnnotationError
from ekbom.interop.edf_header import EdfHeader, looks_like_edf, read_header
from ekbom.interop.edf_tals import Tals, read_tals
from ekbom.interop.edf_time import first_instant, gaps_between, record_times
from ekbom.interop.marks import GAP_TEXT, Mark
from ekbom.interop.tabular import decode_text, looks_like_table, read_table, stage_texts
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.labels import AnnotationTexts, LegLabels, TextMeaning
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.staging import StagedStretch, hypnogram_from, unscored_caveat
from ekbom.terms import EventKind, Side, SleepStage

LEGS = (Side.LEFT, Side.RIGHT)
NAMED = 10  # texts or channels a message names before it counts the rest


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
    needs_whole_movements : bool
        Whether a leg movement without a leg or a length is refused; not where movements are
        detected from the signal and the marked ones are not used.
    """

    texts: AnnotationTexts
    legs: LegLabels
    left: str | None = None
    right: str | None = None
    needs_whole_movements: bool = True

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
        # A table may name the leg itself: 'left' is no channel of a recording, and plain here.
        named_leg = next((side for side in LEGS if side == channel.strip().casefold()), None)
        return named_leg or self.legs.side_of(channel)


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
        Where the file cannot be read as a scoring, with file and line or record; where a leg
        movement has no length, or its text and its channel name different legs.
    RecordingError
        Where an EDF file's header or the times of its records cannot be trusted.
    """
    path = Path(path)
    if epoch_s is not None:
        _check_epoch(epoch_s)
    vocabulary = vocabulary or Vocabulary.packaged()
    if looks_like_edf(_content(path, 8)):
        return _of_edf(read_header(path), vocabulary, epoch_s)
    lines = decode_text(_content(path), path.name)
    if not looks_like_table(lines):
        raise AnnotationError(
            f"the first line is {lines[0][:60]!r}",
            expected="an EDF+ file, or a table whose first line names its columns",
            where=f"{path.name}:1",
            what_to_do="for a plain list of stages give the length of an epoch",
        )
    return _understood(read_table(lines, path.name), vocabulary, epoch_s, path.name)


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
    hypnogram = Hypnogram(tuple(stages), epoch_s)
    caveats = (replace(caveat, where=path.name) for caveat in unscored_caveat(hypnogram))
    return Annotations(hypnogram=hypnogram, name=path.name, caveats=tuple(caveats))


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


@contextmanager
def open_scoring(path: Path) -> Iterator[BinaryIO]:
    """The file, open for reading bytes.

    Raises
    ------
    AnnotationError
        Where there is no such file, or it cannot be opened or read.
    """
    try:
        with open(path, "rb") as file:
            yield file
    except FileNotFoundError as error:
        raise AnnotationError(
            "there is no such file", where=str(path), what_to_do="check the name"
        ) from error
    except (OSError, ValueError) as error:
        raise AnnotationError(
            f"the file cannot be opened ({getattr(error, 'strerror', None) or error})",
            where=str(path),
            what_to_do="check the name",
        ) from error


def _content(path: Path, n_bytes: int = -1) -> bytes:
    with open_scoring(path) as file:
        return file.read(n_bytes)


def _of_edf(header: EdfHeader, vocabulary: Vocabulary, epoch_s: float | None) -> Annotations:
    """Annotations in seconds from the first record, with the gaps between the signals' records."""
    tals = read_tals(header) if header.annotation_signals else None
    if tals is not None and tals.broken:
        more = f" and {len(tals.broken) - 3} more" if len(tals.broken) > 3 else ""
        raise AnnotationError(
            f"annotations that cannot be read: {'; '.join(tals.broken[:3])}{more}",
            expected="+onset, duration and text as EDF+ has them",
            where=header.name,
            what_to_do="export the annotations again from the program that made them",
        )
    offset_s, gaps = _edf_times(header, tals)
    marks = [
        replace(mark, onset_s=mark.onset_s - offset_s) for mark in (tals.marks if tals else ())
    ]
    found = _understood(marks, vocabulary, epoch_s, header.name)
    return replace(
        found, start=first_instant(header, offset_s), gaps=tuple(sorted({*found.gaps, *gaps}))
    )


def _edf_times(
    header: EdfHeader, tals: Tals | None
) -> tuple[float, tuple[tuple[float, float], ...]]:
    """Seconds from the header's start to the first record, and the stretches not recorded."""
    if len(header.annotation_signals) < len(header.signals):
        times = record_times(header, tals)
        return times.offset_s, gaps_between(header, times.runs)
    # A file of annotations only records nothing, so that nothing of it can be missing.
    known = tals.record_onsets_s[~np.isnan(tals.record_onsets_s)] if tals else np.empty(0)
    return (float(known[0]) if known.size else 0.0), ()


@dataclass(slots=True)
class _Sorted:
    """Marks sorted by what they mean."""

    stretches: list[StagedStretch] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    gaps: list[tuple[float, float]] = field(default_factory=list)
    sideless: list[Mark] = field(default_factory=list)
    lengthless: list[Mark] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    unknown_stages: Counter[str] = field(default_factory=Counter)
    instant: Counter[EventKind] = field(default_factory=Counter)
    limited: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)


def _understood(
    marks: Iterable[Mark], vocabulary: Vocabulary, epoch_s: float | None, name: str
) -> Annotations:
    found = _Sorted()
    for mark in marks:
        _sort_in(mark, vocabulary, found)
    if found.sideless and vocabulary.needs_whole_movements:
        raise _no_side(found.sideless, name)
    if found.lengthless and vocabulary.needs_whole_movements:
        raise _no_length(found.lengthless, name)
    caveats = list(_caveats(found, name))
    hypnogram = None
    if found.stretches:
        hypnogram, said = hypnogram_from(found.stretches, epoch_s)
        caveats += [replace(caveat, where=name) for caveat in said]
    events = tuple(sorted(found.events, key=lambda event: event.onset_s))
    return Annotations(events, hypnogram, name, tuple(caveats), gaps=tuple(sorted(found.gaps)))


def _sort_in(mark: Mark, vocabulary: Vocabulary, found: _Sorted) -> None:
    if mark.text.casefold() == GAP_TEXT.casefold() and mark.duration_s:
        found.gaps.append((mark.onset_s, mark.onset_s + mark.duration_s))
        return
    meaning = vocabulary.texts.meaning(mark.text)
    stage = _stage_of(mark.text, meaning)
    if meaning is not None and meaning.caveat:
        found.limited.setdefault((meaning.caveat, meaning.note), Counter())[mark.text] += 1
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
    if kind in (EventKind.LIGHTS_OFF, EventKind.LIGHTS_ON):
        return Event(kind, mark.onset_s, 0.0, mark.text, mark.channel)
    if kind is EventKind.LEG_MOVEMENT:
        side = _leg_of(mark, meaning.side, vocabulary)
        if side is None:
            found.sideless.append(mark)
        if not mark.duration_s:
            found.lengthless.append(mark)
    elif not mark.duration_s:
        found.instant[kind] += 1
    return Event(kind, mark.onset_s, mark.duration_s or 0.0, mark.text, mark.channel, side)


def _leg_of(mark: Mark, said: Side | None, vocabulary: Vocabulary) -> Side | None:
    """The leg that text and channel name; neither wins over the other."""
    of_channel = vocabulary.side_of(mark.channel)
    if said is None or of_channel is None or said is of_channel:
        return said or of_channel
    raise AnnotationError(
        f"{mark.text!r} at {mark.onset_s:g} s says the {said} leg, its channel {mark.channel!r} "
        f"is the {of_channel} one",
        expected="one leg, from the text, the channel or both",
        where=mark.where,
        what_to_do="correct the text or the channel; where the channel's label misleads, name "
        "the channels of the legs with --left and --right",
    )


def _no_length(lengthless: Sequence[Mark], name: str) -> AnnotationError:
    return AnnotationError(
        f"{len(lengthless)} leg movements have no length, the first at {lengthless[0].onset_s:g} s",
        expected="a duration in seconds, more than 0, for each leg movement",
        where=lengthless[0].where or name,
        what_to_do="export the movements with their durations; without them no rule can be applied",
    )


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
    for (code, note), texts in found.limited.items():
        yield Caveat(code, f"{note.rstrip('.')}: {_counted(texts)}.", name)
    if found.instant:
        statement = f"Events without a duration, read as lasting 0 s: {_counted(found.instant)}."
        if any(kind.is_respiratory for kind in found.instant):
            statement += (
                " The window in which a leg movement is respiratory-related is then laid around "
                "the onset of such a respiratory event, as its end is not known."
            )
        yield Caveat("no-duration", statement, name)


def _counted(texts: Counter[str] | Counter[EventKind]) -> str:
    named = ", ".join(f"{str(text)[:40]!r} x {n}" for text, n in texts.most_common(NAMED))
    rest = len(texts) - NAMED
    return f"{named} and {rest} more" if rest > 0 else named
