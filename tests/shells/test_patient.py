"""``ekbom patient``: a template, examples, a check, the words and the schema of a record."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ekbom.cli.main import SUCCESS, UNREADABLE, USAGE, main
from ekbom.interop.patient_files import example_names
from ekbom.knowledge.clinic import Condition, Question
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.loading import load
from ekbom.patient.record import record_schema

Said = Callable[..., str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs the verb; standard output, or standard error where it must fail."""

    def run(*arguments: object, status: int = SUCCESS) -> str:
        assert main(["patient", *map(str, arguments)]) == status
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert (err if status == SUCCESS else out) == ""
        return out if status == SUCCESS else err

    return run


def test_new_writes_a_template_that_checks(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    assert f"ekbom patient check {path}" in said("new", path)
    assert "my-record: female, born 1970" in said("check", path)


def test_new_takes_patient_yaml_by_default(
    said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said("new")
    assert (tmp_path / "patient.yaml").is_file()


def test_new_never_overwrites(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("mine")
    for options in ([], ["--example", "dialysis"]):
        assert "exists" in said("new", *options, path, status=USAGE)
    assert path.read_text() == "mine"


def test_new_writes_no_yaml_into_a_file_named_json(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    assert ".yaml" in said("new", path, status=USAGE)
    assert not path.exists()


def test_control_characters_of_a_name_do_not_reach_the_terminal(said: Said) -> None:
    assert "\x1b" not in said("check", "\x1b[31m.yaml", status=UNREADABLE)


def test_new_where_there_is_no_folder(said: Said, tmp_path: Path) -> None:
    said("new", tmp_path / "none" / "p.yaml", status=UNREADABLE)


def test_every_example_listed_can_be_written_and_checked(said: Said, tmp_path: Path) -> None:
    listed = said("examples").splitlines()
    assert [line.partition(":")[0] for line in listed] == list(example_names())
    assert all(len(line.partition(": ")[2].split()) > 5 for line in listed)
    for name in example_names():
        path = tmp_path / f"{name}.yaml"
        said("new", "--example", name, path)
        assert "answers" in said("check", path)


def test_an_unknown_example_is_named(said: Said, tmp_path: Path) -> None:
    message = said("new", "--example", "dialisis", tmp_path / "p.yaml", status=USAGE)
    assert "near names: dialysis" in message
    assert list(tmp_path.iterdir()) == []


def test_check_tells_what_was_read(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    said("new", "--example", "iron-deficient", path)
    low = date.today().year - 1978
    out = said("check", path)
    assert out.startswith("example-iron-deficient: female, born 1978-03-14, ")
    assert f"{low} years" in out or f"{low - 1} years" in out
    for line in (
        "  - Ferritin 23 ug/L, 2026-05-03 (entered: 23 ng/mL)",
        "  - C-reactive protein <5 mg/L, 2026-05-03",
        "  - ibuprofen 400 mg, since 2024",
        "  - Haemochromatosis, excluded 2026-05-03",
        "  - IRLS of 2026-05-02: 10 items, total 22",
    ):
        assert line in out.splitlines()
    assert "warnings" not in out


def test_check_warns_of_what_plays_no_part(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        "id: x\nperson: {born: 1980-05}\n"
        "medications:\n  - {drug: pramipexol, started: 2020}\n  - {drug: pramipexole}\n"
        "pregnancies: [{last_period: 2019-01-01}]\n"
        "answers: [{on: 2019-06-01, answers: {pregnant: no}}]\n"
    )
    out = said("check", path)
    assert "sex not recorded, born 1980-05" in out
    assert "'pramipexol' is not known and plays no part in any rule (near names: pramipex" in out
    assert "pramipexole without its form; write form: base or salt" in out
    assert "pramipexole without a start" in out
    assert "pregnancies[0]: no end on record" in out
    assert "answers[0].answers.pregnant: no, on a day of the pregnancy in pregnancies[0]" in out


def test_check_refuses_with_line_and_path(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        "id: x\nperson: {born: 1980}\nlabs:\n  - on: 2026-05-03\n    results: {TSH: 2}\n"
    )
    message = said("check", path, status=UNREADABLE)
    assert message.startswith("ekbom: p.yaml:5: labs[0].results.TSH: no such laboratory value")
    assert "write tsh" in message
    said("check", tmp_path / "none.yaml", status=UNREADABLE)
    said("check", tmp_path, status=UNREADABLE)


def test_schema_is_json(said: Said) -> None:
    assert json.loads(said("schema")) == record_schema()


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("questions", Question),
        ("conditions", Condition),
        ("labs", Analyte),
        ("instruments", Instrument),
    ],
)
def test_every_word_of_a_kind_is_listed(task: str, kind: type, said: Said) -> None:
    listed = {line.strip().partition(":")[0] for line in said(task).splitlines()}
    assert set(load().of(kind)) <= listed


def test_questions_come_in_groups_with_their_wording(said: Said) -> None:
    lines = said("questions").splitlines()
    at = lines.index("  symptom-days-per-week: a number from 0 to 7, /wk")
    assert lines[at + 1].strip() == load().record(Question, "symptom-days-per-week").ask
    groups = [line for line in lines if not line.startswith(" ")]
    assert len(groups) == len(set(groups)) > 3
    assert {question.group for question in load().of(Question).values()} == set(groups)


def test_drugs_come_with_their_forms(said: Said) -> None:
    lines = said("drugs").splitlines()
    assert "  pramipexole (form: base or salt)" in lines
    names = {drug.name for group in load().of(DrugClass).values() for drug in group.members}
    assert names <= {line.strip().partition(" (")[0] for line in lines}


def test_no_task_is_a_wrong_call() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["patient"])
    assert caught.value.code == USAGE
