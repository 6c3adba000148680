"""What a page on one patient was asked for: the day, the editions, the reader; and the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from ekbom.app.consultations.missing import Asking
from ekbom.app.desk import Desk, Person, desk_of
from ekbom.assessment.assess import editions_on, topics_of
from ekbom.errors import UsageError
from ekbom.knowledge.education import Mode
from ekbom.knowledge.records import InForce
from ekbom.report.assessment.section_html import finding_macro
from ekbom.report.assessment.wording import edition_text
from ekbom.report.consultation.sections import follow_up_sections, plan_sections
from ekbom.report.consultation.shown import ShownConsultation

_BY, _BESIDE = "by.", "beside."
_BESIDE_WORDS = {"editions": "the editions beside it", "one": "the one beside it"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page asks for; it holds a day and names of editions only.

    Parameters
    ----------
    as_of, today : datetime.date
        The day asked about, and the day at the desk.
    editions : Mapping of str to str
        Editions to use instead of those in force, by topic.
    beside : Mapping of str to str
        Editions to set beside them; empty for the newest.
    mode : str
        Who reads it.
    """

    as_of: date
    today: date
    editions: Mapping[str, str]
    beside: Mapping[str, str]
    mode: Mode

    @property
    def is_usual(self) -> bool:
        """Whether it is today, by what is in force."""
        return self.as_of == self.today and not self.editions and not self.beside

    def query(self, mode: Mode | None = None) -> str:
        """The same question as the end of an address, for this reader or another."""
        said = {"as_of": self.as_of.isoformat()} if self.as_of != self.today else {}
        said |= {_BY + topic: edition for topic, edition in self.editions.items()}
        said |= {_BESIDE + topic: edition for topic, edition in self.beside.items()}
        if (mode or self.mode) == "patient":
            said["view"] = "patient"
        return f"?{urlencode(said)}" if said else ""

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """The same question as fields of a form."""
        said = {_BY + topic: edition for topic, edition in self.editions.items()}
        return (("as_of", self.as_of.isoformat()), *said.items())


def asked_of(request: Request) -> Asked:
    """What the address of a request asks for.

    Raises
    ------
    UsageError
        The day is none, or is to come.
    """
    desk = desk_of(request)
    said = request.query_params
    topics = topics_of(desk.knowledge)
    return Asked(
        _day(said.get("as_of", ""), desk.today()),
        desk.today(),
        _named(said, topics, _BY),
        _named(said, topics, _BESIDE),
        "patient" if said.get("view") == "patient" else "clinician",
    )


def _named(said: Mapping[str, str], topics: Mapping[str, InForce], stem: str) -> dict[str, str]:
    return {topic: said[stem + topic] for topic in topics if said.get(stem + topic)}


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is no day", expected="a day such as 2026-05-10") from error
    if day > today:
        raise UsageError(f"{day} is still to come", expected=f"a day up to today, {today}")
    return day


def consulted(desk: Desk, person: Person, asked: Asked) -> ShownConsultation:
    """The consultation asked for, beside the newest editions or those that were named."""
    found = desk.consulted(person, asked.as_of, asked.editions)
    if not asked.beside:
        return found
    # What is not named stays as it was answered, so that only what was named differs.
    beside = {**found.consultation.editions, **asked.beside}
    other = desk.consulted(person, asked.as_of, beside)
    return replace(found, newest=other.consultation)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a page on a consultation begins with.

    Parameters
    ----------
    person : Person
        Whose.
    asked : Asked
        What was asked.
    shown : ShownConsultation
        What is concluded.
    around : dict
        What every such page has around it; see `frame`.
    """

    person: Person
    asked: Asked
    shown: ShownConsultation
    around: dict[str, Any]


def answered(request: Request, person_id: str) -> Answered:
    """The consultation that the address of a page asks for.

    Raises
    ------
    NotFoundError
        There is no such patient.
    UsageError
        The day or an edition is none that can be.
    """
    desk = desk_of(request)
    person, asked = desk.person(person_id), asked_of(request)
    shown = consulted(desk, person, asked)
    return Answered(person, asked, shown, frame(request, person, asked, shown))


def frame(
    request: Request, person: Person, asked: Asked, shown: ShownConsultation
) -> dict[str, Any]:
    """What every page on a consultation has around it: the question, the links, the forms.

    Parameters
    ----------
    request : Request
        What is answered.
    person : Person
        Whose.
    asked : Asked
        What was asked.
    shown : ShownConsultation
        What was concluded.
    """
    base = f"/patients/{person.id}"
    asking = Asking.of(shown, base)
    here = request.url.path.removeprefix(base).removeprefix("/")
    return {
        "person": person,
        "base": base,
        "asked": asked,
        "topics": list(_topics(asked, shown)),
        "link": Places.of(shown, base, asked.query("clinician"), here),
        "ask": asking.ask,
        "asking": asking,
        "in_a_row": asking.row,
        "finding": finding_macro(asking.lacking),
        **({"beside": _BESIDE_WORDS} if asked.beside else {}),
    }


@dataclass(frozen=True, slots=True)
class TopicAsked:
    """A topic in the form of editions.

    Parameters
    ----------
    id, name : str
        Of the topic.
    used, chosen, beside : str
        The edition that answered, the one chosen instead of that in force, and the one beside.
    editions : tuple of tuple of str
        Those there are: id, name, since when.
    """

    id: str
    name: str
    used: str
    chosen: str
    beside: str
    editions: tuple[tuple[str, str, str], ...]

    @property
    def chosen_name(self) -> str:
        """The edition chosen, as it is read."""
        return edition_text(self.chosen)


def _topics(asked: Asked, shown: ShownConsultation) -> Iterator[TopicAsked]:
    in_force = editions_on(asked.as_of, shown.knowledge)
    for id, topic in topics_of(shown.knowledge).items():
        yield TopicAsked(
            id,
            topic.name,
            edition_text(in_force[id]),
            asked.editions.get(id, ""),
            asked.beside.get(id, ""),
            tuple((s.edition, edition_text(s.edition), s.since.isoformat()) for s in topic.steps),
        )


@dataclass(frozen=True, slots=True)
class Places:
    """Where each finding is told: on this page, or in another room.

    Parameters
    ----------
    rooms : Mapping of str to str
        By id of the finding.
    here : frozenset of str
        Ids told on this page.
    base, query : str
        What addresses begin and end with.
    """

    rooms: Mapping[str, str]
    here: frozenset[str]
    base: str
    query: str

    @classmethod
    def of(cls, shown: ShownConsultation, base: str, query: str, here: str) -> Places:
        """Places of everything in a consultation, seen from a room."""
        found = shown.consultation
        told = {
            "assessment": found.assessment.sections,
            "options": plan_sections(found),
            "follow-up": follow_up_sections(found),
        }
        ids = {
            room: frozenset(f.conclusion.id for s in sections for f in s if f.conclusion.id)
            for room, sections in told.items()
        }
        rooms = {id: room for room in reversed(told) for id in ids[room]}
        return cls(rooms, ids.get(here, frozenset()), base, query)

    def __call__(self, conclusion_id: str) -> str:
        """The address of a finding."""
        if conclusion_id in self.here or conclusion_id not in self.rooms:
            return f"#{conclusion_id}"
        return f"{self.base}/{self.rooms[conclusion_id]}{self.query}#{conclusion_id}"
