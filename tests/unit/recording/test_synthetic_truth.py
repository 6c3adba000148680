"""The truth of a synthetic night: the amplitude rule on the noiseless level, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.knowledge.binding import bind
from ekbom.knowledge.loading import load
from ekbom.recording.synthetic.profiles import TruthRule
from ekbom.recording.synthetic.truth import rise_above_rest_uv, true_movements

GRID_HZ = 100.0
RULE = bind(TruthRule, load(("scoring",)), "wasm-2016")


def found(rise: np.ndarray) -> list[tuple[float, float]]:
    onset, end = true_movements(rise, GRID_HZ, RULE)
    return [(float(a), float(b)) for a, b in zip(onset, end, strict=True)]


def course(*corners: tuple[float, float], length_s: float = 20.0) -> np.ndarray:
    """Straight lines between (time, rise) corners."""
    times, rises = zip(*corners, strict=True)
    return np.interp(np.arange(round(length_s * GRID_HZ)) / GRID_HZ, times, rises)


def test_onset_is_where_the_level_reaches_8_uv_and_the_end_where_it_falls_to_2_uv() -> None:
    rise = course((5.0, 0.0), (5.8, 16.0), (7.0, 16.0), (7.8, 0.0))
    assert found(rise) == [(pytest.approx(5.4), pytest.approx(7.7))]


def test_what_never_reaches_8_uv_is_no_movement() -> None:
    assert found(course((5.0, 0.0), (5.5, 7.9), (8.0, 7.9), (8.5, 0.0))) == []


@pytest.mark.parametrize(("pause_s", "n"), [(0.4, 1), (0.6, 2)])
def test_a_pause_under_half_a_second_does_not_end_a_movement(pause_s: float, n: int) -> None:
    rise = np.zeros(2000)
    rise[500:700] = 20.0
    begin = 700 + round(pause_s * GRID_HZ)
    rise[begin : begin + 200] = 20.0
    assert len(found(rise)) == n


@pytest.mark.parametrize(("length_s", "n"), [(0.4, 0), (0.6, 1)])
def test_what_lasts_under_half_a_second_is_no_movement(length_s: float, n: int) -> None:
    rise = np.zeros(2000)
    rise[500 : 500 + round(length_s * GRID_HZ)] = 20.0
    assert len(found(rise)) == n


def test_a_movement_longer_than_10_s_is_kept_whole() -> None:
    rise = course((2.0, 0.0), (2.1, 30.0), (17.0, 30.0), (17.1, 0.0))
    assert len(found(rise)) == 1
    assert found(rise)[0][1] - found(rise)[0][0] > 14


def test_a_weak_start_before_the_onset_does_not_move_the_onset() -> None:
    rise = course((3.0, 0.0), (3.1, 4.0), (6.0, 4.0), (6.1, 24.0), (8.0, 24.0), (8.1, 0.0))
    assert found(rise)[0][0] == pytest.approx(6.02, abs=0.01)


def test_a_quiet_night_has_no_movement() -> None:
    assert found(np.zeros(1000)) == []


def test_a_movement_that_the_recording_cuts_ends_with_it() -> None:
    rise = np.zeros(1000)
    rise[900:] = 20.0
    assert found(rise)[0][1] == pytest.approx(10.0)


@given(st.floats(0.5, 10.0), st.floats(0.0, 200.0))
def test_level_is_the_root_of_summed_squares(rest_uv: float, burst_uv: float) -> None:
    rise = rise_above_rest_uv(np.array([rest_uv]), np.array([burst_uv**2]))
    assert rise[0] == pytest.approx(np.hypot(rest_uv, burst_uv) - rest_uv, abs=1e-9)
    assert rise[0] >= 0
