"""Questionnaires by item number; item texts only from a pack the site holds a licence for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    warnings_at,
)
from ekbom.app.forms.item_texts import Packs, packs_in
from ekbom.app.rendering import page
from ekbom.knowledge.instruments import Instrument
from ekbom.patient.warnings import warnings_of
from ekbom.store.errors import NotFoundError

router = APIRouter(prefix="/patients/{person_id}/interview/questionnaires")
_SECTION = "questionnaires"
_ITEM = "item."
_FIRST = ("irls", "rls-6", "asrs", "jhrlss", "cgi-severity", "cgi-improvement", "ess", "isi")
# More values than this are written, not chosen.
_MOST_CHOICES = 11


@dataclass(frozen=True, slots=True)
class Filling:
    """One questionnaire that was filled in.

    Parameters
    ----------
    seq : int
        Number of the entry.
    on, instrument, name : str
        Its day; the instrument by id and by name.
    total, items : str
        Its scores, in a line; empty where there are none.
    warnings : tuple of str
        What the reader of the record warns of.
    """

    seq: int
    on: str
    instrument: str
    name: str
    total: str
    items: str
    warnings: tuple[str, ...]


@router.get("")
def listed(request: Request, person_id: str) -> Response:
    """The questionnaires there are, and those filled in."""
    desk = desk_of(request)
    person = desk.person(person_id)
    packs = _packs(desk)
    filled = _filled(person, desk)
    latest = {one.instrument: one for one in reversed(filled)}
    return page(
        request,
        "questionnaires.html.j2",
        title="Questionnaires",
        person=person,
        instruments=_in_order(desk),
        latest=latest,
        filled=filled,
        packs=packs,
    )


@router.get("/new/{instrument_id}")
def asked(request: Request, person_id: str, instrument_id: str) -> Response:
    """The form of one questionnaire."""
    desk = desk_of(request)
    instrument = _instrument(desk, instrument_id)
    written = {"on": desk.today().isoformat()}
    return _form(request, desk.person(person_id), instrument, written, None)


@router.post("/new/{instrument_id}")
def new(request: Request, person_id: str, instrument_id: str, written: Written) -> Response:
    """State a filling: numbers by item, or the total alone."""
    instrument = _instrument(desk_of(request), instrument_id)
    return _kept(request, person_id, instrument, written, None)


@router.get("/{seq}")
def one(request: Request, person_id: str, seq: int) -> Response:
    """The form of one filling, to correct it."""
    desk = desk_of(request)
    person = desk.person(person_id)
    body = entry(person, _SECTION, seq).body
    return _form(request, person, _instrument(desk, body["instrument"]), _written(body), seq)


@router.post("/{seq}")
def corrected(request: Request, person_id: str, seq: int, written: Written) -> Response:
    """Correct a filling."""
    desk = desk_of(request)
    body = entry(desk.person(person_id), _SECTION, seq).body
    return _kept(request, person_id, _instrument(desk, body["instrument"]), written, seq)


@router.post("/{seq}/take-back")
def taken_back(request: Request, person_id: str, seq: int) -> Response:
    """Take a filling back."""
    desk = desk_of(request)
    gone = take_back(desk, desk.person(person_id), _SECTION, seq, session_of(request))
    name = _instrument(desk, gone.body["instrument"]).name
    session_of(request).told(f"{name} of {gone.body['on']} taken back.")
    return _to_the_list(person_id)


def _instrument(desk: Desk, instrument_id: str) -> Instrument:
    found = desk.knowledge.of(Instrument).get(instrument_id)
    if found is None:
        raise NotFoundError(
            "there is no such questionnaire", what_to_do="go back to the list of questionnaires"
        )
    return found


def _in_order(desk: Desk) -> list[Instrument]:
    """Those asked first in restless legs, then the others."""
    every = desk.knowledge.of(Instrument)
    return [every[one] for one in _FIRST if one in every] + [
        one for one in every.values() if one.id not in _FIRST
    ]


def _packs(desk: Desk) -> Packs:
    return packs_in(desk.store.folder, desk.knowledge)


def _to_the_list(person_id: str) -> Response:
    return RedirectResponse(f"/patients/{person_id}/interview/questionnaires", 303)


def _kept(
    request: Request,
    person_id: str,
    instrument: Instrument,
    written: Mapping[str, str],
    seq: int | None,
) -> Response:
    person = desk_of(request).person(person_id)
    try:
        body = _body(instrument, written)
        keep(request, person, _SECTION, body, f"{instrument.name} of {body['on']}", seq)
    except REFUSALS as error:
        numbers = range(1, instrument.items + 1)
        items = {f"items.{number}": f"Item {number}" for number in numbers}
        labels = {"on": "Filled in on", "total": "Total", **items}
        said = refused(error, _SECTION, labels)
        return _form(request, person, instrument, written, seq, said)
    return _to_the_list(person_id)


def _body(instrument: Instrument, written: Mapping[str, str]) -> dict[str, Any]:
    """A filling as a record writes it: an item that is empty was not answered, and is no zero."""
    body: dict[str, Any] = {"instrument": instrument.id, "on": written.get("on", "")}
    items = {
        name.removeprefix(_ITEM): number_of(value, f"{_SECTION}[0].items.{name[len(_ITEM) :]}")
        for name, value in written.items()
        if name.startswith(_ITEM) and value
    }
    if items:
        body["items"] = items
    if written.get("total"):
        body["total"] = number_of(written["total"], f"{_SECTION}[0].total")
    return body


def _written(body: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a filling that stands."""
    items = {f"{_ITEM}{n}": shown_number(value) for n, value in body.get("items", {}).items()}
    total = {"total": shown_number(body["total"])} if "total" in body else {}
    return {"on": str(body["on"]), **items, **total}


def _filled(person: Person, desk: Desk) -> list[Filling]:
    """The fillings, the latest first, each with its total and what the reader warns of."""
    names = desk.knowledge.of(Instrument)
    every = warnings_of(person.patient, desk.knowledge, desk.today())
    totals = {one.path: one.total for one in person.patient.questionnaires}
    rows: dict[int, Filling] = {}
    for index, fact in enumerate(person.of_section(_SECTION)):
        path = f"{_SECTION}[{index}]"
        total, items = totals[path], fact.body.get("items", {})
        rows[fact.seq] = Filling(
            seq=fact.seq,
            on=fact.body["on"],
            instrument=fact.body["instrument"],
            name=names[fact.body["instrument"]].name,
            total="" if total is None else shown_number(total),
            items=", ".join(f"{n}: {shown_number(v)}" for n, v in items.items()),
            warnings=warnings_at(path, every),
        )
    return [rows[fact.seq] for fact in in_order(person.of_section(_SECTION))]


def _choices(instrument: Instrument) -> list[str]:
    """The scores of an item, where they are few enough to be chosen."""
    low, high = instrument.item_minimum, instrument.item_maximum
    if high - low >= _MOST_CHOICES or not (low.is_integer() and high.is_integer()):
        return []
    return [str(score) for score in range(int(low), int(high) + 1)]


def _form(
    request: Request,
    person: Person,
    instrument: Instrument,
    written: Mapping[str, str],
    seq: int | None,
    error: Refused | None = None,
) -> Response:
    desk = desk_of(request)
    return page(
        request,
        "questionnaire.html.j2",
        status=error.status if error else 200,
        title=instrument.name,
        person=person,
        instrument=instrument,
        choices=_choices(instrument),
        pack=_packs(desk).of.get(instrument.id),
        written=written,
        seq=seq,
        error=error,
    )
