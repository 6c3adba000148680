"""The oracle: the continuous model under SciPy's LSODA, dose by dose, for one lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism import brain_iron, dopamine, iron
from ekbom.mechanism.arrays import Array
from ekbom.mechanism.equations import Given, rates
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.pharmacology import PATCHES
from ekbom.mechanism.schedule import DAY_H, NOON_H, Doses, Layout
from ekbom.mechanism.states import State


class Solved(NamedTuple):
    """States at every noon, the first one the start; a failed solve says why.

    Parameters
    ----------
    states : list of State
        One a noon, as far as the solver came.
    failure : str
        Empty where it reached the end.
    """

    states: list[State]
    failure: str


def flat(state: State, level: Array) -> NDArray[np.float64]:
    """A state of one lane, and the dopamine level, as one vector."""
    values: list[Any] = []
    for part in state:
        values.extend(part if isinstance(part, tuple) else (part,))
    return np.array([float(np.ravel(value)[0]) for value in (*values, level)])


def unflat(vector: Any, layout: Layout) -> tuple[State, Array]:
    """The inverse of `flat`; also of any sequence of numbers or symbols."""
    lengths = {
        "iron_complex": len(layout.complexes),
        "gut": len(layout.drugs),
        "central": len(layout.drugs),
    }
    parts: dict[str, Any] = {}
    at = 0
    for name in State._fields:
        if name in lengths:
            parts[name] = tuple(vector[at : at + lengths[name]])
            at += lengths[name]
        else:
            parts[name] = vector[at]
            at += 1
    return State(**parts), vector[at]


def solve(
    layout: Layout,
    own: Individual,
    state: State,
    doses: Doses,
    *,
    relative: float = 1e-9,
    absolute: float = 1e-11,
) -> Solved:
    """Every noon of one lane by LSODA, stopped and restarted at every dose.

    Parameters
    ----------
    layout : Layout
        What is given, and when.
    own : Individual
        One lane.
    state : State
        At the start, one lane.
    doses : Doses
        With a first axis of days, one lane.
    relative, absolute : float
        Tolerances of LSODA.

    Returns
    -------
    Solved
        Needs SciPy, which is not a dependency of the package's core.
    """
    from scipy.integrate import solve_ivp

    body = own.parameters.body
    log_iron = brain_iron.log_labile(np, state.iron_csf, state.iron_region, body)
    level = dopamine.level(np, log_iron, state.th, body)
    vector = flat(state, level)
    states = [state]
    cuts = [0.0, *layout.slots_h, DAY_H]
    for day in range(doses.treated.shape[0]):
        for stretch in range(len(cuts) - 1):
            if stretch > 0:
                vector = _dosed(layout, own, vector, doses, day, stretch - 1)
            begin, end = cuts[stretch], cuts[stretch + 1]
            if end <= begin:
                continue
            given = _given(layout, doses, day, stretch)
            solution = solve_ivp(
                _right_hand_side(layout, own, given),
                (begin / DAY_H, end / DAY_H),
                vector,
                method="LSODA",
                rtol=relative,
                atol=absolute,
                max_step=0.25,
            )
            if not solution.success:
                return Solved(states, f"day {day}: {solution.message}")
            vector = solution.y[:, -1]
        states.append(unflat(vector, layout)[0])
    return Solved(states, "")


def _right_hand_side(
    layout: Layout, own: Individual, given: Given
) -> Callable[[float, NDArray[np.float64]], NDArray[np.float64]]:
    def right_hand_side(time_d: float, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        state, level = unflat(vector, layout)
        clock_h = time_d * DAY_H + NOON_H
        changed, level_rate = rates(np, layout, own, clock_h, state, level, given)
        return flat(changed, level_rate)

    return right_hand_side


def _given(layout: Layout, doses: Doses, day: int, stretch: int) -> Given:
    flows = tuple(
        float(np.ravel(taken[day][stretch])[0]) if name in PATCHES else 0.0
        for name, taken in zip(layout.drugs, doses.taken, strict=True)
    )
    return Given(flows, float(np.ravel(doses.treated[day])[0]))


def _dosed(
    layout: Layout,
    own: Individual,
    vector: NDArray[np.float64],
    doses: Doses,
    day: int,
    slot: int,
) -> NDArray[np.float64]:
    """The state after what is given in one slot."""
    state, level = unflat(vector, layout)
    body = own.parameters.body
    gut = tuple(
        amount if name in PATCHES else amount + float(np.ravel(taken[day][slot])[0])
        for name, amount, taken in zip(layout.drugs, state.gut, doses.taken, strict=True)
    )
    infused = [float(np.ravel(given[day][slot])[0]) for given in doses.infused]
    swallowed = float(np.ravel(doses.oral_iron[day][slot])[0]) if layout.oral_iron else 0.0
    bled = float(np.ravel(doses.bled[day][slot])[0]) if layout.bleeding else 0.0
    log_hepcidin = iron.log_hepcidin(np, state.iron_store, own.person.inflammation, body)
    absorbed = iron.absorbed_mg(np, swallowed, log_hepcidin, state.hepcidin_oral, body)
    dosed = state._replace(
        gut=gut,
        iron_complex=tuple(a + b for a, b in zip(state.iron_complex, infused, strict=True)),
        iron_gut=state.iron_gut + absorbed,
        iron_rbc=state.iron_rbc - bled,
        iron_gained=state.iron_gained + absorbed + sum(infused),
        iron_lost=state.iron_lost + bled,
        hepcidin_oral=state.hepcidin_oral + iron.hepcidin_rise(swallowed, body),
    )
    return flat(dosed, level)
