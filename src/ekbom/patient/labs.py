"""What follows from blood results: transferrin saturation and kidney function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.parameters import Sourced
from ekbom.patient.patient import Draw, LabResult, Sex

SATURATION = "transferrin-saturation"
_PER_CENT = 100.0
# What floating point adds is cut off, so that 56 of 280 is a saturation of 20 % and not below it.
_DIGITS = 9
_OPPOSITE: Mapping[str, str] = {"<": ">", ">": "<", "": ""}


# Transferrin saturation -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TransferrinBinding:
    """How much iron transferrin can bind, umol/g."""

    edition: str
    iron_umol_per_g: Annotated[float, Param("iron/iron-per-transferrin", "umol/g")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Saturation:
    """Transferrin saturation of one blood sample, and how it was come by.

    Parameters
    ----------
    result : LabResult
        In per cent.
    origin : str
        ``reported`` by the laboratory; ``computed`` from iron and measured iron-binding
        capacity; ``estimated`` from iron and transferrin.
    """

    result: LabResult
    origin: Literal["reported", "computed", "estimated"]

    @property
    def is_estimated(self) -> bool:
        """Whether it rests on an assumed binding of transferrin, and must be said to."""
        return self.origin == "estimated"


def transferrin_saturation(draw: Draw, knowledge: KnowledgeBase) -> Saturation | None:
    """Transferrin saturation of a sample: as reported, else computed, else estimated.

    The saturation is 100 x iron / total iron-binding capacity, both in umol/L. The capacity is
    the one measured, or iron plus the unsaturated capacity, or transferrin (g/L) times the iron
    it can bind.

    Parameters
    ----------
    draw : Draw
        One blood sample; values of different samples are never combined.
    knowledge : KnowledgeBase
        With the laboratory values.

    Returns
    -------
    Saturation or None
        None where nothing gives it, where bounds leave it open on both sides, or where it would
        be above what is plausible.
    """
    if SATURATION in draw.results:
        return Saturation(draw.results[SATURATION], "reported")
    return derived_saturation(draw, knowledge)


def derived_saturation(draw: Draw, knowledge: KnowledgeBase) -> Saturation | None:
    """Transferrin saturation by arithmetic, whatever the laboratory reported.

    Parameters and result are those of `transferrin_saturation`.
    """
    results = draw.results
    iron = results.get("iron")
    if iron is None:
        return None
    if "tibc" in results:
        return _saturation(iron, results["tibc"].value, results["tibc"], "computed", knowledge)
    if "uibc" in results:
        uibc = results["uibc"]
        if iron.bound and uibc.bound:
            return None
        return _saturation(iron, iron.value + uibc.value, uibc, "computed", knowledge)
    if "transferrin" in results:
        transferrin = results["transferrin"]
        binding = bind(TransferrinBinding, knowledge, OWN_CHOICES)
        capacity = transferrin.value * binding.iron_umol_per_g
        return _saturation(iron, capacity, transferrin, "estimated", knowledge)
    return None


def _saturation(
    iron: LabResult,
    capacity: float,
    other: LabResult,
    origin: Literal["computed", "estimated"],
    knowledge: KnowledgeBase,
) -> Saturation | None:
    analyte = knowledge.record(Analyte, SATURATION)
    bounds = {iron.bound, _OPPOSITE[other.bound]} - {""}
    if capacity <= 0 or len(bounds) > 1:
        return None
    value = round(_PER_CENT * iron.value / capacity, _DIGITS)
    if value > analyte.maximum:
        return None
    entered = f"{origin} from {iron.analyte} {iron.entered} and {other.analyte} {other.entered}"
    bound = next(iter(bounds), "")
    return Saturation(LabResult(SATURATION, value, analyte.unit, entered, bound, iron.path), origin)


# Kidney function --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CkdEpi:
    """Constants of the CKD-EPI creatinine equation of 2021; see `filtration_rate`."""

    edition: str
    constant: Annotated[float, Param("kidney/egfr-constant", "mL/min/{1.73_m2}")]
    turning_point_female: Annotated[float, Param("kidney/egfr-turning-point-female", "mg/dL")]
    turning_point_male: Annotated[float, Param("kidney/egfr-turning-point-male", "mg/dL")]
    exponent_below_female: Annotated[float, Param("kidney/egfr-exponent-below-female", "1")]
    exponent_below_male: Annotated[float, Param("kidney/egfr-exponent-below-male", "1")]
    exponent_above: Annotated[float, Param("kidney/egfr-exponent-above", "1")]
    age_factor: Annotated[float, Param("kidney/egfr-age-factor", "1")]
    female_factor: Annotated[float, Param("kidney/egfr-female-factor", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CockcroftGault:
    """Constants of the Cockcroft-Gault equation; see `creatinine_clearance`."""

    edition: str
    age_constant_a: Annotated[float, Param("kidney/clearance-age-constant", "a")]
    divisor: Annotated[float, Param("kidney/clearance-divisor", "1")]
    female_factor: Annotated[float, Param("kidney/clearance-female-factor", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def in_unit(result: LabResult, unit: str, knowledge: KnowledgeBase) -> float:
    """A result in another unit of its analyte.

    Parameters
    ----------
    result : LabResult
        In the analyte's own unit.
    unit : str
        UCUM unit that the analyte accepts, e.g. ``mg/dL`` for creatinine.
    knowledge : KnowledgeBase
        With the laboratory values.
    """
    return result.value / knowledge.record(Analyte, result.analyte).factors[unit]


def filtration_rate(
    creatinine_mg_per_dl: float, age_years: float, sex: Sex, equation: CkdEpi
) -> float:
    """Estimated glomerular filtration rate, mL/min per 1.73 m2 of body surface.

    142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.200 x 0.9938^age, times 1.012 for a woman, with the
    turning point k and exponent a of the sex.

    Parameters
    ----------
    creatinine_mg_per_dl : float
        Serum creatinine, mg/dL.
    age_years : float
        Age, years. The equation holds for adults.
    sex : str
        ``female`` or ``male``.
    equation : CkdEpi
        Its constants.
    """
    female = sex == "female"
    turning_point = equation.turning_point_female if female else equation.turning_point_male
    below = equation.exponent_below_female if female else equation.exponent_below_male
    ratio = creatinine_mg_per_dl / turning_point
    rate = equation.constant * min(ratio, 1.0) ** below * max(ratio, 1.0) ** equation.exponent_above
    rate = float(rate * equation.age_factor**age_years)
    return rate * equation.female_factor if female else rate


def creatinine_clearance(
    creatinine_mg_per_dl: float,
    age_years: float,
    weight_kg: float,
    sex: Sex,
    equation: CockcroftGault,
) -> float:
    """Creatinine clearance after Cockcroft and Gault, mL/min; the number drug labels dose by.

    (140 - age) x kg / (72 x Scr), times 0.85 for a woman. Not related to body surface: never to
    be exchanged with `filtration_rate`.

    Parameters
    ----------
    creatinine_mg_per_dl : float
        Serum creatinine, mg/dL.
    age_years : float
        Age, years. The equation holds for adults.
    weight_kg : float
        Body weight, kg.
    sex : str
        ``female`` or ``male``.
    equation : CockcroftGault
        Its constants.
    """
    years = equation.age_constant_a - age_years
    clearance = years * weight_kg / (equation.divisor * creatinine_mg_per_dl)
    return clearance * equation.female_factor if sex == "female" else clearance
