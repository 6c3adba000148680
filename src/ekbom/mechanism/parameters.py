"""The parameters of the model, and the priors they are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter, ModelVariant
from ekbom.mechanism.arrays import Array, Namespace

SECTIONS = ("model-parameters", "model-variants")
DEFAULT_VARIANT = "poor-receptors"

# Pathways that a variant opens; in the others they are zero.
PATHWAYS = (
    "iron_to_th",
    "iron_to_d2",
    "iron_to_transporter",
    "iron_to_coupling",
    "iron_to_adenosine",
    "th_compensation",
)


class Body(NamedTuple):
    """Parameters of the body; meaning, unit, prior and source of each are in the records.

    Each is a number, or an array with one number per lane.
    """

    # iron
    red_cell_life_d: Array
    hemoglobin_iron_mg_per_g: Array
    blood_volume_l_per_kg: Array
    transferrin_capacity_mg_per_kg: Array
    store_mg_per_ferritin: Array
    half_full_store_mg: Array
    least_fullness: Array
    marrow_share: Array
    marrow_share_max: Array
    marrow_demand: Array
    hemoglobin_set_point_g_per_dl: Array
    basal_loss_mg_per_d_per_kg: Array
    basal_loss_half_mg: Array
    hepcidin_store_power: Array
    hepcidin_erythroid_power: Array
    release_hepcidin_power: Array
    absorption_reference_ferritin_ug_per_l: Array
    oral_absorption_max_mg: Array
    oral_absorption_half_mg: Array
    oral_hepcidin_rise: Array
    oral_hepcidin_half_mg: Array
    oral_hepcidin_time_d: Array
    gut_iron_per_d: Array
    res_release_per_d: Array
    res_to_plasma_share: Array
    res_ferritin_weight: Array
    ferritin_time_d: Array
    # brain iron
    barrier_half_tsat_percent: Array
    reference_tsat_percent: Array
    barrier_gain: Array
    receptor_feedback: Array
    csf_iron_time_d: Array
    region_iron_time_d: Array
    region_iron_saving: Array
    labile_share: Array
    # dopamine
    eda_exponent_th: Array
    eda_exponent_firing: Array
    eda_exponent_transporter: Array
    dopamine_time_h: Array
    dopamine_binding: Array
    iron_to_th: Array
    iron_to_d2: Array
    iron_to_transporter: Array
    iron_to_coupling: Array
    iron_to_adenosine: Array
    th_compensation: Array
    th_time_d: Array
    d2_time_d: Array
    d2_desensitisation: Array
    d1_rise: Array
    d1_time_d: Array
    # circadian
    peak_h: Array
    trough_h: Array
    dopamine_amplitude: Array
    drive_amplitude: Array
    # excitability
    spinal_gain: Array
    striatal_gain: Array
    striatal_d1_gain: Array
    spinal_d1_gain: Array
    alpha2delta_max: Array
    alpha2delta_movements: Array
    opioid_max: Array
    opioid_movements: Array
    # sleep
    wake_striatal: Array
    wake_movements: Array
    wake_alpha2delta: Array
    wake_opioid: Array
    awakenings_slope: Array
    # expectation
    expectation_limit: Array
    expectation_time_d: Array
    expectation_trial_sd: Array
    expectation_person_sd: Array
    response_person_sd: Array
    # augmentation
    augmentation_per_d: Array
    augmentation_occupancy_power: Array
    augmentation_d1: Array
    augmentation_iron: Array
    augmentation_false_per_d: Array


class Kinetics(NamedTuple):
    """How one medicine or iron product moves and what it does; see the records.

    Fields that a product does not have are 0.
    """

    absorption_per_h: Array = 0.0
    half_life_h: Array = 0.0
    bioavailability: Array = 0.0
    volume_l: Array = 0.0
    renal_share: Array = 0.0
    saturation_mg: Array = 0.0
    half_effect_ug_per_l: Array = 0.0


class Parameters(NamedTuple):
    """All parameters: of the body, and of each medicine by name."""

    body: Body
    drugs: dict[str, Kinetics]


@dataclass(frozen=True, slots=True)
class Priors:
    """The records of all parameters, in one order.

    Parameters
    ----------
    records : tuple of ModelParameter
        Sorted by submodel, drug and symbol.
    variant : ModelVariant
        Which pathways are open.
    """

    records: tuple[ModelParameter, ...]
    variant: ModelVariant

    @classmethod
    def of(cls, knowledge: KnowledgeBase, variant: str = DEFAULT_VARIANT) -> Self:
        """The priors of one variant.

        Parameters
        ----------
        knowledge : KnowledgeBase
            With the sections of `SECTIONS`.
        variant : str
            Id of a `ModelVariant`.

        Raises
        ------
        UsageError
            There is no such variant.
        """
        variants = knowledge.of(ModelVariant)
        if variant not in variants:
            raise UsageError(
                f"no variant {variant!r} of the model", expected=f"one of: {', '.join(variants)}"
            )
        own = knowledge.of(ModelParameter).values()
        used = (r for r in own if r.symbol in Body._fields or r.symbol in Kinetics._fields)
        ordered = sorted(used, key=lambda r: (r.submodel, r.drug, r.symbol))
        return cls(tuple(ordered), variants[variant])

    @property
    def uncertain(self) -> tuple[ModelParameter, ...]:
        """Those that are drawn: with a spread, and not on a closed pathway."""
        closed = set(PATHWAYS) - set(self.variant.open_)
        return tuple(r for r in self.records if r.spread > 0 and r.symbol not in closed)

    def values(self, xp: Namespace, scores: Mapping[str, Array]) -> Parameters:
        """Parameters from standard scores.

        Parameters
        ----------
        xp : namespace
            Array library.
        scores : Mapping of str to array
            By record id: distance from the prior median in prior standard deviations, on the
            record's scale. Those left out stand at their median.

        Returns
        -------
        values : Parameters
            In the records' units.
        """
        open_ = set(self.variant.open_)
        body: dict[str, Array] = {}
        drugs: dict[str, dict[str, Array]] = {}
        for record in self.records:
            value = value_of(xp, record, scores.get(record.id, 0.0))
            if record.drug:
                drugs.setdefault(record.drug, {})[record.symbol] = value
            elif record.symbol in PATHWAYS and record.symbol not in open_:
                body[record.symbol] = 0.0
            else:
                body[record.symbol] = value
        return Parameters(Body(**body), {name: Kinetics(**own) for name, own in drugs.items()})


def value_of(xp: Namespace, record: ModelParameter, score: Array) -> Array:
    """A parameter's value at a standard score of its prior.

    Parameters
    ----------
    xp : namespace
        Array library.
    record : ModelParameter
        The prior.
    score : array
        Distance from the median in prior standard deviations, on the record's scale.

    Returns
    -------
    array
        In the record's unit, held inside its limits.
    """
    shift = record.spread * score
    if record.scale == "log":
        value = record.median * xp.exp(shift)
    elif record.scale == "logit":
        odds = record.median / (1 - record.median) * xp.exp(shift)
        value = odds / (1 + odds)
    else:
        value = record.median + shift
    if record.lower is not None and record.upper is not None:
        value = xp.where(value < record.lower, record.lower, value)
        value = xp.where(value > record.upper, record.upper, value)
    return value
