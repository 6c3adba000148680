"""The true resting level of one leg over the night: drift, jumps with posture, tone in wake."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.recording.synthetic.conditions import Conditions
from ekbom.recording.synthetic.noise import slow_noise
from ekbom.recording.synthetic.profiles import EmgStatistics
from ekbom.recording.synthetic.sleep import EPOCH_S, SleepPlan

Floats = NDArray[np.float64]

# Tone rises and falls this slowly, and lasts this long: slower than any movement.
_TONIC_RAMP_S: Final = (8.0, 25.0)
_TONIC_HOLD_S: Final = (20.0, 120.0)
_TONIC_LEAST_SHARE: Final = 0.3


def resting_level(
    emg: EmgStatistics,
    conditions: Conditions,
    base_uv: float,
    sleep: SleepPlan,
    grid_s: Floats,
    rng: np.random.Generator,
) -> Floats:
    """True resting level (RMS between 10 and 100 Hz) of one leg.

    Parameters
    ----------
    emg : EmgStatistics
        Sizes of drift, steps and tone, and the range the level stays in.
    conditions : Conditions
        Their scales.
    base_uv : float
        The level about which it moves.
    sleep : SleepPlan
        Gives the turns and the wake.
    grid_s : array of float, shape (n,)
        Evenly spaced times in seconds.
    rng : numpy.random.Generator
        Draws do not depend on the scales: one seed gives one course, scaled.

    Returns
    -------
    array of float, shape (n,)
        In microvolts.
    """
    rate_hz = 1 / (grid_s[1] - grid_s[0])
    drift = slow_noise(rng, len(grid_s), rate_hz, emg.rest_drift_time_s)
    steps = steps_at(sleep.posture_changes_s, grid_s, rng)
    tonic = _tonic(emg, sleep, grid_s, rng)
    log_level = conditions.drift * emg.rest_drift_ln_sd * drift
    log_level += conditions.steps * emg.rest_step_ln_sd * steps
    # A leg that is noisy from the start may stay so: the range widens to hold its base.
    level = np.clip(
        base_uv * np.exp(log_level), min(emg.rest_min_uv, base_uv), max(emg.rest_max_uv, base_uv)
    )
    return np.asarray(np.hypot(level, conditions.tonic * tonic))


def steps_at(moments_s: tuple[float, ...], grid_s: Floats, rng: np.random.Generator) -> Floats:
    """A normal value, new at every moment, that does not wander off: shape of ``grid_s``."""
    values = rng.standard_normal(len(moments_s) + 1)
    values[0] = 0.0
    return np.asarray(values[np.searchsorted(moments_s, grid_s, side="right")])


def _tonic(
    emg: EmgStatistics, sleep: SleepPlan, grid_s: Floats, rng: np.random.Generator
) -> Floats:
    """Raised muscle tone in stretches of wake, in microvolts."""
    wake = np.array([not stage.is_sleep for stage in sleep.hypnogram.stages])
    counts = np.where(wake, rng.poisson(emg.tonic_episodes_per_h * EPOCH_S / 3600, len(wake)), 0)
    starts = (np.repeat(np.arange(len(wake)), counts) + rng.random(counts.sum())) * EPOCH_S
    tonic = np.zeros(len(grid_s))
    for start_s in starts:
        up, down = rng.uniform(*_TONIC_RAMP_S, 2)
        hold = rng.uniform(*_TONIC_HOLD_S)
        height = emg.tonic_max_uv * rng.uniform(_TONIC_LEAST_SHARE, 1.0)
        corners = start_s + np.cumsum([0.0, up, hold, down])
        shape = np.interp(grid_s, corners, [0.0, height, height, 0.0])
        np.maximum(tonic, shape, out=tonic)
    return tonic
