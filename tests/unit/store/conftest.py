"""What tests of the store share: an open store, somebody at the desk, a small record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ekbom.store import blobs, facts, nights, upgrading
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store, opened

BEGINNING = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
RECORD: dict[str, Any] = {
    "id": "p-1",
    "person": {"sex": "female"},
    "labs": [{"ferritin": 18}, {"ferritin": 41}],
}


SECOND_VERSION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    op.create_table("later", sa.Column("seq", sa.Integer()))
    op.execute("INSERT INTO later SELECT seq FROM facts")
    op.add_column("persons", sa.Column("more", sa.String(10)))
"""


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
def later_ekbom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the program knows one more version of the tables."""
    folder = tmp_path / "later" / "migrations"
    shutil.copytree(upgrading.MIGRATIONS, folder)
    (folder / "versions" / "v0002_later.py").write_text(SECOND_VERSION)
    monkeypatch.setattr(upgrading, "MIGRATIONS", folder)


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
