"""Bursts of muscle activity: which leg, how strong, and their noiseless RMS envelopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.recording.synthetic.conditions import Conditions
from ekbom.recording.synthetic.movements import MovementPlan
from ekbom.recording.synthetic.noise import coloured_noise
from ekbom.recording.synthetic.profiles import EmgStatistics, MovementStatistics
from ekbom.recording.synthetic.sleep import EPOCH_S, SleepPlan
from ekbom.terms import Side

Floats = NDArray[np.float64]

_LONGEST_LAG_S: Final = 0.5
_PART_LENGTH_LN_SD: Final = 0.2
_TWITCH_S: Final = (0.1, 0.8)
_TWITCH_LEAST_SHARE: Final = 0.3
_BODY_S: Final = (2.0, 30.0)
_BODY_LN_SD: Final = 0.4
_AWAKENING_STARTS_WITH_ONE: Final = 0.7
# The plateau of a burst sinks to this share of its first height, as in the real clip.
_PLATEAU_END: Final = (0.4, 1.0)
_MODULATION_HZ: Final = 4.0


@dataclass(frozen=True, slots=True)
class Bursts:
    """Bursts of one leg.

    Parameters
    ----------
    onset_s, duration_s : array of float, shape (n,)
        First rise to last fall, in seconds.
    peak_uv : array of float, shape (n,)
        Greatest height of the level above rest, in microvolts.
    """

    onset_s: Floats
    duration_s: Floats
    peak_uv: Floats

    @classmethod
    def joined(cls, *parts: Bursts) -> Bursts:
        """All bursts of several lists."""
        return cls(
            np.concatenate([p.onset_s for p in parts]),
            np.concatenate([p.duration_s for p in parts]),
            np.concatenate([p.peak_uv for p in parts]),
        )


def movement_bursts(
    plan: MovementPlan,
    movements: MovementStatistics,
    emg: EmgStatistics,
    conditions: Conditions,
    rng: np.random.Generator,
) -> dict[Side, Bursts]:
    """The planned movements on the legs: one or both, the second a little later and different."""
    n = len(plan.onset_s)
    strong = emg.peak_median_uv * np.exp(emg.peak_ln_sd * rng.standard_normal(n))
    weak = emg.weak_peak_median_uv * np.exp(emg.weak_peak_ln_sd * rng.standard_normal(n))
    peak = np.where(rng.random(n) < conditions.weak_share, weak, strong)
    both = rng.random(n) < movements.bilateral_share
    left_first = rng.random(n) < 0.5
    lag = np.minimum(np.abs(rng.normal(0, movements.bilateral_lag_sd_s, n)), _LONGEST_LAG_S)
    ratio = np.exp(emg.contralateral_ln_sd * rng.standard_normal(n))
    length = np.exp(_PART_LENGTH_LN_SD * rng.standard_normal(n))
    # The second leg, too, is at rest again before the next movement.
    room = np.diff(plan.onset_s, append=np.inf) - 0.7 - lag
    second_s = np.minimum(plan.duration_s * length, np.maximum(room, 0.3))
    legs = {}
    for side, leads in ((Side.LEFT, left_first), (Side.RIGHT, ~left_first)):
        moves = leads | both
        onset = np.where(leads, plan.onset_s, plan.onset_s + lag)
        duration = np.where(leads, plan.duration_s, second_s)
        height = np.where(leads, peak, peak * ratio)
        legs[side] = Bursts(onset[moves], duration[moves], height[moves])
    return legs


def twitches(
    emg: EmgStatistics, conditions: Conditions, end_s: float, rng: np.random.Generator
) -> Bursts:
    """Twitches of one leg that stay under the onset threshold by themselves."""
    n = int(rng.poisson(emg.twitches_per_h * conditions.twitches * end_s / 3600))
    onset = np.sort(rng.uniform(1.0, end_s - 2.0, n))
    share = rng.uniform(_TWITCH_LEAST_SHARE, 1.0, n)
    return Bursts(onset, rng.uniform(*_TWITCH_S, n), emg.twitch_peak_max_uv * share)


def body_movements(
    emg: EmgStatistics, conditions: Conditions, sleep: SleepPlan, rng: np.random.Generator
) -> Bursts:
    """Body movements: with most awakenings, with every turn, and at random in wake."""
    wake = np.array([not stage.is_sleep for stage in sleep.hypnogram.stages])
    falls_awake = (np.flatnonzero(wake[1:] & ~wake[:-1]) + 1) * EPOCH_S
    falls_awake = falls_awake[rng.random(len(falls_awake)) < _AWAKENING_STARTS_WITH_ONE]
    rate = emg.body_movements_wake_per_h * EPOCH_S / 3600
    counts = np.where(wake, rng.poisson(rate, len(wake)), 0)
    anywhere = (np.repeat(np.arange(len(wake)), counts) + rng.random(counts.sum())) * EPOCH_S
    onset = np.concatenate([falls_awake, anywhere, np.array(sleep.posture_changes_s)])
    onset = np.sort(onset[(onset > 1.0) & (onset < sleep.hypnogram.end_s - _BODY_S[1])])
    length = emg.body_movement_median_s * np.exp(
        emg.body_movement_ln_sd * rng.standard_normal(len(onset))
    )
    peak = emg.body_movement_peak_uv * np.exp(_BODY_LN_SD * rng.standard_normal(len(onset)))
    if conditions.artefacts == 0:
        return Bursts(np.zeros(0), np.zeros(0), np.zeros(0))
    return Bursts(onset, np.clip(length, *_BODY_S), conditions.artefacts * peak)


def burst_power(
    bursts: Bursts, emg: EmgStatistics, rest_uv: Floats, grid_hz: float, rng: np.random.Generator
) -> Floats:
    """Square of the RMS envelope of all bursts of one leg, in square microvolts.

    A burst rises smoothly, holds a sinking and fluctuating plateau, and falls smoothly, all
    inside its duration; its greatest height lifts the level ``peak_uv`` above the resting level
    at its onset. Where bursts overlap, their powers add.

    Parameters
    ----------
    bursts : Bursts
        Of one leg.
    emg : EmgStatistics
        Rise, fall and modulation.
    rest_uv : array of float, shape (n,)
        True resting level on the grid.
    grid_hz : float
        Points of the grid a second.
    rng : numpy.random.Generator
        Every draw comes from it.
    """
    power = np.zeros(len(rest_uv))
    flicker = coloured_noise(rng, 1 << 16, grid_hz, _modulation, (0.1, _MODULATION_HZ))
    flicker = np.exp(emg.plateau_modulation_ln_sd * flicker.astype(np.float64))
    n = len(bursts.onset_s)
    rises = rng.uniform(emg.rise_min_s, emg.rise_max_s, n)
    falls = rng.uniform(emg.fall_min_s, emg.fall_max_s, n)
    sinks = rng.uniform(*_PLATEAU_END, n)
    begins = rng.random(n)
    for i in range(n):
        onset, duration = float(bursts.onset_s[i]), float(bursts.duration_s[i])
        first, last = int(onset * grid_hz) + 1, int((onset + duration) * grid_hz)
        last = min(last, len(power) - 1)
        if last <= first:
            continue
        since = np.arange(first, last + 1) / grid_hz - onset
        squeeze = min(1.0, duration / (rises[i] + falls[i]))
        shape = _smooth_step(since / (rises[i] * squeeze))
        shape *= _smooth_step((duration - since) / (falls[i] * squeeze))
        shape *= 1 - (1 - sinks[i]) * since / duration
        begin = int(begins[i] * (len(flicker) - len(since)))
        shape *= flicker[begin : begin + len(since)]
        rest = rest_uv[first]
        top = (rest + bursts.peak_uv[i]) ** 2 - rest**2
        power[first : last + 1] += top * (shape / shape.max()) ** 2
    return power


def _smooth_step(x: Floats) -> Floats:
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x * x * (3 - 2 * x))


def _modulation(frequency_hz: Floats) -> Floats:
    return np.asarray(1 / (1 + (frequency_hz / _MODULATION_HZ) ** 4))
