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
from starlette.responses import HTMLResponse

from ekbom.app.frame import of_the_store
from ekbom.report.svg import clean
from ekbom.report.templating import environment as report_environment

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


def page(request: Request, name: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page.

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
    is_part = "hx-request" in request.headers
    said = session.said() if session is not None and not is_part else ()
    frame = {
        "request_path": request.url.path,
        "session": session,
        "idle_s": request.app.state.sessions.idle_s,
        "told": said,
    }
    return HTMLResponse(template.render(**frame, **of_the_store(request), **context), status)
