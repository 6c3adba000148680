"""A real server after a whole walk: on this address only, and nothing of a patient in any log."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx2 as httpx
import pytest
from tests.security.house import NOW, PORT, SAMPLE, Call, House
from tests.serving import Served, served

from ekbom.app.desk import Desk
from ekbom.app.security import Address
from ekbom.app.server import build
from ekbom.app.sessions import Sessions
from ekbom.knowledge.base import KnowledgeBase
from ekbom.store import audit_log, blobs, facts, nights
from ekbom.store.store import opened

NAMES = ("Muster", "4711", "Whoever", "Elsewhere", "37.731", "1961-04-17", "hirntropfen")
RECORD = {
    "id": "Erika Muster 4711",
    "person": {"born": "1961-04-17", "sex": "female"},
    "answers": [{"on": "2026-05-02", "by": "Dr Whoever", "answers": {"symptom-days-per-week": 5}}],
    "labs": [{"on": "2026-05-03", "results": {"ferritin": "37.731 ng/mL"}}],
    "medications": [{"drug": "Hirntropfen", "started": "2026-01-02", "for": "pain of Muster"}],
}
FORM = {
    "name": "Erika Muster 4711",
    "born": "1961-04-17",
    "search": "Muster",
    "q": "Muster",
    "on": "2026-05-09",
    "value.ferritin": "37.731",
    "unit.ferritin": "ng/mL",
    "drug": "Hirntropfen",
    "dose": "0.25 mg",
    "for": "Muster",
    "by": "Dr Whoever",
    "reason": "Elsewhere",
    "code": "4711",
    "seen": "Muster",
}


@dataclass(frozen=True)
class Walked:
    """A server that was asked everything, and what it answered where to go."""

    server: Served
    leads: list[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("silence") / "store"


@pytest.fixture(scope="module")
def calls(folder: Path, knowledge: KnowledgeBase) -> tuple[Call, ...]:
    """Every address of a store that holds somebody with a name."""
    recording = SAMPLE.read_bytes()
    recording = recording[:8] + b"4711 F 17-APR-1961 Erika_Muster".ljust(80) + recording[88:]
    with opened(folder, clock=lambda: NOW) as store:
        stamp = store.stamp("Dr Example")
        with store.writing() as connection:
            person = facts.new_person(connection, RECORD, stamp)
            blob = blobs.kept(store.recordings, recording)
            labels = ("Erika Muster.edf", "")
            night = nights.add_night(
                connection, person, (blob, None), labels, date(2026, 5, 1), stamp
            )
        sessions = Sessions("Dr Example", idle_s=900)
        app = build(Desk(store, knowledge), sessions, Address.local(PORT))
        return House(app, store, sessions, person, night).calls()


@pytest.fixture(scope="module")
def walked(folder: Path, calls: tuple[Call, ...]) -> Iterator[Walked]:
    with served(folder) as server:
        signs = {"origin": server.base, "sec-fetch-site": "same-origin"}
        leads: list[str] = []
        with httpx.Client(base_url=server.base, timeout=60, trust_env=False) as client:
            assert client.get(f"/start?key={server.key}").status_code == 303
            client.headers.update(signs)
            for call in calls:
                if call.path in ("/lock", "/locked"):
                    continue
                sent = None if call.reads else FORM
                answer = client.request(call.method, call.path, data=sent)
                leads += [answer.headers.get("location", ""), str(answer.url)]
                assert answer.status_code < 500, call
            # What the answers lead to, too.
            for lead in {lead for lead in leads if lead.startswith("/")}:
                assert client.get(lead).status_code < 500, lead
        yield Walked(server, leads)


def test_the_walk_went_through_the_rooms(walked: Walked, calls: tuple[Call, ...]) -> None:
    assert len(walked.leads) >= 2 * (len(calls) - 5) > 80
    assert any(lead.startswith("/patients/") for lead in walked.leads)


def test_no_address_names_anybody(walked: Walked) -> None:
    found = [lead for lead in walked.leads for name in NAMES if name.casefold() in lead.casefold()]
    assert found == []


def test_what_the_server_printed_names_nobody(walked: Walked) -> None:
    said = walked.server.said.read_text() + walked.server.printed.read_text()
    assert "Traceback" not in said
    assert [name for name in NAMES if name.casefold() in said.casefold()] == []
    # The address and the code are all it says.
    assert len(said.splitlines()) <= 4


@pytest.mark.parametrize("host", ["127.0.0.2", "::1"])
def test_no_other_address_of_this_computer_answers(walked: Walked, host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as other:
        other.settimeout(5)
        with pytest.raises(OSError):
            other.connect((host, walked.server.port))


def test_the_log_holds_who_and_what_and_no_value(
    walked: Walked, folder: Path, calls: tuple[Call, ...]
) -> None:
    """The last: it ends the server, which alone may open the store."""
    walked.server.process.terminate()
    walked.server.process.wait(30)
    with opened(folder, clock=lambda: NOW) as store, store.reading() as connection:
        rows = list(audit_log.rows(connection))
        assert audit_log.verify(connection).fault == ""
        assert facts.person_ids(connection)
    assert len(rows) > 5
    # Ids and hashes are of chance: only what is said in words can name somebody.
    words = " ".join(f"{row['who']} {row['action']} {row['outcome']}" for row in rows)
    assert [name for name in NAMES if name.casefold() in words.casefold()] == []
    assert all(len(row["object_id"]) <= 64 and " " not in row["object_id"] for row in rows)
    assert [path for path in folder.rglob("*") if path.suffix in (".log", ".txt")] == []
