"""One night: its signals, how it is read, every movement of it, and every change by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from ekbom.app.desk import Desk, desk_of, session_of
from ekbom.app.forms.entries import Written
from ekbom.app.nights.changing import Changing
from ekbom.app.nights.controls import choice_of
from ekbom.app.nights.files import address_of, night_of_person
from ekbom.app.nights.into_record import put_into_record
from ekbom.app.nights.movements_shown import movements_json
from ekbom.app.nights.page_context import Place, agreement_context, figures_context, panel_context
from ekbom.app.nights.reading import NotMeasuredError, Reading
from ekbom.app.pages.night_withdrawn import if_withdrawn, last_change, number
from ekbom.app.pages.nights import ask_again, working
from ekbom.app.rendering import is_part, page, refused_json, status_of
from ekbom.errors import AnnotationError, EkbomError, PatientError, UsageError
from ekbom.store import jobs
from ekbom.store.errors import ConflictError, NotFoundError
from ekbom.store.nights import withdrawn

router = APIRouter(prefix="/patients/{person_id}/nights/{night_id}")
_LONGEST_TOKEN = 64
# What a user can be refused for without a fault of the program.
_REFUSALS = (AnnotationError, UsageError, PatientError, ConflictError)
_PANEL, _WHOLE = "night_panel.html.j2", "night_page.html.j2"
Token = Annotated[str, Query(max_length=_LONGEST_TOKEN)]
# Does the change; returns the key of the movement that is selected afterwards.
Act = Callable[[Changing], str]


@router.get("")
def night(request: Request, person_id: str, night_id: str) -> Response:
    """The page of a night; while it is being scored, how far that is."""
    desk = desk_of(request)
    gone = if_withdrawn(request, desk, person_id, night_id)
    if gone is not None:
        return gone
    try:
        reading = desk.readings.of(person_id, night_id)
    except NotMeasuredError:
        return _being_measured(request, desk, person_id, night_id)
    return _whole(request, desk, person_id, reading, dict(request.query_params))


@router.post("/trial")
def trial(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Read by other rules, or show another part of the table; nothing is kept."""
    desk = desk_of(request)
    try:
        reading = _as_seen(desk, person_id, night_id, written)
    except _REFUSALS as error:
        reading = desk.readings.of(person_id, night_id)
        return _answer(request, desk, person_id, reading, written, error=error)
    return _answer(request, desk, person_id, reading, written)


@router.get("/movements.json")
def movements(request: Request, person_id: str, night_id: str, trial: Token = "") -> Response:
    """The movements for the viewer; those of rules that are tried under their name."""
    desk = desk_of(request)
    try:
        choice = desk.readings.trial(trial) if trial else None
        return JSONResponse(movements_json(desk.readings.of(person_id, night_id, choice)))
    except NotFoundError as error:
        return refused_json(error)


@router.get("/figures")
def figures(request: Request, person_id: str, night_id: str, trial: Token = "") -> Response:
    """The night drawn as the report draws it."""
    return _part(request, person_id, night_id, trial, "night_figures", figures_context)


@router.get("/agreement")
def agreement(request: Request, person_id: str, night_id: str, trial: Token = "") -> Response:
    """The reading beside the automatic scoring."""
    return _part(request, person_id, night_id, trial, "night_agreement", agreement_context)


