"""One core through everything else: NumPy, SciPy's LSODA, libRoadRunner, gradients, the product."""

from __future__ import annotations

import argparse
import json
import os
import time

# One thread, set before the libraries read it.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from typing import Any

import numpy as np
from mechanism_case import (
    MOVEMENTS,
    PRIORS,
    WEEKS,
    YEAR_D,
    figures,
    peak_since_reset_mb,
    person,
    pin,
    regimen,
    reset_peak,
    timed,
)

from ekbom.mechanism.draws import prior_draws
from ekbom.mechanism.individual import individual
from ekbom.mechanism.reference import solve
from ekbom.mechanism.simulate import run

TOLERANCES = (1e-6, 1e-9)
COMPARED = ("iron_store", "ferritin", "iron_csf", "iron_region", "th", "d2", "d1", "hazard")


def alone(n_days: int) -> Any:
    """The median person: layout, individual, state at rest and doses, one lane."""
    layout, doses = regimen(n_days)
    own, state = individual(np, person(), PRIORS.values(np, {}), layout, MOVEMENTS)
    return layout, own, state, doses


def largest_difference(found: Any, truth: Any) -> float:
    """Largest relative difference of the slow states on the last day."""
    pairs = [
        (float(np.ravel(found[name])[0]), float(np.ravel(truth[name])[0])) for name in COMPARED
    ]
    return max(abs(a - b) / abs(b) for a, b in pairs)


def strict(n_days: int) -> dict[str, Any]:
    """The last noon by LSODA at tolerances far below those that are timed."""
    solved = solve(*alone(n_days), relative=1e-10, absolute=1e-12)
    return solved.states[-1]._asdict()


def numpy_day_step(repeats: int) -> dict[str, Any]:
    """One person in 200 draws for a year."""
    layout, doses = regimen(7 * WEEKS)
    scores = prior_draws(PRIORS, 200, np.random.default_rng(1)).by_id()
    own, state = individual(np, person(), PRIORS.values(np, scores), layout, MOVEMENTS)
    found = timed(
        lambda: run(layout, own, state, doses, MOVEMENTS, every_days=7),
        repeats,
        200 * 7 * WEEKS / YEAR_D,
    )
    one = alone(7 * 12)
    closing = run(*one, MOVEMENTS, every_days=7).closing._asdict()
    return found | {"difference": largest_difference(closing, strict(7 * 12))}


def lsoda(repeats: int) -> dict[str, Any]:
    """The median person for twelve weeks by SciPy's LSODA, right-hand side in Python."""
    n_days = 7 * 12
    one = alone(n_days)
    relative, absolute = TOLERANCES
    found = timed(
        lambda: solve(*one, relative=relative, absolute=absolute), repeats, n_days / YEAR_D
    )
    closing = solve(*one, relative=relative, absolute=absolute).states[-1]._asdict()
    return found | {"difference": largest_difference(closing, strict(n_days))}


def roadrunner(repeats: int) -> dict[str, Any]:
    """The median person for a year by libRoadRunner, from the exported SBML."""
    import roadrunner as rr

    from ekbom.interop.sbml import sbml_of
    from ekbom.knowledge.loading import load
    from ekbom.mechanism.limits_of_use import LimitsOfUse

    rr.Logger.setLevel(rr.Logger.LOG_ERROR)
    limits = LimitsOfUse.of(load(("model-statements",)))
    text = sbml_of(*alone(7 * WEEKS), priors=PRIORS, movements=MOVEMENTS, limits=limits)
    begun = time.process_time()
    model = rr.RoadRunner(text)
    loading_s = time.process_time() - begun
    model.integrator.relative_tolerance, model.integrator.absolute_tolerance = TOLERANCES
    known = set(model.model.getGlobalParameterIds())
    model.timeCourseSelections = ["time", *(name for name in COMPARED if name in known)]

    def year() -> Any:
        model.resetAll()
        return model.simulate(0, 7 * WEEKS, WEEKS + 1)

    found = timed(year, repeats, 7 * WEEKS / YEAR_D)
    model.resetAll()
    rows = model.simulate(0, 7 * 12, 13)
    last = dict(zip(model.timeCourseSelections, np.asarray(rows)[-1], strict=True))
    return found | {"difference": largest_difference(last, strict(7 * 12)), "loading_s": loading_s}


