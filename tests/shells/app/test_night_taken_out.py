"""A night into the record and out into files, with what was edited and by whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ekbom.interop.night import score_files
from ekbom.store import facts, nights, results
from ekbom.store.store import Store

FIELD = "set.onset_above_rest_uv"


def of_record(store: Store, kept: str) -> list[dict[str, Any]]:
    """The nights of the record."""
    with store.reading() as connection:
        standing = facts.standing(connection, kept.split("/")[2])
    return [dict(fact.body) for fact in standing if fact.section == "nights"]


def last(store: Store, kept: str) -> str:
    with store.reading() as connection:
        every = nights.changes(connection, kept.rpartition("/")[2])
    return str(every[-1].seq if every else 0)


def sent(client: TestClient, kept: str, where: str, store: Store, **written: str) -> None:
    answer = client.post(f"{kept}/{where}", data={"seen": last(store, kept), **written})
    assert answer.status_code == 303, answer.text[:2000]


def a_key(client: TestClient, kept: str) -> str:
    every = client.get(f"{kept}/movements.json").json()["movements"]
    periodic = [one["key"] for one in every if one["is_periodic"]]
    # In the middle of the recording the patient sleeps.
    return str(periodic[len(periodic) // 2])


def test_the_record_holds_the_night_as_consult_would_add_it(
    client: TestClient, kept: str, store: Store, short_night: Path
) -> None:
    before = of_record(store, kept)
    sent(client, kept, "into-record", store)
    (added,) = [body for body in of_record(store, kept) if body not in before]
    scored = score_files(short_night).editions["wasm-2016"].indices
    assert added["on"] == "2026-05-12" and added["rules"] == "wasm-2016"
    assert added["plms_index_per_h"] == scored.plms_nonrespiratory_per_h
    assert added["method"] == "polysomnography"
    # Nights are compared with those that were scored the same way.
    assert added["scored_by"] == "ekbom"
    shown = client.get(kept).text
    assert "The record holds this night as it is read here" in shown and "Dr Example" in shown
    assert client.get(kept.partition("/nights")[0]).status_code == 200


def test_a_record_that_is_behind_is_said_and_corrected(
    client: TestClient, kept: str, store: Store
) -> None:
    n_before = len(of_record(store, kept))
    sent(client, kept, "into-record", store)
    first = of_record(store, kept)[-1]
    sent(client, kept, "reject", store, key=a_key(client, kept))
    assert "The record is behind" in client.get(kept).text
    sent(client, kept, "into-record", store)
    assert len(of_record(store, kept)) == n_before + 1
    assert of_record(store, kept)[-1]["plms_index_per_h"] < first["plms_index_per_h"]
    assert "The record is behind" not in client.get(kept).text
    with store.reading() as connection:
        history = facts.history(connection, kept.split("/")[2])
        put = results.results_of(connection, kept.split("/")[2], "night")
        automatic = results.latest_of_night(connection, kept.rpartition("/")[2])
    assert sum(fact.section == "nights" for fact in history) == n_before + 2
    # The result of the night itself stays the automatic one; each put into the record is kept.
    assert automatic is not None and "fact" not in automatic.made.inputs
    assert [one.made.inputs["changes"] == [] for one in put if one.made.inputs] == [True, False]


def test_with_changed_settings_the_record_names_no_rules(
    client: TestClient, kept: str, store: Store
) -> None:
    sent(client, kept, "into-record", store)
    sent(client, kept, "settings", store, **{"rules": "wasm-2016", "of": "wasm-2016", FIELD: "20"})
    assert "the record will name no rule set" in client.get(kept).text
    n_before = len(of_record(store, kept))
    sent(client, kept, "into-record", store)
    # Still the same entry, corrected.
    assert len(of_record(store, kept)) == n_before
    assert not {"rules", "scored_by"} & set(of_record(store, kept)[-1])


def test_what_ekbom_scored_of_this_evening_stands_once_also_with_changed_settings(
    client: TestClient, kept: str, store: Store
) -> None:
    person_id = kept.split("/")[2]
    # As a record file brings it.
    brought = {"on": "2026-05-12", "rules": "wasm-2016", "scored_by": "ekbom"}
    with store.writing() as connection:
        body = {**brought, "plms_index_per_h": 40.0}
        facts.state(connection, person_id, "nights", body, store.stamp("Dr Other"))
    n_before = len(of_record(store, kept))
    changed = {"rules": "wasm-2016", "of": "wasm-2016", FIELD: "20"}
    sent(client, kept, "settings", store, **changed)
    assert "It gives way" in client.get(kept).text
    sent(client, kept, "into-record", store)
    sent(client, kept, "undo", store, change=last(store, kept))
    sent(client, kept, "into-record", store)
    assert len(of_record(store, kept)) == n_before


def test_what_is_only_tried_never_goes_into_the_record(
    client: TestClient, kept: str, store: Store
) -> None:
    tried = {"rules": "wasm-2016", "of": "wasm-2016", FIELD: "60"}
    sent(client, kept, "into-record", store, **tried)
    as_tried = of_record(store, kept)[-1]
    sent(client, kept, "reject", store, key=a_key(client, kept))
    sent(client, kept, "undo", store, change=last(store, kept))
    sent(client, kept, "into-record", store)
    assert of_record(store, kept)[-1] == as_tried


def test_an_entry_taken_back_by_hand_is_not_in_the_record(
    client: TestClient, kept: str, store: Store
) -> None:
    sent(client, kept, "into-record", store)
    person_id = kept.split("/")[2]
    with store.writing() as connection:
        fact = [f for f in facts.standing(connection, person_id) if f.section == "nights"][-1]
        stamp = store.stamp("Dr Other")
        facts.state(connection, person_id, "nights", None, stamp, instead_of=fact.seq)
    assert "not in the record yet" in client.get(kept).text


def test_the_report_says_who_edited(client: TestClient, kept: str, store: Store) -> None:
    plain = client.get(f"{kept}/export/report.html")
    assert plain.status_code == 200 and "edited by hand" not in plain.text
    assert plain.headers["content-disposition"] == 'attachment; filename="night-report.html"'
    sent(client, kept, "reject", store, key=a_key(client, kept))
    edited = client.get(f"{kept}/export/report.html").text
    assert "edited by hand: 1 rejected; by Dr Example" in edited
    found = client.get(f"{kept}/export/scoring.json").json()
    assert [edit["kind"] for edit in found["edits"]] == ["reject"]
    assert found["recording"]["name"] == "night of 2026-05-12"


@pytest.mark.parametrize(
    ("name", "rules"), [("events.tsv", "wasm-2016"), ("scoring.edf", "aasm-3")]
)
def test_events_scored_again_are_the_night(
    client: TestClient, kept: str, store: Store, tmp_path: Path, name: str, rules: str
) -> None:
    if rules == "aasm-3":
        sent(client, kept, "settings", store, rules=rules, of=rules)
    sent(client, kept, "reject", store, key=a_key(client, kept))
    sent(client, kept, "add", store, leg="left", onset="3.25 s", duration="1.5")
    path = tmp_path / name
    path.write_bytes(client.get(f"{kept}/export/{name}").content)
    found = client.get(f"{kept}/export/scoring.json").json()
    again = score_files(events=path, rules=rules).editions[rules]
    assert len(again.night.movements) == len(found["movements"])
    sleep = found["indices"]["by_stage"]["sleep"]["scored"]
    scored = again.indices.by_stage["sleep"].scored
    assert scored is not None and scored.n == sleep["n"]
    assert b"night.edf" not in path.read_bytes()


def test_a_form_that_is_not_written_is_not_there(client: TestClient, kept: str) -> None:
    assert client.get(f"{kept}/export/all.zip").status_code == 404
    assert len(client.get(f"{kept}/export/movements.tsv").text.splitlines()) > 10
