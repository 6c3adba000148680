"""``ekbom simulate``: what is printed and written, and what it refuses."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekbom.cli.main import UNREADABLE, USAGE, main
from ekbom.interop import tables
from ekbom.knowledge.loading import load
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.observables import UNITS

SCENARIO = """\
title: Iron or an agonist
start: 2026-01-05
days: 56
draws: 12
person:
  sex: female
  irls: 26
  labs: {ferritin: 28 ng/mL}
courses:
  - name: untreated
  - name: placebo
    expectation: yes
  - name: iron by vein
    regimen:
      - {drug: ferric-carboxymaltose, dose: 1000 mg, times: ["10:00"], on: [2026-01-05]}
  - name: agonist
    regimen:
      - {drug: pramipexole, form: salt, dose: 0.25 mg, times: ["20:00"]}
"""
LIMITS = LimitsOfUse.of(load(("model-statements",))).in_short
Said = Callable[..., str]


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def said(scenario: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs the verb on the scenario; what it prints."""

    def run(*arguments: object) -> str:
        assert main(["simulate", str(scenario), *map(str, arguments)]) == 0
        return capsys.readouterr().out

    return run


def as_json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    return found


def rows_of(path: Path) -> tuple[str, list[dict[str, str]]]:
    """The lines before a table, and its rows."""
    lines = path.read_text().splitlines()
    head = [line for line in lines if line.startswith("#")]
    return "\n".join(head), list(csv.DictReader(lines[len(head) :]))


def test_the_summary_bears_the_limits_before_any_number(said: Said) -> None:
    text = said()
    joined = " ".join(text.split())
    assert LIMITS in joined
    assert joined.index(LIMITS) < joined.index("median (90 % range)")


def test_the_summary_tells_what_was_assumed_and_what_was_not(said: Said) -> None:
    text = " ".join(said().split())
    assumed = text.partition("assumed:")[2].partition("course 1:")[0]
    assert "body weight" in assumed and "PLMS index" in assumed
    assert "ferritin 28" not in assumed and "severity" not in assumed


def test_no_treated_course_is_told_without_its_range(said: Said) -> None:
    told = [line for line in said().splitlines() if line.startswith("  IRLS ")]
    assert len(told) == 4
    assert all(line.count(" to ") == 2 for line in told[1:])


def test_the_same_seed_gives_the_same_and_another_seed_does_not(said: Said) -> None:
    first, again, other = said("--prior"), said("--prior"), said("--prior", "--seed", 2)
    assert first == again
    assert first.partition("median (90")[2] != other.partition("median (90")[2]


def test_json_holds_every_outcome_with_unit_and_ordered_quantiles(said: Said) -> None:
    found = as_json(said("--json", "--draws", 7))
    assert found["limits"]["in_short"] == LIMITS
    assert found["structures"][0]["draws"]["n"] == 7
    course = found["structures"][0]["courses"][3]
    assert {name: own["unit"] for name, own in course["nights"].items()} == UNITS
    for own in course["nights"].values():
        levels = own["quantiles"]
        assert len(levels) == len(found["quantiles"])
        assert all(len(level) == len(course["dates"]) for level in levels)
        assert all(low <= high for low, high in zip(levels[0], levels[-1], strict=True))


