"""Anaemia: the limit that holds for the person decides, and an open limit stays open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.hemoglobin import anemia, large_red_cells
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import ConditionFact, Draw, LabResult, Pregnancy

TODAY = date(2026, 5, 10)
UNITS = {"hemoglobin": "g/dL", "mcv": "fL"}


def measured(name: str, value: float, on: date = TODAY) -> tuple[Draw, ...]:
    return (Draw(on, {name: LabResult(name, value, UNITS[name], f"{value}")}),)


@pytest.mark.parametrize(
    ("born", "sex", "value", "truth"),
    [
        ("1960-01-01", "male", 12.9, Truth.YES),
        ("1960-01-01", "male", 13.0, Truth.NO),
        ("1960-01-01", "female", 12.9, Truth.NO),
        ("1960-01-01", None, 11.9, Truth.YES),
        ("1960-01-01", None, 12.0, Truth.UNKNOWN),
        ("1960-01-01", None, 13.0, Truth.NO),
        ("1996-01-01", "female", 10.4, Truth.YES),  # below every limit, pregnant or not
        ("1996-01-01", "female", 11.5, Truth.UNKNOWN),  # pregnancy not asked about
        ("2012-01-01", "male", 11.9, Truth.YES),
        ("2012-01-01", "male", 12.0, Truth.NO),
        ("2015-01-01", "female", 11.5, Truth.NO),
        ("2014", "male", 11.7, Truth.UNKNOWN),  # 11 or 12 years
        ("2023-01-01", "male", 8.0, Truth.UNKNOWN),
    ],
)
def test_limit_of_the_person(
    case_of: Callable[..., Case], born: str, sex: str | None, value: float, truth: Truth
) -> None:
    found = anemia(case_of(born=born, sex=sex, draws=measured("hemoglobin", value)))
    assert found.truth is truth
    assert bool(found.all_missing()) is (truth is Truth.UNKNOWN)


@pytest.mark.parametrize(
    ("days", "truth"),
    [(97, Truth.YES), (98, Truth.NO), (195, Truth.NO), (196, Truth.YES)],
)
def test_second_trimester_has_its_own_limit(
    case_of: Callable[..., Case], days: int, truth: Truth
) -> None:
    pregnancy = Pregnancy(TODAY - timedelta(days=days))
    on_day = case_of(
        born="1996-01-01", pregnancies=(pregnancy,), draws=measured("hemoglobin", 10.7)
    )
    assert anemia(on_day).truth is truth


@pytest.mark.parametrize(("days", "truth"), [(365, Truth.YES), (366, Truth.UNKNOWN)])
def test_an_old_value_does_not_stand_for_today(
    case_of: Callable[..., Case], days: int, truth: Truth
) -> None:
    draws = measured("hemoglobin", 9.0, TODAY - timedelta(days=days))
    assert anemia(case_of(born="1960-01-01", sex="male", draws=draws)).truth is truth


@pytest.mark.parametrize("record", [{}, {"draws": measured("hemoglobin", 15.0)}])
def test_anaemia_on_record_counts_by_itself(
    case_of: Callable[..., Case], record: dict[str, Any]
) -> None:
    known = ConditionFact("iron-deficiency-anemia", True, PartialDate(TODAY, TODAY))
    on_day = case_of(born="1960-01-01", sex="male", conditions=(known,), **record)
    assert anemia(on_day).truth is Truth.YES


@pytest.mark.parametrize(("value", "truth"), [(100.0, Truth.NO), (100.1, Truth.YES)])
def test_large_red_cells(case_of: Callable[..., Case], value: float, truth: Truth) -> None:
    assert large_red_cells(case_of(draws=measured("mcv", value))).truth is truth
