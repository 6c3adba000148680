"""From excitability to the indices of leg movements: closed forms of a thinned renewal process.

Potential movements follow one another at log-normal intervals. A movement happens with a chance
``c``, the excitability of the hour times the factor of the stage. The chance is shared between two
throws: whether a bout of minutes is one with movements, chance ``a = c^k``, and whether a potential
movement within such a bout happens, chance ``p = c^(1-k)``. With clustering ``k = 0`` every
movement is thinned for itself; with 1 a bout has all of them or none. Movements become rarer in
either case alike, but series stay whole only where they come in bouts.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism.arrays import Array, Namespace

_GRID_S: Final = 0.02
_LEAST_SHARE: Final = 1e-10
_MOST_TERMS: Final = 400
_PER_H: Final = 3600.0
# Powers have no slope at 0; no night knows a smaller chance from none.
_NO_CHANCE: Final = 1e-12


class IntervalCoefficients(NamedTuple):
    """What the closed forms need of the intervals before thinning; computed once.

    Parameters
    ----------
    mean_s, variance_s2 : float
        Of one interval between potential movements, in s and s².
    periodic : tuple of float
        Entry ``j - 1``: chance ``F_j`` that the sum of ``j`` intervals is periodic, that is, lies
        within the limits of the rules.
    periodic_mean_s : tuple of float
        Entry ``j - 1``: mean of that sum where it is periodic and 0 where not, in s.
    clustering : float
        Share ``k`` of the thinning that bouts take, 0 to 1.
    bout_mean_s : float
        Mean length of the exponential bouts.
    """

    mean_s: float
    variance_s2: float
    periodic: tuple[float, ...]
    periodic_mean_s: tuple[float, ...]
    clustering: float = 0.0
    bout_mean_s: float = math.inf


def periodic_share_coefficients(
    median_s: float,
    ln_sd: float,
    shortest_s: float,
    longest_s: float,
    clustering: float = 0.0,
    bout_mean_s: float = math.inf,
) -> IntervalCoefficients:
    """Chances that sums of log-normal intervals are periodic.

    ``F_j = P(shortest <= X_1 + ... + X_j <= longest)`` with ``ln X ~ Normal(ln median, sd²)``; the
    distribution of the sum is the ``j``-fold convolution, on a grid of 0.02 s (s).

    Parameters
    ----------
    median_s, ln_sd : float
        Of the intervals between potential movements.
    shortest_s, longest_s : float
        Limits of a periodic interval in the rules by which movements are scored.
    clustering, bout_mean_s : float
        Kept for the closed forms; see `IntervalCoefficients`.
    """
    n = math.ceil(longest_s / _GRID_S) + 1
    cell = np.diff(_log_normal_cdf(np.arange(n + 1, dtype=np.float64) * _GRID_S, median_s, ln_sd))
    size = 1 << (2 * n).bit_length()
    spectrum = np.fft.rfft(cell, size)
    mass, shares, means = cell, [], []
    for j in range(1, _MOST_TERMS + 1):
        # A sum of j cells is centred on the sum of their centres.
        centre_s = (np.arange(n, dtype=np.float64) + j / 2) * _GRID_S
        weight = mass * _overlap(centre_s, shortest_s, longest_s)
        shares.append(float(weight.sum()))
        means.append(float((weight * centre_s).sum()))
        if centre_s[-1] > longest_s and mass.sum() < _LEAST_SHARE:
            break
        mass = np.maximum(np.fft.irfft(np.fft.rfft(mass, size) * spectrum, size)[:n], 0.0)
    mean_s = median_s * math.exp(ln_sd**2 / 2)
    variance_s2 = mean_s**2 * math.expm1(ln_sd**2)
    return IntervalCoefficients(
        mean_s, variance_s2, tuple(shares), tuple(means), clustering, bout_mean_s
    )


def _log_normal_cdf(
    time_s: NDArray[np.float64], median_s: float, ln_sd: float
) -> NDArray[np.float64]:
    scale = ln_sd * math.sqrt(2)
    logs = np.log(np.maximum(time_s, 1e-300) / median_s) / scale
    return np.array([0.5 * math.erfc(-value) for value in logs.tolist()])


def _overlap(
    centre_s: NDArray[np.float64], shortest_s: float, longest_s: float
) -> NDArray[np.float64]:
    """Share of each grid cell that lies within the limits."""
    low = np.maximum(centre_s - _GRID_S / 2, shortest_s)
    high = np.minimum(centre_s + _GRID_S / 2, longest_s)
    return np.asarray(np.clip((high - low) / _GRID_S, 0.0, 1.0))


def movements_per_h(xp: Namespace, chance: Array, intervals: IntervalCoefficients) -> Array:
    """Movements per hour: ``3600 c / mean`` (/h), however they cluster.

    Parameters
    ----------
    xp : namespace
        ``numpy`` or ``jax.numpy``.
    chance : array
        Chance that a potential movement happens, 0 to 1.
    intervals : IntervalCoefficients
        Of the process before thinning.
    """
    return xp.asarray(chance) * (_PER_H / intervals.mean_s)


def bouts(xp: Namespace, chance: Array, intervals: IntervalCoefficients) -> tuple[Array, Array]:
    """Chance that a bout has movements, ``c^k``, and that one happens within it, ``c^(1-k)`` (1).

    Parameters
    ----------
    xp, chance, intervals
        As in `movements_per_h`.
    """
    c = xp.asarray(chance)
    c = xp.where(c > _NO_CHANCE, c, _NO_CHANCE)
    return c**intervals.clustering, c ** (1.0 - intervals.clustering)


def periodic_share(xp: Namespace, chance: Array, intervals: IntervalCoefficients) -> Array:
    """Share of intervals between movements that are periodic and lie in one bout (1).

    Thinning a renewal process with chance ``p`` leaves one whose intervals are sums of a geometric
    number of the old ones: ``q = Σ_j p (1 - p)^(j-1) F_j`` of them are periodic, of mean length
    ``l``. Bouts with movements end at the rate ``(1 - a) / bout``, the next being one with
    movements again with chance ``a``; an interval is not cut off with chance
    ``exp(-l (1 - a) / bout)``, to the first order in its spread.

    Parameters
    ----------
    xp, chance, intervals
        As in `movements_per_h`.
    """
    on, within = bouts(xp, chance, intervals)
    q = _thinned_sum(xp, within, intervals.periodic)
    length_s = _thinned_sum(xp, within, intervals.periodic_mean_s) / q
    return q * xp.exp(-length_s * (1.0 - on) / intervals.bout_mean_s)


def _thinned_sum(xp: Namespace, chance: Array, terms: tuple[float, ...]) -> Array:
    """``Σ_j p (1 - p)^(j-1) terms_j`` by Horner's rule."""
    p = xp.asarray(chance)
    total = xp.zeros_like(p * 1.0)
    for term in reversed(terms):
        total = total * (1.0 - p) + term
    return total * p


