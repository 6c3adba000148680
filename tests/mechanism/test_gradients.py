"""JAX gives the numbers of NumPy, and gradients that differences agree with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.mechanism.agreement import named, stepped
from tests.mechanism.random_scenarios import movements, priors, ready, scenario, somebody

from ekbom.mechanism.compiled import course
from ekbom.mechanism.individual import individual
from ekbom.mechanism.observables import Night
from ekbom.mechanism.regimen import Arm, Line, layout_of, scheduled

VARIANT, DAYS = "poor-receptors", 13
PARAMETERS = (
    "barrier_gain", "receptor_feedback", "csf_iron_time_d", "region_iron_time_d", "labile_share",
    "iron_to_d2", "th_compensation", "th_time_d", "d2_time_d", "d2_desensitisation",
    "d1_rise", "dopamine_binding", "drive_amplitude", "spinal_gain", "striatal_gain",
    "res_release_per_d", "res_ferritin_weight", "hepcidin_store_power", "oral_absorption_max_mg",
)  # fmt: skip
OUTPUTS = ("irls", "plms_index", "ferritin")


@pytest.fixture(autouse=True, scope="module")
def double() -> Iterator[None]:
    import jax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)
    # What was traced with doubles must not be found again by tests without them.
    jax.clear_caches()


def arm() -> Arm:
    days = np.ones(DAYS, bool)
    once = np.zeros(DAYS, bool)
    once[4] = True
    return Arm(
        (
            Line("pramipexole", 0.25, (20.5,), days),
            Line("ferric-carboxymaltose", 500.0, (14.0,), once),
            Line("ferrous-sulfate", 65.0, (8.0,), days),
        ),
        days,
    )


@cache
def differentiated() -> tuple[Any, Any]:
    """Outputs as a function of log factors on parameters and doses, compiled, and its slopes."""
    import jax
    import jax.numpy as jnp

    layout = layout_of([arm()])
    values = priors(VARIANT).values(np, {})
    doses = scheduled([arm()], layout, values.drugs, DAYS)

    def outputs(point: Any) -> Any:
        factor = dict(zip((*PARAMETERS, "taken", "infused", "oral"), jnp.exp(point), strict=True))
        body = values.body._replace(
            **{name: getattr(values.body, name) * factor[name] for name in PARAMETERS}
        )
        given = doses._replace(
            taken=tuple(jnp.asarray(mg) * factor["taken"] for mg in doses.taken),
            infused=tuple(jnp.asarray(mg) * factor["infused"] for mg in doses.infused),
            oral_iron=jnp.asarray(doses.oral_iron) * factor["oral"],
        )
        own, state = individual(jnp, somebody(), values._replace(body=body), layout, movements())
        nights: Night = course(layout, own, state, given, movements(), every_days=DAYS + 1)
        return jnp.stack([getattr(nights, name)[-1, 0] for name in OUTPUTS])

    return jax.jit(outputs), jax.jit(jax.jacfwd(outputs))


def test_gradients_agree_with_differences() -> None:
    value, forward = differentiated()
    start = np.zeros(len(PARAMETERS) + 3)
    slopes = np.asarray(forward(start))
    step = 1e-4
    for i, name in enumerate((*PARAMETERS, "taken", "infused", "oral")):
        there = np.where(np.arange(len(start)) == i, step, 0.0)
        by_difference = (np.asarray(value(there)) - np.asarray(value(-there))) / (2 * step)
        np.testing.assert_allclose(slopes[:, i], by_difference, rtol=2e-4, atol=2e-5, err_msg=name)
    assert (np.abs(slopes).max(axis=0) > 1e-6).all()


def test_more_agonist_and_iron_lower_severity_by_their_slope() -> None:
    slopes = np.asarray(differentiated()[1](np.zeros(len(PARAMETERS) + 3)))
    taken, infused, oral = slopes[:, -3:].T
    assert taken[0] < 0 and taken[1] < 0
    assert infused[0] < 0 and infused[2] > 0
    assert oral[2] > 0


@pytest.mark.parametrize("number", [1])
def test_jax_gives_the_numbers_of_numpy(number: int) -> None:
    import jax.numpy as jnp

    asked = scenario(31, number, 4)
    ours, theirs = stepped(ready(asked)), stepped(ready(asked, jnp), jnp)
    for one, other in zip(ours.states, theirs.states, strict=True):
        for name, value in named(one).items():
            assert named(other)[name] == pytest.approx(value, rel=1e-10, abs=1e-12), name
    for night, other_night in zip(ours.nights, theirs.nights, strict=True):
        for name in Night._fields:
            np.testing.assert_allclose(
                getattr(other_night, name), getattr(night, name), rtol=1e-10, err_msg=name
            )
