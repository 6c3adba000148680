"""Two periodicity indices that are often taken for each other."""

from __future__ import annotations

import numpy as np

from ekbom.scoring.movements import Flags, Seconds
from ekbom.scoring.rules import FerriPeriodicity


def plm_to_clm_ratio(n_periodic: int, n_candidates: int) -> float | None:
    """Periodicity index of WASM 2016: periodic movements over candidates; None without any."""
    return n_periodic / n_candidates if n_candidates else None


def interval_periodicity_index(
    imi_s: Seconds, chosen: Flags, settings: FerriPeriodicity
) -> float | None:
    """Periodicity index of Ferri 2006: the share of intervals in runs of periodic ones.

    An interval counts when it lies in a run of enough consecutive intervals that are each
    longer than the shortest and not longer than the longest; the sum is divided by the number
    of all intervals. None without intervals.

    Parameters
    ----------
    imi_s : array of float
        Intervals in order of time; NaN (no interval) ends a run.
    chosen : array of bool
        Which movements' intervals are counted (e.g. those in sleep); a run may not cross others.
    settings : FerriPeriodicity
        Limits and shortest run.
    """
    has_interval = np.isfinite(imi_s)
    n_intervals = int((has_interval & chosen).sum())
    if n_intervals == 0:
        return None
    periodic = chosen & has_interval & (imi_s > settings.min_s) & (imi_s <= settings.max_s)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], periodic, [False]]).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= settings.min_run].sum()) / n_intervals
