"""Units of voltage as headers spell them."""

from __future__ import annotations

import pytest

from ekbom.units import voltage_factor_uv


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("V", 1e6),
        ("mV", 1e3),
        ("uV", 1),
        ("UV", 1),
        ("\u00b5V", 1),
        ("\u03bcV", 1),
        (" uV  ", 1),
    ],
)
def test_a_voltage_in_microvolts(unit: str, factor: float) -> None:
    assert voltage_factor_uv(unit) == factor


@pytest.mark.parametrize("unit", ["", "MV", "v", "%", "g", "nV", "Ohm", "cmH2O", "u V"])
def test_what_is_no_known_voltage_has_no_factor(unit: str) -> None:
    assert voltage_factor_uv(unit) is None
