"""What limits a night as a whole: gaps, no time in bed, marks that were not used."""

from __future__ import annotations

from collections.abc import Sequence

from ekbom.caveats import Caveat
from ekbom.recording.channels import Legs
from ekbom.recording.events import Annotations
from ekbom.recording.sleep_statistics import Period


def period_caveats(annotations: Annotations, period: Period | None) -> list[Caveat]:
    """Where the time in bed is unknown, or was not marked."""
    off_s, on_s = annotations.lights_off_s, annotations.lights_on_s
    if period is not None:
        if off_s is not None and on_s is not None:
            return []
        ends = "stages" if annotations.hypnogram is not None else "recording"
        return [
            Caveat(
                "no-lights",
                "Lights off or lights on is not marked: time in bed is taken from the ends of the "
                f"{ends}.",
            )
        ]
    why = "Nothing tells how long the night was"
    if off_s is not None and on_s is not None:
        why = f"Lights go on ({on_s:g} s) before they go off ({off_s:g} s)"
    elif annotations.hypnogram is not None and (off_s is not None or on_s is not None):
        why = "Lights go on or off outside the stages"
    return [Caveat("no-time-in-bed", f"{why}: every index is unknown, counts stand.")]


def gap_caveats(legs: Legs) -> list[Caveat]:
    """Where the recording is in pieces."""
    n_gaps = max(len(channel.segments) for channel in legs.channels.values()) - 1
    if n_gaps == 0:
        return []
    gaps = "1 gap; no interval and no series crosses it"
    if n_gaps > 1:
        gaps = f"{n_gaps} gaps; no interval and no series crosses one"
    return [Caveat("gaps", f"the recording has {gaps}.")]


def unstaged_mark_caveats(annotations: Annotations) -> list[Caveat]:
    """Where movements are marked before the first or after the last epoch."""
    hypnogram = annotations.hypnogram
    if hypnogram is None:
        return []
    onsets_s = [event.onset_s for event in annotations.leg_movements]
    n = sum(not hypnogram.start_s <= onset_s < hypnogram.end_s for onset_s in onsets_s)
    if n == 0:
        return []
    return [
        Caveat(
            "movements-outside-stages",
            f"{n} of {len(onsets_s)} marked leg movements begin outside the stages "
            f"({hypnogram.start_s:g} to {hypnogram.end_s:g} s) and count in no stage.",
        )
    ]


def unused_mark_caveats(annotations: Annotations) -> list[Caveat]:
    """Where somebody marked movements and they are detected all the same."""
    n_marked = len(annotations.leg_movements)
    if n_marked == 0:
        return []
    return [
        Caveat(
            "marked-movements-not-used",
            f"{n_marked} marked leg movements are not used: movements are detected from the "
            "signal. Compare the two with 'ekbom agree'.",
        )
    ]


def once(caveats: Sequence[Caveat]) -> tuple[Caveat, ...]:
    """Each caveat once, in order."""
    return tuple(dict.fromkeys(caveats))
