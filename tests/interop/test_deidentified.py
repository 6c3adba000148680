"""A copy without identifiers names nobody in any byte, and is otherwise the same night."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest

import ekbom
from ekbom.errors import AnnotationError, UsageError
from ekbom.interop import deidentified
from ekbom.interop.annotations import read_annotations
from ekbom.interop.deidentified import write_deidentified
from ekbom.interop.edf import read_recording
from ekbom.interop.edf_header import read_header
from ekbom.interop.edf_records import signal_bytes
from ekbom.report.results import as_json

SAMPLE = Path(ekbom.__file__).parent / "examples" / "SN5_sample.edf"
# None of these may be in the copy: names, numbers, places, devices, dates.
PLANTED = (
    "Muster",
    "Erika",
    "MRN-4711",
    "17-APR-1961",
    "Clinic7",
    "TechSchmidt",
    "SN0815",
    "Dr Who",
    "nurse Joy",
    "Muster leg",
    "room 12",
    "02.03.20",
    "02-MAR-2020",
    "2020",
    "note9",
    "unitA",
)


@pytest.fixture
def planted(make: Any, signal: Any, tals_signal: Callable[..., Any]) -> Any:
    """A recording with an identifier wherever a text can stand."""
    tals = [
        b"+0\x14\x14\0+0\x1530\x14Sleep stage N2\x14Erika Muster woke\x14\0",
        b"+1\x14\x14\0+1.5\x150.8\x14Limb movement@@EMG LAT\x14\0+1.6\x14Dr Who called\x14\0",
        b"+2\x14\x14\0+2.5\x150.8\x14Limb movement|nurse Joy@@Muster leg\x14\0",
        b"+3\x14\x14\0+3.1\x14Sleep stage Muster\x14\0+3.2\x14Lights on\x14\0\0\0Clinic7",
    ]
    tals[3] = tals[3].removesuffix(b"\0\0Clinic7")
    described = {"transducer": "Clinic7 AgCl", "prefilter": "HP:10Hz LP:100Hz Dr Who"}
    return make(
        signals=(
            signal(label="EMG LAT", **described),
            signal(label="Muster leg", **described),
            signal(label="EMG Muster", unit="uV", **described),
            signal(label="EEG C4-M1", **described),
            signal(label="note9", unit="unitA", **described),
            tals_signal(tals),
        ),
        patient="MRN-4711 F 17-APR-1961 Erika_Muster",
        recording="Startdate 02-MAR-2020 Clinic7 TechSchmidt SN0815",
        reserved="EDF+C room 12",
    )


@pytest.mark.parametrize("days", [None, 100])
def test_no_byte_of_the_copy_names_anybody(
    planted: Any, write: Callable[..., Path], tmp_path: Path, days: int | None
) -> None:
    source = write(planted, "Erika_Muster_2020.edf")
    content = source.read_bytes() + b"trailing MRN-4711"
    source.write_bytes(content)
    assert all(text.encode() in content for text in PLANTED)
    removed = write_deidentified(source, tmp_path / "copy.edf", days)
    copy = (tmp_path / "copy.edf").read_bytes()
    assert [text for text in PLANTED if text.casefold().encode() in copy.lower()] == []
    said = "\n".join(removed.sentences())
    assert [text for text in PLANTED if text in said] == []


def test_labels_that_are_known_stay_and_others_are_counted(
    planted: Any, write: Callable[..., Path], tmp_path: Path
) -> None:
    removed = write_deidentified(write(planted), tmp_path / "copy.edf")
    header = read_header(tmp_path / "copy.edf")
    assert [signal.label for signal in header.signals] == [
        "EMG LAT",
        "Signal 1",
        # Not EMG 1 or 2: those are labels that a laboratory may have given to a leg.
        "EMG 3",
        "EEG C4-M1",
        "Signal 2",
        "EDF Annotations",
    ]
    assert removed.labels == ("Signal 1", "EMG 3", "Signal 2")
    assert header.caveats[-1].code == "start-date-hidden"


def test_known_kinds_of_annotations_survive_in_known_words(
    planted: Any, write: Callable[..., Path], tmp_path: Path
) -> None:
    removed = write_deidentified(write(planted), tmp_path / "copy.edf")
    opened = edfio.read_edf(tmp_path / "copy.edf")
    assert [(mark.onset, mark.duration, mark.text) for mark in opened.annotations] == [
        (0.0, 30.0, "Sleep stage N2"),
        (1.5, 0.8, "Limb movement@@EMG LAT"),
        (2.5, 0.8, "Limb movement@@Signal 1"),
        (3.1, None, "Sleep stage ?"),
        (3.2, None, "Lights on"),
    ]
    assert (removed.n_texts, removed.n_texts_dropped) == (5, 2)
    assert opened.patient.name == opened.patient.code == "X"


def test_samples_are_the_same_byte_by_byte(
    planted: Any, write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if a signal were far larger than what is held of it.
    monkeypatch.setattr(deidentified, "_CHUNK_BYTES", 100)
    source = write(planted)
    write_deidentified(source, tmp_path / "copy.edf", 3)
    _assert_same_samples(source, tmp_path / "copy.edf")


def _assert_same_samples(source: Path, copy: Path) -> None:
    old, new = read_header(source), read_header(copy)
    assert (old.n_records, old.record_s) == (new.n_records, new.record_s)
    for before, after in zip(old.signals, new.signals, strict=True):
        if before.is_annotations:
            continue
        assert before.physical_range == after.physical_range
        assert before.digital_range == after.digital_range
        n_samples = old.n_records * before.samples_per_record
        assert np.array_equal(
            signal_bytes(old, before, 0, n_samples), signal_bytes(new, after, 0, n_samples)
        )


@pytest.mark.parametrize("days", [None, 41])
def test_a_real_night_scores_the_same(tmp_path: Path, days: int | None) -> None:
    copy = tmp_path / "copy.edf"
    write_deidentified(SAMPLE, copy, days)
    _assert_same_samples(SAMPLE, copy)
    results = []
    for path in (SAMPLE, copy):
        found = as_json(ekbom.score_files(path, rules="all"), per_leg=True)
        results.append(json.dumps(found["editions"], sort_keys=True))
    assert results[0] == results[1]


def test_the_clock_stays_and_the_day_moves(
    make: Any, write: Callable[..., Path], tmp_path: Path
) -> None:
    source = write(make())
    assert write_deidentified(source, tmp_path / "a.edf", 2).date == "shifted"
    shifted = read_recording(tmp_path / "a.edf").start
    assert shifted is not None and shifted.isoformat() == "2020-02-29T22:30:00"
    assert write_deidentified(source, tmp_path / "b.edf").date == "hidden"
    hidden = read_recording(tmp_path / "b.edf").start
    assert hidden is not None and hidden.isoformat() == "1985-01-01T22:30:00"
    # A date that was hidden stays so: moved, it would look like one.
    assert write_deidentified(tmp_path / "b.edf", tmp_path / "c.edf", 2).date == "hidden"
    assert (tmp_path / "c.edf").read_bytes() == (tmp_path / "b.edf").read_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"version": b"\xffBIOSEMI", "reserved": "24BIT Muster"},
        {"recording": "Erika Muster, Clinic7", "patient": b"M\xfcster"},
        {"date": "99.99.99", "recording": "Erika"},
        {"n_records": -1},
        {"n_records": 9},
    ],
)
def test_other_kinds_of_files_lose_their_names_too(
    make: Any, write: Callable[..., Path], tmp_path: Path, changes: dict[str, Any]
) -> None:
    source = write(make().with_(**changes))
    write_deidentified(source, tmp_path / "copy.edf", 10)
    copy = (tmp_path / "copy.edf").read_bytes()
    assert not any(text in copy for text in (b"Muster", b"Erika", b"M\xfcster", b"99.99"))
    assert read_header(tmp_path / "copy.edf").format == read_header(source).format
    _assert_same_samples(source, tmp_path / "copy.edf")


def test_channels_with_longer_names_find_room(
    make: Any,
    signal: Any,
    tals_signal: Callable[..., Any],
    write: Callable[..., Path],
    tmp_path: Path,
) -> None:
    tals = [b"+0\x14\x14\0+0\x151\x14LM@@x\x14\0", b"+1\x14\x14\0"]
    made = make(
        signals=(signal(label="x"), signal(label="EMG RAT"), tals_signal(tals, 10)),
        reserved="EDF+C",
        written_records=2,
    )
    write_deidentified(write(made), tmp_path / "copy.edf")
    opened = edfio.read_edf(tmp_path / "copy.edf")
    assert [mark.text for mark in opened.annotations] == ["LM@@Signal 1"]


def test_annotations_that_cannot_be_read_are_refused_not_lost(
    make: Any,
    signal: Any,
    tals_signal: Callable[..., Any],
    write: Callable[..., Path],
    tmp_path: Path,
) -> None:
    tals = [b"+0\x14\x14\0Erika Muster"]
    made = make(signals=(signal(), tals_signal(tals)), reserved="EDF+C", written_records=1)
    with pytest.raises(AnnotationError, match="1 annotations cannot be read") as error:
        write_deidentified(write(made), tmp_path / "copy.edf")
    assert "Muster" not in str(error.value)
    assert not (tmp_path / "copy.edf").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["night.edf"]


def test_the_recording_is_never_replaced_by_its_copy(tmp_path: Path) -> None:
    source = tmp_path / "night.edf"
    source.write_bytes(SAMPLE.read_bytes())
    (tmp_path / "link.edf").symlink_to(source)
    for target in ("night.edf", "link.edf"):
        with pytest.raises(UsageError, match="take the place"):
            write_deidentified(source, tmp_path / target)
    assert source.read_bytes() == SAMPLE.read_bytes()


def test_a_table_of_marks_keeps_known_kinds_and_columns(tmp_path: Path) -> None:
    source = tmp_path / "Muster.tsv"
    source.write_text(
        "onset\tduration\ttrial_type\tchannel\tscorer\tnote\n"
        "0\t30\tSleep stage N2\tn/a\tDr Who\tErika\n"
        "10.25\t0.8\tLimb movement\tEMG LAT\tDr Who\tn/a\n"
        "12\t0.8\tLimb movement\tleft\tDr Who\tn/a\n"
        "20\tn/a\tErika Muster coughs\tn/a\tDr Who\tn/a\n"
        "21\tn/a\tArousal\tMuster EEG\tDr Who\tn/a\n"
        "25\t4.5\tRecording gap\tn/a\tDr Who\tn/a\n"
    )
    removed = write_deidentified(source, tmp_path / "copy.tsv", 5)
    assert (tmp_path / "copy.tsv").read_text().splitlines() == [
        "onset\tduration\ttrial_type\tchannel",
        "0.0\t30.0\tSleep stage N2\tn/a",
        "10.25\t0.8\tLimb movement\tEMG LAT",
        "12.0\t0.8\tLimb movement\tleft",
        "21.0\tn/a\tArousal\tn/a",
        "25.0\t4.5\tRecording gap\tn/a",
    ]
    assert removed.n_texts_dropped == 1
    before, after = read_annotations(source), read_annotations(tmp_path / "copy.tsv")
    assert before.leg_movements == after.leg_movements
    assert before.hypnogram == after.hypnogram
    assert after.gaps == ((25.0, 29.5),)
