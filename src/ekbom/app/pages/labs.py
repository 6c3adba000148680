"""Blood values: a draw with its day and units, the draws so far, corrected or taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.desk import Desk, Person, desk_of, session_of
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
)
from ekbom.app.forms.notes import Note, draw_note
from ekbom.app.rendering import page
from ekbom.errors import EkbomError
from ekbom.knowledge.laboratory import Analyte
from ekbom.report.assessment.wording import unit_text
from ekbom.store.facts import Fact

router = APIRouter(prefix="/patients/{person_id}/labs")
_SECTION = "labs"
# What is drawn first in restless legs stands first; the others follow by name.
_FIRST = (
    "ferritin",
    "transferrin-saturation",
    "iron",
    "tibc",
    "transferrin",
    "hemoglobin",
    "mcv",
    "crp",
)
LABELS = {
    "on": "Date",
    "at": "Time",
    "fasting": "Fasting",
    "hours_since_iron": "Hours since iron",
    "results": "Values",
}
# Further draws are read on the page of each.
_MOST_READ = 4
_RESULT = re.compile(r"([<>]?\s*[\d.]+)\s*(.*)")


@dataclass(frozen=True, slots=True)
class AnalyteRow:
    """One analyte in the form of a draw.

    Parameters
    ----------
    id, name, symbol : str
        As the knowledge base has it.
    units : tuple of tuple of str
        What may be chosen: as it is kept, and as it is printed.
    unit, value : str
        What is written now.
    is_open : bool
        Whether it is in sight from the start.
    """

    id: str
    name: str
    symbol: str
    units: tuple[tuple[str, str], ...]
    unit: str
    value: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of the list.

    Parameters
    ----------
    seq : int
        Number of the entry.
    on, at, fasting, hours_since_iron : str
        As entered; empty where nothing was.
    results : tuple of tuple of str
        Name and value of each analyte.
    note : Note or None
        What the assessment says beside it.
    is_note_of_its_day : bool
        Whether that was said on the day of the draw, and not today.
    """

    seq: int
    on: str
    at: str
    fasting: str
    hours_since_iron: str
    results: tuple[tuple[str, str], ...]
    note: Note | None
    is_note_of_its_day: bool


@router.get("")
def listed(request: Request, person_id: str) -> Response:
    """The draws, and the form of a new one."""
    desk = desk_of(request)
    return _shown(request, desk.person(person_id), {"on": desk.today().isoformat()})


@router.post("")
def new(request: Request, person_id: str, written: Written) -> Response:
    """State a draw."""
    return _kept(request, person_id, written, None)


@router.get("/{seq}")
def one(request: Request, person_id: str, seq: int) -> Response:
    """The form of one draw, to correct it."""
    person = desk_of(request).person(person_id)
    return _shown(request, person, _written(entry(person, _SECTION, seq).body), seq)


@router.post("/{seq}")
def corrected(request: Request, person_id: str, seq: int, written: Written) -> Response:
    """Correct a draw."""
    return _kept(request, person_id, written, seq)


@router.post("/{seq}/take-back")
def taken_back(request: Request, person_id: str, seq: int) -> Response:
    """Take a draw back."""
    desk = desk_of(request)
    gone = take_back(desk, desk.person(person_id), _SECTION, seq, session_of(request))
    session_of(request).told(f"Draw of {gone.body['on']} taken back.")
    return RedirectResponse(f"/patients/{person_id}/labs", 303)


def _kept(
    request: Request, person_id: str, written: Mapping[str, str], seq: int | None
) -> Response:
    desk = desk_of(request)
    person = desk.person(person_id)
    try:
        body = _body(written)
        kept = keep(request, person, _SECTION, body, f"Draw of {body['on']}", seq)
    except REFUSALS as error:
        return _shown(request, person, written, seq, _said(error, desk))
    return RedirectResponse(f"/patients/{person_id}/labs#entry-{kept}", 303)


def _said(error: EkbomError, desk: Desk) -> Refused:
    names = {f"results.{a.id}": a.name for a in desk.knowledge.of(Analyte).values()}
    return refused(error, _SECTION, {**LABELS, **names})


