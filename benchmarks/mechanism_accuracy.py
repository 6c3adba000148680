"""How far the day-step is from LSODA on random scenarios, in f64 and f32: `--help`.

The scenarios are those of the tests (`tests/mechanism/random_scenarios.py`); errors are relative
to ``|x| + 1e-3``, over all states and all days. Many states are exact and many are zero, so the
median over all is small by itself: medians are also given by state, where the oracle's value is
not zero.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.mechanism.agreement import (
    named,
    night_errors,
    nights_of,
    solved,
    state_errors,
    stepped,
)
from tests.mechanism.random_scenarios import Scenario, ready, scenario

SEED = 5
MOST, MEDIAN = 5e-3, 5e-4

Errors = dict[str, NDArray[np.float64]]


def main() -> int:
    """Run the scenarios and print the tables; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description="Accuracy of the day-step against LSODA.")
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--jax", type=int, default=0, help="how many of them also in JAX, in f32")
    parser.add_argument("--seed", type=int, default=SEED)
    wanted = parser.parse_args()
    states: dict[str, list[NDArray[np.float64]]] = {}
    nights: dict[str, list[NDArray[np.float64]]] = {}
    libraries: dict[str, list[NDArray[np.float64]]] = {}
    worst: list[tuple[float, int, str]] = []
    spent_s = 0.0
    for number in range(wanted.scenarios):
        asked = scenario(wanted.seed, number)
        what = ready(asked)
        began = time.perf_counter()
        oracle = solved(what)
        spent_s += time.perf_counter() - began
        if oracle.failure:
            print(f"scenario {number}: LSODA failed: {oracle.failure}")
            return 1
        ours = stepped(what)
        errors = state_errors(ours.states, oracle.states)
        zero = {name: value == 0 for name, value in _by_state(oracle.states).items()}
        for name, error in errors.items():
            states.setdefault(_plain(name), []).append(np.where(zero[name], np.nan, error))
        for name, error in night_errors(ours.nights, nights_of(what, oracle)).items():
            nights.setdefault(name, []).append(error)
        state = max(errors, key=lambda name: float(errors[name].max()))
        worst.append((float(errors[state].max()), number, state))
        libraries.setdefault("NumPy f64", []).append(_all(errors))
        if number < wanted.jax:
            single = state_errors(_single(asked), oracle.states)
            libraries.setdefault("JAX f32", []).append(_all(single))
    print(f"{wanted.scenarios} scenarios, seed {wanted.seed}; LSODA took {spent_s:.0f} s\n")
    met = _overall(libraries)
    _table("state at noon", states)
    _table("observed of the night", nights)
    print("worst scenarios:", ", ".join(f"{n} ({s} {e:.1e})" for e, n, s in sorted(worst)[-5:]))
    return 0 if met else 1


def _by_state(states: list[Any]) -> Errors:
    rows = [named(state) for state in states[1:]]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _plain(name: str) -> str:
    return name.split("[", maxsplit=1)[0]


def _all(errors: Errors) -> NDArray[np.float64]:
    return np.concatenate(list(errors.values()))


def _single(asked: Scenario) -> list[Any]:
    """States by JAX in f32, operation by operation: nothing is compiled for one scenario alone."""
    import jax.numpy as jnp

    states = stepped(ready(asked, jnp), jnp).states
    if states[-1].iron_store.dtype != jnp.float32:
        raise RuntimeError("not in f32: unset JAX_ENABLE_X64")
    return states


def _overall(libraries: dict[str, list[NDArray[np.float64]]]) -> bool:
    met = True
    print(f"{'all states, all days':24s} {'scenarios':>9s} {'max':>9s} {'median':>9s}")
    for label, found in libraries.items():
        errors = np.concatenate(found)
        most, middle = float(errors.max()), float(np.median(errors))
        print(f"{label:24s} {len(found):9d} {most:9.1e} {middle:9.1e}")
        if label.endswith("f64"):
            met &= most <= MOST and middle <= MEDIAN
    print(f"bounds in f64: {MOST:.0e} and {MEDIAN:.0e}: {'met' if met else 'MISSED'}\n")
    return met


def _table(title: str, found: dict[str, list[NDArray[np.float64]]]) -> None:
    print(f"{title:24s} {'max':>9s} {'99 %':>9s} {'median':>9s}")
    for name, values in _sorted(found):
        print(
            f"{name:24s} {values.max():9.1e} {np.quantile(values, 0.99):9.1e} "
            f"{np.median(values):9.1e}"
        )
    print()


def _sorted(
    found: dict[str, list[NDArray[np.float64]]],
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    kept = {name: np.concatenate(parts) for name, parts in found.items()}
    shown = {name: values[~np.isnan(values)] for name, values in kept.items()}
    yield from sorted(
        ((name, values) for name, values in shown.items() if len(values)),
        key=lambda pair: -pair[1].max(),
    )


if __name__ == "__main__":
    sys.exit(main())