def share_in_series(good: Array, fewest_movements: int) -> Array:
    """Chance that a movement stands in a series: ``(m + 1) g^m - m g^(m+1)`` (1).

    Intervals are independent and each is good with chance ``g``. The numbers ``L`` and ``R`` of
    good intervals in an unbroken row before and after a movement are geometric,
    ``P(k) = g^k (1 - g)``, so ``P(L + R = n) = (n + 1) g^n (1 - g)²``. The run holds ``L + R + 1``
    movements, and is a series where ``L + R >= m`` with ``m`` one less than the fewest movements.
    Summing from ``m`` upwards gives the chance; for series of four, ``4 g³ - 3 g⁴``.

    Parameters
    ----------
    good : array
        Chance that an interval is periodic and ends with a movement that may stand in a series.
    fewest_movements : int
        Of a series, in the rules.
    """
    m = fewest_movements - 1
    return (m + 1) * good**m - m * good ** (m + 1)


def plms_index(
    xp: Namespace,
    chance: Array,
    intervals: IntervalCoefficients,
    fewest_movements: int,
    unfit_share: float = 0.0,
) -> Array:
    """Periodic leg movements per hour of a state that lasts (/h).

    Rate of movements times the chance of standing in a series: ``3600 c / mean · (1 - u) ·
    ((m + 1) g^m - m g^(m+1))`` with ``g = (1 - u) q(c)``. A movement too long to be a candidate,
    with chance ``u``, ends the series and is not counted.

    Parameters
    ----------
    xp, chance, intervals
        As in `movements_per_h`.
    fewest_movements : int
        Of a series, in the rules.
    unfit_share : float
        Chance ``u`` that a movement is no candidate.
    """
    good = periodic_share(xp, chance, intervals) * (1.0 - unfit_share)
    rate = movements_per_h(xp, chance, intervals) * (1.0 - unfit_share)
    return rate * share_in_series(good, fewest_movements)


def interval_periodicity(
    xp: Namespace,
    chance: Array,
    intervals: IntervalCoefficients,
    fewest_intervals: int,
    unfit_share: float = 0.0,
) -> Array:
    """Periodicity index of Ferri 2006: share of intervals in runs of good ones (1).

    An interval counts if it is periodic and at least ``n - 1`` more good ones stand unbroken
    beside it, before and after together: ``q (n g^(n-1) - (n - 1) g^n)``, by the sum in
    `share_in_series`; for runs of three without unfit movements, ``3 q³ - 2 q⁴``.

    Parameters
    ----------
    xp, chance, intervals, unfit_share
        As in `plms_index`.
    fewest_intervals : int
        Shortest run, in the rules.
    """
    q = periodic_share(xp, chance, intervals)
    return q * share_in_series(q * (1.0 - unfit_share), fewest_intervals)