def gradient(repeats: int) -> dict[str, Any]:
    """Severity after twelve weeks and its gradient in every parameter, 256 people, f32."""
    import jax
    import jax.numpy as jnp

    from ekbom.mechanism.compiled import course

    n_days = 7 * 12
    layout, doses = regimen(n_days)
    doses = jax.tree.map(lambda part: jnp.asarray(part, jnp.float32), doses)
    rng = np.random.default_rng(1)
    ferritin = jnp.asarray(rng.lognormal(np.log(60), 0.8, 256), jnp.float32)
    irls = jnp.asarray(rng.uniform(15, 35, 256), jnp.float32)
    ids = [record.id for record in PRIORS.uncertain]

    def mean_irls(scores: Any, checkpoint: bool) -> Any:
        parameters = PRIORS.values(jnp, {name: scores[i] for i, name in enumerate(ids)})
        own, state = individual(jnp, person(ferritin, irls), parameters, layout, MOVEMENTS)
        nights = course(layout, own, state, doses, MOVEMENTS, checkpoint=checkpoint)
        return jnp.mean(nights.irls[-1])

    scores = jnp.zeros(len(ids), jnp.float32)
    value = jax.jit(lambda at: mean_irls(at, False))
    both = jax.jit(jax.value_and_grad(lambda at: mean_irls(at, True)))
    years = 256 * n_days / YEAR_D
    alone_ = timed(lambda: jax.block_until_ready(value(scores)), 3 * repeats, years)
    with_ = timed(lambda: jax.block_until_ready(both(scores)), 3 * repeats, years)
    return with_ | {
        "value": alone_,
        "times_value": with_["cpu_s"] / alone_["cpu_s"],
        "parameters": len(ids),
    }


def population(repeats: int) -> dict[str, Any]:
    """`simulate_population` as a user calls it: people drawn, run, and summed up."""
    from ekbom.knowledge.loading import load
    from ekbom.mechanism.populations.population import (
        SECTIONS,
        Plan,
        PopulationArm,
        simulate_population,
    )
    from ekbom.mechanism.regimen import Line

    n_days = 7 * WEEKS
    line = Line("pramipexole", 0.5, (20.0,), np.ones(n_days, bool))
    draws = prior_draws(PRIORS, 200, np.random.default_rng(1))
    plan = Plan(50_176, (PopulationArm("agonist", (line,)),), WEEKS, draws)
    at: list[tuple[float, float, int]] = []

    def noted(chunk: Any) -> None:
        at.append((time.process_time(), time.perf_counter(), len(chunk.draw)))
        if len(at) == 1:
            reset_peak()

    simulate_population(plan, load(SECTIONS), each=noted)
    # The first chunk holds the compiling.
    found = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(at, at[1:], strict=False)]
    return figures(found, at[1][2] * n_days / YEAR_D) | {
        "peak_mb": peak_since_reset_mb(),
        "people": plan.n,
    }


def truth(_: int) -> dict[str, Any]:
    """What `peers/diffrax_adapter.py` is held to: two weeks."""
    return {
        name: float(np.ravel(value)[0]) for name, value in strict(14).items() if name in COMPARED
    }


PARTS = {
    "truth": truth,
    "numpy": numpy_day_step,
    "lsoda": lsoda,
    "roadrunner": roadrunner,
    "gradient": gradient,
    "population": population,
}


def main() -> None:
    """Measure one part, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    pin(given.core)
    print(json.dumps(PARTS[given.part](given.repeats)))


if __name__ == "__main__":
    main()
