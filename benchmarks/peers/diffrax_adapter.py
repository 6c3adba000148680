"""The continuous model under diffrax: the same right-hand side, a batch of people, dose by dose."""

from __future__ import annotations

import argparse
import json
import os
from itertools import pairwise

# One thread, set before the libraries read it.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from typing import Any

import diffrax
import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
from mechanism_case import MOVEMENTS, PRIORS, YEAR_D, person, pin, regimen, timed

from ekbom.mechanism import brain_iron, dopamine
from ekbom.mechanism.equations import Given, rates
from ekbom.mechanism.individual import individual
from ekbom.mechanism.schedule import DAY_H, NOON_H

SOLVERS = {"Kvaerno5": diffrax.Kvaerno5, "Tsit5": diffrax.Tsit5}
TOLERANCES = (1e-6, 1e-9)
COMPARED = ("iron_store", "ferritin", "iron_csf", "iron_region", "th", "d2", "d1", "hazard")


def course(solver: Any, n_days: int, ferritin: Any) -> Any:
    """The state of one person at the last noon."""
    layout, doses = regimen(n_days)
    own, state = individual(jnp, person(ferritin), PRIORS.values(jnp, {}), layout, MOVEMENTS)
    state = jax.tree.map(lambda part: jnp.reshape(jnp.asarray(part), ()), state)
    own = jax.tree.map(lambda part: jnp.reshape(part, ()) if jnp.size(part) == 1 else part, own)
    body = own.parameters.body
    log_iron = brain_iron.log_labile(jnp, state.iron_csf, state.iron_region, body)
    level = dopamine.level(jnp, log_iron, state.th, body)
    vector, apart = jax.flatten_util.ravel_pytree((state, level))
    cuts = [0.0, *layout.slots_h, DAY_H]

    def rate(time_d: Any, at: Any, treated: Any) -> Any:
        given = Given(tuple(0.0 for _ in layout.drugs), treated)
        clock_h = time_d * DAY_H + NOON_H
        changes = rates(jnp, layout, own, clock_h, *apart(at), given)
        return jnp.stack([jnp.asarray(change, float) for change in jax.tree.leaves(changes)])

    def day(at: Any, given: Any) -> Any:
        dose, treated = given
        for stretch, (begin, end) in enumerate(pairwise(cuts)):
            if stretch:
                now, level = apart(at)
                now = now._replace(gut=(now.gut[0] + dose[stretch - 1, 0],))
                at = jax.flatten_util.ravel_pytree((now, level))[0]
            solved = diffrax.diffeqsolve(
                diffrax.ODETerm(rate),
                solver(),
                begin / DAY_H,
                end / DAY_H,
                0.001,
                at,
                args=treated,
                saveat=diffrax.SaveAt(t1=True),
                stepsize_controller=diffrax.PIDController(rtol=TOLERANCES[0], atol=TOLERANCES[1]),
                max_steps=100_000,
            )
            at = solved.ys[0]
        return at, None

    taken = jnp.asarray(doses.taken[0])
    treated = jnp.asarray(doses.treated)[:, 0]
    closing, _ = jax.lax.scan(day, vector, (taken, treated))
    return apart(closing)[0]


def main() -> None:
    """Measure one solver, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("solver", choices=SOLVERS)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--days", type=int, default=14)
    given = parser.parse_args()
    pin(given.core)
    jax.config.update("jax_enable_x64", True)
    # The first one is the person whose end is known.
    ferritin = jnp.asarray(np.linspace(40.0, 100.0, given.people))
    run = jax.jit(jax.vmap(lambda one: course(SOLVERS[given.solver], given.days, one)))
    years = given.people * given.days / YEAR_D
    found = timed(lambda: jax.block_until_ready(run(ferritin)), given.repeats, years)
    closing = run(ferritin)
    found["closing"] = {name: float(getattr(closing, name)[0]) for name in COMPARED}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
