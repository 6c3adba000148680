"""From samples to movements: heart, mains, noise, gaps, and one real night's excerpt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ekbom.interop.night import score_files
from ekbom.knowledge.loading import load
from ekbom.recording.channels import Legs
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.recording import Channel, Recording
from ekbom.report.results import as_json
from ekbom.scoring.measure import measure_legs
from ekbom.scoring.score import (
    NightResult,
    score_again,
    score_recording,
)
from ekbom.scoring.settings import SECTIONS, Settings
from ekbom.scoring.settings import settings as settings_of
from ekbom.terms import EventKind, Side, SleepStage
from ekbom.timeline import Segment

CLIP = Path(__file__).resolve().parents[3] / "src" / "ekbom" / "examples" / "SN5_sample.edf"
BASE = load(SECTIONS)


@cache
def chosen(rules: str = "wasm-2016", detector: str = "envelope") -> Settings:
    return settings_of(BASE, rules, detector=detector)


def rest(seconds: float, rate_hz: float, uv: float = 1.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, uv, round(seconds * rate_hz))


def with_bursts(
    signal: np.ndarray, rate_hz: float, onsets_s: Sequence[float], seconds: float = 2.0
) -> np.ndarray:
    """The signal with bursts of 40 uV noise."""
    moved, rng = signal.copy(), np.random.default_rng(7)
    for onset_s in onsets_s:
        first, last = round(onset_s * rate_hz), round((onset_s + seconds) * rate_hz)
        moved[first:last] += rng.normal(0, 40, last - first)
    return moved


def heart(seconds: float, rate_hz: float, uv: float) -> np.ndarray:
    """A beat every second, give or take."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    beats_s = np.arange(0.5, seconds, 1.0)
    beats_s += np.random.default_rng(4).normal(0, 0.03, len(beats_s))
    near = np.searchsorted(beats_s, time_s).clip(1, len(beats_s) - 1)
    lag_s = np.where(
        time_s - beats_s[near - 1] < beats_s[near] - time_s,
        time_s - beats_s[near - 1],
        time_s - beats_s[near],
    )
    waves = ((-0.025, 0.01, -0.2), (0, 0.012, 1), (0.03, 0.012, -0.3))
    return uv * sum(
        share * np.exp(-(((lag_s - at_s) / width_s) ** 2) / 2) for at_s, width_s, share in waves
    )


def scored(
    left: np.ndarray,
    rate_hz: float,
    *,
    right: np.ndarray | None = None,
    ecg: np.ndarray | None = None,
    segments: tuple[Segment, ...] = (),
    annotations: Annotations | None = None,
    settings: Settings | None = None,
) -> NightResult:
    """The whole way from samples, without a file."""
    settings = settings or chosen()

    def channel(label: str, samples: np.ndarray) -> Channel:
        whole = Channel.from_array(label, rate_hz, samples.astype(np.float32))
        return replace(whole, segments=segments) if segments else whole

    legs = Legs(channel("LAT", left), None if right is None else channel("RAT", right), ())
    heart_channel = None if ecg is None else channel("ECG", ecg)
    last = (segments or channel("LAT", left).segments)[-1]
    recording = Recording((), (), last.start_s + last.duration_s(rate_hz), name="made")
    levels = measure_legs(legs, heart_channel, settings.detection)
    return score_recording(recording, legs, levels, annotations or Annotations(), settings)


def movements(result: NightResult) -> list[tuple[float, float]]:
    found = next(iter(result.editions.values())).night.movements
    return list(zip(found.onset_s.tolist(), found.offset_s.tolist(), strict=True))


# Heart -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [200, 256, 512])
def test_heartbeats_of_30_uv_make_no_movements_without_an_ecg(rate_hz: float) -> None:
    assert movements(scored(rest(300, rate_hz) + heart(300, rate_hz, 30), rate_hz)) == []


@pytest.mark.parametrize("uv", [30, 60, 150])
@pytest.mark.parametrize("rate_hz", [200, 256, 512])
def test_heartbeats_make_no_movements_with_an_ecg(rate_hz: float, uv: float) -> None:
    leg = rest(300, rate_hz) + heart(300, rate_hz, uv)
    ecg = heart(300, rate_hz, 1000) + rest(300, rate_hz, 20, seed=9)
    assert movements(scored(leg, rate_hz, ecg=ecg)) == []


