"""Is the store well: versions, room, permissions, the clock, every file by its hash."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select, text

from ekbom.store import audit_log, blobs, database, upgrading
from ekbom.store.clock import clock_says
from ekbom.store.errors import StoreError
from ekbom.store.migrations.frozen import never_changed
from ekbom.store.store import DATABASE, Store
from ekbom.store.tables import ADDED_TO_ONLY, nights, recordings, results
from ekbom.store.upgrading import Version

# Two connections that write at once could damage a file in earlier versions.
_SOUND_SQLITE = (3, 51, 3)
_ROOM_BYTES = 2_000_000_000
_NOBODY_ELSE = 0o077
_RESTORE = "restore the latest backup into a new folder"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Parameters
    ----------
    name : str
        What.
    state : str
        ``well``, ``note`` (works, but a reader should know) or ``ill``.
    says : str
        What was found.
    what_to_do : str
        Empty where nothing is to be done.
    """

    name: str
    state: Literal["well", "note", "ill"]
    says: str
    what_to_do: str = ""


def examine(store: Store) -> Iterator[Check]:
    """Look at everything, one check after the other; nothing is changed.

    Parameters
    ----------
    store : Store
        Open, or as `ekbom.store.store.looked_at` gives it.
    """
    version = upgrading.version_of(store.engine)
    yield _tables(version)
    for name, look in (_OUTSIDE if version.is_later else _LOOKS).items():
        try:
            yield from look(store)
        except StoreError as error:
            # One thing that cannot be looked at does not hide the others.
            yield Check(name, "ill", error.found, _RESTORE)
        except OSError as error:
            yield Check(name, "ill", f"the disk cannot be read ({error})", _RESTORE)


def _tables(version: Version) -> Check:
    if version.is_current:
        return Check("tables", "well", f"version {version.found}")
    if version.is_later:
        says = f"version {version.found}, of a later ekbom; this one knows {version.known[-1]}"
        what = "install that version of ekbom; what is in the tables was not looked at"
        return Check("tables", "ill", says, what)
    says = f"version {version.found}; this ekbom has {version.known[-1]}"
    what = "back it up; the app brings it up to date when it opens it"
    return Check("tables", "note", says, what)


def _engine(store: Store) -> Check:
    if store.engine.dialect.name != "sqlite":
        with store.reading() as connection:
            found = connection.execute(text("SHOW server_version")).scalar_one()
        return Check("database", "well", f"PostgreSQL {found}")
    with store.reading() as connection:
        found = connection.execute(text("SELECT sqlite_version()")).scalar_one()
    if tuple(int(part) for part in found.split(".")) >= _SOUND_SQLITE:
        return Check("database", "well", f"SQLite {found}")
    return Check(
        "database",
        "note",
        f"SQLite {found}; versions before 3.51.3 can damage a file that two connections write at "
        "once, which ekbom prevents: one program has it open, and writes one entry at a time",
        "open the file with no other program that writes; where you can, use a Python with a later "
        "SQLite",
    )


def _integrity(store: Store) -> Check:
    if store.engine.dialect.name != "sqlite":
        return Check("integrity", "note", "left to the server", "use its own tools: pg_amcheck")
    found = database.integrity(store.engine)
    if found == "ok":
        says = _own_rules(store)
        if not says:
            return Check("integrity", "well", "the database is whole")
        what = "keep the folder as it is, ask who changed it, and restore a backup made before"
        return Check("integrity", "ill", says, what)
    return Check("integrity", "ill", found, _RESTORE)


