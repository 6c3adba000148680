"""One person in the model: what their measurements at the start fix, and where they start."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism import brain_iron, circadian, dopamine, excitability, iron, sleep
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.grid import (
    HOUR_WEIGHTS,
    HOURS_H,
    Tables,
    drug_table,
    iron_table,
    nodes,
)
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import Parameters
from ekbom.mechanism.pharmacology import ACTS, Acts, effect_per_mg
from ekbom.mechanism.rest import state_at_rest
from ekbom.mechanism.schedule import DAY_H, NOON_H, Layout
from ekbom.mechanism.settling import Settling, settling_of
from ekbom.mechanism.states import Person, State

# The search for an offset: between these, halved so often, then so many steps by the slope; half
# the width of its secant, and the slope below which the index does not tell the offset.
_OFFSETS = 12.0
_HALVINGS = 12
_SECANTS = 2
_SECANT = 0.01
_FLAT_PER_H = 1e-3
_FARTHEST = 1.0


_PER_MG = {"agonist": Acts.AGONIST, "ligand": Acts.LIGAND, "opioid": Acts.OPIOID}


class Offsets(NamedTuple):
    """The person's own offsets, such that the start is as measured.

    Parameters
    ----------
    spinal, striatal, wake : array
        Added to the spinal and the felt drive and to the logit of waking.
    wake_start_min : array
        Waking after sleep onset at the start, as the scale holds it.
    """

    spinal: Array
    striatal: Array
    wake: Array
    wake_start_min: Array


class Individual(NamedTuple):
    """A person, the parameters, and everything that no day changes.

    Parameters
    ----------
    person : Person
        As measured.
    parameters : Parameters
        One set a lane.
    iron : IronConstants
        What the blood test fixes.
    normal_signal : array
        Mean receptor signal of a day in a person without brain iron deficit.
    nodes, hours : Tables
        Tables at the nodes of the day, and at the middle of each hour after noon.
    settling : Settling
        Weights of the nodes.
    rhythm_nodes, rhythm_hours : array
        Dopamine over its daily middle.
    wave_hours : array
        Circadian wave by hour.
    severity_weights, sleep_weights : array
        Share of each hour in severity and in sleep; each sums to 1.
    night_min : array
        Minutes from lights off to lights on.
    offsets : Offsets
        The person's own.
    agonist, ligand, opioid : tuple of array
        Effect per mg of each medicine of the layout; None where it acts elsewhere.
    """

    person: Person
    parameters: Parameters
    iron: iron.IronConstants
    normal_signal: Array
    nodes: Tables
    hours: Tables
    settling: Settling
    rhythm_nodes: Array
    rhythm_hours: Array
    wave_hours: Array
    severity_weights: Array
    sleep_weights: Array
    night_min: Array
    offsets: Offsets
    agonist: tuple[Array | None, ...]
    ligand: tuple[Array | None, ...]
    opioid: tuple[Array | None, ...]


def individual(
    xp: Namespace,
    person: Person,
    parameters: Parameters,
    layout: Layout,
    movements: MovementIndex,
) -> tuple[Individual, State]:
    """A person ready to be simulated, and the state at rest that fits the measurements.

    Parameters
    ----------
    xp : namespace
        Array library.
    person, parameters : Person, Parameters
        Numbers, or one number per lane.
    layout : Layout
        What will be given.
    movements : MovementIndex
        PLMS index by excitability.

    Returns
    -------
    Individual, State
        The state has no medicine in it.
    """
    own = iron.constants(xp, person, parameters.body)
    node_h, weight = nodes(layout)
    no_iron = layout._replace(complexes=(), oral_iron=False)
    wave_hours, rhythm_hours = _rhythm(xp, HOURS_H, person, parameters)
    normal_signal = xp.mean(dopamine.occupancies(rhythm_hours, 0.0, parameters.body)[0], axis=0)
    state = state_at_rest(xp, person, parameters, own, layout, rhythm_hours, normal_signal)
    sleep_hours, night_h = _overlap_h(xp, person)
    without = Individual(
        person=person,
        parameters=parameters,
        iron=own,
        normal_signal=normal_signal,
        nodes=_tables(xp, node_h, weight, layout, own, parameters, person),
        hours=_tables(xp, HOURS_H, HOUR_WEIGHTS, no_iron, own, parameters, person),
        settling=settling_of(xp, layout, parameters.body),
        rhythm_nodes=_rhythm(xp, node_h, person, parameters)[1],
        rhythm_hours=rhythm_hours,
        wave_hours=wave_hours,
        severity_weights=(1 + wave_hours) / xp.sum(1 + wave_hours, axis=0),
        sleep_weights=sleep_hours / night_h,
        night_min=night_h * 60,
        offsets=Offsets(0.0, 0.0, 0.0, person.wake_min),
        **{name: _effects(parameters, layout, act) for name, act in _PER_MG.items()},
    )
    return without._replace(offsets=_offsets(xp, without, state, movements)), state


def _effects(parameters: Parameters, layout: Layout, act: Acts) -> tuple[Array | None, ...]:
    """Effect per mg of each medicine that acts there; None for the others."""
    return tuple(
        effect_per_mg(name, parameters) if ACTS[name] is act else None for name in layout.drugs
    )


def _tables(
    xp: Namespace,
    hours_h: Array,
    weights: Array,
    layout: Layout,
    own: iron.IronConstants,
    parameters: Parameters,
    person: Person,
) -> Tables:
    drugs = tuple(
        drug_table(xp, name, hours_h, layout, parameters, person.clearance_share)
        for name in layout.drugs
    )
    return Tables(
        xp.asarray(hours_h),
        xp.asarray(weights)[:, None],
        drugs,
        iron_table(xp, hours_h, layout, own, parameters),
    )


def _rhythm(
    xp: Namespace, hours_h: Array, person: Person, parameters: Parameters
) -> tuple[Array, Array]:
    """Circadian wave at hours after noon, shape (hours, lanes), and dopamine's rhythm."""
    body = parameters.body
    shift = xp.reshape(xp.asarray(person.phase_shift_h), (-1,))
    clock = xp.asarray(hours_h)[:, None] + NOON_H - shift
    wave = circadian.wave(xp, clock, body.peak_h, body.trough_h)
    return wave, circadian.dopamine_rhythm(xp, wave, body.dopamine_amplitude)


