"""Facts stated by several threads at once, and what is said once after a form."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from starlette.testclient import TestClient

from ekbom.app.desk import Desk
from ekbom.app.sessions import Session
from ekbom.errors import PatientError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.store import facts
from ekbom.store.errors import ConflictError
from ekbom.store.store import Store

_RECORD = {"id": "p", "person": {"born": "1980-01-01", "sex": "female"}}
_SESSION = Session("Dr Example", 0.0)


def _new(desk: Desk) -> str:
    with desk.store.writing() as connection:
        return facts.new_person(connection, _RECORD, desk.stamp(_SESSION))


def test_of_two_facts_that_cannot_both_be_one_is_kept(
    store: Store, knowledge: KnowledgeBase
) -> None:
    desk = Desk(store, knowledge)
    person = desk.person(_new(desk))

    def weight(kg: int) -> bool:
        try:
            # The screen shows no weight yet, to either of them.
            desk.stated(person, "weights", {"on": "2026-01-01", "kg": kg}, _SESSION)
        except PatientError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        kept = list(threads.map(weight, (60, 61, 62, 63)))
    assert kept.count(True) == 1
    assert len(desk.person(person.id).patient.weights) == 1


def test_of_two_corrections_of_one_fact_one_is_kept(store: Store, knowledge: KnowledgeBase) -> None:
    desk = Desk(store, knowledge)
    person = desk.person(_new(desk))
    seq = desk.stated(person, "weights", {"on": "2026-01-01", "kg": 60}, _SESSION)

    def correct(kg: int) -> bool:
        try:
            body = {"on": "2026-01-01", "kg": kg}
            desk.stated(person, "weights", body, _SESSION, instead_of=seq)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(correct, (61, 62, 63, 64))).count(True) == 1


def test_a_refused_fact_leaves_nothing_behind(store: Store, knowledge: KnowledgeBase) -> None:
    desk = Desk(store, knowledge)
    person = desk.person(_new(desk))
    with store.reading() as connection:
        before = facts.latest_seq(connection, person.id)
    tomorrow = (desk.today() + timedelta(days=1)).isoformat()
    try:
        desk.stated(person, "weights", {"on": tomorrow, "kg": 60}, _SESSION)
    except PatientError as error:
        refusal = error.found
    assert refusal.startswith("weights[0].on")
    with store.reading() as connection:
        assert facts.latest_seq(connection, person.id) == before


def test_persons_are_found_by_many_threads_at_once(store: Store, knowledge: KnowledgeBase) -> None:
    desk = Desk(store, knowledge)
    # More than are kept, so that they are put in and thrown out all the while.
    ids = [_new(desk) for _ in range(12)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda one: desk.person(one).id, ids * 5))
    assert found == ids * 5


def test_what_was_kept_is_said_once_and_in_no_address(client: TestClient, example: str) -> None:
    draw = {"on": "2026-10-01", "value.ferritin": "40", "unit.ferritin": "ng/mL"}
    answer = client.post(f"{example}/labs", data=draw)
    # The number of the entry is all that its address holds.
    assert re.fullmatch(rf"{example}/labs#entry-\d+", answer.headers["location"])
    # A part of a page has no place for it.
    assert "Draw of 2026-10-01 kept." not in client.get("/", headers={"hx-request": "true"}).text
    first = client.get(f"{example}/labs").text
    assert first.count("Draw of 2026-10-01 kept.") == 1
    assert "Draw of 2026-10-01 kept." not in client.get(f"{example}/labs").text


def test_a_form_that_is_too_large_is_refused(client: TestClient, example: str) -> None:
    answer = client.post(f"{example}/labs", data={"on": "1" * 1_000_001})
    assert answer.status_code == 422
    assert "too large" in answer.text


def test_a_form_that_does_not_say_its_size_is_refused(client: TestClient, example: str) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post(f"{example}/labs", content=iter([b"on=2026-10-01"]), headers=kind)
    assert answer.status_code == 422
