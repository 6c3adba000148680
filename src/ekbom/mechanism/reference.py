"""The oracle: the continuous model under SciPy's LSODA, dose by dose, for one lane."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.mechanism import brain_iron, dopamine, iron
from ekbom.mechanism.arrays import Array
from ekbom.mechanism.equations import Given, rates
from ekbom.mechanism.grid import nodes
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.pharmacology import PATCHES
from ekbom.mechanism.schedule import DAY_H, NOON_H, Doses, Layout
from ekbom.mechanism.states import State

_MIDNIGHT_D = 0.5
# exp of more than this is not a double.
_LARGEST_EXPONENT = 700.0
# LSODA may step below zero and not come back, and call that a success: then in smaller steps.
_MAX_STEPS_D = (0.25, 0.01)


class Solved(NamedTuple):
    """States at every noon, the first one the start; a failed solve says why.

    Parameters
    ----------
    states : list of State
        One a noon, as far as the solver came.
    failure : str
        Empty where it reached the end.
    midnights : tuple of State
        One a midnight, as far as the solver came; before what is given at that hour.
    fasting_irons : tuple of float
        Least iron in plasma of each day at the nodes of the day-step and its last noon, mg.
    """

    states: list[State]
    failure: str
    midnights: tuple[State, ...] = ()
    fasting_irons: tuple[float, ...] = ()


def _exp(value: float) -> float:
    return math.exp(value) if value < _LARGEST_EXPONENT else math.inf


def _log(value: float) -> float:
    # A trial step of the solver may go below zero: it is rejected where the rate is no number.
    return math.log(value) if value > 0 else math.nan


# One lane in numbers of Python: several times quicker than in arrays of length one.
_SCALARS = SimpleNamespace(
    exp=_exp, log=_log, cos=math.cos, where=lambda chosen, this, other: this if chosen else other
)


def _in_numbers(part: Any) -> Any:
    """The same named tuple with every number or array of one lane as a number."""
    if isinstance(part, dict):
        return {name: _in_numbers(value) for name, value in part.items()}
    if hasattr(part, "_fields"):
        return type(part)(*(_in_numbers(value) for value in part))
    return float(np.ravel(part)[0])


def flat(state: State, level: Array) -> NDArray[np.float64]:
    """A state of one lane, and the dopamine level, as one vector."""
    values: list[Any] = []
    for part in state:
        values.extend(part if isinstance(part, tuple) else (part,))
    values.append(level)
    return np.array([v if type(v) is float else float(np.ravel(v)[0]) for v in values])


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


def _state(vector: NDArray[np.float64], layout: Layout) -> State:
    return unflat(vector.tolist(), layout)[0]


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
    body = own.parameters.body
    log_iron = brain_iron.log_labile(np, state.iron_csf, state.iron_region, body)
    vector = flat(state, dopamine.level(np, log_iron, state.th, body))
    own = own._replace(
        person=_in_numbers(own.person),
        parameters=_in_numbers(own.parameters),
        iron=_in_numbers(own.iron),
        normal_signal=_in_numbers(own.normal_signal),
    )
    noons: list[State] = [state]
    midnights: list[State] = []
    fasting_irons: list[float] = []
    for day in range(doses.treated.shape[0]):
        found, midnight, failure = _day(layout, own, vector, doses, day, (relative, absolute))
        if failure:
            return Solved(noons, f"day {day}: {failure}", tuple(midnights), tuple(fasting_irons))
        vector = found[-1]
        noons.append(_state(vector, layout))
        midnights.append(_state(midnight, layout))
        fasting_irons.append(min(_state(each, layout).iron_plasma for each in found))
    return Solved(noons, "", tuple(midnights), tuple(fasting_irons))


def _day(
    layout: Layout,
    own: Individual,
    vector: NDArray[np.float64],
    doses: Doses,
    day: int,
    tolerances: tuple[float, float],
) -> tuple[list[NDArray[np.float64]], NDArray[np.float64], str]:
    """The vectors at the nodes and the noon after them, that at midnight, or why not."""
    cuts = [0.0, *layout.slots_h, DAY_H]
    looked_at = nodes(layout)[0] / DAY_H
    found: list[NDArray[np.float64]] = []
    midnight = vector
    for stretch, (begin, end) in enumerate(pairwise(np.array(cuts) / DAY_H)):
        if stretch > 0:
            vector = _dosed(layout, own, vector, doses, day, stretch - 1)
        if end <= begin:
            continue
        inside = looked_at[(begin < looked_at) & (looked_at < end)]
        has_midnight = begin < _MIDNIGHT_D <= end
        at = np.unique([*inside, *([_MIDNIGHT_D] if has_midnight else []), end])
        right_hand_side = _right_hand_side(layout, own, _given(layout, doses, day, stretch))
        y, failure = _stretch(right_hand_side, (begin, end), vector, at, tolerances)
        if failure:
            return found, midnight, failure
        if has_midnight:
            midnight = y[:, np.searchsorted(at, _MIDNIGHT_D)]
        vector = y[:, -1]
        found += list(y[:, np.isin(at, inside)].T)
    return [*found, vector], midnight, ""


def _stretch(
    right_hand_side: Callable[[float, NDArray[np.float64]], NDArray[np.float64]],
    from_to_d: tuple[float, float],
    vector: NDArray[np.float64],
    at_d: NDArray[np.float64],
    tolerances: tuple[float, float],
) -> tuple[NDArray[np.float64], str]:
    """The vectors at some moments of a stretch without a dose, and why there are none."""
    from scipy.integrate import solve_ivp

    for max_step_d in _MAX_STEPS_D:
        solution = solve_ivp(
            right_hand_side,
            from_to_d,
            vector,
            method="LSODA",
            rtol=tolerances[0],
            atol=tolerances[1],
            max_step=max_step_d,
            t_eval=at_d,
        )
        if solution.success and np.isfinite(solution.y).all():
            return solution.y, ""
    return vector[:, None], "no number came out" if solution.success else str(solution.message)


def _right_hand_side(
    layout: Layout, own: Individual, given: Given
) -> Callable[[float, NDArray[np.float64]], NDArray[np.float64]]:
    def right_hand_side(time_d: float, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        state, level = unflat(vector.tolist(), layout)
        clock_h = time_d * DAY_H + NOON_H
        changed, level_rate = rates(_SCALARS, layout, own, clock_h, state, level, given)
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
    state, level = unflat(vector.tolist(), layout)
    body = own.parameters.body
    gut = tuple(
        amount if name in PATCHES else amount + float(np.ravel(taken[day][slot])[0])
        for name, amount, taken in zip(layout.drugs, state.gut, doses.taken, strict=True)
    )
    infused = [float(np.ravel(given[day][slot])[0]) for given in doses.infused]
    swallowed = float(np.ravel(doses.oral_iron[day][slot])[0]) if layout.oral_iron else 0.0
    bled = float(np.ravel(doses.bled[day][slot])[0]) if layout.bleeding else 0.0
    log_hepcidin = iron.log_hepcidin(_SCALARS, state.iron_store, own.person.inflammation, body)
    absorbed = iron.absorbed_mg(_SCALARS, swallowed, log_hepcidin, state.hepcidin_oral, body)
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
