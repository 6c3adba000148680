"""``ekbom assess``: text, JSON, page, time travel, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekbom.cli.main import UNREADABLE, USAGE, main

RECORD = """\
id: anna
person: {born: 1978-03-14, sex: female}
answers:
  - on: 2026-05-02
    answers: {urge-to-move-legs: yes, worse-at-rest: yes}
labs:
  - on: 2026-05-03
    results: {ferritin: 60 ng/mL, transferrin-saturation: 24 %}
"""


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "anna.yaml"
    path.write_text(RECORD)
    return path


@pytest.fixture
def assessed(record: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs the verb on the record; what it prints."""

    def run(*arguments: object, as_of: str = "2026-05-10") -> str:
        assert main(["assess", str(record), "--as-of", as_of, *map(str, arguments)]) == 0
        return capsys.readouterr().out

    return run


def as_json(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said, parse_constant=pytest.fail)
    return found


def test_text_starts_with_red_flags_and_where_we_stand(assessed: Callable[..., str]) -> None:
    said = assessed()
    assert said.startswith("anna: female, 48 years, as of 2026-05-10\n")
    assert said.index("RED FLAGS") < said.index("WHERE WE STAND")
    assert "not a diagnosis" in said


def test_json_carries_mode_editions_and_sections(assessed: Callable[..., str]) -> None:
    found = as_json(assessed("--json"))
    assert found["mode"] == "clinician"
    assert found["editions"]["iron"] == "aasm-2025"
    assert found["sections"][0]["id"] == "red-flags"
    assert found["changes"] is None


def test_patient_json_has_no_sections(assessed: Callable[..., str]) -> None:
    found = as_json(assessed("--json", "--mode", "patient"))
    assert "sections" not in found
    assert {"name": "Ferritin", "value": "60 ng/mL", "on": "2026-05-03"} in found["facts"]


def test_a_named_edition_answers_and_the_newest_is_set_beside_it(
    assessed: Callable[..., str],
) -> None:
    found = as_json(assessed("--json", "--edition", "iron=irlssg-2018"))
    assert found["editions"]["iron"] == "irlssg-2018"
    assert [change["topic"] for change in found["changes"]["editions"]] == ["iron"]
    assert "BY TODAY'S EDITIONS" in assessed("--edition", "iron=irlssg-2018")


def test_facts_after_the_day_play_no_part(assessed: Callable[..., str]) -> None:
    found = as_json(assessed("--json", "--mode", "patient", as_of="2026-05-02"))
    assert found["facts"] == []


def test_editions_of_several_days_are_set_side_by_side(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(record), "--compare", "2012-01-01,2026-05-10"]) == 0
    said = capsys.readouterr().out
    assert "The same facts (as of 2026-05-10)" in said
    assert "practice before 2016" in said


@pytest.mark.parametrize("mode", ["clinician", "patient"])
def test_page_is_written_and_may_replace_an_older_page(
    assessed: Callable[..., str], tmp_path: Path, mode: str
) -> None:
    page = tmp_path / "page.html"
    for _ in range(2):
        assessed("--html", page, "--mode", mode)
        assert page.read_text().startswith("<!DOCTYPE html>")


def test_a_page_replaces_nothing_that_is_no_page(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(record), "--html", str(record)]) == USAGE
    assert "is no report" in capsys.readouterr().err
    assert record.read_text() == RECORD


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no patient record"),
        (["RECORD", "--example", "x"], "a record and an example"),
        (["--example", "nobody"], "no example 'nobody'"),
        (["RECORD", "--section", "lungs"], "no section 'lungs'"),
        (["RECORD", "--edition", "iron"], "TOPIC=EDITION"),
        (["RECORD", "--edition", "iron=new"], "no edition 'new'"),
        (["RECORD", "--edition", "hair=new"], "no topic 'hair'"),
        (["RECORD", "--edition", "iron=aan-2016", "--edition", "iron=aan-2016"], "given twice"),
        (["RECORD", "--mode", "patient", "--why"], "--mode clinician only"),
        (["RECORD", "--as-of", "1960-01-01"], "1960-01-01 is before birth"),
        (["RECORD", "--compare", "1950-01-01,1960-01-01"], "is before birth"),
        (["RECORD", "--compare", "2020-01-01", "--json"], "--compare with --json"),
        (["RECORD", "--compare", "2020-01-01", "--html", "x.html"], "--compare with --html"),
        (["RECORD", "--section", "iron", "--json"], "--section with --json"),
    ],
)
def test_a_wrong_call_says_what_was_expected(
    record: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    given = [str(record) if a == "RECORD" else a for a in arguments]
    assert main(["assess", *given]) == USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err


def test_a_record_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(tmp_path / "nobody.yaml")]) == UNREADABLE
    assert "nobody.yaml" in capsys.readouterr().err


def test_a_day_that_is_none_is_refused(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["assess", str(record), "--as-of", "yesterday"])
    assert stopped.value.code == USAGE
    assert "2026-05-10" in capsys.readouterr().err


def test_an_output_that_is_closed_or_full_is_an_error_and_no_traceback(record: Path) -> None:
    command = f"{sys.executable} -m ekbom assess {record} --as-of 2026-05-10"
    for output in (">&-", ">/dev/full"):
        done = subprocess.run(["bash", "-c", command + output], capture_output=True, text=True)
        assert done.returncode == UNREADABLE
        assert "Traceback" not in done.stderr
        assert "standard output" in done.stderr