def test_every_structure_is_run_and_none_is_chosen(said: Said, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = " ".join(said("--variant", "all", "--html", page).split())
    assert "only data can choose between them, not taste" in text
    for name in ("low-dopamine", "poor-receptors", "synaptic-dopamine", "adenosine-glutamate"):
        assert f"{name.upper()}: median" in text
        assert f"({name})" in page.read_text()


def test_the_table_has_units_limits_and_percentiles_of_every_night(
    said: Said, tmp_path: Path
) -> None:
    path = tmp_path / "nights.csv"
    said("--out", path, "--every", 7)
    head, rows = rows_of(path)
    assert LIMITS in head and "knowledge: " in head
    assert len(rows) == 4 * 9 * len(UNITS)
    assert {row["outcome"]: row["unit"] for row in rows} == UNITS
    assert all(float(row["p05"]) <= float(row["p50"]) <= float(row["p95"]) for row in rows)


def test_each_draw_is_one_row_a_night(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "draws.csv"
    said("--out", path, "--each-draw", "--every", 28)
    _, rows = rows_of(path)
    assert len(rows) == 4 * 3 * 12
    assert {row["draw"] for row in rows} == {str(k) for k in range(12)}
    assert set(UNITS) < rows[0].keys()


def test_parquet_holds_what_csv_holds(said: Said, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    said("--out", tmp_path / "a.csv", "--every", 28)
    said("--out", tmp_path / "a.parquet", "--every", 28)
    _, rows = rows_of(tmp_path / "a.csv")
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.schema.metadata[b"limits"].decode() == LIMITS
    assert table.column_names == list(rows[0])
    assert table["p50"].to_pylist() == pytest.approx([float(r["p50"]) for r in rows], rel=1e-4)


def test_the_model_of_the_first_course_is_written_as_sbml(said: Said, tmp_path: Path) -> None:
    pytest.importorskip("libsbml")
    path = tmp_path / "model.xml"
    said("--sbml", path)
    assert "<sbml" in path.read_text()[:200]
    assert "does not predict how one person" in path.read_text()


def test_an_example_can_be_listed_written_and_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "--examples"]) == 0
    names = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    path = tmp_path / "new.yaml"
    assert main(["simulate", "--new", str(path), "--example", "risk-genes"]) == 0
    assert "risk-genes" in names
    capsys.readouterr()
    assert main(["simulate", str(path), "--draws", "3", "--every", "28"]) == 0
    from_file = capsys.readouterr().out
    assert main(["simulate", "--example", "risk-genes", "--draws", "3", "--every", "28"]) == 0
    assert capsys.readouterr().out == from_file


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["--draws", "0"], USAGE, "--draws 0"),
        (["--draws", "1"], USAGE, "no range"),
        (["--draws", "1000000000"], USAGE, "1 to 100000"),
        (["--draws", "100000", "--every", "1"], USAGE, "fewer --draws"),
        (["--every", "0"], USAGE, "--every 0"),
        (["--seed", "-1"], USAGE, "--seed -1"),
        (["--variant", "dopamin"], USAGE, "low-dopamine"),
        (["--out", "nights.txt"], USAGE, ".csv or .parquet"),
        (["--each-draw"], USAGE, "--out FILE"),
        (["--out", "a.csv", "--each-draw", "--draws", "9999"], USAGE, "in a table"),
        (["--html", "a.csv", "--out", "a.csv"], USAGE, "two outputs"),
        (["--html", "scenario.yaml", "--overwrite"], USAGE, "the scenario itself"),
        (["--variant", "all", "--sbml", "a.xml"], USAGE, "--variant NAME"),
        (["--html", "."], UNREADABLE, "folder"),
        (["--html", "nowhere/a.html"], UNREADABLE, "folder does not exist"),
        (["--html", "old.html"], UNREADABLE, "--overwrite"),
        (["--example", "risk-genes"], USAGE, "a scenario and an example"),
    ],
)
def test_what_cannot_be_done_is_refused_before_the_work(
    arguments: list[str],
    status: int,
    says: str,
    scenario: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.html").write_text("mine")
    assert main(["simulate", "scenario.yaml", *arguments]) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
    assert (tmp_path / "old.html").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.html", "scenario.yaml"]
    assert scenario.read_text() == SCENARIO


@pytest.mark.parametrize(
    ("arguments", "status"),
    [([], USAGE), (["nowhere.yaml"], UNREADABLE), (["."], UNREADABLE), (["--example", "x"], USAGE)],
)
def test_a_scenario_that_is_not_there_is_refused(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", *arguments]) == status
    assert "Traceback" not in capsys.readouterr().err


def test_days_past_the_calendar_are_refused(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = SCENARIO.partition("  - name: iron by vein")[0].replace("2026-01-05", "9999-12-20")
    scenario.write_text(late)
    assert main(["simulate", str(scenario)]) == UNREADABLE
    assert "an end before 9999-12-31" in capsys.readouterr().err


def test_a_range_over_few_sets_of_parameters_says_so(said: Said) -> None:
    assert "Only 12 sets of parameters" in " ".join(said().split())
    assert "Only" not in said("--draws", 20)


def test_parquet_without_its_extra_names_it(
    said: Said,
    scenario: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tables.importlib.util, "find_spec", lambda name: None)
    path = tmp_path / "a.parquet"
    assert main(["simulate", str(scenario), "--out", str(path)]) == USAGE
    assert "ekbom[population]" in capsys.readouterr().err
    assert not path.exists()


def test_asking_for_help_loads_no_model(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from ekbom.cli.main import main\n"
        "try:\n    main(['simulate', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(*sorted({'numpy', 'yaml', 'jinja2', 'pyarrow'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0
    assert "--each-draw" in done.stdout
    assert done.stderr.strip() == ""


def test_sbml_without_its_library_is_refused_before_the_work(
    scenario: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "libsbml", None)
    page = tmp_path / "a.html"
    asked = ["simulate", str(scenario), "--sbml", str(tmp_path / "a.xml"), "--html", str(page)]
    assert main(asked) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "ekbom[exchange]" in captured.err
    assert not page.exists()
