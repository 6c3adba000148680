"""score_movements: the whole spine from leg movements to periodic series, one call a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekbom.caveats import Caveat
from ekbom.recording.events import Annotations
from ekbom.recording.sleep_statistics import Period
from ekbom.scoring.arousals import has_arousal
from ekbom.scoring.bilateral import combine_legs
from ekbom.scoring.candidates import is_candidate
from ekbom.scoring.legs import drop_short_movements, join_close_movements, too_long
from ekbom.scoring.movements import Flags, LegMovements, Movements
from ekbom.scoring.periodic import Series, find_series
from ekbom.scoring.respiratory import is_respiratory
from ekbom.scoring.rules import PlmRules, RespiratoryWindow
from ekbom.terms import Side, SleepStage


@dataclass(frozen=True, slots=True)
class ScoredNight:
    """One night scored under one edition; every array has one entry per movement.

    Parameters
    ----------
    rules, window : PlmRules, RespiratoryWindow
        What it was scored by.
    left, right : LegMovements
        Movements of each leg before they were combined.
    movements : Movements
        Movements after the legs were combined.
    stage : array of SleepStage
        Stage at the onset.
    is_candidate : array of bool
        Candidate leg movements.
    is_eligible : array of bool
        Candidates that may stand in a series (the AASM leaves out those in wake).
    is_in_bed : array of bool
        Begins within the time in bed; the others count in no index.
    is_respiratory : array of bool
        Belongs to a respiratory event.
    has_arousal : array of bool or None
        Goes with an arousal; None where no arousals were marked at all.
    series : Series
        Counted with all movements.
    series_nonrespiratory : Series
        Counted again without the respiratory ones, so that intervals close over them.
    annotations : Annotations
        Stages and events it was scored with.
    caveats : tuple of Caveat
        What limits the result.
    """

    rules: PlmRules
    window: RespiratoryWindow
    left: LegMovements
    right: LegMovements
    movements: Movements
    stage: NDArray[np.object_]
    is_candidate: Flags
    is_eligible: Flags
    is_in_bed: Flags
    is_respiratory: Flags
    has_arousal: Flags | None
    series: Series
    series_nonrespiratory: Series
    annotations: Annotations
    caveats: tuple[Caveat, ...]

    @property
    def is_periodic(self) -> Flags:
        """Periodic leg movements, counted with all movements."""
        return self.series.is_periodic

    @property
    def is_periodic_nonrespiratory(self) -> Flags:
        """Periodic leg movements, counted without the respiratory ones."""
        return self.series_nonrespiratory.is_periodic

    @property
    def is_scored(self) -> Flags:
        """Periodic leg movements that the edition's index counts."""
        if self.rules.respiratory_movements == "not-scored":
            return self.is_periodic_nonrespiratory
        return self.is_periodic


def score_movements(
    left: LegMovements,
    right: LegMovements,
    annotations: Annotations,
    rules: PlmRules,
    window: RespiratoryWindow,
    segment_starts_s: Sequence[float] = (0.0,),
    period: Period | None = None,
) -> ScoredNight:
    """Score the movements of two legs under one edition.

    Parameters
    ----------
    left, right : LegMovements
        Movements of each leg, detected or marked; either may be empty.
    annotations : Annotations
        Stages, arousals and respiratory events; any may be missing, and is then a caveat.
    rules : PlmRules
        Thresholds and choices of the edition.
    window : RespiratoryWindow
        What counts as respiratory.
    segment_starts_s : sequence of float
        Starts of the gap-free stretches of the recording; no series crosses from one to the next.
    period : Period or None
        Time in bed; None where unknown, and then every movement counts.
    """
    left, right, movements = _combined(left, right, rules, segment_starts_s)
    stage = _stages(movements, annotations)
    candidate = is_candidate(movements, rules)
    eligible, present = _in_series(candidate, stage, rules)
    respiratory = is_respiratory(movements, annotations.respiratory, window)
    return ScoredNight(
        rules=rules,
        window=window,
        left=left,
        right=right,
        movements=movements,
        stage=stage,
        is_candidate=candidate,
        is_eligible=eligible,
        is_in_bed=_in_bed(movements, period),
        is_respiratory=respiratory,
        has_arousal=_has_arousal(movements, annotations, rules),
        series=find_series(movements, eligible, present, rules),
        series_nonrespiratory=find_series(
            movements, eligible, present & ~(candidate & respiratory), rules
        ),
        annotations=annotations,
        caveats=_caveats(annotations, rules),
    )


