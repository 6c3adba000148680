"""``ekbom agree``: every form a scoring can have, what is printed, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ekbom.cli.main import main
from ekbom.interop.edf_writing import write_events
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.report.agreement import TSV_COLUMNS
from ekbom.terms import EventKind, Side, SleepStage

DATA = Path(__file__).resolve().parents[1] / "data" / "psg-ipa"
STAGED = [str(DATA / f"SN1_SleepStages_manual_scorer{n}.edf") for n in (1, 2)]
CHANNELS = {Side.LEFT: "EMG LAT", Side.RIGHT: "EMG RAT"}


def marks(
    folder: Path, name: str, n: int = 10, late_s: float = 0.0, *, staged: bool = True
) -> Path:
    """A table of events: n movements of 2 s on each leg, 20 s apart, in 50 epochs of N2."""
    events = tuple(
        Event(EventKind.LEG_MOVEMENT, 60 + 20 * k + late_s, 2.0, "Limb movement", channel, side)
        for k in range(n)
        for side, channel in CHANNELS.items()
    )
    hypnogram = Hypnogram((SleepStage.N2,) * 50, 30.0) if staged else None
    write_events(folder / name, Annotations(events, hypnogram))
    return folder / name


def agree(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit status, stdout and stderr."""
    status = main(["agree", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    status, out, err = agree(capsys, *arguments, "--json")
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def write_json(folder: Path, name: str, content: object) -> Path:
    (folder / name).write_text(json.dumps(content))
    return folder / name


def test_two_scorers_of_the_stages_of_a_real_night(capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, *STAGED)
    stages = found["pairs"][0]["stages"]
    assert (stages["epoch_s"], stages["n_epochs"], stages["n_left_out"]) == (30, 898, 3)
    confusion = [list(row.values()) for row in stages["confusion"].values()]
    by_chance = sum(
        sum(row) * sum(column)
        for row, column in zip(confusion, zip(*confusion, strict=True), strict=True)
    )
    observed, expected = stages["percent_agreement"] / 100, by_chance / 898**2
    assert stages["kappa"] == pytest.approx((observed - expected) / (1 - expected))
    assert stages["kappa"] == pytest.approx(0.790, abs=5e-4)
    assert (found["pairs"][0]["events"], found["caveats"]) == (None, [])


def test_a_pair_is_told_leg_by_leg_with_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = marks(tmp_path, "a.tsv"), marks(tmp_path, "b.tsv", n=8, late_s=0.5)
    status, out, _ = agree(capsys, a, b)
    assert status == 0
    rows = [line.split() for line in out.splitlines()]
    assert ["a.tsv", "b.tsv", "left", "10", "8", "-2", "8", "1.000", "0.800", "0.889"] in [
        row[:10] for row in rows
    ]
    assert ["onset", "0.50", "0.50", "0.00", "0.50", "to", "0.50"] in rows
    assert ["N2", "0", "0", "50", "0", "0", "1.000"] in rows
    assert "range" not in out


def test_what_ekbom_scored_is_compared_from_its_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = marks(tmp_path, "truth.tsv")
    for per_leg in ([], ["--per-leg"]):
        assert main(["score", "--events", str(truth), "--json", *per_leg]) == 0
        result = tmp_path / "ekbom.json"
        result.write_text(capsys.readouterr().out)
        found = as_json(capsys, truth, result)
        assert found["pairs"][0]["events"]["both"]["f1"] == 1
        assert found["pairs"][0]["plms_per_h_difference"] == 0
        index = json.loads(result.read_text())["indices"]["plms_per_h"]
        assert [scorer["plms_per_h"] for scorer in found["scorers"]] == [index, index]
        codes = {caveat["code"] for caveat in found["caveats"]}
        assert codes == {"stages-from-other"} | (set() if per_leg else {"legs-combined"})


def test_of_several_rule_sets_the_one_asked_for_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = marks(tmp_path, "truth.tsv")
    main(["score", "--events", str(truth), "--json", "--per-leg", "--rules", "all"])
    result = tmp_path / "ekbom.json"
    result.write_text(capsys.readouterr().out)
    assert as_json(capsys, truth, result, "--rules", "aasm-3")["rules"] == "aasm-3"
    only = json.loads(result.read_text())
    del only["editions"]["aasm-3"]
    status, _, err = agree(
        capsys, truth, write_json(tmp_path, "one.json", only), "--rules", "aasm-3"
    )
    assert status == 2
    assert "no movements by aasm-3" in err and "wasm-2016" in err


def test_movements_found_by_other_rules_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {"rules": "aasm-3", "leg_movements": []}
    found = as_json(capsys, marks(tmp_path, "a.tsv"), write_json(tmp_path, "b.json", other))
    assert "other-rules" in {caveat["code"] for caveat in found["caveats"]}


def test_an_empty_list_in_json_says_that_none_were_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.dumps({"rules": "wasm-2016", "leg_movements": []})
    for name in ("b.json", "c.json"):
        (tmp_path / name).write_text(" \n" + content, encoding="utf-8-sig")
    found = as_json(capsys, marks(tmp_path, "a.tsv"), tmp_path / "b.json", tmp_path / "c.json")
    with_a, _, without = (pair["events"]["both"] for pair in found["pairs"])
    assert (with_a["f1"], with_a["precision"], with_a["recall"]) == (0, None, 0)
    assert (without["f1"], without["undefined"]) == (None, "neither scorer marked a movement")


def test_three_scorers_and_the_one_under_test_wherever_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = [marks(tmp_path, f"{n}.tsv", n) for n in (10, 14, 18)]
    test = marks(tmp_path, "t.tsv", 20)
    among = as_json(capsys, test, *others, "--test", test)
    assert among == as_json(capsys, *others, "--test", test)
    assert among["test"] == "t.tsv"
    assert [scorer["name"] for scorer in among["scorers"]] == [
        "10.tsv",
        "14.tsv",
        "18.tsv",
        "t.tsv",
    ]
    assert len(among["pairs"]) == 6
    verdicts = {of["measure"]: of["verdict"] for of in among["ranges"]}
    assert verdicts["n_left"] == verdicts["plms_per_h"] == "above"
    assert "kappa" not in verdicts  # one stage all night: no kappa at all
    assert verdicts["percent_agreement"] == "inside"
    _, out, _ = agree(capsys, *others, "--test", test)
    assert "range of the others, and t.tsv beside it" in out
    assert "t.tsv (under test)" in out
    assert any(
        line.split()[:3] == ["PLMS", "index", "(/h)"] and line.split()[-1] == "above"
        for line in out.splitlines()
    )


def test_json_carries_the_source_of_its_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = as_json(capsys, marks(tmp_path, "a.tsv"), marks(tmp_path, "b.tsv"))
    limit = found["matching"]["match_min_iou"]
    assert (limit["value"], limit["source"], limit["edition"]) == (
        0.2,
        "psgscoring",
        "ekbom-agreement-1",
    )
    assert len(found["knowledge"]) == 64


def test_tsv_has_one_row_per_pair_and_leg(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [marks(tmp_path, f"{n}.tsv", n) for n in (10, 14, 18)]
    status, out, _ = agree(capsys, *files, "--tsv")
    rows = list(csv.DictReader(io.StringIO(out), delimiter="\t"))
    assert status == 0
    assert out.splitlines()[0].split("\t") == list(TSV_COLUMNS)
    assert [row["leg"] for row in rows] == ["left", "right", "both"] * 3
    both = rows[2]
    assert (both["n_a"], both["n_b"], both["n_matched"], both["f1"]) == (
        "20",
        "28",
        "20",
        repr(2 * 20 / 48),
    )
    assert (rows[0]["plms_per_h_difference"], rows[0]["kappa"]) == ("n/a", "n/a")
    assert both["percent_agreement"] == "100.0"


def test_files_of_one_name_are_told_apart_by_their_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("anna", "ben"):
        (tmp_path / folder).mkdir()
        marks(tmp_path / folder, "night.tsv")
    found = as_json(capsys, tmp_path / "anna" / "night.tsv", tmp_path / "ben" / "night.tsv")
    assert len({scorer["name"] for scorer in found["scorers"]}) == 2


def test_leg_channels_of_other_names_are_named_by_the_caller(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [marks(tmp_path, name) for name in ("a.tsv", "b.tsv")]
    for path in files:
        text = path.read_text().replace("EMG LAT", "Bein A").replace("EMG RAT", "Bein B")
        path.write_text(text)
    status, _, err = agree(capsys, *files)
    assert status == 3
    assert "Bein A" in err
    found = as_json(capsys, *files, "--left", "Bein A", "--right", "Bein B")
    assert found["scorers"][0]["n_left"] == 10


def test_one_file_none_or_one_twice_is_a_wrong_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = marks(tmp_path, "a.tsv")
    for files, said in (
        ([], "no scoring"),
        ([a], "1 scoring"),
        (["--test", a], "1 scoring"),
        ([a, "--test", a], "1 scoring"),
        ([a, tmp_path / "." / "a.tsv"], "given twice"),
    ):
        status, out, err = agree(capsys, *files)
        assert (status, out) == (2, "")
        assert said in err and "expected" in err


def test_both_rule_sets_at_once_are_a_wrong_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [marks(tmp_path, name) for name in ("a.tsv", "b.tsv")]
    status, _, err = agree(capsys, *files, "--rules", "all")
    assert status == 2
    assert "wasm-2016, aasm-3" in err


MOVEMENT = {"onset_s": 5.0, "offset_s": 7.0, "side": "left"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        ("", "empty"),
        ("W N1 N2", "the first line"),
        ("onset\tduration\ttrial_type\n1\t2\tArousal\n", "neither leg movements nor stages"),
        ('{"leg_move', "not JSON"),
        ("{" * 5, "not JSON"),
        ('{"a":' * 100_000, "not JSON"),
        ("{}", "no list of movements"),
        ('{"movements": 3}', "no list of movements"),
        ('{"movements": [7]}', "movements 1"),
        ('{"movements": [{"onset_s": 5, "offset_s": 4, "side": "left"}]}', "offset_s 4"),
        ('{"movements": [{"onset_s": NaN, "offset_s": 4, "side": "left"}]}', "nan"),
        ('{"movements": [{"onset_s": 1, "offset_s": Infinity, "side": "left"}]}', "inf"),
        ('{"movements": [{"onset_s": 1, "offset_s": 1' + "0" * 400 + "}]}", "movements 1"),
        ('{"movements": [{"onset_s": "1", "offset_s": 2, "side": "left"}]}', "onset_s '1'"),
        ('{"movements": [{"onset_s": true, "offset_s": 2, "side": "left"}]}', "onset_s True"),
        ('{"movements": [{"onset_s": 1, "offset_s": 2, "side": "arm"}]}', "side 'arm'"),
        (json.dumps({"leg_movements": [MOVEMENT, {**MOVEMENT, "side": None}]}), "movements 2"),
    ],
)
def test_a_file_that_is_no_scoring_is_refused_by_name(
    content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.any"
    if content is not None:
        wrong.write_text(content)
    status, out, err = agree(capsys, marks(tmp_path, "a.tsv"), wrong)
    assert (status, out) == (3, "")
    assert "wrong.any" in err
    assert said in err


def test_hypnograms_on_no_common_grid_are_refused_naming_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.tsv"
    write_events(other, Annotations((), Hypnogram((SleepStage.W,) * 9, 20.0)))
    status, _, err = agree(capsys, marks(tmp_path, "a.tsv"), other)
    assert status == 3
    assert "a.tsv and other.tsv" in err


def test_what_limits_a_comparison_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, movements_only = marks(tmp_path, "a.tsv"), marks(tmp_path, "m.tsv", staged=False)
    long = tmp_path / "long.tsv"
    brief = Event(EventKind.LEG_MOVEMENT, 61.0, 0.01, "Limb movement", "EMG LAT", Side.LEFT)
    write_events(long, Annotations((brief,), Hypnogram((SleepStage.N2,) * 25, 60.0)))
    found = as_json(capsys, a, long)
    assert found["pairs"][0]["stages"]["epoch_s"] == 30
    assert found["pairs"][0]["events"]["left"]["n_matched"] == 0
    said = {caveat["code"]: caveat["statement"] for caveat in found["caveats"]}
    assert "30 s, 60 s" in said["epochs-differ"]
    status, out, _ = agree(capsys, STAGED[0], movements_only)
    assert status == 0
    assert "nothing could be compared" in out
