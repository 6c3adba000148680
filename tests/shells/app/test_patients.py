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
    assert "P-17" in client.get("/").text


def test_what_cannot_be_is_refused_and_what_was_written_stays(client: TestClient) -> None:
    page = client.post("/patients/new", data={"name": "P-17", "born": "2199-01-01"})
    assert page.status_code == 422
    assert "in the future" in page.text
    assert 'value="2199-01-01"' in page.text
    assert "P-17" not in client.get("/").text


@pytest.mark.parametrize("name", example_names())
def test_a_record_taken_out_and_brought_in_again_is_the_same(
    lasting: TestClient, name: str
) -> None:
    where = lasting.post("/patients/example", data={"name": name}).headers["location"]
    first = lasting.get(f"{where}/record.yaml").content
    again = lasting.post("/patients/import", files={"file": ("record.yaml", first)})
    assert again.status_code == 303
    assert lasting.get(f"{again.headers['location']}/record.yaml").content == first


def test_a_file_that_is_no_record_is_refused(client: TestClient) -> None:
    page = client.post("/patients/import", files={"file": ("x.yaml", b"\x00\x01 no record")})
    assert page.status_code == 422
    assert "choose a record file; nothing was taken up" in page.text
    assert client.get("/").text.count("/patients/") == 3


def _taken_up(client: TestClient, name: str) -> str:
    made = client.post("/patients/new", data={"name": name, "born": "1980"})
    assert made.status_code == 303
    return made.headers["location"]


@pytest.mark.parametrize("wanted", ["Åsa", "åsa", "asa", "ASA", "  asa ", "A\u030asa"])
def test_a_name_is_found_whatever_its_case_and_accents(client: TestClient, wanted: str) -> None:
    _taken_up(client, "Åsa-3")
    _taken_up(client, "Bo-1")
    found = client.post("/patients/search", data={"search": wanted})
    assert found.status_code == 200
    assert "Åsa-3" in found.text
    assert "Bo-1" not in found.text
    assert "1 of 2 patients" in found.text


def test_a_search_that_finds_nobody_says_so_and_keeps_what_was_looked_for(
    client: TestClient,
) -> None:
    _taken_up(client, "P-1")
    page = client.post("/patients/search", data={"search": "<b>zoë😀"})
    assert "Nobody&#39;s name holds" in page.text or "Nobody's name holds" in page.text
    assert "&lt;b&gt;zoë😀" in page.text


def test_a_search_asked_for_by_its_address_shows_everybody(client: TestClient) -> None:
    assert client.get("/patients/search").headers["location"] == "/"


def test_two_of_one_name_are_told_apart_and_it_is_said(client: TestClient) -> None:
    first = _taken_up(client, "P-1")
    assert "of this name is here already" not in client.get(first).text
    second = _taken_up(client, "p-1")
    assert client.get(second).text.count("of this name is here already") == 1
    page = client.get("/").text
    assert page.count("One of several of this name") == 2
    assert all(f"mark {one.removeprefix('/patients/')[:6]}" in page for one in (first, second))


def test_the_list_says_what_is_there_and_who_changed_it_last(client: TestClient) -> None:
    where = client.post("/patients/example", data={"name": "iron-deficient"}).headers["location"]
    assert "2 draws, 1 medicine, 2 conditions, 1 questionnaire" in client.get("/").text
    assert "by Dr Example" in client.get(where).text
    client.post("/desk", data={"who": "Dr Other"})
    client.post(f"{where}/entries/weights", data={"on": "2026-11-01", "kg": "70"})
    assert "by Dr Other" in client.get("/").text
    assert "by Dr Other" in client.get(where).text


@pytest.mark.parametrize("name", ["", "x" * 81, "a\u0000b", "a\u202eb"])
def test_a_name_that_cannot_stand_is_refused_at_its_field(client: TestClient, name: str) -> None:
    page = client.post("/patients/new", data={"name": name, "born": "1980"})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert "What to do:" in page.text


def test_the_history_tells_who_stated_what_and_what_it_replaced(client: TestClient) -> None:
    where = _taken_up(client, "P-1")
    draw = {"on": "2026-10-01", "value.ferritin": "40", "unit.ferritin": "ng/mL"}
    client.post(f"{where}/labs", data=draw)
    client.post("/desk", data={"who": "Dr Other"})
    seq = client.get(f"{where}/labs").text.split(f"{where}/labs/")[1].split('"')[0]
    client.post(f"{where}/labs/{seq}", data={**draw, "value.ferritin": "45"})
    text = client.get(f"{where}/history").text
    assert "by Dr Example" in text
    assert "by Dr Other" in text
    assert "<del>40 ng/mL</del>" in text
    assert "45 ng/mL" in text
    # What did not change is not told again.
    assert "<del>2026-10-01</del>" not in text
    again = client.get(f"{where}/labs").text.split(f"{where}/labs/")[1].split('"')[0]
    client.post(f"{where}/labs/{again}/take-back")
    assert "taken back" in client.get(f"{where}/history").text
    assert "<del>45 ng/mL</del>" in client.get(f"{where}/history").text
