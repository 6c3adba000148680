"""Medicines: what is taken, with dose and clock times, from a day to a day."""

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
    keep,
    refused,
    take_back,
    warnings_at,
)
from ekbom.app.forms.notes import Note, medicine_notes
from ekbom.app.rendering import page
from ekbom.errors import PatientError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.drugs import DrugClass
from ekbom.patient.warnings import warnings_of

router = APIRouter(prefix="/patients/{person_id}/medicines")
_SECTION, _IRON = "medications", "iv-iron"
LABELS = {
    "drug": "Medicine",
    "form": "Form",
    "dose": "Dose",
    "times": "Clock times",
    "started": "Started",
    "stopped": "Stopped",
    "for": "Taken for",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """One medicine of the list.

    Parameters
    ----------
    seq : int
        Number of the entry.
    written : Mapping of str to str
        Its fields, as the form has them; empty where nothing was entered.
    warnings : tuple of str
        What the reader of the record warns of.
    notes : tuple of Note
        What the consultation says of it.
    """

    seq: int
    written: Mapping[str, str]
    warnings: tuple[str, ...]
    notes: tuple[Note, ...]


@router.get("")
def listed(request: Request, person_id: str) -> Response:
    """The medicines, and the form of a new one."""
    return _shown(request, desk_of(request).person(person_id), {})


@router.post("")
def new(request: Request, person_id: str, written: Written) -> Response:
    """State a medicine."""
    return _kept(request, person_id, written, None)


@router.post("/infusion")
def infused(request: Request, person_id: str, written: Written) -> Response:
    """State an infusion of iron: begun and ended on one day."""
    person = desk_of(request).person(person_id)
    product, day = written.get("product", ""), written.get("given", "")
    body = {"drug": product, "started": day, "stopped": day}
    if written.get("amount"):
        body["dose"] = written["amount"]
    products = _iron_products(desk_of(request).knowledge)
    if product not in products:
        error = PatientError(
            f"{_SECTION}[0].drug: {product!r} is no iron given by vein",
            expected=f"one of: {', '.join(products)}",
        )
        return _shown(request, person, _written(body), None, refused(error, _SECTION, LABELS))
    return _stated(request, person, body, _written(body), None)


@router.get("/{seq}")
def one(request: Request, person_id: str, seq: int) -> Response:
    """The form of one medicine, to correct it."""
    person = desk_of(request).person(person_id)
    return _shown(request, person, _written(entry(person, _SECTION, seq).body), seq)


@router.post("/{seq}")
def corrected(request: Request, person_id: str, seq: int, written: Written) -> Response:
    """Correct a medicine."""
    return _kept(request, person_id, written, seq)


@router.post("/{seq}/stop")
def stopped(request: Request, person_id: str, seq: int, written: Written) -> Response:
    """Write down the last day of a medicine; refused, the whole entry is shown with that day."""
    person = desk_of(request).person(person_id)
    body = {**entry(person, _SECTION, seq).body, "stopped": written.get("stopped", "")}
    return _stated(request, person, body, _written(body), seq)


@router.post("/{seq}/take-back")
def taken_back(request: Request, person_id: str, seq: int) -> Response:
    """Take a medicine back: it never should have stood there."""
    desk = desk_of(request)
    gone = take_back(desk, desk.person(person_id), _SECTION, seq, session_of(request))
    session_of(request).told(f"{gone.body['drug']} taken back.")
    return RedirectResponse(f"/patients/{person_id}/medicines", 303)


def _kept(
    request: Request, person_id: str, written: Mapping[str, str], seq: int | None
) -> Response:
    person = desk_of(request).person(person_id)
    return _stated(request, person, _body(written), written, seq)


def _stated(
    request: Request,
    person: Person,
    body: dict[str, Any],
    written: Mapping[str, str],
    seq: int | None,
) -> Response:
    try:
        kept = keep(request, person, _SECTION, body, body["drug"], seq)
    except REFUSALS as error:
        return _shown(request, person, written, seq, refused(error, _SECTION, LABELS))
    return RedirectResponse(f"/patients/{person.id}/medicines#entry-{kept}", 303)


def _body(written: Mapping[str, str]) -> dict[str, Any]:
    """A medicine as a record writes it: what is empty is left out, and stays unknown."""
    body: dict[str, Any] = {"drug": written.get("drug", "")}
    for name in ("form", "dose"):
        if written.get(name):
            body[name] = written[name]
    times = written.get("times", "").replace(",", " ").replace(";", " ").split()
    if times:
        body["times"] = times
    for name in ("started", "stopped", "for"):
        if written.get(name):
            body[name] = written[name]
    return body


def _written(body: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a medicine that stands."""
    written = {name: str(body[name]) for name in LABELS if name in body and name != "times"}
    return {**written, "times": ", ".join(body.get("times", ()))}


def _rows(person: Person, desk: Desk) -> tuple[list[Taken], list[Taken]]:
    """What is taken now and what was taken, each with what the reader and the reports say."""
    every = warnings_of(person.patient, desk.knowledge, desk.today())
    found = desk.consulted(person, desk.today(), {})
    uses = {use.path: use for use in found.patient.medications}
    now: list[Taken] = []
    past: list[Taken] = []
    for index, fact in enumerate(person.of_section(_SECTION)):
        place = f"{_SECTION}[{index}]"
        is_past = bool(fact.body.get("stopped"))
        notes = () if is_past else medicine_notes(found, uses[place], desk.today())
        written = {**dict.fromkeys(LABELS, ""), **_written(fact.body)}
        taken = Taken(fact.seq, written, warnings_at(place, every), notes)
        (past if is_past else now).append(taken)
    past.sort(key=lambda one: one.written["stopped"], reverse=True)
    return now, past


def _names(knowledge: KnowledgeBase) -> tuple[list[str], dict[str, str]]:
    """Every medicine the knowledge base knows, and of whose forms one must be named."""
    members = [drug for one in knowledge.of(DrugClass).values() for drug in one.members]
    forms = {drug.name: " or ".join(drug.forms) for drug in members if drug.forms}
    return sorted({drug.name for drug in members}), forms


def _iron_products(knowledge: KnowledgeBase) -> list[str]:
    """Iron that is given by vein."""
    return sorted(drug.name for drug in knowledge.record(DrugClass, _IRON).members)


def _shown(
    request: Request,
    person: Person,
    written: Mapping[str, str],
    seq: int | None = None,
    error: Refused | None = None,
) -> Response:
    desk = desk_of(request)
    now, past = _rows(person, desk)
    names, forms = _names(desk.knowledge)
    return page(
        request,
        "medicines.html.j2",
        status=error.status if error else 200,
        title="Medicines",
        person=person,
        written=written,
        now=now,
        past=past,
        names=names,
        needed=forms,
        products=_iron_products(desk.knowledge),
        forms=sorted({form for one in forms.values() for form in one.split(" or ")}),
        today=desk.today().isoformat(),
        seq=seq,
        error=error,
    )
