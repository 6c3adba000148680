"""The whole app with somebody in it, and every address it answers to, found by walking it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

import ekbom
from ekbom.app.sessions import Sessions
from ekbom.errors import PatientError
from ekbom.interop.patient_files import example_text
from ekbom.knowledge.strict_yaml import parse
from ekbom.store import blobs, facts, nights
from ekbom.store.exchange import record_in
from ekbom.store.store import Store

PORT = 8000
BASE = f"http://127.0.0.1:{PORT}"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SAMPLE = Path(ekbom.__file__).parent / "examples" / "SN5_sample.edf"
READS = frozenset({"GET", "HEAD"})
# An upload in pieces names its parts with words of its own.
_WORDS = {"name": "iron-deficient", "format": "json"}


@dataclass(frozen=True)
class Call:
    """One way to ask the app for something."""

    method: str
    path: str

    @property
    def reads(self) -> bool:
        return self.method in READS


@dataclass(frozen=True)
class House:
    """An app with one patient and one night in it.

    The patient's facts are numbered from 1, as in a store that holds nobody else.
    """

    app: FastAPI
    store: Store
    sessions: Sessions
    person: str
    night: str

    def calls(self) -> tuple[Call, ...]:
        """Every route with its methods, its parameters filled with what is there."""
        found = {
            Call(method, self._filled(route.path))
            for route in _routes(self.app.routes)
            for method in getattr(route, "methods", None) or ()
        }
        files = {Call("GET", f"/static/{name}") for name in ("app.css", "htmx.min.js", "NOTICE")}
        return tuple(sorted(found | files, key=lambda call: (call.path, call.method)))

    def _filled(self, path: str) -> str:
        known = {"person_id": self.person, "night_id": self.night, "seq": "1", **_WORDS}
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known.get(found[1], "1"), path)

    @property
    def pages(self) -> tuple[str, ...]:
        return tuple(call.path for call in self.calls() if call.method == "GET")

    def client(self) -> TestClient:
        """A browser that has no session and sends no sign of where it comes from."""
        return TestClient(
            self.app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False
        )

    def insider(self) -> TestClient:
        """A browser that came in by the key, and sends what browsers send with a form."""
        client = self.client()
        assert client.get(f"/start?key={self.sessions.key}").status_code == 303
        client.headers.update({"origin": BASE, "sec-fetch-site": "same-origin"})
        return client


def _routes(routes: Iterable[Any]) -> Iterator[Any]:
    """Routes, those of routers within routers too."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner.routes)
        elif hasattr(route, "path"):
            yield route


def filled(store: Store, recording: bytes) -> tuple[str, str]:
    """Ids of an example patient and of one night."""
    text = example_text("iron-deficient")
    record = record_in(parse("record.yaml", text.encode(), PatientError).data)
    stamp = store.stamp("Dr Example")
    with store.writing() as connection:
        person = facts.new_person(connection, record, stamp)
        blob = blobs.kept(store.recordings, recording)
        night = nights.add_night(
            connection, person, (blob, None), ("night.edf", ""), date(2026, 11, 1), stamp
        )
    return person, night
