"""Units of voltage as headers spell them, and quantities as laboratories write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ucumvert import PintUcumRegistry

from ekbom.units import SPELLINGS, Quantity, read_quantity, ucum, voltage_factor_uv, why_no_quantity

REGISTRY = PintUcumRegistry()


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


@pytest.mark.parametrize(
    ("written", "value", "unit", "bound"),
    [
        ("23 ng/mL", 23, "ng/mL", ""),
        ("<5 mg/L", 5, "mg/L", "<"),
        ("< 5 mg/l", 5, "mg/L", "<"),
        ("> 1500 ug/L", 1500, "ug/L", ">"),
        ("14 %", 14, "%", ""),
        ("14.5%", 14.5, "%", ""),
        ("51 pmol/l", 51, "pmol/L", ""),
        ("7 \u00b5g/L", 7, "ug/L", ""),
        ("7 \u03bcg/L", 7, "ug/L", ""),
        ("7 mcg/L", 7, "ug/L", ""),
        ("7 MCG/DL", 7, "ug/dL", ""),
        ("7 NG/ML", 7, "ng/mL", ""),
        ("2.1 mIU/L", 2.1, "m[IU]/L", ""),
        ("2.1 \u00b5IU/mL", 2.1, "u[IU]/mL", ""),
        ("2.1 MIU/L", 2.1, "m[IU]/L", ""),
        ("61 mL/min/1.73m\u00b2", 61, "mL/min/{1.73_m2}", ""),
        ("61 ml/min/1.73 m2", 61, "mL/min/{1.73_m2}", ""),
        ("61 mL / min / 1.73 m^2", 61, "mL/min/{1.73_m2}", ""),
        ("61 mL/min", 61, "mL/min", ""),
        ("0.9 mg/100 mL", 0.9, "mg/dL", ""),
        ("2 mEq/L", 2, "meq/L", ""),
        ("0 ng/mL", 0, "ng/mL", ""),
        ("  23 ng/mL  ", 23, "ng/mL", ""),
        ("23ng/mL", 23, "ng/mL", ""),
    ],
)
def test_a_quantity_as_a_laboratory_writes_it(
    written: str, value: float, unit: str, bound: str
) -> None:
    assert read_quantity(written) == Quantity(value, unit, bound)  # type: ignore[arg-type]
    assert why_no_quantity(written) == ""


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("23,5 ng/mL", "comma"),
        ("1,200 ng/mL", "comma"),
        ("1.200,5 ng/mL", "comma"),
        ("1 200 ng/mL", "no number with a unit"),
        ("1'200 ng/mL", "unknown"),
        ("-3 ng/mL", "negative"),
        ("\u22123 ng/mL", "negative"),
        ("<=5 mg/L", "bound"),
        ("\u22655 mg/L", "bound"),
        ("~5 mg/L", "no number"),
        ("5-10 mg/L", "unknown"),
        ("1e3 ng/mL", "unknown"),
        ("inf ng/mL", "no number"),
        ("nan ng/mL", "no number"),
        ("\u0663 ng/mL", "no number"),
        ("23", "without a unit"),
        ("", "no number"),
        ("normal", "no number"),
        ("9" * 400 + " ng/mL", "no number"),
        ("<<5 mg/L", "no number"),
        ("120 mg%", "two things"),
        ("250 G/L", "two things"),
        ("5 gr/dL", "two things"),
        ("5 mg", ""),
        ("5 Mg/L", "two things"),
        ("5 PG/mL", "two things"),
        ("5 ng/mL fasting", "two things"),
    ],
)
def test_what_is_refused_and_why(written: str, reason: str) -> None:
    if not reason:
        assert read_quantity(written) is not None
        return
    assert read_quantity(written) is None
    assert reason in why_no_quantity(written)


@pytest.mark.parametrize("unit", sorted(set(SPELLINGS.values()) - {"mL/min/{1.73_m2}"}))
def test_every_unit_is_ucum_and_spells_itself(unit: str) -> None:
    REGISTRY.from_ucum(unit)
    assert ucum(unit) == unit


# What differs from UCUM in letters only, spelled out anew: the table must say the same.
LETTERS = (("mcg", "ug"), ("mEq", "meq"), ("/100 mL", "/dL"), ("1.73m2", "{1.73_m2}"))


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_every_spelling_keeps_its_size(spelling: str) -> None:
    plain = spelling.replace("[IU]", "IU").replace("IU", "[IU]")
    for written, in_ucum in LETTERS:
        plain = plain.replace(written, in_ucum)
    if "1.73" not in plain:
        plain = plain.replace("dl", "dL").replace("ml", "mL").replace("/l", "/L")
    assert ucum(spelling) == plain.replace("ml", "mL").replace("fl", "fL")


@given(st.floats(min_value=0, max_value=1e6), st.sampled_from(sorted(SPELLINGS)))
def test_a_number_comes_back_as_it_was_written(value: float, unit: str) -> None:
    read = read_quantity(f"{value:.4f} {unit}")
    assert read is not None
    assert read.value == float(f"{value:.4f}")


@given(st.text(max_size=20))
def test_any_text_is_a_quantity_or_has_a_reason(text: str) -> None:
    assert (read_quantity(text) is None) == bool(why_no_quantity(text))
