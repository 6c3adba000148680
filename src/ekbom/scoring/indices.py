"""Counts and indices of a scored night: per stage, per hour, per side, with their denominators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ekbom.recording.events import Annotations
from ekbom.recording.sleep_statistics import SECONDS_PER_HOUR, Period, seconds_in
from ekbom.scoring.intervals import (
    Histogram,
    IntervalStatistics,
    interval_histogram,
    interval_statistics,
    log_interval_histogram,
)
from ekbom.scoring.movements import Flags, Seconds
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.periodicity import interval_periodicity_index, plm_to_clm_ratio
from ekbom.scoring.rules import FerriPeriodicity, HistogramBins
from ekbom.terms import Side, SleepStage

# Which stages each column of the table takes together; None is the whole time in bed.
STAGE_GROUPS: dict[str, tuple[SleepStage, ...] | None] = {
    "time_in_bed": None,
    "sleep": (SleepStage.N1, SleepStage.N2, SleepStage.N3, SleepStage.R),
    "wake": (SleepStage.W,),
    "NREM": (SleepStage.N1, SleepStage.N2, SleepStage.N3),
    "R": (SleepStage.R,),
    "N1": (SleepStage.N1,),
    "N2": (SleepStage.N2,),
    "N3": (SleepStage.N3,),
}


@dataclass(frozen=True, slots=True)
class Count:
    """A number of movements and their number per hour; the index is None without hours."""

    n: int
    per_h: float | None


@dataclass(frozen=True, slots=True)
class StageIndices:
    """Counts of one group of stages; a movement belongs to the stage of its onset.

    Parameters
    ----------
    hours : float or None
        Time in these stages within the time in bed; None where there are no stages.
    candidates, candidates_nonrespiratory, non_candidates : Count
        Candidate leg movements, those not respiratory, and movements that are no candidates.
    periodic, periodic_nonrespiratory : Count or None
        Periodic leg movements with and without the respiratory ones: PLMS in the sleep group,
        PLMW in the wake group. None for wake where the edition scores none in wake.
    periodic_arousal, periodic_nonrespiratory_arousal : Count or None
        Those that go with an arousal; None where no arousals are marked.
    scored, scored_arousal : Count or None
        Of these, what the edition's index counts: all of them (WASM 2016), or those that are not
        respiratory (AASM 3).
    isolated, short_interval : Count or None
        Candidates in no series; candidates less than the shortest interval after the last one.
    bilateral, left, right : Count
        Candidates by side.
    mean_duration_s, periodic_mean_duration_s : float or None
        Mean length of candidates and of periodic movements.
    periodicity_index, periodicity_index_nonrespiratory : float or None
        Periodic movements over candidates (WASM 2016). None for wake where the edition scores
        none in wake.
    interval_periodicity_index : float or None
        Share of intervals in runs of periodic ones (Ferri 2006).
    intervals, intervals_nonrespiratory : IntervalStatistics
        Intermovement intervals, with and without respiratory movements.
    """

    hours: float | None
    candidates: Count
    candidates_nonrespiratory: Count
    non_candidates: Count
    periodic: Count | None
    periodic_nonrespiratory: Count | None
    periodic_arousal: Count | None
    periodic_nonrespiratory_arousal: Count | None
    scored: Count | None
    scored_arousal: Count | None
    isolated: Count | None
    short_interval: Count | None
    bilateral: Count
    left: Count
    right: Count
    mean_duration_s: float | None
    periodic_mean_duration_s: float | None
    periodicity_index: float | None
    periodicity_index_nonrespiratory: float | None
    interval_periodicity_index: float | None
    intervals: IntervalStatistics
    intervals_nonrespiratory: IntervalStatistics


@dataclass(frozen=True, slots=True)
class HourIndices:
    """One hour of the time in bed: what the index counts, and hours of sleep in it."""

    start_s: float
    end_s: float
    periodic_in_sleep: int | None
    periodic_in_wake: int | None
    periodic: int
    sleep_h: float | None
    plms_per_h: float | None


@dataclass(frozen=True, slots=True)
class Indices:
    """All numbers of one night under one edition.

    Parameters
    ----------
    by_stage : dict of StageIndices
        Keys of ``STAGE_GROUPS``; without staging only ``time_in_bed`` is there.
    by_hour : tuple of HourIndices
        Clock-free hours counted from the start of the time in bed.
    n_series, n_series_nonrespiratory : int
        Periodic series in the time in bed.
    histogram, log_histogram : Histogram
        Intermovement intervals of the time in bed.
    """

    by_stage: dict[str, StageIndices]
    by_hour: tuple[HourIndices, ...]
    n_series: int
    n_series_nonrespiratory: int
    histogram: Histogram
    log_histogram: Histogram

    @property
    def plms_per_h(self) -> float | None:
        """PLMS index as the edition counts it: periodic movements in sleep per hour of sleep."""
        return _per_h(self.by_stage.get("sleep"), "scored")

    @property
    def plms_with_respiratory_per_h(self) -> float | None:
        """PLMS index with respiratory movements."""
        return _per_h(self.by_stage.get("sleep"), "periodic")

    @property
    def plms_nonrespiratory_per_h(self) -> float | None:
        """PLMS index without respiratory movements."""
        return _per_h(self.by_stage.get("sleep"), "periodic_nonrespiratory")

    @property
    def plmw_per_h(self) -> float | None:
        """PLMW index: periodic movements in wake per hour of wake in bed."""
        return _per_h(self.by_stage.get("wake"), "scored")

    @property
    def plms_arousal_per_h(self) -> float | None:
        """PLMS-arousal index: PLMS that go with an arousal per hour of sleep."""
        return _per_h(self.by_stage.get("sleep"), "scored_arousal")


def _per_h(group: StageIndices | None, name: str) -> float | None:
    count: Count | None = getattr(group, name, None)
    return None if count is None else count.per_h


def night_indices(
    night: ScoredNight,
    period: Period | None,
    periodicity: FerriPeriodicity,
    bins: HistogramBins,
    unmeasured: Sequence[Period] = (),
) -> Indices:
    """Every count and index of a scored night.

    Parameters
    ----------
    night : ScoredNight
        Movements with their flags.
    period : Period or None
        Time in bed; movements outside are not counted. None where unknown: all movements count
        and every index is None.
    periodicity, bins : FerriPeriodicity, HistogramBins
        Settings of the interval index and of the histograms.
    unmeasured : sequence of Period
        Time in which no movement could be seen: gaps, and minutes without a working leg. It counts
        in no denominator.
    """
    hours = _Hours(night.annotations, period, tuple(unmeasured))
    imi_in_bed = np.where(night.is_in_bed, night.series.imi_s, np.nan)
    return Indices(
        by_stage={
            name: _stage_indices(
                night,
                night.is_in_bed & _in_stages(night, stages),
                hours.of(stages),
                night.rules.wake_movements == "in-series" or name != "wake",
                periodicity,
            )
            for name, stages in STAGE_GROUPS.items()
            if stages is None or night.annotations.hypnogram is not None
        },
        by_hour=_by_hour(night, hours),
        n_series=_n_series(night.series.number[night.is_in_bed]),
        n_series_nonrespiratory=_n_series(night.series_nonrespiratory.number[night.is_in_bed]),
        histogram=interval_histogram(imi_in_bed, bins),
        log_histogram=log_interval_histogram(imi_in_bed, bins),
    )


@dataclass(frozen=True, slots=True)
class _Hours:
    """The denominators: measured hours of a period, of any stages."""

    annotations: Annotations
    period: Period | None
    unmeasured: tuple[Period, ...]

    def of(self, stages: tuple[SleepStage, ...] | None) -> float | None:
        if self.period is None or (stages is not None and self.annotations.hypnogram is None):
            return None
        lost = [_overlap(self.period, each) for each in self.unmeasured]
        hours = self._hours(self.period, stages) - sum(self._hours(part, stages) for part in lost)
        return max(hours, 0.0)

    def _hours(self, period: Period, stages: tuple[SleepStage, ...] | None) -> float:
        hypnogram = self.annotations.hypnogram
        if stages is None or hypnogram is None:
            return period.hours
        return seconds_in(hypnogram, period, *stages) / SECONDS_PER_HOUR


def _in_stages(night: ScoredNight, stages: tuple[SleepStage, ...] | None) -> Flags:
    if stages is None:
        return np.ones(len(night.movements), dtype=bool)
    return np.array([stage in stages for stage in night.stage], dtype=bool)


def _overlap(one: Period, other: Period) -> Period:
    """What two periods share; of no length where they share nothing."""
    start_s = max(one.start_s, other.start_s)
    return Period(start_s, max(start_s, min(one.end_s, other.end_s)))


def _n_series(numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    return len(set(numbers.tolist()) - {0})


def _stage_indices(
    night: ScoredNight,
    chosen: Flags,
    hours: float | None,
    has_series: bool,
    periodicity: FerriPeriodicity,
) -> StageIndices:
    movements, candidate = night.movements, night.is_candidate & chosen
    nonrespiratory = candidate & ~night.is_respiratory
    periodic = night.is_periodic & chosen
    periodic_nr, scored = night.is_periodic_nonrespiratory & chosen, night.is_scored & chosen
    imi_s, imi_nr_s = night.series.imi_s, night.series_nonrespiratory.imi_s

    def count(flags: Flags) -> Count:
        n = int(flags.sum())
        return Count(n, n / hours if hours else None)

    def ratio(part: Flags, whole: Flags) -> float | None:
        return plm_to_clm_ratio(int(part.sum()), int(whole.sum())) if has_series else None

    def in_series(flags: Flags) -> Count | None:
        return count(flags) if has_series else None

    def with_arousal(flags: Flags) -> Count | None:
        return None if night.has_arousal is None else in_series(flags & night.has_arousal)

    return StageIndices(
        hours=hours,
        candidates=count(candidate),
        candidates_nonrespiratory=count(nonrespiratory),
        non_candidates=count(chosen & ~candidate),
        periodic=in_series(periodic),
        periodic_nonrespiratory=in_series(periodic_nr),
        periodic_arousal=with_arousal(periodic),
        periodic_nonrespiratory_arousal=with_arousal(periodic_nr),
        scored=in_series(scored),
        scored_arousal=with_arousal(scored),
        isolated=in_series(candidate & ~night.is_periodic),
        short_interval=in_series(candidate & night.series.is_short),
        bilateral=count(candidate & movements.is_bilateral),
        left=count(candidate & (movements.side == Side.LEFT)),
        right=count(candidate & (movements.side == Side.RIGHT)),
        mean_duration_s=_mean(movements.duration_s[candidate]),
        periodic_mean_duration_s=_mean(movements.duration_s[periodic]),
        periodicity_index=ratio(periodic, candidate),
        periodicity_index_nonrespiratory=ratio(periodic_nr, nonrespiratory),
        interval_periodicity_index=interval_periodicity_index(night.series, chosen, periodicity),
        intervals=interval_statistics(imi_s, chosen, night.rules),
        intervals_nonrespiratory=interval_statistics(imi_nr_s, chosen, night.rules),
    )


def _mean(values: Seconds) -> float | None:
    return float(values.mean()) if len(values) else None


def _by_hour(night: ScoredNight, hours: _Hours) -> tuple[HourIndices, ...]:
    period = hours.period
    if period is None:
        return ()
    edges_s = np.arange(period.start_s, period.end_s, SECONDS_PER_HOUR).tolist()
    return tuple(
        _hour(
            night,
            replace(hours, period=Period(start_s, min(start_s + SECONDS_PER_HOUR, period.end_s))),
            start_s,
            min(start_s + SECONDS_PER_HOUR, period.end_s),
        )
        for start_s in edges_s
    )


def _hour(night: ScoredNight, hours: _Hours, start_s: float, end_s: float) -> HourIndices:
    scored = night.is_scored & Period(start_s, end_s).holds(night.movements.onset_s)
    sleep_h = hours.of(STAGE_GROUPS["sleep"])
    in_sleep = in_wake = None
    if night.annotations.hypnogram is not None:
        in_sleep = int((scored & _in_stages(night, STAGE_GROUPS["sleep"])).sum())
        if night.rules.wake_movements == "in-series":
            in_wake = int((scored & _in_stages(night, STAGE_GROUPS["wake"])).sum())
    return HourIndices(
        start_s=start_s,
        end_s=end_s,
        periodic_in_sleep=in_sleep,
        periodic_in_wake=in_wake,
        periodic=int(scored.sum()),
        sleep_h=sleep_h,
        plms_per_h=in_sleep / sleep_h if sleep_h and in_sleep is not None else None,
    )
