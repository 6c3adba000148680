"""Simulation-based calibration: does the method find parameters it was given."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import Trial
from ekbom.mechanism.calibration.calibrate import Predict, Problem, inputs, predictor, problem_of
from ekbom.mechanism.calibration.laplace import find_mode, laplace_draws, mended
from ekbom.mechanism.calibration.trial_rows import rows_for

# The reduced problem: the arms of one trial, three parameters, no effect of the trial.
TRIAL = "winkelman-2006"
FREE = ("expectation-limit", "striatal-gain", "pramipexole-half-effect")
PEOPLE = 4
CHAINS = 32
DRAWS = 2 * CHAINS - 1
SWEEPS = 6
BINS = 8
_STEP = 0.5
_DIFFERENCE = 1e-3

Floats = NDArray[np.float64]


def rank_statistics(
    knowledge: KnowledgeBase, replicates: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Ranks of true parameters among the draws fitted to data made from them.

    True values come from the prior, rows from the model with their errors; were the draws from
    the posterior, every rank would be as frequent as any other.

    Parameters
    ----------
    knowledge : KnowledgeBase
        With the sections of `calibrate.SECTIONS`.
    replicates : int
        How many times.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    dict
        By parameter the counts of ranks in bins, chi-square and the chance of a larger one.
    """
    rows = tuple(
        (trial, row)
        for trial, row in rows_for(knowledge.of(Trial).values(), "fit")
        if trial.id == TRIAL
    )
    problem = problem_of(knowledge, rows, people=PEOPLE)
    predict = predictor(problem)
    truths = rng.standard_normal((replicates, len(FREE)))
    exact = _rows(problem, predict, truths)
    data = exact + rng.standard_normal(exact.shape) * problem.errors
    ranks = np.array(
        [
            _ranks(problem, predict, truth, seen, rng)
            for truth, seen in zip(truths, data, strict=True)
        ]
    )
    return {
        "trial": TRIAL,
        "replicates": replicates,
        "draws": DRAWS,
        "bins": BINS,
        "parameters": {name: _evenness(ranks[:, i]) for i, name in enumerate(FREE)},
    }


def _evenness(ranks: NDArray[np.int64]) -> dict[str, Any]:
    """Counts of ranks in bins, chi-square against even counts, and the chance of a larger one."""
    counts = np.bincount(ranks * BINS // (DRAWS + 1), minlength=BINS)
    even = len(ranks) / BINS
    chi2 = float(np.sum((counts - even) ** 2) / even)
    chance = _chance_of_larger(chi2, BINS - 1)
    return {"counts": counts.tolist(), "chi2": round(chi2, 2), "p": round(chance, 3)}


def _rows(problem: Problem, predict: Predict, free: Floats) -> Floats:
    points = np.zeros((len(free), problem.size))
    points[:, [problem.ids.index(name) for name in FREE]] = free
    return predict(*inputs(problem, np, points))


def _ranks(
    problem: Problem, predict: Predict, truth: Floats, seen: Floats, rng: np.random.Generator
) -> NDArray[np.int64]:
    def residuals(free: Floats) -> Floats:
        return (seen - _rows(problem, predict, free)) / problem.errors

    def slopes(free: Floats) -> Floats:
        step = _DIFFERENCE * np.eye(len(free))
        both = residuals(np.concatenate([free + step, free - step]))
        return (both[: len(free)] - both[len(free) :]).T / (2 * _DIFFERENCE)

    mode = find_mode(residuals, slopes, np.zeros(len(FREE)))
    start = laplace_draws(mode, CHAINS, rng)
    ends = mended(mode, start, residuals, rng, sweeps=SWEEPS, size=_STEP)
    return np.asarray(np.sum(ends.points[:DRAWS] < truth, axis=0))


def _chance_of_larger(chi2: float, degrees: int) -> float:
    """Chance of a larger chi-square with an odd number of degrees of freedom."""
    root = math.sqrt(chi2)
    term, total = root, 0.0
    for k in range(1, degrees, 2):
        total += term
        term *= chi2 / (k + 2)
    tail = math.erfc(root / math.sqrt(2))
    return tail + math.sqrt(2 / math.pi) * math.exp(-chi2 / 2) * total
