"""The day-step: one model day, from noon to noon, at once."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism import augmentation, brain_iron, dopamine, expectation, iron
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.grid import DrugTable, Tables
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.iron_day import Flows, iron_day
from ekbom.mechanism.schedule import DAY_H, Doses, Layout
from ekbom.mechanism.states import State

Uptakes = tuple[Array, Array, Array]


class Trend(NamedTuple):
    """Where slow things were heading yesterday: from it the middle of today is foreseen.

    Parameters
    ----------
    store, rbc, region : array
        Change of yesterday; of store and red cells without infused iron and blood lost at once.
    th : array
        Target of yesterday, as it led to midnight.
    """

    store: Array
    rbc: Array
    region: Array
    th: Array


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
    fasting_iron : array
        Least iron in plasma on that day, mg: what is drawn before a tablet of iron.
    """

    state: State
    log_iron: Array
    doses: Doses
    closing: State
    fasting_iron: Array


def at_rest(state: State) -> Trend:
    """The trend of a person at rest."""
    nothing = 0.0 * state.d2
    return Trend(nothing, nothing, nothing, state.th)


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
    every node; slow states move towards their targets with the others in the mean of the day
    (exponential midpoint), weighted so that a target may move within the day. The mean is that of
    what is known of this day, and where that is not enough, of the trend of the day before.

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
    body = own.parameters.body
    coming = (trend.store, trend.rbc)
    after_iron, heading, flows = iron_day(xp, layout, own, state, doses, coming)
    uptakes = _uptake(xp, layout, own, state, flows)
    after_brain, brain, mean_csf = _brain_day(xp, own, state, trend, uptakes, after_iron)
    log_iron = brain_iron.log_labile(xp, mean_csf, brain.iron_region, body)
    after, middle, early_th_target = _dopamine_day(
        xp, own, state, trend, brain, log_iron, doses, after_brain
    )
    closing = _medicines_day(own, state, doses, after)
    new_trend = Trend(
        store=heading[0],
        rbc=heading[1],
        region=closing.iron_region - state.iron_region,
        th=early_th_target,
    )
    at_midnight = brain_iron.log_labile(xp, brain.iron_csf, brain.iron_region, body)
    return (
        closing,
        new_trend,
        Midnight(middle, at_midnight, doses, closing, xp.min(flows.plasma, axis=0)),
    )


def _uptake(xp: Namespace, layout: Layout, own: Individual, state: State, flows: Flows) -> Uptakes:
    """Uptake of iron at the barrier, weighted for the end of the day, for midnight, and evenly.

    Where nothing moves iron at some hour, what the blood says hardly changes within a day.
    """
    body = own.parameters.body
    middle, end = (
        iron.saturation_per_mg(xp, store, own.iron, body)
        for store in (flows.store_mean, flows.store_end)
    )
    if not layout.moves_iron:
        plasma = 0.5 * (state.iron_plasma + flows.plasma[-1])
        uptake = brain_iron.uptake(iron.tsat_percent(xp, plasma, middle), body)
        return uptake, uptake, uptake
    per_mg = middle + (2 * own.nodes.hours_h[:, None] / DAY_H - 1) * (end - middle)
    by_node = brain_iron.uptake(iron.tsat_percent(xp, flows.plasma[:-1], per_mg), body)
    settling = own.settling
    return (
        xp.sum(settling.csf * by_node, axis=0),
        xp.sum(settling.csf_midnight * by_node, axis=0),
        xp.sum(own.nodes.weights * by_node, axis=0),
    )


def _halfway(xp: Namespace, value: Array, target: Array, time_d: Array) -> Array:
    return target + (value - target) * xp.exp(-0.5 / time_d)


def _brain_day(
    xp: Namespace, own: Individual, state: State, trend: Trend, uptakes: Uptakes, after: State
) -> tuple[State, State, Array]:
    """Brain iron at the end of the day, at midnight, and of the fluids in the mean of the day."""
    body, shift = own.parameters.body, own.person.barrier_shift
    region = state.iron_region + 0.5 * trend.region
    log_region = xp.log(region)
    target, early_target, mean_target = (
        brain_iron.csf_target(xp, uptake, log_region, shift, body) for uptake in uptakes
    )
    csf = target + (state.iron_csf - target) * xp.exp(-1 / body.csf_iron_time_d)
    mean_csf = mean_target - body.csf_iron_time_d * (csf - state.iron_csf)
    middle = state._replace(
        iron_csf=_halfway(xp, state.iron_csf, early_target, body.csf_iron_time_d),
        iron_region=region,
    )
    outflow = brain_iron.region_outflow(xp, log_region, body)
    # (csf - region outflow') / time written as a relaxation with today's rate.
    aim = mean_csf / (outflow * body.region_iron_time_d)
    closing = after._replace(
        iron_csf=csf,
        iron_region=aim + (state.iron_region - aim) * xp.exp(-outflow),
    )
    return closing, middle, mean_csf


