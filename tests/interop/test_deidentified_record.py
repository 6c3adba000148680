"""A record without identifiers: what is listed is kept, days move together, all else goes."""

from __future__ import annotations

import dataclasses
import typing
from datetime import date, timedelta
from typing import Any

import pytest
import yaml

from ekbom.errors import PatientError
from ekbom.interop.deidentified_record import deidentified_record, known_keys
from ekbom.interop.patient_files import example_names, example_text
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.reading import patient_from
from ekbom.patient.record import PatientRecord

TODAY = date(2026, 11, 22)
SECRETS = ("Muster", "Dr Who", "St Elsewhere", "4711", "wedding", "homemade")


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load()


def record_of(text: str) -> Any:
    return parse("record.yaml", text.encode(), PatientError).data


def copy_of(record: Any, knowledge: KnowledgeBase, days: int) -> tuple[str, tuple[str, ...]]:
    return deidentified_record(record, knowledge, days, TODAY, "p-1")


def test_every_key_of_a_record_is_decided_on() -> None:
    hints = typing.get_type_hints(PatientRecord)
    sections = {name: hint for name, hint in hints.items() if name != "id"}
    assert set(sections) == {"person", "answers", "labs", "medications", "conditions"} | {
        "pregnancies",
        "family",
        "questionnaires",
        "nights",
        "diary",
        "weights",
        "overrides",
    }
    for name, hint in sections.items():
        kind = typing.get_args(hint)[0] if typing.get_args(hint) else hint
        keys = {field.name.rstrip("_") for field in dataclasses.fields(kind)}
        assert known_keys(name) == keys, name


PLANTED = """
id: Erika Muster 4711
person: {born: 1970-03-14, sex: female}
answers:
  - {on: 2026-05-02, by: Dr Who of St Elsewhere, answers: {urge-to-move-legs: yes}}
medications:
  - {drug: pramipexole, form: salt, dose: 0.25 mg, times: ["20:00"], started: 2015-06, for: wedding}
  - {drug: Muster tea homemade, dose: 3 drops of 4711, started: 2020}
nights:
  - {on: 2026-05-01, plms_index_per_h: 30}
overrides:
  - {block: criteria-not-met, on: 2026-05-03, by: Dr Who, reason: wedding of Muster}
"""


def test_names_and_free_text_are_left_out_and_counted(knowledge: KnowledgeBase) -> None:
    text, said = copy_of(record_of(PLANTED), knowledge, 100)
    assert [secret for secret in SECRETS if secret.casefold() in text.casefold()] == []
    assert [secret for secret in SECRETS if secret in " ".join(said)] == []
    found = yaml.safe_load(text)
    assert found["id"] == "p-1"
    assert found["person"] == {"born": "1969-12-04", "sex": "female"}
    assert found["answers"][0]["on"] == "2026-01-22"
    assert found["medications"] == [
        {
            "drug": "pramipexole",
            "form": "salt",
            "dose": "0.25 mg",
            "times": ["20:00"],
            "started": "2015-03",
            "for": "something else",
        },
        {"drug": "unknown medicine 1", "started": "2020"},
    ]
    assert "medications: dose (1)" in said[1]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("RLS since the wedding", "restless legs"),
        ("low ferritin, Dr Who", "iron"),
        ("pain of Muster", "something else"),
    ],
)
def test_what_a_medicine_is_for_stays_as_one_of_three(
    knowledge: KnowledgeBase, written: str, kept: str
) -> None:
    record = record_of(
        f"id: x\nperson: {{born: 1970}}\nmedications: [{{drug: gabapentin, for: '{written}'}}]\n"
    )
    assert yaml.safe_load(copy_of(record, knowledge, 9)[0])["medications"][0]["for"] == kept


@pytest.mark.parametrize("days", [1, 100, 365])
@pytest.mark.parametrize("name", example_names())
def test_the_copy_of_an_example_says_the_same_at_the_same_age(
    knowledge: KnowledgeBase, name: str, days: int
) -> None:
    record = record_of(example_text(name))
    text, _ = copy_of(record, knowledge, days)
    read = patient_from(parse("r.yaml", text.encode(), PatientError), knowledge, TODAY)
    before = patient_from(
        parse("r.yaml", example_text(name).encode(), PatientError), knowledge, TODAY
    )
    assert len(read.answers) == len(before.answers)
    assert [draw.results.keys() for draw in read.draws] == [d.results.keys() for d in before.draws]
    moved = timedelta(days=days)
    assert [draw.on + moved for draw in read.draws] == [draw.on for draw in before.draws]
    assert [use.drug for use in read.medications] == [use.drug for use in before.medications]


@pytest.mark.parametrize("born", ["1919", "1930-05", "1936-01-02"])
def test_everybody_above_89_is_as_old_as_each_other(knowledge: KnowledgeBase, born: str) -> None:
    record = record_of(
        f"id: x\nperson: {{born: {born}}}\n"
        "answers: [{on: 2026-05-02, answers: {onset-age: 90}}]\n"
    )
    found = yaml.safe_load(copy_of(record, knowledge, 30)[0])
    assert found["person"]["born"] == "1935"
    assert found["answers"][0]["answers"]["onset-age"] == 90


def test_an_age_of_89_stays(knowledge: KnowledgeBase) -> None:
    record = record_of("id: x\nperson: {born: 1936-12-01}\n")
    assert yaml.safe_load(copy_of(record, knowledge, 30)[0])["person"]["born"] == "1936-11-01"


def test_a_higher_age_at_onset_is_pooled(knowledge: KnowledgeBase) -> None:
    record = record_of(
        "id: x\nperson: {born: 1925}\nanswers: [{on: 2026-05-02, answers: {onset-age: 97}}]\n"
    )
    found = yaml.safe_load(copy_of(record, knowledge, 30)[0])
    assert found["answers"][0]["answers"]["onset-age"] == 90
