"""Signs that agreement of two solvers cannot show: both use the same equations."""

from __future__ import annotations

import numpy as np
import pytest

from ekbom.knowledge.loading import load
from ekbom.mechanism import augmentation, iron
from ekbom.mechanism.parameters import Body, Priors
from ekbom.mechanism.states import Person


@pytest.fixture(scope="module")
def body() -> Body:
    base = load(("model-parameters", "model-variants"))
    return Priors.of(base).values(np, {}).body


@pytest.fixture(scope="module")
def own(body: Body) -> iron.IronConstants:
    person = Person(75.0, 40.0, 20.0, 13.5, 25.0, 35.0, 70.0, 12.0, 23.0, 7.0)
    return iron.constants(np, person, body)


def test_more_hepcidin_lets_less_iron_through(body: Body, own: iron.IronConstants) -> None:
    low, high = own.log_hepcidin_start - 0.5, own.log_hepcidin_start + 0.5
    assert iron.diet_mg_per_d(np, low, own) > iron.diet_mg_per_d(np, high, own)
    released = [iron.release_mg_per_d(np, 300.0, level, own, body) for level in (low, high)]
    assert released[0] > released[1]
    absorbed = [iron.absorbed_mg(np, 65.0, level, 0.0, body) for level in (low, high)]
    assert absorbed[0] > absorbed[1]


def test_recent_doses_cut_the_next(body: Body) -> None:
    rise = iron.hepcidin_rise(65.0, body)
    first = iron.absorbed_mg(np, 65.0, 0.0, 0.0, body)
    second = iron.absorbed_mg(np, 65.0, 0.0, rise, body)
    assert second < first


def test_stores_inflammation_and_red_cells_raise_hepcidin(
    body: Body, own: iron.IronConstants
) -> None:
    assert iron.log_hepcidin(np, 400.0, 1.0, body) > iron.log_hepcidin(np, 100.0, 1.0, body)
    assert iron.log_hepcidin(np, 400.0, 2.0, body) > iron.log_hepcidin(np, 400.0, 1.0, body)
    start = own.rbc_start_mg
    assert iron.log_hepcidin_by_red_cells(np, start, own, body) == 0
    assert iron.log_hepcidin_by_red_cells(np, 0.8 * start, own, body) < 0


def test_the_marrow_takes_more_when_red_cells_are_few(body: Body) -> None:
    at_aim, below = (iron.marrow_share(np, rbc, 2000.0, body) for rbc in (2000.0, 1600.0))
    assert at_aim == pytest.approx(body.marrow_share)
    assert at_aim < below < body.marrow_share_max


def test_hazard_rises_with_occupancy_and_d1_and_falls_with_iron(body: Body) -> None:
    def hazard(occupancy: float, d1: float, log_iron: float) -> float:
        return float(augmentation.hazard_per_d(np, occupancy, d1, log_iron, body))

    assert hazard(0.0, 1.0, 0.0) == pytest.approx(body.augmentation_false_per_d, rel=1e-6)
    assert hazard(0.6, 1.0, 0.0) > hazard(0.3, 1.0, 0.0)
    assert hazard(0.6, 1.3, 0.0) > hazard(0.6, 1.0, 0.0)
    assert hazard(0.6, 1.0, -0.5) > hazard(0.6, 1.0, 0.0)


def test_saturation_rises_with_stores_and_never_above_full(
    body: Body, own: iron.IronConstants
) -> None:
    def saturation(plasma: float, share: float) -> float:
        per_mg = iron.saturation_per_mg(np, share * own.store_start_mg, own, body)
        return float(iron.tsat_percent(np, plasma * own.capacity_start_mg, per_mg))

    by_store = [saturation(0.25, share) for share in (0.3, 1.0, 4.0)]
    assert by_store == sorted(by_store)
    assert by_store[1] == pytest.approx(25.0)
    assert saturation(9.0, 1.0) == 100


def test_no_more_is_absorbed_than_was_swallowed(body: Body) -> None:
    # Hardly any hepcidin: the gut would take more than there is.
    assert iron.absorbed_mg(np, 5.0, -8.0, 0.0, body) == 5.0
