"""The app without a socket: a store of the test, and somebody who came in by the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.measured_nights import add_measured, short

from ekbom.app.desk import Desk
from ekbom.app.security import Address
from ekbom.app.server import build
from ekbom.app.sessions import Sessions
from ekbom.interop.edf_writing import write_edf
from ekbom.interop.night import score_files
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.scoring.score import NightResult
from ekbom.store.store import Store, opened

PORT = 8000
BASE = f"http://127.0.0.1:{PORT}"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return load()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store", clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def sessions() -> Sessions:
    return Sessions("Dr Example", idle_s=900)


@pytest.fixture
def stranger(store: Store, knowledge: KnowledgeBase, sessions: Sessions) -> Iterator[TestClient]:
    """A browser that has no session."""
    app = build(Desk(store, knowledge), sessions, Address.local(PORT))
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(stranger: TestClient, sessions: Sessions) -> TestClient:
    """A browser that came in by the key, and sends what browsers send with a form."""
    assert stranger.get(f"/start?key={sessions.key}").status_code == 303
    stranger.headers["origin"] = BASE
    stranger.headers["sec-fetch-site"] = "same-origin"
    return stranger


@pytest.fixture(scope="module")
def lasting(
    tmp_path_factory: pytest.TempPathFactory, knowledge: KnowledgeBase
) -> Iterator[TestClient]:
    """A browser that came in by the key; its store lasts through all tests of a file."""
    sessions = Sessions("Dr Example", idle_s=900)
    with opened(tmp_path_factory.mktemp("lasting") / "store", clock=lambda: NOW) as store:
        app = build(Desk(store, knowledge), sessions, Address.local(PORT))
        with TestClient(app, base_url=BASE, follow_redirects=False) as client:
            assert client.get(f"/start?key={sessions.key}").status_code == 303
            client.headers["origin"] = BASE
            yield client


@pytest.fixture
def example(client: TestClient) -> str:
    """Address of an invented patient."""
    taken = client.post("/patients/example", data={"name": "iron-deficient"})
    assert taken.status_code == 303
    return taken.headers["location"]


@pytest.fixture
def take(client: TestClient) -> Callable[[str], str]:
    """Takes up an invented patient by name; the address."""

    def taken(name: str) -> str:
        return client.post("/patients/example", data={"name": name}).headers["location"]

    return taken


@pytest.fixture(scope="session")
def short_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of three quarters of an hour of a patient with restless legs."""
    path, made = tmp_path_factory.mktemp("night") / "night.edf", short()
    write_edf(path, list(made.leg_signals()), made.annotations, made.duration_s)
    return path


@pytest.fixture(scope="session")
def scored(short_night: Path) -> NightResult:
    """The same, scored by every edition."""
    return score_files(short_night, rules="all")


@pytest.fixture
def kept(store: Store, example: str, short_night: Path, scored: NightResult) -> str:
    """Address of a night of the invented patient that is measured already, without a worker."""
    night_id = add_measured(store, example.rpartition("/")[2], short_night, scored)
    return f"{example}/nights/{night_id}"
