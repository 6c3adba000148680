"""Units: voltages of headers, quantities as laboratories write them in UCUM, hours of the clock."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

_HOURS, _MINUTES = 24, 60
# UCUM codes V, mV and uV first. Headers also write the micro sign (U+00B5), the Greek letter
# (U+03BC) and UV; case otherwise matters, as MV would be a megavolt.
_MICROVOLTS = {
    "V": 1e6,
    "mV": 1e3,
    "uV": 1.0,
    "\u00b5V": 1.0,
    "\u03bcV": 1.0,
    "UV": 1.0,
}


def clock_text(hours: float) -> str:
    """Hours after midnight, also beyond 24, as the clock shows them."""
    minutes = round(hours % _HOURS * _MINUTES)
    return f"{minutes // _MINUTES % _HOURS:02d}:{minutes % _MINUTES:02d}"


def voltage_factor_uv(unit: str) -> float | None:
    """Microvolts in one of this unit; None for a unit that is no known voltage.

    Parameters
    ----------
    unit : str
        Physical dimension as in the header; white space around it is ignored.
    """
    return _MICROVOLTS.get(unit.strip())


# Written quantities -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    Parameters
    ----------
    value : float
        The number, or the bound where only a bound was given. Never negative.
    unit : str
        UCUM unit.
    bound : str
        ``<`` or ``>`` where the value is only a bound; empty otherwise.
    """

    value: float
    unit: str
    bound: Literal["", "<", ">"] = ""


# What is printed over and under the stroke, and its UCUM spelling. A letter more or less is a
# factor of a thousand, so nothing is matched loosely; "gr" (grain) and "mg%" are left out.
_AMOUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "g": "g",
        "mg": "mg",
        "ug": "ug",
        "mcg": "ug",
        "ng": "ng",
        "pg": "pg",
        "mol": "mol",
        "mmol": "mmol",
        "umol": "umol",
        "nmol": "nmol",
        "pmol": "pmol",
        "meq": "meq",
        "mEq": "meq",
        "IU": "[IU]",
        "mIU": "m[IU]",
        "uIU": "u[IU]",
        "[IU]": "[IU]",
        "m[IU]": "m[IU]",
        "u[IU]": "u[IU]",
        "U": "U",
        "mU": "mU",
        "uU": "uU",
    }
)
_VOLUMES: Final[Mapping[str, str]] = MappingProxyType(
    {"L": "L", "l": "L", "dL": "dL", "dl": "dL", "mL": "mL", "ml": "mL", "100 mL": "dL"}
)
_WHOLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "%": "%",
        "fL": "fL",
        "fl": "fL",
        "mmol/mol": "mmol/mol",
        "mL/min": "mL/min",
        "ml/min": "mL/min",
        "mL/min/{1.73_m2}": "mL/min/{1.73_m2}",
        "mL/min/1.73m2": "mL/min/{1.73_m2}",
        "ml/min/1.73m2": "mL/min/{1.73_m2}",
        "kg": "kg",
        "g": "g",
        "mg": "mg",
        "ug": "ug",
        "mcg": "ug",
        "h": "h",
        "a": "a",
    }
)
SPELLINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{
            f"{amount}/{volume}": f"{ucum_amount}/{ucum_volume}"
            for amount, ucum_amount in _AMOUNTS.items()
            for volume, ucum_volume in _VOLUMES.items()
        },
        **_WHOLE,
    }
)
# Some laboratories print capitals only. "G/L" is left out: in blood counts it means 10^9/L.
_CAPITALS: Final[Mapping[str, str]] = MappingProxyType(
    {spelling.upper(): ucum for spelling, ucum in SPELLINGS.items() if "/" in spelling}
    | {"G/L": ""}
)
# Micro sign, Greek mu, superscript two, per cent with a space: one letter each.
_LETTERS = str.maketrans({"\u00b5": "u", "\u03bc": "u", "\u00b2": "2", "\u2044": "/"})

_QUANTITY = re.compile(r"(?P<bound>[<>]?) *(?P<number>[0-9]+(?:\.[0-9]+)?) *(?P<unit>[^ 0-9].*)")
_COMMA = re.compile(r"[0-9],[0-9]")
_NUMBER_ONLY = re.compile(r"[<>]? *[0-9]+(?:\.[0-9]+)?")


def ucum(written: str) -> str | None:
    """The UCUM unit of a unit as written; None where it is unknown or may mean two things.

    Parameters
    ----------
    written : str
        For example ``mcg/L``, ``mIU/L``, ``mL/min/1.73 m2`` with a superscript or without.
    """
    plain = re.sub(r" *([/^.]) *", r"\1", written.strip().translate(_LETTERS))
    plain = re.sub(r"1\.73 ?m\^?2", "1.73m2", plain)
    known = SPELLINGS.get(plain)
    if known is None and plain == plain.upper():
        known = _CAPITALS.get(plain)
    return known or None


def read_quantity(written: str) -> Quantity | None:
    """A quantity as written, e.g. ``23 ng/mL`` or ``<5 mg/L``; None where it is none.

    Parameters
    ----------
    written : str
        A number with a decimal point, at most one of ``<`` and ``>`` before it, a unit after
        it. See `why_no_quantity` for what is refused.
    """
    found = _QUANTITY.fullmatch(written.strip())
    if found is None:
        return None
    value, unit = float(found["number"]), ucum(found["unit"])
    if unit is None or not math.isfinite(value):
        return None
    bound: Literal["", "<", ">"] = "<" if found["bound"] == "<" else ">" if found["bound"] else ""
    return Quantity(value, unit, bound)


def why_no_quantity(written: str) -> str:
    """Why `read_quantity` refuses a text, in one clause for an error message; empty if it does not.

    Parameters
    ----------
    written : str
        As for `read_quantity`.
    """
    text = written.strip()
    if read_quantity(text) is not None:
        return ""
    if _COMMA.search(text):
        return "a comma may part decimals or thousands; write a decimal point and no separator"
    if text.startswith(("-", "\u2212")):
        return "a negative number; nothing measured here can be below zero"
    if text.startswith(("<=", ">=", "\u2264", "\u2265")):
        return "a bound of this kind is not read; write < or > as the laboratory printed it"
    if _NUMBER_ONLY.fullmatch(text):
        return "a number without a unit; write the unit the laboratory printed"
    found = _QUANTITY.fullmatch(text)
    if found is not None and ucum(found["unit"]) is None:
        return f"unit {found['unit']!r} is unknown or may mean two things"
    return "no number with a unit, as in '23 ng/mL' or '<5 mg/L'"
