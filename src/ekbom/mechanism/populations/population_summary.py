"""Sums over many people: as large for a thousand million as for a thousand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism.observables import UNITS
from ekbom.mechanism.populations.lanes import MEASURES

Floats = NDArray[np.float64]
BINS = 400
LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
# People a set of parameters needs before their chance can be told from it.
_ENOUGH_TO_TELL = 2
# Ends of the interval over sets of parameters.
_LOW, _HIGH = 0.05, 0.95


class _Axis(NamedTuple):
    """Where the bins of a measure lie."""

    low: float
    high: float
    by_ratio: bool = False

    def places(self, values: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
        """Bin of each value; what is outside is in the first or the last one."""
        low, high = self._ends()
        scaled = np.log(np.maximum(values, self.low)) if self.by_ratio else values
        at = (scaled - low) * (BINS / (high - low))
        places: NDArray[np.int64] = np.clip(at, 0, BINS - 1).astype(np.int64)
        return places

    def edges(self) -> Floats:
        """Ends of the bins."""
        ends = np.linspace(*self._ends(), BINS + 1)
        return np.exp(ends) if self.by_ratio else ends

    def _ends(self) -> tuple[float, float]:
        if self.by_ratio:
            return math.log(self.low), math.log(self.high)
        return self.low, self.high


# Wide enough for whatever the model gives; a bin is what a quantile may be off by.
_AXES = {
    "irls": _Axis(0, 40),
    "plms_index": _Axis(0, 120),
    "wake_min": _Axis(0, 480),
    "awakenings": _Axis(0, 80),
    "ferritin": _Axis(1, 10_000, by_ratio=True),
    "tsat": _Axis(0, 100),
    "hemoglobin": _Axis(4, 22),
    "region_iron": _Axis(0, 2),
    "augmentation": _Axis(1e-5, 1, by_ratio=True),
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the people so far; shapes begin with (arms, measures, weeks + 1).

    Parameters
    ----------
    chunks : int
        Chunks that are in it.
    n : int
        People that are in it.
    failed : int
        People left out because some night of theirs came to no number.
    n_of_draw : array, shape (draws,)
        People by set of parameters.
    sums_of_draw : array, shape (..., draws)
        Sums by set of parameters.
    squares, squares_apart : array
        Sums of squares, and of the squared differences of the same people from the first arm.
    least, most : array
        Extremes.
    counts : array, shape (..., bins)
        People by bin.
    """

    chunks: int
    n: int
    failed: int
    n_of_draw: NDArray[np.int64]
    sums_of_draw: Floats
    squares: Floats
    squares_apart: Floats
    least: Floats
    most: Floats
    counts: NDArray[np.int64]

    @classmethod
    def nothing(cls, arms: int, nights: int, draws: int) -> Self:
        """Of nobody yet."""
        shape = (arms, len(MEASURES), nights)
        return cls(
            chunks=0,
            n=0,
            failed=0,
            n_of_draw=np.zeros(draws, np.int64),
            sums_of_draw=np.zeros((*shape, draws)),
            squares=np.zeros(shape),
            squares_apart=np.zeros(shape),
            least=np.full(shape, np.inf),
            most=np.full(shape, -np.inf),
            counts=np.zeros((*shape, BINS), np.int64),
        )

    def with_nights(self, nights: NDArray[np.floating[Any]], draw: NDArray[np.int64]) -> Totals:
        """With one chunk more.

        Parameters
        ----------
        nights : array, shape (arms, measures, weeks + 1, people)
            Of the chunk.
        draw : array of int, shape (people,)
            Set of parameters of each person.
        """
        sound = np.isfinite(nights).all(axis=(0, 1, 2))
        if not sound.all():
            nights, draw = nights[..., sound], draw[sound]
        failed = self.failed + int((~sound).sum())
        if not len(draw):
            return replace(self, chunks=self.chunks + 1, failed=failed)
        n_draws = len(self.n_of_draw)
        return Totals(
            chunks=self.chunks + 1,
            n=self.n + len(draw),
            failed=failed,
            n_of_draw=self.n_of_draw + np.bincount(draw, minlength=n_draws),
            sums_of_draw=self.sums_of_draw + _sums_by_draw(nights, draw, n_draws),
            squares=self.squares + np.square(nights).sum(axis=-1, dtype=float),
            squares_apart=self.squares_apart
            + np.square(nights - nights[:1]).sum(axis=-1, dtype=float),
            least=np.minimum(self.least, nights.min(axis=-1)),
            most=np.maximum(self.most, nights.max(axis=-1)),
            counts=self.counts + _counted(nights),
        )


def _sums_by_draw(
    nights: NDArray[np.floating[Any]], draw: NDArray[np.int64], n_draws: int
) -> Floats:
    """Sums of the people of each set of parameters."""
    if np.array_equal(draw, np.arange(len(draw)) % n_draws) and len(draw) % n_draws == 0:
        # The sets take turns: much quicker than sorting.
        turns: Floats = nights.reshape(*nights.shape[:-1], -1, n_draws).sum(axis=-2, dtype=float)
        return turns
    order = np.argsort(draw, kind="stable")
    present, begins = np.unique(draw[order], return_index=True)
    sums = np.zeros((*nights.shape[:-1], n_draws))
    sums[..., present] = np.add.reduceat(nights[..., order], begins, axis=-1, dtype=float)
    return sums


