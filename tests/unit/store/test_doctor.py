"""The doctor finds what is wrong, and only that."""

from __future__ import annotations

import os
import sqlite3
from datetime import date

import pytest

from ekbom.store import audit_log, blobs, database, doctor, nights
from ekbom.store.doctor import Check, examine
from ekbom.store.errors import StoreError
from ekbom.store.stamp import Stamp
from ekbom.store.store import DATABASE, Store


def _ill(store: Store) -> dict[str, Check]:
    return {check.name: check for check in examine(store) if check.state == "ill"}


def _recording(store: Store, night: str) -> str:
    with store.reading() as connection:
        return nights.night_of(connection, night).recording


def test_a_store_in_use_is_well(store: Store, night: str) -> None:
    found = {check.name: check for check in examine(store)}
    assert _ill(store) == {}
    assert list(found) == [
        "tables",
        "database",
        "integrity",
        "room on the disk",
        "permissions",
        "log",
        "facts",
        "clock",
        "recordings",
        "results",
    ]
    assert found["recordings"].says == "1 files, each as it was saved"


def test_a_missing_recording_is_found(store: Store, night: str) -> None:
    blobs.path_of(store.recordings, _recording(store, night)).unlink()
    [found] = _ill(store).values()
    assert (found.name, found.says) == ("recordings", "1 missing, 0 damaged, of 1")
    assert "backup" in found.what_to_do


def test_a_damaged_recording_is_found(store: Store, night: str) -> None:
    blobs.path_of(store.recordings, _recording(store, night)).write_bytes(b"another")
    assert _ill(store)["recordings"].says == "0 missing, 1 damaged, of 1"


def test_marks_of_a_night_are_not_said_to_be_unused(
    store: Store, person: str, night: str, stamp: Stamp
) -> None:
    recording = blobs.kept(store.recordings, b"a recording")
    marks = blobs.kept(store.recordings, b"marks")
    with store.writing() as connection:
        nights.add_night(
            connection, person, (recording, marks), ("a", "b"), date(2026, 11, 21), stamp
        )
    blobs.path_of(store.recordings, marks.sha256).unlink()
    assert "backup" in _ill(store)["recordings"].what_to_do


def test_a_lost_recording_that_no_night_uses_is_said_to_be_unused(
    store: Store, stamp: Stamp
) -> None:
    blob = blobs.kept(store.recordings, b"x")
    with store.writing() as connection:
        nights.keep_recording(connection, blob, stamp)
    blobs.path_of(store.recordings, blob.sha256).unlink()
    assert _ill(store)["recordings"].what_to_do == "no night uses them"


def test_a_file_that_nothing_uses_is_told_and_is_no_fault(store: Store) -> None:
    blobs.kept(store.results, b"x")
    says = {check.name: check.says for check in examine(store)}
    assert says["results"].endswith("1 more that nothing uses")
    assert _ill(store) == {}


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_database_that_others_may_read_is_noted(store: Store) -> None:
    (store.folder / DATABASE).chmod(0o644)
    [found] = [check for check in examine(store) if check.name == "permissions"]
    assert found.state == "note"
    assert "chmod" in found.what_to_do


@pytest.mark.parametrize(("sound", "state"), [((3, 0, 0), "well"), ((99, 0, 0), "note")])
def test_a_version_of_sqlite_with_a_known_fault_is_noted(
    store: Store, monkeypatch: pytest.MonkeyPatch, sound: tuple[int, ...], state: str
) -> None:
    monkeypatch.setattr(doctor, "_SOUND_SQLITE", sound)
    [found] = [check for check in examine(store) if check.name == "database"]
    assert found.state == state
    assert found.says.startswith(f"SQLite {sqlite3.sqlite_version}")
    assert ("two connections write at once" in found.says) is (state == "note")


def test_a_disk_with_little_room_is_noted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_ROOM_BYTES", 10**18)
    [found] = [check for check in examine(store) if check.name == "room on the disk"]
    assert found.state == "note"
    assert "make space" in found.what_to_do


def test_a_fault_of_the_log_and_of_a_fact_are_found(
    store: Store, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "hash_of", lambda row: "another")
    monkeypatch.setattr(audit_log, "unlike_the_log", lambda connection: "fact 1 was removed")
    found = _ill(store)
    assert list(found) == ["log", "facts"]
    assert found["log"].says == "row 1 was changed after it was written"


def test_what_cannot_be_looked_at_does_not_hide_the_rest(
    store: Store, night: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(engine: object) -> str:
        raise StoreError("the store could not be read")

    monkeypatch.setattr(database, "integrity", fails)
    blobs.path_of(store.recordings, _recording(store, night)).unlink()
    assert list(_ill(store)) == ["integrity", "recordings"]


@pytest.mark.parametrize(
    ("done", "says"),
    [
        ("DROP TRIGGER facts_no_update", "lacks 1, and it has 0"),
        (
            "CREATE TRIGGER other AFTER INSERT ON night_changes "
            "BEGIN DELETE FROM jobs WHERE seq = 0; END",
            "lacks 0, and it has 1",
        ),
        ("CREATE VIEW other AS SELECT 1", "lacks 0, and it has 1"),
    ],
)
def test_rules_that_are_missing_or_of_somebody_else_are_found(
    store: Store, night: str, done: str, says: str
) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql(done)
    assert says in _ill(store)["integrity"].says
