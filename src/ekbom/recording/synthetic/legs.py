"""Leg EMG: the noiseless plan of each leg, its truth, and the signal drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.recording.synthetic.background import background_level_uv, tiled_background
from ekbom.recording.synthetic.bursts import (
    Bursts,
    body_movements,
    burst_power,
    movement_bursts,
    twitches,
)
from ekbom.recording.synthetic.conditions import Conditions
from ekbom.recording.synthetic.interference import (
    baseline_swings,
    leak_heights,
    mains_hum,
    qrs_leak,
)
from ekbom.recording.synthetic.movements import MovementPlan
from ekbom.recording.synthetic.noise import (
    burst_spectrum,
    coloured_noise,
    modulation_spectrum,
    resting_emg_spectrum,
    slow_noise,
)
from ekbom.recording.synthetic.profiles import Profile
from ekbom.recording.synthetic.rest import resting_level
from ekbom.recording.synthetic.signals import resampled
from ekbom.recording.synthetic.sleep import SleepPlan
from ekbom.recording.synthetic.truth import rise_above_rest_uv, true_movements
from ekbom.terms import Side

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]

LEGS: Final = (Side.LEFT, Side.RIGHT)
GRID_HZ: Final = 100.0

_FLICKER_HZ: Final = (1.0, 12.0)
_FLICKER_LN_SD: Final = 0.35
_OFFSET_UV: Final = 4.0


@dataclass(frozen=True, slots=True)
class LegPlan:
    """One leg without noise, on a grid of ``GRID_HZ`` points a second.

    Parameters
    ----------
    side : Side
        The leg.
    rest_uv : array of float, shape (n,)
        True resting level (RMS between 10 and 100 Hz) in microvolts.
    burst_power_uv2 : array of float, shape (n,)
        Square of the RMS envelope of everything beyond rest.
    swing_uv : array of float, shape (n,)
        Baseline swings.
    onset_s, end_s : array of float, shape (n_movements,)
        The true movements: see ``ekbom.recording.synthetic.truth``.
    """

    side: Side
    rest_uv: Floats
    burst_power_uv2: Floats
    swing_uv: Floats
    onset_s: Floats
    end_s: Floats


def plan_legs(
    profile: Profile,
    conditions: Conditions,
    plan: MovementPlan,
    sleep: SleepPlan,
    mains_hz: float,
    rng: np.random.Generator,
) -> tuple[LegPlan, LegPlan]:
    """Both legs without noise, and their true movements.

    Parameters
    ----------
    profile : Profile
        Statistics.
    conditions : Conditions
        The knobs.
    plan : MovementPlan
        Movements before they are laid on the legs.
    sleep : SleepPlan
        Stages and turns.
    mains_hz : float
        Left out of the level of a real resting background.
    rng : numpy.random.Generator
        Streams for rest, movements and artefacts are drawn apart, so that turning one knob
        leaves the rest of the night as it was.
    """
    seeds = rng.integers(0, 2**63, 4 + 4 * len(LEGS))
    shared = [np.random.default_rng(seed) for seed in seeds[:4]]
    end_s = sleep.hypnogram.end_s
    legs = movement_bursts(plan, profile.movements, profile.emg, conditions, shared[0])
    body = body_movements(profile.emg, conditions, sleep, shared[1])
    grid_s = np.arange(round(end_s * GRID_HZ)) / GRID_HZ
    plans = []
    for i, side in enumerate(LEGS):
        own = [np.random.default_rng(seed) for seed in seeds[4 + 4 * i : 8 + 4 * i]]
        base_uv = _base_level_uv(conditions, side, mains_hz)
        rest = resting_level(profile.emg, conditions, base_uv, sleep, grid_s, own[0])
        power = burst_power(legs[side], profile.emg, rest, GRID_HZ, own[1])
        small = twitches(profile.emg, conditions, end_s, own[2])
        extra = Bursts.joined(small, body)
        power += burst_power(extra, profile.emg, rest, GRID_HZ, own[2])
        swing = baseline_swings(power, GRID_HZ, conditions.artefacts, own[3])
        plans.append(_with_truth(profile, conditions, side, (rest, power, swing), grid_s))
    return plans[0], plans[1]


def _base_level_uv(conditions: Conditions, side: Side, mains_hz: float) -> float:
    if conditions.rest_background is not None:
        return background_level_uv(conditions.rest_background, side, mains_hz)
    return conditions.rest_left_uv if side is Side.LEFT else conditions.rest_right_uv


def _with_truth(
    profile: Profile,
    conditions: Conditions,
    side: Side,
    course: tuple[Floats, Floats, Floats],
    grid_s: Floats,
) -> LegPlan:
    """The plan with its true movements; a detached electrode shows none."""
    rest, power, swing = course
    off = conditions.detachment
    if off is not None and off.side is side:
        flat = (grid_s >= off.start_s) & (grid_s < off.end_s)
        rest, power, swing = (np.where(flat, 0.0, x) for x in (rest, power, swing))
    rise = rise_above_rest_uv(rest, power)
    onset, end = true_movements(rise, GRID_HZ, profile.truth_rule)
    return LegPlan(side, rest, power, swing, onset, end)


def leg_signal(
    plan: LegPlan,
    conditions: Conditions,
    sleep: SleepPlan,
    beats_s: Floats,
    rate_hz: float,
    mains_hz: float,
    rng: np.random.Generator,
) -> Samples:
    """EMG of one leg in microvolts.

    Parameters
    ----------
    plan : LegPlan
        The leg without noise.
    conditions : Conditions
        ECG leak and mains; drift, artefacts and the like are already in the plan.
    sleep : SleepPlan
        Turns, at which leaks change.
    beats_s : array of float, shape (n_beats,)
        Times of the R waves.
    rate_hz : float
        Any sampling rate; the truth does not depend on it.
    mains_hz : float
        50 or 60.
    rng : numpy.random.Generator
        Every draw comes from it.

    Returns
    -------
    array of float32, shape (n,)
        ``n`` is the length of the plan in seconds times ``rate_hz``, rounded.
    """
    seeds = rng.integers(0, 2**63, 6)
    own = [np.random.default_rng(seed) for seed in seeds]
    n = round(len(plan.rest_uv) / GRID_HZ * rate_hz)
    signal = _rest_of_level_1(conditions, plan.side, n, rate_hz, mains_hz, own[0])
    burst = coloured_noise(own[1], n, rate_hz, burst_spectrum)
    _flicker(burst, rate_hz, own[2])
    _shape(signal, burst, plan, rate_hz, own[3])
    turns = sleep.posture_changes_s
    if conditions.ecg_leak_uv > 0:
        heights = leak_heights(beats_s, conditions.ecg_leak_uv, turns, own[4])
        signal += qrs_leak(beats_s, heights, n, rate_hz)
    if conditions.mains_uv > 0:
        signal += mains_hum(n, rate_hz, mains_hz, conditions.mains_uv, turns, own[5])
    off = conditions.detachment
    if off is not None and off.side is plan.side:
        signal[round(off.start_s * rate_hz) : round(off.end_s * rate_hz)] = 0.0
    return signal


def _rest_of_level_1(
    conditions: Conditions,
    side: Side,
    n: int,
    rate_hz: float,
    mains_hz: float,
    rng: np.random.Generator,
) -> Samples:
    """Resting EMG, synthetic or real, whose RMS between 10 and 100 Hz is 1."""
    background = conditions.rest_background
    if background is None:
        return coloured_noise(rng, n, rate_hz, resting_emg_spectrum)
    rest = tiled_background(background, side, n, rate_hz, rng)
    rest /= np.float32(background_level_uv(background, side, mains_hz))
    return rest


def _flicker(burst: Samples, rate_hz: float, rng: np.random.Generator) -> None:
    """Lets the burst noise flicker as motor units do, keeping its mean square at 1."""
    n = round(len(burst) / rate_hz * GRID_HZ) + 2
    flicker = coloured_noise(rng, n, GRID_HZ, modulation_spectrum, _FLICKER_HZ)
    flicker = np.exp(_FLICKER_LN_SD * flicker)
    flicker /= np.sqrt(np.mean(flicker**2))
    burst *= resampled(flicker, GRID_HZ, len(burst), rate_hz)


def _shape(
    rest: Samples, burst: Samples, plan: LegPlan, rate_hz: float, rng: np.random.Generator
) -> None:
    """Gives noise of level 1 the course of the plan; ``rest`` becomes the whole EMG."""
    envelope = np.sqrt(plan.burst_power_uv2).astype(np.float32)
    level = plan.rest_uv.astype(np.float32)
    wander = slow_noise(rng, len(level), GRID_HZ, 40.0) + slow_noise(rng, len(level), GRID_HZ, 3.0)
    baseline = np.where(level > 0, plan.swing_uv + _OFFSET_UV * wander, 0.0).astype(np.float32)
    n = len(rest)
    rest *= resampled(level, GRID_HZ, n, rate_hz)
    burst *= resampled(envelope, GRID_HZ, n, rate_hz)
    rest += burst
    rest += resampled(baseline, GRID_HZ, n, rate_hz)
