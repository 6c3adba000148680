"""The way in: the key of the start, the lock, and who is at the desk."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.desk import desk_of, session_of
from ekbom.app.rendering import page
from ekbom.app.security import is_led_by_others
from ekbom.app.sessions import COOKIE, Sessions
from ekbom.store.audit_log import note

router = APIRouter()
_LONGEST_NAME = 80


def _sessions(request: Request) -> Sessions:
    found: Sessions = request.app.state.sessions
    return found


@router.get("/start")
def start(request: Request, key: str = "") -> Response:
    """The first address: its key is good once."""
    sessions = _sessions(request)
    cookie = sessions.enter(key)
    if cookie is None:
        return page(request, "start.html.j2", status=403, title="Open ekbom again")
    answer: Response = RedirectResponse("/welcome", 303)
    if is_led_by_others(request.headers):
        # Followed at once, a page of somebody else would still lead, and the cookie not be sent.
        answer = page(request, "came_in.html.j2", title="Welcome")
    answer.set_cookie(
        COOKIE,
        cookie,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
    return answer


@router.get("/welcome")
def welcome(request: Request) -> Response:
    """Who is at the desk, and the code that unlocks."""
    code = _sessions(request).code
    return page(request, "welcome.html.j2", title="Welcome", code=code)


@router.post("/desk")
def desk(request: Request, who: Annotated[str, Form()]) -> Response:
    """Say who is at the desk."""
    name = " ".join(who.split())[:_LONGEST_NAME]
    if name:
        session_of(request).who = name
    return RedirectResponse(_sessions(request).first_page, 303)


@router.get("/used")
def used(request: Request) -> Response:
    """Somebody works on a page without asking for another: the guard has counted it."""
    return Response(status_code=204)


@router.post("/lock")
def lock(request: Request) -> Response:
    """Lock this browser now."""
    _sessions(request).lock(request.cookies.get(COOKIE, ""))
    return RedirectResponse("/locked", 303)


@router.get("/locked")
def locked(request: Request) -> Response:
    """The lock."""
    return page(request, "locked.html.j2", title="Locked", wrong=False)


@router.post("/locked")
def unlock(request: Request, code: Annotated[str, Form()]) -> Response:
    """Unlock by the code of the start."""
    sessions, cookie = _sessions(request), request.cookies.get(COOKIE, "")
    is_unlocked = sessions.unlock(cookie, code)
    who = sessions.who_of(cookie)
    if who is not None:
        _noted(request, who, is_unlocked=is_unlocked)
    if is_unlocked:
        return RedirectResponse("/", 303)
    return page(request, "locked.html.j2", status=403, title="Locked", wrong=True)


def _noted(request: Request, who: str, *, is_unlocked: bool) -> None:
    """Whether the code was right stands in the log, also where it was not."""
    store = desk_of(request).store
    with store.writing() as connection:
        outcome = "done" if is_unlocked else "refused"
        note(connection, store.stamp(who), "unlock", "desk", "", outcome=outcome)
