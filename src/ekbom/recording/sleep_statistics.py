"""Sleep statistics: time in bed, sleep latency, efficiency, time per stage, fragmentation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekbom.caveats import Caveat
from ekbom.recording.events import Annotations
from ekbom.recording.hypnogram import MICROSECOND_DIGITS, Hypnogram
from ekbom.terms import SleepStage

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3600
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Period:
    """The time in bed: lights off to lights on, or the whole hypnogram where not marked."""

    start_s: float
    end_s: float

    @property
    def hours(self) -> float:
        """Length in hours."""
        return (self.end_s - self.start_s) / SECONDS_PER_HOUR

    def holds(self, time_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        """True for moments inside; the end itself is outside."""
        flags: NDArray[np.bool_] = (time_s >= self.start_s) & (time_s < self.end_s)
        return flags


@dataclass(frozen=True, slots=True)
class SleepStatistics:
    """Sleep of one night; None where the denominator or the event it needs is missing.

    Parameters
    ----------
    time_in_bed_min : float
        Lights off to lights on.
    total_sleep_time_min : float
        Time in N1, N2, N3 and R, as far as it was scored.
    unscored_min : float
        Time in bed that has no stage: epochs nobody scored and time outside the hypnogram.
    sleep_latency_min : float or None
        Lights off to the first epoch of sleep; None where anything between is unscored.
    rem_latency_min : float or None
        First epoch of sleep to the first epoch of R; None where anything from lights off to that
        epoch is unscored.
    wake_after_sleep_onset_min : float or None
        Wake between the first epoch of sleep and lights on; None with unscored time in bed.
    sleep_efficiency_percent : float or None
        Total sleep time over time in bed; None with unscored time in bed.
    minutes : dict
        Minutes in each stage, unscored epochs under ``?``.
    percent_of_sleep : dict or None
        Share of total sleep time in N1, N2, N3 and R.
    awakenings : int
        Runs of wake after sleep onset that follow sleep.
    stage_shifts : int
        Changes of stage between neighbouring epochs after sleep onset; a change to or from an
        unscored epoch is none, and no awakening either.
    arousals : int or None
        Arousals in sleep; None where none are marked in the whole night.
    arousal_index_per_h : float or None
        Those per hour of sleep.
    fragmentation_index_per_h : float or None
        Stage shifts to N1 or wake, per hour of sleep. Our own definition: it is what we recall
        of the sleep fragmentation index of Haba-Rubio 2004, not checked against the paper.
    """

    time_in_bed_min: float
    total_sleep_time_min: float
    unscored_min: float
    sleep_latency_min: float | None
    rem_latency_min: float | None
    wake_after_sleep_onset_min: float | None
    sleep_efficiency_percent: float | None
    minutes: dict[str, float]
    percent_of_sleep: dict[str, float] | None
    awakenings: int
    stage_shifts: int
    arousals: int | None
    arousal_index_per_h: float | None
    fragmentation_index_per_h: float | None


def time_in_bed(annotations: Annotations, recording_s: float | None) -> Period | None:
    """The period every index is about; None where nothing tells its length.

    Parameters
    ----------
    annotations : Annotations
        Lights off and on are taken where marked, else the ends of the hypnogram.
    recording_s : float or None
        Length of the recording in seconds; a hypnogram counts as far as that goes, and where there
        is none the recording does.
    """
    hypnogram = annotations.hypnogram
    start_s = annotations.lights_off_s
    end_s = annotations.lights_on_s
    limits_s = [] if recording_s is None else [(0.0, recording_s)]
    if hypnogram is not None:
        limits_s.append((hypnogram.start_s, hypnogram.end_s))
    if limits_s:
        start_s = max(first_s for first_s, _ in limits_s) if start_s is None else start_s
        end_s = min(last_s for _, last_s in limits_s) if end_s is None else end_s
    if start_s is None or end_s is None or end_s <= start_s:
        return None
    return Period(start_s, end_s)


def seconds_in(hypnogram: Hypnogram, period: Period, *stages: SleepStage) -> float:
    """Seconds of the period spent in any of these stages; epochs cut by its edges count in part."""
    index = np.arange(len(hypnogram.stages))
    start_s = hypnogram.start_s + index * hypnogram.epoch_s
    inside = np.minimum(start_s + hypnogram.epoch_s, period.end_s) - np.maximum(
        start_s, period.start_s
    )
    chosen = np.array([stage in stages for stage in hypnogram.stages], dtype=bool)
    return float(np.clip(inside, 0, None)[chosen].sum())


def sleep_statistics(annotations: Annotations, period: Period) -> SleepStatistics | None:
    """Statistics of the night within the time in bed; None without a scored epoch in it.

    Time nobody scored is unknown, neither wake nor sleep: what depends on it is None.
    """
    hypnogram = annotations.hypnogram
    if hypnogram is None:
        return None
    seconds = {stage: seconds_in(hypnogram, period, stage) for stage in SleepStage}
    scored_s = sum(value for stage, value in seconds.items() if stage != SleepStage.UNSCORED)
    if scored_s == 0:
        return None
    sleep_s = sum(value for stage, value in seconds.items() if stage.is_sleep)
    in_bed_s = period.end_s - period.start_s
    unscored_s = max(0.0, round(in_bed_s - scored_s, MICROSECOND_DIGITS))
    if unscored_s < hypnogram.epoch_s:
        # Lights do not wait for the end of an epoch: less than one is no time anybody left out.
        unscored_s = 0.0
    stages, starts_s = _course(hypnogram, period)
    onset = next((k for k, stage in enumerate(stages) if stage.is_sleep), None)
    rem_s = next(
        (at for stage, at in zip(stages, starts_s, strict=True) if stage == SleepStage.R), None
    )
    onset_s = None if onset is None else starts_s[onset]
    shifts = [] if onset is None else _shifts(stages[onset:])
    known_to_s = _first_unscored_s(hypnogram, period, stages, starts_s)
    wake_s = None
    if onset_s is not None and unscored_s == 0:
        wake_s = seconds_in(hypnogram, Period(onset_s, period.end_s), SleepStage.W)
    arousals = _arousals_in_sleep(annotations, hypnogram, period)
    return SleepStatistics(
        time_in_bed_min=in_bed_s / SECONDS_PER_MINUTE,
        total_sleep_time_min=sleep_s / SECONDS_PER_MINUTE,
        unscored_min=unscored_s / SECONDS_PER_MINUTE,
        sleep_latency_min=_minutes_between(period.start_s, onset_s, known_to_s),
        rem_latency_min=_minutes_between(onset_s, rem_s, known_to_s),
        wake_after_sleep_onset_min=None if wake_s is None else wake_s / SECONDS_PER_MINUTE,
        sleep_efficiency_percent=None if unscored_s else sleep_s / in_bed_s * PERCENT,
        minutes={str(stage): value / SECONDS_PER_MINUTE for stage, value in seconds.items()},
        percent_of_sleep=_shares(seconds, sleep_s),
        awakenings=sum(one.is_sleep and other == SleepStage.W for one, other in shifts),
        stage_shifts=len(shifts),
        arousals=arousals,
        arousal_index_per_h=_per_hour(arousals, sleep_s),
        fragmentation_index_per_h=_per_hour(
            sum(other in (SleepStage.W, SleepStage.N1) for _, other in shifts), sleep_s
        ),
    )


def sleep_caveats(statistics: SleepStatistics | None) -> list[Caveat]:
    """Where part of the time in bed has no stage: ``unscored-time``, with the minutes."""
    if statistics is None or statistics.unscored_min == 0:
        return []
    return [
        Caveat(
            "unscored-time",
            f"{statistics.unscored_min:.1f} min of {statistics.time_in_bed_min:.1f} min in bed "
            "have no stage: sleep efficiency and wake after sleep onset are unknown, and so is a "
            "latency that reaches past the first of them; total sleep time is that of the scored "
            "epochs.",
        )
    ]


def _course(hypnogram: Hypnogram, period: Period) -> tuple[list[SleepStage], list[float]]:
    """Stages of the epochs in bed, and when each begins there."""
    start_s = hypnogram.start_s + np.arange(len(hypnogram.stages)) * hypnogram.epoch_s
    inside = (start_s + hypnogram.epoch_s > period.start_s) & (start_s < period.end_s)
    stages = [stage for stage, keep in zip(hypnogram.stages, inside, strict=True) if keep]
    return stages, np.maximum(start_s[inside], period.start_s).tolist()


def _first_unscored_s(
    hypnogram: Hypnogram, period: Period, stages: list[SleepStage], starts_s: list[float]
) -> float:
    """The first moment in bed that has no stage; the end of the period where every one has."""
    if round(hypnogram.start_s - period.start_s, MICROSECOND_DIGITS) > 0:
        return period.start_s
    unscored = (
        at for stage, at in zip(stages, starts_s, strict=True) if stage == SleepStage.UNSCORED
    )
    return next(unscored, min(hypnogram.end_s, period.end_s))


def _shifts(stages: list[SleepStage]) -> list[tuple[SleepStage, SleepStage]]:
    """Neighbouring epochs of different stages; next to an unscored one nothing is known."""
    pairs = zip(stages[:-1], stages[1:], strict=True)
    return [pair for pair in pairs if pair[0] != pair[1] and SleepStage.UNSCORED not in pair]


def _minutes_between(from_s: float | None, to_s: float | None, known_to_s: float) -> float | None:
    """A latency; None where it has no end, or something before its end is unscored."""
    if from_s is None or to_s is None or to_s > known_to_s:
        return None
    return (to_s - from_s) / SECONDS_PER_MINUTE


def _shares(seconds: dict[SleepStage, float], sleep_s: float) -> dict[str, float] | None:
    if sleep_s == 0:
        return None
    return {
        str(stage): value / sleep_s * PERCENT for stage, value in seconds.items() if stage.is_sleep
    }


def _per_hour(count: int | None, sleep_s: float) -> float | None:
    if count is None or sleep_s == 0:
        return None
    return count / (sleep_s / SECONDS_PER_HOUR)


def _arousals_in_sleep(
    annotations: Annotations, hypnogram: Hypnogram, period: Period
) -> int | None:
    """Arousals with their onset in sleep; None where the night has none marked."""
    if not annotations.arousals:
        return None
    onset_s = np.array([event.onset_s for event in annotations.arousals])
    stage = hypnogram.stage_at(onset_s)
    asleep = np.array([s.is_sleep for s in stage], dtype=bool)
    return int((asleep & period.holds(onset_s)).sum())
