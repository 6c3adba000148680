"""Iron of one model day: what is on its way is exact, stores and red cells by their mean path."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism import iron
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.infused import Infused, infused_iron
from ekbom.mechanism.iron_supply import Path, Supply, middle_of, supply_of
from ekbom.mechanism.schedule import DAY_H, Doses, Layout
from ekbom.mechanism.states import State


class Flows(NamedTuple):
    """Iron moved in a day, mg.

    Parameters
    ----------
    released, eaten, lost : array
        From the store, from food, and lost from the store.
    recycled, bled, bled_at_once : array
        From red cells to plasma, out of the body, and of that at some hours.
    released_rise : array
        By how much release rises over the day, mg/d.
    store_mean, store_end : array
        Of the path these flows were told by.
    swallowed, gut, hepcidin_oral : array
        Absorbed of oral doses; left in the gut, and the rise of hepcidin left, at the end.
    plasma : array
        In plasma, at the nodes and at the end.
    out : array
        Left plasma for marrow and store.
    to_marrow : array
        Share of that to the marrow; by node where blood is lost at some hour.
    """

    released: Array
    released_rise: Array
    store_mean: Array
    store_end: Array
    eaten: Array
    lost: Array
    recycled: Array
    bled: Array
    bled_at_once: Array
    swallowed: Array
    gut: Array
    hepcidin_oral: Array
    plasma: Array
    out: Array
    to_marrow: Array


def _foreseen(
    layout: Layout, own: Individual, state: State, infused: Infused, trend: tuple[Array, Array]
) -> Path:
    """The path if all but infused iron and blood lost at once goes on as yesterday."""
    by_store, by_rbc = trend
    through = own.parameters.body.res_to_plasma_share
    passing = through / (1 - through)
    through_store = 1 + passing * (1 - infused.to_marrow)
    stored, stored_mean = through_store * infused.stored, through_store * infused.stored_mean
    built = passing * infused.to_marrow * infused.stored
    built_mean = passing * infused.to_marrow * infused.stored_mean
    at_slots = []
    if layout.oral_iron:
        # A parabola through the start, with the right mean and the right end.
        steep = 6 * stored_mean - 2 * stored
        for at_h in layout.slots_h:
            t = at_h / DAY_H
            at_slots.append(state.iron_store + t * (by_store + steep + t * (stored - steep)))
    return Path(
        store=state.iron_store + 0.5 * by_store + stored_mean,
        rbc=state.iron_rbc + 0.5 * by_rbc + built_mean,
        store_growth=by_store + 2 * (stored - stored_mean),
        rbc_growth=by_rbc + 2 * (built - built_mean),
        store_at_slots=tuple(at_slots),
    )


def _corrected(
    xp: Namespace,
    layout: Layout,
    own: Individual,
    state: State,
    infused: Infused,
    flows: Flows,
) -> Path:
    """The path by the flows of the pass before: an oral dose reaches the store at its own hour."""
    body, weights = own.parameters.body, own.nodes.weights
    hours = own.nodes.hours_h[:, None]
    left_of_day = 1 - hours / DAY_H
    leaving = weights * flows.plasma[:-1]
    leaving = flows.out * leaving / xp.sum(leaving, axis=0)
    stored = (1 - flows.to_marrow) * leaving
    built = flows.to_marrow * leaving
    given_off = (1 - body.res_to_plasma_share) * body.res_release_per_d * weights * infused.res[:-1]
    arriving = stored + given_off
    departing = flows.released + flows.lost
    bled = flows.bled - flows.bled_at_once
    # Release on a ramp leaves less early in the day than an even one.
    late = flows.released_rise
    store = state.iron_store + xp.sum(left_of_day * arriving, axis=0) - 0.5 * departing + late / 12
    end = state.iron_store + xp.sum(stored, axis=0) + infused.stored - departing
    at_slots = []
    if layout.oral_iron:
        for at_h in layout.slots_h:
            by_then = xp.sum(xp.where(hours < at_h, arriving, 0.0), axis=0)
            t = at_h / DAY_H
            gone = departing * t - 0.5 * late * t * (1 - t)
            at_slots.append(state.iron_store + by_then - gone)
    shrinking = flows.recycled + bled
    return Path(
        store=store,
        rbc=state.iron_rbc + xp.sum(left_of_day * built, axis=0) - 0.5 * shrinking,
        store_growth=2 * (end - store),
        rbc_growth=xp.sum(built, axis=0) - shrinking,
        store_at_slots=tuple(at_slots),
    )


def _flows_of(
    xp: Namespace,
    layout: Layout,
    own: Individual,
    state: State,
    doses: Doses,
    infused: Infused,
    path: Path,
) -> Flows:
    """Iron moved in a day in which store and red cells take a path."""
    body, person, table = own.parameters.body, own.person, own.nodes.iron
    rbc, bled_at_once = _bled(layout, path.rbc, doses)
    supply = supply_of(xp, layout, own, state, path, doses)
    recycled = rbc / body.red_cell_life_d
    absorbed, hepcidin_oral = _swallowed(xp, layout, own, state, path, doses)
    plasma = _plasma(layout, own, state, doses, supply, absorbed)
    gut, swallowed = state.iron_gut, 0.0
    if layout.oral_iron:
        swallowed = sum(absorbed, 0.0)
        gut = state.iron_gut * table.gut_kept
        for slot, mg in enumerate(absorbed):
            gut = gut + table.gut_kept_of_slots[slot] * mg
    through = body.res_to_plasma_share * infused.from_res
    into_plasma = (
        supply.released + supply.eaten + recycled + through + (state.iron_gut + swallowed - gut)
    )
    return Flows(
        released=supply.released,
        released_rise=supply.released_rise,
        store_mean=path.store,
        store_end=path.store_end,
        eaten=supply.eaten,
        lost=_lost(own, state, path),
        recycled=recycled,
        bled=bled_at_once + person.bleeding_mg_per_d * rbc / own.iron.rbc_start_mg,
        bled_at_once=bled_at_once,
        swallowed=swallowed,
        gut=gut,
        hepcidin_oral=hepcidin_oral,
        plasma=plasma,
        out=state.iron_plasma + into_plasma - plasma[-1],
        to_marrow=_to_marrow(xp, layout, own, path, rbc, doses),
    )


def _closing_iron(
    xp: Namespace,
    layout: Layout,
    own: Individual,
    state: State,
    infused: Infused,
    path: Path,
    flows: Flows,
) -> State:
    """Iron at the noon that ends the day."""
    body = own.parameters.body
    share = flows.to_marrow
    if layout.moves_iron:
        leaving = own.nodes.weights * flows.plasma[:-1]
        share = xp.sum(share * leaving, axis=0) / xp.sum(leaving, axis=0)
    change = (1 - share) * flows.out + infused.stored - flows.released - flows.lost
    store = state.iron_store + change
    macrophages: Array = 0.0
    if layout.complexes:
        macrophages = xp.sum(own.settling.ferritin * infused.res[:-1], axis=0)
    stores = path.store + own.settling.ferritin_mean_time_d * path.store_growth
    aim = iron.ferritin_target(stores, macrophages, own.person.inflammation, body)
    return state._replace(
        iron_plasma=flows.plasma[-1],
        iron_store=store,
        iron_res=infused.res[-1] + 0.0 * store,
        iron_rbc=state.iron_rbc + share * flows.out - flows.recycled - flows.bled,
        iron_complex=infused.complexes,
        iron_gut=flows.gut,
        iron_gained=state.iron_gained + flows.eaten + flows.swallowed + infused.given,
        iron_lost=state.iron_lost + flows.lost + flows.bled,
        hepcidin_oral=flows.hepcidin_oral,
        ferritin=aim + (state.ferritin - aim) * xp.exp(-1 / body.ferritin_time_d),
    )


def iron_day(
    xp: Namespace,
    layout: Layout,
    own: Individual,
    state: State,
    doses: Doses,
    trend: tuple[Array, Array],
) -> tuple[State, tuple[Array, Array], Flows]:
    """Iron at the noon that ends the day, and what moved.

    Where iron is given or blood is lost at some hour, stores do not go on as yesterday: the flows
    of one pass say how they go, and the next takes that path; two such passes are enough.

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
    doses : Doses
        From this noon to the next.
    trend : tuple of array
        Change of store and red cells yesterday, without infused iron and blood lost at once.

    Returns
    -------
    State, tuple of array, Flows
        At the next noon; the trend of this day; what moved.
    """
    infused = infused_iron(xp, layout, own, state, doses)
    path = _foreseen(layout, own, state, infused, trend)
    flows = _flows_of(xp, layout, own, state, doses, infused, path)
    for _ in range(2 if layout.moves_iron else 0):
        path = _corrected(xp, layout, own, state, infused, flows)
        flows = _flows_of(xp, layout, own, state, doses, infused, path)
    closing = _closing_iron(xp, layout, own, state, infused, path, flows)
    through = infused.from_res - infused.stored
    heading = (
        closing.iron_store - state.iron_store - infused.stored - (1 - infused.to_marrow) * through,
        closing.iron_rbc - state.iron_rbc + flows.bled_at_once - infused.to_marrow * through,
    )
    return closing, heading, flows


def _bled(layout: Layout, rbc: Array, doses: Doses) -> tuple[Array, Array]:
    """Mean red-cell iron of the day when blood is lost at some hours, and the loss, mg."""
    bled: Array = 0.0
    if layout.bleeding:
        for slot, at_h in enumerate(layout.slots_h):
            rbc = rbc - doses.bled[slot] * (1 - at_h / DAY_H)
            bled = bled + doses.bled[slot]
    return rbc, bled


def _lost(own: Individual, state: State, path: Path) -> Array:
    """Basal loss over the day by Simpson's rule; it bends where a small store fills quickly."""
    middle = middle_of(path.store, state.iron_store, path.store_end)
    first, between, last = (
        iron.basal_loss_mg_per_d(mg, own.iron, own.parameters.body)
        for mg in (state.iron_store, middle, path.store_end)
    )
    return (first + 4 * between + last) / 6


