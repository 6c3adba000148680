"""The whole app with somebody in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.security.house import NOW, PORT, SAMPLE, House, filled

from ekbom.app.desk import Desk
from ekbom.app.security import Address
from ekbom.app.server import build
from ekbom.app.sessions import Sessions
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.store.store import opened


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return load()


@pytest.fixture
def house(tmp_path: Path, knowledge: KnowledgeBase) -> Iterator[House]:
    with opened(tmp_path / "store", clock=lambda: NOW) as store:
        person, night = filled(store, SAMPLE.read_bytes())
        sessions = Sessions("Dr Example", idle_s=900)
        app = build(Desk(store, knowledge), sessions, Address.local(PORT))
        with TestClient(app):
            yield House(app, store, sessions, person, night)


@pytest.fixture
def stranger(house: House) -> TestClient:
    return house.client()


@pytest.fixture
def insider(house: House) -> TestClient:
    return house.insider()
