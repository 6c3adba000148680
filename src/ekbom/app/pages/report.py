"""Report: which parts, for which reader; the page to print, and a file to send."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.consultations.asked import Asked, answered, asked_of, consulted
from ekbom.app.consultations.model import with_model
from ekbom.app.desk import Desk, Person, desk_of
from ekbom.app.nights.printed import night_body_of, nights_to_print
from ekbom.app.rendering import environment, page
from ekbom.app.taken_out import taken_out
from ekbom.errors import UsageError
from ekbom.report.consultation.html import (
    consultation_context,
    patient_context,
    render_consultation,
)
from ekbom.report.consultation.shown import ShownConsultation

router = APIRouter(prefix="/patients/{person_id}/report")
_MODEL, _NIGHT = "model", "night"


@dataclass(frozen=True, slots=True)
class Printed:
    """What is to be printed.

    Parameters
    ----------
    asked : Asked
        Day, editions, reader.
    with_model : bool
        Whether the model stands in it; never for a patient.
    night : str
        Id of the night that stands below it; empty for none, and never for a patient.
    is_night_alone : bool
        Whether the night is all there is.
    """

    asked: Asked
    with_model: bool
    night: str
    is_night_alone: bool

    @classmethod
    def of(cls, request: Request) -> Printed:
        """What an address asks for."""
        asked = asked_of(request)
        said = request.query_params
        for_clinician = asked.mode == "clinician"
        has_model = for_clinician and said.get(_MODEL) == "yes"
        night = said.get(_NIGHT, "") if for_clinician else ""
        is_alone = said.get("view") == _NIGHT
        if is_alone and not night:
            raise UsageError("no night is chosen", expected="one of the nights of this patient")
        return cls(asked, has_model, night, is_alone)

    @property
    def kind(self) -> str:
        """Which body is printed: ``clinician``, ``patient`` or ``night``."""
        return _NIGHT if self.is_night_alone else self.asked.mode


@router.get("")
def choice(request: Request, person_id: str) -> Response:
    """Which parts, for whom."""
    context = answered(request, person_id).around
    nights = nights_to_print(desk_of(request), person_id)
    return page(request, "room_report.html.j2", title="Report", nights=nights, **context)


@router.get("/page")
def printed(request: Request, person_id: str) -> Response:
    """The page to print: the body of the report, with its styles from files."""
    desk, wanted = desk_of(request), Printed.of(request)
    person = desk.person(person_id)
    night = night_body_of(desk, person, wanted.night)
    context: dict[str, Any] = {"night": night, "model": None}
    if wanted.kind == "patient":
        context |= patient_context(_shown(desk, person, wanted))
    elif wanted.kind == "clinician":
        context |= consultation_context(_shown(desk, person, wanted))
    context |= {"base": f"/patients/{person_id}", "query": request.url.query, "kind": wanted.kind}
    return page(request, "printed.html.j2", title="Report", **context)


@router.get("/sheet.css")
def sheet(request: Request, person_id: str) -> Response:
    """What stands at the edge of each printed sheet; a page of its own may not hold styles."""
    desk, wanted = desk_of(request), Printed.of(request)
    if wanted.kind == _NIGHT:
        return Response("", media_type="text/css")
    name, context = "patient_page.css", {}
    if wanted.kind == "clinician":
        shown = _shown(desk, desk.person(person_id), wanted)
        name, context = "consultation_page.css", consultation_context(shown)
    text = environment().get_template(name).render(**context)
    return Response(text, media_type="text/css")


@router.get("/file")
def file(request: Request, person_id: str) -> Response:
    """The report as one file that needs nothing beside itself, to be kept or sent."""
    desk, wanted = desk_of(request), Printed.of(request)
    if wanted.kind == _NIGHT:
        where = f"/patients/{person_id}/nights/{quote(wanted.night, safe='')}/export/report.html"
        return RedirectResponse(where, 303)
    person = desk.person(person_id)
    shown = _shown(desk, person, wanted)
    night = night_body_of(desk, person, wanted.night)
    name = f"{'for-the-patient' if wanted.asked.mode == 'patient' else 'consultation'}.html"
    text = render_consultation(shown, wanted.asked.mode, night)
    return taken_out(request, text, "text/html", name, ("person", person_id))


def _shown(desk: Desk, person: Person, wanted: Printed) -> ShownConsultation:
    shown = consulted(desk, person, replace(wanted.asked, beside={}))
    return with_model(desk, person, shown) if wanted.with_model else shown
