"""Copies that name nobody, out of the app: no identifier in any byte of them, or of the log."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

import ekbom
from ekbom.interop.edf import read_recording
from ekbom.store import audit_log, blobs, nights, offsets
from ekbom.store.store import Store

SAMPLE = Path(ekbom.__file__).parent / "examples" / "SN5_sample.edf"
PLANTED = ("Muster", "4711", "Dr Who")
TABLE = (
    b"onset\tduration\ttrial_type\tnote\n0\t30\tSleep stage N2\tMuster\n3\tn/a\tDr Who came\tn/a\n"
)


def planted(content: bytes) -> bytes:
    """A recording with a name in both fields of the header that hold one."""
    patient, recording = b"4711 F X Erika_Muster", b"Startdate 01-FEB-2020 4711 Dr_Who Muster"
    fields = patient.ljust(80) + recording.ljust(80) + b"01.02.20"
    return content[:8] + fields + content[176:]


@pytest.fixture
def night(client: TestClient, store: Store, example: str) -> str:
    """Address of a night whose files name somebody."""
    person = example.rpartition("/")[2]
    with store.writing() as connection:
        recording = blobs.kept(store.recordings, planted(SAMPLE.read_bytes()))
        marks = blobs.kept(store.recordings, TABLE)
        night_id = nights.add_night(
            connection,
            person,
            (recording, marks),
            ("Erika Muster.edf", "Dr Who.tsv"),
            date(2020, 2, 1),
            store.stamp("Dr Example"),
        )
    return f"{example}/nights/{night_id}"


def test_a_night_goes_out_without_names(
    client: TestClient, store: Store, night: str, tmp_path: Path
) -> None:
    answer = client.get(f"{night}/deidentified.edf")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="night.edf"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert [text for text in PLANTED if text.encode() in answer.content] == []
    (tmp_path / "night.edf").write_bytes(answer.content)
    start = read_recording(tmp_path / "night.edf").start
    person = night.split("/")[2]
    days = offsets.days_earlier(store.folder, person)
    assert start is not None and (date(2020, 2, 1) - start.date()).days == days
    assert client.get(f"{night}/deidentified.edf").content == answer.content


def test_marks_go_out_without_names(client: TestClient, night: str) -> None:
    answer = client.get(f"{night}/deidentified-marks")
    assert answer.headers["content-disposition"] == 'attachment; filename="marks.tsv"'
    assert answer.text.splitlines()[1:] == ["0.0\t30.0\tSleep stage N2\tn/a"]


def test_the_record_moves_by_the_same_days(client: TestClient, store: Store, example: str) -> None:
    copy = yaml.safe_load(client.get(f"{example}/deidentified.yaml").text)
    whole = yaml.safe_load(client.get(f"{example}/record.yaml").text)
    assert copy["id"] != whole["id"] and "iron-deficient" not in copy["id"]
    days = offsets.days_earlier(store.folder, example.rpartition("/")[2])
    drawn = [date.fromisoformat(str(draw["on"])) for draw in copy["labs"]]
    before = [date.fromisoformat(str(draw["on"])) for draw in whole["labs"]]
    assert [(old - new).days for old, new in zip(before, drawn, strict=True)] == [days] * len(drawn)


def test_who_took_a_copy_out_is_in_the_log_and_no_name(
    client: TestClient, store: Store, night: str
) -> None:
    client.get(f"{night}/deidentified.edf")
    with store.reading() as connection:
        rows = list(audit_log.rows(connection))
    assert rows[-1]["action"] == "export without identifiers"
    assert rows[-1]["object_id"] == night.rpartition("/")[2]
    assert [text for text in PLANTED if text in str(rows)] == []


def test_the_page_names_each_copy(client: TestClient, example: str, night: str) -> None:
    page = client.get(f"{example}/export")
    assert page.status_code == 200
    assert f"{night}/deidentified.edf" in page.text
    assert "Muster" not in page.text


def test_a_night_of_somebody_else_is_not_here(client: TestClient, night: str) -> None:
    other = client.post("/patients/example", data={"name": "iron-deficient"}).headers["location"]
    wrong = f"{other}/nights/{night.rpartition('/')[2]}"
    assert client.get(f"{wrong}/deidentified.edf").status_code == 404
    assert client.get(f"{wrong}/deidentified-marks").status_code == 404


def test_nothing_is_left_beside_the_store(client: TestClient, store: Store, night: str) -> None:
    client.get(f"{night}/deidentified.edf")
    assert [path for path in store.folder.rglob("*") if path.suffix == ".part"] == []
    assert list(store.cache.iterdir()) == []
