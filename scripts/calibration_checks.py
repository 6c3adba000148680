"""Checks of the method of fitting: against NUTS on a reduced problem, and by ranks."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import Trial
from ekbom.mechanism.calibration.calibrate import Problem, predictor, probabilistic, problem_of
from ekbom.mechanism.calibration.fitting import STEP, SWEEPS, residuals_of, slopes_of
from ekbom.mechanism.calibration.laplace import Mode, find_mode, laplace_draws, mended
from ekbom.mechanism.calibration.ranks import rank_statistics
from ekbom.mechanism.calibration.trial_rows import rows_for

# Few and short trials of one medicine, and the parameters they bear on: gradients are dear.
NUTS_TRIALS = ("oertel-2007", "partinen-2006")
NUTS_FREE = (
    "expectation-limit",
    "expectation-between-trials",
    "trial-gain-sd",
    "striatal-gain",
    "spinal-gain",
    "pramipexole-half-effect",
    "dopamine-binding",
    "iron-to-d2",
    "d2-desensitisation",
)
NUTS_PEOPLE = 8
NUTS_STEPS = 300
DRAWS = 400
REPLICATES = 100


def nuts_check(knowledge: KnowledgeBase, seed: int) -> dict[str, Any]:
    """Medians and deviations of NUTS beside those of the mended Laplace draws.

    Both on the same reduced problem: all other parameters at their prior median.
    """
    import jax
    from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
    from numpyro.infer import MCMC, NUTS

    rows = tuple(
        (trial, row)
        for trial, row in rows_for(knowledge.of(Trial).values(), "fit")
        if trial.id in NUTS_TRIALS
    )
    problem = problem_of(knowledge, rows, people=NUTS_PEOPLE)
    free = [problem.ids.index(name) for name in NUTS_FREE]
    free += list(range(len(problem.ids), problem.size))
    mode, draws = _by_laplace(problem, free, np.random.default_rng(seed))
    start = time.time()
    # Few directions: forward mode costs less than compiling the reverse one.
    kernel = NUTS(
        probabilistic(problem, free),
        max_tree_depth=6,
        forward_mode_differentiation=True,
    )
    sampler = MCMC(kernel, num_warmup=NUTS_STEPS, num_samples=NUTS_STEPS, progress_bar=False)
    sampler.run(jax.random.PRNGKey(seed), init_params={"point": mode.point})
    chain = np.asarray(sampler.get_samples()["point"])
    spread = np.sqrt(np.diag(mode.covariance))
    return {
        "trials": list(NUTS_TRIALS),
        "rows": len(rows),
        "people_per_arm": NUTS_PEOPLE,
        "steps": NUTS_STEPS,
        "divergent": int(np.sum(np.asarray(sampler.get_extra_fields()["diverging"]))),
        "split_r_hat": _short(
            max(float(split_gelman_rubin(chain[None, :, i])) for i in range(len(free)))
        ),
        "seconds": round(time.time() - start),
        "compared": [
            _compared(
                name,
                chain[:, i],
                draws[:, i],
                (mode.point[i], spread[i]),
                float(effective_sample_size(chain[None, :, i])),
            )
            for i, name in enumerate(NUTS_FREE)
        ],
    }


def _by_laplace(
    problem: Problem, free: list[int], rng: np.random.Generator
) -> tuple[Mode, NDArray[np.float64]]:
    """Mode and mended draws of a problem in which only some places are free."""
    predict = predictor(problem)

    def whole(points: NDArray[np.float64]) -> NDArray[np.float64]:
        placed = np.zeros((len(points), problem.size))
        placed[:, free] = points
        return placed

    all_residuals = residuals_of(problem, predict)
    all_slopes = slopes_of(problem, all_residuals)
    mode = find_mode(
        lambda points: all_residuals(whole(points)),
        lambda point: all_slopes(whole(point[None])[0])[:, free],
        np.zeros(len(free)),
    )
    start = laplace_draws(mode, DRAWS // 2, rng)
    ends = mended(
        mode,
        start,
        lambda points: all_residuals(whole(points)),
        rng,
        sweeps=SWEEPS,
        size=STEP,
    )
    return mode, ends.points


def _compared(
    name: str,
    chain: NDArray[np.float64],
    draws: NDArray[np.float64],
    laplace: tuple[float, float],
    size: float,
) -> dict[str, Any]:
    error = chain.std() / np.sqrt(size)
    return {
        "id": name,
        "nuts_median": _short(np.median(chain)),
        "nuts_sd": _short(chain.std()),
        "draws_median": _short(np.median(draws)),
        "draws_sd": _short(draws.std()),
        "laplace_median": _short(laplace[0]),
        "laplace_sd": _short(laplace[1]),
        "effective_size": round(size),
        "apart_in_errors": _short((chain.mean() - draws.mean()) / error),
    }


def rank_check(knowledge: KnowledgeBase, seed: int) -> dict[str, Any]:
    """Simulation-based calibration of the method on a reduced problem."""
    return rank_statistics(knowledge, REPLICATES, np.random.default_rng(seed))


def _short(value: Any) -> float:
    return round(float(value), 3)
