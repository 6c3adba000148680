"""A night that was added by mistake: withdrawn, brought back, its entry taken out of the record."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.desk import Desk, desk_of, session_of
from ekbom.app.forms.entries import Written, take_back
from ekbom.app.nights.files import address_of, night_of_person
from ekbom.app.nights.into_record import SECTION, own_fact
from ekbom.app.rendering import is_part, page, sent_on, status_of
from ekbom.app.work.queue import work_of
from ekbom.errors import EkbomError
from ekbom.store import jobs, nights
from ekbom.store.errors import ConflictError
from ekbom.store.nights import Change, Night

router = APIRouter(prefix="/patients/{person_id}/nights/{night_id}")
_LONGEST_NUMBER = 18


@router.post("/withdraw")
def withdraw(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Withdraw it; scoring that goes on is stopped, and nothing is removed."""
    desk, session = desk_of(request), session_of(request)
    stamp, seen = desk.stamp(session), number(written.get("seen", ""))
    try:
        with desk.store.writing() as connection:
            night_of_person(connection, person_id, night_id)
            nights.change(connection, night_id, "withdraw", {}, stamp, seen=seen)
            job = jobs.latest_job(connection, night_id)
    except ConflictError as error:
        return _shown(request, desk, person_id, night_id, error)
    if job is not None and job.is_open:
        work_of(request).cancel(job.id, stamp)
    return RedirectResponse(address_of(person_id, night_id), 303)


@router.post("/bring-back")
def bring_back(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Undo the withdrawal: the night stands again with every change it had."""
    desk, session = desk_of(request), session_of(request)
    try:
        with desk.store.writing() as connection:
            _, every, gone = _withdrawal(connection, person_id, night_id)
            # Brought back in another window already, it stands as it should.
            if gone is not None:
                seen = number(written.get("seen", str(every[-1].seq)))
                stamp = desk.stamp(session)
                nights.change(connection, night_id, "undo", gone.seq, stamp, seen=seen)
    except ConflictError as error:
        return _shown(request, desk, person_id, night_id, error)
    session.told("The night is back.")
    return RedirectResponse(address_of(person_id, night_id), 303)


@router.post("/out-of-record")
def out_of_record(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Take back the entry that was put into the record from this night."""
    desk, session = desk_of(request), session_of(request)
    person = desk.person(person_id)
    with desk.store.reading() as connection:
        night_of_person(connection, person_id, night_id)
    try:
        entry = own_fact(desk, person, night_id)
        if entry is None or entry.seq != number(written.get("entry", "")):
            raise ConflictError(
                "the record's entry of this night was changed in another window",
                what_to_do="look at what stands now; nothing was lost",
            )
        take_back(desk, person, SECTION, entry.seq, session)
    except ConflictError as error:
        return _shown(request, desk, person_id, night_id, error)
    session.told("The entry of this night was taken out of the record.")
    return RedirectResponse(address_of(person_id, night_id), 303)


def if_withdrawn(
    request: Request, desk: Desk, person_id: str, night_id: str, error: EkbomError | None = None
) -> Response | None:
    """The page of a night that was withdrawn; None where it stands.

    Parameters
    ----------
    request : Request
        For the night; one of the script is sent on to the page.
    desk : Desk
        Store and knowledge.
    person_id, night_id : str
        Whose night, and which.
    error : EkbomError, optional
        What was refused.

    Raises
    ------
    NotFoundError
        There is no such night of this patient.
    """
    with desk.store.reading() as connection:
        night, every, gone = _withdrawal(connection, person_id, night_id)
    if gone is None:
        return None
    if is_part(request):
        return sent_on(request, address_of(person_id, night_id))
    person = desk.person(person_id)
    return page(
        request,
        "night_withdrawn.html.j2",
        status=status_of(error),
        title=f"Night of {night.began_on}, withdrawn",
        person=person,
        night=night,
        withdrawal=gone,
        seen=every[-1].seq,
        entry=own_fact(desk, person, night_id),
        error=error,
    )


def last_change(desk: Desk, night_id: str) -> int:
    """The number of the last change of a night, 0 where there is none: what a form has seen."""
    with desk.store.reading() as connection:
        every = nights.changes(connection, night_id)
    return every[-1].seq if every else 0


def number(text: str) -> int:
    """A number that a form sent, or -1, which is none of the store."""
    is_one = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_one else -1


def _shown(
    request: Request, desk: Desk, person_id: str, night_id: str, error: ConflictError
) -> Response:
    shown = if_withdrawn(request, desk, person_id, night_id, error)
    if shown is not None:
        return shown
    return page(
        request,
        "night_refused.html.j2",
        status=status_of(error),
        title="That was not done",
        person=desk.person(person_id),
        error=error,
    )


def _withdrawal(
    connection: Connection, person_id: str, night_id: str
) -> tuple[Night, tuple[Change, ...], Change | None]:
    night = night_of_person(connection, person_id, night_id)
    every = nights.changes(connection, night_id)
    return night, every, nights.withdrawal(every)