@router.post("/settings")
def settings(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Keep the rules that are tried."""

    def act(changing: Changing) -> str:
        kept = changing.reading.kept
        changing.settings(choice_of(written, changing.desk.knowledge, kept))
        return ""

    return _changed(request, (person_id, night_id), written, act, "These settings are kept.")


@router.post("/reject")
def reject(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Reject a movement."""
    key = written.get("key", "")
    return _changed(
        request,
        (person_id, night_id),
        written,
        lambda changing: changing.rejected(key),
        "Rejected.",
    )


@router.post("/accept")
def accept(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Confirm a movement."""
    key = written.get("key", "")
    return _changed(
        request,
        (person_id, night_id),
        written,
        lambda changing: changing.accepted(key),
        "Accepted.",
    )


@router.post("/add")
def add(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Add a movement by its leg and times."""
    return _changed(
        request, (person_id, night_id), written, lambda changing: changing.added(written), "Added."
    )


@router.post("/undo")
def undo(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Take back a change, or do again what was taken back."""

    def act(changing: Changing) -> str:
        changing.undone(written.get("change", ""))
        return written.get("at", "")

    return _changed(request, (person_id, night_id), written, act, "Taken back.")


@router.post("/into-record")
def into_record(request: Request, person_id: str, night_id: str, written: Written) -> Response:
    """Put the summary of the night into the record, by the rules that were kept."""

    def act(changing: Changing) -> str:
        changing.check_seen()
        desk, person = changing.desk, changing.desk.person(person_id)
        put_into_record(desk, person, changing.reading, changing.session)
        return ""

    # Whatever is tried beside it plays no part.
    kept = {name: text for name, text in written.items() if name != "rules"}
    said = "The night is in the record."
    return _changed(request, (person_id, night_id), kept, act, said)


def _changed(
    request: Request, of: tuple[str, str], written: Mapping[str, str], act: Act, said: str
) -> Response:
    """Do a change and show what stands afterwards; refused, what stood before, and why."""
    desk, session = desk_of(request), session_of(request)
    person_id, night_id = of
    try:
        before = _as_seen(desk, person_id, night_id, written)
        seen = number(written.get("seen", ""))
        if before.is_withdrawn:
            raise withdrawn()
        selected = act(Changing(desk, session, before, seen))
    except _REFUSALS as error:
        reading = desk.readings.of(person_id, night_id)
        return _answer(request, desk, person_id, reading, written, error=error)
    if not is_part(request):
        session.told(said)
        return RedirectResponse(address_of(person_id, night_id), 303)
    # Where nothing was tried, the screen goes on with what stands now: settings that were just
    # taken back are no trial.
    after = _as_seen(desk, person_id, night_id, written if before.is_trial else {})
    return _answer(request, desk, person_id, after, {**written, "at": selected}, said=said)


def _as_seen(desk: Desk, person_id: str, night_id: str, written: Mapping[str, str]) -> Reading:
    """The night by the rules on the screen, which may be tried only."""
    kept = desk.readings.of(person_id, night_id)
    choice = choice_of(written, desk.knowledge, kept.kept)
    return kept if choice == kept.kept else desk.readings.of(person_id, night_id, choice)


def _answer(
    request: Request,
    desk: Desk,
    person_id: str,
    reading: Reading,
    written: Mapping[str, str],
    *,
    error: EkbomError | None = None,
    said: str = "",
) -> Response:
    """The panel for the script, the whole page without; of a withdrawn night, that it is."""
    if reading.is_withdrawn:
        gone = if_withdrawn(request, desk, person_id, reading.night.id, error)
        if gone is not None:
            return gone
    if not is_part(request):
        return _whole(request, desk, person_id, reading, written, error=error)
    person = desk.person(person_id)
    # Controls under a hand stay as they are, unless they are those of other rules by now.
    is_other = written.get("of", reading.choice.rules) != reading.choice.rules
    is_put_back = request.url.path.endswith(("/undo", "/settings")) and error is None
    context = panel_context(desk, person, reading, Place.of(written), error, said)
    answer = page(
        request,
        _PANEL,
        status=status_of(error),
        with_controls=is_other or is_put_back or isinstance(error, ConflictError),
        **context,
    )
    answer.headers["HX-Trigger-After-Swap"] = "night-changed"
    return answer


def _whole(
    request: Request,
    desk: Desk,
    person_id: str,
    reading: Reading,
    written: Mapping[str, str],
    *,
    error: EkbomError | None = None,
) -> Response:
    person = desk.person(person_id)
    context = panel_context(desk, person, reading, Place.of(written), error, "")
    return page(
        request,
        _WHOLE,
        status=status_of(error),
        title=f"Night of {reading.night.began_on}",
        with_controls=False,
        **context,
    )


def _part(
    request: Request,
    person_id: str,
    night_id: str,
    trial: str,
    name: str,
    context_of: Callable[[Desk, Reading], dict[str, Any]],
) -> Response:
    """A part of the page, fetched when it is unfolded; without a script a page of its own."""
    desk = desk_of(request)
    choice = desk.readings.trial(trial) if trial else None
    reading = desk.readings.of(person_id, night_id, choice)
    template = f"{name}.html.j2" if is_part(request) else "night_part.html.j2"
    return page(
        request,
        template,
        title=f"Night of {reading.night.began_on}",
        person=desk.person(person_id),
        night=reading.night,
        part=f"{name}.html.j2",
        **context_of(desk, reading),
    )


def _being_measured(request: Request, desk: Desk, person_id: str, night_id: str) -> Response:
    """How far it is; what was measured and is there no more is measured anew."""
    person = desk.person(person_id)

    def latest() -> tuple[Any, jobs.Job | None]:
        with desk.store.reading() as connection:
            found = night_of_person(connection, person_id, night_id)
            return found, jobs.latest_job(connection, night_id)

    night, job = latest()
    if job is not None and job.state == "done":
        ask_again(request, desk, night)
        night, job = latest()
    return page(
        request,
        "night_working.html.j2",
        title=f"Night of {night.began_on}",
        person=person,
        seen=last_change(desk, night_id),
        **working(night, job),
    )
