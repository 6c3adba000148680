"""The database behind the store: opened, written to by one program, in whole transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from ekbom.store.errors import StoreBusyError, StoreError

_BUSY_MS = 5000
# How SQLite and SQLCipher say that they cannot read a file at all.
_NO_DATABASE = "file is not a database"
_DAMAGED = "malformed"
_FAILING = "disk I/O error"
_LOCKED = "database is locked"
_NOT_OPENED = "unable to open database file"
_WRITER = Lock()
# Opening an encrypted file takes long, so that many connections are kept; and there are more than
# a web server has threads, so that none waits for one.
_POOL = {"pool_size": 20, "max_overflow": 50}
_SERVER = "check that the server runs, and the address in EKBOM_DATABASE"


def engine_for(path: Path, passphrase: str | None = None, *, only_looks: bool = False) -> Engine:
    """An engine for a database file.

    Parameters
    ----------
    path : Path
        File of SQLite.
    passphrase : str, optional
        The file is encrypted with it (SQLCipher; needs the extra ``encryption``).
    only_looks : bool
        The file is there, and not a byte of it is changed, nor need its disk be written to.

    Raises
    ------
    StoreError
        The extra is missing, or the passphrase is empty.
    """
    address = URL.create("sqlite", database=str(path))
    if only_looks:
        address = _untouched(path)
    # Parameters hold health data; no error may show them.
    if passphrase is None:
        engine = create_engine(address, hide_parameters=True, **_POOL)
    else:
        engine = _encrypted(address, passphrase)
    event.listen(engine, "connect", _careful_looking if only_looks else _careful)
    event.listen(engine, "begin", _begin)
    return engine


def _untouched(path: Path) -> URL:
    # After a crash the latest entries are in a file beside the database, which is read too; where
    # there is none, the database needs no file beside it and may be on a disk that is read-only.
    beside = path.with_name(f"{path.name}-wal")
    is_whole = not beside.exists() or beside.stat().st_size == 0
    how = {"immutable": "1"} if is_whole else {"mode": "ro"}
    return URL.create(
        "sqlite", database=f"file:{quote(str(path.resolve()))}", query={**how, "uri": "true"}
    )


def _encrypted(address: URL, passphrase: str) -> Engine:
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
    return create_engine(
        address.set(drivername="sqlite+pysqlcipher", password=passphrase),
        module=dbapi2,
        # The default pool of this driver closes connections that other threads still use.
        poolclass=QueuePool,
        hide_parameters=True,
        **_POOL,
    )


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


def _careful_looking(handle: Any, _record: Any) -> None:
    handle.isolation_level = None
    cursor = handle.cursor()
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
        with (
            _one_writer(engine),
            engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection
    except DBAPIError as error:
        raise _not_written(engine, error) from error
    except PoolTimeout as error:
        raise _too_many() from error
    except UnicodeEncodeError as error:
        raise StoreError(
            "nothing was written: the text holds half a character, which no file can keep",
            what_to_do="type the text anew",
        ) from error


@contextmanager
def _one_writer(engine: Engine) -> Iterator[None]:
    """Threads write to a file one after the other.

    The database would make them wait itself; but before SQLite 3.51.3, one that copies the log into
    the file at the end of its transaction, while another begins, could damage it.
    """
    if not _is_file(engine):
        yield
        return
    if not _WRITER.acquire(timeout=_BUSY_MS / 1000):
        raise StoreError(
            "nothing was written: something else was being written all the while",
            what_to_do="try again; what was saved before is safe",
        )
    try:
        yield
    finally:
        _WRITER.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads: all of it sees the same moment.

    Raises
    ------
    StoreError
        The database is damaged, or cannot be read now.
    """
    with reaching(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def reaching(engine: Engine) -> Iterator[None]:
    """Say what is wrong where the database cannot be reached or read."""
    try:
        yield
    except DBAPIError as error:
        raise _unopened(error) or StoreError(
            f"the store could not be read ({_first_line(error)})",
            what_to_do="run: ekbom doctor" if _is_file(engine) else _SERVER,
        ) from error
    except PoolTimeout as error:
        raise _too_many() from error


def _too_many() -> StoreBusyError:
    return StoreBusyError(
        "too much is asked of the store at once",
        what_to_do="try again in a moment; nothing was changed by this",
    )


def _unopened(error: DBAPIError) -> StoreError | None:
    """What is wrong where the file is damaged, or none that this connection can read at all."""
    if _DAMAGED in str(error.orig):
        return StoreError(
            f"the database is damaged ({error.orig})",
            what_to_do="keep the folder as it is, and restore the latest backup into a new folder",
        )
    if _LOCKED in str(error.orig):
        return StoreBusyError(
            "another program has the database open and writes to it; nothing was written",
            what_to_do="close that program, then try again",
        )
    if _NOT_OPENED in str(error.orig):
        return StoreError(
            "the database cannot be opened for reading and writing",
            expected="a folder that may be written to, with space left",
            what_to_do="where its disk is read-only, copy the whole folder to another disk and "
            "name that: --store FOLDER. Nothing was changed",
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


def _not_written(engine: Engine, error: DBAPIError) -> StoreError:
    if error.connection_invalidated:
        return StoreError(
            f"the connection to the database was lost in the middle ({_first_line(error)})",
            what_to_do=f"look whether your entry stands there before you make it again; {_SERVER}",
        )
    if _FAILING in str(error.orig):
        # Where the disk fails at the very end of a transaction, a crash may bring it back.
        return StoreError(
            f"the disk failed while this was being written ({_first_line(error)})",
            expected="a disk with space left that may be written to",
            what_to_do="what was saved before is safe; look whether your entry stands there before "
            "you make it again, and run: ekbom doctor",
        )
    room = "a disk with space left that may be written to"
    return _unopened(error) or StoreError(
        f"nothing was written ({_first_line(error)})",
        expected=room if isinstance(error, OperationalError) and _is_file(engine) else "",
        what_to_do="what was saved before is safe; "
        + ("make space, or run: ekbom doctor" if _is_file(engine) else _SERVER),
    )


def _is_file(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _first_line(error: DBAPIError) -> str:
    # Further lines of a server show the values of the row.
    return str(error.orig).partition("\n")[0]


def integrity(engine: Engine) -> str:
    """What a database file says of itself: ``ok``, or its faults."""
    with reading(engine) as connection:
        found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    faults = [*found, *(f"a row of {row[0]} points nowhere" for row in orphans)]
    return "; ".join(fault for fault in faults if fault != "ok") or "ok"
