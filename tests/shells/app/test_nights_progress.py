"""How far a night is: shown while it is worked on, stopped, failed and tried again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.loops import in_a_loop

from ekbom.app.nights.scoring_options import Asked
from ekbom.app.sessions import COOKIE
from ekbom.app.work.task import Failure
from ekbom.store import blobs, jobs, nights
from ekbom.store.store import Store

CLIP = Path(__file__).parents[3] / "src" / "ekbom" / "examples" / "SN5_sample.edf"
EDF = CLIP.read_bytes()
PART = {"hx-request": "true"}


def app_of(client: TestClient) -> FastAPI:
    assert isinstance(client.app, FastAPI)
    return client.app


@pytest.fixture
def night(client: TestClient, example: str, store: Store) -> str:
    """Address of a night whose work nobody does: rows are as the test writes them."""
    app_of(client).state.work.stop()
    person_id, stamp = example.rpartition("/")[2], store.stamp("Dr Example")
    blob = blobs.kept(store.recordings, EDF)
    with store.writing() as connection:
        night_id = nights.add_night(
            connection, person_id, (blob, None), ("night.edf", ""), date(2026, 11, 20), stamp
        )
        asked = Asked(left="EMG 1").as_arguments()
        jobs.ask(connection, "score", (person_id, night_id), asked, stamp)
    return f"{example}/nights/{night_id}"


def job_of(store: Store, night: str) -> jobs.Job:
    with store.reading() as connection:
        job = jobs.latest_job(connection, night.rpartition("/")[2])
    assert job is not None
    return job


def tell(store: Store, night: str, **changed: Any) -> None:
    with store.writing() as connection:
        jobs.tell(connection, job_of(store, night).id, store.stamp("Dr Example"), **changed)


def test_progress_is_a_bar_with_words_that_asks_again(
    client: TestClient, store: Store, night: str
) -> None:
    tell(store, night, state="running", share_done=0.42, says="measuring the legs")
    part = client.get(f"{night}/progress", headers=PART).text
    assert 'role="progressbar"' in part
    assert 'aria-valuetext="42 %: measuring the legs"' in part
    assert f'hx-get="{night}/progress"' in part
    # Put into a page by the script, it would load that page anew, also where nothing answers.
    assert "<html" not in part and "http-equiv" not in part
    whole = client.get(f"{night}/progress").text
    assert "<html" in whole
    # Only where there is no script a page loads itself anew.
    assert whole.count('http-equiv="refresh"') == whole.count("<noscript><meta") == 1


def test_a_failure_is_told_with_a_way_on_and_asks_no_more(
    client: TestClient, store: Store, night: str
) -> None:
    failure = Failure("2 channels could be the left leg", "one", "night.edf", "name <it>")
    tell(store, night, state="failed", says=failure.as_text())
    part = client.get(f"{night}/progress", headers=PART).text
    for said in ("2 channels could be the left leg", "Expected: one", "name &lt;it&gt;"):
        assert said in part
    assert "hx-get" not in part
    assert client.post(f"{night}/score").headers["location"] == night
    again = job_of(store, night)
    assert (again.state, again.arguments["left"]) == ("waiting", "EMG 1")
    # Asked for once more while it waits it is done once.
    client.post(f"{night}/score")
    assert job_of(store, night).id == again.id


def test_cancelling_stops_it_and_a_list_shows_each_state(
    client: TestClient, store: Store, night: str
) -> None:
    nights_page = night.rpartition("/")[0]
    assert "waits" in client.get(nights_page).text
    assert client.post(f"{night}/cancel").status_code == 303
    assert job_of(store, night).state == "cancelled"
    assert "cancelled" in client.get(f"{night}/progress", headers=PART).text
    assert "cancelled" in client.get(nights_page).text
    client.post(f"{night}/score")
    tell(store, night, state="running", share_done=0.07, says="x")
    assert "7 %" in client.get(nights_page).text
    client.post(f"{night}/cancel")
    assert job_of(store, night).cancel_asked
    assert "Stopping" in client.get(f"{night}/progress", headers=PART).text
    # What has ended is not cancelled afterwards.
    tell(store, night, state="failed", says="no")
    client.post(f"{night}/cancel")
    assert job_of(store, night).state == "failed"


def test_what_is_done_leads_to_the_night(client: TestClient, store: Store, night: str) -> None:
    tell(store, night, state="done", share_done=1.0, says="done")
    assert client.get(f"{night}/progress", headers=PART).headers["hx-redirect"] == night


@pytest.mark.parametrize("is_form", [False, True])
def test_an_upload_that_breaks_off_leaves_nothing(
    client: TestClient, example: str, store: Store, is_form: bool
) -> None:
    address, kind = f"{example}/nights/files", "application/octet-stream"
    first = EDF[:5000]
    if is_form:
        address, kind = f"{example}/nights", "multipart/form-data; boundary=x"
        head = b'--x\r\nContent-Disposition: form-data; name="recording"; filename="n.edf"'
        first = head + b"\r\n\r\n" + first
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": first, "more_body": True},
        {"type": "http.disconnect"},
    ]
    seen: list[list[Path]] = []

    async def receive() -> dict[str, Any]:
        seen.append(list(store.recordings.glob("*.part")))
        return messages.pop(0)

    async def send(message: Any) -> None:
        pass

    headers = {
        "host": "127.0.0.1:8000",
        "origin": "http://127.0.0.1:8000",
        "cookie": f"{COOKIE}={client.cookies[COOKIE]}",
        "content-type": kind,
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    in_a_loop(app_of(client)(scope, receive, send))
    # It was being written, and is gone.
    assert len(seen[-1]) == 1
    assert list(store.recordings.rglob("*.part")) == []


def test_no_file_is_gathered_elsewhere_first(
    client: TestClient, example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spool(*arguments: object, **named: object) -> None:
        raise AssertionError("a file was gathered before it was written")

    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile", spool)
    came = client.post(f"{example}/nights", files={"recording": ("night.edf", EDF)})
    assert came.status_code == 303
