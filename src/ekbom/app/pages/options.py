"""Options: what is needed before, blocks, iron, options in their order, each with its evidence."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.consulting import asked_of, consulted, frame
from ekbom.app.desk import desk_of
from ekbom.app.rendering import page
from ekbom.report.consultation.html import consultation_context, patient_context

router = APIRouter(prefix="/patients/{person_id}/options")
_TITLE = "Options"


@router.get("")
def options(request: Request, person_id: str) -> Response:
    """What could be done for this patient."""
    desk = desk_of(request)
    person, asked = desk.person(person_id), asked_of(request)
    shown = consulted(desk, person, asked)
    around = frame(request, person, asked, shown)
    if asked.mode == "patient":
        context = patient_context(shown) | around
        return page(request, "room_options_patient.html.j2", title=_TITLE, **context)
    context = consultation_context(shown, "plan")
    asking = around["asking"]
    # The same words, each as a link to the form that asks for it.
    around["gate_missing"] = [asking.linked(one) for one in context["gate_missing"]]
    around["short_within_plan"] = True
    return page(request, "room_options.html.j2", title=_TITLE, **(context | around))
