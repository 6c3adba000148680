"""Recordings that come in: streamed, looked at, refused at first sight; nothing half is left."""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ekbom.app.nights import incoming
from ekbom.app.nights.incoming import Incoming, label_of
from ekbom.store import facts, jobs, nights
from ekbom.store.errors import StoreError
from ekbom.store.store import Store

CLIP = Path(__file__).parents[3] / "src" / "ekbom" / "examples" / "SN5_sample.edf"
EDF = CLIP.read_bytes()
TABLE = b"onset\tduration\ttrial_type\n0\t30\tSleep stage N2\n30\t30\tSleep stage N2\n"


def sent(client: TestClient, example: str, name: str = "night.edf", content: bytes = EDF) -> str:
    """Address at which a recording waits for a yes."""
    came = client.post(f"{example}/nights", files={"recording": (name, content)})
    assert came.status_code == 303, came.text
    return str(came.headers["location"])


def left_over(store: Store) -> list[Path]:
    return [path for path in store.recordings.rglob("*") if path.is_file()]


def ended(store: Store, night_id: str) -> jobs.Job:
    ends_s = time.monotonic() + 60
    while time.monotonic() < ends_s:
        with store.reading() as connection:
            job = jobs.latest_job(connection, night_id)
        if job is not None and not job.is_open:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def only_night(store: Store, example: str) -> nights.Night:
    with store.reading() as connection:
        (night,) = nights.nights_of(connection, example.rpartition("/")[2])
    return night


@pytest.fixture
def nobody_works(client: TestClient) -> None:
    """What is asked for waits: no worker takes the time of a test that needs none."""
    assert isinstance(client.app, FastAPI)
    client.app.state.work.stop()


