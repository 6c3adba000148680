"""The history of a record: who stated what and when, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.desk import desk_of
from ekbom.app.forms.entries import shown_number
from ekbom.app.forms.sections import section_of
from ekbom.app.pages import labs, medicines
from ekbom.app.rendering import page
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.laboratory import Analyte
from ekbom.store import facts
from ekbom.store.facts import Fact

router = APIRouter(prefix="/patients/{person_id}/history")
_TITLES = {
    "answers": "Answers of a visit",
    "labs": "Draw",
    "medications": "Medicine",
    "questionnaires": "Questionnaire",
    "nights": "Night",
    "id": "Name in the record",
}
# What tells an entry from its like, shown first.
_NAMED_BY = ("on", "drug", "condition", "instrument", "relation", "block")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that an entry holds, and what it held before; empty where it did not."""

    name: str
    now: str
    before: str


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of the history.

    Parameters
    ----------
    title : str
        What kind of entry, and which.
    done : str
        ``stated``, ``corrected`` or ``taken back``.
    lines : tuple of Line
        What it says; of a correction only what differs.
    stands : bool
        Whether it stands now.
    """

    title: str
    done: str
    lines: tuple[Line, ...]
    stands: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """What one person did at one time."""

    at: str
    by: str
    events: tuple[Event, ...]


@router.get("")
def history(request: Request, person_id: str) -> Response:
    """Everything that was ever stated, the latest first."""
    desk = desk_of(request)
    person = desk.person(person_id)
    with desk.store.reading() as connection:
        every = facts.history(connection, person_id)
    moments = moments_of(every, desk.knowledge)
    return page(request, "history.html.j2", title="History", person=person, moments=moments)


def moments_of(every: tuple[Fact, ...], knowledge: KnowledgeBase) -> list[Moment]:
    """A history as a reader meets it, the latest first.

    Parameters
    ----------
    every : tuple of Fact
        See `ekbom.store.facts.history`.
    knowledge : KnowledgeBase
        Names of questions and analytes.
    """
    names = _names(knowledge)
    by_seq = {fact.seq: fact for fact in every}
    replaced = {fact.replaces for fact in every}
    found = []
    for (at, by), group in groupby(every, key=lambda fact: (fact.stated_at, fact.stated_by)):
        events = tuple(
            _event(fact, by_seq.get(fact.replaces or 0), fact.seq not in replaced, names, knowledge)
            for fact in group
        )
        found.append(Moment(at, by, events))
    return found[::-1]


def _event(
    fact: Fact,
    before: Fact | None,
    is_last: bool,
    names: Mapping[str, str],
    knowledge: KnowledgeBase,
) -> Event:
    done = "stated" if before is None else "taken back" if fact.body is None else "corrected"
    was = {} if before is None else dict(_flat(before.body))
    now = {} if fact.body is None else dict(_flat(fact.body))
    differing = [key for key in {**now, **was} if now.get(key) != was.get(key)]
    section = section_of(fact.section, knowledge)
    labels = {} if section is None else {field.name: field.label for field in section.fields}
    kind = _TITLES.get(fact.section) or (section.one.capitalize() if section else fact.section)
    return Event(
        title=" ".join((kind, *_which(now or was, names))),
        done=done,
        lines=tuple(
            Line({**names, **labels}.get(key, key), now.get(key, ""), was.get(key, ""))
            for key in differing
        ),
        stands=is_last and fact.body is not None,
    )


def _which(body: Mapping[str, str], names: Mapping[str, str]) -> Iterator[str]:
    for key in _NAMED_BY:
        if key in body:
            yield names.get(body[key], body[key])


def _flat(body: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Everything an entry holds, each with its name."""
    if isinstance(body, Mapping):
        for key, value in body.items():
            # Of a question or an analyte the id is enough; items of a questionnaire are numbers.
            inner = name in ("", "answers", "results")
            yield from _flat(value, str(key) if inner else f"{name} {key}")
    elif isinstance(body, list):
        yield name, ", ".join(str(one) for one in body)
    else:
        yield name or "id", shown_number(body)


def _names(knowledge: KnowledgeBase) -> dict[str, str]:
    analytes = {one.id: one.name for one in knowledge.of(Analyte).values()}
    questions = {one.id: one.name for one in knowledge.of(Question).values()}
    return {**analytes, **questions, **_KEYS}


# As the forms call them; "on" is another word in each of them.
_KEYS = {
    **labs.LABELS,
    **medicines.LABELS,
    "on": "Day",
    "by": "By",
    "id": "Name in the record",
    "instrument": "Questionnaire",
    "total": "Total",
}
