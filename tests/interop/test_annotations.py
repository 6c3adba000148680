"""Scorings in: EDF+ annotations and tables become events with a side, and a hypnogram."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import edfio
import numpy as np
import pytest

from ekbom.errors import AnnotationError, RecordingError
from ekbom.interop.annotations import Vocabulary, read_annotations, read_stages
from ekbom.interop.edf import read_recording
from ekbom.terms import EventKind, Side, SleepStage


def text_tal(onset: str, text: str, duration: str | None = None) -> bytes:
    """One annotation as EDF+ has it."""
    lasting = "" if duration is None else f"\x15{duration}"
    return f"{onset}{lasting}\x14{text}\x14\0".encode()


@pytest.fixture
def scored(make, signal, tals_signal, keeping, write) -> Callable[..., Path]:  # type: ignore[no-untyped-def]
    """Writes a recording of four records whose first carries these annotations."""

    def scored_file(*tals: bytes, first: int = 0, name: str = "night.edf") -> Path:
        records = keeping(*(f"+{first + record}" for record in range(4)))
        records[0] += b"".join(tals)
        signals = (signal(), tals_signal(records, 400))
        return write(make(signals=signals, reserved="EDF+C"), name)  # type: ignore[no-any-return]

    return scored_file


def test_the_real_hypnogram_reads_as_edfio_reads_it(root: Path) -> None:
    path = root / "tests" / "data" / "psg-ipa" / "SN1_SleepStages_manual_scorer1.edf"
    annotations = read_annotations(path)
    oracle = edfio.read_edf(path).annotations
    stages = [a.text.removeprefix("Sleep stage ") for a in oracle if a.text.startswith("Sleep")]
    assert annotations.hypnogram is not None
    assert [stage.value for stage in annotations.hypnogram.stages] == stages
    assert len(stages) == 901
    assert (annotations.hypnogram.epoch_s, annotations.hypnogram.start_s) == (30.0, 0.0)
    assert annotations.lights_off_s == 83.21
    assert annotations.lights_on_s == 26980.45
    assert annotations.caveats == ()
    assert annotations.name == path.name


def test_two_scorers_of_one_night_differ(root: Path) -> None:
    folder = root / "tests" / "data" / "psg-ipa"
    one, other = (
        read_annotations(folder / f"SN1_SleepStages_manual_scorer{n}.edf").hypnogram for n in (1, 2)
    )
    assert one is not None
    assert other is not None
    same = np.mean([a is b for a, b in zip(one.stages, other.stages, strict=True)])
    assert 0.5 < same < 1


def test_events_have_kind_time_text_channel_and_side(scored) -> None:  # type: ignore[no-untyped-def]
    path = scored(
        text_tal("+2.5", "Limb movement@@EMG RAT", "1.5"),
        text_tal("+0.5", "Limb movement@@EMG LAT", "0.75"),
        text_tal("+1", "Left leg movement", "1"),
        text_tal("+3", "EEG arousal@@EEG C4-M1", "3"),
        text_tal("+1.5", "Obstructive apnea", "12"),
        text_tal("+0", "Lights off@@EMG RAT", "0"),
    )
    annotations = read_annotations(path)
    assert [(e.onset_s, e.duration_s, e.side) for e in annotations.leg_movements] == [
        (0.5, 0.75, Side.LEFT),
        (1.0, 1.0, Side.LEFT),
        (2.5, 1.5, Side.RIGHT),
    ]
    assert annotations.leg_movements[0].text == "Limb movement"
    assert annotations.leg_movements[0].channel == "EMG LAT"
    assert annotations.arousals[0].channel == "EEG C4-M1"
    assert annotations.respiratory[0].offset_s == 13.5
    assert annotations.lights_off_s == 0.0
    assert [e.onset_s for e in annotations.events] == sorted(e.onset_s for e in annotations.events)
    assert annotations.hypnogram is None
    assert annotations.caveats == ()


def test_times_count_from_the_first_record(scored) -> None:  # type: ignore[no-untyped-def]
    path = scored(text_tal("+7203.5", "EEG arousal", "3"), first=7200)
    assert read_annotations(path).arousals[0].onset_s == 3.5


def test_side_from_text_then_named_channel_then_known_label(scored) -> None:  # type: ignore[no-untyped-def]
    path = scored(
        text_tal("+0", "Left leg movement@@Chan 9", "1"),
        text_tal("+1", "Limb movement@@Chan 7", "1"),
        text_tal("+2", "Limb movement@@EMG RAT", "1"),
    )
    vocabulary = Vocabulary.packaged(left="chan 7")
    sides = [event.side for event in read_annotations(path, vocabulary).leg_movements]
    assert sides == [Side.LEFT, Side.LEFT, Side.RIGHT]
    swapped = Vocabulary.packaged(left="EMG RAT", right="Chan 7")
    sides = [event.side for event in read_annotations(path, swapped).leg_movements]
    assert sides == [Side.LEFT, Side.RIGHT, Side.LEFT]


def test_a_movement_of_no_side_is_refused_with_the_channels_seen(scored) -> None:  # type: ignore[no-untyped-def]
    path = scored(
        text_tal("+0", "Limb movement@@EMG LAT", "1"),
        text_tal("+1.5", "Limb movement@@Leg", "1"),
        text_tal("+2", "Limb movement@@Chan 7", "1"),
    )
    with pytest.raises(AnnotationError, match=r"2 leg movements.*1.5 s.*'Chan 7', 'Leg'") as caught:
        read_annotations(path)
    assert "--left" in caught.value.what_to_do
    with pytest.raises(AnnotationError, match="channels: none"):
        read_annotations(scored(text_tal("+1", "Limb movement", "1")))


def test_unknown_texts_are_counted_in_one_caveat(scored) -> None:  # type: ignore[no-untyped-def]
    tals = [text_tal("+1", f"Note {letter}", "1") for letter in "abcdefghijkl"]
    path = scored(*tals, text_tal("+2", "Note a"), text_tal("+3", "EEG arousal", "3"))
    annotations = read_annotations(path)
    (caveat,) = annotations.caveats
    assert caveat.code == "unknown-texts"
    assert "'Note a' x 2" in caveat.statement
    assert "and 2 more" in caveat.statement
    assert len(annotations.events) == 1


def test_unknown_stages_are_unscored_and_told(scored) -> None:  # type: ignore[no-untyped-def]
    path = scored(
        text_tal("+0", "Sleep stage N2", "30"),
        text_tal("+30", "Sleep stage X", "30"),
        text_tal("+60", "Sleep stage 4", "30"),
    )
    annotations = read_annotations(path)
    assert annotations.hypnogram is not None
    assert annotations.hypnogram.stages == (SleepStage.N2, SleepStage.UNSCORED, SleepStage.N3)
    assert {c.code for c in annotations.caveats} == {"unknown-stages", "rechtschaffen-kales-stages"}


def test_an_event_without_duration_is_told(scored) -> None:  # type: ignore[no-untyped-def]
    annotations = read_annotations(scored(text_tal("+1", "EEG arousal")))
    assert [caveat.code for caveat in annotations.caveats] == ["no-duration"]
    assert annotations.events[0].duration_s == 0


def test_several_texts_at_one_time_and_texts_beside_the_time_are_all_read(scored) -> None:  # type: ignore[no-untyped-def]
    several = b"+2\x151.5\x14EEG arousal\x14Left leg movement\x14\0"
    annotations = read_annotations(scored(several))
    assert [event.kind for event in annotations.events] == [
        EventKind.AROUSAL,
        EventKind.LEG_MOVEMENT,
    ]
    assert all(event.duration_s == 1.5 for event in annotations.events)


@pytest.mark.parametrize(
    "broken",
    [
        b"+2\x15-1\x14EEG arousal\x14\0",
        b"+2\x15nan\x14EEG arousal\x14\0",
        b"+2\x151e3\x14EEG arousal\x14\0",
        b"2\x14EEG arousal\x14\0",
        b"+inf\x14EEG arousal\x14\0",
        b"+2,5\x14EEG arousal\x14\0",
        b"+2\x14EEG arousal\0",
        b"free text\0",
        b"+" + b"9" * 60 + b"\x14EEG arousal\x14\0",
    ],
)
def test_annotations_that_cannot_be_read_are_refused_with_their_record(scored, broken) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AnnotationError, match="record 1"):
        read_annotations(scored(broken))


def test_a_recording_without_annotations_has_none(make, write, root) -> None:  # type: ignore[no-untyped-def]
    for path in (write(make()), root / "src" / "ekbom" / "examples" / "SN5_sample.edf"):
        annotations = read_annotations(path)
        assert annotations.events == ()
        assert annotations.hypnogram is None


def test_bdf_annotations_are_read(make, signal, tals_signal, keeping, write) -> None:  # type: ignore[no-untyped-def]
    records = keeping("+0", "+1", "+2", "+3")
    records[2] += text_tal("+2.5", "EEG arousal", "3")
    made = make(
        version=b"\xffBIOSEMI", signals=(signal(), tals_signal(records)), reserved="BDF+C"
    ).signal(1, label="BDF Annotations")
    assert read_annotations(write(made, "night.bdf")).arousals[0].onset_s == 2.5


def test_many_records_of_nothing_but_their_time_are_read(
    make, signal, tals_signal, keeping, write
) -> None:  # type: ignore[no-untyped-def]
    records = keeping(*(f"+{record}" for record in range(28800)))
    records[20000] += text_tal("+20000.5", "EEG arousal", "3")
    signals = (signal(per_record=1), tals_signal(records, 30))
    path = write(make(signals=signals, reserved="EDF+C", written_records=28800))
    assert [event.onset_s for event in read_annotations(path).events] == [20000.5]


def test_what_is_no_scoring_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="there is no such file"):
        read_annotations(tmp_path / "missing.edf")
    with pytest.raises(AnnotationError, match="cannot be opened") as caught:
        read_annotations(tmp_path)
    assert str(caught.value).count(str(tmp_path)) == 1
    assert "Errno" not in str(caught.value)
    (tmp_path / "broken.edf").write_bytes(b"0       " + b" " * 20)
    with pytest.raises(RecordingError, match="breaks off"):
        read_annotations(tmp_path / "broken.edf")


@pytest.mark.parametrize("duration", [None, "0", "0.0"])
def test_a_movement_without_a_length_is_refused(scored, duration) -> None:  # type: ignore[no-untyped-def]
    path = scored(
        text_tal("+0", "Limb movement@@EMG LAT", "1"),
        text_tal("+1.5", "Limb movement@@EMG LAT", duration),
        text_tal("+3", "Limb movement@@EMG RAT", duration),
    )
    with pytest.raises(AnnotationError, match=r"2 leg movements have no length.*1.5 s") as caught:
        read_annotations(path)
    assert "duration" in caught.value.expected
    assert caught.value.where == "night.edf, record 1"
    assert caught.value.what_to_do


@pytest.mark.parametrize("text", ["Left leg movement@@EMG RAT", "Limb movement - right@@EMG LAT"])
def test_text_and_channel_of_different_legs_are_refused(scored, text) -> None:  # type: ignore[no-untyped-def]
    path = scored(text_tal("+2", text, "1"))
    with pytest.raises(AnnotationError, match="left.*right|right.*left") as caught:
        read_annotations(path)
    assert "at 2 s" in caught.value.found
    assert caught.value.where == "night.edf, record 1"
    named = Vocabulary.packaged(left="EMG RAT", right="EMG LAT")
    assert len(read_annotations(path, named).leg_movements) == 1


def test_respiratory_events_without_a_duration_say_where_their_window_lies(scored) -> None:  # type: ignore[no-untyped-def]
    for tal in (text_tal("+1", "Hypopnea"), text_tal("+1", "Hypopnea", "0")):
        (caveat,) = read_annotations(scored(tal)).caveats
        assert caveat.code == "no-duration"
        assert "around the onset" in caveat.statement
    (caveat,) = read_annotations(scored(text_tal("+1", "EEG arousal"))).caveats
    assert "onset" not in caveat.statement


@pytest.mark.parametrize("text", ["PLM-RRLM", "RRLM", "Respiratory-related leg movement"])
def test_the_judgement_respiratory_of_a_scorer_is_told_not_used(scored, text) -> None:  # type: ignore[no-untyped-def]
    tals = [text_tal(f"+{onset}", f"{text}@@EMG LAT", "1") for onset in (0, 2)]
    annotations = read_annotations(scored(*tals))
    assert len(annotations.leg_movements) == 2
    (caveat,) = annotations.caveats
    assert caveat.code == "scorer-marked-respiratory"
    assert "not used" in caveat.statement
    assert f"{text!r} x 2" in caveat.statement


def test_the_caveat_of_a_text_says_what_stands_in_the_table_of_labels(scored) -> None:  # type: ignore[no-untyped-def]
    (caveat,) = read_annotations(scored(text_tal("+0", "Sleep stage 4", "30"))).caveats
    assert caveat.statement == (
        "Stages of Rechtschaffen and Kales, read as the nearest of AASM: 'Sleep stage 4' x 1."
    )
    meanings = Vocabulary.packaged().texts.meanings.values()
    assert all(meaning.note for meaning in meanings if meaning.caveat)


def test_epochs_of_no_stage_at_all_are_told(scored, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (caveat,) = read_annotations(scored(text_tal("+0", "Sleep stage ?", "30"))).caveats
    assert caveat.code == "no-epoch-scored"
    stages = tmp_path / "stages.txt"
    stages.write_text("?\n?\n")
    (caveat,) = read_stages(stages, 30.0).caveats
    assert (caveat.code, caveat.where) == ("no-epoch-scored", "stages.txt")


# Start and gaps ----------------------------------------------------------------------------------


def test_start_is_that_of_the_first_record(scored, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert read_annotations(scored()).start == datetime(2020, 3, 2, 22, 30)
    assert read_annotations(scored(first=7200)).start == datetime(2020, 3, 3, 0, 30)
    table = tmp_path / "events.tsv"
    table.write_text("onset\tduration\ttrial_type\n1\t3\tArousal\n")
    assert read_annotations(table).start is None


def test_gaps_of_a_recording_are_known(make, signal, tals_signal, keeping, write) -> None:  # type: ignore[no-untyped-def]
    records = keeping("+10", "+11", "+40.5", "+90")
    path = write(make(signals=(signal(), tals_signal(records)), reserved="EDF+D"))
    annotations = read_annotations(path)
    assert annotations.gaps == ((2.0, 30.5), (31.5, 80.0))
    (channel,) = read_recording(path).channels
    assert [segment.start_s for segment in channel.segments] == [0.0, 30.5, 80.0]


def test_a_file_of_annotations_only_has_no_gaps(make, tals_signal, keeping, write) -> None:  # type: ignore[no-untyped-def]
    records = keeping("+0", "+1", "+40", "+90")
    path = write(make(signals=(tals_signal(records),), reserved="EDF+D"))
    assert read_annotations(path).gaps == ()


def test_a_first_record_without_its_time_moves_marks_as_it_moves_signals(
    make, signal, tals_signal, keeping, write
) -> None:  # type: ignore[no-untyped-def]
    records = [text_tal("+101.5", "EEG arousal", "3"), *keeping("+101", "+102", "+103")]
    path = write(make(signals=(signal(), tals_signal(records)), reserved="EDF+C"))
    annotations = read_annotations(path)
    assert annotations.arousals[0].onset_s == 1.5
    assert annotations.start == read_recording(path).start


def test_table_may_name_the_leg_itself(tmp_path: Path) -> None:
    table = tmp_path / "events.tsv"
    rows = ["onset\tduration\ttrial_type\tchannel"]
    rows += ["1\t2\tLimb movement\tleft", "5\t2\tLimb movement\tRight"]
    table.write_text("\n".join(rows))
    assert [e.side for e in read_annotations(table).leg_movements] == [Side.LEFT, Side.RIGHT]
