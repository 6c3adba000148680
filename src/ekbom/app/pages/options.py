"""Options: what is needed before, blocks, iron, options in their order, each with its evidence."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.consultations.asked import answered
from ekbom.app.rendering import page
from ekbom.report.consultation.html import consultation_context, patient_context

router = APIRouter(prefix="/patients/{person_id}/options")
_TITLE = "Options"


@router.get("")
def options(request: Request, person_id: str) -> Response:
    """What could be done for this patient."""
    found = answered(request, person_id)
    around = found.around
    if found.asked.mode == "patient":
        context = patient_context(found.shown) | around
        return page(request, "room_options_patient.html.j2", title=_TITLE, **context)
    context = consultation_context(found.shown, "plan")
    asking = around["asking"]
    # The same words, each as a link to the form that asks for it.
    around["gate_missing"] = [asking.linked(one) for one in context["gate_missing"]]
    around["short_within_plan"] = True
    return page(request, "room_options.html.j2", title=_TITLE, **(context | around))
