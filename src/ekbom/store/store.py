"""The store of one practice: a folder with a database, recordings and results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine

from ekbom.store import blobs, database, server, upgrading
from ekbom.store.errors import StoreBusyError, StoreError
from ekbom.store.stamp import Stamp

DATABASE = "ekbom.sqlite"
_RECORDINGS, _RESULTS, _CACHE, _LOCK = "recordings", "results", "cache", "writer.lock"


@dataclass(frozen=True, slots=True)
class Store:
    """An open store.

    Parameters
    ----------
    folder : Path
        Where it is.
    engine : Engine
        Of its database.
    clock : callable
        Gives the moment.
    """

    folder: Path
    engine: Engine
    clock: Callable[[], datetime]

    @property
    def recordings(self) -> Path:
        """Folder of what was measured."""
        return self.folder / _RECORDINGS

    @property
    def results(self) -> Path:
        """Folder of what was made from it."""
        return self.folder / _RESULTS

    @property
    def cache(self) -> Path:
        """Folder of what can be made again at any time."""
        return self.folder / _CACHE

    def stamp(self, who: str) -> Stamp:
        """Somebody, now."""
        return Stamp(who, self.clock())

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or nothing."""
        with database.writing(self.engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads."""
        with database.reading(self.engine) as connection:
            yield connection


@contextmanager
def opened(
    folder: Path,
    *,
    address: str = "",
    passphrase: str | None = None,
    clock: Callable[[], datetime],
) -> Iterator[Store]:
    """The store of a folder, made where there is none, for this program alone to write.

    Parameters
    ----------
    folder : Path
        Holds recordings and results, and the database unless an address is given.
    address : str
        Of a database on a server (``postgresql://...``).
    passphrase : str, optional
        Of an encrypted database file.
    clock : callable
        Gives the moment, with its time zone.

    Raises
    ------
    StoreBusyError
        Another program has it open.
    StoreError
        The folder cannot be written to, or the database cannot be opened.
    """
    with _alone(folder), _engine(folder, address, passphrase) as engine:
        upgrading.prepare(engine)
        # A backup that was cut short leaves a copy of the database in the folder itself.
        for each in (folder, folder / _RECORDINGS, folder / _RESULTS):
            blobs.sweep(each)
        yield Store(folder, engine, clock)


@contextmanager
def looked_at(
    folder: Path,
    *,
    address: str = "",
    passphrase: str | None = None,
    clock: Callable[[], datetime],
) -> Iterator[Store]:
    """The store of a folder as it stands: nothing is made, brought up to date or changed.

    Parameters
    ----------
    folder : Path
        Of a store; its disk may be read-only.
    address : str
        Of a database on a server.
    passphrase : str, optional
        Of an encrypted database file.
    clock : callable
        Gives the moment, with its time zone.

    Raises
    ------
    StoreBusyError
        Another program has it open.
    StoreError
        The database cannot be read.
    """
    with (
        _alone_if_writable(folder),
        _engine(folder, address, passphrase, only_looks=True) as engine,
    ):
        # A wrong passphrase is said now, not by each thing looked at.
        if not upgrading.version_of(engine).found:
            raise StoreError(
                "there are no tables in this database",
                expected="the database of a store",
                what_to_do="name the folder of the store: --store FOLDER",
            )
        yield Store(folder, engine, clock)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The folder with its rooms, and nobody else in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for each in (_RECORDINGS, _RESULTS, _CACHE):
            (folder / each).mkdir(exist_ok=True, mode=0o700)
        lock = _locked(folder)
    except OSError as error:
        raise StoreError(
            f"the folder of the store cannot be used ({error.strerror or error})",
            expected="a folder that may be written to, on a disk with space left",
            where=str(folder),
            what_to_do="choose another: ekbom serve --store FOLDER",
        ) from error
    try:
        yield
    finally:
        _let_go(lock)


@contextmanager
def _alone_if_writable(folder: Path) -> Iterator[None]:
    """Nobody else in the folder, as far as its disk lets that be said."""
    try:
        lock = _locked(folder)
    except OSError:
        # Where nothing can be written, nobody writes.
        yield
        return
    try:
        yield
    finally:
        _let_go(lock)


def _locked(folder: Path) -> FileLock:
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusyError(
            "another ekbom is using this folder",
            where=str(folder),
            what_to_do="use the window that is open already, or close that program first",
        ) from error
    return lock


def _let_go(lock: FileLock) -> None:
    # The system lets go of it in any case when the program ends.
    with suppress(OSError):
        lock.release()


@contextmanager
def _engine(
    folder: Path, address: str, passphrase: str | None, *, only_looks: bool = False
) -> Iterator[Engine]:
    if address and passphrase is not None:
        raise StoreError(
            "a passphrase encrypts a database file, and this database is on a server",
            what_to_do="leave out EKBOM_PASSPHRASE, and encrypt the disk of the server",
        )
    if not address and not only_looks:
        _only_for_owner(folder / DATABASE)
    if address:
        engine = server.engine_at(address)
    else:
        engine = database.engine_for(folder / DATABASE, passphrase, only_looks=only_looks)
    try:
        with server.held(engine) if address and not only_looks else nullcontext():
            yield engine
    finally:
        engine.dispose()


def _only_for_owner(database_file: Path) -> None:
    """Nobody else reads it, nor the files that SQLite puts beside it with the same rights."""
    try:
        database_file.touch(mode=0o600)
        if os.name == "posix":
            database_file.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"the database cannot be used ({error.strerror or error})",
            expected="a file of the user who opens it",
            where=str(database_file),
            what_to_do="let its owner open it, or name another folder: ekbom serve --store FOLDER",
        ) from error
