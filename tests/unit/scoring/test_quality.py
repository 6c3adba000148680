"""What is said of a leg minute by minute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ekbom.knowledge.loading import load
from ekbom.recording.emg import envelope
from ekbom.recording.recording import Channel
from ekbom.scoring.quality import LegQuality, Problem, leg_quality
from ekbom.scoring.resting_level import resting_level
from ekbom.scoring.settings import SECTIONS, settings

DETECTION = settings(load(SECTIONS)).detection


def quality(samples: np.ndarray, rate_hz: float = 512, range_uv: float | None = None) -> LegQuality:
    channel = Channel.from_array("LAT", rate_hz, samples.astype(np.float32))
    if range_uv is not None:
        channel = replace(channel, physical_range_uv=(-range_uv, range_uv))
    level = resting_level(
        envelope(channel, channel.segments[0], DETECTION.envelope), DETECTION.rest
    )
    return leg_quality(channel, [level], DETECTION.quality)


def noise(seconds: float, uv: float = 1.5, rate_hz: float = 512) -> np.ndarray:
    return np.random.default_rng(1).normal(0, uv, round(seconds * rate_hz))


def codes(found: LegQuality) -> list[str]:
    return [caveat.code for caveat in found.caveats]


def test_nothing_is_said_of_a_good_leg() -> None:
    found = quality(noise(180))
    assert found.caveats == ()
    assert len(found.minutes) == 3
    assert found.median_rest_uv == pytest.approx(0.8, abs=0.2)


@pytest.mark.parametrize(
    ("rate_hz", "said"),
    [
        (128, ["rate-too-low"]),
        (199, ["rate-too-low"]),
        (200, ["rate-below-desirable"]),
        (499, ["rate-below-desirable"]),
        (500, []),
    ],
)
def test_rate_is_held_against_200_and_500_hz(rate_hz: float, said: list[str]) -> None:
    assert codes(quality(noise(70, rate_hz=rate_hz), rate_hz)) == said


def test_flat_minute() -> None:
    samples = noise(240)
    samples[60 * 512 : 120 * 512] = 3
    found = quality(samples)
    assert codes(found) == ["flat"]
    assert [Problem.FLAT in minute.problems for minute in found.minutes[:3]] == [False, True, False]


def test_clipped_minutes() -> None:
    assert codes(quality(noise(120, uv=10).clip(-25, 25), range_uv=25)) == ["clipped"]
    assert codes(quality(noise(120, uv=10), range_uv=1000)) == []


def test_mains_over_50_uv_mean_a_detached_electrode() -> None:
    time_s = np.arange(180 * 512) / 512
    hum = np.sqrt(2) * np.sin(2 * np.pi * 50 * time_s)
    assert "detached" in codes(quality(noise(180) + 60 * hum))
    assert "detached" not in codes(quality(noise(180) + 40 * hum))


def test_resting_level_over_10_uv() -> None:
    assert codes(quality(noise(180, uv=30))) == ["high-resting-level"]


def test_caveat_names_the_channel_and_how_long() -> None:
    (caveat,) = quality(np.zeros(180 * 512)).caveats
    assert caveat.where == "LAT"
    assert "3 min" in caveat.statement
