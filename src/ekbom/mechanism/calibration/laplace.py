"""From a probabilistic model to draws: the mode, its curvature, and steps that mend the shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Standardised residuals of points: shape (points, size) to (points, rows).
Residuals = Callable[[Floats], Floats]
# Derivative of the residuals of one point: shape (rows, size).
Slopes = Callable[[Floats], Floats]

_FIRST_DAMPING = 1.0
_LEAST_GAIN = 1e-4
# Length of a step of a random walk that mixes best in many dimensions (Roberts 1997).
_WALK = 2.38


@dataclass(frozen=True, slots=True)
class Mode:
    """The most probable point under a standard normal prior, and the curvature there.

    Parameters
    ----------
    point : array, shape (size,)
        The mode.
    residuals : array
        Standardised, at the mode.
    slopes : array, shape (rows, size)
        Their derivative.
    covariance : array
        Gauss-Newton: inverse of ``slopes' slopes + 1``.
    steps : int
        That were taken.
    """

    point: Floats
    residuals: Floats
    slopes: Floats
    covariance: Floats
    steps: int

    @property
    def chi2(self) -> float:
        """Sum of squared residuals."""
        return float(self.residuals @ self.residuals)

    def effective(self, first: int, last: int) -> float:
        """How many parameters of a range the data determine: one less prior share each."""
        return float(np.sum(1 - np.diag(self.covariance)[first:last]))


def find_mode(residuals: Residuals, slopes: Slopes, start: Floats, most: int = 40) -> Mode:
    """The mode by damped Gauss-Newton steps (Levenberg and Marquardt).

    Parameters
    ----------
    residuals, slopes : callable
        Of the model.
    start : array, shape (size,)
        Where to begin.
    most : int
        Steps at most.
    """
    point, damping = start, _FIRST_DAMPING
    here = residuals(point[None])[0]
    cost = here @ here + point @ point
    steps = 0
    gain = np.inf
    while steps < most and gain >= _LEAST_GAIN:
        steps += 1
        slope = slopes(point)
        gradient = slope.T @ here + point
        curvature = slope.T @ slope + np.eye(len(point))
        scales = damping * np.array([0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0])
        tried = np.array(
            [point - np.linalg.solve(curvature + s * np.eye(len(point)), gradient) for s in scales]
        )
        there = residuals(tried)
        costs = np.einsum("ij,ij->i", there, there) + np.einsum("ij,ij->i", tried, tried)
        best = int(np.nanargmin(costs))
        gain = float(cost - costs[best])
        if gain > 0:
            point, here, cost = tried[best], there[best], float(costs[best])
            damping = max(scales[best], 1e-3)
        else:
            damping *= 10
    slope = slopes(point)
    covariance = np.asarray(np.linalg.inv(slope.T @ slope + np.eye(len(point))), np.float64)
    return Mode(point, here, slope, covariance, steps)


def laplace_draws(mode: Mode, n: int, rng: np.random.Generator) -> Floats:
    """Draws of the normal distribution at the mode.

    Parameters
    ----------
    mode : Mode
        Its centre and covariance.
    n : int
        How many.
    rng : numpy.random.Generator
        Source of chance.
    """
    root = np.linalg.cholesky(mode.covariance)
    return mode.point + rng.standard_normal((n, len(mode.point))) @ root.T


def log_normal(mode: Mode, points: Floats) -> Floats:
    """Logarithm of the Laplace density, but for a constant.

    Parameters
    ----------
    mode : Mode
        The Laplace approximation.
    points : array, shape (n, size)
        Anywhere.
    """
    away = points - mode.point
    precision = mode.slopes.T @ mode.slopes + np.eye(len(mode.point))
    return np.asarray(-0.5 * np.einsum("ij,jk,ik->i", away, precision, away))


def log_weights(mode: Mode, points: Floats, residuals: Floats) -> Floats:
    """Logarithm of posterior over Laplace density, but for a constant.

    Parameters
    ----------
    mode : Mode
        The Laplace approximation.
    points : array, shape (n, size)
        Anywhere.
    residuals : array, shape (n, rows)
        Standardised, of the points.
    """
    exact = np.einsum("ij,ij->i", residuals, residuals) + np.einsum("ij,ij->i", points, points)
    found = -0.5 * exact - log_normal(mode, points)
    return np.where(np.isfinite(found), found, -np.inf)


def pareto_shape(weights: Floats) -> float:
    """Shape of the tail of importance weights; above 0.7 they are not to be trusted.

    Parameters
    ----------
    weights : array
        Logarithms.

    References
    ----------
    Zhang and Stephens 2009 (the fit of the generalised Pareto distribution); Vehtari 2024.
    """
    n = len(weights)
    tail = int(min(0.2 * n, 3 * np.sqrt(n)))
    largest = np.sort(np.exp(weights - weights.max()))[-tail - 1 :]
    excess = largest[1:] - largest[0]
    excess = excess[excess > 0]
    m = len(excess)
    if m < 5:
        return float("nan")
    grid = 30 + int(np.sqrt(m))
    quarter = excess[int(m / 4 + 0.5) - 1]
    theta = 1 / excess[-1] + (1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / 3 / quarter
    shape = np.mean(np.log1p(-theta[:, None] * excess), axis=1)
    fit = m * (np.log(-theta / shape) - shape - 1)
    share = 1 / np.sum(np.exp(fit - fit[:, None]), axis=1)
    mean = float(np.sum(theta * share))
    found = float(np.mean(np.log1p(-mean * excess)))
    # Drawn towards 0.5 as if by ten more observations.
    return found * m / (m + 10) + 0.5 * 10 / (m + 10)


@dataclass(frozen=True, slots=True)
class Mended:
    """Draws after the steps.

    Parameters
    ----------
    points : array, shape (2 chains, size)
        Where each chain was half way, and where it ended.
    accepted : float
        Share of steps that were taken.
    drift : float
        Largest change of a mean over the second half of the steps, in posterior deviations.
    """

    points: Floats
    accepted: float
    drift: float


def mended(
    mode: Mode,
    points: Floats,
    residuals: Residuals,
    rng: np.random.Generator,
    *,
    sweeps: int,
    size: float,
) -> Mended:
    """Points moved by Metropolis steps that leave the posterior as it is.

    Two kinds take turns. One draws each point towards the mode and adds Laplace noise, so that it
    would always be taken were the posterior normal (a preconditioned Crank-Nicolson step). The
    other is a random walk with the shape of the Laplace covariance: it goes where that is thin.

    Parameters
    ----------
    mode : Mode
        The Laplace approximation.
    points : array, shape (chains, size)
        Start of each chain.
    residuals : callable
        Of the model.
    rng : numpy.random.Generator
        Source of chance.
    sweeps : int
        Steps of each chain.
    size : float
        Of a Crank-Nicolson step; 1 forgets where the point was.
    """
    here = points.copy()
    weight = log_weights(mode, here, residuals(here))
    taken = 0
    half_way = here.copy()
    for sweep in range(1, sweeps + 1):
        there, correction = _proposed(mode, here, rng, size if sweep % 2 else None)
        new_weight = log_weights(mode, there, residuals(there))
        yes = np.log(rng.random(len(here))) < new_weight - weight + correction
        here[yes], weight[yes] = there[yes], new_weight[yes]
        taken += int(yes.sum())
        if sweep == sweeps // 2:
            half_way = here.copy()
    apart = np.abs(here.mean(axis=0) - half_way.mean(axis=0))
    return Mended(
        points=np.concatenate([half_way, here]),
        accepted=taken / (sweeps * len(here)),
        drift=float(np.max(apart / here.std(axis=0))),
    )


def _proposed(
    mode: Mode, here: Floats, rng: np.random.Generator, size: float | None
) -> tuple[Floats, Floats]:
    """Where to go, and what a random walk adds to the logarithm of the chance to be taken."""
    root = np.linalg.cholesky(mode.covariance)
    noise = rng.standard_normal(here.shape) @ root.T
    if size is not None:
        there = mode.point + np.sqrt(1 - size**2) * (here - mode.point) + size * noise
        return there, np.zeros(len(here))
    there = here + _WALK / np.sqrt(len(mode.point)) * noise
    return there, log_normal(mode, there) - log_normal(mode, here)
