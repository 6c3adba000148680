"""A night taken out: report, data, table, events; each as it is kept, with what was edited."""

from __future__ import annotations

import json
from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.desk import desk_of
from ekbom.app.nights.reading import Reading
from ekbom.app.taken_out import taken_out
from ekbom.interop.edf_writing import events_table
from ekbom.interop.scored_events import annotations_edf, scored_events
from ekbom.recording.events import Annotations
from ekbom.report.html import render_report
from ekbom.report.results import as_json, tsv
from ekbom.store.errors import NotFoundError
from ekbom.store.nights import withdrawn

router = APIRouter(prefix="/patients/{person_id}/nights/{night_id}/export")


def _report(reading: Reading) -> bytes:
    return render_report(reading.result).encode()


def _data(reading: Reading) -> bytes:
    found = as_json(reading.result, per_leg=True)
    return json.dumps(found, ensure_ascii=False, allow_nan=False).encode()


def _table(reading: Reading) -> bytes:
    return ("\n".join(tsv(reading.result)) + "\n").encode()


def _events(reading: Reading) -> bytes:
    return events_table(_marks(reading)).encode()


def _edf(reading: Reading) -> bytes:
    return annotations_edf(_marks(reading))


def _marks(reading: Reading) -> Annotations:
    return scored_events(reading.result, reading.choice.rules)


_FILES: dict[str, tuple[str, Callable[[Reading], bytes]]] = {
    "report.html": ("text/html", _report),
    "scoring.json": ("application/json", _data),
    "movements.tsv": ("text/tab-separated-values", _table),
    "events.tsv": ("text/tab-separated-values", _events),
    "scoring.edf": ("application/octet-stream", _edf),
}


@router.get("/{name}")
def exported(request: Request, person_id: str, night_id: str, name: str) -> Response:
    """A file of the night as it is kept."""
    if name not in _FILES:
        raise NotFoundError(
            "a night is not written in this form",
            expected=f"one of {', '.join(_FILES)}",
            what_to_do="go back to the night",
        )
    desk = desk_of(request)
    reading = desk.readings.of(person_id, night_id)
    if reading.is_withdrawn:
        raise withdrawn()
    kind, make = _FILES[name]
    return taken_out(request, make(reading), kind, f"night-{name}", ("night", night_id))
