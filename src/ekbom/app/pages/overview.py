"""One patient at a glance: red flags, where we stand, what to ask, what is due, the history."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.consultations.asked import answered
from ekbom.app.desk import desk_of
from ekbom.app.rendering import page
from ekbom.app.taken_out import taken_out
from ekbom.report.assessment.html import iron_values
from ekbom.report.assessment.lead import essential_text, grounds
from ekbom.report.citations import Citations
from ekbom.report.consultation.decide import cite_consultation, decision
from ekbom.report.consultation.timeline import timeline
from ekbom.store.exchange import record_text

router = APIRouter(prefix="/patients/{person_id}")
# How many stand at a glance; the rest is in its room.
_N_ASKED, _N_DUE, _N_FINDINGS = 6, 5, 6


@router.get("")
def overview(request: Request, person_id: str) -> Response:
    """Where the patient stands today."""
    found = answered(request, person_id)
    shown = found.shown
    citations = Citations(shown.knowledge)
    cite_consultation(shown, citations)
    decided = decision(shown, citations)
    iron = decided.iron.products.offered if decided.iron else ()
    return page(
        request,
        "overview.html.j2",
        title=found.person.patient.id,
        decided=decided,
        course=decided.course,
        lead=decided.lead,
        values=list(iron_values(shown.patient)),
        offered=[*iron, *decided.choice.offered],
        due=[one for one in decided.due if one.when != "done"],
        timeline=timeline(shown),
        essential=essential_text,
        grounds=grounds,
        n_asked=_N_ASKED,
        n_due=_N_DUE,
        n_findings=_N_FINDINGS,
        **found.around,
    )


@router.get("/record.yaml")
def exported(request: Request, person_id: str) -> Response:
    """The record as a file that every other part of ekbom reads."""
    person = desk_of(request).person(person_id)
    text = record_text(person.facts)
    return taken_out(request, text, "application/yaml", "record.yaml", ("person", person_id))
