"""Files of nights as they come in: written to the disk piece by piece, refused at first sight."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from ekbom.app.desk import desk_of
from ekbom.app.nights.deliveries import Delivery, deliveries_of
from ekbom.app.nights.incoming import MOST_BYTES, Arrived, FileKind, Incoming, check_room
from ekbom.app.pages.night_refused import refused_page
from ekbom.app.rendering import REFUSED, refused_json
from ekbom.errors import EkbomError, RecordingError
from ekbom.store.errors import NotFoundError

router = APIRouter(prefix="/patients/{person_id}/nights")
_PIECE = 1 << 20
# A form that holds all three files, and what stands around them.
MOST_FORM_BYTES = sum(MOST_BYTES.values()) + (1 << 20)
_LINGERS_BYTES, _LINGERS_S = 32 << 20, 2.0
# Longer numbers are none of a file.
_DIGITS = 18
_KINDS: dict[bytes, FileKind] = {b"recording": "recording", b"marks": "marks", b"stages": "stages"}


class Body:
    """What a request sends, piece by piece.

    Parameters
    ----------
    request : Request
        Its body was not touched yet.
    """

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._is_over = False

    async def pieces(self) -> AsyncIterator[bytes]:
        """Pieces as they come.

        Raises
        ------
        ClientDisconnect
            The sender is gone before the end.
        """
        while not self._is_over:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._is_over = not message.get("more_body", False)
            yield message.get("body", b"")

    async def hear_out(self) -> None:
        """Take what still comes, for a moment, and forget it."""
        heard = 0
        with contextlib.suppress(TimeoutError, ClientDisconnect):
            async with asyncio.timeout(_LINGERS_S):
                async for piece in self.pieces():
                    heard += len(piece)
                    if heard > _LINGERS_BYTES:
                        return


class Early(Response):
    """An answer to what is still being sent: said, then heard out for a moment.

    A browser that finds the line cut while it sends would show that, and not the answer.

    Parameters
    ----------
    answer : Response
        What is answered.
    body : Body
        What is being sent.
    """

    def __init__(self, answer: Response, body: Body) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = [*answer.raw_headers, (b"connection", b"close")]
        self._sent = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await self._sent.hear_out()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@router.post("/files")
async def first_file(request: Request, person_id: str) -> Response:
    """The recording as the body itself, sent by the script; answers where to go on."""
    return await _one_file(request, person_id, "recording", None)


@router.post("/files/{token}/{kind}")
async def further_file(
    request: Request, person_id: str, token: str, kind: Literal["marks", "stages"]
) -> Response:
    """Marks or stages of a recording that came before."""
    return await _one_file(request, person_id, kind, token)


@router.post("")
async def form(request: Request, person_id: str) -> Response:
    """All files in one form, as a browser sends it by itself."""
    desk = desk_of(request)
    person = await run_in_threadpool(desk.person, person_id)
    body = Body(request)
    try:
        files = await _files_of_form(request, body)
    except ClientDisconnect:
        return Response(status_code=400)
    except EkbomError as error:
        return Early(refused_page(request, person, error), body)
    if "recording" not in files:
        for file in files.values():
            file.arriving.drop()
        return refused_page(
            request,
            person,
            RecordingError(
                "no recording was chosen",
                expected="a recording in EDF, EDF+ or BDF",
                what_to_do="go back and choose one",
            ),
        )
    token = deliveries_of(request).add(Delivery(person.id, files))
    return RedirectResponse(_next(person_id, token), 303)


def _next(person_id: str, token: str) -> str:
    return f"/patients/{person_id}/nights/arrived/{token}"


async def _one_file(
    request: Request, person_id: str, kind: FileKind, token: str | None
) -> Response:
    desk, deliveries = desk_of(request), deliveries_of(request)
    # Nothing is taken in for somebody who is not there.
    person = await run_in_threadpool(desk.person, person_id)
    body = Body(request)
    try:
        file = await _file(request, kind, body)
        if token is None:
            token = deliveries.add(Delivery(person.id, {kind: file}))
        else:
            _joined(request, token, person.id, kind, file)
    except ClientDisconnect:
        return Response(status_code=400)
    except EkbomError as error:
        return Early(refused_json(error, status=REFUSED), body)
    here = f"/patients/{person_id}/nights/files/{token}"
    return JSONResponse({"files": here, "next": _next(person_id, token)})


def _joined(request: Request, token: str, person_id: str, kind: FileKind, file: Arrived) -> None:
    try:
        with deliveries_of(request).taken(token, person_id) as delivery:
            delivery.without(kind)
            delivery.files[kind] = file
    except NotFoundError:
        file.arriving.drop()
        raise


async def _file(request: Request, kind: FileKind, body: Body) -> Arrived:
    """The body of a request as a file."""
    folder = desk_of(request).store.recordings
    check_room(folder, kind, _announced(request))
    incoming = Incoming(folder, kind, unquote(request.headers.get("x-label", "")))
    with contextlib.ExitStack() as undone:
        # Cancelled, refused or cut: nothing of it stays.
        undone.callback(incoming.drop)
        await _in_pieces(body, incoming.write, lambda: incoming.is_checked)
        file = await run_in_threadpool(incoming.whole)
        undone.pop_all()
    return file


async def _in_pieces(
    body: Body, write: Callable[[bytes], Any], is_checked: Callable[[], bool]
) -> None:
    """Write what comes in a thread, in pieces worth one; the first at once."""
    gathered = bytearray()
    async for piece in body.pieces():
        gathered += piece
        if len(gathered) >= _PIECE or not is_checked():
            await run_in_threadpool(write, bytes(gathered))
            gathered.clear()
    if gathered:
        await run_in_threadpool(write, bytes(gathered))


def _announced(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _DIGITS else 0


async def _files_of_form(request: Request, body: Body) -> dict[FileKind, Arrived]:
    folder = desk_of(request).store.recordings
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    announced = _announced(request)
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise RecordingError("this is no form with files", what_to_do="go back and choose a file")
    if announced > MOST_FORM_BYTES:
        check_room(folder, "recording", announced)
    check_room(folder, "recording", min(announced, MOST_BYTES["recording"]))
    parts = _Parts(lambda kind, name: Incoming(folder, kind, name))
    with contextlib.ExitStack() as undone:
        undone.callback(parts.drop)
        try:
            parser = MultipartParser(options[b"boundary"], parts.callbacks())
            await _in_pieces(body, parser.write, lambda: parts.is_checked)
            files = await run_in_threadpool(parts.whole)
        except FormParserError as error:
            raise RecordingError(
                "the form broke off", what_to_do="add the files again; nothing was kept"
            ) from error
        undone.pop_all()
    return files


class _Parts:
    """The parts of a form, each file straight to the disk.

    Parameters
    ----------
    incoming : callable
        Begins a file of a kind and a name.
    """

    def __init__(self, incoming: Callable[[FileKind, str], Incoming]) -> None:
        self._begin = incoming
        self._open: Incoming | None = None
        self._kind: FileKind = "recording"
        self._field, self._value = bytearray(), bytearray()
        self._disposition = b""
        self._found: dict[FileKind, Arrived] = {}
        self._is_over = False

    def callbacks(self) -> Any:
        """For the parser."""
        return {
            "on_part_begin": self._part_begins,
            "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._part_ends,
            "on_end": self._end,
        }

    @property
    def is_checked(self) -> bool:
        """Whether nothing waits for its first look."""
        return self._open is not None and self._open.is_checked

    def whole(self) -> dict[FileKind, Arrived]:
        """The files.

        Raises
        ------
        FormParserError
            The form has no end.
        """
        if not self._is_over:
            raise FormParserError("no end")
        return self._found

    def drop(self) -> None:
        """Forget all of them; nothing is left."""
        if self._open is not None:
            self._open.drop()
        for file in self._found.values():
            file.arriving.drop()

    def _part_begins(self) -> None:
        self._disposition = b""

    def _header_ends(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"filename", b"").decode("utf-8", "replace")
        kind = _KINDS.get(options.get(b"name", b""))
        # A field of files that was left empty has a part without a name.
        if name and kind is not None and kind not in self._found:
            self._kind = kind
            self._open = self._begin(kind, name)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._open is not None:
            self._open.write(data[start:end])

    def _part_ends(self) -> None:
        if self._open is not None:
            self._found[self._kind] = self._open.whole()
            self._open = None

    def _end(self) -> None:
        self._is_over = True
