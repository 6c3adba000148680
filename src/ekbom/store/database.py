"""The database behind the store: opened, prepared, and written to by one program only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from ekbom.store.errors import StoreError

_MIGRATIONS = str(Path(__file__).parent / "migrations")
_BUSY_MS = 5000
# How SQLite and SQLCipher say that they cannot read a file at all.
_NO_DATABASE = "file is not a database"
_DAMAGED = "malformed"


def engine_for(where: Path | str, passphrase: str | None = None) -> Engine:
    """An engine for a database file, or for a server by its address.

    Parameters
    ----------
    where : Path or str
        File of SQLite; or an address such as ``postgresql+psycopg://...``.
    passphrase : str, optional
        The file is encrypted with it (SQLCipher; needs the extra ``encryption``).

    Raises
    ------
    StoreError
        The extra is missing, or an encrypted server is asked for.
    """
    if isinstance(where, str):
        return create_engine(make_url(where), pool_pre_ping=True)
    if passphrase is None:
        engine = create_engine(URL.create("sqlite", database=str(where)))
    else:
        engine = _encrypted(where, passphrase)
    event.listen(engine, "connect", _careful)
    event.listen(engine, "begin", _begin)
    return engine


def _encrypted(where: Path, passphrase: str) -> Engine:
    if not passphrase:
        raise StoreError("the passphrase is empty", expected="the passphrase of this store")
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise StoreError(
            "this store is encrypted, and what opens it is not installed",
            expected="the extra of ekbom named encryption",
            what_to_do='install it: pip install "ekbom[app,encryption]"',
        ) from error
    address = URL.create("sqlite+pysqlcipher", password=passphrase, database=str(where))
    # The default pool of this driver closes connections that other threads still use.
    return create_engine(address, module=dbapi2, poolclass=QueuePool)


def _careful(handle: Any, _record: Any) -> None:
    """Settings of a connection: a write is on the disk before it is acknowledged."""
    # Transactions are begun by us: the driver would begin them late.
    handle.isolation_level = None
    cursor = handle.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # Otherwise INSERT OR REPLACE would remove a row past the trigger that forbids it.
    cursor.execute("PRAGMA recursive_triggers = ON")
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once, so that no transaction fails half way for want of it.
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it is kept, or nothing.

    Raises
    ------
    StoreError
        The disk is full, read-only or failing; nothing of the transaction was kept.
    """
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise _not_written(error) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads: all of it sees the same moment."""
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise _unopened(error) or StoreError(
            f"the store could not be read ({error.orig})",
            what_to_do="run: ekbom doctor",
        ) from error


def _unopened(error: DBAPIError) -> StoreError | None:
    """What is wrong where the file is damaged, or none that this connection can read at all."""
    if _DAMAGED in str(error.orig):
        return StoreError(
            f"the database is damaged ({error.orig})",
            what_to_do="keep the folder as it is, and restore the latest backup into a new folder",
        )
    if _NO_DATABASE not in str(error.orig):
        return None
    return StoreError(
        "the database cannot be opened: it is encrypted, the passphrase is another one, or the "
        "file is damaged",
        expected="the passphrase with which this store was made, or none where none was used",
        what_to_do="check the passphrase; where it is right, restore the latest backup into a new "
        "folder. Nothing was changed",
    )


def _not_written(error: DBAPIError) -> StoreError:
    return _unopened(error) or StoreError(
        f"nothing was written ({error.orig})",
        expected="a disk with space left that may be written to",
        what_to_do="what was saved before is safe; make space, or run: ekbom doctor",
    )


def prepare(engine: Engine) -> None:
    """Make the tables, or bring those of an earlier version up to this one.

    Raises
    ------
    StoreError
        The tables are those of a later version of ekbom.
    """
    config = Config()
    # A percent sign would be a variable to the reader of options.
    config.set_main_option("script_location", _MIGRATIONS.replace("%", "%%"))
    with writing(engine) as connection:
        known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in known:
            raise StoreError(
                f"this store was written by a later version of ekbom (its tables are {found})",
                expected=f"tables up to {max(known)}",
                what_to_do="install that version of ekbom; nothing was changed here",
            )
        config.attributes["connection"] = connection
        upgrade(config, "head")


def version_of(engine: Engine) -> str:
    """The version of the tables."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision() or "none"


def integrity(engine: Engine) -> str:
    """What the database says of itself: ``ok``, or its faults."""
    if engine.dialect.name != "sqlite":
        return "ok"
    with reading(engine) as connection:
        found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    faults = [*found, *(f"a row of {row[0]} points nowhere" for row in orphans)]
    return "; ".join(fault for fault in faults if fault != "ok") or "ok"
