"""What tests of the store share: an open store, somebody at the desk, a small record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ekbom.store import blobs, facts, nights
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store, opened

BEGINNING = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
RECORD: dict[str, Any] = {
    "id": "p-1",
    "person": {"sex": "female"},
    "labs": [{"ferritin": 18}, {"ferritin": 41}],
}


class Clock:
    """A second later each time it is looked at."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path, clock: Clock) -> Iterator[Store]:
    with opened(folder, clock=clock) as found:
        yield found


@pytest.fixture
def stamp() -> Stamp:
    return Stamp("Dr Example", BEGINNING)


@pytest.fixture
def person(store: Store, stamp: Stamp) -> str:
    """Somebody with four facts."""
    with store.writing() as connection:
        return facts.new_person(connection, RECORD, stamp)


@pytest.fixture
def night(store: Store, person: str, stamp: Stamp) -> str:
    """A night of that person."""
    blob = blobs.kept(store.recordings, b"a recording")
    with store.writing() as connection:
        return nights.add_night(
            connection, person, (blob, None), ("night.edf", ""), date(2026, 11, 20), stamp
        )