@pytest.mark.parametrize(
    ("has_ecg", "late_s"),
    [(True, 0.1), (False, 0.7)],  # without an ECG the next beat may still count as activity
)
def test_movements_among_heartbeats_keep_their_edges(has_ecg: bool, late_s: float) -> None:
    onsets_s = [40, 90, 150, 210]
    leg = with_bursts(rest(300, 256), 256, onsets_s) + heart(300, 256, 30)
    found = movements(scored(leg, 256, ecg=heart(300, 256, 1000) if has_ecg else None))
    assert [onset_s for onset_s, _ in found] == pytest.approx(onsets_s, abs=0.06)
    assert [end_s for _, end_s in found] == pytest.approx(np.add(onsets_s, 2), abs=late_s)


# Mains -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line_hz", [50, 60])
@pytest.mark.parametrize("uv", [5, 20])
def test_mains_neither_make_nor_hide_movements(uv: float, line_hz: float) -> None:
    onsets_s = [40, 90, 150, 210]
    time_s = np.arange(300 * 256) / 256
    hum = uv * np.sin(2 * np.pi * line_hz * time_s + 1)
    found = movements(scored(with_bursts(rest(300, 256), 256, onsets_s) + hum, 256))
    assert [onset_s for onset_s, _ in found] == pytest.approx(onsets_s, abs=0.06)
    assert [end_s for _, end_s in found] == pytest.approx(np.add(onsets_s, 2), abs=0.2)


def test_detached_electrode_is_named() -> None:
    time_s = np.arange(300 * 256) / 256
    result = scored(rest(300, 256) + 120 * np.sin(2 * np.pi * 50 * time_s), 256)
    assert "detached" in [caveat.code for caveat in result.caveats]


# Resting level and noise -------------------------------------------------------------------------


@pytest.mark.parametrize(("before_uv", "after_uv"), [(1, 5), (5, 1)])
def test_step_of_the_resting_level_is_no_movement(before_uv: float, after_uv: float) -> None:
    leg = np.concatenate([rest(150, 256, before_uv), rest(150, 256, after_uv, seed=2)])
    assert movements(scored(leg, 256)) == []


def test_spike_of_a_tenth_of_a_second_is_no_movement() -> None:
    leg = with_bursts(rest(300, 256), 256, [50, 100, 150], seconds=0.1)
    assert movements(scored(leg, 256)) == []


@pytest.mark.parametrize("uv", [0.5, 1.5, 3])
def test_movement_ends_in_time_at_any_usual_noise(uv: float) -> None:
    onsets_s = [40, 90, 150, 210]
    found = movements(scored(with_bursts(rest(300, 256, uv), 256, onsets_s), 256))
    assert [end_s for _, end_s in found] == pytest.approx(np.add(onsets_s, 2), abs=0.1)


def test_literal_detector_ends_late_on_a_noisy_leg_and_says_so() -> None:
    onsets_s = [40, 90, 150, 210]
    leg = with_bursts(rest(300, 256, 2.0), 256, onsets_s)
    result = scored(leg, 256, settings=chosen(detector="literal"))
    late_s = [end_s - onset_s - 2 for onset_s, end_s in movements(result)]
    assert np.median(late_s) > 2
    assert "literal-detector" in [caveat.code for caveat in result.caveats]


def test_literal_detector_is_exact_on_a_quiet_leg() -> None:
    onsets_s = [40, 90, 150, 210]
    leg = with_bursts(rest(300, 256, 0.3), 256, onsets_s)
    found = movements(scored(leg, 256, settings=chosen(detector="literal")))
    assert [onset_s for onset_s, _ in found] == pytest.approx(onsets_s, abs=0.05)
    assert [end_s for _, end_s in found] == pytest.approx(np.add(onsets_s, 2), abs=0.1)


def test_flat_leg_has_no_movements_and_is_named() -> None:
    result = scored(np.zeros(300 * 256), 256)
    assert movements(result) == []
    assert "flat" in [caveat.code for caveat in result.caveats]


def asleep(minutes: int) -> Annotations:
    return Annotations(hypnogram=Hypnogram((SleepStage.N2,) * 2 * minutes, 30.0))


def test_time_in_which_every_leg_is_flat_counts_in_no_index() -> None:
    flat = rest(600, 256)
    flat[120 * 256 : 300 * 256] = 0
    result = scored(flat, 256, right=flat, annotations=asleep(10))
    assert result.editions["wasm-2016"].indices.by_stage["sleep"].hours == pytest.approx(7 / 60)
    assert "no-working-leg" in [caveat.code for caveat in result.caveats]


def test_one_flat_leg_leaves_the_time_measured() -> None:
    flat = rest(600, 256)
    flat[120 * 256 : 300 * 256] = 0
    result = scored(flat, 256, right=rest(600, 256), annotations=asleep(10))
    assert result.editions["wasm-2016"].indices.by_stage["sleep"].hours == pytest.approx(10 / 60)


# Legs, gaps, scoring again -----------------------------------------------------------------------


