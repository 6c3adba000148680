"""The app put together: the guard, the pages, the static files, and what is said when it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from ekbom.app.desk import Desk
from ekbom.app.nights.deliveries import Deliveries
from ekbom.app.pages import (
    assessment,
    background,
    deidentified,
    door,
    follow_up,
    history,
    interview,
    knowledge,
    labs,
    learn,
    medicines,
    night,
    night_export,
    night_files,
    night_signals,
    night_withdrawn,
    nights,
    options,
    overview,
    patients,
    questionnaires,
    report,
    what_if,
)
from ekbom.app.rendering import REFUSED, REPORT_STYLES, STATIC, page, static_content, status_of
from ekbom.app.security import HEADERS, NOT_KEPT, Address, Guard
from ekbom.app.sessions import Sessions
from ekbom.app.work.queue import Queue
from ekbom.errors import EkbomError

ROUTERS = (
    door.router,
    patients.router,
    overview.router,
    background.router,
    history.router,
    interview.router,
    questionnaires.router,
    labs.router,
    medicines.router,
    assessment.router,
    options.router,
    follow_up.router,
    report.router,
    knowledge.router,
    learn.router,
    what_if.router,
    night_files.router,
    nights.router,
    night.router,
    night_export.router,
    night_withdrawn.router,
    deidentified.router,
    night_signals.router,
)
# More than any form or record; files of nights are counted where they come in.
_MOST_BYTES = 4_000_000


def build(desk: Desk, sessions: Sessions, address: Address) -> FastAPI:
    """The app of one desk.

    Parameters
    ----------
    desk : Desk
        Store and knowledge.
    sessions : Sessions
        Who may come in.
    address : Address
        Where it will listen.
    """
    work, deliveries = Queue(desk.store), Deliveries()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        work.start()
        try:
            yield
        finally:
            # Ending a worker waits for it; the loop goes on with the last answers meanwhile.
            await run_in_threadpool(work.stop)
            deliveries.close()

    app = FastAPI(
        title="ekbom",
        lifespan=lifespan,
        # Its page of documentation would load scripts from outside.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=_MOST_BYTES,
    )
    app.state.is_beyond = False
    app.state.desk = desk
    app.state.sessions = sessions
    app.state.work = work
    app.state.deliveries = deliveries
    for router in ROUTERS:
        limit = night_files.MOST_FORM_BYTES if router is night_files.router else None
        app.include_router(router, max_body_size=limit)
    for name in REPORT_STYLES:
        app.add_api_route(f"/static/{name}", _style(name), methods=["GET"])
    app.mount("/static", StaticFiles(directory=str(STATIC)), name="static")
    app.add_exception_handler(EkbomError, _refused)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(Guard, address=address, sessions=sessions)
    return app


def _style(name: str) -> Callable[[], Response]:
    """A style of the reports."""

    def style() -> Response:
        return Response(static_content(name), media_type="text/css")

    return style


async def _refused(request: Request, error: Exception) -> Response:
    """What was found, what was expected, what is safe."""
    if not isinstance(error, EkbomError):
        raise error
    title = "That did not work"
    return page(request, "error.html.j2", status=status_of(error), error=error, title=title)


# What HTTP itself refuses, in our words.
_SAID = {
    404: ("there is no such page", "go back to the list of patients"),
    413: ("more was sent than any page of ekbom sends", "go back; nothing was written"),
}
_OTHERWISE = ("this cannot be asked for here", "go back to the list of patients")


async def _no_such_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    found, what_to_do = _SAID.get(status, _OTHERWISE)
    said = EkbomError(found, what_to_do=what_to_do)
    return page(request, "error.html.j2", status=status, error=said, title="Not here")


async def _not_understood(request: Request, error: Exception) -> Response:
    # What was sent is not said again: it may be anything.
    said = EkbomError(
        "this was not sent as one of our pages sends it",
        what_to_do="go back and fill the form in again; nothing was written",
    )
    return page(request, "error.html.j2", status=REFUSED, error=said, title="That did not work")


async def _failed(request: Request, error: Exception) -> Response:
    """A fault of the program: its answer is made outside of the guard, so it wears its headers."""
    said = EkbomError(
        "something in ekbom itself went wrong",
        what_to_do="what was kept before is safe; go back and try again, and look at the store "
        "with: ekbom doctor",
    )
    answer = page(request, "error.html.j2", status=500, error=said, title="That did not work")
    answer.headers.update({**HEADERS, "Cache-Control": NOT_KEPT})
    return answer
