"""A night's summary as an entry of the record, and whether that entry is still what is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from ekbom.app.desk import Desk, Person
from ekbom.app.nights.reading import Reading
from ekbom.app.sessions import Session
from ekbom.interop.scored_nights import night_summary, written_night
from ekbom.report.results import as_json
from ekbom.store import blobs, facts, results
from ekbom.store.facts import Fact
from ekbom.store.results import Made

SECTION = "nights"
_KIND: results.ResultKind = "night"
# In the inputs of a result: its night, and the entry of the record that it became. The result of
# the night itself is that of the automatic scoring.
_NIGHT, _FACT = "night", "fact"
_OF_RULES = frozenset({"rules", "scored_by"})
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class InRecord:
    """What the record holds of a night.

    Parameters
    ----------
    fact : Fact or None
        The entry that stands; none where the night is not in the record.
    is_own : bool
        Whether it was put there from this night; otherwise it was written otherwise for the same
        evening and rules, and would give way.
    is_behind : bool
        Whether the night is read otherwise by now.
    body : dict
        The entry that the reading would be.
    """

    fact: Fact | None
    is_own: bool
    is_behind: bool
    body: Body


def in_record(desk: Desk, person: Person, reading: Reading) -> InRecord:
    """How the record and the reading of a night stand to each other.

    Parameters
    ----------
    desk : Desk
        Store and knowledge.
    person : Person
        Whose night.
    reading : Reading
        The night.
    """
    body = body_of(reading)
    own = own_fact(desk, person, reading.night.id)
    fact = own or _same_evening(person, body, reading.choice.rules)
    is_behind = fact is not None and fact.body != body
    return InRecord(fact, own is not None, is_behind, body)


def body_of(reading: Reading) -> Body:
    """The entry a reading makes, as a record file writes it.

    The same as ``consult --night`` adds. Read by anything but the edition's own thresholds and
    choices it names no edition: its indices are none of that edition.
    """
    found = as_json(reading.result, movements=False)
    name, rules = reading.result.name, reading.choice.rules
    night = night_summary(found, name, reading.night.began_on, rules)
    body = written_night(night)
    if not reading.choice.is_own:
        # Thresholds of somebody's own are no rules of an edition, and not those of this program.
        body = {key: value for key, value in body.items() if key not in _OF_RULES}
    return body


def put_into_record(desk: Desk, person: Person, reading: Reading, session: Session) -> int:
    """Put the summary into the record, in the place of an earlier one of this night.

    The whole reading is kept beside it as a result.

    Parameters
    ----------
    desk : Desk
        Store and knowledge.
    person : Person
        As on the screen.
    reading : Reading
        The night, by rules that were kept.
    session : Session
        Who is at the desk.

    Returns
    -------
    int
        Number of the fact.

    Raises
    ------
    PatientError
        The record would be impossible with it; nothing was written.
    ConflictError
        The entry was changed meanwhile.
    """
    stands = in_record(desk, person, reading)
    instead_of = None if stands.fact is None else stands.fact.seq
    text = json.dumps(as_json(reading.result, per_leg=True), ensure_ascii=False, allow_nan=False)
    blob = blobs.kept(desk.store.results, text.encode())
    seq = desk.stated(person, SECTION, stands.body, session, instead_of=instead_of)
    made = Made(
        inputs={
            "recording": reading.night.recording,
            "marks": reading.night.marks,
            "changes": [each.seq for each in reading.in_force],
            **reading.choice.as_body(),
            _NIGHT: reading.night.id,
            _FACT: seq,
        },
        knowledge_hash=reading.result.settings.knowledge_hash,
        editions={"rules": [reading.choice.rules]},
        version=version("ekbom"),
    )
    with desk.store.writing() as connection:
        results.keep(connection, _KIND, (person.id, ""), blob.sha256, made, desk.stamp(session))
    return seq


def own_fact(desk: Desk, person: Person, night_id: str) -> Fact | None:
    """The entry that stands and goes back to one that was put there from this night.

    Parameters
    ----------
    desk : Desk
        Store and knowledge.
    person : Person
        Whose night.
    night_id : str
        Which.

    Returns
    -------
    Fact or None
        None where the record holds none.
    """
    with desk.store.reading() as connection:
        of_person = results.results_of(connection, person.id, _KIND)
        every = facts.history(connection, person.id)
    put = {one.made.inputs[_FACT] for one in of_person if one.made.inputs.get(_NIGHT) == night_id}
    # Corrected by hand it is still the same entry.
    for fact in every:
        if fact.replaces in put:
            put.add(fact.seq)
    standing = [fact for fact in person.of_section(SECTION) if fact.seq in put]
    return standing[-1] if standing else None


def _same_evening(person: Person, body: Body, rules: str) -> Fact | None:
    """An entry of the same evening and rules, which gives way, as with ``consult --night``.

    What ekbom scored by these rules gives way also to thresholds of somebody's own, whose entry
    names no rules: one night would stand twice.
    """
    for fact in person.of_section(SECTION):
        if str(fact.body.get("on")) != body["on"] or "file" in fact.body:
            continue
        named = fact.body.get("rules", "")
        if named == body.get("rules", "") or (named == rules and "scored_by" in fact.body):
            return fact
    return None
