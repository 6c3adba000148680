"""Synthetic leg EMG: its level is that of the noiseless plan, whatever the rate and condition."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from ekbom.errors import UsageError
from ekbom.knowledge.loading import load
from ekbom.recording.synthetic.background import background_level_uv, tiled_background
from ekbom.recording.synthetic.conditions import (
    PRESETS,
    Detachment,
    RestBackground,
    preset,
)
from ekbom.recording.synthetic.legs import GRID_HZ
from ekbom.recording.synthetic.night import SyntheticNight, simulate_night
from ekbom.recording.synthetic.noise import coloured_noise, resting_emg_spectrum
from ekbom.recording.synthetic.profiles import SECTIONS, Profile, profile
from ekbom.terms import Side

HOURS = 0.5


@cache
def profile_named(name: str) -> Profile:
    return profile(name, load(SECTIONS))


@cache
def night(
    name: str = "rls",
    condition: str = "typical",
    seed: int = 1,
    hours: float = 8.0,
    rate_hz: float = 512.0,
) -> SyntheticNight:
    return simulate_night(
        profile_named(name),
        preset(condition),
        np.random.default_rng(seed),
        hours=hours,
        rate_hz=rate_hz,
    )


def band_passed(samples: np.ndarray, rate_hz: float) -> np.ndarray:
    """Between 10 Hz and 100 Hz, or just under half the rate."""
    sos = butter(4, [10, min(100, 0.49 * rate_hz)], "band", fs=rate_hz, output="sos")
    return np.asarray(sosfiltfilt(sos, samples.astype(np.float64)))


def level_at(made: SyntheticNight, side: Side, wanted: np.ndarray) -> tuple[float, float]:
    """RMS of the signal where ``wanted`` holds on the grid, and that of the plan there."""
    leg = made.legs[0 if side is Side.LEFT else 1]
    emg = band_passed(made.leg(side).samples, made.rate_hz)
    times = np.arange(len(emg)) / made.rate_hz
    here = wanted[np.minimum((times * GRID_HZ).astype(int), len(wanted) - 1)]
    planned = leg.rest_uv[wanted] ** 2 + leg.burst_power_uv2[wanted]
    return float(np.sqrt(np.mean(emg[here] ** 2))), float(np.sqrt(planned.mean()))


@pytest.mark.parametrize("rate_hz", [200.5, 256.0, 512.0, 1000.0])
@pytest.mark.parametrize("condition", ["clean", "noise", "one-noisy-leg", "drift"])
def test_at_rest_the_signal_has_the_true_resting_level(condition: str, rate_hz: float) -> None:
    made = night(condition=condition, hours=HOURS, rate_hz=rate_hz)
    for side in (Side.LEFT, Side.RIGHT):
        leg = made.legs[0 if side is Side.LEFT else 1]
        measured, planned = level_at(made, side, leg.burst_power_uv2 == 0)
        assert measured == pytest.approx(planned, rel=0.08)


@pytest.mark.parametrize("rate_hz", [200.5, 512.0, 1000.0])
def test_in_movements_the_signal_has_the_noiseless_level(rate_hz: float) -> None:
    made = night(condition="clean", hours=HOURS, rate_hz=rate_hz)
    leg = made.legs[0]
    moving = np.zeros(len(leg.rest_uv), dtype=bool)
    for onset, end in zip(leg.onset_s, leg.end_s, strict=True):
        moving[round(onset * GRID_HZ) : round(end * GRID_HZ)] = True
    measured, planned = level_at(made, Side.LEFT, moving)
    assert measured == pytest.approx(planned, rel=0.12)


@pytest.mark.parametrize("rate_hz", [100.0, 128.0, 200.5, 333.0, 1000.0])
def test_any_rate_gives_signals_of_the_full_length(rate_hz: float) -> None:
    made = night(hours=0.1, rate_hz=rate_hz)
    for signal in made.leg_signals():
        assert len(signal.samples) == round(360 * rate_hz)
        assert np.isfinite(signal.samples).all()
        assert np.abs(signal.samples).max() > 1


def test_every_true_movement_stands_out_of_the_signal_and_begins_at_its_onset() -> None:
    made = night(condition="clean", hours=HOURS)
    emg = band_passed(made.leg(Side.LEFT).samples, made.rate_hz)
    leg = made.legs[0]

    def rms(from_s: float, to_s: float) -> float:
        piece = emg[round(from_s * made.rate_hz) : round(to_s * made.rate_hz)]
        return float(np.sqrt(np.mean(piece**2)))

    assert len(leg.onset_s) > 10
    alone = leg.onset_s - np.append(-99, leg.end_s[:-1]) > 4
    alone &= np.append(leg.onset_s[1:], 1e9) - leg.end_s > 2
    assert alone.sum() > 10
    for onset, end in zip(leg.onset_s[alone], leg.end_s[alone], strict=True):
        assert rms(onset, end) > 6
        assert rms(onset - 3, onset - 1) < 6
        assert rms(end + 0.5, end + 1.0) < 9


def test_weak_movements_leave_some_out_of_the_truth() -> None:
    weak, clean = (night(condition=c, hours=2.0) for c in ("weak", "clean"))
    assert len(weak.true_movements) < 0.95 * len(clean.true_movements)


def test_the_heart_beats_in_the_leg_where_the_ecg_has_its_r_wave() -> None:
    made = night(condition="ecg", hours=HOURS)
    leg = made.leg(Side.RIGHT).samples
    quiet = made.beats_s[(made.beats_s > 1) & (made.beats_s < made.duration_s - 1)]
    at = np.round(quiet * made.rate_hz).astype(int)
    assert 20 < np.median(leg[at]) < 30
    assert made.ecg().samples[at].mean() > 900


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_mains_stands_at_its_frequency(mains_hz: float) -> None:
    made = simulate_night(
        profile_named("rls"),
        preset("mains"),
        np.random.default_rng(1),
        hours=HOURS,
        mains_hz=mains_hz,
    )
    samples = made.leg(Side.LEFT).samples
    power = np.abs(np.fft.rfft(samples)) ** 2
    frequency = np.fft.rfftfreq(len(samples), 1 / made.rate_hz)
    assert frequency[20:][power[20:].argmax()] == pytest.approx(mains_hz, abs=0.5)


def test_artefacts_clip_and_swing_the_baseline() -> None:
    made = night(condition="artefact", hours=2.0)
    samples = made.leg(Side.LEFT).samples
    assert (np.abs(samples) >= 500).sum() > 10
    assert np.abs(made.legs[0].swing_uv).max() > 50
    assert np.abs(night(condition="clean", hours=HOURS).legs[0].swing_uv).max() == 0


def test_raised_tone_is_rest_and_slower_than_any_movement() -> None:
    leg = night(condition="artefact", hours=2.0).legs[0]
    assert leg.rest_uv.max() > 2.5
    # 8 microvolts in half a second would be a movement; tone never rises so fast.
    assert np.abs(leg.rest_uv[50:] - leg.rest_uv[:-50]).max() < 1


def test_a_detached_electrode_is_flat_and_shows_no_movement() -> None:
    off = Detachment(Side.LEFT, 300.0, 900.0)
    made = simulate_night(
        profile_named("rls"),
        replace(preset("typical"), detachment=off),
        np.random.default_rng(1),
        hours=HOURS,
    )
    left, right = (made.leg(side).samples for side in (Side.LEFT, Side.RIGHT))
    stretch = slice(round(300 * made.rate_hz), round(900 * made.rate_hz))
    assert np.ptp(left[stretch]) == 0
    assert np.ptp(right[stretch]) > 10
    onset = made.legs[0].onset_s
    assert not ((onset > 300) & (onset < 900)).any()


# Presets and backgrounds ----------------------------------------------------------------------


def rest_of(rate_hz: float = 256.0, seconds: float = 60.0) -> RestBackground:
    rng = np.random.default_rng(3)
    n = round(rate_hz * seconds)
    left, right = (
        level * coloured_noise(rng, n, rate_hz, resting_emg_spectrum).astype(np.float64)
        for level in (2.0, 5.0)
    )
    hum = 10 * np.sin(2 * np.pi * 50 * np.arange(n) / rate_hz)
    return RestBackground(left, right + hum, rate_hz)


@pytest.mark.parametrize("name", PRESETS)
def test_every_condition_gives_a_night_with_movements(name: str) -> None:
    made = simulate_night(
        profile_named("rls"), preset(name, rest_of()), np.random.default_rng(1), hours=HOURS
    )
    assert len(made.true_movements) > 10
    assert made.leg(Side.LEFT).samples.std() > 1


def test_the_level_of_a_background_leaves_mains_out() -> None:
    background = rest_of()
    assert background_level_uv(background, Side.LEFT, 50.0) == pytest.approx(2.0, rel=0.15)
    assert background_level_uv(background, Side.RIGHT, 50.0) == pytest.approx(5.0, rel=0.15)


@pytest.mark.parametrize("rate_hz", [200.5, 256.0, 512.0])
def test_a_tiled_background_keeps_its_power_at_any_rate(rate_hz: float) -> None:
    tiled = tiled_background(
        rest_of(), Side.LEFT, round(600 * rate_hz), rate_hz, np.random.default_rng(1)
    )
    assert len(tiled) == round(600 * rate_hz)
    rms = [np.sqrt(np.mean(band_passed(p, rate_hz) ** 2)) for p in np.array_split(tiled, 20)]
    assert np.median(rms) == pytest.approx(2.0, rel=0.1)
    assert max(rms) < 2.6
    assert min(rms) > 1.5


def test_a_background_that_is_too_short_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 10 s"):
        background_level_uv(rest_of(seconds=5.0), Side.LEFT, 50.0)


def test_real_noise_without_a_background_is_refused() -> None:
    with pytest.raises(UsageError, match="--rest-from"):
        preset("real-noise")


def test_an_unknown_condition_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="one-noisy-leg"):
        preset("earthquake")
