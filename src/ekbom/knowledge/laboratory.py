"""Analyte: what is measured in blood, in which units, and which values are plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.knowledge.records import Code, CodeSystem, Record
from ekbom.units import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte(Record):
    """One laboratory value; the vocabulary of ``labs`` in a patient record.

    Parameters
    ----------
    unit : str
        UCUM unit in which the rules read it.
    factors : Mapping of str to float
        For every UCUM unit accepted: what one of it is in ``unit``. A unit that is not listed
        is refused, never guessed.
    minimum, maximum : float
        Values outside cannot be right (a slip of unit or decimal point) and are refused.
    plausible_because : str
        Why these two bounds.
    molar_mass_g_per_mol : float or None
        Of the substance as laboratories convert it; None where no factor needs one.
    refused : Mapping of str to str
        UCUM units that are refused for a reason worth saying.
    symbol : str
        What laboratories print, e.g. ``TSAT``.
    codes : Mapping of str to Code
        Verified codes by ``loinc`` (of the mass or the first unit).
    """

    unit: str
    factors: Mapping[str, float]
    minimum: float
    maximum: float
    plausible_because: str
    molar_mass_g_per_mol: float | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    symbol: str = ""
    codes: Mapping[CodeSystem, Code] = field(default_factory=dict)


def in_own_unit(analyte: Analyte, quantity: Quantity) -> float | None:
    """The value of a quantity in the analyte's own unit; None where it is refused.

    Parameters
    ----------
    analyte : Analyte
        What was measured.
    quantity : Quantity
        As the laboratory reported it.

    Returns
    -------
    float or None
        In ``analyte.unit``. See `why_refused`.
    """
    factor = analyte.factors.get(quantity.unit)
    if factor is None:
        return None
    value = quantity.value * factor
    return value if analyte.minimum <= value <= analyte.maximum else None


def why_refused(analyte: Analyte, quantity: Quantity) -> str:
    """Why `in_own_unit` refuses a quantity, in one clause; empty where it does not.

    Parameters
    ----------
    analyte : Analyte
        What was measured.
    quantity : Quantity
        As the laboratory reported it.
    """
    factor = analyte.factors.get(quantity.unit)
    if factor is None:
        reason = analyte.refused.get(quantity.unit, "")
        known = ", ".join(analyte.factors)
        return f"{analyte.name} is not read in {quantity.unit}" + (
            f": {reason}" if reason else f"; it is read in {known}"
        )
    if in_own_unit(analyte, quantity) is not None:
        return ""
    low, high = (f"{bound / factor:.4g}" for bound in (analyte.minimum, analyte.maximum))
    return (
        f"{analyte.name} of {quantity.value:g} {quantity.unit} cannot be right: outside "
        f"{low} to {high} {quantity.unit} ({analyte.plausible_because})"
    )
