"""Intermovement intervals, series of periodic movements, and what ends a series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ekbom.scoring.movements import Flags, Indices, Movements, Seconds, elapsed_s
from ekbom.scoring.rules import PlmRules


@dataclass(frozen=True, slots=True)
class Series:
    """Intervals and series over one list of movements.

    Parameters
    ----------
    imi_s : array of float, shape (n,)
        Intermovement interval, onset to onset, from the movement before; NaN where there is none
        (first of a segment, no candidate, or a movement between that ends the series).
    run_length : array of int, shape (n,)
        How many movements the run it stands in has, long enough for a series or not; 0 for
        movements that cannot stand in a series.
    number : array of int, shape (n,)
        Number of the periodic series from 1; 0 for a movement in none.
    is_considered : array of bool, shape (n,)
        Movements among which series were looked for; the others were passed over or ended one.
    is_short, is_long : array of bool, shape (n,)
        The interval is too short, or too long, to be periodic.
    """

    imi_s: Seconds
    run_length: Indices
    number: Indices
    is_considered: Flags
    is_short: Flags
    is_long: Flags

    @property
    def is_periodic(self) -> Flags:
        """True for movements in a series."""
        return self.number > 0


def find_series(movements: Movements, eligible: Flags, present: Flags, rules: PlmRules) -> Series:
    """Number the periodic series.

    Parameters
    ----------
    movements : Movements
        All movements of the night.
    eligible : array of bool
        Movements that may stand in a series.
    present : array of bool
        Movements seen at all: the others are as if they were not there, and intervals close
        over them. A movement that is present and not eligible ends the series and no interval
        crosses it.
    rules : PlmRules
        Shortest and longest interval, fewest movements, and what a short interval does.
    """
    imi_s = np.full(len(movements), np.nan)
    run_length = np.zeros(len(movements), dtype=np.int64)
    number = np.zeros(len(movements), dtype=np.int64)
    n_series = 0
    for stretch in _unbroken(movements, eligible, present):
        if rules.short_interval == "skipped":
            kept, intervals_s = _without_short(movements.onset_s, stretch, rules)
            imi_s[stretch] = intervals_s
            stretch = kept
        else:
            imi_s[stretch[1:]] = elapsed_s(
                movements.onset_s[stretch[:-1]], movements.onset_s[stretch[1:]]
            )
        for run in _runs(stretch, imi_s, rules):
            run_length[run] = len(run)
            if len(run) >= rules.series_min_movements:
                n_series += 1
                number[run] = n_series
    return Series(
        imi_s=imi_s,
        run_length=run_length,
        number=number,
        is_considered=eligible & present,
        is_short=is_short(imi_s, rules),
        is_long=is_long(imi_s, rules),
    )


def is_short(imi_s: Seconds, rules: PlmRules) -> Flags:
    """True for intervals too short to be periodic."""
    flags: Flags = imi_s < rules.imi_min_s
    return flags


def is_long(imi_s: Seconds, rules: PlmRules) -> Flags:
    """True for intervals too long to be periodic."""
    inclusive = rules.imi_max_bound == "inclusive"
    flags: Flags = imi_s > rules.imi_max_s if inclusive else imi_s >= rules.imi_max_s
    return flags


def _unbroken(movements: Movements, eligible: Flags, present: Flags) -> list[Indices]:
    """Stretches of consecutive eligible movements within one segment."""
    index = np.flatnonzero(present)
    good = eligible[index]
    breaks = np.flatnonzero((np.diff(movements.segment[index]) != 0) | ~good[1:] | ~good[:-1])
    pieces = np.split(index, breaks + 1)
    return [piece for piece in pieces if len(piece) and eligible[piece[0]]]


def _without_short(onset_s: Seconds, stretch: Indices, rules: PlmRules) -> tuple[Indices, Seconds]:
    """Movements not too soon after the last one kept, and the interval of each from that one."""
    kept = [int(stretch[0])]
    imi_s = np.full(len(stretch), np.nan)
    for place, index in enumerate(stretch[1:].tolist(), start=1):
        imi_s[place] = elapsed_s(onset_s[kept[-1]], onset_s[index])
        if imi_s[place] >= rules.imi_min_s:
            kept.append(index)
    return np.array(kept, dtype=np.int64), imi_s


def _runs(stretch: Indices, imi_s: Seconds, rules: PlmRules) -> list[list[int]]:
    """Runs in which every interval is periodic."""
    intervals = imi_s[stretch]
    short = is_short(intervals, rules)
    breaks = short | is_long(intervals, rules)
    runs: list[list[int]] = [[int(stretch[0])]]
    for index, ends, by_short in zip(
        stretch[1:].tolist(), breaks[1:].tolist(), short[1:].tolist(), strict=True
    ):
        if not ends:
            runs[-1].append(index)
        elif by_short and rules.short_interval == "excluded-from-next-series":
            runs.append([])
        else:
            runs.append([index])
    return runs
