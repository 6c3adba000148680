"""Record files: sound ones read, every other refused with a message and nothing half-read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from ekbom.errors import PatientError, UsageError
from ekbom.interop.patient_files import (
    example_names,
    example_patient,
    example_text,
    read_patient,
    template_text,
)
from ekbom.knowledge.loading import load
from ekbom.patient.record import record_schema
from ekbom.patient.warnings import warnings_of

TODAY = date(2026, 5, 10)
SMALL = b"id: x\nperson: {born: 1980}\n"


def read(path: Path, content: bytes | None = None) -> Any:
    if content is not None:
        path.write_bytes(content)
    return read_patient(path, load(), TODAY)


def test_yaml_and_json_say_the_same(tmp_path: Path) -> None:
    text = example_text("iron-deficient")
    as_json = json.dumps(yaml.load(text, yaml.BaseLoader))
    plain = json.loads(as_json, object_hook=lambda found: {k: _number(v) for k, v in found.items()})
    by_yaml = read(tmp_path / "r.yaml", text.encode())
    by_json = read(tmp_path / "r.json", json.dumps(plain).encode())
    assert by_json == by_yaml


def _number(value: Any) -> Any:
    for number in (int, float):
        try:
            return number(value)
        except (TypeError, ValueError):
            continue
    return value


UNREADABLE = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n", "the file is empty"),
    "only a comment": (b"# nothing\n", "no keys"),
    "a list": (b"- 1\n- 2\n", "no keys"),
    "latin 1": (b"id: caf\xe9\n", "not UTF-8"),
    "binary": (bytes(range(256)), "not "),
    "an anchor": (b"id: &a x\nperson: *a\n", "an anchor or alias"),
    "aliases by the thousand": (
        b"a: &a [x, x]\n" + b"".join(b"b%d: [*a, *a]\n" % n for n in range(9000)),
        "an anchor or alias",
    ),
    "a tag": (b"id: !!python/object:os.system x\n", "tag"),
    "deep": (b"id: " + b"[" * 5000 + b"]" * 5000, "levels deep"),
    "two documents": (SMALL + b"---\n" + SMALL, "a second document"),
    "a key twice": (SMALL + b"id: y\n", "'id' stands twice"),
    "cut off": (b"id: x\nperson: {born: 19", "not YAML"),
    "too large": (SMALL + b"# " + b"x" * 2_000_000, "too large"),
}


def test_a_bound_without_quotes_is_told_how_to_write_it(tmp_path: Path) -> None:
    begin = SMALL + b"labs:\n  - on: 2026-05-03\n    results:\n      ferritin: "
    with pytest.raises(PatientError, match='r.yaml:6: not YAML.*\n.*in quotes, as in ">1000'):
        read(tmp_path / "r.yaml", begin + b">1000 ng/mL\n")
    quoted = read(tmp_path / "r.yaml", begin + b'">1000 ng/mL"\n')
    assert quoted.draws[0].results["ferritin"].bound == ">"


def test_a_file_that_is_no_yaml_is_told_what_to_do_about_it(tmp_path: Path) -> None:
    for content, said in (
        (b"id: x\nperson:\n\tborn: 1970\n", "spaces where the file has tabs"),
        (b"id: caf\xe9\n", "the encoding UTF-8"),
    ):
        with pytest.raises(PatientError, match=said):
            read(tmp_path / "r.yaml", content)


def test_a_day_that_does_not_exist_is_named_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(PatientError, match=r"r.yaml:2: person\.born: 2026-02-31 is no day"):
        read(tmp_path / "r.yaml", b"id: x\nperson: {born: 2026-02-31}\n")


def test_what_is_no_list_is_told_in_the_words_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(PatientError, match="answers is .*\n.*expected: a list, each entry"):
        read(tmp_path / "r.yaml", SMALL + b"answers: {stress: yes}\n")


@pytest.mark.parametrize("case", UNREADABLE, ids=str)
def test_a_file_that_is_no_record(case: str, tmp_path: Path) -> None:
    content, said = UNREADABLE[case]
    with pytest.raises(PatientError, match=said):
        read(tmp_path / "r.yaml", content)


UNREADABLE_JSON = {
    "cut off": (b'{"id": "x", ', "not JSON"),
    "a list": (b"[]", "no keys"),
    "a key twice": (b'{"id": "x", "id": "y"}', "'id' stands twice"),
    "a key twice below": (b'{"id": "x", "person": {"born": 1980, "born": 1981}}', "stands twice"),
    "infinite": (b'{"id": "x", "person": {"born": Infinity}}', "Infinity is no number"),
    "beyond floats": (b'{"id": "x", "person": {"born": 1e999}}', "person.born: a number without"),
    "true": (b'{"id": "x", "person": {"born": true}}', "person.born: true"),
    "null": (b'{"id": "x", "person": null}', "person: nothing after the key"),
    "latin 1": (b'{"id": "caf\xe9"}', "not UTF-8"),
    "deep": (b'{"id": ' + b"[" * 200 + b"]" * 200 + b"}", "levels deep"),
    "very deep": (b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not JSON"),
    "a fault below": (
        b'{"id": "x", "person": {"born": 1980}, "weights": [{"on": "2026-05-01", "kg": 0}]}',
        r"r.json: weights\[0\]\.kg: 0 kg is out of range",
    ),
    "a typo": (b'{"id": "x", "persona": {}}', "r.json: unknown key 'persona'"),
}


@pytest.mark.parametrize("case", UNREADABLE_JSON, ids=str)
def test_a_json_file_that_is_no_record(case: str, tmp_path: Path) -> None:
    content, said = UNREADABLE_JSON[case]
    with pytest.raises(PatientError, match=said):
        read(tmp_path / "r.json", content)


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PatientError, match="this is a folder"):
        read(tmp_path)
    with pytest.raises(PatientError, match="no such file"):
        read(tmp_path / "none.yaml")
    with pytest.raises(PatientError, match="cannot be read"):
        read(Path("a\0b"))


ABOVE = "above the lowest maximum on file for restless legs"
# Two invented people take more than they should.
MEANT = {
    "history-augmentation": (f"medications[3]: pramipexole 0.375 mg: {ABOVE}",),
    "long-term-dopamine-agonist": (f"medications[1]: pramipexole 0.5 mg: {ABOVE}",),
}


@pytest.mark.parametrize("name", example_names())
def test_an_example_says_who_it_is_and_is_read_with_no_warning_but_its_own(name: str) -> None:
    assert example_text(name).startswith("# ")
    patient = example_patient(name, load(), TODAY)
    assert patient.id.startswith("example-")
    assert warnings_of(patient, load(), TODAY) == MEANT.get(name, ())


def test_examples_are_many_and_an_unknown_one_is_named() -> None:
    assert len(example_names()) >= 14
    with pytest.raises(UsageError, match="near names: hemochromatosis"):
        example_text("haemochromatosis")


def test_the_template_is_a_record_with_and_without_its_comments(tmp_path: Path) -> None:
    bare = read(tmp_path / "bare.yaml", template_text().encode())
    assert bare.answers == ()
    head, *sections = template_text().split("\n\n")[1:]
    filled = [head]
    for section in sections:
        lines = section.splitlines()
        begin = next(n for n, line in enumerate(lines) if line.rstrip().endswith(":"))
        filled += [line.removeprefix("# ") for line in lines[begin:]]
    whole = read(tmp_path / "whole.yaml", "\n".join(filled).encode())
    sections_read = record_schema()["properties"].keys() - {"id", "person", "labs"}
    assert whole.draws
    assert [name for name in sections_read if not getattr(whole, name)] == []


def test_the_schema_in_the_documents_is_that_of_the_code(root: Path) -> None:
    checked_in = json.loads((root / "docs/schemas/patient.json").read_text())
    assert checked_in == record_schema(), "write it anew: ekbom patient schema"


def test_the_schema_asks_for_a_unit() -> None:
    result = record_schema()["$defs"]["WrittenDraw"]["properties"]["results"]
    assert result["additionalProperties"]["type"] == "string"
