"""``ekbom deidentify`` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import ekbom
from ekbom.cli.main import SUCCESS, UNREADABLE, USAGE, main
from ekbom.interop.patient_files import example_text

SAMPLE = Path(ekbom.__file__).parent / "examples" / "SN5_sample.edf"


def test_a_recording_is_copied_and_what_became_of_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "night.edf"
    assert main(["deidentify", str(SAMPLE), str(copy)]) == SUCCESS
    assert copy.stat().st_size > 0
    out = capsys.readouterr().out
    assert "night.edf written" in out
    assert "The date is hidden" in out
    assert main(["score", str(copy)]) == SUCCESS


def test_a_name_that_goes_along_is_asked_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deidentify", str(SAMPLE), str(tmp_path / "SN5_sample-copy.edf")]) == SUCCESS
    assert "does it name somebody?" in capsys.readouterr().out


def test_a_record_needs_the_days_and_reads_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record, copy = tmp_path / "erika.yaml", tmp_path / "copy.yaml"
    record.write_text(example_text("iron-deficient"))
    assert main(["deidentify", str(record), str(copy)]) == USAGE
    assert "--days-earlier" in capsys.readouterr().err
    assert not copy.exists()
    assert main(["deidentify", str(record), str(copy), "--days-earlier", "77"]) == SUCCESS
    assert yaml.safe_load(copy.read_text())["id"] == "patient"
    assert main(["patient", "check", str(copy)]) == SUCCESS


@pytest.mark.parametrize(
    ("file", "days", "status"),
    [("missing.edf", "5", UNREADABLE), ("missing.yaml", "5", UNREADABLE), ("x.edf", "0", USAGE)],
)
def test_what_cannot_be_copied_is_named_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, days: str, status: int
) -> None:
    call = ["deidentify", str(tmp_path / file), str(tmp_path / "c.edf"), "--days-earlier", days]
    assert main(call) == status
    assert capsys.readouterr().err.startswith("ekbom: ")
    assert list(tmp_path.iterdir()) == []


def test_a_record_is_never_replaced_by_its_copy(tmp_path: Path) -> None:
    record = tmp_path / "erika.yaml"
    record.write_text(example_text("iron-deficient"))
    assert main(["deidentify", str(record), str(record), "--days-earlier", "7"]) == USAGE
    assert record.read_text() == example_text("iron-deficient")
