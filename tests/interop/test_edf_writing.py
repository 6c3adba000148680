"""Files of synthetic nights: read again they are the night, and they are whole or absent."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import edfio
import numpy as np
import pytest

from ekbom.cli import synth
from ekbom.errors import EkbomError, UsageError, WritingError
from ekbom.interop.edf_writing import digitised, write_edf, write_events
from ekbom.knowledge.loading import load
from ekbom.recording.events import Annotations
from ekbom.recording.synthetic.conditions import preset
from ekbom.recording.synthetic.night import SyntheticNight, simulate_night
from ekbom.recording.synthetic.profiles import SECTIONS, profile
from ekbom.recording.synthetic.signals import SyntheticSignal


def made(rate_hz: float = 512.0, hours: float = 0.25, name: str = "sleep-apnea") -> SyntheticNight:
    rng = np.random.default_rng(4)
    known = profile(name, load(SECTIONS))
    return simulate_night(known, preset("typical"), rng, hours=hours, rate_hz=rate_hz)


def write(path: Path, night: SyntheticNight) -> Path:
    write_edf(path, night.leg_signals(), night.annotations, night.duration_s)
    return path


def run(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    synth.register(parser.add_subparsers())
    args = parser.parse_args(["synth", *map(str, arguments)])
    return int(args.run(args))


@pytest.mark.parametrize("rate_hz", [100.0, 200.5, 256.0, 512.0, 1000.0])
def test_signals_come_back_within_one_step(tmp_path: Path, rate_hz: float) -> None:
    night = made(rate_hz)
    edf = edfio.read_edf(write(tmp_path / "night.edf", night))
    for written, read in zip(night.leg_signals(), edf.signals, strict=True):
        low, high = written.physical_range
        assert read.label == written.label
        assert read.sampling_frequency == rate_hz
        assert read.physical_dimension == "uV"
        assert np.abs(read.data - written.samples).max() <= (high - low) / 65535
    assert edf.duration == night.duration_s


def test_legs_are_kept_to_a_tenth_of_a_microvolt_over_500_microvolts(tmp_path: Path) -> None:
    edf = edfio.read_edf(write(tmp_path / "night.edf", made()))
    leg = edf.get_signal("EMG LAT")
    assert tuple(leg.physical_range) == (-500, 500)
    assert 1000 / 65535 < 0.1


def test_annotations_hold_stages_events_and_lights_but_no_leg_movement(tmp_path: Path) -> None:
    night = made(hours=1.0)
    edf = edfio.read_edf(write(tmp_path / "night.edf", night))
    texts = [annotation.text for annotation in edf.annotations]
    stages = [a for a in edf.annotations if a.text.startswith("Sleep stage ")]
    assert [a.text.removeprefix("Sleep stage ") for a in stages] == [
        stage.value for stage in night.sleep.hypnogram.stages
    ]
    assert {a.duration for a in stages} == {30.0}
    assert texts.count("Lights off") == texts.count("Lights on") == 1
    respiratory = [a for a in edf.annotations if a.text in ("Obstructive apnea", "Hypopnea")]
    assert [(a.onset, a.duration) for a in respiratory] == [
        (e.onset_s, e.duration_s) for e in night.respiratory
    ]
    assert texts.count("EEG arousal") == len(night.arousals) > 0
    assert not any("limb" in text.lower() for text in texts)


def test_the_truth_table_holds_true_movements_unrounded(tmp_path: Path) -> None:
    night = made(name="rls")
    write_events(tmp_path / "night.truth.tsv", night.truth)
    with (tmp_path / "night.truth.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert list(rows[0]) == ["onset", "duration", "trial_type", "channel"]
    limb = [row for row in rows if row["trial_type"] == "Limb movement"]
    assert {row["channel"] for row in limb} == {"EMG LAT", "EMG RAT"}
    assert [(float(row["onset"]), float(row["duration"])) for row in limb] == [
        (event.onset_s, event.duration_s) for event in night.true_movements
    ]
    onsets = [float(row["onset"]) for row in rows]
    assert onsets == sorted(onsets)


def test_a_detached_channel_is_written_flat() -> None:
    assert np.ptp(digitised(np.zeros(10, dtype=np.float32), (-500.0, 500.0))) == 0


def test_values_beyond_the_range_are_clipped() -> None:
    ends = digitised(np.array([-1e6, 1e6], dtype=np.float32), (-500.0, 500.0))
    assert ends.tolist() == [-32768, 32767]


def test_no_file_is_left_where_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WritingError):
        write(tmp_path / "nowhere" / "night.edf", made())
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_left_where_making_the_signals_fails(tmp_path: Path) -> None:
    def broken() -> object:
        yield from made().leg_signals()
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_edf(tmp_path / "night.edf", broken(), Annotations(), 900.0)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_rate_that_fits_no_record_is_refused(tmp_path: Path) -> None:
    odd = SyntheticSignal("EMG LAT", "uV", 100.01, np.zeros(3000, dtype=np.float32), (-500, 500))
    with pytest.raises(WritingError, match="record length"):
        write_edf(tmp_path / "night.edf", [odd], Annotations(), 30.0)


# The command ------------------------------------------------------------------------------------


def test_one_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run(tmp_path / f"{name}.edf", "--hours", "0.2", "--seed", "9") == 0
    for suffix in (".edf", ".truth.tsv"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_a_full_night_has_twenty_signals_at_their_rates(tmp_path: Path) -> None:
    run(tmp_path / "full.edf", "--hours", "0.2", "--signals", "full", "--profile", "rbd")
    edf = edfio.read_edf(tmp_path / "full.edf")
    assert len(edf.signals) == 20
    assert edf.data_record_duration == 1.0
    assert sum(signal.samples_per_data_record for signal in edf.signals) == 4172
    for signal in edf.signals:
        assert signal.data.std() > 0 or signal.label == "Position", signal.label


def test_files_that_exist_are_kept_unless_told(tmp_path: Path) -> None:
    out = tmp_path / "night.edf"
    out.write_bytes(b"mine")
    with pytest.raises(WritingError, match="--overwrite"):
        run(out, "--hours", "0.2")
    assert out.read_bytes() == b"mine"
    assert run(out, "--hours", "0.2", "--overwrite") == 0
    assert out.stat().st_size > 10_000


def test_the_truth_beside_a_night_is_kept_too(tmp_path: Path) -> None:
    (tmp_path / "night.truth.tsv").write_text("mine")
    with pytest.raises(WritingError, match="exists"):
        run(tmp_path / "night.edf", "--hours", "0.2")
    assert not (tmp_path / "night.edf").exists()


def test_movements_are_laid_over_the_rest_of_a_recording(tmp_path: Path) -> None:
    rest = tmp_path / "rest.edf"
    run(rest, "--hours", "0.2", "--profile", "control", "--rate-hz", "256")
    out = tmp_path / "night.edf"
    span = ("--rest-span", "10", "100")
    arguments = ("--hours", "0.2", "--condition", "real-noise", "--rest-from", rest)
    assert run(out, *arguments, *span) == 0
    with pytest.raises(UsageError, match="between 0 and 720 s"):
        run(out, *arguments, "--overwrite", "--rest-span", "10", "9999")


@pytest.mark.parametrize(
    "wrong",
    [["--seed", "-1"], ["--condition", "storm"], ["--hours", "0"], ["--rest-span", "1", "2"]],
)
def test_a_wrong_option_leaves_no_file(tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(EkbomError):
        run(tmp_path / "night.edf", *wrong)
    assert list(tmp_path.iterdir()) == []


def test_what_was_made_is_said_on_stderr_and_nothing_on_stdout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path / "night.edf", "--hours", "0.2")
    said = capsys.readouterr()
    assert said.out == ""
    assert "true movements left" in said.err
    assert "night.truth.tsv" in said.err
