"""What is not muscle: heart beats, mains, and baseline swings."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.recording.synthetic.noise import coloured_noise, slow_noise
from ekbom.recording.synthetic.rest import steps_at

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]

# Waves of a beat: seconds from R, width (standard deviation) in seconds, height relative to R.
_ECG_WAVES: Final = (
    (-0.17, 0.022, 0.12),
    (-0.028, 0.008, -0.12),
    (0.0, 0.0095, 1.0),
    (0.026, 0.009, -0.25),
    (0.24, 0.042, 0.28),
)
# Far from the heart only the QRS complex is left, and broader.
_LEAK_WAVES: Final = ((-0.018, 0.011, -0.35), (0.0, 0.012, 1.0), (0.022, 0.014, -0.6))
_RR_MEAN_S: Final = 0.98
_RESPIRATORY_ARRHYTHMIA: Final = 0.04
_BREATH_HZ: Final = 0.25
_BLOCK: Final = 1 << 18
_MAINS_HARMONICS: Final = (1.0, 0.08, 0.22)
_MAINS_WANDER_HZ: Final = 0.02
# Height of a baseline swing relative to the RMS of the burst it goes with.
_SWING_OF_BURST: Final = 3.5
# A swing alone never drives the channel into its rail, so a body movement has no silent middle.
_LARGEST_SWING_UV: Final = 300.0
_LARGEST_MAINS_LN: Final = 1.0


def beat_times(end_s: float, rng: np.random.Generator) -> Floats:
    """Times of the R waves in seconds, with respiratory arrhythmia and a slow drift."""
    n = int(end_s / _RR_MEAN_S * 1.3) + 10
    at = np.arange(n) * _RR_MEAN_S
    slow = slow_noise(rng, n, 1 / _RR_MEAN_S, 120.0)
    rr = _RR_MEAN_S * np.exp(
        0.06 * slow
        + _RESPIRATORY_ARRHYTHMIA * np.sin(2 * np.pi * _BREATH_HZ * at)
        + 0.015 * rng.standard_normal(n)
    )
    beats = np.cumsum(rr)
    return np.asarray(beats[beats < end_s])


def electrocardiogram(beats_s: Floats, n: int, rate_hz: float) -> Samples:
    """P, QRS and T of every beat; the R wave has height 1. Shape (n,)."""
    return _waves(beats_s, np.ones(len(beats_s)), n, rate_hz, _ECG_WAVES)


def qrs_leak(beats_s: Floats, height_uv: Floats, n: int, rate_hz: float) -> Samples:
    """The QRS complex as it reaches the leg, one height a beat, in microvolts. Shape (n,)."""
    return _waves(beats_s, height_uv, n, rate_hz, _LEAK_WAVES)


def leak_heights(
    beats_s: Floats, leak_uv: float, turns_s: tuple[float, ...], rng: np.random.Generator
) -> Floats:
    """Height of the leak at each beat: breathing moves it, turning over changes it."""
    steps = steps_at(turns_s, beats_s, rng)
    breath = 0.15 * np.sin(2 * np.pi * _BREATH_HZ * beats_s)
    return np.asarray(leak_uv * np.exp(0.25 * steps + breath))


def _waves(
    beats_s: Floats,
    height: Floats,
    n: int,
    rate_hz: float,
    waves: tuple[tuple[float, float, float], ...],
) -> Samples:
    before = max(4 * width - centre for centre, width, _ in waves)
    after = max(4 * width + centre for centre, width, _ in waves)
    at_r = sum(share * np.exp(-0.5 * (centre / width) ** 2) for centre, width, share in waves)
    first = np.ceil((beats_s - before) * rate_hz).astype(np.int64)
    out = np.zeros(n, dtype=np.float32)
    for j in range(int((before + after) * rate_hz) + 1):
        index = first + j
        since = index / rate_hz - beats_s
        value = np.zeros(len(beats_s))
        for centre, width, share in waves:
            value += share * np.exp(-0.5 * ((since - centre) / width) ** 2)
        inside = (index >= 0) & (index < n)
        out[index[inside]] += (height * value / at_r)[inside].astype(np.float32)
    return out


def mains_hum(
    n: int,
    rate_hz: float,
    mains_hz: float,
    amplitude_uv: float,
    turns_s: tuple[float, ...],
    rng: np.random.Generator,
) -> Samples:
    """Mains sine with two harmonics; amplitude drifts and jumps with posture. Shape (n,).

    Harmonics beyond half the sampling rate are left out, as by a real amplifier's filter.

    Parameters
    ----------
    n, rate_hz : int, float
        Samples, and their rate.
    mains_hz : float
        50 or 60.
    amplitude_uv : float
        Median amplitude of the fundamental, in microvolts.
    turns_s : tuple of float
        Moments of posture change.
    rng : numpy.random.Generator
        Every draw comes from it.
    """
    coarse_hz = 2.0
    points = int(n / rate_hz * coarse_hz) + 3
    coarse_s = np.arange(points) / coarse_hz
    gain = 0.2 * slow_noise(rng, points, coarse_hz, 300.0) + 0.35 * steps_at(turns_s, coarse_s, rng)
    gain = np.clip(gain, -_LARGEST_MAINS_LN, _LARGEST_MAINS_LN)
    wander_hz = _MAINS_WANDER_HZ * slow_noise(rng, points, coarse_hz, 60.0)
    cycles = np.cumsum(mains_hz + wander_hz) / coarse_hz
    phases = rng.random(len(_MAINS_HARMONICS))
    out = np.zeros(n, dtype=np.float32)
    for start in range(0, n, _BLOCK):
        at_s = np.arange(start, min(start + _BLOCK, n)) / rate_hz
        turn = 2 * np.pi * np.interp(at_s, coarse_s, cycles)
        height = amplitude_uv * np.exp(np.interp(at_s, coarse_s, gain))
        for k, share in enumerate(_MAINS_HARMONICS, 1):
            if k * mains_hz < rate_hz / 2:
                wave = share * height * np.sin(k * turn + 2 * np.pi * phases[k - 1])
                out[start : start + _BLOCK] += wave.astype(np.float32)
    return out


def baseline_swings(
    burst_power_uv2: Floats, grid_hz: float, scale: float, rng: np.random.Generator
) -> Floats:
    """Slow swings of the electrode baseline with every movement, on the grid, in microvolts.

    They follow the strength of the movement and outlast it; all lie under 3 Hz, so they are no
    part of the EMG and of the truth.
    """
    walk = coloured_noise(rng, len(burst_power_uv2), grid_hz, _swing_spectrum, (0.1, 3.0))
    strength = slow_noise(rng, len(burst_power_uv2), grid_hz, 60.0)
    after = _trailing_mean(_trailing_mean(burst_power_uv2, round(0.4 * grid_hz)), round(grid_hz))
    swing = scale * _SWING_OF_BURST * np.exp(0.5 * strength) * np.sqrt(after) * walk
    return np.asarray(_LARGEST_SWING_UV * np.tanh(swing / _LARGEST_SWING_UV))


def _swing_spectrum(frequency_hz: Floats) -> Floats:
    return np.asarray(1 / (1 + (frequency_hz / 1.2) ** 6))


def _trailing_mean(x: Floats, n: int) -> Floats:
    total = np.cumsum(np.concatenate([np.zeros(n), x]))
    return np.asarray(np.maximum(total[n:] - total[:-n], 0.0) / n)
