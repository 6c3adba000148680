"""Looking at a store changes nothing of it, whatever version it is of and however it was left."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.store.conftest import BEGINNING, RECORD, Clock

from ekbom.store import audit_log, facts, upgrading
from ekbom.store.doctor import Check, examine
from ekbom.store.errors import StoreError
from ekbom.store.stamp import Stamp
from ekbom.store.store import DATABASE, Store, looked_at, opened

PASSPHRASES = [None, "a passphrase"]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _checks(folder: Path) -> dict[str, Check]:
    with looked_at(folder, clock=lambda: BEGINNING) as store:
        return {check.name: check for check in examine(store)}


@pytest.fixture
def left(folder: Path, clock: Clock, stamp: Stamp) -> Path:
    """A store that was closed."""
    with opened(folder, clock=clock) as store, store.writing() as connection:
        facts.new_person(connection, RECORD, stamp)
    return folder


@pytest.mark.parametrize("passphrase", PASSPHRASES)
def test_not_a_byte_is_changed(
    folder: Path, clock: Clock, stamp: Stamp, passphrase: str | None
) -> None:
    with opened(folder, passphrase=passphrase, clock=clock) as store, store.writing() as connection:
        facts.new_person(connection, RECORD, stamp)
    before = _files(folder)
    with looked_at(folder, passphrase=passphrase, clock=clock) as store:
        assert [check for check in examine(store) if check.state == "ill"] == []
        with store.reading() as connection:
            assert len(facts.person_ids(connection)) == 1
    assert _files(folder) == before


@pytest.mark.parametrize("passphrase", PASSPHRASES)
def test_what_was_written_last_before_a_crash_is_seen(
    folder: Path, tmp_path: Path, clock: Clock, stamp: Stamp, passphrase: str | None
) -> None:
    with opened(folder, passphrase=passphrase, clock=clock) as store:
        with store.writing() as connection:
            facts.new_person(connection, RECORD, stamp)
        # As a crash leaves it: the latest entries are not in the database file yet.
        shutil.copytree(folder, tmp_path / "left", ignore=shutil.ignore_patterns("*-shm"))
    before = _files(tmp_path / "left")
    assert len(before[f"{DATABASE}-wal"]) > 0
    again = looked_at(tmp_path / "left", passphrase=passphrase, clock=clock)
    with again as store, store.reading() as connection:
        assert len(facts.person_ids(connection)) == 1
        assert audit_log.verify(connection).n_rows == 5
    after = _files(tmp_path / "left")
    assert {name: after[name] for name in before} == before


def test_nothing_can_be_written(left: Path, clock: Clock, stamp: Stamp) -> None:
    with looked_at(left, clock=clock) as store:
        with pytest.raises(StoreError, match="nothing was written"), store.writing() as connection:
            facts.new_person(connection, RECORD, stamp)
        with store.reading() as connection:
            assert len(facts.person_ids(connection)) == 1


def test_a_database_without_tables_is_none_of_a_store(folder: Path, clock: Clock) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("CREATE TABLE x (y)")
    with pytest.raises(StoreError, match="no tables"), looked_at(folder, clock=clock):
        pass


def test_tables_of_an_earlier_version_are_told_and_left(left: Path, later_ekbom: None) -> None:
    before = _files(left)
    found = _checks(left)
    assert (found["tables"].state, found["tables"].says) == (
        "note",
        "version 0001; this ekbom has 0002",
    )
    assert found["log"].state == "well"
    assert _files(left) == before


def test_tables_of_a_later_version_are_told_and_left(
    left: Path, clock: Clock, later_ekbom: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows_two = upgrading.MIGRATIONS
    with opened(left, clock=clock):
        pass
    monkeypatch.undo()
    assert knows_two != upgrading.MIGRATIONS
    before = _files(left)
    found = _checks(left)
    assert list(found) == ["tables", "database", "integrity", "room on the disk", "permissions"]
    assert (found["tables"].state, found["integrity"].state) == ("ill", "well")
    assert "later ekbom" in found["tables"].says
    with pytest.raises(StoreError, match="later version of ekbom"), opened(left, clock=clock):
        pass
    assert _files(left) == before


def test_an_earlier_store_is_brought_up_to_date_with_all_it_holds(
    left: Path, clock: Clock, later_ekbom: None
) -> None:
    with opened(left, clock=clock) as store, store.reading() as connection:
        assert upgrading.version_of(store.engine).is_current
        assert connection.exec_driver_sql("SELECT count(*) FROM later").scalar() == 4
        assert audit_log.verify(connection).fault == ""


def test_a_clock_that_is_behind_the_latest_entry_is_told(left: Path) -> None:
    with looked_at(left, clock=lambda: BEGINNING - timedelta(days=2)) as store:
        [found] = [check for check in examine(store) if check.name == "clock"]
    assert found.state == "note"
    assert "2026-11-22 10:00 UTC" in found.says
    assert _checks(left)["clock"].state == "well"


def test_a_clock_set_back_stands_in_the_log_once(store: Store, person: str, stamp: Stamp) -> None:
    earlier = Stamp(stamp.who, stamp.at - timedelta(days=2))
    with store.writing() as connection:
        for _ in range(2):
            facts.state(connection, person, "labs", {"ferritin": 1}, earlier)
        rows = list(audit_log.rows(connection))
        assert audit_log.verify(connection).fault == ""
    assert [row["action"] for row in rows[5:]] == ["clock set back", "state fact", "state fact"]


def test_seconds_are_no_clock_set_back(store: Store, person: str, stamp: Stamp) -> None:
    with store.writing() as connection:
        slightly = Stamp(stamp.who, stamp.at - timedelta(seconds=30))
        facts.state(connection, person, "labs", {"ferritin": 1}, slightly)
        assert [row["action"] for row in audit_log.rows(connection)][5:] == ["state fact"]
        assert audit_log.ahead_of(connection, slightly.at) == ""
