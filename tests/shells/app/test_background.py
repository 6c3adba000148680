"""Sections that one form states: conditions, family, pregnancies, weight, decisions, diary."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from ekbom.app.forms.sections import section_of
from ekbom.knowledge.base import KnowledgeBase

_GOOD = {
    "conditions": {"condition": "dialysis", "since": "2019", "present": "no"},
    "family": {"relation": "mother", "restless_legs": "yes", "on": "2026-11-01"},
    "pregnancies": {"last_period": "2026-09-01"},
    "weights": {"on": "2026-11-01", "kg": "70.5"},
    "nights": {"on": "2026-11-01", "method": "polysomnography", "plms_index_per_h": "22.5"},
    "overrides": {
        "block": "criteria-not-met",
        "on": "2026-11-01",
        "by": "Dr Example",
        "reason": "Seen in person",
    },
    "diary": {"on": "2026-11-01", "began": "23:30", "ended": "00:20", "severity": "6"},
}


@pytest.fixture
def patient(client: TestClient) -> str:
    """Address of somebody of whom only birth and sex are known."""
    made = client.post("/patients/new", data={"name": "P-1", "born": "1990", "sex": "female"})
    return made.headers["location"]


def record(client: TestClient, patient: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(client.get(f"{patient}/record.yaml").text)
    return found


def _number(client: TestClient, patient: str, section: str) -> str:
    room = "/interview/diary" if section == "diary" else "/background"
    found = re.search(rf"/entries/{section}/(\d+)", client.get(f"{patient}{room}").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("section", _GOOD)
def test_an_entry_is_stated_corrected_and_taken_back(
    client: TestClient, patient: str, section: str
) -> None:
    where = f"{patient}/entries/{section}"
    kept = client.post(where, data=_GOOD[section])
    assert kept.status_code == 303
    assert "kept." in client.get(kept.headers["location"]).text
    (entry,) = record(client, patient)[section]
    assert entry.keys() == _GOOD[section].keys()
    seq = _number(client, patient, section)
    form = client.get(f"{where}/{seq}").text
    assert all(value in form for value in _GOOD[section].values())
    day = {"diary": "on", "conditions": "since", "pregnancies": "last_period"}.get(section, "on")
    changed = {**_GOOD[section], day: "2026-08-01"}
    assert client.post(f"{where}/{seq}", data=changed).status_code == 303
    assert record(client, patient)[section][0][day] == "2026-08-01"
    # Another window still shows the one before.
    late = client.post(f"{where}/{seq}", data=_GOOD[section])
    assert late.status_code == 409
    assert "does not stand any more" in late.text
    now = _number(client, patient, section)
    assert client.post(f"{where}/{now}/take-back").status_code == 303
    assert section not in record(client, patient)
    assert client.get(f"{where}/{now}").status_code == 409


def test_the_fields_of_a_form_are_those_of_the_record(knowledge: KnowledgeBase) -> None:
    kinds = {
        (section, field.name): (field.kind, field.is_needed)
        for section in _GOOD
        if (found := section_of(section, knowledge)) is not None
        for field in found.fields
    }
    assert kinds["diary", "began"] == ("clock", True)
    assert kinds["diary", "ended"] == ("clock", False)
    assert kinds["conditions", "since"] == ("partial", True)
    assert kinds["conditions", "present"] == ("choice", False)
    assert kinds["weights", "kg"] == ("number", True)
    assert kinds["pregnancies", "due"] == ("day", False)


def test_only_blocks_that_may_be_lifted_are_offered(knowledge: KnowledgeBase) -> None:
    section = section_of("overrides", knowledge)
    assert section is not None
    offered = {one for one, _ in section.fields[0].choices}
    assert offered == {
        "criteria-not-met",
        "opioid-with-benzodiazepine",
        "opioid-with-untreated-sleep-apnea",
    }


def test_a_man_is_not_asked_about_pregnancies(client: TestClient) -> None:
    made = client.post("/patients/new", data={"name": "P-2", "born": "1990", "sex": "male"})
    where = made.headers["location"]
    assert "Pregnancies" not in client.get(f"{where}/background").text
    refused = client.post(f"{where}/entries/pregnancies", data=_GOOD["pregnancies"])
    assert refused.status_code == 422


def test_name_birth_and_sex_are_corrected(client: TestClient, patient: str) -> None:
    name, person = (_number(client, patient, one) for one in ("id", "person"))
    assert client.post(f"{patient}/entries/id/{name}", data={"id": "P-9"}).status_code == 303
    sent = {"born": "1991-02-03", "sex": "female"}
    assert client.post(f"{patient}/entries/person/{person}", data=sent).status_code == 303
    found = record(client, patient)
    assert found["id"] == "P-9"
    assert found["person"] == sent


@pytest.mark.parametrize("section", ["id", "person"])
def test_name_and_person_cannot_be_taken_back(
    client: TestClient, patient: str, section: str
) -> None:
    seq = _number(client, patient, section)
    answer = client.post(f"{patient}/entries/{section}/{seq}/take-back")
    assert answer.status_code == 422
    assert record(client, patient)["id"] == "P-1"


def test_the_page_of_the_patient_that_one_is_on_is_marked(client: TestClient, patient: str) -> None:
    client.post(f"{patient}/entries/weights", data=_GOOD["weights"])
    seq = _number(client, patient, "weights")
    for where in ("/background", f"/entries/weights/{seq}"):
        text = client.get(f"{patient}{where}").text
        assert f'href="{patient}/background" aria-current="page"' in text
        assert text.count('aria-current="page"') == 1
    text = client.get(f"{patient}/interview/diary").text
    assert f'href="{patient}/interview" aria-current="page"' in text


def test_the_numbers_of_a_night_never_say_that_it_was_scored_here(
    client: TestClient, patient: str
) -> None:
    sent = {**_GOOD["nights"], "scored_by": "ekbom", "file": "/etc/passwd"}
    assert client.post(f"{patient}/entries/nights", data=sent).status_code == 303
    (night,) = record(client, patient)["nights"]
    assert night.keys() == _GOOD["nights"].keys()
