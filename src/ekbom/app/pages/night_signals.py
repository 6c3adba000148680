"""What the viewer of a night asks for: what there is to see, and stretches of the signals."""

from __future__ import annotations

import math
from pathlib import Path
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ekbom.app.desk import Desk, desk_of
from ekbom.app.nights.files import cache_of, night_of_person, pyramid_of, recording_of
from ekbom.app.nights.leg_level import leg_levels
from ekbom.app.nights.measured import read_marked
from ekbom.app.nights.pyramid import build_pyramid
from ekbom.app.nights.pyramid_files import Pyramid, read_pyramid
from ekbom.app.nights.tile import Window, tile
from ekbom.app.nights.view import Labels, view
from ekbom.app.rendering import refused_json
from ekbom.errors import UsageError
from ekbom.knowledge.labels import EcgLabels, LegLabels
from ekbom.store.errors import NotFoundError
from ekbom.store.nights import Night

router = APIRouter(prefix="/patients/{person_id}/nights/{night_id}")

# Three screens of a very wide one, and neither side of it long before or after the night.
MOST_COLUMNS = 8192
_FEWEST_COLUMNS = 8
_SHORTEST_S = 0.05
_MOST_NIGHTS = 4.0
# Of a number, or of the name of rules that are tried.
_LONGEST = 32
# One at a time: two windows that open one night build it once.
_BUILDING = Lock()
Number = Annotated[str, Query(max_length=_LONGEST)]


@router.get("/view.json")
def shown(request: Request, person_id: str, night_id: str) -> Response:
    """Channels, stages, events and lights of a night."""
    desk = desk_of(request)
    night = _night(desk, person_id, night_id)
    pyramid = _pyramid(desk, night)
    if pyramid is None:
        return _being_prepared()
    marked = read_marked(cache_of(desk.store, night.id))
    labels = Labels(LegLabels.of(desk.knowledge), EcgLabels.of(desk.knowledge))
    return JSONResponse(view(pyramid, labels, *(marked or ())))


@router.get("/tile")
def stretch(
    request: Request,
    person_id: str,
    night_id: str,
    t0: Number,
    t1: Number,
    px: Number,
    channels: Annotated[str, Query(max_length=4096)] = "",
) -> Response:
    """A stretch of the signals in columns; the format is that of `ekbom.app.nights.tile`."""
    desk = desk_of(request)
    night = _night(desk, person_id, night_id)
    folder = pyramid_of(desk.store, night.id)
    pyramid = read_pyramid(folder)
    if pyramid is None:
        return _being_prepared()
    try:
        window = _window(t0, t1, px, pyramid.duration_s)
        numbers = _numbers(channels, len(pyramid.signals))
    except UsageError as error:
        return refused_json(error)
    content = _tile(pyramid, folder, recording_of(desk.store, night), window, numbers)
    return content or _being_prepared()


@router.get("/levels")
def levels(
    request: Request,
    person_id: str,
    night_id: str,
    t0: Number,
    t1: Number,
    px: Number,
    trial: Number = "",
) -> Response:
    """Level of the leg EMG in a stretch with its thresholds, or those that are only tried."""
    desk = desk_of(request)
    try:
        choice = desk.readings.trial(trial) if trial else None
        reading = desk.readings.of(person_id, night_id, choice)
        window = _window(t0, t1, px, reading.result.duration_s or 0.0)
    except (NotFoundError, UsageError) as error:
        return refused_json(error)
    return JSONResponse(leg_levels(reading.result, reading.choice.rules, window))


def _tile(
    pyramid: Pyramid, folder: Path, recording: Path, window: Window, numbers: list[int]
) -> Response | None:
    try:
        content = tile(pyramid, folder, recording, window, numbers)
    except FileNotFoundError:
        return None  # made anew at this moment
    return Response(content, media_type="application/octet-stream")


def _night(desk: Desk, person_id: str, night_id: str) -> Night:
    with desk.store.reading() as connection:
        return night_of_person(connection, person_id, night_id)


def _pyramid(desk: Desk, night: Night) -> Pyramid | None:
    """The pyramid; built here where the night was measured and only its pyramid is missing.

    While the night is being scored both are missing, and both will come with its job.
    """
    folder = pyramid_of(desk.store, night.id)
    found = read_pyramid(folder)
    if found is not None or read_marked(cache_of(desk.store, night.id)) is None:
        return found
    with _BUILDING:
        build_pyramid(recording_of(desk.store, night), folder, lambda share: None)
    return read_pyramid(folder)


def _being_prepared() -> Response:
    return JSONResponse(
        {"found": "the signals are being prepared for the screen", "is_preparing": True}, 404
    )


def _window(t0: str, t1: str, px: str, duration_s: float) -> Window:
    start_s, end_s = _seconds(t0, "t0"), _seconds(t1, "t1")
    reach_s = _MOST_NIGHTS * duration_s + 1.0
    if not (-reach_s <= start_s and end_s <= reach_s and end_s - start_s >= _SHORTEST_S):
        raise UsageError(
            f"from {start_s:g} to {end_s:g} s",
            expected=f"a stretch of at least {_SHORTEST_S:g} s, of a recording of {duration_s:g} s",
        )
    if not (px.isascii() and px.isdigit() and _FEWEST_COLUMNS <= int(px) <= MOST_COLUMNS):
        raise UsageError(
            f"px is {px[:20]!r}",
            expected=f"a whole number from {_FEWEST_COLUMNS} to {MOST_COLUMNS}",
        )
    return Window(start_s, end_s, int(px))


def _seconds(text: str, name: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise UsageError(f"{name} is {text[:20]!r}", expected="seconds from the start")
    return found


def _numbers(text: str, n: int) -> list[int]:
    """Channels between commas, each once; all where none is named."""
    if not text:
        return list(range(n))
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and int(part) < n for part in parts):
        raise UsageError("no such channel", expected=f"numbers from 0 to {n - 1}, between commas")
    return list(dict.fromkeys(int(part) for part in parts))