def _in_series(
    candidate: Flags, stage: NDArray[np.object_], rules: PlmRules
) -> tuple[Flags, Flags]:
    """Movements that may stand in a series, and those seen at all when series are looked for."""
    if rules.wake_movements == "excluded":
        seen = np.array([s != SleepStage.W for s in stage], dtype=bool)
    else:
        seen = np.ones(len(candidate), dtype=bool)
    eligible = candidate & seen
    return eligible, eligible if rules.non_candidate == "ignored" else seen


def _combined(
    left: LegMovements, right: LegMovements, rules: PlmRules, segment_starts_s: Sequence[float]
) -> tuple[LegMovements, LegMovements, Movements]:
    """Leg movements proper of each leg, and all movements; nothing is joined across a gap."""
    legs: dict[Side, list[LegMovements]] = {Side.LEFT: [], Side.RIGHT: []}
    parts = []
    for segment in range(len(segment_starts_s) + 1):
        found = [_in_segment(leg, segment, segment_starts_s) for leg in (left, right)]
        (left_part, left_long), (right_part, right_long) = (
            _leg_movements(leg, rules) for leg in found
        )
        legs[Side.LEFT].append(left_part)
        legs[Side.RIGHT].append(right_part)
        parts.append(combine_legs(left_part, right_part, rules, segment))
        # Movements too long to be any take no part in combining, and are shown all the same.
        parts.append(combine_legs(left_long, LegMovements.none(Side.RIGHT), rules, segment))
        parts.append(combine_legs(LegMovements.none(Side.LEFT), right_long, rules, segment))
    return (
        LegMovements.joined(Side.LEFT, legs[Side.LEFT]),
        LegMovements.joined(Side.RIGHT, legs[Side.RIGHT]),
        Movements.joined(parts),
    )


def _in_segment(leg: LegMovements, segment: int, segment_starts_s: Sequence[float]) -> LegMovements:
    return leg.where(np.searchsorted(segment_starts_s, leg.onset_s, side="right") == segment)


def _leg_movements(leg: LegMovements, rules: PlmRules) -> tuple[LegMovements, LegMovements]:
    """Leg movements proper, and those too long to be any."""
    leg = drop_short_movements(join_close_movements(leg, rules), rules)
    long = too_long(leg, rules)
    return leg.where(~long), leg.where(long)


def _stages(movements: Movements, annotations: Annotations) -> NDArray[np.object_]:
    """Stage at the onset of each movement."""
    if annotations.hypnogram is None:
        # A list, since numpy.full would make plain texts of the stages.
        return np.array([SleepStage.UNSCORED] * len(movements), dtype=object)
    return annotations.hypnogram.stage_at(movements.onset_s)


def _has_arousal(movements: Movements, annotations: Annotations, rules: PlmRules) -> Flags | None:
    """None where no arousals are marked at all: that is unknown, not no."""
    if not annotations.arousals:
        return None
    return has_arousal(movements, annotations.arousals, rules)


def _in_bed(movements: Movements, period: Period | None) -> Flags:
    if period is None:
        return np.ones(len(movements), dtype=bool)
    return period.holds(movements.onset_s)


def _caveats(annotations: Annotations, rules: PlmRules) -> tuple[Caveat, ...]:
    """What is missing, each said once."""
    caveats = list(annotations.caveats)
    if annotations.hypnogram is None:
        caveats.append(
            Caveat(
                "no-staging",
                "No sleep stages: movements in sleep and in wake cannot be told apart, and every "
                "index per hour of sleep or wake is unknown.",
            )
        )
        if rules.wake_movements == "excluded":
            caveats.append(
                Caveat(
                    "no-staging-for-wake",
                    "movements in wake are not scored by these rules; without stages they all are.",
                    rules.edition,
                )
            )
    if not annotations.arousals:
        caveats.append(
            Caveat(
                "no-arousals",
                "No arousals are marked: whether movements go with arousals is unknown.",
            )
        )
    if not annotations.respiratory:
        caveats.append(
            Caveat(
                "no-respiratory-events",
                "No respiratory events are marked: if breathing was not scored, movements that "
                "follow apnoeas are counted as periodic.",
            )
        )
    return tuple(caveats)
