"""The day-step beside LSODA on random scenarios: states at every noon, nights of every day.

Bounds: 5e-3 at worst and 5e-4 in the median, relative to |x| + 1e-3. The same scenarios in greater
number, with tables by state, are run by `benchmarks/mechanism_accuracy.py`.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.mechanism.agreement import (
    Stepped,
    named,
    night_errors,
    nights_of,
    solved,
    state_errors,
    stepped,
)
from tests.mechanism.random_scenarios import (
    DOSES_MG,
    INFUSED_MG,
    Ready,
    Scenario,
    nothing,
    parameters,
    ready,
    ready_for,
    scenario,
    somebody,
)

from ekbom.mechanism.pharmacology import IRON_BY_MOUTH
from ekbom.mechanism.reference import Solved, solve
from ekbom.mechanism.regimen import BLOOD

SEED, NUMBERS, DAYS = 11, range(24), 24
MOST, MEDIAN = 5e-3, 5e-4


@cache
def asked(number: int) -> Scenario:
    return scenario(SEED, number, DAYS)


@cache
def both(number: int) -> tuple[Ready, Stepped, Solved]:
    what = ready(asked(number))
    return what, stepped(what), solved(what)


@cache
def errors() -> dict[str, NDArray[np.float64]]:
    """By state, over all scenarios and days; where the oracle's value is zero, not at all."""
    found: dict[str, list[float]] = {}
    for number in NUMBERS:
        _, ours, oracle = both(number)
        rows = [named(state) for state in oracle.states[1:]]
        for name, by_day in state_errors(ours.states, oracle.states).items():
            kept = [error for error, row in zip(by_day, rows, strict=True) if row[name] != 0]
            found.setdefault(name.split("[")[0], []).extend(kept)
    return {name: np.array(values) for name, values in found.items() if values}


def test_the_scenarios_hold_every_product_and_what_is_odd() -> None:
    lines = [line for number in NUMBERS for line in asked(number).arm.lines if line.days.any()]
    assert {line.drug for line in lines} == {*DOSES_MG, *INFUSED_MG, *IRON_BY_MOUTH, BLOOD}
    assert {asked(number).variant for number in NUMBERS} == {
        "low-dopamine",
        "poor-receptors",
        "synaptic-dopamine",
        "adenosine-glutamate",
    }
    assert any(len(both(number)[0].layout.drugs) == 3 for number in NUMBERS)
    assert any(len(line.clock_h) == 3 for line in lines)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_state_of_every_day_agrees(number: int) -> None:
    _, ours, oracle = both(number)
    assert oracle.failure == ""
    assert len(oracle.states) == DAYS + 2
    worst = {
        name: float(by_day.max())
        for name, by_day in state_errors(ours.states, oracle.states).items()
        if by_day.max() > MOST
    }
    assert worst == {}


def test_half_of_what_is_not_zero_agrees_ten_times_better() -> None:
    for name, values in errors().items():
        assert np.median(values) <= MEDIAN, name


def test_what_is_linear_is_exact() -> None:
    for name in ("gut", "central", "iron_complex", "iron_res", "expectation"):
        assert errors()[name].max() < 1e-6, name


@pytest.mark.parametrize("number", NUMBERS)
def test_every_night_reads_the_same(number: int) -> None:
    what, ours, oracle = both(number)
    read = nights_of(what, oracle)
    worst = {
        name: float(by_day.max())
        for name, by_day in night_errors(ours.nights, read).items()
        if by_day.max() > 2 * MOST
    }
    assert worst == {}
    points = [
        abs(float(a.irls[0]) - float(b.irls[0])) for a, b in zip(ours.nights, read, strict=True)
    ]
    assert max(points) < 0.1


def test_the_oracle_does_not_hang_on_its_tolerance() -> None:
    what = both(0)[0]
    loose = solve(what.layout, what.own, what.state, what.doses, relative=1e-7, absolute=1e-9)
    gaps = state_errors(loose.states, both(0)[2].states)
    assert max(gap.max() for gap in gaps.values()) < 1e-4


def test_a_failed_solve_says_the_day_and_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    what = ready_for(somebody(), parameters("poor-receptors"), nothing(3))
    monkeypatch.setattr(
        "scipy.integrate.solve_ivp",
        lambda *_, **__: SimpleNamespace(success=False, message="too much work"),
    )
    failed = solve(what.layout, what.own, what.state, what.doses)
    assert failed.failure == "day 0: too much work"
    assert len(failed.states) == 1
