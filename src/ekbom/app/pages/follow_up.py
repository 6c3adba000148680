"""Follow-up: what is due, what became of it, augmentation, every measure over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.consulting import asked_of, consulted, frame
from ekbom.app.desk import desk_of
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
    desk = desk_of(request)
    person, asked = desk.person(person_id), asked_of(request)
    shown = consulted(desk, person, asked)
    around = frame(request, person, asked, shown)
    if asked.mode == "patient":
        context = patient_context(shown) | around
        return page(request, "room_follow_up_patient.html.j2", title=_TITLE, **context)
    context = consultation_context(shown, "follow") | around
    courses = list(values_of(shown.consultation.follow_up.courses))
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
