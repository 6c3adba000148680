"""Consultations that were kept: what was concluded then, and what is concluded of it now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

from ekbom.app.consultations.asked import Asked
from ekbom.app.desk import Desk, Person
from ekbom.app.sessions import Session
from ekbom.logic import Truth
from ekbom.report.consultation.as_json import as_json
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown
from ekbom.store import blobs, facts, results
from ekbom.store.errors import NotFoundError
from ekbom.store.results import Made, Result

Json = dict[str, Any]
_KIND: results.ResultKind = "consultation"
# Of the file: by what it was made.
_STAMP = frozenset({"ekbom", "knowledge"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A consultation that was kept.

    Parameters
    ----------
    result : Result
        As the store has it.
    as_of : str
        The day it was asked for.
    is_same_knowledge, is_same_version : bool
        Whether what is known, and the program, are what they were.
    """

    result: Result
    as_of: str
    is_same_knowledge: bool
    is_same_version: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A finding, an option or a check: its name, how it stands, and whether it holds."""

    name: str
    state: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that came out differently; None where it was not there at all."""

    name: str
    then: Line | None
    now: Line | None

    @property
    def matters(self) -> bool:
        """False for a line that only one side has and that says nothing of this patient."""
        one = self.then or self.now
        both = self.then is not None and self.now is not None
        return both or (one is not None and one.holds)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two consultations beside each other.

    Parameters
    ----------
    is_identical : bool
        To the last number and word, less what made them.
    telling, others : tuple of Difference
        Lines that came out differently: those that matter, and those that one side lacks.
    """

    is_identical: bool
    telling: tuple[Difference, ...]
    others: tuple[Difference, ...]


def keep(desk: Desk, person: Person, asked: Asked, session: Session) -> str:
    """Keep a consultation with everything it follows from; returns the id of the result.

    Parameters
    ----------
    desk : Desk
        With the store.
    person : Person
        Whose.
    asked : Asked
        The day and the editions.
    session : Session
        Who keeps it.
    """
    shown = desk.consulted(person, asked.as_of, asked.editions)
    content = json.dumps(as_json(shown), ensure_ascii=False, allow_nan=False).encode()
    blob = blobs.kept(desk.store.results, content)
    editions = dict(shown.consultation.editions)
    with desk.store.writing() as connection:
        inputs = {
            "facts_up_to": person.latest,
            "as_of": asked.as_of.isoformat(),
            "editions": dict(asked.editions),
        }
        made = Made(inputs, desk.knowledge.content_hash, editions, version("ekbom"))
        whose = (person.id, "")
        return results.keep(connection, _KIND, whose, blob.sha256, made, desk.stamp(session))


def kept_of(desk: Desk, person_id: str) -> tuple[Kept, ...]:
    """The consultations of a person that were kept, the latest first."""
    with desk.store.reading() as connection:
        found = results.results_of(connection, person_id, _KIND)
    return tuple(_kept(desk, one) for one in reversed(found))


def kept_one(desk: Desk, person_id: str, result_id: str) -> Kept:
    """A consultation that was kept.

    Raises
    ------
    NotFoundError
        There is none of this person.
    """
    for one in kept_of(desk, person_id):
        if one.result.id == result_id:
            return one
    raise NotFoundError("there is no such consultation", what_to_do="go back to the assessment")


def _kept(desk: Desk, result: Result) -> Kept:
    made = result.made
    return Kept(
        result,
        str(made.inputs["as_of"]),
        made.knowledge_hash == desk.knowledge.content_hash,
        made.version == version("ekbom"),
    )


def file_of(desk: Desk, one: Kept) -> bytes:
    """What was concluded, as it was kept.

    Raises
    ------
    NotFoundError
        Its file is missing.
    """
    return blobs.path_of(desk.store.results, one.result.sha256).read_bytes()


def again(desk: Desk, one: Kept) -> ShownConsultation:
    """The same facts on the same day by the same editions, by what is known now."""
    inputs = one.result.made.inputs
    with desk.store.reading() as connection:
        stood = facts.standing(connection, one.result.person_id, up_to=inputs["facts_up_to"])
    patient = desk.checked(facts.record_of(stood))
    day = date.fromisoformat(inputs["as_of"])
    return consultation_shown(patient, desk.knowledge, day, one.result.made.editions)


def compared(then: Json, now: Json) -> Comparison:
    """What came out differently, in the order of reading."""
    before, after = dict(_lines(then)), dict(_lines(now))
    found = [
        Difference((after.get(key) or before[key]).name, before.get(key), after.get(key))
        for key in dict.fromkeys((*after, *before))
        if before.get(key) != after.get(key)
    ]
    return Comparison(
        _less_stamp(then) == _less_stamp(now),
        tuple(one for one in found if one.matters),
        tuple(one for one in found if not one.matters),
    )


def _less_stamp(found: Json) -> Json:
    """What is said, less by what it was made."""
    return {name: value for name, value in found.items() if name not in _STAMP}


def _lines(found: Json) -> Iterator[tuple[str, Line]]:
    """Every finding, option and check by its id."""
    parts = [found["assessment"], found["follow_up"], found["plan"]]
    for section in (one for part in parts for one in part["sections"]):
        for finding in section["findings"]:
            yield finding["id"] or f"{section['id']}: {finding['name']}", _line(finding)
    gate = found["plan"]["gate"]
    yield gate["id"], _line(gate)
    for one in found["follow_up"]["due"]:
        truth, on = one["conclusion"]["truth"], one["due_on"]
        says = "due" if truth == Truth.YES else "open" if truth == Truth.UNKNOWN else "not due"
        yield f"due:{one['id']}", Line(one["name"], f"{says}, {on}" if on else says, bool(on))


def _line(finding: Json) -> Line:
    holds = finding["conclusion"]["truth"] == Truth.YES
    return Line(finding["name"], finding["state"], holds)
