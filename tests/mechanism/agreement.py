"""How far the day-step is from the oracle, state by state and day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tests.mechanism.random_scenarios import Ready, movements

from ekbom.mechanism import brain_iron
from ekbom.mechanism.arrays import Namespace
from ekbom.mechanism.day_step import Midnight, at_rest, day_step
from ekbom.mechanism.observables import Night, observe
from ekbom.mechanism.reference import Solved, solve
from ekbom.mechanism.simulate import of_day
from ekbom.mechanism.states import State

# What is small beside this counts by its absolute error.
FLOOR = 1e-3


@dataclass(frozen=True, slots=True)
class Stepped:
    """The day-step's states at every noon, the first one the start, and its nights."""

    states: list[State]
    nights: list[Night]


def stepped(what: Ready, xp: Namespace = np) -> Stepped:
    """Day after day, the night observed on each."""
    states, nights = [what.state], []
    trend = at_rest(what.state)
    for day in range(what.doses.treated.shape[0]):
        state, trend, midnight = day_step(
            xp, what.layout, what.own, states[-1], trend, of_day(what.doses, day)
        )
        states.append(state)
        nights.append(observe(xp, what.own, midnight, movements()))
    return Stepped(states, nights)


def solved(what: Ready) -> Solved:
    """The oracle's states."""
    return solve(what.layout, what.own, what.state, what.doses)


def nights_of(what: Ready, oracle: Solved) -> list[Night]:
    """Nights read from the oracle's states at midnight and at noon, as from the day-step's."""
    nights = []
    for day, (middle, start, closing) in enumerate(
        zip(oracle.midnights, oracle.states, oracle.states[1:], strict=False)
    ):
        log_iron = brain_iron.log_labile(
            np, middle.iron_csf, middle.iron_region, what.own.parameters.body
        )
        state = middle._replace(gut=start.gut, central=start.central)
        midnight = Midnight(
            state, log_iron, of_day(what.doses, day), closing, oracle.fasting_irons[day]
        )
        nights.append(observe(np, what.own, midnight, movements()))
    return nights


def named(state: State) -> dict[str, float]:
    """Numbers of a state of one lane by name, those of a medicine or complex numbered."""
    found: dict[str, float] = {}
    for name, part in zip(state._fields, state, strict=True):
        if isinstance(part, tuple):
            found.update({f"{name}[{i}]": _number(value) for i, value in enumerate(part)})
        else:
            found[name] = _number(part)
    return found


def state_errors(ours: list[State], oracle: list[State]) -> dict[str, NDArray[np.float64]]:
    """Relative errors by state, one a day after the start."""
    pairs = [(named(a), named(b)) for a, b in zip(ours[1:], oracle[1:], strict=True)]
    return {name: np.array([_error(a[name], b[name]) for a, b in pairs]) for name in pairs[0][0]}


def night_errors(ours: list[Night], oracle: list[Night]) -> dict[str, NDArray[np.float64]]:
    """Relative errors by observable, one a day."""
    return {
        name: np.array(
            [
                _error(_number(getattr(a, name)), _number(getattr(b, name)))
                for a, b in zip(ours, oracle, strict=True)
            ]
        )
        for name in Night._fields
    }


def _number(value: object) -> float:
    return float(np.ravel(np.asarray(value))[0])


def _error(ours: float, oracle: float) -> float:
    return abs(ours - oracle) / (abs(oracle) + FLOOR)