def _overlap_h(xp: Namespace, person: Person) -> tuple[Array, Array]:
    """Hours of the night within each hour after noon, shape (24, lanes), and in all."""
    bed = xp.reshape(xp.asarray((person.bed_h - NOON_H) % DAY_H), (-1,))
    rise = bed + xp.reshape(xp.asarray((person.rise_h - person.bed_h) % DAY_H), (-1,))
    begin = (xp.asarray(HOURS_H) - 0.5)[:, None]
    # A night that goes on past noon comes round to the start of the model day.
    hours = _within(xp, begin, bed, rise) + _within(xp, begin + DAY_H, bed, rise)
    return hours, xp.sum(hours, axis=0)


def _within(xp: Namespace, begin: Array, start: Array, end: Array) -> Array:
    low = xp.where(begin > start, begin, start)
    high = xp.where(begin + 1 < end, begin + 1, end)
    return xp.where(high > low, high - low, 0.0)


def _offsets(xp: Namespace, own: Individual, state: State, movements: MovementIndex) -> Offsets:
    """Offsets at which the start, without medicines, is as measured."""
    body = own.parameters.body
    log_iron = brain_iron.log_labile(xp, state.iron_csf, state.iron_region, body)
    _, held = receptors_by_hour(xp, own, state, log_iron, 0.0)
    drives = drives_by_hour(xp, own, state, log_iron, held)
    return solved_offsets(
        xp, own, drives.spinal, drives.striatal, drives.striatal, (0.0, 0.0), movements
    )


