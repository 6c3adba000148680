"""Recordings and scorings that are off: refused with a way out, or scored with a caveat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import edfio
import pytest

from ekbom.cli.main import USAGE

N_MOVEMENTS = 3
SECONDS = 120
Row = tuple[object, ...]
Scored = Callable[..., dict[str, Any]]
Refused = Callable[..., str]
Recording = Callable[..., Path]
Table = Callable[..., Path]

STAGED: list[Row] = [(30 * k, 30, "Sleep stage N2", "n/a") for k in range(4)]
MOVED: list[Row] = [(20 * k, 2, "Limb movement", "EMG LAT") for k in range(6)]


def codes(result: dict[str, Any]) -> list[str]:
    return [caveat["code"] for caveat in result["caveats"]]


def poked(sound: Path, path: Path, offset: int, text: str) -> Path:
    """The sound recording with one header field of 8 bytes changed."""
    content = bytearray(sound.read_bytes())
    content[offset : offset + 8] = text.encode().ljust(8)
    path.write_bytes(content)
    return path


# Recordings that are off -------------------------------------------------------------------------


def test_nothing_to_score(refused: Refused) -> None:
    assert "ekbom score NIGHT.edf" in refused(status=USAGE)


@pytest.mark.parametrize("option", [[], ["--events"]])
def test_missing_file_is_named(refused: Refused, option: list[str]) -> None:
    said = refused(*option, "missing.edf")
    assert "missing.edf" in said
    assert "what to do" in said


@pytest.mark.parametrize("option", [[], ["--events"]])
def test_folder_is_no_file(tmp_path: Path, refused: Refused, option: list[str]) -> None:
    said = refused(*option, tmp_path)
    assert "directory" in said or "not a file" in said


@pytest.mark.parametrize("content", [b"", b"this is text\n" * 50, b"\xff\xfe\0\1" * 400])
def test_what_is_no_recording_is_refused_as_a_recording(
    tmp_path: Path, refused: Refused, content: bytes
) -> None:
    path = tmp_path / "night.edf"
    path.write_bytes(content)
    said = refused(path)
    assert "night.edf" in said
    assert "expected: " in said
    assert "EDF" in said
    assert "list of stages" not in said


def test_header_that_breaks_off_is_refused(sound: Path, tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "night.edf"
    path.write_bytes(sound.read_bytes()[:300])
    assert "what to do" in refused(path)


def test_truncated_recording_is_scored_and_says_so(
    sound: Path, tmp_path: Path, scored: Scored
) -> None:
    path = tmp_path / "night.edf"
    path.write_bytes(sound.read_bytes()[:-5000])
    result = scored(path)
    assert any("truncated" in code for code in codes(result))
    assert result["recording"]["duration_s"] == SECONDS - 5


def test_wrong_number_of_records_is_named(sound: Path, tmp_path: Path, scored: Scored) -> None:
    result = scored(poked(sound, tmp_path / "night.edf", 236, "9999"))
    assert any("9999" in caveat["statement"] for caveat in result["caveats"])
    assert result["recording"]["duration_s"] == SECONDS


def test_impossible_date_leaves_the_start_unknown(
    sound: Path, tmp_path: Path, scored: Scored
) -> None:
    result = scored(poked(sound, tmp_path / "night.edf", 168, "31.02.20"))
    assert result["recording"]["start"] is None
    assert any("31.02.20" in caveat["statement"] for caveat in result["caveats"])


PHYSICAL_MIN = 256 + 2 * (16 + 80 + 8)  # of the first of two signals; maxima follow 16 bytes on


def test_physical_range_of_nothing_is_refused(
    sound: Path, tmp_path: Path, refused: Refused
) -> None:
    said = refused(poked(sound, tmp_path / "night.edf", PHYSICAL_MIN + 16, "-500"))
    assert "physical maximum" in said
    assert "what to do" in said


def test_inverted_physical_range_is_turned_back_and_named(
    sound: Path, tmp_path: Path, scored: Scored
) -> None:
    path = poked(sound, tmp_path / "night.edf", PHYSICAL_MIN, "500")
    result = scored(poked(path, path, PHYSICAL_MIN + 16, "-500"))
    assert any("inverted" in caveat["statement"] for caveat in result["caveats"])
    assert len(result["movements"]) == 3


def test_legs_may_have_different_rates(recording: Recording, scored: Scored) -> None:
    result = scored(recording(rates_hz=(200, 512)), "--per-leg")
    assert [result["recording"]["legs"][side]["rate_hz"] for side in ("left", "right")] == [
        200,
        512,
    ]
    assert [movement["side"] for movement in result["movements"]] == ["bilateral"] * 3


def test_annotations_only_are_no_recording(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "scoring.edf"
    edfio.Edf([], annotations=[edfio.EdfAnnotation(0, 30, "Sleep stage N2")]).write(path)
    assert "annotations only" in refused(path)


def test_recording_without_marks_is_no_scoring(sound: Path, refused: Refused) -> None:
    assert "give the recording" in refused("--events", sound, status=USAGE)


# Legs that are not found -------------------------------------------------------------------------


def test_no_leg_lists_the_labels(recording: Recording, refused: Refused) -> None:
    said = refused(recording(labels=("C3-M2", "Chin")))
    assert "C3-M2, Chin" in said
    assert "--left" in said


def test_leg_named_by_the_caller_is_used(recording: Recording, scored: Scored) -> None:
    path = recording(labels=("A", "B"))
    assert len(scored(path, "--left", "A", "--right", "B")["movements"]) == 3


@pytest.mark.parametrize(
    ("labels", "said_of"), [(("Leg", "EMG2"), "'Leg'"), (("EMG LAT", "Leg/L"), "'Leg/L'")]
)
def test_label_that_could_be_either_leg_or_the_same_one_is_named(
    recording: Recording, refused: Refused, labels: tuple[str, str], said_of: str
) -> None:
    said = refused(recording(labels=labels))
    assert said_of in said
    assert "what to do: name the channel with --left" in said


def test_leg_in_degrees_is_named_with_its_unit(recording: Recording, refused: Refused) -> None:
    assert "degC" in refused(recording(unit="degC"))


def test_one_leg_is_scored_and_said(recording: Recording, scored: Scored) -> None:
    path = recording(labels=("EMG LAT",), rates_hz=(256,))
    assert "one-leg" in codes(scored(path))


@pytest.mark.parametrize(
    ("left", "right"), [("foo", "EMG RAT"), ("EMG LAT", "EMG LAT"), ("EMG LAT", "")]
)
def test_wrong_label_given_lists_the_labels(
    sound: Path, refused: Refused, left: str, right: str
) -> None:
    assert "EMG LAT, EMG RAT" in refused(sound, "--left", left, "--right", right)


# Stages and events that are off ------------------------------------------------------------------


def staged(*stages: str, epoch_s: float = 30) -> list[tuple[float, float, str]]:
    return [(k * epoch_s, epoch_s, f"Sleep stage {stage}") for k, stage in enumerate(stages)]


@pytest.mark.parametrize(
    ("stages", "code"),
    [
        (staged(*["N2"] * 8), "stages-outside"),
        (staged(*["N2"] * 2), "stages-short"),
        (staged("X", "N2", "N2", "N2"), "unknown-stages"),
    ],
)
def test_stages_that_do_not_fit_are_named(
    recording: Recording,
    scored: Scored,
    stages: list[tuple[float, float, str]],
    code: str,
) -> None:
    assert code in codes(scored(recording(annotations=stages)))


def test_unknown_stage_is_unscored_and_not_wake(recording: Recording, scored: Scored) -> None:
    path = recording(annotations=staged("X", "N2", "N2", "N2"))
    result = scored(path)
    assert [movement["stage"] for movement in result["movements"]] == [None, "N2", "N2"]
    assert result["sleep"]["minutes"]["W"] == 0


def test_epochs_that_overlap_are_refused(recording: Recording, refused: Refused) -> None:
    marks = [(0, 30, "Sleep stage N2"), (15, 30, "Sleep stage W"), (45, 30, "Sleep stage N2")]
    said = refused(recording(annotations=marks))
    assert "two stages for one epoch" in said
    assert "what to do" in said


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ((5, -3, "Arousal", "n/a"), "the duration is -3"),
        (("nan", 3, "Arousal", "n/a"), "onset is 'nan'"),
        ((5, "nan", "Arousal", "n/a"), "duration is 'nan'"),
        (("inf", 3, "Arousal", "n/a"), "onset is 'inf'"),
        (("5,5", 3, "Arousal", "n/a"), "decimal point"),
        (("", 3, "Arousal", "n/a"), "onset is ''"),
        ((5, 2, "Limb movement", "n/a"), "which leg"),
        ((5, 2), "2 columns"),
    ],
)
def test_line_that_is_off_is_refused_with_its_number(
    table: Table, refused: Refused, row: Row, found: str
) -> None:
    said = refused("--events", table(*MOVED, row))
    assert found in said
    assert "events.tsv:8" in said
    assert "expected: " in said


def test_marks_in_other_units_than_seconds_are_refused(table: Table, refused: Refused) -> None:
    in_ms = [(onset * 1e6, 2000, text, channel) for onset, _, text, channel in MOVED]
    said = refused("--events", table(*in_ms, *STAGED))
    assert "the marks run from 0 to 1" in said
    assert "in seconds" in said


def test_onsets_may_count_from_any_moment(table: Table, scored: Scored) -> None:
    later = [(onset + 1.6e9, *row) for onset, *row in [*MOVED, *STAGED]]
    assert scored("--events", table(*later))["indices"]["plms_per_h"] == 180


def test_events_outside_the_recording_are_left_out_and_named(
    sound: Path, table: Table, scored: Scored
) -> None:
    far = [(5000, 3, "Arousal", "n/a"), (-50, 3, "Arousal", "n/a")]
    result = scored(sound, "--events", table(*STAGED, *far))
    assert "events-outside" in codes(result)
    assert {movement["has_arousal"] for movement in result["movements"]} == {None}


def test_movements_marked_outside_the_stages_are_named(table: Table, scored: Scored) -> None:
    early = (-5, 2, "Limb movement", "EMG LAT")
    result = scored("--events", table(early, *MOVED, *STAGED))
    assert "movements-outside-stages" in codes(result)
    assert result["indices"]["by_stage"]["sleep"]["candidates"]["n"] == len(MOVED)


def test_unknown_texts_are_named(table: Table, scored: Scored) -> None:
    result = scored("--events", table(*MOVED, (5, 2, "Foo bar", "n/a")))
    assert any("'Foo bar' x 1" in caveat["statement"] for caveat in result["caveats"])


def test_only_unknown_texts_are_said_in_the_refusal(table: Table, refused: Refused) -> None:
    said = refused("--events", table((5, 2, "Beinbewegung", "EMG LAT")), status=USAGE)
    assert "'Beinbewegung'" in said
    assert "Limb movement" in said


def test_movements_in_recording_and_table_are_not_both_used(
    sound: Path, table: Table, scored: Scored
) -> None:
    result = scored(sound, "--events", table(*MOVED, *STAGED))
    assert "marked-movements-not-used" in codes(result)
    assert len(result["movements"]) == N_MOVEMENTS


def test_lights_on_before_lights_off_leave_every_index_unknown(
    table: Table, scored: Scored
) -> None:
    lights = [(100, 0, "Lights off", "n/a"), (10, 0, "Lights on", "n/a")]
    result = scored("--events", table(*MOVED, *STAGED, *lights))
    (caveat,) = [c for c in result["caveats"] if c["code"] == "no-time-in-bed"]
    assert "before they go off" in caveat["statement"]
    assert result["indices"]["plms_per_h"] is None


def test_stages_alone_do_not_tell_whether_anybody_looked_at_the_legs(
    table: Table, refused: Refused
) -> None:
    assert "no leg movements are marked" in refused("--events", table(*STAGED), status=USAGE)


def test_marks_that_are_not_used_need_no_length(sound: Path, table: Table, scored: Scored) -> None:
    movement = (5, "n/a", "Limb movement", "EMG LAT")
    result = scored(sound, "--events", table(movement, *STAGED))
    assert "marked-movements-not-used" in {caveat["code"] for caveat in result["caveats"]}


@pytest.mark.parametrize("text", ["foo", "N2\nfoo\n", "5"])
def test_list_of_stages_with_another_word_is_refused(
    sound: Path, tmp_path: Path, refused: Refused, text: str
) -> None:
    stages = tmp_path / "stages.txt"
    stages.write_text(text)
    assert "is no stage" in refused(sound, "--stages", stages, "--epoch-s", 30)
