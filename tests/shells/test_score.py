"""``ekbom score`` as a user meets it: what it gives, and what it says of a wrong call."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import edfio
import pytest

from ekbom.cli.main import UNREADABLE, USAGE, main

ONSETS_S = (20.0, 50.0, 80.0)
Scored = Callable[..., dict[str, Any]]
Refused = Callable[..., str]


def codes(result: dict[str, Any]) -> list[str]:
    return [caveat["code"] for caveat in result["caveats"]]


# What it gives -----------------------------------------------------------------------------------


def test_summary_names_file_legs_indices_and_caveats(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(sound)]) == 0
    said = capsys.readouterr().out
    for text in ("night.edf", "EMG LAT, 256 Hz", "PLMS index (/h)", "unknown", "caveats"):
        assert text in said
    widths = {len(line) for line in said.splitlines() if line.endswith(("unknown", "3", "2016"))}
    assert len(widths) == 1, "the columns stand under each other"


def test_json_has_each_movement_and_both_legs(sound: Path, scored: Scored) -> None:
    result = scored(sound, "--per-leg")
    onsets_s = [movement["onset_s"] for movement in result["movements"]]
    assert onsets_s == pytest.approx(ONSETS_S, abs=0.05)
    assert [m["side"] for m in result["leg_movements"]] == ["left"] * 3 + ["right"] * 3


def test_stage_is_unknown_where_nobody_staged(sound: Path, scored: Scored) -> None:
    assert {movement["stage"] for movement in scored(sound)["movements"]} == {None}


def test_table_has_one_line_per_movement_and_says_the_edition(
    sound: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(sound), "--tsv", "--rules", "all"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.startswith("rules\tonset_s\toffset_s\tside")
    assert [row.split("\t")[0] for row in rows] == ["wasm-2016"] * 3 + ["aasm-3"] * 3


def test_both_editions_stand_side_by_side(sound: Path, scored: Scored) -> None:
    assert list(scored(sound, "--rules", "all")["editions"]) == ["wasm-2016", "aasm-3"]


def test_stages_of_a_list_are_used(sound: Path, tmp_path: Path, scored: Scored) -> None:
    stages = tmp_path / "stages.txt"
    stages.write_text("W\nN2\nN2\nR\n")
    result = scored(sound, "--stages", stages, "--epoch-s", "30")
    assert [movement["stage"] for movement in result["movements"]] == ["W", "N2", "N2"]
    assert result["sleep"]["total_sleep_time_min"] == 1.5


def test_an_option_set_by_the_caller_is_in_the_result(sound: Path, scored: Scored) -> None:
    result = scored(sound, "--set", "imi_max_s=60", "--set", "onset_above_rest_uv=10")
    assert result["options"]["imi_max_s"]["value"] == 60
    assert "changed-options" in codes(result)


def test_immobilization_test_counts_as_wake(sound: Path, scored: Scored) -> None:
    result = scored(sound, "--immobilization-test")
    assert result["immobilization_test"]["minutes_awake"] == 2
    assert "immobilization-length" in codes(result)


# Scorings in a file of their own -----------------------------------------------------------------


def scoring_of(path: Path, start: datetime) -> Path:
    """An annotation-only file that says it starts then; the night's movements begin in N2."""
    stages = ["W", "N2", "W", "W"]
    marks = [edfio.EdfAnnotation(30 * k, 30, f"Sleep stage {s}") for k, s in enumerate(stages)]
    about = edfio.Recording(startdate=start.date())
    edfio.Edf([], annotations=marks, recording=about, starttime=start.time()).write(path)
    return path


def night_at(sound: Path, path: Path, start: datetime) -> Path:
    """The sound recording, started then."""
    edf = edfio.read_edf(sound)
    night = edfio.Edf(
        edf.signals, recording=edfio.Recording(startdate=start.date()), starttime=start.time()
    )
    night.write(path)
    return path


@pytest.mark.parametrize(
    ("start", "code", "stages"),
    [
        (datetime(2020, 3, 2, 22, 30), None, ["W", "N2", "W"]),
        (datetime(2020, 3, 2, 22, 30, 30), "scoring-shifted", [None, "W", "N2"]),
        (datetime(1985, 1, 1, 22, 30), "dates-differ", ["W", "N2", "W"]),
    ],
)
def test_scoring_is_laid_on_the_recording_by_their_starts(
    sound: Path,
    tmp_path: Path,
    scored: Scored,
    start: datetime,
    code: str | None,
    stages: list[str | None],
) -> None:
    night = night_at(sound, tmp_path / "night.edf", datetime(2020, 3, 2, 22, 30))
    result = scored(night, "--events", scoring_of(tmp_path / "scoring.edf", start))
    assert [movement["stage"] for movement in result["movements"]] == stages
    said = {"scoring-shifted", "dates-differ"} & set(codes(result))
    assert said == ({code} if code else set())


def test_scoring_of_another_night_is_refused(sound: Path, tmp_path: Path, refused: Refused) -> None:
    night = night_at(sound, tmp_path / "night.edf", datetime(2020, 3, 2, 22, 30))
    scoring = scoring_of(tmp_path / "scoring.edf", datetime(2020, 3, 4, 21, 0))
    said = refused(night, "--events", scoring)
    assert "scoring.edf" in said
    assert "2020-03-04 21:00:00" in said
    assert "2020-03-02 22:30:00" in said
    assert "what to do: export the scoring" in said


