"""The patient a start of the app is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ekbom.app.desk import Desk
from ekbom.app.first_patient import first_patient
from ekbom.app.sessions import Sessions
from ekbom.errors import PatientError
from ekbom.interop.night import score_files
from ekbom.knowledge.base import KnowledgeBase
from ekbom.report.results import as_json
from ekbom.store import facts
from ekbom.store.store import Store

EVENTS = "onset\tduration\ttrial_type\tchannel\n" + "".join(
    f"{onset}\t2\tLimb movement\tEMG LAT\n" for onset in range(30, 330, 30)
)


@pytest.fixture
def desk(store: Store, knowledge: KnowledgeBase) -> Desk:
    return Desk(store, knowledge)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record that names a scored night beside it."""
    events, record = tmp_path / "night.tsv", tmp_path / "record.yaml"
    events.write_text(EVENTS)
    (tmp_path / "night.json").write_text(json.dumps(as_json(score_files(events=events))))
    record.write_text(
        "id: of-a-file\nperson: {born: 1960}\nnights: [{on: 2026-05-06, file: night.json}]\n"
    )
    return record


def test_patient_of_a_file_is_taken_up_once_with_the_night_beside_it(
    desk: Desk, record: Path
) -> None:
    person_id = first_patient(desk, record, "Dr Example")
    with desk.store.reading() as connection:
        held = facts.record_of(facts.standing(connection, person_id))
    (night,) = held["nights"]
    assert (night["scored_by"], night["rules"]) == ("ekbom", "wasm-2016")
    assert desk.person(person_id).patient.nights[0].scored_by_ekbom
    assert first_patient(desk, record, "Dr Example") == person_id
    assert len(desk.everybody()) == 1


def test_record_that_is_wrong_takes_up_nobody(desk: Desk, record: Path) -> None:
    record.write_text("id: of-a-file\nperson: {born: 2222}\n")
    with pytest.raises(PatientError):
        first_patient(desk, record, "Dr Example")
    assert desk.everybody() == []


def test_first_page_comes_after_the_name_at_the_desk(
    client: TestClient, sessions: Sessions
) -> None:
    sessions.first_page = "/patients/somebody"
    assert (
        client.post("/desk", data={"who": "Dr Other"}).headers["location"] == "/patients/somebody"
    )
