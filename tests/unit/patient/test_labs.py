"""Transferrin saturation and kidney function, against numbers worked out elsewhere."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.knowledge.binding import bind
from ekbom.knowledge.laboratory import Analyte, in_own_unit
from ekbom.knowledge.loading import load
from ekbom.patient.labs import (
    CkdEpi,
    CockcroftGault,
    creatinine_clearance,
    derived_saturation,
    filtration_rate,
    in_unit,
    transferrin_saturation,
)
from ekbom.patient.patient import Draw, LabResult, Sex
from ekbom.units import read_quantity

BASE = load(("labs", "iron", "kidney"))
CKD_EPI = bind(CkdEpi, BASE, "ckd-epi-2021")
COCKCROFT_GAULT = bind(CockcroftGault, BASE, "cockcroft-gault-1976")


def draw(**written: str) -> Draw:
    results = {}
    for name, text in written.items():
        analyte = BASE.record(Analyte, name.replace("_", "-"))
        quantity = read_quantity(text)
        assert quantity is not None
        value = in_own_unit(analyte, quantity)
        assert value is not None
        results[analyte.id] = LabResult(
            analyte.id, value, analyte.unit, text, quantity.bound, f"labs[0].results.{analyte.id}"
        )
    return Draw(on=date(2026, 5, 3), results=results)


def test_arithmetic_is_told_beside_what_was_reported() -> None:
    found = draw(transferrin_saturation="40 %", iron="24 umol/L", tibc="50 umol/L")
    derived = derived_saturation(found, BASE)
    assert derived is not None
    assert (derived.origin, derived.result.value) == ("computed", 48)
    assert derived_saturation(draw(transferrin_saturation="40 %"), BASE) is None


@pytest.mark.parametrize(
    ("written", "value", "origin"),
    [
        (
            {"transferrin_saturation": "14 %", "iron": "100 ug/dL", "tibc": "300 ug/dL"},
            14,
            "reported",
        ),
        ({"iron": "60 ug/dL", "tibc": "400 ug/dL"}, 15, "computed"),
        ({"iron": "10 umol/L", "tibc": "279.225 ug/dL"}, 20, "computed"),
        ({"iron": "60 ug/dL", "uibc": "340 ug/dL"}, 15, "computed"),
        ({"iron": "10 umol/L", "transferrin": "2.5 g/L"}, 15.936, "estimated"),
        ({"iron": "10 umol/L", "transferrin": "250 mg/dL"}, 15.936, "estimated"),
        ({"iron": "0 umol/L", "tibc": "60 umol/L"}, 0, "computed"),
    ],
)
def test_saturation_as_reported_computed_or_estimated(
    written: dict[str, str], value: float, origin: str
) -> None:
    found = transferrin_saturation(draw(**written), BASE)
    assert found is not None
    assert found.result.value == pytest.approx(value, rel=1e-4)
    assert (found.result.unit, found.origin) == ("%", origin)
    assert found.is_estimated is (origin == "estimated")
    assert origin == "reported" or origin in found.result.entered


@pytest.mark.parametrize("share", [20, 45])
@pytest.mark.parametrize("whole", range(200, 500, 20))
def test_a_saturation_that_comes_out_even_is_exactly_that(whole: int, share: int) -> None:
    iron = whole * share // 100
    for written in (
        {"iron": f"{iron} ug/dL", "tibc": f"{whole} ug/dL"},
        {"iron": f"{iron} ug/dL", "uibc": f"{whole - iron} ug/dL"},
        {"iron": f"{iron / 10} umol/L", "tibc": f"{whole / 10} umol/L"},
    ):
        found = transferrin_saturation(draw(**written), BASE)
        assert found is not None
        assert found.result.value == share


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"ferritin": "23 ng/mL"},
        {"iron": "60 ug/dL"},
        {"tibc": "400 ug/dL"},
        {"transferrin": "2.5 g/L"},
        {"iron": "400 ug/dL", "tibc": "300 ug/dL"},
        {"iron": "<10 ug/dL", "tibc": "<300 ug/dL"},
        {"iron": "<10 ug/dL", "uibc": ">300 ug/dL"},
    ],
)
def test_no_saturation_where_nothing_gives_it(written: dict[str, str]) -> None:
    assert transferrin_saturation(draw(**written), BASE) is None


@pytest.mark.parametrize(
    ("iron", "tibc", "bound"),
    [
        ("<10 ug/dL", "300 ug/dL", "<"),
        ("60 ug/dL", ">300 ug/dL", "<"),
        ("60 ug/dL", "<300 ug/dL", ">"),
        ("<10 ug/dL", ">300 ug/dL", "<"),
        ("60 ug/dL", "300 ug/dL", ""),
    ],
)
def test_a_bound_stays_a_bound(iron: str, tibc: str, bound: str) -> None:
    found = transferrin_saturation(draw(iron=iron, tibc=tibc), BASE)
    assert found is not None
    assert found.result.bound == bound


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "rate"),
    [(1.0, 50, "female", 68.6), (1.0, 50, "male", 91.7), (0.6, 30, "female", 123.8)]
    + [(2.5, 70, "male", 27.0)],
)
def test_filtration_rate_of_known_persons(
    creatinine: float, age: float, sex: Sex, rate: float
) -> None:
    assert filtration_rate(creatinine, age, sex, CKD_EPI) == pytest.approx(rate, abs=0.05)


@pytest.mark.parametrize(
    ("creatinine", "age", "weight", "sex", "clearance"),
    [
        (1.0, 40, 72, "male", 100.0),
        (1.0, 40, 72, "female", 85.0),
        (2.0, 70, 60, "male", 29.1667),
    ],
)
def test_creatinine_clearance_of_known_persons(
    creatinine: float, age: float, weight: float, sex: Sex, clearance: float
) -> None:
    found = creatinine_clearance(creatinine, age, weight, sex, COCKCROFT_GAULT)
    assert found == pytest.approx(clearance, rel=1e-4)


def test_creatinine_goes_into_the_equation_in_its_unit() -> None:
    result = draw(creatinine="88.40 umol/L").results["creatinine"]
    assert in_unit(result, "mg/dL", BASE) == pytest.approx(1.0, rel=1e-4)


@given(
    st.floats(min_value=0.2, max_value=20),
    st.integers(min_value=18, max_value=100),
    st.sampled_from(["female", "male"]),
)
def test_more_creatinine_or_age_is_never_better_kidneys(
    creatinine: float, age: int, sex: Sex
) -> None:
    here = filtration_rate(creatinine, age, sex, CKD_EPI)
    assert filtration_rate(creatinine * 1.1, age, sex, CKD_EPI) < here
    assert filtration_rate(creatinine, age + 1, sex, CKD_EPI) < here
