"""The pyramid of a recording: every bin holds the extremes of its samples, exactly."""

from __future__ import annotations

import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekbom.app.nights.pyramid import build_pyramid
from ekbom.app.nights.pyramid_files import LEVELS, Level, Pyramid, read_level, read_pyramid
from ekbom.errors import RecordingError, WritingError


def silent(share: float) -> None:
    """Nobody is told."""


def noise(n: int, seed: int = 1, bits: int = 16) -> Any:
    limit = 1 << (bits - 1)
    return np.random.default_rng(seed).integers(-limit, limit, n)


def built(recording: Path, folder: Path) -> Pyramid:
    build_pyramid(recording, folder, silent)
    found = read_pyramid(folder)
    assert found is not None
    return found


def bins(folder: Path, pyramid: Pyramid, level: Level) -> Any:
    with (folder / LEVELS).open("rb") as file:
        return read_level(file, pyramid, level, 0, level.n)


def expected_bins(samples: Any, run_lengths: list[int], step: int) -> Any:
    """Lowest and highest of each step samples, begun anew with each run."""
    found, at = [], 0
    for length in run_lengths:
        run = samples[at : at + length]
        found += [
            (run[k : k + step].min(), run[k : k + step].max()) for k in range(0, length, step)
        ]
        at += length
    return np.array(found)


@st.composite
def recordings(draw: Any) -> Any:
    n_records = draw(st.integers(1, 40))
    rates = draw(st.lists(st.integers(1, 130), min_size=1, max_size=3))
    gaps = draw(st.lists(st.booleans(), min_size=n_records, max_size=n_records))
    return n_records, rates, gaps, draw(st.integers(0, 1000)), draw(st.booleans())


@settings(max_examples=60, deadline=None)
@given(recordings())
def test_every_level_holds_the_extremes_of_its_samples(
    made: Any, maker_in: Any, drawn: Any
) -> None:
    n_records, rates, gaps, seed, is_bdf = drawn
    signals = [
        made(f"S{k}", rate, noise(rate * n_records, seed + k, 24 if is_bdf else 16))
        for k, rate in enumerate(rates)
    ]
    onsets_s = np.cumsum([0, *(2 if gap else 1 for gap in gaps[1:])]).tolist()
    runs = np.split(np.arange(n_records), [k for k in range(1, n_records) if gaps[k]])
    with tempfile.TemporaryDirectory() as folder:
        path = maker_in(Path(folder)).write(signals, onsets_s=onsets_s, is_bdf=is_bdf)
        pyramid = built(path, Path(folder) / "pyramid")
        assert [len(run) for run in runs] == [run.n_records for run in pyramid.runs]
        for one, signal in zip(signals, pyramid.signals, strict=True):
            lengths = [len(run) * one.per_record for run in runs]
            for level in signal.levels:
                found = bins(Path(folder) / "pyramid", pyramid, level)
                if level.step == 1:
                    assert (found == one.samples).all()
                else:
                    assert (found == expected_bins(one.samples, lengths, level.step)).all()


def test_a_recording_of_many_blocks_is_as_exact_as_one_of_few(maker: Any, made: Any) -> None:
    fast, slow = noise(512 * 3000), noise(3000, 2)
    path = maker.write([made("EMG LAT", 512, fast), made("SaO2", 1, slow, unit="%")])
    pyramid = built(path, maker.folder / "pyramid")
    for samples, signal in zip((fast, slow), pyramid.signals, strict=True):
        for level in signal.levels:
            found = bins(maker.folder / "pyramid", pyramid, level)
            wanted = (
                samples if level.step == 1 else expected_bins(samples, [len(samples)], level.step)
            )
            assert (found == wanted).all()
    assert [level.step for level in pyramid.signals[0].levels] == [8, 64, 512, 4096]


def test_a_record_larger_than_a_block_is_as_exact(maker: Any, made: Any) -> None:
    samples = noise(1_300_000)
    path = maker.write([made("EMG LAT", 650_000, samples)], record_s=1300)
    pyramid = built(path, maker.folder / "pyramid")
    for level in pyramid.signals[0].levels:
        found = bins(maker.folder / "pyramid", pyramid, level)
        assert (found == expected_bins(samples, [len(samples)], level.step)).all()


