"""Follow-up: what is due, what became of it, augmentation, every measure over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.consultations.asked import answered
from ekbom.app.rendering import page
from ekbom.followup.courses import Course
from ekbom.report.assessment.wording import edition_text
from ekbom.report.consultation.html import consultation_context, patient_context
from ekbom.report.consultation.measures import value_text

router = APIRouter(prefix="/patients/{person_id}/follow-up")
_TITLE = "Follow-up"


@dataclass(frozen=True, slots=True)
class ValuesOf:
    """One measure over time: its name, by which rules it was scored, day and value, latest first.

    What may not be judged says why.
    """

    name: str
    rules: str
    values: tuple[tuple[str, str, str], ...]


@router.get("")
def follow_up(request: Request, person_id: str) -> Response:
    """What became of it, and what is due when."""
    found = answered(request, person_id)
    if found.asked.mode == "patient":
        context = patient_context(found.shown) | found.around
        return page(request, "room_follow_up_patient.html.j2", title=_TITLE, **context)
    context = consultation_context(found.shown, "follow") | found.around
    courses = list(values_of(found.shown.consultation.follow_up.courses))
    return page(request, "room_follow_up.html.j2", title=_TITLE, **context, courses=courses)


def values_of(courses: Sequence[Course]) -> Iterator[ValuesOf]:
    """Every value of the measures that have more than one."""
    for course in courses:
        if len(course.points) > 1:
            yield ValuesOf(
                course.name,
                edition_text(course.rules) if course.rules else "",
                tuple(
                    (one.on.isoformat(), value_text(course, one), one.doubt)
                    for one in reversed(course.points)
                ),
            )
