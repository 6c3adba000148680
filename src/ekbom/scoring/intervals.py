"""Intermovement intervals: how many, how long on average, and their histograms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ekbom.scoring.movements import Flags, Seconds
from ekbom.scoring.periodic import is_long, is_short
from ekbom.scoring.rules import HistogramBins, PlmRules


@dataclass(frozen=True, slots=True)
class IntervalStatistics:
    """Intervals between consecutive candidates.

    Parameters
    ----------
    n_short, n_periodic, n_long : int
        Intervals shorter than, within and longer than the edition's limits.
    log_mean_s, log_sd : float or None
        ``exp`` of the mean and of the standard deviation (n - 1) of ln(interval), over all
        intervals: the geometric mean in seconds and the geometric SD as a factor.
    periodic_log_mean_s, periodic_log_sd : float or None
        The same over the intervals within the limits only (WASM 2016).
    """

    n_short: int
    n_periodic: int
    n_long: int
    log_mean_s: float | None
    log_sd: float | None
    periodic_log_mean_s: float | None
    periodic_log_sd: float | None


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between edges; ``edges_s`` has one entry more than ``counts``."""

    edges_s: tuple[float, ...]
    counts: tuple[int, ...]


def interval_statistics(imi_s: Seconds, chosen: Flags, rules: PlmRules) -> IntervalStatistics:
    """Statistics of the intervals of the chosen movements; one belongs to its later movement."""
    intervals = imi_s[chosen & np.isfinite(imi_s)]
    short, long = is_short(intervals, rules), is_long(intervals, rules)
    periodic = intervals[~short & ~long]
    mean_s, spread = _log_statistics(intervals)
    periodic_mean_s, periodic_spread = _log_statistics(periodic)
    return IntervalStatistics(
        n_short=int(short.sum()),
        n_periodic=len(periodic),
        n_long=int(long.sum()),
        log_mean_s=mean_s,
        log_sd=spread,
        periodic_log_mean_s=periodic_mean_s,
        periodic_log_sd=periodic_spread,
    )


def interval_histogram(imi_s: Seconds, bins: HistogramBins) -> Histogram:
    """Counts in equal bins of seconds."""
    n_bins = round(bins.histogram_end_s / bins.histogram_bin_s)
    return _histogram(imi_s, np.linspace(0, bins.histogram_end_s, n_bins + 1))


def log_interval_histogram(imi_s: Seconds, bins: HistogramBins) -> Histogram:
    """Counts in equal bins of ln(seconds), up to the end of the other histogram or just over."""
    span = np.log(bins.histogram_end_s / bins.log_histogram_start_s)
    steps = np.arange(int(np.ceil(span / bins.log_histogram_bin)) + 1)
    return _histogram(imi_s, bins.log_histogram_start_s * np.exp(steps * bins.log_histogram_bin))


def _histogram(imi_s: Seconds, edges_s: Seconds) -> Histogram:
    counts, _ = np.histogram(imi_s[np.isfinite(imi_s)], edges_s)
    return Histogram(tuple(edges_s.tolist()), tuple(counts.tolist()))


def _log_statistics(intervals_s: Seconds) -> tuple[float | None, float | None]:
    # Two movements marked at the same instant (and kept apart) have no logarithm between them.
    logs = np.log(intervals_s[intervals_s > 0])
    if len(logs) == 0:
        return None, None
    spread = float(np.exp(logs.std(ddof=1))) if len(logs) > 1 else None
    return float(np.exp(logs.mean())), spread
