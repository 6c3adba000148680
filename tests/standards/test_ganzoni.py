"""Ganzoni formula of the total iron deficit, with the constants and examples that pages quote."""

from __future__ import annotations

import pytest

from ekbom.knowledge.binding import bind
from ekbom.knowledge.loading import load
from ekbom.treatment.ganzoni import FORMULA, Ganzoni, total_iron_deficit

CONSTANTS = bind(Ganzoni, load(), FORMULA)


def test_constants_are_those_of_product_information() -> None:
    assert CONSTANTS.factor == 2.4
    assert CONSTANTS.target_g_per_dl == 15
    assert CONSTANTS.stores_mg == 500
    assert CONSTANTS.weight_from_kg == 35
    assert {one.mark for one in CONSTANTS.provenance.values()} == {"secondary"}


def test_factor_is_iron_of_haemoglobin_times_blood_volume() -> None:
    iron_of_hemoglobin, blood_volume_of_weight = 0.0034, 0.07
    assert iron_of_hemoglobin * blood_volume_of_weight * 10_000 == pytest.approx(2.4, abs=0.03)


@pytest.mark.parametrize(
    ("weight_kg", "hemoglobin", "deficit_mg"),
    [(70, 9, 1508), (60, 7.5, 1580), (60, 6, 1796), (35, 12, 752), (70, 14.9, 516.8)],
)
def test_worked_examples(weight_kg: float, hemoglobin: float, deficit_mg: float) -> None:
    assert total_iron_deficit(weight_kg, hemoglobin, CONSTANTS) == pytest.approx(deficit_mg)


@pytest.mark.parametrize("hemoglobin", [15, 15.1, 18])
def test_nothing_is_taken_off_the_stores_at_or_above_the_target(hemoglobin: float) -> None:
    assert total_iron_deficit(70, hemoglobin, CONSTANTS) == 500


def test_less_haemoglobin_and_more_weight_never_lower_the_deficit() -> None:
    by_hemoglobin = [total_iron_deficit(70, hb / 10, CONSTANTS) for hb in range(40, 181)]
    assert by_hemoglobin == sorted(by_hemoglobin, reverse=True)
    by_weight = [total_iron_deficit(kg, 10, CONSTANTS) for kg in range(35, 160)]
    assert by_weight == sorted(by_weight)
