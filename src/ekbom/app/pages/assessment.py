"""Assessment: each line unfolds to its reasons; other days and editions; what was kept."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.consultations import kept
from ekbom.app.consultations.asked import answered, asked_of
from ekbom.app.desk import desk_of, session_of
from ekbom.app.rendering import page
from ekbom.app.taken_out import taken_out
from ekbom.report.assessment.html import assessment_context, patient_context
from ekbom.report.assessment.wording import edition_text
from ekbom.report.consultation.as_json import as_json
from ekbom.report.consultation.changes import option_changes

router = APIRouter(prefix="/patients/{person_id}/assessment")
_TITLE = "Assessment"


@router.get("")
def assessment(request: Request, person_id: str) -> Response:
    """Where the patient stands, on any day, by any editions, for either reader."""
    desk, found = desk_of(request), answered(request, person_id)
    shown = found.shown
    if found.asked.mode == "patient":
        context = patient_context(shown.assessed) | found.around
        return page(request, "room_assessment_patient.html.j2", title=_TITLE, **context)
    newer = shown.newest
    changed = () if newer is None else option_changes(shown.consultation, newer, desk.knowledge)
    context = assessment_context(shown.assessed) | found.around
    return page(
        request,
        "room_assessment.html.j2",
        title=_TITLE,
        **context,
        newest=newer is not None,
        option_changes=list(changed),
        kept=kept.kept_of(desk, person_id),
    )


@router.post("/kept")
def keep(request: Request, person_id: str) -> Response:
    """Keep the consultation of the day and the editions in the address."""
    desk, session = desk_of(request), session_of(request)
    person, asked = desk.person(person_id), asked_of(request)
    kept.keep(desk, person, asked, session)
    session.told("The consultation is kept; it stands at the end of this page.")
    where = f"/patients/{person_id}/assessment{asked.query('clinician')}#kept"
    return RedirectResponse(where, 303)


@router.get("/kept/{result_id}")
def kept_one(request: Request, person_id: str, result_id: str) -> Response:
    """A consultation that was kept, and what would be said of it now."""
    desk = desk_of(request)
    person, asked = desk.person(person_id), asked_of(request)
    one = kept.kept_one(desk, person_id, result_id)
    then = json.loads(kept.file_of(desk, one))
    same_facts = as_json(kept.again(desk, one))
    today = as_json(desk.consulted(person, desk.today(), {}))
    return page(
        request,
        "room_kept.html.j2",
        title="A kept consultation",
        person=person,
        asked=asked,
        one=one,
        editions={topic: edition_text(it) for topic, it in one.result.made.editions.items()},
        same_facts=kept.compared(then, same_facts),
        today=kept.compared(then, today),
        day=desk.today(),
    )


@router.get("/kept/{result_id}/file")
def kept_file(request: Request, person_id: str, result_id: str) -> Response:
    """A consultation that was kept, every step of it, for machines."""
    desk = desk_of(request)
    content = kept.file_of(desk, kept.kept_one(desk, person_id, result_id))
    of = ("result", result_id)
    return taken_out(request, content, "application/json", "consultation.json", of)
