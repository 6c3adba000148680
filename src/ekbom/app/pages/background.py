"""What changes slowly, and the diary: sections of the record that one form can state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.desk import Person, desk_of, session_of
from ekbom.app.forms.entries import (
    REFUSALS,
    Refused,
    Written,
    entry,
    in_order,
    keep,
    number_of,
    refused,
    shown_number,
    take_back,
    warnings_at,
)
from ekbom.app.forms.sections import Field, Kind, Section, section_of
from ekbom.app.rendering import page
from ekbom.errors import PatientError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.patient.warnings import warnings_of
from ekbom.store.errors import NotFoundError
from ekbom.store.facts import Fact

router = APIRouter(prefix="/patients/{person_id}")
# More digits than anybody writes by hand.
_LONGEST_NUMBER = 8
_BACKGROUND = ("conditions", "family", "pregnancies", "weights", "nights", "overrides")
_WITHOUT_PREGNANCIES = "male"
_SINGLE = ("id", "person")
_EXPECTED: Mapping[Kind, str] = {
    "day": "a day such as 2026-05-02",
    "partial": "a day, a month or a year: 2026-05-02, 2026-05 or 2026",
    "clock": "a clock time such as 21:30",
    "choice": "one of the choices",
    "number": "a number",
    "text": "a text",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list: its fields as a reader meets them, and what is to be looked at."""

    seq: int
    by: str
    cells: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


@router.get("/background")
def background(request: Request, person_id: str) -> Response:
    """Person, conditions, family, pregnancies, weight, decisions."""
    person = desk_of(request).person(person_id)
    sex = person.patient.person.sex
    ids = [one for one in _BACKGROUND if one != "pregnancies" or sex != _WITHOUT_PREGNANCIES]
    return _room(request, person, "background.html.j2", "Background", ids)


@router.get("/interview/diary")
def diary(request: Request, person_id: str) -> Response:
    """Spells of symptoms by day and hour."""
    person = desk_of(request).person(person_id)
    return _room(request, person, "diary.html.j2", "Diary of symptoms", ["diary"])


@router.post("/entries/{section_id}")
def new(request: Request, person_id: str, section_id: str, written: Written) -> Response:
    """State an entry of a section."""
    return _kept(request, person_id, section_id, written, None)


@router.get("/entries/{section_id}/{seq}")
def one(request: Request, person_id: str, section_id: str, seq: int) -> Response:
    """The form of one entry, to correct it."""
    desk = desk_of(request)
    person, section = desk.person(person_id), _section(section_id, desk.knowledge)
    return _form(request, person, section, written_of_body(section, person, seq), seq)


@router.post("/entries/{section_id}/{seq}")
def corrected(
    request: Request, person_id: str, section_id: str, seq: int, written: Written
) -> Response:
    """Correct an entry."""
    return _kept(request, person_id, section_id, written, seq)


@router.post("/entries/{section_id}/{seq}/take-back")
def taken_back(request: Request, person_id: str, section_id: str, seq: int) -> Response:
    """Take an entry back: it never should have stood there."""
    desk = desk_of(request)
    section = _section(section_id, desk.knowledge)
    take_back(desk, desk.person(person_id), section_id, seq, session_of(request))
    session_of(request).told(f"{section.one.capitalize()} taken back.")
    return _back(person_id, section)


def _section(section_id: str, knowledge: KnowledgeBase) -> Section:
    found = section_of(section_id, knowledge)
    if found is None:
        raise NotFoundError(
            "there is no such form here", what_to_do="go back to the page of the patient"
        )
    return found


def _back(person_id: str, section: Section) -> Response:
    return RedirectResponse(f"/patients/{person_id}{section.where}#{section.id}", 303)


