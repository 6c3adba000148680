"""One patient at a glance: red flags, where we stand, the history on one axis."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.desk import desk_of
from ekbom.app.rendering import page
from ekbom.report.assessment.lead import essential_text, grounds
from ekbom.report.citations import Citations
from ekbom.report.consultation.decide import cite_consultation, decision
from ekbom.report.consultation.shown import consultation_shown
from ekbom.report.consultation.timeline import timeline
from ekbom.store.exchange import record_text

router = APIRouter(prefix="/patients/{person_id}")


@router.get("")
def overview(request: Request, person_id: str) -> Response:
    """Where the patient stands today."""
    desk = desk_of(request)
    person = desk.person(person_id)
    shown = consultation_shown(person.patient, desk.knowledge, desk.today(), {})
    citations = Citations(desk.knowledge)
    cite_consultation(shown, citations)
    decided = decision(shown, citations)
    return page(
        request,
        "overview.html.j2",
        title=person.patient.id,
        person=person,
        decided=decided,
        lead=decided.lead,
        timeline=timeline(shown),
        essential=essential_text,
        grounds=grounds,
    )


@router.get("/record.yaml")
def exported(request: Request, person_id: str) -> Response:
    """The record as a file that every other part of ekbom reads."""
    person = desk_of(request).person(person_id)
    return Response(
        record_text(person.facts),
        media_type="application/yaml",
        headers={"Content-Disposition": 'attachment; filename="record.yaml"'},
    )