def _counted(nights: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """People by bin."""
    arms, measures, weeks, _ = nights.shape
    counts = np.zeros((arms, measures, weeks, BINS), np.int64)
    offset = BINS * np.arange(weeks)[:, None]
    for measure, name in enumerate(MEASURES):
        for arm in range(arms):
            place = (_AXES[name].places(nights[arm, measure]) + offset).ravel()
            counted = np.bincount(place, minlength=weeks * BINS)
            counts[arm, measure] = counted.reshape(weeks, BINS)
    return counts


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One measure in one arm on one week, over all people and sets of parameters.

    Parameters
    ----------
    arm, measure, unit : str
        What.
    week : int
        Weeks since the start; 0 is the night before it.
    n : int
        People.
    mean : float
        Over people and parameters.
    mean_low, mean_high : float
        5th and 95th percentile over sets of parameters: how well the mean is known. The means of
        the people who have a set are drawn together by as much as those people differ by chance;
        with fewer than two people a set that cannot be told, and chance is in it; with fewer
        than some dozens it is a rough estimate, and may come out too narrow.
    sd : float
        Standard deviation over people and parameters.
    p05, p25, p50, p75, p95 : float
        Percentiles over people and parameters, to within a bin.
    difference, difference_low, difference_high : float
        Mean of this arm minus that of the first one, the same people, and percentiles over sets
        of parameters as above.
    """

    arm: str
    measure: str
    unit: str
    week: int
    n: int
    mean: float
    mean_low: float
    mean_high: float
    sd: float
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    difference: float
    difference_low: float
    difference_high: float


def rows_of(totals: Totals, arms: Sequence[str]) -> tuple[SummaryRow, ...]:
    """Totals in rows.

    Parameters
    ----------
    totals : Totals
        Of at least one person.
    arms : sequence of str
        Names.
    """
    if not totals.n:
        return ()
    there = totals.n_of_draw > 0
    by_draw = totals.sums_of_draw[..., there] / totals.n_of_draw[there]
    mean = totals.sums_of_draw.sum(axis=-1) / totals.n
    apart = mean - mean[:1]
    people_a_set = totals.n / int(there.sum())
    variance = np.maximum(totals.squares / totals.n - mean**2, 0.0)
    variance_apart = np.maximum(totals.squares_apart / totals.n - apart**2, 0.0)
    low, high = _over_draws(by_draw, mean, variance, people_a_set)
    nearest, farthest = _over_draws(by_draw - by_draw[:1], apart, variance_apart, people_a_set)
    over_draws = {
        "mean": mean,
        "mean_low": low,
        "mean_high": high,
        "difference_low": nearest,
        "difference_high": farthest,
    }
    rows = []
    for place in np.ndindex(mean.shape):
        arm, measure, week = place
        name = MEASURES[measure]
        rows.append(
            SummaryRow(
                arm=arms[arm],
                measure=name,
                unit=UNITS[name],
                week=week,
                n=totals.n,
                sd=math.sqrt(variance[place]),
                difference=float(mean[place] - mean[0, measure, week]),
                **{named: float(part[place]) for named, part in over_draws.items()},
                **_percentiles(totals, place),
            )
        )
    return tuple(rows)


def _over_draws(by_draw: Floats, mean: Floats, variance: Floats, people_a_set: float) -> Floats:
    """Percentiles of means over sets of parameters, without the chance of who has which set.

    With v the variance of people and parameters together and m people a set, means of the sets
    scatter by ``b + (v - b) / m``, where b is the scatter by parameters alone.
    """
    if people_a_set < _ENOUGH_TO_TELL:
        return np.asarray(np.quantile(by_draw, (_LOW, _HIGH), axis=-1))
    seen = by_draw.var(axis=-1, ddof=1) if by_draw.shape[-1] > 1 else np.zeros_like(mean)
    alone = np.clip((seen - variance / people_a_set) / (1 - 1 / people_a_set), 0.0, seen)
    share = np.sqrt(alone / np.where(seen > 0, seen, 1.0))[..., None]
    together = mean[..., None] + share * (by_draw - mean[..., None])
    return np.asarray(np.quantile(together, (_LOW, _HIGH), axis=-1))


def _percentiles(totals: Totals, place: tuple[int, ...]) -> dict[str, float]:
    """Percentiles from the bins, between the extremes."""
    below = np.concatenate([[0], np.cumsum(totals.counts[place])]) / totals.n
    found = np.interp(tuple(LEVELS.values()), below, _AXES[MEASURES[place[1]]].edges())
    held = np.clip(found, totals.least[place], totals.most[place])
    return {name: float(value) for name, value in zip(LEVELS, held, strict=True)}