def _kept(
    request: Request, person_id: str, section_id: str, written: Mapping[str, str], seq: int | None
) -> Response:
    desk = desk_of(request)
    person, section = desk.person(person_id), _section(section_id, desk.knowledge)
    try:
        what = section.one.capitalize()
        keep(request, person, section_id, body_of(section, written), what, seq)
    except REFUSALS as error:
        labels = {field.name: field.label for field in section.fields}
        said = refused(error, section_id, labels)
        return _form(request, person, section, written, seq, said)
    return _back(person_id, section)


# Between the form and the record ------------------------------------------------------------------


def body_of(section: Section, written: Mapping[str, str]) -> Any:
    """An entry as a record writes it: what is empty is left out, and stays unknown.

    Parameters
    ----------
    section : Section
        Whose fields.
    written : Mapping of str to str
        The form.

    Raises
    ------
    PatientError
        A field that is needed is empty.
    """
    body: dict[str, Any] = {}
    for field in section.fields:
        value = written.get(field.name, "")
        if not value and field.is_needed:
            raise PatientError(
                f"{section.id}[0].{field.name}: nothing was entered",
                expected=_EXPECTED[field.kind],
            )
        if value and value != field.default:
            place = f"{section.id}[0].{field.name}"
            body[field.name] = number_of(value, place) if field.kind == "number" else value
    return body["id"] if section.id == "id" else body


def written_of_body(section: Section, person: Person, seq: int) -> dict[str, str]:
    """The fields of an entry that stands."""
    body = entry(person, section.id, seq).body
    if section.id == "id":
        return {"id": str(body)}
    return {f.name: _as_written(f, body) for f in section.fields}


def _as_written(field: Field, body: Mapping[str, Any]) -> str:
    return shown_number(body.get(field.name, field.default))


def _as_read(field: Field, body: Mapping[str, Any]) -> str:
    """A value as a reader meets it: what was computed has more digits than were measured."""
    value = body.get(field.name)
    if isinstance(value, float) and len(shown_number(value)) > _LONGEST_NUMBER:
        return f"{value:.1f}"
    return _as_written(field, body)


# What is shown ------------------------------------------------------------------------------------


def _room(
    request: Request, person: Person, template: str, title: str, section_ids: list[str]
) -> Response:
    desk = desk_of(request)
    every = warnings_of(person.patient, desk.knowledge, desk.today())
    sections = [_section(one, desk.knowledge) for one in section_ids]
    new_today = {"on": desk.today().isoformat(), "by": session_of(request).who}
    return page(
        request,
        template,
        title=title,
        person=person,
        sections=[(one, rows_of(one, person, every)) for one in sections],
        single={one: person.of_section(one)[0].seq for one in _SINGLE},
        written=new_today,
        error=None,
    )


def rows_of(section: Section, person: Person, warnings: tuple[str, ...]) -> list[Row]:
    """The entries of a section, the latest first.

    Parameters
    ----------
    section : Section
        Which.
    person : Person
        Whose.
    warnings : tuple of str
        What the reader warns of in the whole record, each with its path.
    """
    facts = person.of_section(section.id)
    said = {
        fact.seq: warnings_at(f"{section.id}[{index}]", warnings)
        for index, fact in enumerate(facts)
    }
    return [
        Row(
            fact.seq,
            fact.stated_by,
            (*((f.label, f.shown(_as_read(f, fact.body))) for f in section.fields), *_own(fact)),
            said[fact.seq],
        )
        for fact in in_order(facts, day=section.day)
    ]


def _own(fact: Fact) -> Iterator[tuple[str, str]]:
    """What the app itself has put into an entry."""
    if isinstance(fact.body, dict) and fact.body.get("scored_by") == "ekbom":
        yield (
            "Scored",
            "by ekbom; where its recording is here, it is changed on the page of the night",
        )


def _form(
    request: Request,
    person: Person,
    section: Section,
    written: Mapping[str, str],
    seq: int | None,
    error: Refused | None = None,
) -> Response:
    return page(
        request,
        "entry_form.html.j2",
        status=error.status if error else 200,
        title=section.title,
        person=person,
        within=section.where,
        section=section,
        written=written,
        seq=seq,
        error=error,
    )
