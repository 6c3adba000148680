"""``ekbom population``: what it prints and keeps, stopped and gone on, and what it refuses."""

from __future__ import annotations

import csv
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekbom.cli.main import INTERRUPTED, UNREADABLE, USAGE, main
from ekbom.interop.population_files import PopulationFolder, template_text
from ekbom.knowledge.loading import load
from ekbom.mechanism.limits_of_use import SECTIONS, LimitsOfUse
from ekbom.mechanism.populations.population import Chunk, Plan
from ekbom.mechanism.populations.population_file import population_schema

SENTENCE = LimitsOfUse.of(load(SECTIONS)).in_short
ARMS = """
title: Two arms
weeks: 1
entry:
  irls_from: 15
  ferritin_below: "100 ng/mL"
arms:
  - name: placebo
  - name: iron
    dropout_per_week: 0.05
    regimen:
      - {drug: ferric-carboxymaltose, dose: "500 mg", times: ["10:00"], on_days: [0, 5]}
trial: {power: 0.5, repeats: 8}
"""


@pytest.fixture
def arms(tmp_path: Path) -> Path:
    path = tmp_path / "arms.yaml"
    path.write_text(ARMS)
    return path


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    def run(*arguments: object, status: int = 0) -> tuple[str, str]:
        assert main(["population", *map(str, arguments)]) == status
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return said.out, said.err

    return run


Ran = Callable[..., tuple[str, str]]


def one_line(text: str) -> str:
    return " ".join(text.split())


# What is printed -------------------------------------------------------------------------------


def test_people_who_are_given_nothing(ran: Ran) -> None:
    out, _ = ran(64, "--weeks", 1, "--draws", 4)
    assert "64 virtual patients; 1 week; 4 sets of parameters" in out
    assert SENTENCE in one_line(out)
    assert "nothing given" in out
    assert out.count("(") >= 9, "no number stands without its interval"


def test_arms_of_a_file_beside_each_other(ran: Ran, arms: Path) -> None:
    out, _ = ran(64, "--arms", arms, "--draws", 4)
    assert out.startswith("Two arms\n64 virtual patients in each of 2 arms, the same ones")
    assert "difference from placebo" in out


def test_everything_for_machines(ran: Ran, arms: Path) -> None:
    found = json.loads(ran(64, "--arms", arms, "--draws", 4, "--json")[0])
    assert found["limits"] == SENTENCE
    assert found["settings"]["entry"] == {"irls_from": 15, "ferritin_below_ug_per_l": 100}
    assert "allele frequency" in found["genes"]
    rows = {(row["arm"], row["measure"], row["week"]): row for row in found["rows"]}
    assert len(rows) == 2 * 9 * 2
    ferritin = [rows[arm, "ferritin", 1] for arm in ("placebo", "iron")]
    assert ferritin[1]["difference_low"] > 50
    assert ferritin[0]["p95"] < 110
    assert all(row["mean_low"] <= row["mean"] <= row["mean_high"] for row in rows.values())


def test_few_people_are_said_to_be_few(ran: Ran) -> None:
    assert "fewer than two people a set" in ran(5, "--weeks", 1, "--draws", 4)[0]
    assert "may be too narrow" in one_line(ran(40, "--weeks", 1, "--draws", 4)[0])
    assert "too narrow" not in one_line(ran(200, "--weeks", 1, "--draws", 4)[0])


def test_a_trial_with_the_people_it_needs(ran: Ran, arms: Path) -> None:
    out, _ = ran(20, "--arms", arms, "--trial")
    assert "8 emulated trials, 20 people in each of 2 arms, 1 week, last-observation" in out
    assert "IRON AGAINST PLACEBO" in out
    assert "for a power of 0.5" in out
    assert SENTENCE in one_line(out)


def test_a_trial_for_machines(ran: Ran, arms: Path) -> None:
    found = json.loads(ran(20, "--arms", arms, "--trial", "--json")[0])
    assert found["limits"] == SENTENCE
    (comparison,) = found["comparisons"]
    assert len(comparison["true_differences"]) == 8
    assert comparison["sample_size"]["wanted"] == 0.5
    assert [arm["name"] for arm in found["arms"]] == ["placebo", "iron"]


