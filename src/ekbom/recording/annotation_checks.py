"""Scorings held against the recording and against each other."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from ekbom.caveats import Caveat
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.terms import EventKind

NAMED = 10  # events a message names before it counts the rest
LIGHTS = (EventKind.LIGHTS_OFF, EventKind.LIGHTS_ON)


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
        count and the caveat ``marked-twice`` says so.
    """
    theirs = {event.kind for event in separate.events}
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