def _own_rules(store: Store) -> str:
    """What differs from the rules by which the database refuses changes; empty where none does.

    A rule that is not ours would change entries as they are written.
    """
    version = upgrading.version_of(store.engine)
    if not version.is_current:
        return ""
    wanted = {each for table in ADDED_TO_ONLY for each in never_changed(table.name, "sqlite")}
    rules = text("SELECT sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
    with store.reading() as connection:
        found = set(connection.execute(rules).scalars())
    if found == wanted:
        return ""
    missing, foreign = len(wanted - found), len(found - wanted)
    return (
        f"of its own rules against changes the database lacks {missing}, and it has {foreign} that "
        "are not of ekbom"
    )


def _clock(store: Store) -> Check:
    says = clock_says(store)
    if not says:
        return Check("clock", "well", "no recent entry is dated later than now")
    return Check("clock", "note", says, "set the clock of this computer right")


def _log(store: Store) -> Check:
    with store.reading() as connection:
        verdict = audit_log.verify(connection)
    if not verdict.fault:
        return Check("log", "well", f"{verdict.n_rows} rows, none missing or changed")
    return Check("log", "ill", verdict.fault, "keep the folder as it is, and restore a backup")


def _facts(store: Store) -> Check:
    with store.reading() as connection:
        fault = audit_log.unlike_the_log(connection)
    if not fault:
        return Check("facts", "well", "each, and each edit and result, is as the log says")
    return Check("facts", "ill", fault, "keep the folder as it is, and restore a backup")


def _room(store: Store) -> Check:
    free = shutil.disk_usage(store.folder).free
    says = f"{free / 1e9:.1f} GB free"
    if free >= _ROOM_BYTES:
        return Check("room on the disk", "well", says)
    return Check("room on the disk", "note", says, "make space: a night takes about 0.3 GB")


def _permissions(store: Store) -> Check:
    if not os.access(store.folder, os.W_OK):
        what = "let the owner write to the folder"
        return Check("permissions", "ill", "the folder may not be written to", what)
    if os.name != "posix":
        return Check("permissions", "well", "the folder may be written to")
    paths = [store.folder, store.folder / DATABASE]
    open_ = [p for p in paths if p.exists() and stat.S_IMODE(p.stat().st_mode) & _NOBODY_ELSE]
    if not open_:
        return Check("permissions", "well", "only the owner may read it")
    what = f"chmod -R go-rwx {store.folder}"
    return Check("permissions", "note", "others on this computer may read it", what)


def _files(store: Store) -> Iterator[Check]:
    with store.reading() as connection:
        kept = set(connection.execute(select(recordings.c.sha256)).scalars())
        made = set(connection.execute(select(results.c.sha256)).scalars())
        used = set(connection.execute(select(nights.c.recording)).scalars())
        used |= set(connection.execute(select(nights.c.marks)).scalars())
    for name, folder, wanted in (
        ("recordings", store.recordings, kept),
        ("results", store.results, made),
    ):
        found = set(blobs.names(folder))
        damaged = [
            sha256
            for sha256 in sorted(wanted & found)
            if blobs.sha256_of(blobs.path_of(folder, sha256)) != sha256
        ]
        missing = wanted - found
        if damaged or missing:
            says = f"{len(missing)} missing, {len(damaged)} damaged, of {len(wanted)}"
            what = _RESTORE
            if name == "recordings" and not used & (missing | set(damaged)):
                what = "no night uses them"
            yield Check(name, "ill", says, what)
        else:
            beyond = len(found - wanted)
            more = f"; {beyond} more that nothing uses" if beyond else ""
            yield Check(name, "well", f"{len(wanted)} files, each as it was saved{more}")


# What needs no table.
_OUTSIDE: Mapping[str, Callable[[Store], Iterable[Check]]] = {
    "database": lambda store: [_engine(store)],
    "integrity": lambda store: [_integrity(store)],
    "room on the disk": lambda store: [_room(store)],
    "permissions": lambda store: [_permissions(store)],
}
_LOOKS: Mapping[str, Callable[[Store], Iterable[Check]]] = {
    **_OUTSIDE,
    "log": lambda store: [_log(store)],
    "facts": lambda store: [_facts(store)],
    "clock": lambda store: [_clock(store)],
    "files": _files,
}
