"""The envelope: its level, its time base over a night, mains, quality of each minute."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from ekbom.knowledge.loading import load
from ekbom.recording.emg import Envelope, envelope
from ekbom.recording.recording import Channel, Samples
from ekbom.scoring.leg_movements import detect_leg_movements
from ekbom.scoring.resting_level import resting_level
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import Side
from ekbom.timeline import Segment

SETTINGS = settings(load(SECTIONS))
EMG = SETTINGS.detection.envelope
RATES = (100, 128, 200.5, 256, 500, 512, 1000)


def of(samples: np.ndarray, rate_hz: float, start_s: float = 0.0) -> Envelope:
    segment = Segment(start_s, 0, len(samples))
    channel = Channel.from_array("leg", rate_hz, samples.astype(np.float32))
    return envelope(replace(channel, segments=(segment,)), segment, EMG)


def noise(seconds: float, rate_hz: float, uv: float = 1.5, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, uv, round(seconds * rate_hz))


# Time --------------------------------------------------------------------------------------------


FIRST_S, PERIOD_S, BURST_S = 20.0, 54.0, 3.0
FLOOR = np.random.default_rng(3).normal(0, 1, 100_003).astype(np.float32)


@dataclass(frozen=True)
class Bursts:
    """Ten hours of equal bursts, 3 s every 54 s, worked out where they are read."""

    rate_hz: float

    def read(self, start: int, stop: int) -> Samples:
        samples = np.arange(start, stop)
        signal = FLOOR[samples % len(FLOOR)].copy()
        time_s = samples / self.rate_hz
        inside_s = (time_s - FIRST_S) % PERIOD_S
        bursting = (time_s >= FIRST_S - 1e-9) & (inside_s < BURST_S)
        phase = 2 * np.pi * inside_s[bursting]
        tones = np.sin(23.3 * phase) + np.sin(31.1 * phase) + np.sin(41.7 * phase)
        signal[bursting] += (20 * tones).astype(np.float32)
        return signal


@pytest.mark.parametrize("rate_hz", RATES)
def test_time_does_not_drift_in_ten_hours(rate_hz: float) -> None:
    segment = Segment(0.0, 0, int(10 * 3600 * rate_hz))
    channel = Channel("leg", rate_hz, Bursts(rate_hz), (segment,))
    level = resting_level(envelope(channel, segment, EMG), SETTINGS.detection.rest)
    found = detect_leg_movements(
        Side.LEFT, [level], SETTINGS.editions[0].thresholds, SETTINGS.detection.morphology
    )
    true_s = np.arange(FIRST_S, 10 * 3600, PERIOD_S)
    assert len(found) == len(true_s)
    for error_s in (found.onset_s - true_s, found.offset_s - true_s - BURST_S):
        assert abs(np.median(error_s[-60:]) - np.median(error_s[:60])) < 1 / rate_hz
        assert np.abs(error_s).max() < 0.05


@pytest.mark.parametrize("rate_hz", RATES)
def test_last_value_lies_at_the_end_of_the_signal(rate_hz: float) -> None:
    found = of(noise(200, rate_hz), rate_hz, start_s=1000.0)
    last_s = found.seconds(np.array([len(found.level_uv) - 1.0]))[0]
    assert found.first_s >= 1000
    assert 1200 - 2 * found.step_s - 1 / rate_hz <= last_s <= 1200


@pytest.mark.parametrize("rate_hz", [128, 200.5, 1000])
def test_blocks_leave_no_seam(rate_hz: float) -> None:
    signal = noise(300, rate_hz, uv=3)
    in_blocks = of(signal, rate_hz)
    channel = Channel.from_array("leg", rate_hz, signal.astype(np.float32))
    at_once = envelope(channel, channel.segments[0], replace(EMG, block_s=400.0))
    assert len(in_blocks.blocks) > 1
    assert len(at_once.blocks) == 1
    assert len(in_blocks.level_uv) == len(at_once.level_uv)
    assert np.abs(in_blocks.level_uv - at_once.level_uv).max() < 0.05


@pytest.mark.parametrize("n_samples", [3, 5, 100, 300])
def test_stretch_of_a_few_samples_has_an_envelope(n_samples: int) -> None:
    found = of(noise(n_samples / 256, 256), 256)
    assert np.isfinite(found.level_uv).all()
    assert len(found.level_uv) == n_samples // 3


# Level -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [200, 256, 512, 1000])
def test_level_is_the_root_mean_square_of_the_band(rate_hz: float) -> None:
    time_s = np.arange(120 * rate_hz) / rate_hz
    found = of(30 * np.sin(2 * np.pi * 35 * time_s) + noise(120, rate_hz, uv=0.01), rate_hz)
    middle = slice(len(found.level_uv) // 4, -len(found.level_uv) // 4)
    assert np.median(found.level_uv[middle]) == pytest.approx(30 / np.sqrt(2), rel=0.05)
    assert np.median(found.brief_uv[middle]) == pytest.approx(30 / np.sqrt(2), rel=0.05)


def test_level_is_proportional_to_the_signal() -> None:
    signal = noise(100, 256)
    assert of(signal * 8, 256).level_uv == pytest.approx(of(signal, 256).level_uv * 8, rel=1e-4)


def test_polarity_and_a_constant_make_no_difference() -> None:
    signal = noise(100, 256)
    plain = of(signal, 256).level_uv
    assert of(-signal, 256).level_uv == pytest.approx(plain, rel=1e-4)
    assert of(signal + 500, 256).level_uv == pytest.approx(plain, abs=0.01)


def test_spike_shorter_than_half_the_median_hardly_raises_the_steady_level() -> None:
    spiked = noise(100, 512)
    spiked[50 * 512 : 50 * 512 + 40] += 80 * np.sin(2 * np.pi * 40 * np.arange(40) / 512)
    found = of(spiked, 512)
    near = np.abs(found.seconds(np.arange(len(found.level_uv))) - 50) < 1
    assert found.brief_uv[near].max() > 30
    assert found.level_uv[near].max() < 0.2 * found.brief_uv[near].max()


# Mains -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line_hz", [50, 60])
@pytest.mark.parametrize("rate_hz", [200, 256, 512, 1000])
def test_mains_are_removed_and_measured(rate_hz: float, line_hz: float) -> None:
    time_s = np.arange(300 * rate_hz) / rate_hz
    signal = noise(300, rate_hz)
    hum = 20 * np.sin(2 * np.pi * line_hz * time_s + 1)
    with_hum, without = of(signal + hum, rate_hz), of(signal, rate_hz)
    middle = slice(len(with_hum.level_uv) // 10, -len(with_hum.level_uv) // 10)
    assert np.abs(with_hum.level_uv - without.level_uv)[middle].max() < 1
    measured_uv = [block.mains_uv for block in with_hum.blocks[1:-1]]
    assert measured_uv == pytest.approx([20 / np.sqrt(2)] * len(measured_uv), rel=0.05)
    assert max(block.mains_uv for block in without.blocks) < 1


# Quality -----------------------------------------------------------------------------------------


def test_each_minute_has_its_quality() -> None:
    blocks = of(noise(200, 256), 256).blocks
    assert [round(block.start_s) for block in blocks] == [0, 60, 120, 180]
    assert sum(block.duration_s for block in blocks) == pytest.approx(200)
    assert all(block.flat_share < 0.01 for block in blocks)


def test_flat_minute_is_seen() -> None:
    signal = noise(200, 256)
    signal[60 * 256 : 125 * 256] = 7
    assert [round(block.flat_share, 1) for block in of(signal, 256).blocks[:3]] == [0, 1, 0.1]


def test_clipped_samples_are_counted_where_the_range_is_known() -> None:
    signal = noise(120, 256, uv=10).clip(-15, 15).astype(np.float32)
    channel = Channel.from_array("leg", 256, signal)
    clipped = envelope(
        replace(channel, physical_range_uv=(-15.0, 15.0)), channel.segments[0], EMG
    ).blocks
    assert clipped[0].clipped_share == pytest.approx(0.134, abs=0.02)
    assert envelope(channel, channel.segments[0], EMG).blocks[0].clipped_share == 0


def test_progress_tells_every_second_of_the_signal() -> None:
    told: list[float] = []
    channel = Channel.from_array("leg", 256, noise(150, 256).astype(np.float32))
    envelope(channel, channel.segments[0], EMG, progress=told.append)
    assert sum(told) == pytest.approx(150)
    assert len(told) == 3
