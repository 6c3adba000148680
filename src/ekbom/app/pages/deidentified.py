"""Copies that name nobody: the nights and the record of a patient, to be sent to others."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, BinaryIO, cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ekbom.app.desk import Desk, desk_of, session_of
from ekbom.app.nights.files import night_of_person
from ekbom.app.rendering import page
from ekbom.interop.deidentified import deidentified_into, is_table
from ekbom.interop.deidentified_record import deidentified_record
from ekbom.store import blobs, facts, nights, offsets
from ekbom.store.audit_log import note
from ekbom.store.errors import NotFoundError, StoreError
from ekbom.store.nights import Night

router = APIRouter(prefix="/patients/{person_id}")
_CHUNK_BYTES = 1 << 20
# What is held before the disk is used.
_IN_MEMORY_BYTES = 1 << 22


@router.get("/export")
def export(request: Request, person_id: str) -> Response:
    """What can be taken out of this patient, and what is left out of the copies."""
    desk = desk_of(request)
    person = desk.person(person_id)
    with desk.store.reading() as connection:
        every = nights.standing_nights_of(connection, person_id)
    return page(request, "export.html.j2", title="Export", person=person, nights=every)


@router.get("/deidentified.yaml")
def record(request: Request, person_id: str) -> Response:
    """The record without identifiers."""
    desk = desk_of(request)
    person = desk.person(person_id)
    text, _ = deidentified_record(
        facts.record_of(person.facts),
        desk.knowledge,
        offsets.days_earlier(desk.store.folder, person_id),
        desk.today(),
        offsets.code_name(desk.store.folder, person_id),
    )
    _noted(request, desk, "person", person_id)
    return Response(text, media_type="application/yaml", headers=_as_file("record.yaml"))


@router.get("/nights/{night_id}/deidentified.edf")
def recording(request: Request, person_id: str, night_id: str) -> Response:
    """The recording of a night without identifiers."""
    return _copy(request, _night(request, person_id, night_id), is_marks=False)


@router.get("/nights/{night_id}/deidentified-marks")
def marks(request: Request, person_id: str, night_id: str) -> Response:
    """The marks of a night in a file of their own, without identifiers."""
    night = _night(request, person_id, night_id)
    if not night.marks:
        raise NotFoundError(
            "this night has no marks in a file of their own",
            what_to_do="take the recording: its annotations are in it",
        )
    return _copy(request, night, is_marks=True)


def _night(request: Request, person_id: str, night_id: str) -> Night:
    with desk_of(request).store.reading() as connection:
        return night_of_person(connection, person_id, night_id)


def _copy(request: Request, night: Night, *, is_marks: bool) -> Response:
    """A file made whole before its first byte is sent; named by what it is, not by whom."""
    desk = desk_of(request)
    days = offsets.days_earlier(desk.store.folder, night.person_id)
    path = blobs.path_of(desk.store.recordings, night.marks if is_marks else night.recording)
    is_text = is_table(path)
    with ExitStack() as unless_sent:
        # Without a name on the disk: nothing of it is left, whatever ends the program.
        file = unless_sent.enter_context(
            tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(desk.store.cache))
        )
        try:
            deidentified_into(cast(BinaryIO, file), path, desk.knowledge, days)
            n_bytes = file.tell()
            file.seek(0)
        except OSError as error:
            raise StoreError(
                f"the copy could not be made ({error.strerror or error})",
                expected="a disk with space left for one more recording",
                what_to_do="make space, and ask again; nothing was changed",
            ) from error
        _noted(request, desk, "night", night.id)
        unless_sent.pop_all()
    kind = "text/tab-separated-values" if is_text else "application/octet-stream"
    stem = "marks" if is_marks else "night"
    headers = _as_file(f"{stem}.{'tsv' if is_text else 'edf'}") | {"Content-Length": str(n_bytes)}
    return StreamingResponse(_pieces(file), media_type=kind, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def _noted(request: Request, desk: Desk, kind: str, object_id: str) -> None:
    with desk.store.writing() as connection:
        stamp = desk.stamp(session_of(request))
        note(connection, stamp, "export without identifiers", kind, object_id)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
