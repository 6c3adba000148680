"""Outcomes of a simulation as a reader calls them, with the unit they are shown in."""

from __future__ import annotations

from dataclasses import dataclass

_PER_CENT = 100.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a night or of the blood test after it.

    Parameters
    ----------
    id : str
        Its name in `ekbom.mechanism.observables.Night`.
    name, unit : str
        For a reader.
    digits : int
        Decimals that are shown.
    factor : float
        From the model's unit to the one shown.
    lowest_top : float
        The axis reaches at least so far.
    highest : float or None
        End of the scale, where it has one.
    says : str
        What a reader has to know of it.
    """

    id: str
    name: str
    unit: str
    digits: int = 0
    factor: float = 1.0
    lowest_top: float = 0.0
    highest: float | None = None
    says: str = ""


IRLS = Outcome(
    "irls",
    "Severity (IRLS)",
    "points",
    digits=1,
    lowest_top=40.0,
    highest=40.0,
    says="International Restless Legs Scale, 0 to 40 points.",
)
PLMS_INDEX = Outcome(
    "plms_index",
    "PLMS index",
    "/h",
    digits=1,
    lowest_top=20.0,
    says="Periodic leg movements per hour of sleep.",
)
PERIODICITY = Outcome("periodicity", "Periodicity of movements", "", digits=2, highest=1.0)
WAKE = Outcome(
    "wake_min",
    "Waking after sleep onset",
    "min",
    lowest_top=60.0,
    says="Minutes awake between falling asleep and the last sleep.",
)
AWAKENINGS = Outcome("awakenings", "Awakenings", "a night", digits=1)
EFFICIENCY = Outcome("efficiency", "Sleep efficiency", "%", digits=1, highest=100.0)
FERRITIN = Outcome("ferritin", "Ferritin", "µg/L", lowest_top=50.0)
TSAT = Outcome("tsat", "Transferrin saturation", "%", lowest_top=40.0)
HEMOGLOBIN = Outcome("hemoglobin", "Haemoglobin", "g/dL", digits=1)
AUGMENTATION = Outcome(
    "augmentation",
    "Augmentation: criteria met",
    "%",
    factor=_PER_CENT,
    digits=1,
    lowest_top=20.0,
    highest=100.0,
    says="Probability to have met the criteria of augmentation at least once since the start.",
)
REGION_IRON = Outcome(
    "region_iron",
    "Brain iron",
    "of normal",
    digits=2,
    lowest_top=1.5,
    says="Iron of nigra, striatum and spinal cord; 1 is normal.",
)
TH_ACTIVITY = Outcome(
    "th_activity",
    "Tyrosine hydroxylase",
    "of normal",
    digits=2,
    lowest_top=1.5,
    says="Activity of the enzyme with its cofactor; 1 is normal.",
)
DOPAMINE = Outcome(
    "dopamine",
    "Extracellular dopamine",
    "of normal",
    digits=2,
    lowest_top=1.5,
    says="Mean of the day; 1 is normal.",
)
D2_DENSITY = Outcome(
    "d2_density",
    "D2/D3 receptors: density",
    "of normal",
    digits=2,
    lowest_top=1.5,
    says="Receptors at the surface, whatever holds them; 1 is normal.",
)
D2_OCCUPANCY = Outcome(
    "d2_occupancy",
    "D2/D3 receptors: occupancy",
    "%",
    factor=_PER_CENT,
    highest=100.0,
    lowest_top=100.0,
    says="Share held by dopamine or an agonist, mean of the day.",
)
D2_FREE = Outcome(
    "d2_free",
    "D2/D3 receptors: free for a tracer",
    "of normal",
    digits=2,
    lowest_top=1.5,
    says="What binding potential shows in mid-morning: density and occupancy together.",
)

# What can be measured in a patient, and what no one can.
SEEN = (
    IRLS,
    PLMS_INDEX,
    PERIODICITY,
    WAKE,
    AWAKENINGS,
    EFFICIENCY,
    FERRITIN,
    TSAT,
    HEMOGLOBIN,
    AUGMENTATION,
)
INSIDE = (REGION_IRON, TH_ACTIVITY, DOPAMINE, D2_DENSITY, D2_OCCUPANCY, D2_FREE)
# What the short tables tell.
SHORT = (IRLS, PLMS_INDEX, FERRITIN, AUGMENTATION)
# And where iron comes in or is lost.
SHORT_OF_IRON = (IRLS, PLMS_INDEX, FERRITIN, TSAT, HEMOGLOBIN, AUGMENTATION)
TOLD = (IRLS, PLMS_INDEX, WAKE, FERRITIN, TSAT, AUGMENTATION)


def shown(outcome: Outcome, value: float) -> str:
    """A value in the unit shown, without it.

    Parameters
    ----------
    outcome : Outcome
        What it is a value of.
    value : float
        Already in the unit shown.
    """
    text = f"{value:.{outcome.digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text
