"""The resting level follows what rests, and not what moves."""

from __future__ import annotations

import numpy as np
import pytest

from ekbom.knowledge.loading import load
from ekbom.recording.emg import Envelope
from ekbom.scoring.resting_level import LegLevel, resting_level
from ekbom.scoring.settings import SECTIONS, settings

REST = settings(load(SECTIONS)).detection.rest
STEP_S = 0.01


def rest_of(*pieces: tuple[float, float]) -> LegLevel:
    """Resting level of pieces of (seconds, microvolts)."""
    values = np.concatenate([np.full(round(s / STEP_S), uv) for s, uv in pieces])
    level_uv = values.astype(np.float32)
    return resting_level(Envelope(0.0, STEP_S, level_uv, level_uv), REST)


def test_level_of_a_quiet_leg_is_its_rest() -> None:
    level = rest_of((300, 1.5))
    assert level.rest_uv == pytest.approx(np.full(300, 1.5))
    assert np.abs(level.excess_uv).max() < 1e-6


@pytest.mark.parametrize(("before_uv", "after_uv"), [(1, 6), (6, 1), (2, 20), (20, 2)])
def test_step_of_the_resting_level_is_followed_within_seconds(
    before_uv: float, after_uv: float
) -> None:
    level = rest_of((120, before_uv), (120, after_uv))
    assert level.rest_uv[:114] == pytest.approx(np.full(114, before_uv))
    assert level.rest_uv[126:] == pytest.approx(np.full(114, after_uv))
    assert level.excess_uv.max() < 1e-6, "at the step it is never taken for a movement"


@pytest.mark.parametrize("duration_s", [0.5, 2, 5, 10, 15])
def test_movement_does_not_lift_the_resting_level(duration_s: float) -> None:
    level = rest_of((120, 1.5), (duration_s, 60), (120, 1.5))
    assert level.rest_uv.max() == pytest.approx(1.5)


def test_series_of_movements_does_not_lift_the_resting_level() -> None:
    level = rest_of(*[(10.0, 1.5), (3.0, 60.0)] * 40)
    assert level.rest_uv.max() == pytest.approx(1.5)


def test_slow_drift_is_followed() -> None:
    drift = np.linspace(1, 5, 60_000).astype(np.float32)
    level = resting_level(Envelope(0.0, STEP_S, drift, drift), REST)
    assert np.abs(level.excess_uv).max() < 0.5


@pytest.mark.parametrize("seconds", [0.02, 0.5, 3, 12, 29, 31])
def test_short_recording_has_a_resting_level(seconds: float) -> None:
    level = rest_of((seconds, 2.0))
    assert level.rest_uv == pytest.approx(np.full(len(level.rest_uv), 2.0))


def test_stretch_without_values_has_none() -> None:
    nothing = np.zeros(0, np.float32)
    level = resting_level(Envelope(0.0, STEP_S, nothing, nothing), REST)
    assert len(level.rest_uv) == len(level.excess_uv) == 0
    assert np.isnan(level.rest_between(0, 60))


def test_rest_between_two_moments_is_the_median_there() -> None:
    level = rest_of((120, 2.0), (120, 6.0))
    assert level.rest_between(0, 60) == pytest.approx(2)
    assert level.rest_between(180, 240) == pytest.approx(6)
    assert np.isnan(level.rest_between(500, 560))
