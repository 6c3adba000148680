"""Units of voltage as headers spell them, and what one of each is in microvolts."""

from __future__ import annotations

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


def voltage_factor_uv(unit: str) -> float | None:
    """Microvolts in one of this unit; None for a unit that is no known voltage.

    Parameters
    ----------
    unit : str
        Physical dimension as in the header; white space around it is ignored.
    """
    return _MICROVOLTS.get(unit.strip())
