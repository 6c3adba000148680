"""Scorings as text: tables of events and lists of stages, and every way they can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ekbom.errors import AnnotationError
from ekbom.interop.annotations import Vocabulary, read_annotations, read_stages
from ekbom.recording.events import Annotations
from ekbom.terms import Side, SleepStage

HEAD = "onset\tduration\ttrial_type\tchannel\n"
Text = Callable[..., Path]


@pytest.fixture
def text(tmp_path: Path) -> Text:
    def write(content: str | bytes, name: str = "scoring.tsv") -> Path:
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(raw)
        return tmp_path / name

    return write


def test_a_table_gives_stages_and_events(text: Text) -> None:
    annotations = read_annotations(
        text(
            HEAD
            + "0.0\t30.0\tSleep stage N2\tn/a\n"
            + "30\t30\tSleep stage R\tn/a\n"
            + "12.5\t1.25\tLimb movement\tEMG LAT\n"
            + "7\tn/a\tLights off\t\n"
        )
    )
    assert annotations.hypnogram is not None
    assert annotations.hypnogram.stages == (SleepStage.N2, SleepStage.R)
    (movement,) = annotations.leg_movements
    assert (movement.onset_s, movement.duration_s, movement.side) == (12.5, 1.25, Side.LEFT)
    assert annotations.lights_off_s == 7
    assert annotations.caveats == ()


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEAD + "1\t2\tArousal\tn/a\n",
        (HEAD + "1\t2\tArousal\tn/a\n").replace("\n", "\r\n"),
        (HEAD + "1\t2\tArousal\tn/a\n").replace("\n", "\r"),
        "stage\ttrial_type\tDuration\tONSET\nn/a\tArousal\t2\t1\n",
        HEAD + "\n 1 \t 2 \t Arousal \t n/a \n\n",
        HEAD + "1\t2\tArousal@@EEG C4-M1\tn/a",
    ],
    ids=["byte order mark", "CRLF", "CR", "columns in any order", "blank lines", "no last newline"],
)
def test_harmless_forms_of_a_table_are_read(text: Text, content: str) -> None:
    (event,) = read_annotations(text(content)).arousals
    assert (event.onset_s, event.duration_s) == (1.0, 2.0)


def test_a_header_alone_is_a_scoring_without_events(text: Text) -> None:
    assert read_annotations(text(HEAD)) == Annotations(name="scoring.tsv")


BAD_TABLES: dict[str, tuple[str | bytes, str, int]] = {
    "negative duration": (HEAD + "1\t2\tArousal\tn/a\n3\t-1\tArousal\tn/a\n", "duration is -1", 3),
    "NaN onset": (HEAD + "nan\t2\tArousal\tn/a\n", "onset is 'nan'", 2),
    "infinite onset": (HEAD + "inf\t2\tArousal\tn/a\n", "onset is 'inf'", 2),
    "overflowing onset": (HEAD + "1e999\t2\tArousal\tn/a\n", "onset is '1e999'", 2),
    "onset not there": (HEAD + "n/a\t2\tArousal\tn/a\n", "onset is 'n/a'", 2),
    "NaN duration": (HEAD + "1\tNaN\tArousal\tn/a\n", "duration is 'NaN'", 2),
    "infinite duration": (HEAD + "1\t-inf\tArousal\tn/a\n", "duration is '-inf'", 2),
    "no number": (HEAD + "1\t2\tArousal\tn/a\none\t2\tArousal\tn/a\n", "onset is 'one'", 3),
    "decimal comma": (HEAD + "1,5\t2\tArousal\tn/a\n", "decimal point", 2),
    "underscore": (HEAD + "1_0\t2\tArousal\tn/a\n", "onset is '1_0'", 2),
    "clock time": (HEAD + "22:30:00\t2\tArousal\tn/a\n", "onset is '22:30:00'", 2),
    "no duration column": ("onset\ttrial_type\n1\tArousal\n", "no column duration", 1),
    "no text column": ("onset\tduration\n1\t2\n", "no column trial_type", 1),
    "commas": ("onset,duration,trial_type\n1,2,Arousal\n", "between tabs", 1),
    "doubled column": (HEAD.replace("channel", "onset") + "1\t2\tA\t1\n", "stands 2 times", 1),
    "column missing in a line": (HEAD + "1\t2\tArousal\n", "3 columns", 2),
    "column too many": (HEAD + "1\t2\tArousal\tn/a\tx\n", "5 columns", 2),
    "Latin-1": ((HEAD + "1\t2\tApn\u00f6e\tn/a\n").encode("latin-1"), "UTF-8", 2),
    "UTF-16": ((HEAD + "1\t2\tArousal\tn/a\n").encode("utf-16"), "UTF-8", 1),
    "NUL": (HEAD + "1\t2\tArousal\0\tn/a\n", "NUL", 2),
    "some other text": ("a hypnogram follows\nW\nN1\n", "the first line is", 1),
    "a list of stages": ("W\nN1\nN2\n", "length of an epoch", 1),
}


@pytest.mark.parametrize("kind", BAD_TABLES)
def test_a_bad_table_is_refused_with_file_and_line(text: Text, kind: str) -> None:
    content, said, line = BAD_TABLES[kind]
    with pytest.raises(AnnotationError) as caught:
        read_annotations(text(content))
    assert said in str(caught.value)
    assert caught.value.where == f"scoring.tsv:{line}"


@pytest.mark.parametrize("content", ["", "  \n\n", "\ufeff"])
def test_an_empty_file_is_refused(text: Text, content: str) -> None:
    with pytest.raises(AnnotationError, match="empty"):
        read_annotations(text(content))


def test_a_movement_on_an_unknown_channel_names_its_line(text: Text) -> None:
    path = text(HEAD + "1\t2\tArousal\tn/a\n3\t1\tLimb movement\tChan 9\n")
    with pytest.raises(AnnotationError, match="'Chan 9'") as caught:
        read_annotations(path)
    assert caught.value.where == "scoring.tsv:3"
    sides = [e.side for e in read_annotations(path, Vocabulary.packaged(right="Chan 9")).events]
    assert sides == [None, Side.RIGHT]


@pytest.mark.parametrize(
    "content",
    [
        "W\nN1\nN2\nR\n?\n",
        "W N1, N2;R\t?",
        "w,n1,n2\r\nr,?",
        "Sleep stage W\nN1\nN2\nREM\nUnscored",
    ],
)
def test_a_list_of_stages_in_any_of_its_forms(text: Text, content: str) -> None:
    annotations = read_stages(text(content, "stages.txt"), 20.0)
    hypnogram = annotations.hypnogram
    assert hypnogram is not None
    assert "".join(stage.value for stage in hypnogram.stages) == "WN1N2R?"
    assert (hypnogram.epoch_s, hypnogram.start_s) == (20.0, 0.0)
    assert annotations.name == "stages.txt"


@pytest.mark.parametrize(
    ("content", "line"), [("W\nN1\nN9\n", 3), ("0\n1\n2\n", 1), ("W\nArousal\n", 2), ("W, nan", 1)]
)
def test_a_text_that_is_no_stage_is_refused_with_its_line(
    text: Text, content: str, line: int
) -> None:
    with pytest.raises(AnnotationError, match="is no stage") as caught:
        read_stages(text(content, "stages.txt"), 30.0)
    assert caught.value.where == f"stages.txt:{line}"


@pytest.mark.parametrize("epoch_s", [0.0, -30.0, float("nan"), float("inf")])
def test_an_impossible_epoch_is_refused(text: Text, epoch_s: float) -> None:
    with pytest.raises(AnnotationError, match="length of an epoch"):
        read_stages(text("W\n", "stages.txt"), epoch_s)
    with pytest.raises(AnnotationError, match="length of an epoch"):
        read_annotations(text(HEAD), epoch_s=epoch_s)
