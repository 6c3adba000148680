"""Facts are stated, corrected and taken back; none is lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.store.conftest import RECORD

from ekbom.store import facts
from ekbom.store.errors import ConflictError, NotFoundError, StoreError
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store


def _record(store: Store, person: str) -> dict[str, Any]:
    with store.reading() as connection:
        return facts.record_of(facts.standing(connection, person))


def _seqs(store: Store, person: str, section: str) -> list[int]:
    with store.reading() as connection:
        return [f.seq for f in facts.standing(connection, person) if f.section == section]


def _state(store: Store, person: str, section: str, body: Any, stamp: Stamp, **of: Any) -> int:
    with store.writing() as connection:
        return facts.state(connection, person, section, body, stamp, **of)


def test_a_record_comes_back_as_it_was_given(store: Store, person: str) -> None:
    assert _record(store, person) == RECORD
    assert list(_record(store, person)) == list(RECORD)


def test_a_correction_stands_where_the_first_statement_stood(
    store: Store, person: str, stamp: Stamp
) -> None:
    first = _seqs(store, person, "labs")[0]
    second = _state(store, person, "labs", {"ferritin": 19}, stamp, instead_of=first)
    _state(store, person, "labs", {"ferritin": 20}, stamp, instead_of=second)
    assert _record(store, person)["labs"] == [{"ferritin": 20}, {"ferritin": 41}]


def test_what_is_taken_back_is_out_of_the_record_and_in_the_history(
    store: Store, person: str, stamp: Stamp
) -> None:
    first = _seqs(store, person, "labs")[0]
    _state(store, person, "labs", None, stamp, instead_of=first)
    assert _record(store, person)["labs"] == [{"ferritin": 41}]
    with store.reading() as connection:
        every = facts.history(connection, person)
    assert [fact.body for fact in every if fact.section == "labs"] == [*RECORD["labs"], None]


def test_a_second_correction_of_the_same_statement_is_a_conflict(
    store: Store, person: str, stamp: Stamp
) -> None:
    first = _seqs(store, person, "labs")[0]
    _state(store, person, "labs", {"ferritin": 19}, stamp, instead_of=first)
    with pytest.raises(ConflictError, match="another window"):
        _state(store, person, "labs", {"ferritin": 99}, stamp, instead_of=first)
    assert _record(store, person)["labs"][0] == {"ferritin": 19}


def test_a_fact_of_somebody_else_cannot_be_corrected(
    store: Store, person: str, stamp: Stamp
) -> None:
    with store.writing() as connection:
        other = facts.new_person(connection, RECORD, stamp)
    with pytest.raises(NotFoundError):
        _state(store, other, "labs", {}, stamp, instead_of=_seqs(store, person, "labs")[0])


def test_a_correction_stays_in_its_section(store: Store, person: str, stamp: Stamp) -> None:
    with pytest.raises(NotFoundError):
        _state(store, person, "answers", {}, stamp, instead_of=_seqs(store, person, "labs")[0])


def test_a_second_statement_of_a_section_of_one_thing_is_refused(
    store: Store, person: str, stamp: Stamp
) -> None:
    with pytest.raises(ConflictError, match="'person'"):
        _state(store, person, "person", {"sex": "male"}, stamp)
    [seq] = _seqs(store, person, "person")
    _state(store, person, "person", {"sex": "male"}, stamp, instead_of=seq)
    assert _record(store, person)["person"] == {"sex": "male"}


def test_taking_back_nothing_is_refused_by_the_database(
    store: Store, person: str, stamp: Stamp
) -> None:
    with pytest.raises(StoreError, match="nothing was written"):
        _state(store, person, "labs", None, stamp)


def test_half_a_character_is_refused_and_nothing_is_written(
    store: Store, person: str, stamp: Stamp
) -> None:
    before = _record(store, person)
    with pytest.raises(StoreError, match="half a character"):
        _state(store, person, "notes", "\ud800", stamp)
    assert _record(store, person) == before


def test_a_transaction_that_fails_leaves_nothing(store: Store, stamp: Stamp) -> None:
    with pytest.raises(KeyError), store.writing() as connection:
        facts.new_person(connection, RECORD, stamp)
        raise KeyError
    with store.reading() as connection:
        assert facts.person_ids(connection) == ()


def test_nobody_has_no_record(store: Store) -> None:
    with pytest.raises(NotFoundError), store.reading() as connection:
        facts.standing(connection, "nobody")


def test_who_was_changed_last_comes_first(store: Store, person: str, stamp: Stamp) -> None:
    with store.writing() as connection:
        other = facts.new_person(connection, RECORD, stamp)
    with store.reading() as connection:
        assert facts.person_ids(connection) == (other, person)
    _state(store, person, "labs", {"ferritin": 50}, stamp)
    with store.reading() as connection:
        assert facts.person_ids(connection) == (person, other)
