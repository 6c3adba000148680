"""The day-step's error falls with the square of the step, and with the number of nodes.

The step is a day; what can be made smaller is the day beside the time constants. With all slow
time constants k times longer and k times as many days, the same course is taken in steps 1 / k as
long.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.mechanism.agreement import named, solved, stepped
from tests.mechanism.random_scenarios import (
    Ready,
    nothing,
    of_line,
    parameters,
    ready_for,
    somebody,
)

from ekbom.mechanism import grid

SLOW = ("csf_iron_time_d", "region_iron_time_d", "th_time_d", "d2_time_d")
DAYS = 8


def relaxing(times_longer: int) -> Ready:
    """Brain iron, enzyme and receptors on their way back to rest."""
    values = parameters("poor-receptors")
    body = values.body._replace(
        csf_iron_time_d=3.0 * times_longer,
        region_iron_time_d=6.0 * times_longer,
        th_time_d=2.0 * times_longer,
        d2_time_d=2.5 * times_longer,
    )
    what = ready_for(somebody(), values._replace(body=body), nothing(DAYS * times_longer - 1))
    state = what.state
    moved = state._replace(
        iron_csf=1.8 * state.iron_csf,
        iron_region=0.7 * state.iron_region,
        th=0.6 * state.th,
        d2=1.5 * state.d2,
    )
    return Ready(what.layout, what.own, moved, what.doses)


def error_at_the_end(name: str, times_longer: int) -> float:
    what = relaxing(times_longer)
    ours, oracle = stepped(what).states[-1], solved(what).states[-1]
    return abs(named(ours)[name] / named(oracle)[name] - 1)


@pytest.mark.parametrize("name", ["iron_csf", "iron_region", "d2"])
def test_the_error_falls_with_the_square_of_the_step(name: str) -> None:
    coarse, fine, finer = (error_at_the_end(name, k) for k in (1, 2, 4))
    assert np.log2(coarse / finer) > 2 * 1.6


def with_nodes(monkeypatch: pytest.MonkeyPatch, more: int) -> dict[str, float]:
    if more:
        table = tuple((longest, count + more) for longest, count in NODES)
        monkeypatch.setattr(grid, "_NODES", table)
    arm = of_line("ropinirole", 2.0, 21.0, days=20)
    return named(stepped(ready_for(somebody(), parameters("poor-receptors"), arm)).states[-1])


NODES = grid._NODES


def test_more_nodes_change_little_and_ever_less(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = with_nodes(monkeypatch, -1)
    monkeypatch.setattr(grid, "_NODES", NODES)
    usual = with_nodes(monkeypatch, 0)
    more = with_nodes(monkeypatch, 4)
    most = with_nodes(monkeypatch, 12)
    for name in ("th", "d2", "d1", "hazard"):
        gaps = [abs(found[name] / most[name] - 1) for found in (fewer, usual, more)]
        assert gaps[1] < 3e-3, name
        assert gaps[2] < 0.2 * gaps[0] + 1e-9, name


def test_nodes_integrate_the_day_and_its_first_half() -> None:
    layout = of_layout((3.0, 11.5, 20.0))
    hours, weights = grid.nodes(layout)
    half = grid.midnight_weights(layout)
    assert weights.sum() == pytest.approx(1)
    assert half.sum() == pytest.approx(0.5)
    for power in (1, 2):
        assert weights @ hours**power == pytest.approx(24**power / (power + 1))
        assert half @ hours**power == pytest.approx(12 ** (power + 1) / (power + 1) / 24)


def of_layout(slots_h: tuple[float, ...]) -> grid.Layout:
    return grid.Layout(slots_h=slots_h)
