"""The state at rest: where a person starts, before anything is given."""

from __future__ import annotations

from ekbom.mechanism import brain_iron, dopamine, iron
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.parameters import Body, Parameters
from ekbom.mechanism.schedule import Layout
from ekbom.mechanism.states import Person, State

# Rounds of the fixed point of the enzyme, each of which halves the error.
_ROUNDS = 30


def state_at_rest(
    xp: Namespace,
    person: Person,
    parameters: Parameters,
    own: iron.IronConstants,
    layout: Layout,
    rhythm_hours: Array,
    normal_signal: Array,
) -> State:
    """The steady state without medicines, at the iron that was measured.

    Parameters
    ----------
    xp : namespace
        Array library.
    person, parameters : Person, Parameters
        With the blood test; one set a lane.
    own : IronConstants
        What the blood test fixes.
    layout : Layout
        What will be given; nothing of it is there yet.
    rhythm_hours, normal_signal : array
        As in `Individual`.
    """
    body = parameters.body
    log_region, csf, d2, log_th = _brain_at_rest(xp, person, body, rhythm_hours, normal_signal)
    nothing = 0.0 * normal_signal
    store = iron.store_of_ferritin_mg(person.ferritin_ug_per_l, person.inflammation, body)
    return State(
        iron_plasma=nothing + own.capacity_start_mg * person.tsat_percent / 100,
        iron_store=nothing + store,
        iron_res=nothing,
        iron_rbc=nothing + own.rbc_start_mg,
        iron_complex=tuple(nothing for _ in layout.complexes),
        iron_gut=nothing,
        iron_gained=nothing,
        iron_lost=nothing,
        hepcidin_oral=nothing,
        ferritin=nothing + person.ferritin_ug_per_l,
        iron_csf=nothing + csf,
        iron_region=xp.exp(log_region),
        th=xp.exp(log_th),
        d2=nothing + d2,
        d1=nothing + 1,
        expectation=nothing,
        hazard=nothing,
        gut=tuple(nothing for _ in layout.drugs),
        central=tuple(nothing for _ in layout.drugs),
    )


def _brain_at_rest(
    xp: Namespace, person: Person, body: Body, rhythm_hours: Array, normal_signal: Array
) -> tuple[Array, Array, Array, Array]:
    """Logarithm of regional iron, iron of the fluids, receptors, logarithm of the enzyme."""
    uptake = brain_iron.uptake(person.tsat_percent, body)
    log_region = brain_iron.steady_log_region(xp, uptake, person.barrier_shift, body)
    log_region = log_region + 0.0 * normal_signal
    csf = brain_iron.csf_target(xp, uptake, log_region, person.barrier_shift, body)
    log_iron = brain_iron.log_labile(xp, csf, xp.exp(log_region), body)
    d2 = dopamine.d2_target(xp, log_iron, 0.0, person.receptor_shift, body)
    log_th = 0.0 * normal_signal
    for _ in range(_ROUNDS):
        level = dopamine.level(xp, log_iron, xp.exp(log_th), body)
        held, _unused = dopamine.occupancies(level * rhythm_hours, 0.0, body)
        heard = dopamine.signal(xp, log_iron, d2, held, body)
        wanted = xp.log(xp.mean(dopamine.th_target(xp, heard, normal_signal, body), axis=0))
        log_th = 0.5 * (log_th + wanted)
    return log_region, csf, d2, log_th
