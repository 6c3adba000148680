"""Nights of a patient: the list, what came in and waits for a yes, and how far scoring is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.desk import Desk, Person, desk_of, session_of
from ekbom.app.forms.entries import Written
from ekbom.app.nights.adding import Chosen, Examined, added, examined, same_recording
from ekbom.app.nights.deliveries import Delivery, deliveries_of
from ekbom.app.nights.files import address_of, asked_of, night_of_person
from ekbom.app.nights.incoming import MOST_BYTES, FileKind, size_text
from ekbom.app.nights.night_list import listed
from ekbom.app.nights.scoring_options import Asked
from ekbom.app.pages.night_refused import refused_page
from ekbom.app.pages.night_withdrawn import if_withdrawn, last_change
from ekbom.app.rendering import is_part, page, sent_on, status_of
from ekbom.app.work.queue import work_of
from ekbom.app.work.task import Failure
from ekbom.errors import AnnotationError, ChannelError, EkbomError, PatientError, RecordingError
from ekbom.report.narrative import edition_label, span
from ekbom.store import jobs
from ekbom.store.errors import ConflictError
from ekbom.store.jobs import Job
from ekbom.store.nights import Night

router = APIRouter(prefix="/patients/{person_id}/nights")
_LONGEST_EPOCH_S = 3600
_EXTRA: tuple[FileKind, ...] = ("marks", "stages")


@router.get("")
def nights(request: Request, person_id: str) -> Response:
    """The list, and where a new one is dropped."""
    desk = desk_of(request)
    person = desk.person(person_id)
    every = listed(desk, person)
    evenings = {row.night.began_on for row in every if row.withdrawal is None}
    return page(
        request,
        "nights.html.j2",
        title="Nights",
        person=person,
        rows=[row for row in every if row.withdrawal is None],
        gone=[row for row in every if row.withdrawal is not None],
        by_numbers=[one for one in person.patient.nights if one.on not in evenings],
        most_bytes=MOST_BYTES["recording"],
        most=size_text(MOST_BYTES["recording"]),
        edition=edition_label,
    )


@router.get("/arrived/{token}")
def arrived(request: Request, person_id: str, token: str) -> Response:
    """What came in: what it holds, and what there is to choose."""
    person = desk_of(request).person(person_id)
    with deliveries_of(request).taken(token, person_id) as delivery:
        return _shown(request, person, token, delivery, {})


@router.post("/arrived/{token}")
def confirmed(request: Request, person_id: str, token: str, written: Written) -> Response:
    """Keep it and score it."""
    desk, session = desk_of(request), session_of(request)
    person = desk.person(person_id)
    with deliveries_of(request).taken(token, person_id) as delivery:
        try:
            chosen = Chosen(
                _evening(written), _asked(written, delivery), written.get("second") == "yes"
            )
            night_id = added(desk, person, delivery, chosen, desk.stamp(session))
        except (PatientError, AnnotationError, ChannelError, ConflictError) as error:
            return _shown(request, person, token, delivery, written, error)
    work_of(request).wake()
    return RedirectResponse(address_of(person_id, night_id), 303)


@router.post("/arrived/{token}/without/{kind}")
def without(request: Request, person_id: str, token: str, kind: str) -> Response:
    """Go on without marks or stages that cannot be read."""
    with deliveries_of(request).taken(token, person_id) as delivery:
        for each in _EXTRA:
            if each == kind:
                delivery.without(each)
    return RedirectResponse(f"/patients/{person_id}/nights/arrived/{token}", 303)


@router.post("/arrived/{token}/drop")
def dropped(request: Request, person_id: str, token: str) -> Response:
    """Do not keep it."""
    with deliveries_of(request).taken(token, person_id) as delivery:
        delivery.drop()
        delivery.files.clear()
    session_of(request).told("Nothing was kept of that recording.")
    return RedirectResponse(f"/patients/{person_id}/nights", 303)


@router.get("/{night_id}/progress")
def progress(request: Request, person_id: str, night_id: str) -> Response:
    """How far scoring is: a part of a page for the script, a page of its own without."""
    desk = desk_of(request)
    person = desk.person(person_id)
    night, job = _night_and_job(desk, person_id, night_id)
    if is_part(request) and job is not None and job.state == "done":
        return sent_on(request, address_of(person_id, night_id))
    return page(
        request,
        "night_progress.html.j2" if is_part(request) else "night_working.html.j2",
        title=f"Night of {night.began_on}",
        person=person,
        seen=last_change(desk, night_id),
        **working(night, job),
    )


@router.post("/{night_id}/cancel")
def cancelled(request: Request, person_id: str, night_id: str) -> Response:
    """Stop scoring it."""
    desk = desk_of(request)
    night, job = _night_and_job(desk, person_id, night_id)
    if job is not None and job.is_open:
        work_of(request).cancel(job.id, desk.stamp(session_of(request)))
    return RedirectResponse(address_of(person_id, night_id), 303)


@router.post("/{night_id}/score")
def score(request: Request, person_id: str, night_id: str) -> Response:
    """Score it once more, with what was chosen when it was added."""
    desk = desk_of(request)
    night, job = _night_and_job(desk, person_id, night_id)
    # Asked for twice it is done once; withdrawn, not at all.
    if (job is None or not job.is_open) and not if_withdrawn(request, desk, person_id, night_id):
        ask_again(request, desk, night)
    return RedirectResponse(address_of(person_id, night_id), 303)


def ask_again(request: Request, desk: Desk, night: Night) -> None:
    """Ask for a night to be measured and scored anew."""
    with desk.store.writing() as connection:
        asked = asked_of(connection, night.id)
        whose = (night.person_id, night.id)
        stamp = desk.stamp(session_of(request))
        jobs.ask(connection, "score", whose, asked.as_arguments(), stamp)
    work_of(request).wake()


def working(night: Night, job: Job | None) -> dict[str, Any]:
    """What ``night_progress.html.j2`` is given: for this page and every other that shows it."""
    failure = Failure.from_text(job.says) if job is not None and job.state == "failed" else None
    where = address_of(night.person_id, night.id)
    return {"night": night, "job": job, "failure": failure, "night_address": where}


def _night_and_job(desk: Desk, person_id: str, night_id: str) -> tuple[Night, Job | None]:
    with desk.store.reading() as connection:
        night = night_of_person(connection, person_id, night_id)
        return night, jobs.latest_job(connection, night_id)


def _evening(written: Mapping[str, str]) -> date:
    try:
        return date.fromisoformat(written.get("began_on", ""))
    except ValueError as error:
        raise PatientError(
            "the evening on which the recording began is missing",
            expected="a date such as 2026-11-22",
            what_to_do="write it",
        ) from error


def _asked(written: Mapping[str, str], delivery: Delivery) -> Asked:
    stages = delivery.files.get("stages")
    return Asked(
        left=written.get("left", ""),
        right=written.get("right", ""),
        stages="" if stages is None else stages.sha256,
        stages_label="" if stages is None else stages.label,
        epoch_s=_epoch_s(written.get("epoch_s", "")),
        is_immobilization_test=written.get("test") == "yes",
    )


def _epoch_s(text: str) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_EPOCH_S:
        raise AnnotationError(
            f"the length of an epoch is {text[:20]!r}", expected="a positive number of seconds"
        )
    return seconds


def _shown(
    request: Request,
    person: Person,
    token: str,
    delivery: Delivery,
    written: Mapping[str, str],
    error: EkbomError | None = None,
) -> Response:
    desk = desk_of(request)
    try:
        found: Examined | None = _found(desk, delivery, written)
    except RecordingError as fault:
        # What cannot be trusted is not kept waiting.
        said = _said(fault, delivery)
        delivery.drop()
        delivery.files.clear()
        return refused_page(request, person, said)
    except AnnotationError as fault:
        found, error = None, fault
    if found is not None and found.legs_error is not None:
        error = error or found.legs_error
    with desk.store.reading() as connection:
        same = same_recording(connection, person.id, delivery.files["recording"].sha256)
    return page(
        request,
        "night_arrived.html.j2",
        status=status_of(error),
        title="Check this night",
        person=person,
        token=token,
        files=delivery.files,
        found=found,
        written=written,
        error=None if error is None else _said(error, delivery),
        notes=() if found is None else _notes(found),
        same=same,
        today=desk.today(),
        span=span,
    )


def _said(error: EkbomError, delivery: Delivery) -> EkbomError:
    """An error in the words of the page: files by their labels, choices by their fields."""
    parts = [error.found, error.expected, error.where, error.what_to_do]
    if isinstance(error, ChannelError):
        parts[3] = "choose the channel of each leg below"
    for file in delivery.files.values():
        parts = [part.replace(file.arriving.path.name, file.label) for part in parts]
    found, expected, where, what_to_do = parts
    return type(error)(found, expected=expected, where=where, what_to_do=what_to_do)


def _notes(found: Examined) -> tuple[str, ...]:
    """What was tolerated, and what is missing."""
    legs = found.legs.caveats if found.legs is not None else ()
    every = (*found.recording.caveats, *legs, *found.marked.caveats)
    return tuple(dict.fromkeys(caveat.statement for caveat in every))


def _found(desk: Desk, delivery: Delivery, written: Mapping[str, str]) -> Examined:
    try:
        asked = _asked(written, delivery)
    except AnnotationError:
        # Said already, as it was sent; what else the files hold is shown without it.
        asked = _asked({**written, "epoch_s": ""}, delivery)
    return examined(delivery, asked, desk.knowledge)
