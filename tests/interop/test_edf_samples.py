"""Samples as another reader sees them: EDF, BDF, units, fractional rates, any block."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ekbom.errors import RecordingError
from ekbom.interop import edf_records
from ekbom.interop.edf import read_recording, signal_table

RNG = np.random.default_rng(20)


def edfio_file(path: Path, units: list[str], rates: list[float], seconds: int = 12) -> Path:
    """A file written by edfio: noise at each rate, in each unit."""
    is_bdf = path.suffix == ".bdf"
    kind: Any = edfio.BdfSignal if is_bdf else edfio.EdfSignal
    digital = (-8388608, 8388607) if is_bdf else (-32768, 32767)
    signals = [
        kind(
            np.clip(RNG.normal(0, 90, int(rate * seconds)), -900, 900),
            rate,
            label=f"S{number}",
            physical_dimension=unit,
            physical_range=(-1000, 950),
            digital_range=digital,
        )
        for number, (unit, rate) in enumerate(zip(units, rates, strict=True))
    ]
    (edfio.Bdf if is_bdf else edfio.Edf)(signals).write(path)
    return path


@pytest.mark.parametrize("suffix", [".edf", ".bdf"])
def test_samples_equal_edfio_within_one_step_of_the_converter(tmp_path: Path, suffix: str) -> None:
    path = edfio_file(tmp_path / f"night{suffix}", ["uV", "uV", "%"], [512, 200, 4])
    oracle = edfio.read_bdf(path) if suffix == ".bdf" else edfio.read_edf(path)
    recording = read_recording(path)
    assert recording.labels == ("S0", "S1", "S2")
    assert [channel.label for channel in recording.channels] == ["S0", "S1"]
    for channel, signal in zip(recording.channels, oracle.signals, strict=False):
        samples = channel.source.read(0, channel.n_samples)
        assert samples.dtype == np.float32
        step = 1950 / (2**24 - 1 if suffix == ".bdf" else 2**16 - 1)
        assert np.abs(samples.astype(float) - signal.data).max() < step
        assert channel.rate_hz == signal.sampling_frequency


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("uV", 1.0), ("µV".encode(), 1.0), ("µV".encode("latin-1"), 1.0), ("mV", 1e3), ("V", 1e6)],
)
def test_volts_of_any_size_become_microvolts(make, write, unit, factor) -> None:  # type: ignore[no-untyped-def]
    made = make().signal(unit=unit, pmin=-2, pmax=2, dmin=-1000, dmax=1000)
    channel = read_recording(write(made)).channel("EMG LAT")
    digital = np.arange(256) * 7 - 500
    expected = digital * 0.002 * factor
    assert channel.source.read(0, 256) == pytest.approx(expected, rel=1e-5, abs=1e-4 * factor)
    assert channel.physical_range_uv == (-2 * factor, 2 * factor)


def test_signals_in_other_units_are_listed_with_unit_and_rate_but_not_read(make, write) -> None:  # type: ignore[no-untyped-def]
    made = make().signal(1, label="SaO2", unit="%", per_record=4)
    path = write(made)
    recording = read_recording(path)
    assert recording.labels == ("EMG LAT", "SaO2")
    assert [channel.label for channel in recording.channels] == ["EMG LAT"]
    assert [(s.label, s.unit, s.rate_hz) for s in signal_table(path)] == [
        ("EMG LAT", "uV", 256.0),
        ("SaO2", "%", 4.0),
    ]


@pytest.mark.parametrize(
    ("per_record", "record_s", "rate"),
    [(401, "2", 200.5), (500, "0.976562", 500 / 0.976562), (1, "30", 1 / 30), (51, "0.1", 510.0)],
)
def test_a_rate_may_be_fractional(make, write, per_record, record_s, rate) -> None:  # type: ignore[no-untyped-def]
    recording = read_recording(write(make(record_s=record_s).signal(per_record=per_record)))
    channel = recording.channel("EMG LAT")
    assert channel.rate_hz == rate
    last = channel.segments[0].seconds(channel.n_samples, channel.rate_hz)
    assert last == pytest.approx(recording.duration_s)


def test_every_channel_keeps_its_own_rate_and_doubled_labels_are_both_kept(make, write) -> None:  # type: ignore[no-untyped-def]
    made = make().signal(1, label="EMG LAT", per_record=100)
    recording = read_recording(write(made))
    assert recording.labels == ("EMG LAT", "EMG LAT")
    assert [channel.rate_hz for channel in recording.channels] == [256.0, 100.0]


def test_an_inverted_range_turns_the_samples_back_and_says_so(make, write) -> None:  # type: ignore[no-untyped-def]
    upright = read_recording(write(make(), "upright.edf")).channels[0]
    recording = read_recording(write(make().signal(pmin=1000, pmax=-1000)))
    inverted = recording.channels[0]
    assert [caveat.code for caveat in recording.caveats] == ["inverted-polarity"]
    assert inverted.source.read(0, 1024) == pytest.approx(-upright.source.read(0, 1024), abs=1e-3)
    assert inverted.physical_range_uv == (-1000.0, 1000.0)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    run_bytes=st.sampled_from([1, 700, 5000, 1 << 20]),
    is_bdf=st.booleans(),
)
def test_any_block_is_that_slice_of_the_whole(
    make, write, monkeypatch, data, run_bytes, is_bdf
) -> None:  # type: ignore[no-untyped-def]
    made = make(version=b"\xffBIOSEMI" if is_bdf else b"0       ", written_records=9)
    made = made.signal(per_record=37)
    channel = read_recording(write(made)).channels[1]
    whole = channel.source.read(0, channel.n_samples)
    assert whole.size == 9 * 256
    start = data.draw(st.integers(0, whole.size))
    stop = data.draw(st.integers(0, whole.size + 300))
    monkeypatch.setattr(edf_records, "RUN_BYTES", run_bytes)
    assert np.array_equal(channel.source.read(start, stop), whole[start:stop])


def test_a_file_cut_short_after_opening_is_an_error_and_not_a_crash(make, write) -> None:  # type: ignore[no-untyped-def]
    path = write(make())
    channel = read_recording(path).channels[1]
    path.write_bytes(path.read_bytes()[:-700])
    with pytest.raises(RecordingError, match="shorter"):
        channel.source.read(0, channel.n_samples)
    path.unlink()
    with pytest.raises(RecordingError, match="no longer"):
        channel.source.read(0, 10)


def test_the_real_clip_reads_as_edfio_reads_it(root: Path) -> None:
    path = root / "src" / "ekbom" / "examples" / "SN5_sample.edf"
    recording = read_recording(path)
    oracle = edfio.read_edf(path)
    assert recording.duration_s == 150
    assert recording.caveats == ()
    assert len(recording.labels) == 13
    for label in ("EMG LAT", "EMG RAT"):
        channel = recording.channel(label)
        assert channel.rate_hz == 256
        samples = channel.source.read(0, channel.n_samples)
        assert np.abs(samples - oracle.get_signal(label).data).max() < 2400 / 65535
