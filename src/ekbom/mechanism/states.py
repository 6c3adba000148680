"""The state of the model: what is carried from noon to noon, with its units."""

from __future__ import annotations

from typing import NamedTuple

from ekbom.mechanism.arrays import Array


class State(NamedTuple):
    """Amounts and levels at one moment; a number each, or one number per lane.

    Parameters
    ----------
    iron_plasma : array
        Iron on transferrin, mg.
    iron_store : array
        Storage iron of liver, spleen and marrow, mg.
    iron_res : array
        Iron of macrophages that came in by vein, mg.
    iron_rbc : array
        Iron of the red cells, mg.
    iron_complex : tuple of array
        Iron complex in plasma, by product, mg.
    iron_gut : array
        Oral iron on its way through the gut wall, mg.
    iron_gained, iron_lost : array
        Iron that came in and went out since the start, mg; for the balance.
    hepcidin_oral : array
        Rise of hepcidin by recent oral doses, relative.
    ferritin : array
        Serum ferritin, ug/L.
    iron_csf : array
        Iron of the brain's fluids; 1 is normal.
    iron_region : array
        Iron of nigra, striatum and spinal cord; 1 is normal.
    th : array
        Capacity of tyrosine hydroxylase by compensation; 1 is normal.
    d2 : array
        D2/D3 receptors at the surface (density, whatever occupies them); 1 is normal.
    d1 : array
        D1 signalling; 1 without long exposure to an agonist.
    expectation : array
        Response to being treated, on the logit of severity.
    hazard : array
        Cumulative hazard of meeting the criteria of augmentation.
    gut, central : tuple of array
        Amounts of each medicine, mg absorbed.
    """

    iron_plasma: Array
    iron_store: Array
    iron_res: Array
    iron_rbc: Array
    iron_complex: tuple[Array, ...]
    iron_gut: Array
    iron_gained: Array
    iron_lost: Array
    hepcidin_oral: Array
    ferritin: Array
    iron_csf: Array
    iron_region: Array
    th: Array
    d2: Array
    d1: Array
    expectation: Array
    hazard: Array
    gut: tuple[Array, ...]
    central: tuple[Array, ...]


UNITS = {
    "iron_plasma": "mg",
    "iron_store": "mg",
    "iron_res": "mg",
    "iron_rbc": "mg",
    "iron_complex": "mg",
    "iron_gut": "mg",
    "iron_gained": "mg",
    "iron_lost": "mg",
    "hepcidin_oral": "1",
    "ferritin": "ug/L",
    "iron_csf": "1",
    "iron_region": "1",
    "th": "1",
    "d2": "1",
    "d1": "1",
    "expectation": "1",
    "hazard": "1",
    "gut": "mg",
    "central": "mg",
}


class Person(NamedTuple):
    """One person, or one person per lane, as the model meets them.

    Parameters
    ----------
    weight_kg, ferritin_ug_per_l, tsat_percent, hemoglobin_g_per_dl : array
        Measured at the start.
    irls : array
        Severity at the start, points of 0 to 40.
    plms_index : array
        Periodic leg movements in sleep at the start, per hour.
    wake_min, awakenings : array
        Waking after sleep onset in minutes, and number of awakenings, at the start.
    bed_h, rise_h : array
        Clock times of lights off and lights on, hours.
    phase_shift_h : array
        How much later than usual the body clock runs.
    inflammation : array
        Factor on ferritin and hepcidin; 1 without inflammation.
    clearance_share : array
        Renal clearance relative to healthy kidneys, 0 to 1.
    bleeding_mg_per_d : array
        Continuous loss of red-cell iron beyond the basal loss.
    response_gain : array
        Factor on every effect of treatment on the drives; 1 for the mean person.
    expectation_shift : array
        Added to the limit of the placebo response: this person's and this trial's.
    barrier_shift, receptor_shift : array
        Log factors on iron passage into the brain and on the number of receptors.
    """

    weight_kg: Array
    ferritin_ug_per_l: Array
    tsat_percent: Array
    hemoglobin_g_per_dl: Array
    irls: Array
    plms_index: Array
    wake_min: Array
    awakenings: Array
    bed_h: Array
    rise_h: Array
    phase_shift_h: Array = 0.0
    inflammation: Array = 1.0
    clearance_share: Array = 1.0
    bleeding_mg_per_d: Array = 0.0
    response_gain: Array = 1.0
    expectation_shift: Array = 0.0
    barrier_shift: Array = 0.0
    receptor_shift: Array = 0.0
