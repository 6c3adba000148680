"""Pages from templates: escaped, with the same frame around each."""

from __future__ import annotations

import hashlib
import importlib.resources
import re
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ekbom.errors import EkbomError
from ekbom.report.svg import clean
from ekbom.report.templating import environment as report_environment
from ekbom.store.clock import clock_says
from ekbom.store.errors import ConflictError, NotFoundError, StoreError
from ekbom.store.store import Store

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
STATIC = importlib.resources.files("ekbom.app") / "static"
# Styles of reports that pages use too, under the same names.
REPORT_STYLES = (
    "figures.css",
    "report.css",
    "assessment.css",
    "consultation.css",
    "consultation-model.css",
)


# Of HTTP: what was sent cannot be taken as it is.
REFUSED = 422
_STATUS = ((NotFoundError, 404), (ConflictError, 409), (StoreError, 503))


@cache
def environment() -> Environment:
    """Templates of the app, and those of the reports, which it shows too."""
    found = Environment(
        loader=ChoiceLoader([PackageLoader("ekbom.app"), PackageLoader("ekbom.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: (
            clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
    )
    found.globals["static"] = static_address
    found.filters["local_time"] = local_time
    found.filters["together"] = together
    found.globals["version"] = version("ekbom")
    return found


def together(text: str) -> Markup:
    """A text in which no day is broken between two lines."""
    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(text))))


def local_time(moment: str) -> str:
    """A moment of the store (UTC) on the clock of this computer, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


@cache
def static_address(name: str) -> str:
    """Address of a static file, with the hash of its content: kept by browsers, never stale."""
    digest = hashlib.sha256(static_content(name)).hexdigest()[:16]
    return f"/static/{name}?{digest}"


def static_content(name: str) -> bytes:
    """A static file of the app, or a style of the reports."""
    if name in REPORT_STYLES:
        # Some of them hold others.
        return report_environment().get_template(name).render().encode()
    return (STATIC / name).read_bytes()


def status_of(error: EkbomError | None) -> int:
    """Of HTTP, by what went wrong; 200 where nothing did."""
    if error is None:
        return 200
    return next((code for kind, code in _STATUS if isinstance(error, kind)), REFUSED)


def refused_json(error: EkbomError, *, status: int | None = None) -> Response:
    """A refusal for a script that did not ask for a page; its status follows from the error."""
    parts = {
        "found": error.found,
        "expected": error.expected,
        "where": error.where,
        "what_to_do": error.what_to_do,
    }
    return JSONResponse(parts, status or status_of(error))


def is_part(request: Request) -> bool:
    """Whether the script asks for a part of a page; everybody else is shown the whole one."""
    return "hx-request" in request.headers


def sent_on(request: Request, where: str) -> Response:
    """Go to another page: the script is told to, as it would put that page into a part."""
    if is_part(request):
        return Response(status_code=204, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)


def page(request: Request, name: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page, or a part of one.

    Parameters
    ----------
    request : Request
        What is answered.
    name : str
        Template.
    status : int
        Of HTTP.
    **context
        What the template is given.
    """
    template = environment().get_template(name)
    session = getattr(request.state, "session", None)
    # A part of a page has no place for it.
    said = session.said() if session is not None and not is_part(request) else ()
    frame = {
        "request_path": request.url.path,
        "session": session,
        "idle_s": request.app.state.sessions.idle_s,
        "told": said,
    }
    return HTMLResponse(template.render(**frame, **_of_the_store(request), **context), status)


def _of_the_store(request: Request) -> dict[str, Any]:
    """Where things are kept, and a clock that is wrong: every page says it."""
    store: Store = request.app.state.desk.store
    has_session = getattr(request.state, "session", None) is not None
    return {
        "is_beyond": request.app.state.is_beyond,
        "is_on_a_server": store.engine.dialect.name != "sqlite",
        "clock_says": _clock_says(store) if has_session else "",
    }


def _clock_says(store: Store) -> str:
    try:
        return clock_says(store)
    except StoreError:
        # What is wrong with the store, the page itself says.
        return ""
