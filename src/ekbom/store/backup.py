"""Backup and restore of a whole store: one file, checked before it replaces anything."""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from ekbom.store import blobs
from ekbom.store.errors import StoreError
from ekbom.store.offsets import SECRET
from ekbom.store.stamp import as_text
from ekbom.store.store import DATABASE, Store
from ekbom.store.tables import recordings, results

_MANIFEST = "manifest.json"
_FORMAT = "ekbom-backup-1"
_PLAIN = b"SQLite format 3"
_FOLDERS = ("recordings", "results")


def write_backup(
    store: Store,
    target: IO[bytes],
    told: Callable[[int, int], None] = lambda done, of: None,
    *,
    faulty: Callable[[str], None] = lambda name: None,
    beside: Path | None = None,
) -> int:
    """Write everything that cannot be made again into one file.

    The database is copied as of one moment, while others may read it; recordings and results are
    named by their content, so that they cannot change under the copy.

    Parameters
    ----------
    store : Store
        Open, in a database file (a server's database is backed up with its own tools).
    target : binary file
        Written from here on.
    told : callable
        Told how many files are done, and how many there are.
    faulty : callable
        Told the name of each recording or result that is missing, or is not as it was saved. The
        rest is backed up all the same.
    beside : Path, optional
        Folder for a copy of the database on its way, where that of the store is read-only.

    Returns
    -------
    int
        Files in it.

    Raises
    ------
    StoreError
        The database is on a server; or the disk has no room for its copy.
    """
    _check_is_file(store)
    folder = store.folder if beside is None or os.access(store.folder, os.W_OK) else beside
    copy = folder / f".{secrets.token_hex(6)}.part"
    try:
        _copy_database(store, copy)
        return _write_archive(store, copy, target, told, faulty)
    finally:
        # Left behind, it is swept when the store is opened next.
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def _check_is_file(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        raise StoreError(
            "the database of this store is on a server",
            what_to_do="back it up with the tools of the server, and copy the folder beside it",
        )


def _write_archive(
    store: Store,
    copy: Path,
    target: IO[bytes],
    told: Callable[[int, int], None],
    faulty: Callable[[str], None],
) -> int:
    named = [(DATABASE, copy)]
    if (store.folder / SECRET).is_file():
        # Without it copies made after a restore would be dated otherwise than those before.
        named.append((SECRET, store.folder / SECRET))
    for folder in _FOLDERS:
        where = store.folder / folder
        named += [(f"{folder}/{name}", blobs.path_of(where, name)) for name in blobs.names(where)]
    hashes = {name: blobs.sha256_of(path) for name, path in named}
    for name in _wanted(store):
        if hashes.get(name) != name.partition("/")[2]:
            faulty(name)
    with tarfile.open(fileobj=target, mode="w") as archive:
        _add_bytes(archive, _MANIFEST, as_text({"format": _FORMAT, "files": hashes}).encode())
        for done, (name, path) in enumerate(named):
            told(done, len(named))
            archive.add(path, name, recursive=False, filter=_without_owner)
    told(len(named), len(named))
    return len(named)


def restore(source: Path, folder: Path) -> int:
    """Bring a backup back into a folder that holds no store yet.

    Parameters
    ----------
    source : Path
        What `write_backup` wrote.
    folder : Path
        New or empty.

    Returns
    -------
    int
        Files brought back.

    Raises
    ------
    StoreError
        It is no backup, is damaged, or the folder is in use; nothing is left behind.
    """
    arriving = None
    try:
        folder = folder.resolve()
        _check_free(folder)
        arriving = folder.parent / f".{folder.name[:100]}.{secrets.token_hex(6)}.part"
        folder.parent.mkdir(parents=True, exist_ok=True)
        arriving.mkdir(mode=0o700)
        n_files = _unpacked(source, arriving)
        _check_database(arriving / DATABASE)
        # Takes the place of an empty folder too.
        os.replace(arriving, folder)
        blobs.sync_folder(folder.parent)
    # A list that is no text, or no JSON, is a ValueError; one nested without end, a RecursionError.
    except (OSError, tarfile.TarError, ValueError, RecursionError, sqlite3.Error) as error:
        raise StoreError(
            f"this backup could not be brought back ({error})",
            where=str(source),
            what_to_do="make space or take another backup; nothing was changed",
        ) from error
    finally:
        if arriving is not None:
            shutil.rmtree(arriving, ignore_errors=True)
    return n_files


def _check_free(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(
            "this folder is not empty" if folder.is_dir() else "this is a file, not a folder",
            expected="a new folder",
            where=str(folder),
            what_to_do="name another; a store is never written over",
        )


def _copy_database(store: Store, target: Path) -> None:
    try:
        # It fills an empty file, which is made first so that nobody else may read it.
        target.touch(mode=0o600)
        with store.engine.connect() as connection:
            # Of one moment by itself; an encrypted one stays encrypted with its passphrase.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
            connection.exec_driver_sql("BEGIN")
    except (OSError, DBAPIError) as error:
        raise StoreError(
            f"the database could not be copied ({getattr(error, 'orig', error)})",
            expected="space left for one more database",
            where=str(target.parent),
            what_to_do="make space, or run: ekbom doctor. Nothing was changed",
        ) from error


def _wanted(store: Store) -> list[str]:
    """What the database speaks of."""
    with store.reading() as connection:
        kept = connection.execute(select(recordings.c.sha256)).scalars().all()
        made = connection.execute(select(results.c.sha256)).scalars().all()
    return sorted(
        {f"{_FOLDERS[0]}/{each}" for each in kept} | {f"{_FOLDERS[1]}/{each}" for each in made}
    )


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _unpacked(source: Path, folder: Path) -> int:
    with tarfile.open(source, mode="r:") as archive:
        members = iter(archive)
        files = _manifest(archive, next(members, None), source)
        left = dict(files)
        for member in members:
            # Only names of the manifest, only ordinary files: no path leads outside, and none
            # becomes larger than the backup is.
            if member.name not in left or not member.isfile() or member.issparse():
                raise _damaged(source, f"it holds {member.name!r}, which its list does not name")
            target = folder / _place(member.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            if content is None:
                raise _damaged(source, f"{member.name} cannot be read")
            target.touch(mode=0o600, exist_ok=False)
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
            if blobs.sha256_of(target) != left.pop(member.name):
                raise _damaged(source, f"{member.name} is not what was backed up")
    if left:
        raise _damaged(source, f"{len(left)} files are missing")
    return len(files)


def _manifest(
    archive: tarfile.TarFile, member: tarfile.TarInfo | None, source: Path
) -> dict[str, str]:
    is_list = member is not None and member.name == _MANIFEST and member.isfile()
    content = archive.extractfile(member) if member is not None and is_list else None
    if content is None:
        raise _damaged(source, "its list of files is missing")
    found: Any = json.loads(content.read())
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise _damaged(source, "it is of another version")
    files = found.get("files")
    if not isinstance(files, dict) or DATABASE not in files:
        raise _damaged(source, "its list of files names no database")
    return {str(name): str(value) for name, value in files.items()}


def _place(name: str) -> Path:
    """Where a file of the manifest goes: the database, the secret, or a blob by its hash."""
    if name in (DATABASE, SECRET):
        return Path(name)
    folder, _, sha256 = name.partition("/")
    if folder not in _FOLDERS:
        raise StoreError(f"a backup does not hold {name!r}")
    return blobs.path_of(Path(folder), sha256, must_exist=False)


def _check_database(path: Path) -> None:
    """A database that is not encrypted must be whole; an encrypted one is checked when opened."""
    with path.open("rb") as file:
        if file.read(len(_PLAIN)) != _PLAIN:
            return
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchone()
    if found != ("ok",):
        raise _damaged(path, "its database is damaged")


def _damaged(source: Path, why: str) -> StoreError:
    return StoreError(
        f"this is no whole backup: {why}",
        expected="a file written by: ekbom backup",
        where=str(source),
        what_to_do="take another backup; nothing was changed",
    )
