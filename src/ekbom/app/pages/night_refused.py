"""A file that was not taken: why, what is safe, and the way back to the nights."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.desk import Person
from ekbom.app.rendering import REFUSED, page
from ekbom.errors import EkbomError


def refused_page(request: Request, person: Person, error: EkbomError) -> Response:
    """The page of a refusal.

    Parameters
    ----------
    request : Request
        What is answered.
    person : Person
        Whose night it would have been.
    error : EkbomError
        Why not.
    """
    title = "That file was not taken"
    return page(
        request, "night_refused.html.j2", status=REFUSED, title=title, person=person, error=error
    )