def test_a_file_to_begin_with(ran: Ran, tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    ran("--new", path)
    assert path.read_text() == template_text()
    out, _ = ran(40, "--arms", path, "--weeks", 3, "--draws", 4)
    assert "3 weeks" in out
    assert "the file exists" in ran("--new", path, status=UNREADABLE)[1]


def test_without_jax_it_says_once_that_numpy_is_slower(
    ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def none_of_jax(name: str) -> object:
        return None if name == "jax" else find(name)

    monkeypatch.setattr("importlib.util.find_spec", none_of_jax)
    monkeypatch.setattr("ekbom.cli.population._WORTH_COMPILING", 0)
    out, said = ran(20, "--weeks", 1, "--draws", 4)
    assert "numpy" in out
    assert said.count("JAX is not installed") == 1
    says = ran(20, "--weeks", 1, "--draws", 4, "--backend", "jax", status=USAGE)[1]
    assert "Take the backend numpy" in says


def test_a_fit_on_file_is_taken_in_place_of_the_prior(
    ran: Ran, arms: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "posterior"
    place.mkdir()
    rows = "spinal-gain,trial-gain-sd\n" + "0.1,-0.2\n0.3,0.4\n"
    (place / "poor-receptors.csv").write_text(rows)
    facts = {"seed": 1, "data_hash": "ab", "script": "a script", "made_on": "2026-11-22"}
    (place / "poor-receptors.json").write_text(json.dumps(facts))
    monkeypatch.setattr("ekbom.interop.posterior_files.folder", lambda: place)
    out, said = ran(64, "--arms", arms, "--draws", 4)
    assert "2 sets of parameters from the posterior of poor-receptors" in out
    assert "prior" not in said
    found = json.loads(ran(10, "--arms", arms, "--trial", "--json")[0])
    assert found["parameters"]["from"] == "posterior"
    assert found["parameters"]["about"]["data_hash"] == "ab"


# What is kept ----------------------------------------------------------------------------------


def in_small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plan, "lots_per_chunk", property(lambda self: 1))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stopped_after(chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the people of a chunk are written."""
    write = PopulationFolder.save_people
    left = [chunks]

    def save_people(self: PopulationFolder, chunk: Chunk) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        write(self, chunk)

    monkeypatch.setattr(PopulationFolder, "save_people", save_people)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_stopped_twice_and_gone_on_it_leaves_the_same_bytes(
    kind: str, ran: Ran, arms: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    in_small_chunks(monkeypatch)
    call = (1000, "--arms", arms, "--draws", 4, "--people", kind, "--out")
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    printed, _ = ran(*call, whole)
    for done in (1, 2):
        with monkeypatch.context() as once:
            stopped_after(done, once)
            assert "goes on from here" in ran(*call, parts, status=INTERRUPTED)[1]
        assert (parts / "so-far.npz").exists() and not (parts / "summary.csv").exists()
    again, said = ran(*call, parts)
    assert "768 of 1000 people are done already" in said
    assert again == printed
    assert contents(parts) == contents(whole)
    # Nothing is left to do: the same again.
    assert ran(*call, parts)[0] == printed
    assert contents(parts) == contents(whole)


def test_every_file_bears_the_sentence(ran: Ran, arms: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    for kind in ("csv", "parquet"):
        folder = tmp_path / kind
        ran(40, "--arms", arms, "--draws", 4, "--people", kind, "--out", folder)
        assert json.loads((folder / "about.json").read_text())["limits"] == SENTENCE
        assert (folder / "summary.csv").read_text().startswith(f"# limits: {SENTENCE}\n")
    table = parquet.read_table(tmp_path / "parquet" / "people-000000.parquet")
    assert table.schema.metadata[b"limits"].decode() == SENTENCE
    lines = (tmp_path / "csv" / "people-000000.csv").read_text().splitlines()
    assert lines[0] == f"# limits: {SENTENCE}"
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert len(rows) == table.num_rows == 40 * 2 * 2
    columns: dict[str, list[Any]] = table.to_pydict()
    for name in ("person", "week", "draw"):
        assert [int(row[name]) for row in rows] == columns[name]
    for name in ("irls", "ferritin", "age_y"):
        assert [float(row[name]) for row in rows] == pytest.approx(columns[name], rel=1e-5)
    assert {row["arm"] for row in rows} == {"placebo", "iron"}


def test_a_folder_of_something_else_is_left_alone(ran: Ran, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    says = ran(20, "--weeks", 1, "--out", mine, status=UNREADABLE)[1]
    assert "holds something else" in says
    assert contents(mine) == {"thesis.txt": b"years of work"}
    other = tmp_path / "other"
    ran(20, "--weeks", 1, "--draws", 4, "--out", other)
    before = contents(other)
    says = ran(21, "--weeks", 1, "--draws", 4, "--out", other, status=UNREADABLE)[1]
    assert "holds another population" in says
    assert contents(other) == before


def test_what_was_saved_and_is_damaged_is_said(ran: Ran, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    call = (20, "--weeks", 1, "--draws", 4, "--out", folder)
    ran(*call)
    (folder / "so-far.npz").write_bytes(b"no such thing")
    assert "this is not what was saved" in ran(*call, status=UNREADABLE)[1]


# What is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no number of people"),
        ([0], "0 people"),
        ([-3], "-3 people"),
        (["ten"], "'ten' people"),
        (["1e9"], "'1e9' people"),
        (["2.5"], "'2.5' people"),
        ([10**9], "add --out FOLDER"),
        ([10, "--weeks", 0], "0 weeks"),
        ([10, "--weeks", 9999], "from 1 to 1040"),
        ([10, "--seed", -1], "seed -1"),
        ([10, "--draws", 0], "--draws 0"),
        ([10, "--draws", 1], "which has no range"),
        ([10, "--trial", "--arms", "a.yaml", "--people", "csv"], "--people with --trial"),
        ([10, "--trial"], "--trial without --arms"),
        ([10, "--people", "csv"], "--people without --out"),
        ([10, "--variant", "nonsense"], "no variant 'nonsense'"),
    ],
)
def test_a_call_that_is_off_is_refused(arguments: list[object], says: str, ran: Ran) -> None:
    out, said = ran(*arguments, status=USAGE)
    assert out == ""
    assert says.casefold() in said.casefold()


def test_a_thousand_million_people_for_each_week_fill_no_disk(ran: Ran, tmp_path: Path) -> None:
    folder = tmp_path / "huge"
    call = (10**12, "--weeks", 500, "--out", folder, "--people", "csv")
    assert "GB free" in ran(*call, status=USAGE)[1]
    assert not folder.exists()


def test_the_schema_of_the_file_is_the_one_that_is_read(root: Path) -> None:
    written = json.loads((root / "docs" / "schemas" / "population.json").read_text())
    assert written == population_schema()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("ferric-carboxymaltose", "unobtainium", 12, "does not know unobtainium"),
        ("ferric-carboxymaltose", "blood", 12, "blood is not given"),
        ('"500 mg"', "500", 12, "500 without a unit"),
        ('"500 mg"', '"-500 mg"', 12, "no dose"),
        ('"10:00"', '"25:00"', 12, "no clock time"),
        ("[0, 5]", "[0, 9]", 12, "9 is out of range"),
        ("on_days: [0, 5]", "from_day: 3, to_day: 3", 12, "stops before it starts"),
        ('"100 ng/mL"', '"-5 ng/mL"', 6, "negative number"),
        ('"100 ng/mL"', "100", 6, "100 without a unit"),
        ('"100 ng/mL"', '"<100 ng/mL"', 6, "a bound already"),
        ("irls_from: 15", "irls_from: 41", 5, "41 is out of range"),
        ("irls_from: 15", "irls_form: 15", 5, "unknown key 'irls_form'"),
        ("name: iron", "name: placebo", 9, "stands twice"),
        ("weeks: 1", "weeks: 0", 3, "0 weeks is out of range"),
        ("power: 0.5", "power: 50", 13, "50 is out of range"),
        ("0.05", "-0.05", 10, "-0.05 is out of range"),
    ],
)
def test_a_file_that_is_off_is_refused_by_its_line(
    old: str, new: str, line: int, says: str, ran: Ran, arms: Path
) -> None:
    assert old in ARMS
    arms.write_text(ARMS.replace(old, new))
    said = ran(20, "--arms", arms, status=UNREADABLE)[1]
    assert says in said
    assert f"arms.yaml:{line}:" in said


def test_criteria_that_nobody_meets_are_said(ran: Ran, arms: Path) -> None:
    arms.write_text(ARMS.replace("irls_from: 15", "irls_from: 40"))
    assert "Widen the criteria" in ran(20, "--arms", arms, status=USAGE)[1]
