"""The database refuses changed rows, tables of later versions, and wrong passphrases."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from tests.unit.store.conftest import RECORD, Clock

from ekbom.store import audit_log, database, facts
from ekbom.store.errors import StoreBusyError, StoreError
from ekbom.store.stamp import Stamp
from ekbom.store.store import DATABASE, Store, opened
from ekbom.store.tables import ADDED_TO_ONLY, metadata

PASSPHRASE = 'it\'s a "long" 100 % pass?phrase@home:/;--'
_TABLES = "SELECT name, sql FROM sqlite_master WHERE type != 'trigger' AND sql IS NOT NULL"


def test_the_migrated_tables_are_those_the_program_speaks_of(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_constraints_too_are_those_the_program_speaks_of(store: Store, tmp_path: Path) -> None:
    # Names and checks are not compared by Alembic.
    made = database.engine_for(tmp_path / "made.sqlite")
    with database.writing(made) as connection:
        metadata.create_all(connection)
    made.dispose()

    def tables(path: Path) -> dict[str, list[str]]:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute(_TABLES).fetchall()
        return {name: sorted(line.strip(" ,\t") for line in sql.split("\n")) for name, sql in found}

    migrated = tables(store.folder / DATABASE)
    assert migrated.pop("alembic_version")
    assert migrated == tables(tmp_path / "made.sqlite")


def test_a_store_opened_again_holds_what_it_held(folder: Path, clock: Clock, stamp: Stamp) -> None:
    with opened(folder, clock=clock) as store, store.writing() as connection:
        person = facts.new_person(connection, RECORD, stamp)
    with opened(folder, clock=clock) as store, store.reading() as connection:
        assert facts.record_of(facts.standing(connection, person)) == RECORD
        assert audit_log.verify(connection).fault == ""


@pytest.mark.parametrize("table", [table.name for table in ADDED_TO_ONLY])
@pytest.mark.parametrize("encrypted", [False, True])
def test_rows_cannot_be_changed_removed_or_replaced(
    folder: Path, clock: Clock, stamp: Stamp, table: str, encrypted: bool
) -> None:
    with opened(folder, passphrase=PASSPHRASE if encrypted else None, clock=clock) as store:
        with store.writing() as connection:
            _one_row_each(connection.exec_driver_sql, stamp.moment)
        before = _rows(store, table)
        assert len(before) == 1
        key = before[0]._fields[0]
        for statement in (
            f"UPDATE {table} SET {key} = {key}",
            f"DELETE FROM {table}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        ):
            with pytest.raises(StoreError, match="never changed"), store.writing() as connection:
                connection.exec_driver_sql(statement)
        assert _rows(store, table) == before


def _rows(store: Store, table: str) -> list[object]:
    with store.reading() as connection:
        return list(connection.execute(text(f"SELECT * FROM {table}")))


def _one_row_each(execute: Callable[[str], object], at: str) -> None:
    execute(f"INSERT INTO persons VALUES ('p', '{at}', 'x')")
    execute(f"INSERT INTO facts VALUES (1, 'p', 'id', '1', '{at}', 'x', NULL)")
    execute(f"INSERT INTO recordings VALUES ('r', 1, '{at}', 'x')")
    execute(
        f"INSERT INTO nights VALUES (1, 'n', 'p', 'r', NULL, '', '', '2026-11-20', '{at}', 'x')"
    )
    execute(f"INSERT INTO night_changes VALUES (1, 'n', 'add', '1', '{at}', 'x')")
    execute(
        f"INSERT INTO results VALUES (1, 's', 'p', 'n', 'night', '', 'r', '', '', '', '{at}', 'x')"
    )
    execute(f"INSERT INTO audit VALUES (1, '{at}', 'x', '', '', '', '', '', '', 'h')")


def test_a_database_of_a_later_version_is_refused_and_untouched(folder: Path, clock: Clock) -> None:
    with opened(folder, clock=clock):
        pass
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with (
        pytest.raises(StoreError, match="later version of ekbom.*9999"),
        opened(folder, clock=clock),
    ):
        pass
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        [version] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert version == ("9999",)


def test_an_encrypted_store_opens_with_its_passphrase_only(
    folder: Path, clock: Clock, stamp: Stamp
) -> None:
    with opened(folder, passphrase=PASSPHRASE, clock=clock) as store:
        with store.writing() as connection:
            person = facts.new_person(connection, RECORD, stamp)
        assert database.integrity(store.engine) == "ok"
    raw = (folder / DATABASE).read_bytes()
    assert not raw.startswith(b"SQLite format 3")
    assert b"ferritin" not in raw
    for wrong in (None, "another"):
        with (
            pytest.raises(StoreError, match="passphrase"),
            opened(folder, passphrase=wrong, clock=clock),
        ):
            pass
    assert (folder / DATABASE).read_bytes() == raw
    with opened(folder, passphrase=PASSPHRASE, clock=clock) as store, store.reading() as connection:
        assert facts.record_of(facts.standing(connection, person)) == RECORD


def test_a_plain_store_is_not_opened_with_a_passphrase(folder: Path, clock: Clock) -> None:
    with opened(folder, clock=clock):
        pass
    with (
        pytest.raises(StoreError, match="passphrase"),
        opened(folder, passphrase="any", clock=clock),
    ):
        pass


def test_an_empty_passphrase_encrypts_nothing_and_is_refused(folder: Path, clock: Clock) -> None:
    with pytest.raises(StoreError, match="empty"), opened(folder, passphrase="", clock=clock):
        pass


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_more_readers_at_once_than_the_pool_keeps_do_not_disturb_each_other(
    folder: Path, clock: Clock, passphrase: str | None
) -> None:
    found: list[int] = []
    with opened(folder, passphrase=passphrase, clock=clock) as store:
        together = Barrier(24, timeout=20)

        def read() -> None:
            with store.reading() as connection:
                together.wait()
                found.append(connection.execute(text("SELECT count(*) FROM facts")).scalar_one())

        readers = [Thread(target=read) for _ in range(24)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    assert found == [0] * 24


def test_threads_write_one_after_the_other(store: Store, stamp: Stamp) -> None:
    writing_now, most = 0, 0

    def write() -> None:
        nonlocal writing_now, most
        for _ in range(5):
            with store.writing() as connection:
                writing_now += 1
                most = max(most, writing_now)
                facts.new_person(connection, RECORD, stamp)
                writing_now -= 1

    writers = [Thread(target=write) for _ in range(8)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    with store.reading() as connection:
        assert audit_log.verify(connection).n_rows == 8 * 5 * 5
        assert audit_log.verify(connection).fault == ""
    assert most == 1


def test_another_program_that_writes_to_the_file_is_named(
    folder: Path, clock: Clock, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 10)
    with opened(folder, clock=clock) as store:
        with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with (
                pytest.raises(StoreBusyError, match="another program"),
                store.writing() as connection,
            ):
                facts.new_person(connection, RECORD, stamp)
            with store.reading() as connection:
                assert facts.person_ids(connection) == ()
        with store.writing() as connection:
            facts.new_person(connection, RECORD, stamp)


def test_what_waits_too_long_to_write_is_refused(
    store: Store, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 10)
    with store.writing(), pytest.raises(StoreError, match="nothing was written"), store.writing():
        pass
    with store.writing() as connection:
        facts.new_person(connection, RECORD, stamp)


def test_a_second_program_is_refused(store: Store, clock: Clock) -> None:
    with pytest.raises(StoreBusyError), opened(store.folder, clock=clock):
        pass


def test_a_file_is_no_folder(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be used"), opened(tmp_path / "file", clock=clock):
        pass


def test_a_file_that_is_no_database_is_refused_and_untouched(folder: Path, clock: Clock) -> None:
    folder.mkdir()
    (folder / DATABASE).write_bytes(b"something else" * 1000)
    with pytest.raises(StoreError, match="cannot be opened"), opened(folder, clock=clock):
        pass
    assert (folder / DATABASE).read_bytes() == b"something else" * 1000


def test_what_a_program_that_was_cut_short_left_is_swept(folder: Path, clock: Clock) -> None:
    with opened(folder, clock=clock) as store:
        left = [store.folder / ".0a.part", store.recordings / "0b.part", store.results / "0c.part"]
    for path in left:
        path.write_bytes(b"half")
    with opened(folder, clock=clock):
        assert not any(path.exists() for path in left)


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_only_the_owner_may_read_it(store: Store, person: str) -> None:
    paths = [store.folder, *store.folder.glob(f"{DATABASE}*")]
    assert len(paths) == 4
    assert [stat.S_IMODE(path.stat().st_mode) & 0o077 for path in paths] == [0] * 4
