"""What can be observed of a state: severity, movements, sleep, blood, receptors."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism import dopamine, excitability, iron, sleep
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.day_step import Midnight, effects
from ekbom.mechanism.individual import Individual, Offsets, drives_by_hour, solved_offsets
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.pharmacology import saturating


class Night(NamedTuple):
    """What one night and the blood test after it would show, by lane.

    Parameters
    ----------
    irls : array
        Severity, points of 0 to 40.
    plms_index : array
        Periodic leg movements per hour of sleep.
    periodicity : array
        Ferri's periodicity index, 0 to 1.
    wake_min, awakenings, efficiency : array
        Waking after sleep onset in minutes, number of awakenings, share of the night asleep in
        per cent.
    ferritin, tsat, hemoglobin : array
        ug/L, per cent, g/dL.
    region_iron : array
        Iron of nigra, striatum and spinal cord; 1 is normal.
    th_activity : array
        Activity of tyrosine hydroxylase with its cofactor; 1 is normal.
    dopamine : array
        Mean extracellular dopamine of the day; 1 is normal.
    d2_density : array
        D2/D3 receptors at the surface, whatever holds them; 1 is normal.
    d2_occupancy : array
        Share held by dopamine or agonist, mean of the day.
    d2_free : array
        Receptors free to bind a tracer in mid-morning, over normal: what binding potential shows.
    augmentation : array
        Probability to have met the criteria of augmentation since the start.
    """

    irls: Array
    plms_index: Array
    periodicity: Array
    wake_min: Array
    awakenings: Array
    efficiency: Array
    ferritin: Array
    tsat: Array
    hemoglobin: Array
    region_iron: Array
    th_activity: Array
    dopamine: Array
    d2_density: Array
    d2_occupancy: Array
    d2_free: Array
    augmentation: Array


UNITS = {
    "irls": "1",
    "plms_index": "/h",
    "periodicity": "1",
    "wake_min": "min",
    "awakenings": "1",
    "efficiency": "%",
    "ferritin": "ug/L",
    "tsat": "%",
    "hemoglobin": "g/dL",
    "region_iron": "1",
    "th_activity": "1",
    "dopamine": "1",
    "d2_density": "1",
    "d2_occupancy": "1",
    "d2_free": "1",
    "augmentation": "1",
}


class Profile(NamedTuple):
    """One day by hour after noon, shape (24, lanes).

    Parameters
    ----------
    severity : array
        What the striatal drive of that hour alone would come to on the IRLS scale.
    excitability : array
        Chance that a potential movement happens, lying in N2.
    movements_per_h : array
        PLMS index of an hour slept then.
    dopamine : array
        Extracellular dopamine; 1 is the normal mean.
    occupancy : array
        Share of D2/D3 receptors held by dopamine or agonist.
    """

    severity: Array
    excitability: Array
    movements_per_h: Array
    dopamine: Array
    occupancy: Array


_SCAN_HOUR = 22  # from noon: 10 in the morning, when tracers are given


class _Hours(NamedTuple):
    drives: excitability.Drives
    chance: Array
    stilled: Array
    relief: Array
    ligand: Array
    opioid: Array
    agonist: Array


def _hours(xp: Namespace, own: Individual, midnight: Midnight) -> _Hours:
    body, gain = own.parameters.body, own.person.response_gain
    agonist, ligand, opioid = (
        effects(own.hours, per_mg, midnight.state, midnight.doses)
        for per_mg in (own.agonist, own.ligand, own.opioid)
    )
    drives = drives_by_hour(xp, own, midnight.state, midnight.log_iron, agonist)
    ligand = saturating(ligand) + 0.0 * own.wave_hours
    opioid = saturating(opioid) + 0.0 * own.wave_hours
    stilled = gain * (body.alpha2delta_movements * ligand + body.opioid_movements * opioid)
    relief = gain * (body.alpha2delta_max * ligand + body.opioid_max * opioid)
    chance = excitability.logistic(xp, own.offsets.spinal + drives.spinal - stilled)
    return _Hours(drives, chance, stilled, relief, ligand, opioid, agonist)


def offsets_as_measured(
    xp: Namespace, own: Individual, midnight: Midnight, movements: MovementIndex
) -> Offsets:
    """Offsets at which a night, under whatever is taken then, is as the person was measured.

    Parameters
    ----------
    xp : namespace
        Array library.
    own : Individual
        The person; offsets are not looked at.
    midnight : Midnight
        Of the day of measurement.
    movements : MovementIndex
        PLMS index by excitability.
    """
    bare = own._replace(offsets=Offsets(0.0, 0.0, 0.0, own.person.wake_min))
    hours = _hours(xp, bare, midnight)
    return solved_offsets(
        xp,
        own,
        hours.drives.spinal - hours.stilled,
        hours.drives.striatal - hours.relief,
        hours.drives.striatal,
        (hours.ligand, hours.opioid),
        movements,
    )


def _wake_min(xp: Namespace, own: Individual, hours: _Hours, index: Array) -> Array:
    gain = own.person.response_gain

    def asleep(value: Array) -> Array:
        return xp.sum(own.sleep_weights * value, axis=0)

    wake = sleep.wake_logit(
        asleep(hours.drives.striatal),
        index,
        gain * asleep(hours.ligand),
        gain * asleep(hours.opioid),
        own.parameters.body,
    )
    return sleep.wake_min(xp, own.offsets.wake + wake, own.night_min)


def observe(xp: Namespace, own: Individual, midnight: Midnight, movements: MovementIndex) -> Night:
    """The night and the blood test of one model day.

    Parameters
    ----------
    xp : namespace
        Array library.
    own : Individual
        The person.
    midnight : Midnight
        Of the day.
    movements : MovementIndex
        PLMS index by excitability.
    """
    body, state, closing = own.parameters.body, midnight.state, midnight.closing
    hours = _hours(xp, own, midnight)
    hope = closing.expectation
    felt = xp.sum(own.severity_weights * (hours.drives.striatal - hours.relief), axis=0)

    def asleep(value: Array) -> Array:
        return xp.sum(own.sleep_weights * value, axis=0)

    index = asleep(movements.per_h(xp, hours.chance))
    wake_min = _wake_min(xp, own, hours, index)
    level = dopamine.level(xp, midnight.log_iron, state.th, body)
    held, _ = dopamine.occupancies(level * own.rhythm_hours, hours.agonist, body)
    normal, _ = dopamine.occupancies(own.rhythm_hours, 0.0, body)
    return Night(
        irls=excitability.severity(xp, own.offsets.striatal + felt - hope),
        plms_index=index,
        periodicity=asleep(movements.regularity(xp, hours.chance)),
        wake_min=wake_min,
        awakenings=sleep.awakenings(
            xp, own.person.awakenings, wake_min, own.offsets.wake_start_min, body
        ),
        efficiency=100 * (1 - wake_min / own.night_min),
        ferritin=closing.ferritin,
        tsat=iron.tsat_percent(closing.iron_plasma, own.iron),
        hemoglobin=own.person.hemoglobin_g_per_dl * closing.iron_rbc / own.iron.rbc_start_mg,
        region_iron=state.iron_region,
        th_activity=state.th * xp.exp(body.iron_to_th * midnight.log_iron),
        dopamine=level * xp.mean(own.rhythm_hours, axis=0),
        d2_density=state.d2,
        d2_occupancy=xp.mean(held, axis=0),
        d2_free=state.d2 * (1 - held[_SCAN_HOUR]) / (1 - normal[_SCAN_HOUR]),
        augmentation=1 - xp.exp(-closing.hazard),
    )


def profile(
    xp: Namespace, own: Individual, midnight: Midnight, movements: MovementIndex
) -> Profile:
    """One model day by the hour.

    Parameters
    ----------
    xp : namespace
        Array library.
    own : Individual
        The person.
    midnight : Midnight
        Of the day.
    movements : MovementIndex
        PLMS index by excitability.
    """
    body, state = own.parameters.body, midnight.state
    hours = _hours(xp, own, midnight)
    level = dopamine.level(xp, midnight.log_iron, state.th, body)
    held, _ = dopamine.occupancies(level * own.rhythm_hours, hours.agonist, body)
    value = (
        own.offsets.striatal + hours.drives.striatal - hours.relief - midnight.closing.expectation
    )
    return Profile(
        severity=excitability.severity(xp, value),
        excitability=hours.chance,
        movements_per_h=movements.per_h(xp, hours.chance),
        dopamine=level * own.rhythm_hours,
        occupancy=held,
    )
