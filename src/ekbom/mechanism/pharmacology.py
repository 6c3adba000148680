"""Medicines: from a dose to the amount in the body to what it does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from ekbom.mechanism.arrays import Array, Namespace, difference_of_decays
from ekbom.mechanism.parameters import Kinetics, Parameters

_UG_PER_MG = 1000


class Acts(Enum):
    """Where a medicine acts in the model."""

    AGONIST = "D2/D3 receptors"
    LIGAND = "alpha-2-delta subunits"
    OPIOID = "opioid receptors"


ACTS: Final[Mapping[str, Acts]] = MappingProxyType(
    {
        "pramipexole": Acts.AGONIST,
        "ropinirole": Acts.AGONIST,
        "rotigotine": Acts.AGONIST,
        "gabapentin": Acts.LIGAND,
        "gabapentin-enacarbil": Acts.LIGAND,
        "pregabalin": Acts.LIGAND,
        "oxycodone": Acts.OPIOID,
    }
)
IRON_BY_VEIN: Final = (
    "ferric-carboxymaltose",
    "ferric-derisomaltose",
    "ferumoxytol",
    "iron-dextran",
    "iron-sucrose",
)
IRON_BY_MOUTH: Final = ("ferrous-sulfate",)
PATCHES: Final = frozenset({"rotigotine"})
PATCH_WORN_H: Final = 24.0
# A prodrug acts as its moiety.
MOIETY: Final = MappingProxyType({"gabapentin-enacarbil": "gabapentin"})


def elimination_per_h(drug: Kinetics, clearance_share: Array) -> Array:
    """Elimination rate: ``ln 2 / half-life``, its renal share slowed with the kidneys.

    Parameters
    ----------
    drug : Kinetics
        Half-life in hours and renal share.
    clearance_share : array
        Renal clearance relative to healthy kidneys.
    """
    slowed = 1 - drug.renal_share * (1 - clearance_share)
    return math.log(2) / drug.half_life_h * slowed


def absorbed_dose_mg(name: str, dose_mg: Array, drugs: Mapping[str, Kinetics]) -> Array:
    """What of a dose reaches the blood; where absorption saturates, less of a larger dose.

    ``F dose``, and for gabapentin ``F dose / (1 + dose / saturation)``.

    Parameters
    ----------
    name : str
        Medicine.
    dose_mg : array
        As labelled.
    drugs : Mapping of str to Kinetics
        Bioavailability and saturation.
    """
    drug = drugs[name]
    if name == "gabapentin":
        return dose_mg * drug.bioavailability / (1 + dose_mg / drug.saturation_mg)
    return dose_mg * drug.bioavailability


def effect_per_mg(name: str, parameters: Parameters) -> Array:
    """Concentration over half-effect concentration, per mg in the body.

    Parameters
    ----------
    name : str
        Medicine; a prodrug counts as its moiety.
    parameters : Parameters
        Volume in litres and half-effect concentration in ug/L.
    """
    half = parameters.drugs[MOIETY.get(name, name)].half_effect_ug_per_l
    return _UG_PER_MG / (parameters.drugs[name].volume_l * half)


def transfer(xp: Namespace, absorption: Array, elimination: Array, time_h: Array) -> Array:
    """Share of an absorbed dose in the body some time after it, one compartment.

    ``ka (exp(-ke t) - exp(-ka t)) / (ka - ke)``; 0 before the dose.

    Parameters
    ----------
    xp : namespace
        Array library.
    absorption, elimination : array
        Rates, per hour.
    time_h : array
        Hours since the dose; negative before it.
    """
    since = xp.where(time_h > 0, time_h, 0.0)
    return absorption * difference_of_decays(xp, elimination, absorption, since)


def transfer_of_flow(
    xp: Namespace, absorption: Array, elimination: Array, time_h: Array
) -> tuple[Array, Array]:
    """Amounts left in skin and in the body by a steady flow of 1 mg/h begun some time ago.

    The integral of `transfer` and of the decay in the skin: what a patch does.

    Parameters
    ----------
    xp : namespace
        Array library.
    absorption, elimination : array
        Rates, per hour.
    time_h : array
        Hours since the flow began; negative before it.
    """
    since = xp.where(time_h > 0, time_h, 0.0)
    skin = (1 - xp.exp(-absorption * since)) / absorption
    gap = absorption - elimination
    cleared = (1 - xp.exp(-elimination * since)) / elimination
    body = absorption * (cleared - skin) / gap
    return skin, body


def saturating(effect: Array) -> Array:
    """Share of the full effect: ``u / (1 + u)`` with ``u`` over half-effect concentrations."""
    return effect / (1 + effect)
