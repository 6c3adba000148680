"""What can be observed of a state: severity, movements, sleep, blood, receptors."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism import dopamine, excitability, iron, sleep
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.day_step import Midnight, effects
from ekbom.mechanism.individual import (
    Individual,
    Offsets,
    drives_by_hour,
    mean_asleep,
    receptors_by_hour,
    solved_offsets,
)
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
    """What the night is read from, by hour after noon; but ``level``, which is of the day."""

    level: Array
    held: Array
    drives: excitability.Drives
    relief: excitability.Relief
    chance: Array
    ligand: Array
    opioid: Array


def _hours(xp: Namespace, own: Individual, midnight: Midnight) -> _Hours:
    body, gain = own.parameters.body, own.person.response_gain
    agonist, ligand, opioid = (
        effects(own.hours, per_mg, midnight.state, midnight.doses)
        for per_mg in (own.agonist, own.ligand, own.opioid)
    )
    level, held = receptors_by_hour(xp, own, midnight.state, midnight.log_iron, agonist)
    drives = drives_by_hour(xp, own, midnight.state, midnight.log_iron, held)
    ligand = saturating(ligand) + 0.0 * own.wave_hours
    opioid = saturating(opioid) + 0.0 * own.wave_hours
    relief = excitability.relief(ligand, opioid, gain, body)
    chance = excitability.logistic(xp, own.offsets.spinal + drives.spinal - relief.spinal)
    return _Hours(level, held, drives, relief, chance, ligand, opioid)


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
        hours.drives.spinal - hours.relief.spinal,
        hours.drives.striatal - hours.relief.striatal,
        hours.drives.striatal,
        (hours.ligand, hours.opioid),
        movements,
    )


def _wake_min(xp: Namespace, own: Individual, hours: _Hours, index: Array) -> Array:
    gain = own.person.response_gain
    wake = sleep.wake_logit(
        mean_asleep(xp, own, hours.drives.striatal),
        index,
        gain * mean_asleep(xp, own, hours.ligand),
        gain * mean_asleep(xp, own, hours.opioid),
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
    felt = xp.sum(own.severity_weights * (hours.drives.striatal - hours.relief.striatal), axis=0)
    index = mean_asleep(xp, own, movements.per_h(xp, hours.chance))
    wake_min = _wake_min(xp, own, hours, index)
    normal, _ = dopamine.occupancies(own.rhythm_hours, 0.0, body)
    return Night(
        irls=excitability.severity(xp, own.offsets.striatal + felt - hope),
        plms_index=index,
        periodicity=mean_asleep(xp, own, movements.periodicity_index(xp, hours.chance)),
        wake_min=wake_min,
        awakenings=sleep.awakenings(
            xp, own.person.awakenings, wake_min, own.offsets.wake_start_min, body
        ),
        efficiency=100 * (1 - wake_min / own.night_min),
        ferritin=closing.ferritin,
        tsat=iron.tsat_percent(
            xp,
            midnight.fasting_iron,
            iron.saturation_per_mg(xp, closing.iron_store, own.iron, body),
        ),
        hemoglobin=own.person.hemoglobin_g_per_dl * closing.iron_rbc / own.iron.rbc_start_mg,
        region_iron=state.iron_region,
        th_activity=state.th * xp.exp(body.iron_to_th * midnight.log_iron),
        dopamine=hours.level * xp.mean(own.rhythm_hours, axis=0),
        d2_density=state.d2,
        d2_occupancy=xp.mean(hours.held, axis=0),
        d2_free=state.d2 * (1 - hours.held[_SCAN_HOUR]) / (1 - normal[_SCAN_HOUR]),
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
    hours = _hours(xp, own, midnight)
    felt = hours.drives.striatal - hours.relief.striatal
    value = own.offsets.striatal + felt - midnight.closing.expectation
    return Profile(
        severity=excitability.severity(xp, value),
        excitability=hours.chance,
        movements_per_h=movements.per_h(xp, hours.chance),
        dopamine=hours.level * own.rhythm_hours,
        occupancy=hours.held,
    )