def test_a_recording_that_breaks_off_is_not_called_whole(
    client: TestClient, example: str, nobody_works: None
) -> None:
    whole = client.get(sent(client, example)).text
    assert "came in whole" in whole and "breaks off" not in whole
    cut = client.get(sent(client, example, content=EDF[: -len(EDF) // 3])).text
    assert "came in whole" not in cut
    assert "breaks off before its end" in cut and "are missing" in cut


def test_an_empty_list_says_what_to_do(client: TestClient, example: str) -> None:
    shown = client.get(f"{example}/nights")
    assert shown.status_code == 200
    assert "No night yet" in shown.text


def test_a_night_on_record_by_its_numbers_is_not_passed_over(
    client: TestClient, example: str, store: Store
) -> None:
    body = {"on": "2026-05-12", "rules": "wasm-2016", "plms_index_per_h": 88.6176836861768}
    with store.writing() as connection:
        person_id = example.rpartition("/")[2]
        facts.state(connection, person_id, "nights", body, store.stamp("Dr Example"))
    shown = client.get(f"{example}/nights").text
    assert "No night yet" not in shown
    assert "2026-05-12" in shown and "88.6 periodic leg movements per h" in shown
    assert "WASM 2016" in shown
    assert "88.6176" not in client.get(f"{example}/background").text


def test_from_the_form_to_a_scored_night_without_script(
    client: TestClient, example: str, store: Store
) -> None:
    where = sent(client, example)
    asked = client.get(where)
    assert asked.status_code == 200
    assert "Left TA (by its label)" in asked.text or "by its label" in asked.text
    began_on = re.search(r'name="began_on"[^>]*value="([^"]*)"', asked.text)
    assert began_on is not None
    kept = client.post(where, data={"began_on": "2026-11-20"})
    assert kept.status_code == 303, kept.text
    night = only_night(store, example)
    assert kept.headers["location"] == f"{example}/nights/{night.id}"
    assert ended(store, night.id).state == "done"
    shown = client.get(f"{example}/nights").text
    assert "2026-11-20" in shown
    assert "scored" in shown
    # What waited waits no more.
    assert client.get(where).status_code == 404
    assert [path.name for path in left_over(store)] == [night.recording]
    done = client.get(f"{example}/nights/{night.id}/progress", headers={"hx-request": "true"})
    assert done.headers["hx-redirect"] == f"{example}/nights/{night.id}"


def test_the_script_sends_the_file_itself(client: TestClient, example: str, store: Store) -> None:
    name = {"x-label": "Nacht%20%F0%9F%98%B4.edf"}
    first = client.post(f"{example}/nights/files", content=EDF, headers=name).json()
    second = client.post(f"{first['files']}/marks", content=TABLE, headers={"x-label": "a.tsv"})
    assert second.json()["next"] == first["next"]
    shown = client.get(first["next"])
    assert "Nacht 😴.edf" in shown.text
    assert "2 epochs of 30 s" in shown.text
    assert client.post(f"{first['next']}/drop").status_code == 303
    assert left_over(store) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04" + bytes(100), "packed file (zip)"),
        (b"%PDF-1.7 " + bytes(100), "a PDF"),
        (b"a scoring, in words", "a text file"),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07\x08", "as no EDF or BDF does"),
        (b"0", "breaks off"),
        (b"", "the file is empty"),
        (EDF[:700], "breaks off"),
        (EDF[:256].replace(b"SN5", b"XXX") + b"\xff" * 4000, "header"),
    ],
)
def test_what_is_no_recording_is_refused_and_leaves_nothing(
    client: TestClient, example: str, store: Store, content: bytes, said: str
) -> None:
    came = client.post(f"{example}/nights", files={"recording": ("night.edf", content)})
    if came.status_code == 303:
        came = client.get(came.headers["location"])
    assert came.status_code == 422
    assert said in came.text.replace("&#39;", "'")
    assert ".part" not in came.text
    assert left_over(store) == []


def test_a_wrong_type_is_refused_by_its_first_bytes(store: Store) -> None:
    file = Incoming(store.recordings, "recording", "night.zip")
    with pytest.raises(Exception, match="packed file"):
        file.write(b"PK\x03\x04\x00\x00\x00\x00")
    file.drop()
    assert left_over(store) == []


def test_more_than_the_cap_is_refused_announced_or_not(
    client: TestClient, example: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(incoming.MOST_BYTES, "recording", 1000)
    announced = client.post(f"{example}/nights/files", content=EDF)
    assert announced.status_code == 422
    assert "or more" in announced.json()["found"]
    unannounced = client.post(f"{example}/nights/files", content=iter([EDF[:900], EDF[900:]]))
    assert unannounced.status_code == 422
    assert "or more" in unannounced.json()["found"]
    in_a_form = client.post(f"{example}/nights", files={"recording": ("night.edf", EDF)})
    assert in_a_form.status_code == 422
    assert left_over(store) == []


def test_a_full_disk_is_said_before_and_while(
    client: TestClient, example: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "_SPARE_BYTES", 1 << 60)
    before = client.post(f"{example}/nights/files", content=EDF)
    assert "the disk has" in before.json()["found"]
    monkeypatch.undo()

    def full(self: object, piece: bytes) -> None:
        raise StoreError("the file could not be saved (No space left on device)")

    monkeypatch.setattr("ekbom.store.blobs.Arriving.write", full)
    meanwhile = client.post(f"{example}/nights/files", content=EDF)
    assert "No space left" in meanwhile.json()["found"]
    assert left_over(store) == []


def test_a_form_cut_short_leaves_nothing(client: TestClient, example: str, store: Store) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="recording"; filename="n.edf"\r\n\r\n' + EDF
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    cut = client.post(f"{example}/nights", content=body, headers=headers)
    assert cut.status_code == 422
    assert "broke off" in cut.text
    assert left_over(store) == []
    for broken in (b"", b"nothing of a form", b"--x\r\n\r\n\r\n--x--"):
        cut = client.post(f"{example}/nights", content=broken, headers=headers)
        assert cut.status_code == 422
    headers = {"content-type": f"multipart/form-data; boundary={'x' * 400}"}
    assert client.post(f"{example}/nights", content=body, headers=headers).status_code == 422
    plain = client.post(f"{example}/nights", data={"recording": "x"})
    assert plain.status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\Windows\\system32\\night.edf",
        "CON",
        "night\x00.edf",
        "a" * 400,
        "\u202egnp.edf",
        "<script>alert(1)</script>.edf",
        "😴.edf",
    ],
)
@pytest.mark.usefixtures("nobody_works")
def test_a_name_is_a_label_and_nothing_else(
    client: TestClient, example: str, store: Store, name: str
) -> None:
    came = client.post(f"{example}/nights/files", content=EDF, headers={"x-label": quote(name)})
    where = came.json()["next"]
    assert client.post(where, data={"began_on": "2026-11-20"}).status_code == 303
    night = only_night(store, example)
    assert len(night.label) <= 300
    assert not set(night.label) & {"\x00", "\u202e"}
    assert [path.name for path in left_over(store)] == [night.recording]
    shown = client.get(f"{example}/nights").text
    assert "<script>alert" not in shown


def test_a_label_is_never_empty() -> None:
    assert label_of("") == label_of("  ") == "no name"


@pytest.mark.usefixtures("nobody_works")
def test_the_same_recording_twice_is_said_and_not_stored_twice(
    client: TestClient, example: str, store: Store
) -> None:
    client.post(sent(client, example), data={"began_on": "2026-11-20"})
    where = sent(client, example)
    assert "here already" in client.get(where).text
    again = client.post(where, data={"began_on": "2026-11-20"})
    assert again.status_code == 409
    # The same once more is no second reading, whatever is ticked.
    again = client.post(where, data={"began_on": "2026-11-20", "second": "yes"})
    assert again.status_code == 409
    second = client.post(where, data={"began_on": "2026-11-20", "second": "yes", "test": "yes"})
    assert second.status_code == 303
    assert len(left_over(store)) == 1


