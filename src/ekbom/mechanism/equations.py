"""The model in continuous time: the coupled right-hand side the day-step is held to."""

from __future__ import annotations

import math
from typing import NamedTuple

from ekbom.mechanism import augmentation, brain_iron, circadian, dopamine, expectation, iron
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.individual import Individual
from ekbom.mechanism.pharmacology import ACTS, Acts, effect_per_mg, elimination_per_h
from ekbom.mechanism.schedule import DAY_H, Layout
from ekbom.mechanism.states import State


class Given(NamedTuple):
    """What is given at a moment and does not come as one dose.

    Parameters
    ----------
    patch_mg_per_h : tuple of array
        Flow from a patch, by medicine of the layout.
    treated : array
        1 where the placebo response is on.
    """

    patch_mg_per_h: tuple[Array, ...]
    treated: Array


def rates(
    xp: Namespace,
    layout: Layout,
    own: Individual,
    clock_h: Array,
    state: State,
    level: Array,
    given: Given,
) -> tuple[State, Array]:
    """Rates of change of the state and of the dopamine level, per day.

    The same fluxes as the day-step, at one moment. Dopamine relaxes to its algebraic level
    (after a change of enzyme or transporter) with its own time constant, and follows the daily
    rhythm of firing at once.

    Parameters
    ----------
    xp : namespace
        Array library.
    layout : Layout
        What is given.
    own : Individual
        The person.
    clock_h : array
        Clock time, hours.
    state : State
        At this moment.
    level : array
        Extracellular dopamine over its daily rhythm.
    given : Given
        Flows at this moment.

    Returns
    -------
    State, array
        Per day.
    """
    gut, central = _medicines(layout, own, state, given)
    body_iron = _iron_rates(xp, layout, own, state)
    brain_iron_too = _brain_rates(xp, own, state, body_iron)
    changed, level_rate = _dopamine_rates(xp, layout, own, clock_h, state, level, brain_iron_too)
    hoped = expectation.target(given.treated, own.person.expectation_shift, own.parameters.body)
    return (
        changed._replace(
            expectation=(hoped - state.expectation) / own.parameters.body.expectation_time_d,
            gut=gut,
            central=central,
        ),
        level_rate,
    )


def _brain_rates(xp: Namespace, own: Individual, state: State, changed: State) -> State:
    body = own.parameters.body
    log_region = xp.log(state.iron_region)
    per_mg = iron.saturation_per_mg(xp, state.iron_store, own.iron, body)
    uptake = brain_iron.uptake(iron.tsat_percent(xp, state.iron_plasma, per_mg), body)
    csf = brain_iron.csf_target(xp, uptake, log_region, own.person.barrier_shift, body)
    outflow = brain_iron.region_outflow(xp, log_region, body)
    return changed._replace(
        iron_csf=(csf - state.iron_csf) / body.csf_iron_time_d,
        iron_region=state.iron_csf / body.region_iron_time_d - outflow * state.iron_region,
    )


def _dopamine_rates(
    xp: Namespace,
    layout: Layout,
    own: Individual,
    clock_h: Array,
    state: State,
    level: Array,
    changed: State,
) -> tuple[State, Array]:
    body, person = own.parameters.body, own.person
    wave_now = circadian.wave(xp, clock_h - person.phase_shift_h, body.peak_h, body.trough_h)
    rhythm = circadian.dopamine_rhythm(xp, wave_now, body.dopamine_amplitude)
    agonist = agonist_effect(layout, own, state)
    log_iron = brain_iron.log_labile(xp, state.iron_csf, state.iron_region, body)
    held, by_agonist = dopamine.occupancies(level * rhythm, agonist, body)
    heard = dopamine.signal(xp, log_iron, state.d2, held, body)
    settled = dopamine.level(xp, log_iron, state.th, body)
    th = dopamine.th_target(xp, heard, own.normal_signal, body)
    d2 = dopamine.d2_target(xp, log_iron, by_agonist, person.receptor_shift, body)
    changed = changed._replace(
        th=(th - state.th) / body.th_time_d,
        d2=(d2 - state.d2) / body.d2_time_d,
        d1=(dopamine.d1_target(by_agonist, body) - state.d1) / body.d1_time_d,
        hazard=augmentation.hazard_per_d(xp, by_agonist, state.d1, log_iron, body),
    )
    return changed, (settled - level) * DAY_H / body.dopamine_time_h


def agonist_effect(layout: Layout, own: Individual, state: State) -> Array:
    """Sum over agonists of concentration over half-effect concentration.

    Parameters
    ----------
    layout : Layout
        With the medicines.
    own : Individual
        Kinetics.
    state : State
        Amounts in the body.
    """
    total: Array = 0.0
    for name, amount in zip(layout.drugs, state.central, strict=True):
        if ACTS[name] is Acts.AGONIST:
            total = total + effect_per_mg(name, own.parameters) * amount
    return total


def _medicines(
    layout: Layout, own: Individual, state: State, given: Given
) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    gut, central = [], []
    for name, in_gut, in_body, flow in zip(
        layout.drugs, state.gut, state.central, given.patch_mg_per_h, strict=True
    ):
        drug = own.parameters.drugs[name]
        leaving = drug.absorption_per_h * in_gut
        cleared = elimination_per_h(drug, own.person.clearance_share) * in_body
        gut.append((flow - leaving) * DAY_H)
        central.append((leaving - cleared) * DAY_H)
    return tuple(gut), tuple(central)


def _iron_rates(xp: Namespace, layout: Layout, own: Individual, state: State) -> State:
    body, person = own.parameters.body, own.person
    log_hepcidin = iron.log_hepcidin(xp, state.iron_store, person.inflammation, body)
    log_hepcidin = log_hepcidin + iron.log_hepcidin_by_red_cells(xp, state.iron_rbc, own.iron, body)
    released = iron.release_mg_per_d(xp, state.iron_store, log_hepcidin, own.iron, body)
    eaten = iron.diet_mg_per_d(xp, log_hepcidin, own.iron)
    recycled = state.iron_rbc / body.red_cell_life_d
    bled = person.bleeding_mg_per_d * state.iron_rbc / own.iron.rbc_start_mg
    half_lives = [own.parameters.drugs[name].half_life_h for name in layout.complexes]
    taken_up = [
        math.log(2) * DAY_H / half_life * amount
        for half_life, amount in zip(half_lives, state.iron_complex, strict=True)
    ]
    from_complex = sum(taken_up, 0.0)
    from_res = body.res_release_per_d * state.iron_res
    through = body.res_to_plasma_share * from_res
    from_gut = body.gut_iron_per_d * state.iron_gut
    out = own.iron.plasma_per_d * state.iron_plasma
    share = iron.marrow_share(xp, state.iron_rbc, own.iron.rbc_aim_mg, body)
    lost = iron.basal_loss_mg_per_d(state.iron_store, own.iron, body)
    aim = iron.ferritin_target(state.iron_store, state.iron_res, person.inflammation, body)
    return state._replace(
        iron_plasma=released + eaten + recycled + through + from_gut - out,
        iron_store=(1 - share) * out + from_res - through - released - lost,
        iron_res=from_complex - from_res,
        iron_rbc=share * out - recycled - bled,
        iron_complex=tuple(-flux for flux in taken_up),
        iron_gut=-from_gut,
        iron_gained=eaten,
        iron_lost=lost + bled,
        hepcidin_oral=-state.hepcidin_oral / body.oral_hepcidin_time_d,
        ferritin=(aim - state.ferritin) / body.ferritin_time_d,
    )