@pytest.mark.parametrize(
    ("row", "said_of"),
    [
        ((5, "n/a", "Limb movement", "EMG LAT"), "1 leg movements have no length, the first at 5"),
        ((5, 0, "Limb movement", "EMG LAT"), "1 leg movements have no length, the first at 5"),
        ((5, 2, "Limb movement - left", "EMG RAT"), "says the left leg"),
    ],
)
def test_marked_movement_that_is_off_is_refused_with_its_row(
    table: Callable[..., Path], refused: Refused, row: tuple[object, ...], said_of: str
) -> None:
    said = refused("--events", table((1, 2, "Limb movement", "EMG LAT"), row))
    assert said_of in said
    assert "events.tsv:3" in said


def test_several_lights_are_said(table: Callable[..., Path], scored: Scored) -> None:
    stages = [(30 * k, 30, "Sleep stage N2", "n/a") for k in range(4)]
    lights = [(t, 0, text, "n/a") for t in (10, 60) for text in ("Lights off", "Lights on")]
    lights = [(t + (20 if "on" in text else 0), d, text, c) for t, d, text, c in lights]
    movement = (5, 2, "Limb movement", "EMG LAT")
    assert "several-lights" in codes(scored("--events", table(*stages, *lights, movement)))


def test_lights_outside_the_recording_are_not_among_several(
    sound: Path, table: Callable[..., Path], scored: Scored
) -> None:
    lights = [(t, 0, "Lights off", "n/a") for t in (-50, 10)]
    said = codes(scored(sound, "--events", table(*lights)))
    assert "events-outside" in said
    assert "several-lights" not in said


def test_missing_file_is_named_once(refused: Refused) -> None:
    for arguments in (["nofile.edf"], ["--events", "nofile.edf"]):
        said = refused(*arguments)
        assert said.count("nofile.edf") == 1
        assert "there is no such file" in said


# Calls that are off ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--epoch-s", "30"], "--stages FILE --epoch-s 30"),
        (["--stages", "stages.txt"], "--stages FILE --epoch-s 30"),
        (["--rules", "wasm"], "wasm-2016, aasm-3, all"),
        (["--respiratory-window", "wide"], "wasm, narrow, aasm"),
        (["--detector", "foo"], "envelope, literal"),
        (["--set", "foo=1"], "imi_min_s"),
        (["--set", "imi_min_s"], "--set NAME=VALUE"),
        (["--set", "imi_min_s=ten"], "a number"),
        (["--set", "imi_min_s=-1"], "at least 0"),
        (["--set", "imi_min_s=100"], "imi_min_s not above imi_max_s"),
        (["--set", "end_above_rest_uv=9"], "end_above_rest_uv not above onset_above_rest_uv"),
        (["--set", "series_min_movements=3.5"], "a whole number"),
        (["--set", "short_interval=foo"], "starts-next-series"),
        (["--per-leg"], "--json --per-leg"),
    ],
)
def test_wrong_call_says_what_is_right(
    sound: Path, refused: Refused, arguments: list[str], expected: str
) -> None:
    said = refused(sound, *arguments, status=USAGE)
    assert f"expected: {expected}" in said or expected in said.partition("expected: ")[2]


@pytest.mark.parametrize("epoch_s", ["0", "-5", "nan", "inf"])
def test_epoch_of_no_length_is_refused(
    sound: Path, tmp_path: Path, refused: Refused, epoch_s: str
) -> None:
    stages = tmp_path / "stages.txt"
    stages.write_text("W\nN2\n")
    assert "positive number" in refused(sound, "--stages", stages, "--epoch-s", epoch_s)


@pytest.mark.parametrize("arguments", [["--json", "--tsv"], ["--foo"], ["--epoch-s", "x"]])
def test_call_that_cannot_be_read_ends_with_the_usage(
    sound: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["score", str(sound), *arguments])
    assert stopped.value.code == USAGE
    assert "usage: ekbom" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing/report.html", "."])
def test_report_that_cannot_be_written_takes_no_scored_night_with_it(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    status = main(["score", str(sound), "--json", "--report", str(tmp_path / name)])
    said = capsys.readouterr()
    assert status == UNREADABLE
    assert "what to do" in said.err
    assert len(json.loads(said.out)["movements"]) == 3


def test_report_never_replaces_what_is_no_report(sound: Path, refused: Refused) -> None:
    before = sound.read_bytes()
    assert "is no report" in refused(sound, "--report", sound, status=USAGE)
    assert sound.read_bytes() == before


def test_report_may_replace_an_older_one(sound: Path, tmp_path: Path, scored: Scored) -> None:
    report = tmp_path / "night.html"
    for _ in range(2):
        scored(sound, "--report", report)
    assert report.read_text().lower().startswith("<!doctype html>")


def test_option_set_twice_is_refused(sound: Path, refused: Refused) -> None:
    twice = ("--set", "imi_min_s=3", "--set", "imi_min_s=4")
    assert "2 times" in refused(sound, *twice, status=USAGE)
