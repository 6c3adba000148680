"""Simulation: day after day for one person in many draws, or for many people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.day_step import Midnight, Trend, at_rest, day_step
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.observables import Night, observe
from ekbom.mechanism.schedule import Doses, Layout
from ekbom.mechanism.states import State


class Course(NamedTuple):
    """A simulated course.

    Parameters
    ----------
    days : array
        Model days that were observed, counted from 0.
    nights : Night
        Each shape (days observed, lanes).
    closing : State
        At the last noon.
    trend : Trend
        At the last noon; with the state it goes on from there.
    last : Midnight
        Of the last day.
    """

    days: Array
    nights: Night
    closing: State
    trend: Trend
    last: Midnight


def of_day(doses: Doses, day: int) -> Doses:
    """The doses of one day."""
    return doses.each(lambda part: part[day])


def run(
    layout: Layout,
    own: Individual,
    state: State,
    doses: Doses,
    movements: MovementIndex,
    *,
    every_days: int = 1,
    xp: Namespace = np,
) -> Course:
    """Day after day in NumPy.

    Parameters
    ----------
    layout : Layout
        What is given, and when.
    own : Individual
        The person, one set of parameters a lane.
    state : State
        At the first noon.
    doses : Doses
        With a first axis of days.
    movements : MovementIndex
        PLMS index by excitability.
    every_days : int
        How often the night is observed; the last day of each such stretch.
    xp : namespace
        Array library.
    """
    trend = at_rest(state)
    seen: list[Night] = []
    days: list[int] = []
    midnight: Midnight | None = None
    for day in range(doses.treated.shape[0]):
        state, trend, midnight = day_step(xp, layout, own, state, trend, of_day(doses, day))
        if (day + 1) % every_days == 0:
            seen.append(observe(xp, own, midnight, movements))
            days.append(day)
    if midnight is None:
        raise ValueError("no day to simulate")
    nights = Night(*(xp.stack(values) for values in zip(*seen, strict=True)))
    return Course(np.array(days), nights, state, trend, midnight)
