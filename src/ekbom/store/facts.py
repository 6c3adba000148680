"""Facts of a person: stated, corrected, taken back, never changed. From them comes the record."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from ekbom.store.audit_log import note
from ekbom.store.errors import ConflictError, NotFoundError
from ekbom.store.stamp import Stamp, as_text
from ekbom.store.tables import added, facts, persons

# Sections that hold one thing, not a list of entries; every record has both.
_SINGLE = ("id", "person")


@dataclass(frozen=True, slots=True)
class Fact:
    """What was stated.

    Parameters
    ----------
    seq : int
        Its number; a later fact has a higher one.
    section : str
        Of the record: ``id``, ``person``, ``labs``, ``answers``, ...
    body : object
        One entry of the section, as a record file writes it.
    stated_at, stated_by : str
        When (UTC) and by whom.
    replaces : int or None
        The fact in whose place it stands.
    """

    seq: int
    section: str
    body: Any
    stated_at: str
    stated_by: str
    replaces: int | None


def new_person(connection: Connection, record: Mapping[str, Any], stamp: Stamp) -> str:
    """Take up a person with everything a record holds.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    record : Mapping
        A whole record as its file writes it, checked before.
    stamp : Stamp
        Who and when.

    Returns
    -------
    str
        Id of the person in the store.
    """
    person_id = uuid.uuid4().hex
    connection.execute(
        insert(persons).values(id=person_id, made_at=stamp.moment, made_by=stamp.who)
    )
    note(connection, stamp, "take up person", "person", person_id)
    for section, entries in record.items():
        for entry in [entries] if section in _SINGLE else entries:
            state(connection, person_id, section, entry, stamp)
    return person_id


def state(
    connection: Connection,
    person_id: str,
    section: str,
    body: Any,
    stamp: Stamp,
    *,
    instead_of: int | None = None,
) -> int:
    """State a fact, or correct an earlier one.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    person_id, section : str
        Whose, and where it stands in the record.
    body : object
        One entry, as a record file writes it, checked before; None takes back `instead_of`.
    stamp : Stamp
        Who and when.
    instead_of : int, optional
        Number of the fact in whose place this one stands.

    Returns
    -------
    int
        Number of the fact.

    Raises
    ------
    NotFoundError
        The earlier fact is not this person's, or of another section.
    ConflictError
        The earlier fact was corrected or taken back by somebody else meanwhile, or the section
        holds one thing that stands already.
    """
    _check_may_stand(connection, person_id, section, instead_of)
    text = None if body is None else as_text(body)
    row = insert(facts).values(
        person_id=person_id,
        section=section,
        body=text,
        stated_at=stamp.moment,
        stated_by=stamp.who,
        replaces=instead_of,
    )
    seq = added(connection, row)
    note(connection, stamp, _action(body, instead_of), "fact", str(seq), content=text or "")
    return seq


def _action(body: Any, instead_of: int | None) -> str:
    if instead_of is None:
        return "state fact"
    return "take back fact" if body is None else "correct fact"


def standing(
    connection: Connection, person_id: str, *, up_to: int | None = None
) -> tuple[Fact, ...]:
    """The facts that stand, in the order of the record: a correction where the first one stood.

    Parameters
    ----------
    connection : Connection
        Reading is enough.
    person_id : str
        Whose.
    up_to : int, optional
        Number of the last fact that counts: those that stood once it was stated.

    Raises
    ------
    NotFoundError
        There is no such person.
    """
    every = history(connection, person_id)
    if up_to is not None:
        every = tuple(fact for fact in every if fact.seq <= up_to)
    if not every:
        raise NotFoundError(
            "there is no such patient", what_to_do="go back to the list of patients"
        )
    return _standing(every)


def _standing(every: tuple[Fact, ...]) -> tuple[Fact, ...]:
    replaced = {fact.replaces for fact in every}
    first: dict[int | None, int] = {}
    for fact in every:
        first[fact.seq] = first.get(fact.replaces, fact.seq)
    left = [fact for fact in every if fact.seq not in replaced and fact.body is not None]
    return tuple(sorted(left, key=lambda fact: first[fact.seq]))


def history(connection: Connection, person_id: str) -> tuple[Fact, ...]:
    """Every fact ever stated of a person, the oldest first; a body of None took one back."""
    found = connection.execute(
        select(facts).where(facts.c.person_id == person_id).order_by(facts.c.seq)
    )
    return tuple(
        Fact(
            row.seq,
            row.section,
            None if row.body is None else json.loads(row.body),
            row.stated_at,
            row.stated_by,
            row.replaces,
        )
        for row in found
    )


def record_of(standing_facts: tuple[Fact, ...]) -> dict[str, Any]:
    """The record that facts make up, as its file writes it.

    Parameters
    ----------
    standing_facts : tuple of Fact
        See `standing`.
    """
    record: dict[str, Any] = {}
    for fact in standing_facts:
        if fact.section in _SINGLE:
            record[fact.section] = fact.body
        else:
            record.setdefault(fact.section, []).append(fact.body)
    return record


def person_ids(connection: Connection) -> tuple[str, ...]:
    """Everybody, who was looked at or changed last first."""
    latest = func.max(facts.c.seq)
    found = connection.execute(
        select(facts.c.person_id).group_by(facts.c.person_id).order_by(latest.desc())
    )
    return tuple(found.scalars())


def latest_seq(connection: Connection, person_id: str) -> int:
    """The number of a person's latest fact."""
    found = select(func.max(facts.c.seq)).where(facts.c.person_id == person_id)
    return connection.execute(found).scalar() or 0


def _stands(connection: Connection, person_id: str, section: str) -> bool:
    return any(fact.section == section for fact in _standing(history(connection, person_id)))


def _check_may_stand(
    connection: Connection, person_id: str, section: str, instead_of: int | None
) -> None:
    if instead_of is not None:
        _check_still_stands(connection, person_id, section, instead_of)
    elif section in _SINGLE and _stands(connection, person_id, section):
        raise ConflictError(
            f"the record holds {section!r} already",
            expected="a correction of what stands there",
            what_to_do="look at what stands now, then correct it; nothing was lost",
        )


def _check_still_stands(connection: Connection, person_id: str, section: str, seq: int) -> None:
    found = connection.execute(select(facts.c.person_id, facts.c.section).where(facts.c.seq == seq))
    if found.first() != (person_id, section):
        raise NotFoundError("there is no such entry in this record", where=f"entry {seq}")
    later = select(facts.c.seq).where(facts.c.replaces == seq)
    if connection.execute(later).first() is not None:
        raise ConflictError(
            "this entry was changed in another window since it was shown here",
            what_to_do="look at what stands now, then make your change again; nothing was lost",
        )
