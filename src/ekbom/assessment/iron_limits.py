"""Typed limits on iron: those of an edition, and those that hold in every edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced

# What the limits of an edition of a guideline are asked for by; see `Case.limits`.
TOPIC = "iron"


@dataclass(frozen=True, slots=True)
class OralIronLimits:
    """Iron by mouth in adults; in every edition.

    Parameters
    ----------
    edition : str
        Edition id.
    ferritin_max : float
        Ferritin up to which it may be discussed, ug/L.
    comparator : str
        Whether the limit itself is inside.
    saturation_alone : str
        Whether a low transferrin saturation suffices by itself.
    provenance : Mapping of str to Sourced
        Per field.
    """

    edition: str
    ferritin_max: Annotated[float, Param("iron/ferritin-oral-max", "ug/L")]
    comparator: Annotated[Literal["below", "at-most"], Param("iron/ferritin-oral-comparator")]
    saturation_alone: Annotated[Literal["counts", "does-not-count"], Param("iron/saturation-alone")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LowSaturation:
    """The transferrin saturation, %, below which iron is low whatever the ferritin."""

    edition: str
    saturation_low: Annotated[float, Param("iron/saturation-low", "%")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class IntravenousIronLimits:
    """Intravenous iron in adults: ferritin, ug/L, and saturation, %."""

    edition: str
    ferritin_max: Annotated[float, Param("iron/ferritin-iv-max", "ug/L")]
    ferritin_trial_max: Annotated[float, Param("iron/ferritin-trial-max", "ug/L")]
    saturation_functional: Annotated[float, Param("iron/saturation-functional", "%")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChildIronLimits:
    """Ferritin of a child, ug/L, below and up to which iron is thought of."""

    edition: str
    ferritin_max: Annotated[float, Param("iron/child-ferritin-max", "ug/L")]
    ferritin_consider: Annotated[float, Param("iron/child-ferritin-consider", "ug/L")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KidneyFailureIronLimits:
    """Ferritin, ug/L, and saturation, %, in kidney failure."""

    edition: str
    ferritin: Annotated[float, Param("iron/kidney-ferritin", "ug/L")]
    saturation: Annotated[float, Param("iron/kidney-saturation", "%")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PregnancyIronLimits:
    """Ferritin in pregnancy, ug/L, below which iron by mouth or by vein is thought of."""

    edition: str
    ferritin_oral: Annotated[float, Param("iron/pregnancy-ferritin-oral", "ug/L")]
    ferritin_iv: Annotated[float, Param("iron/pregnancy-ferritin-iv", "ug/L")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DrawLimits:
    """When a blood draw may be judged, and when iron is never given.

    Parameters
    ----------
    edition : str
        Edition id.
    saturation_stop : float
        Transferrin saturation from which no iron is given, %.
    hours_off_iron : float
        Hours without iron by mouth before the draw, h.
    before_clock : float
        Hour of the day before which the draw has to be, h.
    valid_for_d : float
        Days for which it stands, d.
    iv_iron_settling_d : float
        Days from intravenous iron to the draw, d.
    crp_raised : float
        C-reactive protein above which ferritin may be falsely high, mg/L.
    provenance : Mapping of str to Sourced
        Per field.
    """

    edition: str
    saturation_stop: Annotated[float, Param("iron/saturation-stop", "%")]
    hours_off_iron: Annotated[float, Param("iron/hours-off-iron", "h")]
    before_clock: Annotated[float, Param("iron/draw-before-clock", "h")]
    valid_for_d: Annotated[float, Param("iron/draw-valid-for", "d")]
    iv_iron_settling_d: Annotated[float, Param("iron/iv-iron-settling", "d")]
    crp_raised: Annotated[float, Param("iron/crp-raised", "mg/L")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HemoglobinLimits:
    """Haemoglobin below which there is anaemia, g/dL, and the ages, a, from which limits hold."""

    edition: str
    man: Annotated[float, Param("iron/hemoglobin-man", "g/dL")]
    woman: Annotated[float, Param("iron/hemoglobin-woman", "g/dL")]
    pregnant: Annotated[float, Param("iron/hemoglobin-pregnant", "g/dL")]
    pregnant_second_trimester: Annotated[
        float, Param("iron/hemoglobin-pregnant-second-trimester", "g/dL")
    ]
    child_5_to_11: Annotated[float, Param("iron/hemoglobin-child-5-to-11", "g/dL")]
    child_12_to_14: Annotated[float, Param("iron/hemoglobin-child-12-to-14", "g/dL")]
    youngest_age: Annotated[float, Param("iron/hemoglobin-youngest-age", "a")]
    older_child_age: Annotated[float, Param("iron/hemoglobin-older-child-age", "a")]
    grown_age: Annotated[float, Param("iron/hemoglobin-grown-age", "a")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RedCellLimits:
    """Mean cell volume above which red cells are large, fL."""

    edition: str
    large: Annotated[float, Param("iron/red-cells-large", "fL")]
    provenance: Mapping[str, Sourced] = field(repr=False)
