"""NumPy alone simulates: JAX is neither imported nor needed."""

from __future__ import annotations

import subprocess
import sys

SIMULATES = """
import sys
if {blocked}:
    sys.modules["jax"] = None
import numpy as np
import ekbom
from ekbom.knowledge.loading import load
from ekbom.mechanism import (
    arrays, augmentation, brain_iron, circadian, day_step, dopamine, draws, equations,
    excitability, expectation, grid, individual, infused, iron, iron_day, movement_index,
    movements, observables, parameters, pharmacology, reference, regimen, schedule, simulate,
    sleep, states,
)
base = load(("model-parameters", "model-variants", "scoring"))
priors = parameters.Priors.of(base)
index = movement_index.MovementIndex.of(base)
values = priors.values(np, draws.prior_draws(priors, 3, np.random.default_rng(1)).by_id())
days = np.ones(3, bool)
arm = regimen.Arm((regimen.Line("pramipexole", 0.25, (21.0,), days),), days)
layout = regimen.layout_of([arm])
person = states.Person(75.0, 40.0, 20.0, 13.5, 25.0, 35.0, 70.0, 12.0, 23.0, 7.0)
own, state = individual.individual(np, person, values, layout, index)
doses = regimen.scheduled([arm], layout, values.drugs, 3)
course = simulate.run(layout, own, state, doses, index)
assert course.nights.irls.shape == (4, 3)
assert np.isfinite(course.nights.irls).all()
assert {blocked} or not any(name.split(".")[0] in ("jax", "scipy") for name in sys.modules)
"""


def simulates(blocked: bool) -> subprocess.CompletedProcess[str]:
    program = SIMULATES.format(blocked=blocked)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_simulating_imports_neither_jax_nor_scipy() -> None:
    done = simulates(blocked=False)
    assert done.returncode == 0, done.stderr


def test_simulating_works_where_jax_is_absent() -> None:
    done = simulates(blocked=True)
    assert done.returncode == 0, done.stderr
