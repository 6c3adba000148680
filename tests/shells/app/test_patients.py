"""Patients: taken up, found again, taken out as a file and brought in unchanged."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from ekbom.interop.patient_files import example_names


def test_an_empty_store_says_what_to_do(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Nobody is here yet" in page.text


def test_a_new_patient_is_taken_up(client: TestClient) -> None:
    made = client.post("/patients/new", data={"name": "P-17", "born": "1980-02", "sex": "female"})
    assert made.status_code == 303
    page = client.get(made.headers["location"])
    assert page.status_code == 200
    assert "P-17" in page.text
    assert "P-17" in client.get("/?search=p-1").text
    assert "P-17" not in client.get("/?search=nobody").text


def test_what_cannot_be_is_refused_and_what_was_written_stays(client: TestClient) -> None:
    page = client.post("/patients/new", data={"name": "P-17", "born": "2199-01-01"})
    assert page.status_code == 422
    assert "in the future" in page.text
    assert 'value="2199-01-01"' in page.text
    assert "P-17" not in client.get("/").text


@pytest.mark.parametrize("name", example_names())
def test_a_record_taken_out_and_brought_in_again_is_the_same(client: TestClient, name: str) -> None:
    where = client.post("/patients/example", data={"name": name}).headers["location"]
    first = client.get(f"{where}/record.yaml").content
    again = client.post("/patients/import", files={"file": ("record.yaml", first)})
    assert again.status_code == 303
    assert client.get(f"{again.headers['location']}/record.yaml").content == first


def test_a_file_that_is_no_record_is_refused(client: TestClient) -> None:
    page = client.post("/patients/import", files={"file": ("x.yaml", b"\x00\x01 no record")})
    assert page.status_code == 422
    assert client.get("/").text.count("/patients/") == 3