@pytest.mark.usefixtures("nobody_works")
def test_an_impossible_evening_is_refused_and_nothing_is_lost(
    client: TestClient, example: str, store: Store
) -> None:
    where = sent(client, example)
    for day, said in [("1890-01-01", "before birth"), ("2030-01-01", "ahead"), ("", "missing")]:
        refused = client.post(where, data={"began_on": day})
        assert refused.status_code == 422
        assert said in refused.text
    assert client.post(where, data={"began_on": "2026-11-20"}).status_code == 303


def test_marks_that_cannot_be_read_can_be_left_out(
    client: TestClient, example: str, store: Store
) -> None:
    files = {
        "recording": ("night.edf", EDF),
        "marks": ("marks.tsv", b"onset\tduration\ttrial_type\nx\t30\tSleep stage N2\n"),
    }
    where = client.post(f"{example}/nights", files=files).headers["location"]
    asked = client.get(where)
    assert asked.status_code == 422
    assert "marks.tsv" in asked.text
    assert ".part" not in asked.text
    assert client.post(f"{where}/without/marks").status_code == 303
    assert client.get(where).status_code == 200


def test_xml_is_refused_by_name(client: TestClient, example: str, store: Store) -> None:
    files = {"recording": ("night.edf", EDF), "marks": ("m.xml", b"<?xml version='1.0'?><a/>")}
    came = client.post(f"{example}/nights", files=files)
    assert came.status_code == 422
    assert "XML" in came.text
    assert left_over(store) == []


def test_a_list_of_stages_needs_the_length_of_an_epoch(
    client: TestClient, example: str, store: Store
) -> None:
    files = {"recording": ("night.edf", EDF), "stages": ("stages.txt", b"N2\nN2\nN2\n")}
    where = client.post(f"{example}/nights", files=files).headers["location"]
    assert "Length of an epoch" in client.get(where).text
    refused = client.post(where, data={"began_on": "2026-11-20"})
    assert refused.status_code == 422
    refused = client.post(where, data={"began_on": "2026-11-20", "epoch_s": "-3"})
    assert refused.status_code == 422
    kept = client.post(where, data={"began_on": "2026-11-20", "epoch_s": "30"})
    assert kept.status_code == 303, kept.text
    assert ended(store, only_night(store, example).id).state == "done"
    assert len(left_over(store)) == 2


def test_legs_that_are_not_to_be_told_are_chosen(
    client: TestClient, example: str, store: Store
) -> None:
    unclear = bytearray(EDF)
    for number in range(int(EDF[252:256])):
        at = 256 + 16 * number
        unclear[at : at + 16] = f"EMG {number}".encode().ljust(16)
    where = sent(client, example, content=bytes(unclear))
    asked = client.get(where)
    assert asked.status_code == 422
    assert "choose the channel of each leg below" in asked.text
    assert client.post(where, data={"began_on": "2026-11-20"}).status_code == 422
    kept = client.post(where, data={"began_on": "2026-11-20", "left": "EMG 0", "right": "EMG 1"})
    assert kept.status_code == 303
    night = only_night(store, example)
    assert ended(store, night.id).state == "done"
    with store.reading() as connection:
        job = jobs.latest_job(connection, night.id)
    assert job is not None
    assert (job.arguments["left"], job.arguments["right"]) == ("EMG 0", "EMG 1")


@pytest.mark.usefixtures("nobody_works")
def test_a_night_is_found_under_its_own_patient_alone(
    client: TestClient, example: str, store: Store
) -> None:
    where = sent(client, example)
    other = client.post("/patients/example", data={"name": "nearly-empty"})
    elsewhere = other.headers["location"]
    token = where.rpartition("/")[2]
    assert client.get(f"{elsewhere}/nights/arrived/{token}").status_code == 404
    client.post(where, data={"began_on": "2026-11-20"})
    night = only_night(store, example)
    for what in ("cancel", "score"):
        assert client.post(f"{elsewhere}/nights/{night.id}/{what}").status_code == 404
    assert client.get(f"{elsewhere}/nights/{night.id}/progress").status_code == 404


def test_only_a_few_deliveries_wait(client: TestClient, example: str, store: Store) -> None:
    waiting = [sent(client, example) for _ in range(6)]
    assert len(left_over(store)) == 4
    assert client.get(waiting[0]).status_code == 404
    assert client.get(waiting[-1]).status_code == 200