def _body(written: Mapping[str, str]) -> dict[str, Any]:
    """A draw as a record writes it; the unit is the one chosen, never one assumed."""
    body: dict[str, Any] = {"on": written.get("on", "")}
    if written.get("at"):
        body["at"] = written["at"]
    if written.get("fasting", "unknown") not in ("", "unknown"):
        body["fasting"] = written["fasting"]
    if written.get("hours_since_iron"):
        hours = written["hours_since_iron"]
        body["hours_since_iron"] = number_of(hours, f"{_SECTION}[0].hours_since_iron")
    body["results"] = {
        name.removeprefix("value."): f"{value} {written.get('unit.' + name[6:], '')}".strip()
        for name, value in written.items()
        if name.startswith("value.") and value
    }
    return body


def _written(body: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a draw that stands."""
    written = {
        name: shown_number(body[name])
        for name in ("on", "at", "fasting", "hours_since_iron")
        if name in body
    }
    for analyte, result in body["results"].items():
        parts = _RESULT.fullmatch(str(result))
        written[f"value.{analyte}"] = parts[1] if parts else str(result)
        written[f"unit.{analyte}"] = parts[2] if parts else ""
    return written


def _rows(desk: Desk, written: Mapping[str, str]) -> list[AnalyteRow]:
    """One row an analyte: those drawn first, then the others by name."""
    analytes = desk.knowledge.of(Analyte)
    first = [analytes[name] for name in _FIRST if name in analytes]
    others = sorted((a for a in analytes.values() if a.id not in _FIRST), key=lambda a: a.name)
    return [_row(analyte, written, analyte.id in _FIRST) for analyte in (*first, *others)]


def _row(analyte: Analyte, written: Mapping[str, str], is_first: bool) -> AnalyteRow:
    units = list(analyte.factors)
    chosen = written.get(f"unit.{analyte.id}", units[0] if len(units) == 1 else "")
    # A unit in another spelling than ours stays as it was recorded.
    if chosen and chosen not in units:
        units.append(chosen)
    value = written.get(f"value.{analyte.id}", "")
    return AnalyteRow(
        id=analyte.id,
        name=analyte.name,
        symbol=analyte.symbol,
        units=tuple((unit, unit_text(unit)) for unit in units),
        unit=chosen,
        value=value,
        is_open=is_first or bool(value),
    )


def _draws(person: Person, desk: Desk, seq: int | None) -> list[Draw]:
    """The draws, the latest first; what the assessment says beside the latest, or the one shown."""
    places = {fact.seq: k for k, fact in enumerate(person.of_section(_SECTION))}
    rows = in_order(person.of_section(_SECTION))
    read = [fact.seq for fact in rows[:_MOST_READ]] if seq is None else [seq]
    return [
        _draw(fact, desk, _note(person, desk, fact, places[fact.seq]) if fact.seq in read else None)
        for fact in (rows if seq is None else [one for one in rows if one.seq == seq])
    ]


def _draw(fact: Fact, desk: Desk, said: tuple[Note, bool] | None) -> Draw:
    names = {a.id: a.name for a in desk.knowledge.of(Analyte).values()}
    note, is_of_its_day = said or (None, False)
    return Draw(
        seq=fact.seq,
        on=fact.body["on"],
        at=fact.body.get("at", ""),
        fasting=fact.body.get("fasting", "unknown"),
        hours_since_iron=shown_number(fact.body.get("hours_since_iron", "")),
        results=tuple(
            (names.get(name, name), _as_printed(str(value)))
            for name, value in fact.body["results"].items()
        ),
        note=note,
        is_note_of_its_day=is_of_its_day,
    )


def _as_printed(result: str) -> str:
    """A value as entered, its unit as it is printed."""
    parts = _RESULT.fullmatch(result)
    return f"{parts[1]} {unit_text(parts[2])}".strip() if parts else result


def _note(person: Person, desk: Desk, fact: Fact, index: int) -> tuple[Note, bool] | None:
    """What is said of a draw today; where a later one decides today, on its own day."""
    place, today = f"{_SECTION}[{index}]", desk.today()
    now = draw_note(person.patient, desk.knowledge, place, today)
    if now is not None:
        return now, False
    then = date.fromisoformat(fact.body["on"])
    before = draw_note(person.patient, desk.knowledge, place, then)
    return None if before is None else (before, True)


def _shown(
    request: Request,
    person: Person,
    written: Mapping[str, str],
    seq: int | None = None,
    error: Refused | None = None,
) -> Response:
    desk = desk_of(request)
    return page(
        request,
        "labs.html.j2",
        status=error.status if error else 200,
        title="Labs",
        person=person,
        written=written,
        rows=_rows(desk, written),
        draws=_draws(person, desk, seq),
        seq=seq,
        error=error,
    )
