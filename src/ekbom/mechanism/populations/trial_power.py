"""Power and sample size of a comparison, from trials that were emulated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError

Floats = NDArray[np.float64]
_NORMAL = NormalDist()
MOST_PER_ARM = 1_000_000
_LEAST_PER_ARM = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """One arm against the first one, over all emulated trials.

    Parameters
    ----------
    arm, against : str
        Names.
    difference : float
        Mean difference of the changes of IRLS; negative where the arm is better.
    difference_low, difference_high : float
        5th and 95th percentile over trials.
    standard_error : float
        Of the difference within one trial, mean over trials.
    between : float
        Standard deviation of the true difference between trials: what is not known of the model
        and how trials differ, beyond chance in who enters.
    power : float
        Share of trials that find the arm better at the level.
    power_error : float
        Standard error of that share.
    sd : float
        Standard deviation of a change within an arm, over both.
    analysed : float
        Mean number of people an arm who are compared.
    level : float
        Two-sided.
    true_differences : array
        One a trial: the differences seen, drawn together until they scatter by ``between``.
    """

    arm: str
    against: str
    difference: float
    difference_low: float
    difference_high: float
    standard_error: float
    between: float
    power: float
    power_error: float
    sd: float
    analysed: float
    level: float
    true_differences: Floats


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many people a comparison needs.

    Parameters
    ----------
    wanted : float
        Power.
    n_per_arm : int or None
        People in each arm for that power over all that is not known; None where no number does.
    n_if_mean_effect : int or None
        People in each arm if the true difference were the mean one: what a usual plan gives.
    most_power : float
        What no number of people exceeds: the share of trials whose true difference has the
        right sign.
    reason : str
        Why there is no number; empty where there is one.
    """

    wanted: float
    n_per_arm: int | None
    n_if_mean_effect: int | None
    most_power: float
    reason: str = ""


def compared(
    arm: str,
    against: str,
    means: tuple[Floats, Floats],
    variances: tuple[Floats, Floats],
    sizes: tuple[Floats, Floats],
    level: float,
) -> Comparison:
    """Compare two arms in each of many trials (Welch).

    Parameters
    ----------
    arm, against : str
        Names.
    means, variances, sizes : tuple of array
        Of the change, by trial; of the arm and of the one it is held against.
    level : float
        Two-sided level.
    """
    enough = (np.minimum(*sizes) >= _LEAST_PER_ARM) & (variances[0] + variances[1] > 0)
    difference = means[0] - means[1]
    n = tuple(np.maximum(size, _LEAST_PER_ARM) for size in sizes)
    squares = variances[0] / n[0], variances[1] / n[1]
    error = np.sqrt(squares[0] + squares[1])
    freedom = (n[0] + n[1] - 2).astype(float)
    limit = critical(level, freedom)
    found = enough & (difference < -limit * error)
    power = float(found.mean())
    chance = float(np.mean(error**2))
    spread = float(difference.var(ddof=1)) if len(difference) > 1 else 0.0
    between = math.sqrt(max(spread - chance, 0.0))
    low, high = np.quantile(difference, (0.05, 0.95))
    mean = float(difference.mean())
    shrunken = mean + (difference - mean) * (between / math.sqrt(spread) if spread > 0 else 0.0)
    return Comparison(
        arm=arm,
        against=against,
        difference=mean,
        difference_low=float(low),
        difference_high=float(high),
        standard_error=float(error.mean()),
        between=between,
        power=power,
        power_error=math.sqrt(power * (1 - power) / len(difference)),
        sd=math.sqrt(float(np.mean(variances[0] + variances[1])) / 2),
        analysed=float((sizes[0] + sizes[1]).mean() / 2),
        level=level,
        true_differences=shrunken,
    )


def critical(level: float, freedom: Floats) -> Floats:
    """Two-sided limit of Student's t, by its expansion in 1 / degrees of freedom.

    Within 0.5 % of the exact limit from 8 degrees of freedom on, at the level 0.05.
    """
    z = _NORMAL.inv_cdf(1 - level / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    limit: Floats = z + first / freedom + second / freedom**2 + third / freedom**3
    return limit


def power_of(comparison: Comparison, n_per_arm: float, *, mean_effect: bool = False) -> float:
    """Power with another number of people, in the normal approximation.

    Mean over trials of ``Phi(-d / e - t)`` with the true difference d of the trial, the standard
    error ``e = sd sqrt(2 / n)`` and the limit t of the test.

    Parameters
    ----------
    comparison : Comparison
        From trials that were emulated.
    n_per_arm : float
        People who are compared in each arm.
    mean_effect : bool
        As if the true difference were the mean one in every trial.
    """
    error = comparison.sd * math.sqrt(2 / n_per_arm)
    limit = float(critical(comparison.level, np.array(2 * n_per_arm - 2.0)))
    true = [comparison.difference] if mean_effect else comparison.true_differences
    if not error:
        return float(np.mean(np.asarray(true) < 0))
    return math.fsum(_NORMAL.cdf(-d / error - limit) for d in true) / len(true)


def sample_size(comparison: Comparison, wanted: float, analysed: float = 1.0) -> SampleSize:
    """People in each arm for a wanted power, by bisection.

    Parameters
    ----------
    comparison : Comparison
        From trials that were emulated.
    wanted : float
        Power, between 0 and 1.
    analysed : float
        Share of those who enter that is compared.

    Raises
    ------
    UsageError
        The wanted power is none.
    """
    if not 0 < wanted < 1:
        raise UsageError(f"power {wanted:g}", expected="between 0 and 1, such as 0.9")
    reached = _smallest(comparison, wanted, mean_effect=False)
    typical = _smallest(comparison, wanted, mean_effect=True)
    most = float(np.mean(comparison.true_differences < 0))
    reason = ""
    if reached is None:
        reason = (
            f"{comparison.arm} is better than {comparison.against} in {most:.0%} of what the "
            f"parameters and trials may be, so that no number of people up to {MOST_PER_ARM} an "
            f"arm gives a power of {wanted:g}"
        )
    return SampleSize(
        wanted=wanted,
        n_per_arm=_entering(reached, analysed),
        n_if_mean_effect=_entering(typical, analysed),
        most_power=most,
        reason=reason,
    )


def _entering(compared_people: int | None, analysed: float) -> int | None:
    return None if compared_people is None else math.ceil(compared_people / analysed)


def _smallest(comparison: Comparison, wanted: float, *, mean_effect: bool) -> int | None:
    def enough(n: int) -> bool:
        return power_of(comparison, n, mean_effect=mean_effect) >= wanted

    low, high = _LEAST_PER_ARM, MOST_PER_ARM
    if not enough(high):
        return None
    if enough(low):
        return low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
