"""A file taken out of the store with what it says of a patient; the log says that it was."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.desk import desk_of, session_of
from ekbom.store.audit_log import note


def taken_out(
    request: Request, content: bytes | str, media_type: str, name: str, of: tuple[str, str]
) -> Response:
    """An answer that the browser keeps as a file.

    Parameters
    ----------
    request : Request
        What is answered.
    content : bytes or str
        Of the file; its hash stands in the log.
    media_type, name : str
        Of the file; the name says nothing of the patient, as names of files are seen in many
        places.
    of : tuple of str
        What was taken out: a kind of the store, and its id.
    """
    desk = desk_of(request)
    with desk.store.writing() as connection:
        stamp = desk.stamp(session_of(request))
        note(connection, stamp, f"take out {name}", *of, content=content)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
