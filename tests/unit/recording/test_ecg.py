"""Heartbeats are found where they are, and taken out of the leg only where they are in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ekbom.knowledge.loading import load
from ekbom.recording.ecg import heartbeats, r_peaks, remove_heartbeat
from ekbom.recording.recording import Channel
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.timeline import Segment

ECG = settings(load(SECTIONS)).detection.ecg
RATE_HZ = 256


def beats(seconds: float, seed: int = 1) -> np.ndarray:
    """R peaks about a second apart, none at the very ends."""
    gaps = np.random.default_rng(seed).normal(0.9, 0.05, int(seconds / 0.85))
    times_s = 0.5 + np.cumsum(gaps)
    return times_s[times_s < seconds - 0.5]


def qrs(beats_s: np.ndarray, seconds: float, uv: float, rate_hz: float = RATE_HZ) -> np.ndarray:
    """A heartbeat of three waves at each R peak."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    trace = np.zeros(len(time_s))
    for beat_s in beats_s:
        for lag_s, width_s, share in ((-0.025, 0.01, -0.2), (0, 0.012, 1), (0.03, 0.012, -0.3)):
            trace += uv * share * np.exp(-(((time_s - beat_s - lag_s) / width_s) ** 2) / 2)
    return trace


def noise(n: int, uv: float) -> np.ndarray:
    return np.random.default_rng(2).normal(0, uv, n)


@pytest.mark.parametrize("polarity", [1, -1])
@pytest.mark.parametrize("rate_hz", [128, 200.5, 256, 512])
def test_every_r_peak_is_found_within_a_few_samples(rate_hz: float, polarity: int) -> None:
    true_s = beats(55)
    trace = polarity * qrs(true_s, 55, 1000, rate_hz)
    trace += noise(len(trace), 20)
    found_s = r_peaks(trace.astype(np.float32), rate_hz, ECG) / rate_hz
    assert len(found_s) == len(true_s)
    assert np.abs(found_s - true_s).max() < 3 / rate_hz


def test_slow_drift_of_the_baseline_makes_no_beats() -> None:
    true_s = beats(55)
    trace = qrs(true_s, 55, 1000)
    trace += 2000 * np.sin(2 * np.pi * 0.2 * np.arange(len(trace)) / RATE_HZ)
    assert len(r_peaks(trace.astype(np.float32), RATE_HZ, ECG)) == len(true_s)


@pytest.mark.parametrize("samples", [0, 1, 255])
def test_less_than_a_second_has_no_beats(samples: int) -> None:
    assert len(r_peaks(np.ones(samples, np.float32), RATE_HZ, ECG)) == 0


def test_flat_ecg_has_no_beats() -> None:
    assert len(r_peaks(np.zeros(60 * RATE_HZ, np.float32), RATE_HZ, ECG)) == 0


def test_beats_of_a_night_are_in_seconds_of_the_recording_over_all_blocks() -> None:
    true_s = beats(300)
    trace = (qrs(true_s, 300, 1000) + noise(300 * RATE_HZ, 20)).astype(np.float32)
    channel = Channel.from_array("ECG", RATE_HZ, np.concatenate([np.zeros(100), trace]))
    segment = Segment(5000.0, 100, len(trace))
    found_s = heartbeats(replace(channel, segments=(segment,)), segment, ECG)
    distance_s = np.abs(found_s[:, None] - 5000 - true_s).min(axis=0)
    assert np.mean(distance_s < 3 / RATE_HZ) > 0.98
    assert (np.diff(found_s) >= 0).all()


def leg_with(uv: float, seconds: float = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    beats_s = beats(seconds)
    clean = noise(round(seconds * RATE_HZ), 1.5)
    return (clean + qrs(beats_s, seconds, uv)).astype(np.float32), clean, beats_s


@pytest.mark.parametrize("uv", [15, 30, 100])
def test_heartbeat_is_taken_out_of_the_leg(uv: float) -> None:
    leg, clean, beats_s = leg_with(uv)
    assert remove_heartbeat(leg, 0.0, RATE_HZ, beats_s, ECG)
    assert np.sqrt(np.mean((leg - clean) ** 2)) < 0.06 * uv


def test_a_movement_among_the_beats_is_left_as_it_is() -> None:
    leg, clean, beats_s = leg_with(30)
    burst = 40 * np.random.default_rng(3).normal(size=2 * RATE_HZ)
    leg[20 * RATE_HZ : 22 * RATE_HZ] += burst.astype(np.float32)
    remove_heartbeat(leg, 0.0, RATE_HZ, beats_s, ECG)
    kept = leg[20 * RATE_HZ : 22 * RATE_HZ] - clean[20 * RATE_HZ : 22 * RATE_HZ]
    assert np.sqrt(np.mean((kept - burst) ** 2)) < 3


def test_nothing_is_taken_where_the_heart_is_not_seen_in_the_leg() -> None:
    leg, _, beats_s = leg_with(0)
    before = leg.copy()
    assert not remove_heartbeat(leg, 0.0, RATE_HZ, beats_s, ECG)
    assert (leg == before).all()


def test_nothing_is_taken_from_too_few_beats() -> None:
    leg, _, beats_s = leg_with(100, seconds=15)
    assert not remove_heartbeat(leg, 0.0, RATE_HZ, beats_s, ECG)


def test_beats_outside_the_stretch_are_passed_over() -> None:
    leg, clean, beats_s = leg_with(30)
    later_s = np.concatenate([[-5.0], beats_s, [60.2, 100.0]])
    assert remove_heartbeat(leg, 0.0, RATE_HZ, later_s, ECG)
    assert np.sqrt(np.mean((leg - clean) ** 2)) < 2
