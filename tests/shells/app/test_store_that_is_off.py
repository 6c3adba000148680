"""A disk that became read-only or full, a clock set back: a page says what is and what is safe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.shells.app.conftest import NOW

from ekbom.store import audit_log, facts
from ekbom.store.store import Store, opened


class Clock:
    """Set by the test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with opened(tmp_path / "store", clock=clock) as found:
        yield found


@contextmanager
def _set(store: Store, pragma: str, off: str) -> Iterator[None]:
    """All connections of the store, for a while."""

    def apply(statement: str) -> None:
        store.engine.dispose()
        with store.reading() as connection:
            connection.exec_driver_sql(f"PRAGMA {statement}")

    apply(pragma)
    yield
    apply(off)


def _history(store: Store) -> list[tuple[facts.Fact, ...]]:
    with store.reading() as connection:
        assert audit_log.verify(connection).fault == ""
        return [facts.history(connection, each) for each in facts.person_ids(connection)]


@pytest.mark.parametrize(
    ("pragma", "off", "says"),
    [
        ("query_only = ON", "query_only = OFF", "readonly"),
        ("max_page_count = 1", "max_page_count = 1000000", "full"),
    ],
)
def test_a_disk_that_takes_nothing_more(
    client: TestClient, store: Store, example: str, pragma: str, off: str, says: str
) -> None:
    before = _history(store)
    many = {"name": "dialysis"}
    with _set(store, pragma, off):
        refused = client.post("/patients/example", data=many)
        assert refused.status_code == 503
        assert "nothing was written" in refused.text
        assert says in refused.text
        assert "what was saved before is safe" in refused.text
        # What is there can be read all the same.
        assert client.get(example).status_code == 200
    assert _history(store) == before
    assert client.post("/patients/example", data=many).status_code == 303
    assert len(_history(store)) == len(before) + 1


def test_a_clock_set_back_is_said_on_every_page_until_it_is_right(
    client: TestClient, clock: Clock, store: Store, example: str
) -> None:
    def pages() -> list[str]:
        return [client.get(address).text for address in ("/", example, "/none")]

    assert not any("Check the clock of this computer" in text for text in pages())
    clock.now = NOW - timedelta(days=400)
    assert all("Check the clock of this computer" in text for text in pages())
    assert client.post("/patients/example", data={"name": "iron-deficient"}).status_code in (
        303,
        422,
    )
    assert all("Check the clock of this computer" in text for text in pages())
    clock.now = NOW + timedelta(minutes=1)
    assert not any("Check the clock of this computer" in text for text in pages())
    assert client.get(example).status_code == 200


def test_a_stranger_is_told_nothing_of_the_store(
    stranger: TestClient, clock: Clock, store: Store
) -> None:
    with store.writing() as connection:
        facts.new_person(connection, {"id": "p-1"}, store.stamp("x"))
    clock.now = NOW - timedelta(days=400)
    assert "clock" not in stranger.get("/").text


def test_a_thousand_requests_leave_no_handle_open(
    client: TestClient, store: Store, example: str
) -> None:
    def handles() -> int:
        return len(os.listdir("/dev/fd"))

    for _ in range(10):
        client.get("/welcome")
    client.get(example)
    before = handles()
    for at in range(1000):
        client.get("/none" if at % 2 else "/welcome")
    # The pool may have filled meanwhile: twenty connections, each with a file and its log.
    assert handles() <= before + 40
    assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_hundred_stores_opened_and_closed_leave_no_handle_open(
    tmp_path: Path, clock: Clock
) -> None:
    def open_and_close() -> None:
        with opened(tmp_path / "another", clock=clock) as found, found.reading() as connection:
            assert facts.person_ids(connection) == ()

    open_and_close()
    before = len(os.listdir("/dev/fd"))
    for _ in range(100):
        open_and_close()
    assert len(os.listdir("/dev/fd")) == before
