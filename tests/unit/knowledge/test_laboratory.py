"""Every conversion of a laboratory value, against units and molar masses worked out elsewhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ucumvert import PintUcumRegistry

from ekbom.knowledge.laboratory import Analyte, in_own_unit, why_refused
from ekbom.knowledge.loading import load
from ekbom.units import Quantity, read_quantity, ucum

ANALYTES = load(("labs",)).of(Analyte)
UCUM = PintUcumRegistry()
PAIRS = [(analyte.id, unit) for analyte in ANALYTES.values() for unit in analyte.factors]

# Abridged standard atomic weights, and what laboratories convert by.
WEIGHT = {
    "H": 1.008,
    "C": 12.011,
    "N": 14.007,
    "O": 15.999,
    "Mg": 24.305,
    "P": 30.974,
    "Ca": 40.078,
    "Fe": 55.845,
    "Co": 58.933,
    "I": 126.904,
}
FORMULA = {
    "iron": "Fe",
    "tibc": "Fe",
    "uibc": "Fe",
    "creatinine": "C4H7N3O",
    "urea": "CH4N2O",
    "magnesium": "Mg",
    "magnesium-rbc": "Mg",
    "calcium": "Ca",
    "phosphate": "P",
    "glucose": "C6H12O6",
    "vitamin-b12": "C63H88CoN14O14P",
    "folate": "C19H19N7O6",
    "vitamin-d": "C27H44O2",
    "ft4": "C15H11I4NO4",
    "ft3": "C15H12I3NO4",
}
CHARGE = {"magnesium": 2, "magnesium-rbc": 2, "calcium": 2, "sodium": 1, "potassium": 1}
# Arbitrary units: no reader of UCUM converts them, and one of these is as large as the other.
ARBITRARY = {"m[IU]/L", "u[IU]/mL", "mU/L"}


def molar_mass(formula: str) -> float:
    parts = re.findall(r"([A-Z][a-z]?)(\d*)", formula)
    return sum(WEIGHT[element] * int(count or 1) for element, count in parts)


def independent_factor(analyte: Analyte, unit: str) -> float:
    """What one of a unit is in the analyte's own unit, by pint, a formula and a charge."""
    if {unit, analyte.unit} <= ARBITRARY:
        return 1.0
    one = UCUM.from_ucum(unit.replace("meq", "mmol"))
    if unit.startswith("meq"):
        one /= CHARGE.get(analyte.id, 1)
    own = UCUM.from_ucum(analyte.unit)
    if one.check("[mass]/[volume]") and own.check("[substance]/[volume]"):
        one = one / (molar_mass(FORMULA[analyte.id]) * UCUM.from_ucum("g/mol"))
    return float((one / own).to("").magnitude)


@pytest.mark.parametrize(("analyte_id", "unit"), PAIRS)
def test_every_factor_is_that_of_an_independent_conversion(analyte_id: str, unit: str) -> None:
    analyte = ANALYTES[analyte_id]
    assert analyte.factors[unit] == pytest.approx(independent_factor(analyte, unit), rel=2e-5)


@pytest.mark.parametrize("analyte", ANALYTES.values(), ids=lambda analyte: analyte.id)
def test_every_analyte_is_whole(analyte: Analyte) -> None:
    assert analyte.factors[analyte.unit] == 1
    assert {ucum(unit) for unit in analyte.factors} == set(analyte.factors)
    assert not set(analyte.refused) & set(analyte.factors)
    assert 0 <= analyte.minimum < analyte.maximum
    mixes = any("mol" in unit for unit in analyte.factors) and any(
        "g/" in u for u in analyte.factors
    )
    assert (analyte.molar_mass_g_per_mol is not None) >= mixes
    if analyte.molar_mass_g_per_mol is not None:
        expected = molar_mass(FORMULA[analyte.id])
        assert analyte.molar_mass_g_per_mol == pytest.approx(expected, rel=2e-5)


@pytest.mark.parametrize("analyte", ANALYTES.values(), ids=lambda analyte: analyte.id)
def test_a_code_ships_with_the_name_its_system_gives_it(analyte: Analyte) -> None:
    for system, code in analyte.codes.items():
        assert system == "loinc"
        assert re.fullmatch(r"[1-9][0-9]{0,4}-[0-9]", code.code)
        assert code.display
        assert code.release
        digits = code.code.replace("-", "")
        assert check_digit(digits[:-1]) == int(digits[-1])


