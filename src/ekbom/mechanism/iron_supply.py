"""What brings iron to the plasma within a day: stores, food and dying red cells."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism import iron
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.schedule import DAY_H, Doses, Layout
from ekbom.mechanism.states import State


class Path(NamedTuple):
    """How store and red cells go through a day, mg.

    Parameters
    ----------
    store, rbc : array
        Mean over the moments of the day; of red cells before blood lost at once.
    store_growth, rbc_growth : array
        Rise over the day of the ramp that has the same mean and the same end.
    store_at_slots : tuple of array
        At each slot; empty where no iron is swallowed.
    """

    store: Array
    rbc: Array
    store_growth: Array
    rbc_growth: Array
    store_at_slots: tuple[Array, ...]

    @property
    def rbc_end(self) -> Array:
        """Red cells at the end."""
        return self.rbc + 0.5 * self.rbc_growth

    @property
    def store_end(self) -> Array:
        """The store at the end."""
        return self.store + 0.5 * self.store_growth


def middle_of(mean: Array, start: Array, end: Array) -> Array:
    """The value half way of a path whose mean is ``(start + 4 middle + end) / 6``, Simpson's rule.

    Parameters
    ----------
    mean, start, end : array
        Of the path.
    """
    return 1.5 * mean - 0.25 * (start + end)


class Supply(NamedTuple):
    """Iron that stores, food and dying red cells bring to plasma.

    Parameters
    ----------
    released, eaten : array
        From the store and from food over the day, mg.
    released_rise : array
        By how much release rises over the day, mg/d.
    mean : array
        All three before any blood is lost at once, mean over the day, mg/d.
    rise : array
        Rise over the day, mg/d.
    jumps : list of array
        By how much it jumps at each slot, mg/d; empty where no blood is lost at once.
    """

    released: Array
    released_rise: Array
    eaten: Array
    mean: Array
    rise: Array
    jumps: list[Array]


def supply_of(
    xp: Namespace, layout: Layout, own: Individual, state: State, path: Path, doses: Doses
) -> Supply:
    """Supply of plasma iron: it jumps where blood is lost, and rises or falls between.

    Parameters
    ----------
    xp : namespace
        Array library.
    layout : Layout
        What is given, and when.
    own : Individual
        The person.
    state : State
        At noon.
    path : Path
        How store and red cells go through the day.
    doses : Doses
        From this noon to the next.
    """
    body = own.parameters.body

    def given(rbc: Array, store: Array = path.store) -> tuple[Array, Array]:
        return _given(xp, own, rbc, store)

    # Simpson's rule: what a small store gives bends as it fills.
    noon = given(state.iron_rbc, state.iron_store)
    middle = given(
        middle_of(path.rbc, state.iron_rbc, path.rbc_end),
        middle_of(path.store, state.iron_store, path.store_end),
    )
    at_end = given(path.rbc_end, path.store_end)
    released, eaten = ((a + 4 * b + c) / 6 for a, b, c in zip(noon, middle, at_end, strict=True))
    mean = released + eaten + path.rbc / body.red_cell_life_d
    # Right in the mean and at the end of the day: plasma forgets all before within hours.
    rise = 2 * (sum(at_end) + path.rbc_end / body.red_cell_life_d - mean)
    jumps, rbc = [], path.rbc
    if layout.bleeding:
        flow = given(rbc)
        for slot, at_h in enumerate(layout.slots_h):
            rbc = rbc - doses.bled[slot]
            after, left_of_day = given(rbc), 1 - at_h / DAY_H
            released = released + (after[0] - flow[0]) * left_of_day
            eaten = eaten + (after[1] - flow[1]) * left_of_day
            jumps.append(sum(after) - sum(flow) - doses.bled[slot] / body.red_cell_life_d)
            flow = after
    return Supply(released, 2 * (at_end[0] - released), eaten, mean, rise, jumps)


def _given(xp: Namespace, own: Individual, rbc: Array, store: Array) -> tuple[Array, Array]:
    """What store and food give, mg/d, by what hepcidin the store and the red cells leave."""
    body = own.parameters.body
    log_hepcidin = iron.log_hepcidin(xp, store, own.person.inflammation, body)
    log_hepcidin = log_hepcidin + iron.log_hepcidin_by_red_cells(xp, rbc, own.iron, body)
    return (
        iron.release_mg_per_d(xp, store, log_hepcidin, own.iron, body),
        iron.diet_mg_per_d(xp, log_hepcidin, own.iron),
    )
