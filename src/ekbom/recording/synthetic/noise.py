"""Gaussian noise with a given spectrum, made in blocks so that a night stays small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]
Spectrum = Callable[[Floats], Floats]

BAND_HZ: Final = (10.0, 100.0)

_TAPS_S: Final = 1.0
_BLOCK: Final = 1 << 15


def resting_emg_spectrum(frequency_hz: Floats) -> Floats:
    """Amplitude spectrum of resting EMG: falling from a few hertz, with a white floor.

    Shape fitted by eye to the resting stretch of a real clip (PSG-IPA SN5, CC BY 4.0).
    """
    return np.asarray(np.sqrt(1 / (1 + (frequency_hz / 3.0) ** 2) ** 0.8 + 0.004))


def burst_spectrum(frequency_hz: Floats) -> Floats:
    """Amplitude spectrum of a contracting muscle under surface electrodes.

    The two-corner form of Stulen and De Luca (1981): rising from 20 Hz, falling beyond 110 Hz.
    """
    low, high = 20.0, 110.0
    f2 = frequency_hz**2
    return np.asarray(high**2 * frequency_hz / (np.sqrt(f2 + low**2) * (f2 + high**2)))


def modulation_spectrum(frequency_hz: Floats) -> Floats:
    """Amplitude spectrum of the flicker of motor unit firing inside a burst."""
    return np.asarray(1 / (1 + (frequency_hz / 12.0) ** 4))


def coloured_noise(
    rng: np.random.Generator,
    n: int,
    rate_hz: float,
    spectrum: Spectrum,
    band_hz: tuple[float, float] = BAND_HZ,
) -> Samples:
    """Stationary Gaussian noise whose RMS inside a band is 1.

    The density belongs to the underlying signal: at a rate too low for the band, the part
    beyond half the rate is missing, as behind a real amplifier's filter.

    Parameters
    ----------
    rng : numpy.random.Generator
        Every draw comes from it.
    n : int
        Number of samples.
    rate_hz : float
        Sampling rate.
    spectrum : callable
        Amplitude against frequency in hertz, to any scale.
    band_hz : tuple of float
        The band in which the RMS is 1.
    """
    taps = _kernel(rate_hz, spectrum, band_hz)
    size = _BLOCK
    while size < 4 * len(taps):
        size *= 2
    response = np.fft.rfft(taps, size).astype(np.complex64)
    keep = size - len(taps) + 1
    out = np.empty(n, dtype=np.float32)
    tail = rng.standard_normal(len(taps) - 1, dtype=np.float32)
    for start in range(0, n, keep):
        white = np.concatenate([tail, rng.standard_normal(keep, dtype=np.float32)])
        tail = white[keep:]
        filtered = np.fft.irfft(np.fft.rfft(white) * response, size)
        out[start : start + keep] = filtered[len(taps) - 1 :][: n - start]
    return out


def _kernel(rate_hz: float, spectrum: Spectrum, band_hz: tuple[float, float]) -> Floats:
    """Linear-phase filter that gives white noise this spectrum."""
    n = 2 * round(_TAPS_S * rate_hz / 2)
    frequency: Floats = np.asarray(np.fft.rfftfreq(n, 1 / rate_hz), dtype=np.float64)
    grid: Floats = np.linspace(*band_hz, 1000, dtype=np.float64)
    in_band = float(np.trapezoid(spectrum(grid) ** 2, grid))
    gain = spectrum(frequency) * np.sqrt(rate_hz / 2 / in_band)
    gain *= 1 / np.sqrt(1 + (frequency / (0.45 * rate_hz)) ** 24)
    taps = np.roll(np.fft.irfft(gain, n), n // 2) * np.hanning(n + 1)[:n]
    return np.asarray(taps)


def slow_noise(rng: np.random.Generator, n: int, rate_hz: float, time_constant_s: float) -> Floats:
    """A slow random walk that keeps coming back: standard deviation 1, mean 0.

    Ornstein-Uhlenbeck, drawn at ten points a time constant and interpolated.
    """
    step_s = time_constant_s / 10
    points = int(np.ceil(n / rate_hz / step_s)) + 2
    keep = np.exp(-step_s / time_constant_s)
    shock = np.sqrt(1 - keep**2) * rng.standard_normal(points)
    walk = np.empty(points)
    walk[0] = rng.standard_normal()
    for i in range(1, points):
        walk[i] = keep * walk[i - 1] + shock[i]
    return np.asarray(np.interp(np.arange(n) / rate_hz, np.arange(points) * step_s, walk))