def count_variance_per_h(
    xp: Namespace, chance: Array, intervals: IntervalCoefficients, fewest_movements: int
) -> Array:
    """Variance of the number of periodic movements, per hour counted (/h).

    ``a V(p) + 2 a (1 - a) bout I²``: the scatter within bouts that have movements, and that of
    how much time such bouts take, in which ``I`` periodic movements happen per hour. Holds for
    counts over many series and bouts, every movement a candidate.

    Parameters
    ----------
    xp, chance, intervals, fewest_movements
        As in `plms_index`.
    """
    on, within = bouts(xp, chance, intervals)
    index = plms_index(xp, chance, intervals, fewest_movements) / on
    inside = _variance_within_bouts(xp, within, intervals, fewest_movements)
    if intervals.clustering == 0:
        return inside
    return on * inside + 2 * on * (1.0 - on) * intervals.bout_mean_s / _PER_H * index**2


def _variance_within_bouts(
    xp: Namespace, p: Array, intervals: IntervalCoefficients, fewest_movements: int
) -> Array:
    """Variance of the count per hour with one chance ``p`` for every potential movement.

    The process begins anew after every interval that is not periodic. Between two of these lie
    ``K`` periodic intervals, ``P(K = k) = q^k (1 - q)``; the cycle brings ``N = K + 1`` periodic
    movements if ``K >= m``, else none, and lasts ``D`` seconds, ``K`` periodic intervals and one
    that is not. For a renewal process with rewards the variance of the count grows as
    ``Var(N - λ D) / E[D]`` with ``λ = E[N] / E[D]``. All moments are geometric sums; times are
    multiplied by ``p``, so that nothing is divided by it.
    """
    m, mean = fewest_movements - 1, intervals.mean_s
    q = _thinned_sum(xp, p, intervals.periodic)
    bad = 1.0 - q
    k1, k2 = q / bad, q * (1.0 + q) / bad**2
    reward = q**m * (m + 1 + k1)
    reward2 = q**m * ((m + 1) ** 2 + 2 * (m + 1) * k1 + k2)
    runs = q ** (m - 1) * (m * (m + 1) + (2 * m + 1) * k1 + k2)
    good_time = p * _thinned_sum(xp, p, intervals.periodic_mean_s)
    crossed = good_time * runs + (mean - good_time) / bad * reward
    square = intervals.variance_s2 * p + mean**2 * (2.0 - p)
    time2 = square / bad + 2.0 * good_time * mean / bad**2
    slope = reward * bad / mean
    spread = reward2 - 2.0 * slope * crossed + slope**2 * time2
    return spread * p * bad * (_PER_H / mean)


def night_plms_index(
    xp: Namespace,
    excitability: Array,
    hours: Array,
    factor: Array,
    intervals: IntervalCoefficients,
    fewest_movements: int,
    unfit_share: float = 0.0,
) -> tuple[Array, Array]:
    """PLMS index of a night that is expected, and its sampling error in one night (/h).

    ``Σ_hs T_hs I(p_h f_s) / Σ T`` and ``sqrt(Σ_hs T_hs V(p_h f_s)) / Σ T``: in every clock hour and
    stage the process is taken to be in the steady state of its own chance, never over 1. Series
    that cross from one stage or hour to another are not foreseen; see the tests for what that
    costs.

    Parameters
    ----------
    xp : namespace
        ``numpy`` or ``jax.numpy``.
    excitability : array, shape (..., n_hours)
        Chance ``p_h`` that a potential movement in N2 happens.
    hours : array, shape (..., n_hours, n_stages)
        Time ``T_hs`` spent asleep, by clock hour and stage.
    factor : array, shape (n_stages,)
        Of the stages, on the excitability.
    intervals, fewest_movements, unfit_share
        As in `plms_index`.

    Returns
    -------
    index, standard_error : array, shape (...)
        Both 0 where nobody sleeps.
    """
    hours = xp.asarray(hours)
    chance = xp.minimum(xp.asarray(excitability)[..., None] * xp.asarray(factor), 1.0)
    rate = plms_index(xp, chance, intervals, fewest_movements, unfit_share)
    variance = count_variance_per_h(xp, chance, intervals, fewest_movements)
    slept = hours.sum((-2, -1))
    whole = xp.where(slept > 0, slept, 1.0)
    spread = (hours * variance).sum((-2, -1))
    # A root has no slope at zero: where nothing varies, the root is taken of one and dropped.
    root = xp.where(spread > 0, xp.sqrt(xp.where(spread > 0, spread, 1.0)), 0.0)
    return (hours * rate).sum((-2, -1)) / whole, root / whole
