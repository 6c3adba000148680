"""What limits a night as a whole: gaps, no time in bed, marks that were not used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ekbom.caveats import Caveat
from ekbom.recording.events import Annotations
from ekbom.recording.sleep_statistics import Period
from ekbom.scoring.legs import join_close_movements
from ekbom.scoring.movements import LegMovements
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.quality import LegQuality, Problem
from ekbom.scoring.settings import Settings
from ekbom.terms import Side

MINUTES_PER_HOUR = 60


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


def gap_caveats(gaps: Sequence[Period]) -> list[Caveat]:
    """Where the recording is in pieces."""
    if not gaps:
        return []
    minutes = sum(gap.hours for gap in gaps) * MINUTES_PER_HOUR
    said = "1 gap" if len(gaps) == 1 else f"{len(gaps)} gaps"
    return [
        Caveat(
            "gaps",
            f"the recording has {said}, {minutes:.1f} min in all; no interval and no series "
            "crosses one, and this time counts in no index.",
        )
    ]


def dead_time(quality: Sequence[LegQuality]) -> tuple[Period, ...]:
    """Minutes in which every leg is flat: no movement could be seen."""
    if not quality:
        return ()
    return tuple(
        Period(minutes[0].start_s, minutes[0].start_s + minutes[0].duration_s)
        for minutes in zip(*(leg.minutes for leg in quality), strict=False)
        if all(Problem.FLAT in minute.problems for minute in minutes)
    )


def dead_time_caveats(dead: Sequence[Period]) -> list[Caveat]:
    """Where no leg was measured."""
    if not dead:
        return []
    minutes = sum(each.hours for each in dead) * MINUTES_PER_HOUR
    return [
        Caveat(
            "no-working-leg",
            f"every leg is flat for {minutes:.0f} min; this time counts in no index.",
        )
    ]


def outside_bed_caveats(night: ScoredNight) -> list[Caveat]:
    """Movements before lights off or after lights on."""
    n = int((~night.is_in_bed).sum())
    if n == 0:
        return []
    return [
        Caveat(
            "movements-outside-bed",
            f"{n} of {len(night.movements)} movements lie outside the time in bed and count in no "
            "index.",
            night.rules.edition,
        )
    ]


def mark_caveats(
    annotations: Annotations, marked: Mapping[Side, LegMovements], settings: Settings
) -> list[Caveat]:
    """What became of marked movements that a reader would not expect."""
    caveats = unstaged_mark_caveats(annotations)
    one_leg = [side for side, leg in marked.items() if len(leg) == 0]
    if len(one_leg) == 1:
        caveats.append(Caveat("one-leg", f"no movements are marked on the {one_leg[0]} leg."))
    for edition in settings.editions:
        least_s = edition.rules.leg_movement_min_s
        joined = [join_close_movements(leg, edition.rules) for leg in marked.values()]
        n = sum(int((leg.duration_s < least_s).sum()) for leg in joined)
        if n:
            caveats.append(
                Caveat(
                    "short-movements",
                    f"{n} marked movements are shorter than {least_s:g} s: no leg movements.",
                    edition.name,
                )
            )
    return caveats


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