def test_left_and_right_are_measured_alike() -> None:
    one = with_bursts(rest(300, 256), 256, [40, 90])
    other = with_bursts(rest(300, 256, seed=5), 256, [150, 210])
    here, there = scored(one, 256, right=other), scored(other, 256, right=one)
    for result, sides in ((here, "LLRR"), (there, "RRLL")):
        found = result.editions["wasm-2016"].night.movements
        assert "".join(side[0].upper() for side in found.side) == sides
    assert movements(here) == movements(there)


def in_two_pieces(rate_hz: float, seconds: float, gap_s: float) -> tuple[Segment, ...]:
    n = round(seconds * rate_hz)
    return Segment(0.0, 0, n), Segment(seconds + gap_s, n, n)


@pytest.mark.parametrize("rules", ["wasm-2016", "aasm-3"])
def test_no_series_and_no_interval_crosses_a_gap(rules: str) -> None:
    onsets_s = [90, 110, 130, 160, 180, 200]
    leg = with_bursts(rest(300, 256), 256, onsets_s)
    whole = scored(leg, 256, settings=chosen(rules)).editions[rules].night
    assert whole.is_periodic.all()
    result = scored(leg, 256, settings=chosen(rules), segments=in_two_pieces(256, 150, 7.25))
    night = result.editions[rules].night
    assert not night.is_periodic.any()
    assert np.isnan(night.series.imi_s).tolist() == [True, False, False, True, False, False]
    later_s = [167.25, 187.25, 207.25]
    assert night.movements.onset_s.tolist() == pytest.approx([90, 110, 130, *later_s], abs=0.06)
    assert "gaps" in [caveat.code for caveat in result.caveats]


def test_movement_cut_by_a_gap_ends_and_begins_there() -> None:
    leg = with_bursts(rest(300, 256), 256, [149], seconds=3)
    result = scored(leg, 256, segments=in_two_pieces(256, 150, 20))
    (first_s, end_s), (second_s, last_s) = movements(result)
    assert (first_s, end_s) == pytest.approx((149, 150), abs=0.06)
    assert (second_s, last_s) == pytest.approx((170, 172), abs=0.1)


@pytest.fixture(scope="module")
def night() -> NightResult:
    """An hour of movements, some with noise, staged."""
    onsets_s = np.cumsum(np.random.default_rng(6).uniform(4, 45, 130))
    leg = with_bursts(rest(3600, 256, 2.0), 256, onsets_s[onsets_s < 3590])
    stages = (SleepStage.W, SleepStage.N2, SleepStage.N2, SleepStage.R) * 30
    events = (Event(EventKind.AROUSAL, 500.0, 6.0), Event(EventKind.HYPOPNEA, 700.0, 20.0))
    return scored(leg, 256, annotations=Annotations(events, Hypnogram(stages, 30.0)))


@pytest.mark.parametrize(
    "overrides",
    [
        {"onset_above_rest_uv": 15.0},
        {"end_above_rest_uv": 4.0, "end_min_quiet_s": 1.0},
        {"imi_max_s": 30.0, "short_interval": "skipped"},
        {},
    ],
)
@pytest.mark.parametrize("rules", ["wasm-2016", "aasm-3", "all"])
def test_scoring_again_from_kept_levels_is_scoring_anew(
    night: NightResult, rules: str, overrides: dict[str, object]
) -> None:
    changed = settings_of(BASE, rules, overrides=overrides)
    again = score_again(night, changed)
    channel = night.legs[Side.LEFT]
    anew = scored(
        channel.source.read(0, channel.n_samples),
        256,
        annotations=night.annotations,
        settings=changed,
    )
    assert as_json(again, per_leg=True) == as_json(anew, per_leg=True)


def test_scoring_again_leaves_the_first_result_as_it_was(night: NightResult) -> None:
    before = as_json(night)
    score_again(night, settings_of(BASE, overrides={"imi_max_s": 20.0}))
    assert as_json(night) == before


# A real leg --------------------------------------------------------------------------------------


def test_real_clip_has_one_bilateral_movement_that_ends_in_time() -> None:
    night = score_files(CLIP).editions["wasm-2016"].night
    assert [str(side) for side in night.movements.side] == ["bilateral"]
    assert len(night.left) == len(night.right) == 1
    assert night.left.onset_s[0] == pytest.approx(4.0, abs=0.15)
    assert night.left.offset_s[0] == pytest.approx(6.5, abs=0.3)
    assert night.right.onset_s[0] == pytest.approx(3.7, abs=0.15)
    # The right leg is quiet for almost half a second from 6.0 s on and stirs once more.
    assert night.right.offset_s[0] == pytest.approx(7.0, abs=0.15)
    assert night.is_candidate.all()
