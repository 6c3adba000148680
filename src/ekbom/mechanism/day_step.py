"""The day-step: one model day, from noon to noon, at once."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism import augmentation, brain_iron, dopamine, expectation, iron
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.grid import DrugTable, IronTable, Tables
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.schedule import DAY_H, Doses, Layout
from ekbom.mechanism.states import State


class Trend(NamedTuple):
    """Where slow things were heading yesterday: from it the middle of today is foreseen.

    Parameters
    ----------
    store, rbc, region : array
        Change of yesterday; of the store without infused iron, of red cells without bleeding.
    csf, th, d2 : array
        Target of yesterday.
    """

    store: Array
    rbc: Array
    region: Array
    csf: Array
    th: Array
    d2: Array


class Midnight(NamedTuple):
    """What the night of a model day is read from.

    Parameters
    ----------
    state : State
        Slow things in the middle of the day, which is midnight; medicines as at noon before.
    log_iron : array
        Logarithm of the iron that dopamine feels.
    doses : Doses
        Of the day.
    closing : State
        At the noon that ends the day.
    """

    state: State
    log_iron: Array
    doses: Doses
    closing: State


def at_rest(state: State) -> Trend:
    """The trend of a person at rest."""
    nothing = 0.0 * state.d2
    return Trend(nothing, nothing, nothing, state.iron_csf, state.th, state.d2)


def amount(table: DrugTable, gut: Array, central: Array, taken: Array) -> Array:
    """A medicine in the body at the nodes, mg, shape (nodes + 1, lanes); the last is the end.

    Parameters
    ----------
    table : DrugTable
        Of the medicine.
    gut, central : array
        At the start of the day, mg.
    taken : array
        By slot, mg absorbed; of a patch by stretch, mg/h.
    """
    total = table.from_gut * gut + table.from_central * central
    for slot in range(taken.shape[0]):
        total = total + table.from_slots[slot] * taken[slot]
    return total


def effects(tables: Tables, per_mg: tuple[Array | None, ...], state: State, doses: Doses) -> Array:
    """Summed effect of medicines at the nodes, and nothing where none acts here.

    Parameters
    ----------
    tables : Tables
        Of the nodes.
    per_mg : tuple of array
        Effect per mg, by medicine; None where it acts elsewhere.
    state : State
        At the start of the day.
    doses : Doses
        Of the day.
    """
    total: Array = 0.0
    for table, unit, gut, central, taken in zip(
        tables.drugs, per_mg, state.gut, state.central, doses.taken, strict=True
    ):
        if unit is not None:
            total = total + unit * amount(table, gut, central, taken)[:-1]
    return total


def day_step(
    xp: Namespace, layout: Layout, own: Individual, state: State, trend: Trend, doses: Doses
) -> tuple[State, Trend, Midnight]:
    """The state one day later.

    Medicines and iron on its way are linear and exact; dopamine and plasma iron are settled at
    every node; slow states move towards their targets with the others foreseen at midnight
    (exponential midpoint), weighted so that a target may move within the day.

    Parameters
    ----------
    xp : namespace
        Array library.
    layout : Layout
        What is given, and when.
    own : Individual
        The person.
    state, trend : State, Trend
        At noon.
    doses : Doses
        From this noon to the next.

    Returns
    -------
    State, Trend, Midnight
        At the next noon; the trend of this day; what its night is read from.
    """
    table = own.nodes.iron
    complexes = _complexes(table, state, doses)
    res = _res(layout, table, state, doses)
    infused = sum((xp.sum(given, axis=0) for given in doses.infused), 0.0)
    from_complex = sum(state.iron_complex, 0.0) + infused - sum(complexes, 0.0)
    from_res = state.iron_res + from_complex - res[-1]
    kept_share = 1 - own.parameters.body.res_to_plasma_share
    stored = kept_share * from_res
    stored_mean = kept_share * _mean_given_off(xp, own, res)
    middle = _foreseen(xp, own, state, trend, stored_mean)
    log_region = xp.log(middle.iron_region)
    coming = _Coming(complexes, res, infused, from_res, trend.store, stored, stored_mean, trend.rbc)
    after_iron, uptake, bled = _iron_day(xp, layout, own, state, middle, doses, coming)
    after_brain, csf_target = _brain_day(xp, own, state, middle, log_region, uptake, after_iron)
    log_iron = brain_iron.log_labile(xp, middle.iron_csf, middle.iron_region, own.parameters.body)
    after, th_target, d2_target = _dopamine_day(
        xp, own, state, middle, log_iron, doses, after_brain
    )
    closing = _medicines_day(own, state, doses, after)
    new_trend = Trend(
        store=closing.iron_store - state.iron_store - stored,
        rbc=closing.iron_rbc - state.iron_rbc + bled,
        region=closing.iron_region - state.iron_region,
        csf=csf_target,
        th=th_target,
        d2=d2_target,
    )
    return closing, new_trend, Midnight(middle, log_iron, doses, closing)


class _Coming(NamedTuple):
    """Infused iron on its way, and how store and red cells will change today."""

    complexes: tuple[Array, ...]
    res: Array
    infused: Array
    from_res: Array
    store_trend: Array
    stored: Array
    stored_mean: Array
    rbc_change: Array


def _mean_given_off(xp: Namespace, own: Individual, res: Array) -> Array:
    """What macrophages have given off, mean over the moments of the day, mg."""
    left = (1 - own.nodes.hours_h / DAY_H)[:, None]
    release = own.parameters.body.res_release_per_d
    return release * xp.sum(own.nodes.weights * left * res[:-1], axis=0)


def _foreseen(
    xp: Namespace, own: Individual, state: State, trend: Trend, stored_mean: Array
) -> State:
    """Slow states in the middle of the day, from where they were heading."""
    body = own.parameters.body

    def halfway(value: Array, target: Array, time_d: Array) -> Array:
        return target + (value - target) * xp.exp(-0.5 / time_d)

    return state._replace(
        iron_store=state.iron_store + 0.5 * trend.store + stored_mean,
        iron_rbc=state.iron_rbc + 0.5 * trend.rbc,
        iron_csf=halfway(state.iron_csf, trend.csf, body.csf_iron_time_d),
        iron_region=state.iron_region + 0.5 * trend.region,
        th=halfway(state.th, trend.th, body.th_time_d),
        d2=halfway(state.d2, trend.d2, body.d2_time_d),
    )


def _iron_day(
    xp: Namespace,
    layout: Layout,
    own: Individual,
    state: State,
    middle: State,
    doses: Doses,
    coming: _Coming,
) -> tuple[State, Array, Array]:
    """Iron at the end of the day, mean uptake at the barrier for the brain, and blood lost."""
    body, person, table = own.parameters.body, own.person, own.nodes.iron
    res, from_res = coming.res, coming.from_res
    rbc, bled_at_once = _bled(layout, middle, doses)
    log_hepcidin = iron.log_hepcidin(xp, middle.iron_store, person.inflammation, body)
    log_hepcidin = log_hepcidin + iron.log_hepcidin_by_red_cells(xp, rbc, own.iron, body)
    bled = bled_at_once + person.bleeding_mg_per_d * rbc / own.iron.rbc_start_mg
    released = iron.release_mg_per_d(xp, middle.iron_store, log_hepcidin, own.iron, body)
    eaten = iron.diet_mg_per_d(xp, log_hepcidin, own.iron)
    recycled = rbc / body.red_cell_life_d
    flow = released + eaten + recycled
    power = body.hepcidin_store_power
    grown = (released * (1 - power * body.release_hepcidin_power) - eaten * power) / (
        middle.iron_store
    )
    # A ramp with the right mean and the right end.
    growth = coming.store_trend + 2 * (coming.stored - coming.stored_mean)
    ramp = grown * growth + coming.rbc_change / body.red_cell_life_d
    steady = flow + (middle.iron_rbc - rbc) / body.red_cell_life_d
    absorbed, hepcidin_oral = _swallowed(xp, layout, own, state, coming, doses)
    plasma = _plasma(layout, table, state, doses, (steady, ramp), absorbed)
    if layout.bleeding:
        for slot in range(len(layout.slots_h)):
            missing = doses.bled[slot] / body.red_cell_life_d
            plasma = plasma - table.plasma_of_flow_slots[slot] * missing
    gut, oral = state.iron_gut, 0.0
    if layout.oral_iron:
        oral = sum(absorbed, 0.0)
        gut = state.iron_gut * table.gut_kept
        for slot, mg in enumerate(absorbed):
            gut = gut + table.gut_kept_of_slots[slot] * mg
    through = body.res_to_plasma_share * from_res
    into_plasma = flow + through + (state.iron_gut + oral - gut)
    out = state.iron_plasma + into_plasma - plasma[-1]
    share = iron.marrow_share(xp, rbc, own.iron.rbc_aim_mg, body)
    lost = iron.basal_loss_mg_per_d(middle.iron_store, own.iron, body)
    store = state.iron_store + (1 - share) * out + from_res - through - released - lost
    per_nodes = iron.ferritin_target(middle.iron_store, res[:-1], person.inflammation, body)
    ferritin_target = xp.sum(own.settling.ferritin * per_nodes, axis=0)
    kept = xp.exp(-1 / body.ferritin_time_d)
    uptake = brain_iron.uptake(iron.tsat_percent(plasma[:-1], own.iron), body)
    after = state._replace(
        iron_plasma=plasma[-1],
        iron_store=store,
        iron_res=res[-1] + 0.0 * store,
        iron_rbc=state.iron_rbc + share * out - recycled - bled,
        iron_complex=coming.complexes,
        iron_gut=gut,
        iron_gained=state.iron_gained + eaten + oral + coming.infused,
        iron_lost=state.iron_lost + lost + bled,
        hepcidin_oral=hepcidin_oral,
        ferritin=ferritin_target + (state.ferritin - ferritin_target) * kept,
    )
    return after, xp.sum(own.settling.csf * uptake, axis=0), bled_at_once


def _bled(layout: Layout, middle: State, doses: Doses) -> tuple[Array, Array]:
    """Mean red-cell iron of the day when blood is lost at some hours, and the loss, mg."""
    rbc, bled = middle.iron_rbc, 0.0
    if layout.bleeding:
        for slot, at_h in enumerate(layout.slots_h):
            rbc = rbc - doses.bled[slot] * (1 - at_h / DAY_H)
            bled = bled + doses.bled[slot]
    return rbc, bled


def _swallowed(
    xp: Namespace, layout: Layout, own: Individual, state: State, coming: _Coming, doses: Doses
) -> tuple[list[Array], Array]:
    """Absorbed iron of each oral dose, and the rise of hepcidin at the end of the day."""
    body, rise = own.parameters.body, state.hepcidin_oral
    if not layout.oral_iron:
        return [], rise
    absorbed, before_h = [], 0.0
    for slot, at_h in enumerate(layout.slots_h):
        rise = rise * xp.exp(-(at_h - before_h) / DAY_H / body.oral_hepcidin_time_d)
        dose = doses.oral_iron[slot]
        share = at_h / DAY_H
        store = state.iron_store + share * (
            coming.store_trend
            + (6 * coming.stored_mean - 2 * coming.stored)
            + share * (3 * coming.stored - 6 * coming.stored_mean)
        )
        log_hepcidin = iron.log_hepcidin(xp, store, own.person.inflammation, body)
        absorbed.append(iron.absorbed_mg(xp, dose, log_hepcidin, rise, body))
        rise = rise + iron.hepcidin_rise(dose, body)
        before_h = at_h
    return absorbed, rise * xp.exp(-(DAY_H - before_h) / DAY_H / body.oral_hepcidin_time_d)


def _plasma(
    layout: Layout,
    table: IronTable,
    state: State,
    doses: Doses,
    flow: tuple[Array, Array],
    absorbed: list[Array],
) -> Array:
    """Iron of plasma at the nodes and at the end, mg."""
    steady, ramp = flow
    plasma = table.plasma_kept * state.iron_plasma + table.plasma_of_flow * steady
    plasma = plasma + table.plasma_of_ramp * ramp
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


def _res(layout: Layout, table: IronTable, state: State, doses: Doses) -> Array:
    """Iron of macrophages at the nodes and at the end, mg."""
    res = table.res_kept * state.iron_res
    for i, given in enumerate(doses.infused):
        res = res + table.res_of_complex[i] * state.iron_complex[i]
        for slot in range(given.shape[0]):
            res = res + table.res_of_complex_slots[i][slot] * given[slot]
    return res


def _complexes(table: IronTable, state: State, doses: Doses) -> tuple[Array, ...]:
    """Complexes in plasma at the end of the day, mg."""
    left = []
    for i, given in enumerate(doses.infused):
        total = state.iron_complex[i] * table.complex_kept[i]
        for slot in range(given.shape[0]):
            total = total + table.complex_kept_of_slots[i][slot] * given[slot]
        left.append(total)
    return tuple(left)


def _brain_day(
    xp: Namespace,
    own: Individual,
    state: State,
    middle: State,
    log_region: Array,
    uptake: Array,
    after: State,
) -> tuple[State, Array]:
    """Brain iron at the end of the day, and the target of its fluids."""
    body = own.parameters.body
    target = brain_iron.csf_target(xp, uptake, log_region, own.person.barrier_shift, body)
    csf = target + (state.iron_csf - target) * xp.exp(-1 / body.csf_iron_time_d)
    outflow = brain_iron.region_outflow(xp, log_region, body)
    # (csf - region outflow') / time written as a relaxation with today's rate.
    aim = middle.iron_csf / (outflow * body.region_iron_time_d)
    region = aim + (state.iron_region - aim) * xp.exp(-outflow)
    return after._replace(iron_csf=csf, iron_region=region), target


def _dopamine_day(
    xp: Namespace,
    own: Individual,
    state: State,
    middle: State,
    log_iron: Array,
    doses: Doses,
    after: State,
) -> tuple[State, Array, Array]:
    """Enzyme, receptors, D1, expectation and hazard at the end of the day, and two targets."""
    body, person = own.parameters.body, own.person
    agonist = effects(own.nodes, own.agonist, state, doses)
    level = dopamine.level(xp, log_iron, middle.th, body)
    held, by_agonist = dopamine.occupancies(level * own.rhythm_nodes, agonist, body)
    heard = dopamine.signal(xp, log_iron, middle.d2, held, body)
    th_by_node = dopamine.th_target(xp, heard, own.normal_signal, body)
    th_target = xp.sum(own.settling.th * th_by_node, axis=0)
    turning = xp.sum(own.settling.d2 * by_agonist, axis=0)
    d2_target = dopamine.d2_target(xp, log_iron, turning, person.receptor_shift, body)
    mean_held = xp.sum(own.nodes.weights * by_agonist, axis=0)
    d1_target = dopamine.d1_target(mean_held, body)
    d1 = d1_target + (state.d1 - d1_target) * xp.exp(-1 / body.d1_time_d)
    hoped = expectation.target(doses.treated, person.expectation_shift, body)
    hazard_by_node = augmentation.hazard_per_d(
        xp, by_agonist, 0.5 * (state.d1 + d1), log_iron, body
    )
    changed = after._replace(
        th=th_target + (state.th - th_target) * xp.exp(-1 / body.th_time_d),
        d2=d2_target + (state.d2 - d2_target) * xp.exp(-1 / body.d2_time_d),
        d1=d1,
        expectation=hoped + (state.expectation - hoped) * xp.exp(-1 / body.expectation_time_d),
        hazard=state.hazard + xp.sum(own.nodes.weights * hazard_by_node, axis=0),
    )
    return changed, th_target, d2_target


def _medicines_day(own: Individual, state: State, doses: Doses, after: State) -> State:
    """Medicines at the end of the day."""
    gut, central = [], []
    for table, in_gut, in_body, taken in zip(
        own.nodes.drugs, state.gut, state.central, doses.taken, strict=True
    ):
        left = table.gut_left * in_gut
        total = table.from_gut[-1] * in_gut + table.from_central[-1] * in_body
        for slot in range(taken.shape[0]):
            left = left + table.gut_left_of_slots[slot] * taken[slot]
            total = total + table.from_slots[slot, -1] * taken[slot]
        gut.append(left)
        central.append(total)
    return after._replace(gut=tuple(gut), central=tuple(central))
