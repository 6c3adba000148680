"""Start and end of a movement, on levels written down value by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ekbom.knowledge.loading import load
from ekbom.recording.emg import Envelope
from ekbom.scoring.leg_movements import detect_leg_movements
from ekbom.scoring.movements import LegMovements
from ekbom.scoring.resting_level import LegLevel
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import Side

CHOSEN = settings(load(SECTIONS))
THRESHOLDS, MORPHOLOGY = CHOSEN.editions[0].thresholds, CHOSEN.detection.morphology
STEP_S = 0.01


def level(excess_uv: np.ndarray, first_s: float = 0.0, step_s: float = STEP_S) -> LegLevel:
    """A level above a resting level of 0."""
    values = excess_uv.astype(np.float32)
    signal = Envelope(first_s, step_s, values, values)
    return LegLevel(signal, np.zeros(1, np.float32), len(values), values, values)


def trace(*pieces: tuple[float, float]) -> np.ndarray:
    """Seconds of a value above rest, piece by piece."""
    return np.concatenate([np.full(round(seconds / STEP_S), uv) for seconds, uv in pieces])


def found(*pieces: tuple[float, float]) -> LegMovements:
    return detect_leg_movements(Side.LEFT, [level(trace(*pieces))], THRESHOLDS, MORPHOLOGY)


def assert_found(movements: LegMovements, expected: Sequence[tuple[float, float]]) -> None:
    assert len(movements) == len(expected)
    assert movements.onset_s.tolist() == pytest.approx([a for a, _ in expected], abs=STEP_S)
    assert movements.offset_s.tolist() == pytest.approx([b for _, b in expected], abs=STEP_S)


@pytest.mark.parametrize(("peak_uv", "n"), [(7.99, 0), (8.0, 1)])
def test_movement_starts_8_uv_above_rest(peak_uv: float, n: int) -> None:
    assert len(found((5, 0), (2, peak_uv), (5, 0))) == n


def test_movement_starts_where_8_uv_are_reached_and_not_where_it_first_rises() -> None:
    assert_found(found((5, 0), (1, 5), (1, 20), (5, 0)), [(6, 7)])


def test_start_and_end_are_found_between_values() -> None:
    excess = trace((2, 0), (2, 0), (4, 0))
    excess[200:210] = np.linspace(0, 18, 10)  # 8 uV at 4/9 of the rise
    excess[210:300] = 18
    excess[300:310] = np.linspace(18, 0, 10)  # 2 uV at 8/9 of the fall
    movement = detect_leg_movements(Side.LEFT, [level(excess)], THRESHOLDS, MORPHOLOGY)
    assert movement.onset_s[0] == pytest.approx(2 + 0.09 * 8 / 18, abs=1e-4)
    assert movement.offset_s[0] == pytest.approx(3 + 0.09 * 16 / 18, abs=1e-4)


@pytest.mark.parametrize(("low_uv", "n"), [(1.99, 2), (2.0, 1)])
def test_movement_ends_below_2_uv_above_rest(low_uv: float, n: int) -> None:
    assert len(found((5, 0), (2, 20), (1, low_uv), (2, 20), (5, 0))) == n


def test_dip_of_0_4_s_does_not_end_a_movement() -> None:
    assert_found(found((5, 0), (2, 20), (0.4, 0), (2, 20), (5, 0)), [(5, 9.4)])


def test_dip_of_half_a_second_ends_it_where_the_dip_begins() -> None:
    assert_found(found((5, 0), (2, 20), (0.5, 0), (2, 20), (5, 0)), [(5, 7), (7.5, 9.5)])


def test_second_rise_under_8_uv_after_an_end_is_no_movement() -> None:
    assert_found(found((5, 0), (2, 20), (0.6, 0), (2, 7), (5, 0)), [(5, 7)])


def test_tail_between_2_and_8_uv_belongs_to_the_movement() -> None:
    assert_found(found((5, 0), (1, 20), (3, 4), (5, 0)), [(5, 9)])


def test_movement_has_no_longest_duration_here() -> None:
    assert_found(found((5, 0), (60, 20), (5, 0)), [(5, 65)])


def test_movement_is_cut_by_the_ends_of_the_recording() -> None:
    movements = found((2, 20), (5, 0), (2, 20))
    assert_found(movements, [(0, 2), (7, 9)])


def test_movement_under_way_when_the_recording_ends_ends_with_it() -> None:
    assert_found(found((5, 0), (2, 20), (0.3, 0)), [(5, 7.3)])


@pytest.mark.parametrize("seconds", [0.05, 0.1, 0.2])
def test_spike_is_no_movement(seconds: float) -> None:
    assert len(found((5, 0), (seconds, 50), (5, 0))) == 0


def test_movement_is_raised_over_half_of_some_half_second() -> None:
    assert len(found((5, 0), (0.24, 50), (0.4, 0), (0.05, 3), (5, 0))) == 0
    assert len(found((5, 0), (0.26, 50), (0.2, 0), (0.26, 50), (5, 0))) == 1


def test_brief_level_starts_a_movement_that_the_steady_level_ends() -> None:
    steady = trace((5, 0), (2, 6), (5, 0))
    brief = trace((5, 0), (0.2, 9), (1.8, 6), (5, 0))
    both = replace(level(steady), brief_excess_uv=brief.astype(np.float32))
    assert_found(detect_leg_movements(Side.LEFT, [both], THRESHOLDS, MORPHOLOGY), [(5, 7)])


def test_brief_level_alone_makes_no_movement() -> None:
    brief = trace((5, 0), (0.2, 50), (5, 0)).astype(np.float32)
    quiet = replace(level(np.zeros(len(brief))), brief_excess_uv=brief)
    assert len(detect_leg_movements(Side.LEFT, [quiet], THRESHOLDS, MORPHOLOGY)) == 0


def test_brief_level_that_rises_just_before_the_steady_one_sets_the_onset() -> None:
    steady = trace((5, 0), (2, 12), (5, 0))
    brief = trace((4.97, 0), (2, 12), (5.03, 0))
    both = replace(level(steady), brief_excess_uv=brief.astype(np.float32))
    movements = detect_leg_movements(Side.LEFT, [both], THRESHOLDS, MORPHOLOGY)
    assert_found(movements, [(4.97, 7)])


@pytest.mark.parametrize("uv", [0.0, 1.9, -5.0])
def test_quiet_leg_has_no_movement(uv: float) -> None:
    assert len(found((30, uv))) == 0


def test_leg_active_all_night_has_one() -> None:
    assert_found(found((30, 20)), [(0, 30)])


def test_stretch_without_values_has_none() -> None:
    nothing = level(np.zeros(0))
    assert len(detect_leg_movements(Side.LEFT, [nothing], THRESHOLDS, MORPHOLOGY)) == 0


def test_movement_does_not_go_on_over_a_gap() -> None:
    before = level(trace((5, 0), (2, 20)))
    after = level(trace((2, 20), (5, 0)), first_s=7.2)
    movements = detect_leg_movements(Side.LEFT, [before, after], THRESHOLDS, MORPHOLOGY)
    assert_found(movements, [(5, 7), (7.2, 9.2)])


def test_step_of_the_envelope_makes_no_difference() -> None:
    pieces = [(5.0, 0.0), (2.0, 20.0), (0.6, 0.0), (3.0, 20.0), (5.0, 0.0)]
    coarse_s = 3 / 256
    coarse = np.concatenate([np.full(round(s / coarse_s), uv) for s, uv in pieces])
    movements = detect_leg_movements(
        Side.LEFT, [level(coarse, step_s=coarse_s)], THRESHOLDS, MORPHOLOGY
    )
    assert movements.onset_s.tolist() == pytest.approx([5, 7.6], abs=2 * coarse_s)
    assert movements.offset_s.tolist() == pytest.approx([7, 10.6], abs=3 * coarse_s)


@pytest.mark.parametrize(
    ("name", "value", "pieces", "n"),
    [
        ("onset_above_rest_uv", 15, [(5, 0), (2, 12), (5, 0)], 0),
        ("end_above_rest_uv", 5, [(5, 0), (2, 20), (1, 4), (2, 20), (5, 0)], 2),
        ("end_min_quiet_s", 1.0, [(5, 0), (2, 20), (0.8, 0), (2, 20), (5, 0)], 1),
    ],
)
def test_thresholds_are_those_given(
    name: str, value: float, pieces: list[tuple[float, float]], n: int
) -> None:
    given = settings(load(SECTIONS), overrides={name: value}).editions[0].thresholds
    movements = detect_leg_movements(Side.LEFT, [level(trace(*pieces))], given, MORPHOLOGY)
    assert len(movements) == n
