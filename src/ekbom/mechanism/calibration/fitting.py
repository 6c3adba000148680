"""The fit of one variant: mode, Laplace, importance, and steps that mend what is not normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism.calibration.calibrate import Predict, Problem, inputs
from ekbom.mechanism.calibration.laplace import (
    Mended,
    Mode,
    Residuals,
    Slopes,
    find_mode,
    laplace_draws,
    log_weights,
    mended,
    pareto_shape,
)

# Step of the central differences, in prior standard deviations.
_DIFFERENCE = 1e-3
# Steps of every chain, how far each goes (see `laplace.mended`), and how many draws it leaves.
SWEEPS = 48
STEP = 0.5
KEPT_OF_CHAIN = 2
CANDIDATES = 512


@dataclass(frozen=True, slots=True)
class Fit:
    """The posterior of one variant.

    Parameters
    ----------
    mode : Mode
        Most probable point and its curvature.
    pareto : float
        Shape of the tail of importance weights of the Laplace approximation.
    sample_size : float
        Effective size of the importance sample, of `CANDIDATES`.
    mended : Mended
        The draws.
    """

    mode: Mode
    pareto: float
    sample_size: float
    mended: Mended


def residuals_of(problem: Problem, predict: Predict) -> Residuals:
    """Standardised residuals of points.

    Parameters
    ----------
    problem : Problem
        Rows and their errors.
    predict : callable
        See `calibrate.predictor`.
    """

    def residuals(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return (problem.observed - predict(*inputs(problem, np, points))) / problem.errors

    return residuals


def slopes_of(problem: Problem, residuals: Residuals) -> Slopes:
    """Derivative of the residuals by central differences.

    An effect of a trial moves its own rows only, so that one direction does for all trials.

    Parameters
    ----------
    problem : Problem
        Says which row belongs to which trial.
    residuals : callable
        See `residuals_of`.
    """
    n, k, size = len(problem.ids), len(problem.trials), problem.size
    directions = np.zeros((n + 2, size))
    directions[:n, :n] = np.eye(n)
    directions[n, n : n + k] = 1
    directions[n + 1, n + k :] = 1
    rows = np.arange(len(problem.rows))

    def slopes(point: NDArray[np.float64]) -> NDArray[np.float64]:
        step = _DIFFERENCE * directions
        both = residuals(np.concatenate([point + step, point - step]))
        by_direction = (both[: n + 2] - both[n + 2 :]) / (2 * _DIFFERENCE)
        found = np.zeros((len(rows), size))
        found[:, :n] = by_direction[:n].T
        found[rows, n + problem.trial_of_row] = by_direction[n]
        found[rows, n + k + problem.trial_of_row] = by_direction[n + 1]
        return found

    return slopes


def fitted(
    problem: Problem,
    predict: Predict,
    rng: np.random.Generator,
    *,
    draws: int,
    sweeps: int = SWEEPS,
    candidates: int = CANDIDATES,
) -> Fit:
    """The posterior of one variant as draws.

    Parameters
    ----------
    problem : Problem
        Rows to be fitted, and priors.
    predict : callable
        See `calibrate.predictor`.
    rng : numpy.random.Generator
        Source of chance.
    draws : int
        How many; a chain leaves one half way and one at its end.
    sweeps : int
        Steps of each chain.
    candidates : int
        Draws of the Laplace approximation the chains start from, by importance.
    """
    residuals = residuals_of(problem, predict)
    mode = find_mode(residuals, slopes_of(problem, residuals), np.zeros(problem.size))
    points = laplace_draws(mode, candidates, rng)
    weights = log_weights(mode, points, residuals(points))
    shares = np.exp(weights - weights.max())
    shares = shares / shares.sum()
    # Flattened, so that few points do not start most chains.
    even = np.sqrt(shares) / np.sqrt(shares).sum()
    start = points[rng.choice(candidates, draws // KEPT_OF_CHAIN, p=even)]
    ends = mended(mode, start, residuals, rng, sweeps=sweeps, size=STEP)
    return Fit(mode, pareto_shape(weights), float(1 / np.sum(shares**2)), ends)