def _receptors(
    xp: Namespace,
    own: Individual,
    state: State,
    log_iron: Array,
    by_agonist: Array,
    mean_held: Array,
) -> tuple[Array, Array, Array]:
    """Receptors at the end of the day, at midnight, and in the mean of the day."""
    body, person = own.parameters.body, own.person
    d2_target, early_d2_target, mean_d2_target = (
        dopamine.d2_target(xp, log_iron, occupied, person.receptor_shift, body)
        for occupied in (
            xp.sum(own.settling.d2 * by_agonist, axis=0),
            xp.sum(own.settling.d2_midnight * by_agonist, axis=0),
            mean_held,
        )
    )
    d2 = d2_target + (state.d2 - d2_target) * xp.exp(-1 / body.d2_time_d)
    mean_d2 = mean_d2_target - body.d2_time_d * (d2 - state.d2)
    return d2, _halfway(xp, state.d2, early_d2_target, body.d2_time_d), mean_d2


def _enzyme(
    xp: Namespace, own: Individual, state: State, foreseen: Array, heard: Array, by_dopamine: Array
) -> tuple[Array, Array, Array]:
    """Tyrosine hydroxylase at the end of the day and at midnight, and its target until midnight.

    The signal was told with the enzyme foreseen for midnight, all day. Where the enzyme is
    elsewhere its target is too: to first order, with the logarithm of the enzyme on straight lines
    from noon to midnight to noon, where midnight and end are found by a step of Newton each.
    """
    body, settling = own.parameters.body, own.settling
    by_node = dopamine.th_target(xp, heard, own.normal_signal, body)
    slope = by_node * by_dopamine
    scale = dopamine.th_target_slope(own.normal_signal, body)
    by_start, by_middle, by_end = (scale * xp.sum(w * slope, axis=0) for w in settling.th_by)
    early_by_start, early_by_middle = (
        scale * xp.sum(w * slope, axis=0) for w in settling.th_midnight_by
    )
    start = xp.log(state.th / foreseen)

    def agreed(target: Array, slope: Array, days: float) -> tuple[Array, Array, Array]:
        """Enzyme after some days, its logarithm beside the one foreseen, and its target."""
        settled = 1 - xp.exp(-days / body.th_time_d)
        reached = state.th + settled * (target - state.th)
        off = xp.log(reached / foreseen) / (1 - settled * slope / reached)
        target = target + slope * off
        return state.th + settled * (target - state.th), off, target

    early = xp.sum(settling.th_midnight * by_node, axis=0) + early_by_start * start
    th_midnight, middle, early = agreed(early, early_by_middle, 0.5)
    target = xp.sum(settling.th * by_node, axis=0) + by_start * start + by_middle * middle
    th, _, _ = agreed(target, by_end, 1)
    return th, th_midnight, early


def _dopamine_day(
    xp: Namespace,
    own: Individual,
    state: State,
    trend: Trend,
    brain: State,
    log_iron: Array,
    doses: Doses,
    after: State,
) -> tuple[State, State, Array]:
    """The end of the day with enzyme, receptors, D1, expectation and hazard; midnight; a target.

    The target is that of the enzyme on the way to midnight.
    """
    body, person = own.parameters.body, own.person
    agonist = effects(own.nodes, own.agonist, state, doses)
    foreseen = _halfway(xp, state.th, trend.th, body.th_time_d)
    level = dopamine.level(xp, log_iron, foreseen, body)
    held, by_agonist = dopamine.occupancies(level * own.rhythm_nodes, agonist, body)
    mean_held = xp.sum(own.nodes.weights * by_agonist, axis=0)
    d2, d2_midnight, mean_d2 = _receptors(xp, own, state, log_iron, by_agonist, mean_held)
    heard = dopamine.signal(xp, log_iron, mean_d2, held, body)
    by_dopamine = dopamine.signal(xp, log_iron, mean_d2, (held - by_agonist) * (1 - held), body)
    th, th_midnight, early_th_target = _enzyme(xp, own, state, foreseen, heard, by_dopamine)
    d1_target = dopamine.d1_target(mean_held, body)
    d1 = d1_target + (state.d1 - d1_target) * xp.exp(-1 / body.d1_time_d)
    hoped = expectation.target(doses.treated, person.expectation_shift, body)
    hazard_by_node = augmentation.hazard_per_d(
        xp, by_agonist, 0.5 * (state.d1 + d1), log_iron, body
    )
    changed = after._replace(
        th=th,
        d2=d2,
        d1=d1,
        expectation=hoped + (state.expectation - hoped) * xp.exp(-1 / body.expectation_time_d),
        hazard=state.hazard + xp.sum(own.nodes.weights * hazard_by_node, axis=0),
    )
    middle = brain._replace(
        iron_store=0.5 * (state.iron_store + after.iron_store),
        iron_rbc=0.5 * (state.iron_rbc + after.iron_rbc),
        th=th_midnight,
        d2=d2_midnight,
    )
    return changed, middle, early_th_target


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