def solved_offsets(
    xp: Namespace,
    own: Individual,
    spinal: Array,
    felt: Array,
    striatal: Array,
    by_medicine: tuple[Array, Array],
    movements: MovementIndex,
) -> Offsets:
    """Offsets at which severity, movements and waking are the measured ones.

    Parameters
    ----------
    xp : namespace
        Array library.
    own : Individual
        The person.
    spinal, felt, striatal : array
        By hour: drive of movements and of severity after what medicines take away, and the
        striatal drive itself.
    by_medicine : tuple of array
        By hour: shares of the full effect of ligands and opioids.
    movements : MovementIndex
        PLMS index by excitability.
    """
    body, person = own.parameters.body, own.person
    severe = xp.sum(own.severity_weights * felt, axis=0)
    found, index = _spinal_offset(xp, own, spinal, movements)
    ligand, opioid = (person.response_gain * mean_asleep(xp, own, share) for share in by_medicine)
    wake = sleep.wake_logit(mean_asleep(xp, own, striatal), index, ligand, opioid, body)
    measured = sleep.logit_of_wake_min(xp, person.wake_min, own.night_min)
    return Offsets(
        spinal=found,
        striatal=excitability.severity_logit(xp, person.irls) - severe,
        wake=measured - wake,
        wake_start_min=sleep.wake_min(xp, measured, own.night_min),
    )


def _spinal_offset(
    xp: Namespace, own: Individual, spinal: Array, movements: MovementIndex
) -> tuple[Array, Array]:
    """Offset of the spinal drive at which the PLMS index is the measured one, and that index."""
    wanted = own.person.plms_index
    # Strong gains drive far from 0: it is looked for around what undoes the mean drive.
    middle = -mean_asleep(xp, own, spinal)
    low, high = middle - _OFFSETS, middle + _OFFSETS

    def index_at(offset: Array) -> Array:
        chance = excitability.logistic(xp, offset + spinal)
        return mean_asleep(xp, own, movements.per_h(xp, chance))

    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        short = index_at(middle) < wanted
        low, high = xp.where(short, middle, low), xp.where(short, high, middle)
    found = (low + high) / 2
    # Then by the slope: halving alone has no derivative, and the offset depends on parameters.
    for _ in range(_SECANTS):
        slope = (index_at(found + _SECANT) - index_at(found - _SECANT)) / (2 * _SECANT)
        steep = slope > _FLAT_PER_H
        missing = xp.where(steep, wanted - index_at(found), 0.0)
        moved = found + missing / xp.where(steep, slope, 1.0)
        found = xp.where(abs(moved - found) < _FARTHEST, moved, found)
    return found, index_at(found)


def mean_asleep(xp: Namespace, own: Individual, by_hour: Array) -> Array:
    """Mean over the hours in bed of what was found by hour after noon."""
    return xp.sum(own.sleep_weights * by_hour, axis=0)


def receptors_by_hour(
    xp: Namespace, own: Individual, state: State, log_iron: Array, agonist: Array
) -> tuple[Array, Array]:
    """Dopamine and the receptors it meets.

    Parameters
    ----------
    xp : namespace
        Array library.
    own : Individual
        The person.
    state : State
        Enzyme of that night.
    log_iron : array
        Logarithm of the iron that dopamine feels.
    agonist : array
        Agonist effect by hour.

    Returns
    -------
    level, held : array
        Dopamine over its rhythm; and in the middle of each hour after noon, shape (24, lanes),
        the share of receptors held by dopamine or agonist.
    """
    body = own.parameters.body
    level = dopamine.level(xp, log_iron, state.th, body)
    held, _unused = dopamine.occupancies(level * own.rhythm_hours, agonist, body)
    return level, held


def drives_by_hour(
    xp: Namespace, own: Individual, state: State, log_iron: Array, held: Array
) -> excitability.Drives:
    """Both drives in the middle of each hour after noon, shape (24, lanes).

    Parameters
    ----------
    xp : namespace
        Array library.
    own : Individual
        The person.
    state : State
        Receptors and D1 of that night.
    log_iron : array
        Logarithm of the iron that dopamine feels.
    held : array
        Share of receptors held by hour; see `receptors_by_hour`.
    """
    body = own.parameters.body
    heard = dopamine.signal(xp, log_iron, state.d2, held, body)
    lost = xp.log(own.normal_signal / heard)
    return excitability.drives(
        xp, own.wave_hours, lost, state.d1, log_iron, own.person.response_gain, body
    )
