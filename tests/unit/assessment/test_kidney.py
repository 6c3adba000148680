"""Kidney function over time: chronic takes two low values, apart and without a normal one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.kidney import filtration_rates, kidney_function_reduced, kidneys_may_fail
from ekbom.logic import Truth
from ekbom.patient.patient import Draw, LabResult

TODAY = date(2026, 5, 10)
UNIT = "mL/min/{1.73_m2}"


def rate(value: float, days_ago: int, bound: str = "") -> Draw:
    result = LabResult("egfr", value, UNIT, f"{value}", bound)
    return Draw(TODAY - timedelta(days=days_ago), {"egfr": result})


@pytest.mark.parametrize(
    ("draws", "truth"),
    [
        ((), Truth.UNKNOWN),
        ((rate(60.0, 1),), Truth.NO),
        ((rate(59.9, 1),), Truth.UNKNOWN),
        ((rate(50.0, 90), rate(50.0, 0)), Truth.YES),
        ((rate(50.0, 89), rate(50.0, 0)), Truth.UNKNOWN),
        ((rate(50.0, 200), rate(70.0, 100), rate(50.0, 0)), Truth.UNKNOWN),
        ((rate(50.0, 200), rate(55.0, 100), rate(50.0, 50)), Truth.YES),
        ((rate(50.0, 200), rate(70.0, 0)), Truth.NO),
        ((rate(60.0, 0, ">"),), Truth.NO),
    ],
)
def test_reduced_for_three_months(
    case_of: Callable[..., Case], draws: tuple[Draw, ...], truth: Truth
) -> None:
    found = kidney_function_reduced(case_of(draws=draws))
    assert found.truth is truth
    assert bool(found.all_missing()) is (truth is Truth.UNKNOWN)


@pytest.mark.parametrize(("value", "truth"), [(14.9, Truth.YES), (15.0, Truth.NO)])
def test_failure_is_thought_of_below_15(
    case_of: Callable[..., Case], value: float, truth: Truth
) -> None:
    assert kidneys_may_fail(case_of(draws=(rate(value, 0),))).truth is truth


def creatinine(
    case_of: Callable[..., Case], sex: str | None, born: str
) -> list[float | str | None]:
    result = LabResult("creatinine", 1.0 / 0.0113122, "umol/L", "1 mg/dL")
    draw = Draw(date(2026, 5, 3), {"creatinine": result})
    return [fact.value for fact in filtration_rates(case_of(sex=sex, born=born, draws=(draw,)))]


def test_creatinine_gives_a_rate_where_sex_and_adult_age_are_known(
    case_of: Callable[..., Case],
) -> None:
    assert creatinine(case_of, "female", "1976-01-01") == [pytest.approx(68.6, abs=0.1)]
    assert creatinine(case_of, "male", "1976-01-01") == [pytest.approx(91.7, abs=0.1)]
    assert creatinine(case_of, None, "1976-01-01") == []
    assert creatinine(case_of, "male", "2015-01-01") == []
