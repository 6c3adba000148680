"""Analyte: what is measured in blood, in which units, and which values are plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ekbom.knowledge.records import Code, CodeSystem, Record


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
    symbol : str
        What laboratories print, e.g. ``TSAT``.
    codes : Mapping of str to Code
        Verified codes by ``loinc`` (of the mass or the first unit).
    """

    unit: str
    factors: Mapping[str, float]
    minimum: float
    maximum: float
    symbol: str = ""
    codes: Mapping[CodeSystem, Code] = field(default_factory=dict)
