"""What a server is for: one writer, rows that stay, and clean words where it cannot be reached."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from tests.postgresql.conftest import PASSWORD, Server
from tests.unit.store.conftest import RECORD, Clock

from ekbom.cli.main import SUCCESS, UNREADABLE, main
from ekbom.store import audit_log, facts, upgrading
from ekbom.store.doctor import examine
from ekbom.store.errors import StoreBusyError, StoreError
from ekbom.store.server import engine_at
from ekbom.store.stamp import Stamp
from ekbom.store.store import DATABASE, Store, looked_at, opened
from ekbom.store.tables import ADDED_TO_ONLY, metadata

FOUND = 1


def _behind_its_back(store: Store, table: str, *statements: str) -> None:
    """What somebody does who owns the tables and removes what forbids it."""
    with store.writing() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {table}_is_kept ON {table}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_the_migrated_tables_are_those_the_program_speaks_of(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("table", [table.name for table in ADDED_TO_ONLY])
def test_rows_cannot_be_changed_or_removed(store: Store, table: str) -> None:
    for statement in (
        f"UPDATE {table} SET {metadata.tables[table].columns[0].name} = NULL",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        with pytest.raises(StoreError, match="never changed"), store.writing() as connection:
            connection.exec_driver_sql(statement)


def test_a_changed_row_and_a_changed_fact_show(store: Store, person: str) -> None:
    _behind_its_back(store, "facts", "UPDATE facts SET body = '{}' WHERE seq = 4")
    _behind_its_back(store, "audit", "UPDATE audit SET who = 'x' WHERE seq = 3")
    with store.reading() as connection:
        assert audit_log.verify(connection).fault == "row 3 was changed after it was written"
        assert audit_log.unlike_the_log(connection).startswith("fact 4 is not the one")
    ill = {check.name for check in examine(store) if check.state == "ill"}
    assert ill == {"log", "facts"}


def test_a_second_program_is_refused_from_another_folder_too(
    store: Store, address: str, tmp_path: Path, clock: Clock
) -> None:
    again = opened(tmp_path / "another", address=address, clock=clock)
    with pytest.raises(StoreBusyError, match="this database"), again:
        pass


def test_many_writers_at_once_keep_the_log_whole(store: Store, person: str, stamp: Stamp) -> None:
    def write() -> None:
        for at in range(10):
            with store.writing() as connection:
                facts.state(connection, person, "labs", {"n": at}, stamp)

    writers = [Thread(target=write) for _ in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    with store.reading() as connection:
        verdict = audit_log.verify(connection)
        assert (verdict.n_rows, verdict.fault) == (45, "")
        assert audit_log.unlike_the_log(connection) == ""


def test_a_reader_sees_one_moment_and_writes_nothing(
    store: Store, person: str, stamp: Stamp
) -> None:
    with store.reading() as reader:
        before = facts.history(reader, person)
        with store.writing() as connection:
            facts.state(connection, person, "labs", {"n": 1}, stamp)
        assert facts.history(reader, person) == before
    with pytest.raises(StoreError, match="read-only"), store.reading() as reader:
        facts.state(reader, person, "labs", {"n": 1}, stamp)


def test_what_the_database_refuses_is_said_without_the_values(
    store: Store, person: str, stamp: Stamp
) -> None:
    refused = pytest.raises(StoreError, match="nothing was written")
    with refused as raised, store.writing() as connection:
        facts.state(connection, person, "secret" * 20, {"ferritin": 1}, stamp)
    assert "secret" not in str(raised.value)
    assert "ferritin" not in repr(raised.value.__cause__)


def test_tables_of_a_later_version_are_refused(
    folder: Path, address: str, clock: Clock, store: Store
) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="later version"):
        upgrading.prepare(store.engine)
    assert [check.name for check in examine(store) if check.state == "ill"] == ["tables"]


def test_a_passphrase_is_of_a_file_only(folder: Path, clock: Clock, address: str) -> None:
    encrypted = opened(folder, address=address, passphrase="x", clock=clock)
    with pytest.raises(StoreError, match="passphrase"), encrypted:
        pass


def test_a_wrong_password_and_no_server_are_said_without_the_password(
    folder: Path, clock: Clock, server: Server
) -> None:
    nowhere = Server(server.programs, server.place / "none").address("public")
    for wrong in (server.address("public", "another"), nowhere):
        with pytest.raises(StoreError) as raised, opened(folder, address=wrong, clock=clock):
            pass
        assert "EKBOM_DATABASE" in raised.value.what_to_do
        assert "another" not in raised.value.found
        assert PASSWORD not in str(raised.value)


def test_a_server_that_stops_loses_nothing_and_is_found_again(
    folder: Path, clock: Clock, server: Server, address: str, stamp: Stamp
) -> None:
    with opened(folder, address=address, clock=clock) as store:
        with store.writing() as connection:
            person = facts.new_person(connection, RECORD, stamp)
        server.stop()
        for transaction in (store.writing, store.reading):
            with pytest.raises(StoreError) as raised, transaction() as connection:
                facts.person_ids(connection)
            assert "server" in raised.value.what_to_do
        server.start()
        with store.writing() as connection:
            facts.state(connection, person, "labs", {"ferritin": 50}, stamp)
        with store.reading() as connection:
            assert len(facts.standing(connection, person)) == len(RECORD) + 2
            assert audit_log.verify(connection).fault == ""


def test_a_connection_lost_in_the_middle_is_not_said_to_have_written_nothing(
    store: Store, server: Server, person: str, stamp: Stamp
) -> None:
    lost = pytest.raises(StoreError, match="lost in the middle")
    with lost as raised, store.writing() as connection:
        facts.state(connection, person, "labs", {"ferritin": 50}, stamp)
        server.stop()
        server.start()
    assert "look whether your entry stands there" in raised.value.what_to_do
    with store.reading() as connection:
        assert len(facts.standing(connection, person)) == 4


def test_verbs_take_the_address_from_the_environment(
    folder: Path,
    clock: Clock,
    address: str,
    tmp_path: Path,
    stamp: Stamp,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EKBOM_DATABASE", address)
    folder.mkdir()
    assert main(["doctor", "--store", str(folder)]) == UNREADABLE
    assert "no tables" in capsys.readouterr().err
    with opened(folder, address=address, clock=clock) as store, store.writing() as connection:
        facts.new_person(connection, RECORD, stamp)
    assert main(["doctor", "--store", str(folder)]) == SUCCESS
    assert "PostgreSQL" in capsys.readouterr().out
    assert main(["audit", "verify", "--store", str(folder)]) == SUCCESS
    assert main(["backup", str(tmp_path / "x.tar"), "--store", str(folder)]) == UNREADABLE
    assert "tools of the server" in capsys.readouterr().err
    assert not (folder / DATABASE).exists()


def test_more_at_once_than_there_are_connections_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.engine.pool, "_timeout", 0.01)
    with ExitStack() as stack:
        for _ in range(5 + 10):
            stack.enter_context(store.reading())
        for transaction in (store.reading, store.writing):
            with pytest.raises(StoreBusyError, match="at once"), transaction():
                pass
    with store.reading() as connection:
        assert facts.person_ids(connection) == ()


def test_looking_changes_nothing(folder: Path, clock: Clock, address: str, stamp: Stamp) -> None:
    with opened(folder, address=address, clock=clock) as store, store.writing() as connection:
        facts.new_person(connection, RECORD, stamp)
    with looked_at(folder, address=address, clock=clock) as store:
        assert [check for check in examine(store) if check.state == "ill"] == []


@pytest.mark.parametrize(
    ("address", "sslmode"),
    [
        ("postgresql://a:b@db.example/ekbom", "verify-full"),
        ("postgresql://a:b@db.example/ekbom?sslmode=require", "require"),
        ("postgres://a:b@127.0.0.1/ekbom", None),
        ("postgresql+psycopg:///ekbom?host=/run/postgresql", None),
    ],
)
def test_a_connection_to_another_computer_is_encrypted(address: str, sslmode: str | None) -> None:
    engine = engine_at(address)
    assert engine.url.query.get("sslmode") == sslmode
    assert engine.url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "address",
    ["secret", "mysql://a:secret@b/c", "postgresql://a:secret@b:port/c", "postgresql://a:secret@b"],
)
def test_what_is_no_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(StoreError, match="address") as raised:
        engine_at(address)
    assert "secret" not in str(raised.value)
    cause: Any = raised.value.__cause__
    assert cause is None
