"""Band-pass and mains removal, held against an independent filter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from ekbom.recording.filters import fast_length, remove_line, zero_phase_band

RATE_HZ = 512
SECONDS = 40
LOW_HZ, HIGH_HZ, ORDER = 10.0, 100.0, 4


def times(rate_hz: float = RATE_HZ) -> np.ndarray:
    return np.arange(int(SECONDS * rate_hz)) / rate_hz


def band_passed(samples: np.ndarray, rate_hz: float = RATE_HZ) -> np.ndarray:
    frequency_hz = np.fft.rfftfreq(len(samples), 1 / rate_hz)
    spectrum = np.fft.rfft(samples) * zero_phase_band(frequency_hz, LOW_HZ, HIGH_HZ, ORDER)
    return np.fft.irfft(spectrum, len(samples))


def by_scipy(samples: np.ndarray, rate_hz: float) -> np.ndarray:
    passes = [
        butter(ORDER, LOW_HZ, "highpass", fs=rate_hz, output="sos"),
        butter(ORDER, HIGH_HZ, "lowpass", fs=rate_hz, output="sos"),
    ]
    for sections in passes:
        samples = sosfiltfilt(sections, samples)
    return np.asarray(samples)


def rms(samples: np.ndarray) -> float:
    inside = samples[len(samples) // 8 : -len(samples) // 8]
    return float(np.sqrt(np.mean(inside**2)))


@pytest.mark.parametrize(("rate_hz", "warping"), [(512, 0.06), (4096, 0.002)])
def test_band_pass_is_butterworth_forward_and_backward(rate_hz: float, warping: float) -> None:
    # The digital filter bends its upper edge towards half the rate; at a high rate it does not.
    noise = np.random.default_rng(1).normal(0, 20, len(times(rate_hz)))
    expected = by_scipy(noise, rate_hz)
    assert rms(band_passed(noise, rate_hz) - expected) < warping * rms(expected)


@pytest.mark.parametrize("hz", [12, 20, 35, 60, 85])
def test_tone_inside_the_band_keeps_its_phase(hz: float) -> None:
    tone = 50 * np.sin(2 * np.pi * hz * times())
    passed = band_passed(tone)
    assert rms(passed - tone * rms(passed) / rms(tone)) < 0.001 * rms(tone)


@pytest.mark.parametrize("edge_hz", [LOW_HZ, HIGH_HZ])
def test_gain_is_a_half_at_the_edges_after_both_passes(edge_hz: float) -> None:
    gain = zero_phase_band(np.array([edge_hz]), LOW_HZ, HIGH_HZ, ORDER)
    assert gain[0] == pytest.approx(0.5, abs=0.001)


def test_nothing_constant_and_little_slow_or_fast_comes_through() -> None:
    gain = zero_phase_band(np.array([0.0, 1.0, 5.0, 200.0]), LOW_HZ, HIGH_HZ, ORDER)
    assert gain[0] == 0
    assert (gain[1:] < [1e-7, 0.005, 0.005]).all()


@pytest.mark.parametrize("n", [1, 15, 16, 17, 1000, 15361, 61_441])
def test_fast_length_is_the_next_that_divides_by_16_and_has_small_factors(n: int) -> None:
    length = fast_length(n)
    assert length >= n
    assert length % 16 == 0
    for factor in (2, 3, 5):
        while length % factor == 0:
            length //= factor
    assert length == 1


@pytest.mark.parametrize("line_hz", [50.0, 60.0])
def test_line_is_taken_down_to_its_neighbourhood_and_the_rest_is_left(line_hz: float) -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 2, len(times()))
    frequency_hz = np.fft.rfftfreq(len(noise), 1 / RATE_HZ)
    hum = 30 * np.sin(2 * np.pi * (line_hz + 0.025) * times() + 1)
    spectrum = np.fft.rfft(noise + hum)
    before = spectrum.copy()
    removed = remove_line(spectrum, frequency_hz, line_hz, 1.0, 3.0, 30.0)
    near = np.abs(frequency_hz - line_hz) <= 1.0
    assert np.abs(spectrum[near]).max() < np.abs(np.fft.rfft(noise)).max()
    assert np.abs(before[near]).max() > 100 * np.abs(np.fft.rfft(noise)).max()
    assert (spectrum[~near] == before[~near]).all()
    removed_uv = np.sqrt(2 * removed) / len(noise)
    assert removed_uv == pytest.approx(30 / np.sqrt(2), rel=0.02)


def test_no_line_no_change() -> None:
    noise = np.random.default_rng(3).normal(0, 2, len(times()))
    frequency_hz = np.fft.rfftfreq(len(noise), 1 / RATE_HZ)
    spectrum = np.fft.rfft(noise)
    before = spectrum.copy()
    assert remove_line(spectrum, frequency_hz, 50.0, 1.0, 3.0, 30.0) == 0
    assert (spectrum == before).all()


def test_line_beyond_the_spectrum_is_no_line() -> None:
    frequency_hz = np.linspace(0, 40, 200)
    assert remove_line(np.ones(200, dtype=complex), frequency_hz, 50.0, 1.0, 3.0, 30.0) == 0