def _to_marrow(
    xp: Namespace, layout: Layout, own: Individual, path: Path, rbc: Array, doses: Doses
) -> Array:
    """The marrow's share of iron leaving plasma; by node where it changes within the day."""
    body = own.parameters.body
    if layout.moves_iron:
        hours = own.nodes.hours_h[:, None]
        rbc = path.rbc + (hours / DAY_H - 0.5) * path.rbc_growth
        for slot, at_h in enumerate(layout.slots_h if layout.bleeding else ()):
            rbc = rbc - xp.where(hours > at_h, doses.bled[slot], 0.0)
    return iron.marrow_share(xp, rbc, own.iron.rbc_aim_mg, body)


def _swallowed(
    xp: Namespace, layout: Layout, own: Individual, state: State, path: Path, doses: Doses
) -> tuple[list[Array], Array]:
    """Absorbed iron of each oral dose, and the rise of hepcidin at the end of the day."""
    body, rise = own.parameters.body, state.hepcidin_oral
    if not layout.oral_iron:
        return [], rise
    absorbed, before_h = [], 0.0
    for slot, at_h in enumerate(layout.slots_h):
        rise = rise * xp.exp(-(at_h - before_h) / DAY_H / body.oral_hepcidin_time_d)
        dose, store = doses.oral_iron[slot], path.store_at_slots[slot]
        log_hepcidin = iron.log_hepcidin(xp, store, own.person.inflammation, body)
        absorbed.append(iron.absorbed_mg(xp, dose, log_hepcidin, rise, body))
        rise = rise + iron.hepcidin_rise(dose, body)
        before_h = at_h
    return absorbed, rise * xp.exp(-(DAY_H - before_h) / DAY_H / body.oral_hepcidin_time_d)


def _plasma(
    layout: Layout,
    own: Individual,
    state: State,
    doses: Doses,
    supply: Supply,
    absorbed: list[Array],
) -> Array:
    """Iron of plasma at the nodes and at the end, mg."""
    table = own.nodes.iron
    plasma = table.plasma_kept * state.iron_plasma + table.plasma_of_flow * supply.mean
    plasma = plasma + table.plasma_of_ramp * supply.rise
    for slot, jump in enumerate(supply.jumps):
        plasma = plasma + table.plasma_of_flow_slots[slot] * jump
    if layout.complexes:
        plasma = plasma + table.plasma_of_res * state.iron_res
        for i, given in enumerate(doses.infused):
            plasma = plasma + table.plasma_of_complex[i] * state.iron_complex[i]
            for slot in range(given.shape[0]):
                plasma = plasma + table.plasma_of_complex_slots[i][slot] * given[slot]
    if layout.oral_iron:
        plasma = plasma + table.plasma_of_gut * state.iron_gut
        for slot, mg in enumerate(absorbed):
            plasma = plasma + table.plasma_of_gut_slots[slot] * mg
    return plasma