def check_digit(body: str) -> int:
    """The check digit of LOINC: modulus 10, every second digit from the right doubled."""
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body))]
    return -sum(d // 10 + d % 10 for d in doubled) % 10


@pytest.mark.parametrize(
    ("analyte_id", "written", "expected"),
    [
        ("ferritin", "23 ng/mL", 23),
        ("ferritin", "23 \u00b5g/L", 23),
        ("iron", "100 ug/dL", 17.907),
        ("tibc", "350 mcg/dL", 62.67),
        ("transferrin", "250 mg/dL", 2.5),
        ("crp", "0.5 mg/dL", 5),
        ("hemoglobin", "128 g/L", 12.8),
        ("magnesium", "2.0 mg/dL", 0.8229),
        ("magnesium", "1.6 mEq/L", 0.8),
        ("vitamin-b12", "300 pg/mL", 221.3),
        ("folate", "5 ng/mL", 11.33),
        ("vitamin-d", "20 ng/mL", 49.92),
        ("creatinine", "1.0 mg/dL", 88.40),
        ("glucose", "100 mg/dL", 5.551),
        ("ft4", "1.2 ng/dL", 15.45),
        ("ft3", "3 pg/mL", 4.608),
        ("urea", "30 mg/dL", 4.995),
        ("tsh", "2.5 uIU/mL", 2.5),
    ],
)
def test_known_conversions(analyte_id: str, written: str, expected: float) -> None:
    quantity = read_quantity(written)
    assert quantity is not None
    found = in_own_unit(ANALYTES[analyte_id], quantity)
    assert found == pytest.approx(expected, rel=5e-4)
    assert why_refused(ANALYTES[analyte_id], quantity) == ""


@pytest.mark.parametrize(
    ("analyte_id", "written", "reason"),
    [
        ("ferritin", "51 pmol/L", "molar mass"),
        ("ferritin", "23 mg/L", "slip"),
        ("ferritin", "23 ug/dL", "slip"),
        ("ferritin", "23 %", "it is read in ug/L, ng/mL"),
        ("hemoglobin", "8.1 mmol/L", "tetramer"),
        ("hemoglobin", "128 g/dL", "cannot be right"),
        ("hba1c", "48 mmol/mol", "hba1c-ifcc"),
        ("hba1c-ifcc", "6.5 %", "offset"),
        ("urea-nitrogen", "5 mmol/L", "as urea"),
        ("egfr", "61 mL/min", "body surface"),
        ("transferrin-saturation", "140 %", "cannot be right"),
        ("iron", "100 mg/L", "outside 0 to 22.34 mg/L"),
    ],
)
def test_what_is_refused_says_why(analyte_id: str, written: str, reason: str) -> None:
    quantity = read_quantity(written)
    assert quantity is not None
    assert in_own_unit(ANALYTES[analyte_id], quantity) is None
    assert reason in why_refused(ANALYTES[analyte_id], quantity)


@given(st.sampled_from(PAIRS), st.floats(min_value=0, max_value=1e5))
def test_a_value_is_converted_or_has_a_reason(pair: tuple[str, str], value: float) -> None:
    analyte = ANALYTES[pair[0]]
    quantity = Quantity(value, pair[1])
    assert (in_own_unit(analyte, quantity) is None) == bool(why_refused(analyte, quantity))


@pytest.mark.parametrize(
    ("analyte_id", "written"),
    [
        ("ferritin", "15000 ng/mL"),
        ("crp", "600 mg/L"),
        ("creatinine", "1500 umol/L"),
        ("transferrin-saturation", "108 %"),
        ("transferrin-saturation", "2 %"),
        ("hemoglobin", "3.1 g/dL"),
        ("glucose", "1100 mg/dL"),
        ("calcium", "4 mg/dL"),
        ("tsh", "400 mU/L"),
        ("hba1c", "18 %"),
        ("vitamin-d", "300 ng/mL"),
        ("phosphate", "0.5 mg/dL"),
    ],
)
def test_extremes_that_occur_are_read(analyte_id: str, written: str) -> None:
    quantity = read_quantity(written)
    assert quantity is not None
    assert in_own_unit(ANALYTES[analyte_id], quantity) is not None


@pytest.mark.parametrize(
    ("analyte_id", "written"),
    [
        ("transferrin-saturation", "0.23 %"),
        ("hemoglobin", "130 g/dL"),
        ("hemoglobin", "13 g/L"),
        ("creatinine", "0.9 umol/L"),
        ("creatinine", "80 mg/dL"),
        ("glucose", "95 mmol/L"),
        ("glucose", "5.2 mg/dL"),
        ("calcium", "2.4 mg/dL"),
        ("calcium", "9.5 mmol/L"),
        ("ft4", "15 ng/dL"),
        ("ft3", "5 ng/dL"),
        ("hba1c-ifcc", "6.5 mmol/mol"),
        ("hba1c", "48 %"),
        ("tibc", "320 umol/L"),
        ("transferrin", "280 g/L"),
        ("transferrin", "2.5 mg/dL"),
        ("ferritin", "0.04 mg/L"),
    ],
)
def test_usual_slips_of_unit_are_refused(analyte_id: str, written: str) -> None:
    quantity = read_quantity(written)
    assert quantity is not None
    assert in_own_unit(ANALYTES[analyte_id], quantity) is None
