"""A store with something in it, and all that it holds."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ekbom.store import audit_log, blobs, database, facts, nights, results
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store, opened
from ekbom.store.tables import metadata

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
STAMP = Stamp("Dr Example", NOW)
RECORD: dict[str, Any] = {"id": "p-1", "labs": [{"ferritin": 18}, {"ferritin": 41}]}
MADE = results.Made({}, "", {}, "")


def open_store(folder: Path) -> Any:
    return opened(folder, clock=lambda: NOW)


def fill(store: Store) -> str:
    """Somebody with a night and a result; their id."""
    recording = blobs.kept(store.recordings, b"a recording" * 1000)
    result = blobs.kept(store.results, b"a result")
    with store.writing() as connection:
        person = facts.new_person(connection, RECORD, STAMP)
        files = (recording, None)
        night = nights.add_night(connection, person, files, ("a.edf", ""), date(2026, 1, 1), STAMP)
        results.keep(connection, "night", (person, night), result.sha256, MADE, STAMP)
    return person


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """In memory, where the system has such a disk: no machine fails here, only programs."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="ekbom-", dir=memory))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store") as found:
        fill(found)
        yield found


def held(store: Store) -> dict[str, Any]:
    """All rows and all files; the store is whole."""
    assert database.integrity(store.engine) == "ok"
    with store.reading() as connection:
        assert audit_log.verify(connection).fault == ""
        assert audit_log.unlike_the_log(connection) == ""
        found: dict[str, Any] = {
            name: connection.execute(select(table)).all() for name, table in metadata.tables.items()
        }
    for folder in (store.recordings, store.results):
        found[folder.name] = {name: blobs.path_of(folder, name) for name in blobs.names(folder)}
        for name, path in found[folder.name].items():
            assert blobs.sha256_of(path) == name
    return found
