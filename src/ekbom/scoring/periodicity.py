"""Two periodicity indices that are often taken for each other."""

from __future__ import annotations

import numpy as np

from ekbom.scoring.movements import Flags
from ekbom.scoring.periodic import Series
from ekbom.scoring.rules import FerriPeriodicity


def plm_to_clm_ratio(n_periodic: int, n_candidates: int) -> float | None:
    """Periodicity index of WASM 2016: periodic movements over candidates; None without any."""
    return n_periodic / n_candidates if n_candidates else None


def interval_periodicity_index(
    series: Series, chosen: Flags, settings: FerriPeriodicity
) -> float | None:
    """Periodicity index of Ferri 2006: the share of intervals in runs of periodic ones.

    An interval counts when it lies in a run of enough consecutive intervals that are each
    longer than the shortest and not longer than the longest; the sum is divided by the number
    of all intervals. None without intervals.

    Parameters
    ----------
    series : Series
        Intervals in order of time. A movement without one ends a run; movements passed over when
        series were looked for do not.
    chosen : array of bool
        Which movements' intervals are counted (e.g. those in sleep); a run may not cross others.
    settings : FerriPeriodicity
        Limits and shortest run.
    """
    imi_s, chosen = series.imi_s[series.is_considered], chosen[series.is_considered]
    has_interval = np.isfinite(imi_s)
    n_intervals = int((has_interval & chosen).sum())
    if n_intervals == 0:
        return None
    periodic = chosen & has_interval & (imi_s > settings.min_s) & (imi_s <= settings.max_s)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], periodic, [False]]).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    return int(lengths[lengths >= settings.min_run].sum()) / n_intervals
