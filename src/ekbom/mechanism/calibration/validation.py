"""Rows nobody fitted: predicted for a new trial, with an interval, and judged."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.mechanism import Observation, Trial
from ekbom.mechanism.calibration.calibrate import Problem

Floats = NDArray[np.float64]
LOW, HIGH = 0.05, 0.95
DIGITS = 4


def pooled(trial: Trial) -> bool:
    """Whether a trial is a mean over trials, whose effects have cancelled: no arm has a size."""
    return all(arm.n is None for arm in trial.arms)


def new_trials(problem: Problem, scores: Floats, rng: np.random.Generator) -> Floats:
    """Points whose trials are new: effects drawn, none for a mean over trials.

    Parameters
    ----------
    problem : Problem
        Of the rows to be predicted.
    scores : array, shape (draws, len(problem.ids))
        Draws of the parameters.
    rng : numpy.random.Generator
        Source of chance.
    """
    own = {trial.id: trial for trial, _ in problem.rows}
    alone = np.array([not pooled(own[name]) for name in problem.trials], float)
    effects = rng.standard_normal((len(scores), 2, len(problem.trials))) * alone
    return np.concatenate([scores, effects[:, 0], effects[:, 1]], axis=1)


def judged(problem: Problem, predictions: Floats, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Each row with the median and 90 % interval of what would be observed, and whether it was.

    Parameters
    ----------
    problem : Problem
        Of the rows.
    predictions : array, shape (draws, rows)
        Without the rows' own error, which is added here.
    rng : numpy.random.Generator
        Source of chance.
    """
    seen = predictions + rng.standard_normal(predictions.shape) * problem.errors
    # No trial prints a share of people below none or above all.
    shares = [row.kind == "share" and not row.against for _, row in problem.rows]
    seen = np.where(shares, np.clip(seen, 0, 1), seen)
    low, median, high = np.quantile(seen, [LOW, 0.5, HIGH], axis=0)
    return [
        {
            "row": name,
            "use": row.use,
            "kind": row.kind,
            "unit": row.unit,
            "observed": row.value,
            "median": _short(median[i]),
            "low": _short(low[i]),
            "high": _short(high[i]),
            "covered": _covered(row, low[i], high[i]),
        }
        for i, (name, (_, row)) in enumerate(zip(problem.row_ids, problem.rows, strict=True))
    ]


def _covered(row: Observation, low: float, high: float) -> bool:
    """Inside the interval; of a row with only a direction, whether its sign is not excluded."""
    if row.kind != "direction":
        return bool(low <= row.value <= high)
    if row.value == 0:
        return bool(low <= 0 <= high)
    return bool(high > 0) if row.value > 0 else bool(low < 0)


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def log_score(problem: Problem, predictions: Floats, use: str) -> float:
    """Sum over rows of the logarithm of the predictive density at what was observed.

    Parameters
    ----------
    problem : Problem
        Of the rows.
    predictions : array, shape (draws, rows)
        Without the rows' own error.
    use : str
        Rows of this use only.
    """
    mine = [i for i, (_, row) in enumerate(problem.rows) if row.use == use]
    error = problem.errors[mine]
    z = (problem.observed[mine] - predictions[:, mine]) / error
    density = -0.5 * z**2 - np.log(error) - 0.5 * math.log(2 * math.pi)
    most = density.max(axis=0)
    found = most + np.log(np.mean(np.exp(density - most), axis=0))
    return round(float(found.sum()), 2)
