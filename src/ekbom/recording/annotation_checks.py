"""Scorings held against the recording and against each other."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from ekbom.caveats import Caveat
from ekbom.errors import AnnotationError
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.terms import EventKind

NAMED = 10  # events a message names before it counts the rest
LIGHTS = (EventKind.LIGHTS_OFF, EventKind.LIGHTS_ON)
RESPIRATORY = tuple(kind for kind in EventKind if kind.is_respiratory)
DAY = timedelta(days=1)
# Headers say whole seconds: less apart, across days, is the same time of day.
SAME_TIME = timedelta(seconds=1)


def check_against(annotations: Annotations, recording_duration_s: float) -> Annotations:
    """The annotations that lie within the recording, and caveats for those that do not.

    Parameters
    ----------
    annotations : Annotations
        As read.
    recording_duration_s : float
        Length of the recording in seconds, gaps included.

    Returns
    -------
    Annotations
        Events and epochs outside the recording are left out and named: ``events-outside``,
        ``stages-outside``; stages that end early are named too: ``stages-short``.
    """
    inside = tuple(e for e in annotations.events if _is_inside(e, recording_duration_s))
    caveats = list(annotations.caveats)
    if len(inside) < len(annotations.events):
        caveats.append(_events_outside(annotations, recording_duration_s))
    hypnogram = annotations.hypnogram
    if hypnogram is not None:
        hypnogram, said = _hypnogram_within(hypnogram, recording_duration_s, annotations.name)
        caveats += said
    return replace(annotations, events=inside, hypnogram=hypnogram, caveats=tuple(caveats))


def merge(recorded: Annotations, separate: Annotations) -> Annotations:
    """Annotations of the recording together with those of a file of their own.

    Parameters
    ----------
    recorded : Annotations
        Those inside the recording.
    separate : Annotations
        Those of the other file; where both mark a kind of event, or both stage the night, these
        count and the caveat ``marked-twice`` says so. Who scores breathing scores all of it, so
        the respiratory kinds go together; so do lights off and on.
    """
    theirs = {kind for event in separate.events for kind in _scored_with(event.kind)}
    kept = [event for event in recorded.events if event.kind not in theirs]
    doubled = Counter(str(event.kind) for event in recorded.events if event.kind in theirs)
    said = [f"{count} {kind}" for kind, count in sorted(doubled.items())]
    if recorded.hypnogram is not None and separate.hypnogram is not None:
        said.append("the stages")
    caveats = [*recorded.caveats, *separate.caveats]
    if said:
        statement = (
            f"Marked in the recording and in {separate.name or 'the file'}: the file counts; not "
            f"used of the recording: {', '.join(said)}."
        )
        caveats.append(Caveat("marked-twice", statement, recorded.name))
    return Annotations(
        events=tuple(sorted((*kept, *separate.events), key=lambda event: event.onset_s)),
        hypnogram=recorded.hypnogram if separate.hypnogram is None else separate.hypnogram,
        name=separate.name or recorded.name,
        caveats=tuple(dict.fromkeys(caveats)),
        start=separate.start if recorded.start is None else recorded.start,
        gaps=tuple(sorted({*recorded.gaps, *separate.gaps})),
    )


def aligned(annotations: Annotations, recording_start: datetime | None) -> Annotations:
    """A scoring from a file of its own, in seconds from the start of the recording.

    Parameters
    ----------
    annotations : Annotations
        As read from that file.
    recording_start : datetime or None
        Start of the recording; where it or that of the scoring is unknown, nothing is changed.

    Returns
    -------
    Annotations
        Moved by the time the two starts are apart, less than a day (caveat ``scoring-shifted``);
        the same time on another day is taken for the same night (caveat ``dates-differ``), as dates
        are hidden in headers that were made anonymous.

    Raises
    ------
    AnnotationError
        Where day and time both differ: nothing says how the two nights belong together.
    """
    start = annotations.start
    if start is None or recording_start is None or start == recording_start:
        return annotations
    starts = f"the scoring starts at {start}, the recording at {recording_start}"
    if abs(start - recording_start) < DAY:
        shift = start - recording_start
        statement = (
            f"By their headers {starts}: everything marked is moved by "
            f"{shift.total_seconds():+g} s."
        )
        return _moved(annotations, shift, Caveat("scoring-shifted", statement, annotations.name))
    shift = start - recording_start - round((start - recording_start) / DAY) * DAY
    if abs(shift) < SAME_TIME:
        statement = (
            f"By their headers {starts}: another date, the same time of day; taken for the same "
            "night."
        )
        return _moved(annotations, shift, Caveat("dates-differ", statement, annotations.name))
    raise AnnotationError(
        f"by their headers {starts}",
        expected="starts less than a day apart, or the same time of day",
        where=annotations.name,
        what_to_do="export the scoring with the start of the recording, or as a table with "
        "seconds from the start of the recording",
    )


def check_lights(annotations: Annotations) -> Annotations:
    """The annotations, with the caveat ``several-lights`` where lights go off or on repeatedly."""
    off_s, on_s = (
        sorted({event.onset_s for event in annotations.of_kind(kind)}) for kind in LIGHTS
    )
    if max(len(off_s), len(on_s)) < 2:
        return annotations
    used = [f"the first lights off ({off_s[0]:g} s)"] if off_s else []
    used += [f"the last lights on ({on_s[-1]:g} s)"] if on_s else []
    statement = (
        f"Lights off is marked at {_times(off_s)}, lights on at {_times(on_s)}. Used: "
        f"{' and '.join(used)}; the time between counts as time in bed, lights on or off."
    )
    caveat = Caveat("several-lights", statement, annotations.name)
    return replace(annotations, caveats=(*annotations.caveats, caveat))


def _times(times_s: list[float]) -> str:
    if not times_s:
        return "no time"
    more = f" and {len(times_s) - NAMED} more" if len(times_s) > NAMED else ""
    return ", ".join(f"{time_s:g}" for time_s in times_s[:NAMED]) + f" s{more}"


def _scored_with(kind: EventKind) -> tuple[EventKind, ...]:
    """The kinds that one scoring marks or leaves out together."""
    for group in (RESPIRATORY, LIGHTS):
        if kind in group:
            return group
    return (kind,)


def _moved(annotations: Annotations, shift: timedelta, caveat: Caveat) -> Annotations:
    """The same marks, later by this much."""
    shift_s = shift.total_seconds()
    hypnogram = annotations.hypnogram
    return replace(
        annotations,
        events=tuple(replace(e, onset_s=e.onset_s + shift_s) for e in annotations.events),
        hypnogram=hypnogram and replace(hypnogram, start_s=hypnogram.start_s + shift_s),
        caveats=(*annotations.caveats, caveat),
        start=None if annotations.start is None else annotations.start - shift,
        gaps=tuple((from_s + shift_s, to_s + shift_s) for from_s, to_s in annotations.gaps),
    )


def _is_inside(event: Event, duration_s: float) -> bool:
    """Some of the event lies within; lights may go on at the very end."""
    if event.kind in LIGHTS or event.duration_s == 0:
        return 0 <= event.onset_s <= duration_s
    return event.onset_s < duration_s and event.offset_s > 0


def _events_outside(annotations: Annotations, duration_s: float) -> Caveat:
    outside = [event for event in annotations.events if not _is_inside(event, duration_s)]
    named = ", ".join(f"{event.kind} at {event.onset_s:g} s" for event in outside[:NAMED])
    more = f" and {len(outside) - NAMED} more" if len(outside) > NAMED else ""
    statement = (
        f"{len(outside)} events lie outside the recording (0 to {duration_s:g} s) and are left "
        f"out: {named}{more}."
    )
    return Caveat("events-outside", statement, annotations.name)


def _hypnogram_within(
    hypnogram: Hypnogram, duration_s: float, name: str
) -> tuple[Hypnogram | None, list[Caveat]]:
    """Epochs that have some of the recording in them."""
    n_epochs, epoch_s = len(hypnogram.stages), hypnogram.epoch_s
    first = min(n_epochs, max(0, math.floor(-hypnogram.start_s / epoch_s)))
    reach = math.ceil((duration_s - hypnogram.start_s) / epoch_s)
    last = min(n_epochs, max(first, reach))
    caveats: list[Caveat] = []
    if last - first < n_epochs:
        statement = (
            f"{n_epochs - (last - first)} of {n_epochs} epochs lie outside the recording (0 to "
            f"{duration_s:g} s) and are left out."
        )
        caveats.append(Caveat("stages-outside", statement, name))
    if first == last:
        return None, caveats
    start_s = hypnogram.start_s + first * epoch_s
    within = Hypnogram(hypnogram.stages[first:last], epoch_s, start_s)
    missing_s = max(0.0, within.start_s) + max(0.0, duration_s - within.end_s)
    if missing_s >= epoch_s:
        statement = (
            f"The stages cover {within.start_s:g} to {within.end_s:g} s of the recording's "
            f"{duration_s:g} s; the rest is unscored."
        )
        caveats.append(Caveat("stages-short", statement, name))
    return within, caveats
