"""One core through the compiled day-step: throughput by number of patients, and its limits."""

from __future__ import annotations

import argparse
import json
import os

# One thread, set before the libraries read it.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from mechanism_case import (
    MEASURES,
    MOVEMENTS,
    PRIORS,
    WEEKS,
    YEAR_D,
    figures,
    once,
    peak_since_reset_mb,
    person,
    pin,
    regimen,
    reset_peak,
)
from mechanism_operations import per_lane

from ekbom.mechanism.compiled import course
from ekbom.mechanism.individual import individual

LANES = 256
BLOCKS = 20
SIZES = (256, 10_000, 1_000_000)
KINDS = {"f32": jnp.float32, "f64": jnp.float64}


def block(ferritin: Any, irls: Any, scores: Any, n_days: int = 7 * WEEKS) -> tuple[Any, ...]:
    """A year of one block of patients, each with parameters of their own."""
    layout, doses = regimen(n_days)
    kind = ferritin.dtype
    doses = jax.tree.map(lambda part: jnp.asarray(part, kind), doses)
    parameters = PRIORS.values(jnp, {r.id: scores[i] for i, r in enumerate(PRIORS.uncertain)})
    own, state = individual(jnp, person(ferritin, irls), parameters, layout, MOVEMENTS)
    nights = course(layout, own, state, doses, MOVEMENTS)
    return tuple(getattr(nights, name) for name in MEASURES)


def patients(rng: np.random.Generator, n_blocks: int, kind: Any) -> tuple[Any, Any, Any]:
    """Blocks of patients; not part of what is timed."""
    shape = (n_blocks, LANES)
    return (
        jnp.asarray(rng.lognormal(np.log(60), 0.8, shape), kind),
        jnp.asarray(rng.uniform(15, 35, shape), kind),
        jnp.asarray(rng.normal(size=(n_blocks, len(PRIORS.uncertain), LANES)), kind),
    )


def throughput(kind_name: str, repeats: int, sizes: tuple[int, ...]) -> Any:
    """Patient-years per second by number of patients; blocks in turn, weekly output fetched."""
    kind = KINDS[kind_name]
    rng = np.random.default_rng(1)
    run = jax.jit(lambda *blocks: jax.lax.map(lambda one: block(*one), blocks))
    chunks = {n: patients(rng, n, kind) for n in (1, BLOCKS)}
    compiled = {n: run.lower(*chunk).compile() for n, chunk in chunks.items()}

    def all_of(size: int) -> float:
        n_blocks = 1 if size <= LANES else BLOCKS
        cpu = 0.0
        for _ in range(-(-size // (n_blocks * LANES))):
            chunk = chunks[n_blocks] if size < 1e5 else patients(rng, n_blocks, kind)
            cpu += once(
                lambda given=chunk, n=n_blocks: [np.asarray(x) for x in compiled[n](*given)]
            )[0]
        return cpu

    found: dict[int, list[float]] = {size: [] for size in sizes}
    peaks: dict[int, float] = {}
    all_of(LANES), all_of(LANES * BLOCKS)
    for number in range(repeats):
        for size in sizes:
            if size > 1e5 and number:
                continue
            reset_peak()
            # Small sizes many times a round: one is over in milliseconds.
            found[size] += [all_of(size) for _ in range(10 if size <= LANES else 1)]
            peaks[size] = max(peaks.get(size, 0.0), peak_since_reset_mb())
    years = 7 * WEEKS / YEAR_D
    by_size = {
        str(size): figures([(cpu, cpu) for cpu in found[size]], size * years)
        | {"peak_mb": peaks[size]}
        for size in sizes
    }
    return by_size, per_lane(compiled[BLOCKS].as_text(), LANES)


def rates(kind_name: str) -> dict[str, float]:
    """What the core can do a second, best of several: data in the first cache."""
    kind = np.dtype("float32" if kind_name == "f32" else "float64")
    rng = np.random.default_rng(1)
    square = rng.uniform(size=(512, 512)).astype(kind)
    out = np.empty_like(square)
    line = jnp.asarray(rng.uniform(0.5, 1.0, 2048), kind)

    def best(task: Callable[[], object], n: int, repeats: int) -> float:
        def many() -> None:
            for _ in range(n):
                task()

        return n / min(once(many)[0] for _ in range(repeats))

    def in_a_row(operation: Callable[[Any], Any], begin: Any) -> float:
        rounds = 10_000
        chain = jax.jit(
            lambda value: jax.lax.fori_loop(0, rounds, lambda _, now: operation(now), value)
        )
        return rounds * begin.size * best(lambda: jax.block_until_ready(chain(begin)), 1, 15)

    return {
        "fused_flops": 2 * 512**3 * best(lambda: np.matmul(square, square, out=out), 10, 15),
        "divisions": in_a_row(lambda value: 1 / (value + 1), line),
        "transcendentals": in_a_row(lambda value: jnp.exp(-value), line),
    }


def main() -> None:
    """Measure one number type, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    given = parser.parse_args()
    pin(given.core)
    jax.config.update("jax_enable_x64", given.kind == "f64")
    before = rates(given.kind)
    found, operations = throughput(given.kind, given.repeats, tuple(given.sizes))
    after = rates(given.kind)
    answer = {
        "sizes": found,
        "rates": {name: max(before[name], after[name]) for name in before},
        "operations": operations,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