def test_gaps_stay_where_they_are(maker: Any, made: Any) -> None:
    path = maker.write([made("EMG LAT", 100, noise(500))], onsets_s=[0, 1, 60, 61, 62])
    pyramid = built(path, maker.folder / "pyramid")
    assert pyramid.gaps == ((2.0, 60.0),)
    assert pyramid.duration_s == 63


def test_scales_turn_integers_into_units_and_an_inverted_polarity_stays(
    maker: Any, made: Any
) -> None:
    volts = made("EMG LAT", 4, np.array([32767, -32768, 0, 1]), unit="mV", physical=(1.0, -1.0))
    nothing = made("Spare", 4, np.zeros(4, np.int64), unit="x", physical=(0.0, 0.0))
    one, other = built(maker.write([volts, nothing]), maker.folder / "pyramid").signals
    assert one.unit == "µV"
    assert 32767 * one.gain + one.offset == pytest.approx(-1000)
    assert -32768 * one.gain + one.offset == pytest.approx(1000)
    assert (other.gain, other.offset, other.unit) == (1.0, 0.0, "")


def test_memory_does_not_grow_with_the_recording(maker: Any, made: Any) -> None:
    def peak(n_records: int) -> int:
        path = maker.write([made("EMG LAT", 2000, noise(2000 * n_records))])
        folder = maker.folder / f"pyramid-{n_records}"
        tracemalloc.start()
        build_pyramid(path, folder, silent)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1000)
    assert peak(6000) < 1.3 * peak(2000)


def test_what_is_there_is_not_built_again(maker: Any, made: Any) -> None:
    path = maker.write([made("EMG LAT", 100, noise(500))])
    built(path, maker.folder / "pyramid")
    path.unlink()
    built(path, maker.folder / "pyramid")


@pytest.mark.parametrize("at", [0.0, 0.5, 1.0])
def test_an_interrupted_build_leaves_nothing(maker: Any, made: Any, at: float) -> None:
    path = maker.write([made("EMG LAT", 2000, noise(2000 * 1000))])

    def stop(share: float) -> None:
        if share >= at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_pyramid(path, maker.folder / "cache" / "pyramid", stop)
    assert list((maker.folder / "cache").iterdir()) == []


def test_what_a_killed_build_left_is_swept(maker: Any, made: Any) -> None:
    left = maker.folder / "pyramid.0123456789ab.part"
    left.mkdir()
    (left / LEVELS).write_bytes(b"half")
    built(maker.write([made("EMG LAT", 100, noise(500))]), maker.folder / "pyramid")
    assert not left.exists()


def test_a_disk_that_cannot_be_written_to_is_an_error_that_says_what_to_do(
    maker: Any, made: Any
) -> None:
    path = maker.write([made("EMG LAT", 100, noise(500))])
    (maker.folder / "file").write_text("no folder")
    with pytest.raises(WritingError, match="make space"):
        build_pyramid(path, maker.folder / "file" / "pyramid", silent)


def test_a_pyramid_of_another_version_is_none(maker: Any, made: Any) -> None:
    folder = maker.folder / "pyramid"
    path = maker.write([made("EMG LAT", 100, noise(500))])
    built(path, folder)
    said = (folder / "pyramid.json").read_text()
    (folder / "pyramid.json").write_text(said.replace('"version": 1', '"version": 99'))
    assert read_pyramid(folder) is None
    built(path, folder)


def test_a_pyramid_cut_short_is_an_error_and_not_other_values(maker: Any, made: Any) -> None:
    folder = maker.folder / "pyramid"
    pyramid = built(maker.write([made("EMG LAT", 100, noise(500))]), folder)
    (folder / LEVELS).write_bytes((folder / LEVELS).read_bytes()[:-2])
    with pytest.raises(RecordingError, match="damaged"):
        bins(folder, pyramid, pyramid.signals[0].levels[-1])
