"""A night added by mistake is withdrawn and brought back; nothing of it is lost."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from ekbom.store import facts, jobs, nights
from ekbom.store.store import Store

HTMX = {"hx-request": "true"}


def last(store: Store, kept: str) -> str:
    with store.reading() as connection:
        every = nights.changes(connection, kept.rpartition("/")[2])
    return str(every[-1].seq if every else 0)


def withdraw(client: TestClient, store: Store, kept: str) -> str:
    """Withdraw it; its page."""
    answer = client.post(f"{kept}/withdraw", data={"seen": last(store, kept)})
    assert (answer.status_code, answer.headers["location"]) == (303, kept)
    return client.get(kept).text


def test_a_withdrawn_night_says_so_and_is_folded_in_the_list(
    client: TestClient, kept: str, store: Store
) -> None:
    assert f'action="{kept}/withdraw"' in client.get(kept).text
    shown = withdraw(client, store, kept)
    assert "was withdrawn</b> on " in shown and "by Dr Example" in shown
    assert 'id="viewer"' not in shown
    listed = client.get(kept.rpartition("/")[0]).text
    above, _, folded = listed.partition("1 withdrawn night")
    assert kept not in above and kept in folded
    assert "No night stands here" in above


def test_a_withdrawn_night_is_in_no_report_and_no_export(
    client: TestClient, kept: str, store: Store, example: str
) -> None:
    night = kept.rpartition("/")[2]
    for where in ("report", "export"):
        assert night in client.get(f"{example}/{where}").text
    withdraw(client, store, kept)
    for where in ("report", "export"):
        assert night not in client.get(f"{example}/{where}").text
    assert client.get(f"{kept}/export/report.html").status_code == 409
    assert client.get(f"{example}/report/page?night={night}").status_code == 409


def test_what_was_withdrawn_comes_back_with_every_change(
    client: TestClient, kept: str, store: Store
) -> None:
    key = client.get(f"{kept}/movements.json").json()["movements"][0]["key"]
    assert client.post(f"{kept}/reject", data={"key": key, "seen": "0"}).status_code == 303
    before = client.get(f"{kept}/movements.json").json()["movements"]
    withdraw(client, store, kept)
    assert client.post(f"{kept}/bring-back").headers["location"] == kept
    assert client.get(f"{kept}/movements.json").json()["movements"] == before
    page = client.get(kept).text
    assert 'id="viewer"' in page and "withdrew this night" in page


def test_a_withdrawn_night_is_not_changed(client: TestClient, kept: str, store: Store) -> None:
    withdraw(client, store, kept)
    seen = last(store, kept)
    for where in ("settings", "reject", "into-record"):
        written = {"seen": seen, "key": "x"}
        assert client.post(f"{kept}/{where}", data=written).status_code == 409
        sent_on = client.post(f"{kept}/{where}", data=written, headers=HTMX)
        assert (sent_on.status_code, sent_on.headers["hx-redirect"]) == (204, kept)
    assert last(store, kept) == seen


def test_a_change_in_another_window_is_not_withdrawn_unseen(
    client: TestClient, kept: str, store: Store
) -> None:
    key = client.get(f"{kept}/movements.json").json()["movements"][0]["key"]
    panel = client.post(f"{kept}/reject", data={"key": key, "seen": "0"}, headers=HTMX).text
    refused = client.post(f"{kept}/withdraw", data={"seen": "0"})
    assert refused.status_code == 409 and "changed in another window" in refused.text
    # What the script puts into the page carries what the form has seen by then.
    (seen,) = re.findall(r'name="seen" value="(\d+)" form="withdraw-night"', panel)
    assert client.post(f"{kept}/withdraw", data={"seen": seen}).status_code == 303


def test_the_entry_of_the_record_is_separate_and_taken_back_from_there(
    client: TestClient, kept: str, store: Store, example: str
) -> None:
    assert client.post(f"{kept}/into-record", data={"seen": "0"}).status_code == 303
    shown = withdraw(client, store, kept)
    assert "is separate, and counts on" in shown
    (entry,) = re.findall(r'name="entry" value="(\d+)"', shown)
    person_id = example.rpartition("/")[2]

    def standing() -> list[int]:
        with store.reading() as connection:
            return [each.seq for each in facts.standing(connection, person_id)]

    assert int(entry) in standing()
    assert client.post(f"{kept}/out-of-record", data={"entry": "1"}).status_code == 409
    assert client.post(f"{kept}/out-of-record", data={"entry": entry}).status_code == 303
    assert int(entry) not in standing()
    assert "The record holds no entry" in client.get(kept).text


def test_a_night_of_somebody_else_is_neither_withdrawn_nor_brought_back(
    client: TestClient, kept: str, store: Store
) -> None:
    other = client.post("/patients/example", data={"name": "child-nine-years"}).headers["location"]
    foreign = f"{other}/nights/{kept.rpartition('/')[2]}"
    for where in ("withdraw", "bring-back", "out-of-record"):
        assert client.post(f"{foreign}/{where}", data={"seen": "0"}).status_code == 404
    assert last(store, kept) == "0"


def test_withdrawing_stops_its_scoring(client: TestClient, kept: str, store: Store) -> None:
    person_id, night_id = kept.split("/")[2], kept.rpartition("/")[2]
    with store.writing() as connection:
        stamp = store.stamp("Dr Example")
        job_id = jobs.ask(connection, "score", (person_id, night_id), {}, stamp)
    withdraw(client, store, kept)
    with store.reading() as connection:
        job = jobs.job_of(connection, job_id)
    assert job.cancel_asked or job.state == "cancelled"
    client.post(f"{kept}/score")
    with store.reading() as connection:
        assert not jobs.open_jobs(connection)
