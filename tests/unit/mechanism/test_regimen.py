"""Regimens: which model day a dose falls in, how long a patch is worn, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from ekbom.errors import UsageError
from ekbom.mechanism.parameters import Kinetics
from ekbom.mechanism.regimen import Arm, Line, layout_of, scheduled

DAYS = 3
DRUGS = {
    "pramipexole": Kinetics(bioavailability=0.9),
    "rotigotine": Kinetics(bioavailability=0.5),
    "gabapentin": Kinetics(bioavailability=0.6, saturation_mg=1500.0),
}


def arm(drug: str, dose_mg: float, *clock_h: float, days: tuple[int, ...] = (0, 1, 2)) -> Arm:
    on = np.zeros(DAYS, bool)
    on[list(days)] = True
    return Arm((Line(drug, dose_mg, clock_h, on),), np.ones(DAYS, bool))


def taken(one: Arm) -> np.ndarray:
    return scheduled([one], layout_of([one]), DRUGS, DAYS).taken[0][..., 0]


def test_a_morning_dose_is_in_the_model_day_that_ends_at_noon() -> None:
    np.testing.assert_allclose(taken(arm("pramipexole", 1.0, 8.0, days=(0,)))[:, 0], [0.9, 0, 0, 0])


@pytest.mark.parametrize("clock_h", [12.0, 20.0, 23.99])
def test_an_evening_dose_is_in_the_next_model_day(clock_h: float) -> None:
    given = taken(arm("pramipexole", 1.0, clock_h, days=(0,)))
    np.testing.assert_allclose(given[:, 0], [0, 0.9, 0, 0])


def test_after_midnight_counts_with_the_night_before() -> None:
    given = taken(arm("pramipexole", 1.0, 1.0, days=(1,)))
    np.testing.assert_allclose(given[:, 0], [0, 0.9, 0, 0])
    assert layout_of([arm("pramipexole", 1.0, 1.0)]).slots_h == (13.0,)


def test_missed_days_are_missed_and_times_add_up() -> None:
    np.testing.assert_allclose(
        taken(arm("pramipexole", 1.0, 8.0, days=(0, 2)))[:, 0], [0.9, 0, 0.9, 0]
    )
    twice = taken(arm("pramipexole", 1.0, 8.0, 8.0))
    np.testing.assert_allclose(twice[:, 0], [1.8, 1.8, 1.8, 0])


def test_absorption_saturates_where_it_does() -> None:
    assert taken(arm("gabapentin", 1500.0, 9.0))[0, 0] == pytest.approx(450)


def test_a_patch_flows_for_a_day_from_its_hour() -> None:
    one = arm("rotigotine", 4.0, 18.0, days=(1,))
    flow = taken(one)
    np.testing.assert_allclose(flow * 24 / 2, [[0, 0], [0, 0], [0, 1], [1, 0]])
    stretches_h = np.array([6.0, 18.0])
    assert (flow @ stretches_h).sum() == pytest.approx(2.0)


def test_patches_worn_daily_flow_without_a_gap() -> None:
    flow = taken(arm("rotigotine", 4.0, 18.0))
    np.testing.assert_allclose(flow * 24 / 2, [[0, 0], [0, 1], [1, 1], [1, 1]])


def test_arms_are_lanes_of_one_layout() -> None:
    arms = [arm("pramipexole", 1.0, 21.0), arm("ferrous-sulfate", 65.0, 8.0)]
    layout = layout_of(arms)
    doses = scheduled(arms, layout, DRUGS, DAYS)
    assert layout.slots_h == (9.0, 20.0)
    assert layout.oral_iron and not layout.bleeding
    assert doses.taken[0].shape == (DAYS + 1, 2, 2)
    np.testing.assert_array_equal(doses.oral_iron[:, 1, :], [[0, 65], [0, 65], [0, 65], [0, 0]])
    np.testing.assert_array_equal(doses.treated[:, 0], [0, 1, 1, 1])


def test_infusions_and_blood_keep_their_milligrams() -> None:
    arms = [arm("iron-sucrose", 200.0, 10.0, days=(1,)), arm("blood", 15.0, 10.0, days=(2,))]
    layout = layout_of(arms)
    doses = scheduled(arms, layout, DRUGS, DAYS)
    assert layout.complexes == ("iron-sucrose",) and layout.bleeding
    np.testing.assert_array_equal(doses.infused[0][:, 0, 0], [0, 200, 0, 0])
    np.testing.assert_array_equal(doses.bled[:, 0, 1], [0, 0, 15, 0])


@pytest.mark.parametrize("clock_h", [-0.1, 24.0, 99.0])
def test_a_clock_time_that_is_none_is_refused(clock_h: float) -> None:
    with pytest.raises(UsageError, match="clock time"):
        layout_of([arm("pramipexole", 1.0, clock_h)])


def test_an_unknown_medicine_is_refused_with_those_known() -> None:
    with pytest.raises(UsageError, match="levodopa"):
        layout_of([arm("levodopa", 100.0, 21.0)])


def test_too_many_clock_times_are_refused() -> None:
    many = tuple(hour / 2 for hour in range(25))
    with pytest.raises(UsageError, match="25 different clock times"):
        layout_of([arm("pramipexole", 0.1, *many)])
    assert len(layout_of([arm("pramipexole", 0.1, *many[:24])]).slots_h) == 24
