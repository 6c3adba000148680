"""What if: the model asked about one patient; sliders, a run in the background, bands, limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.consultations.what_if import (
    FEWEST_WEEKS,
    LABELS,
    MOST_WEEKS,
    FieldError,
    asked_of,
    choices,
    fields_of,
)
from ekbom.app.desk import Desk, Person, desk_of, session_of
from ekbom.app.forms.entries import Written
from ekbom.app.rendering import REFUSED, is_part, page, sent_on
from ekbom.app.work.queue import work_of
from ekbom.app.work.task import Failure
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.scenarios.what_if import MOST_MISSED_PERCENT, as_plain
from ekbom.report.consultation.model_shown import stopped
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.report.consultation.what_if import FORMAT, with_drawings
from ekbom.store import jobs
from ekbom.store.blobs import path_of
from ekbom.store.errors import ConflictError, NotFoundError
from ekbom.store.exchange import record_text
from ekbom.store.jobs import Job
from ekbom.store.results import Result, results_of

router = APIRouter(prefix="/patients/{person_id}/what-if")
_KIND: Final = "simulate"


@router.get("")
def asking(request: Request, person_id: str, again: str = "") -> Response:
    """The form, empty or as an earlier result was asked for, and the results so far."""
    desk = desk_of(request)
    person = desk.person(person_id)
    shown = desk.consulted(person, desk.today(), {})
    asked = _result(desk, person_id, again).made.inputs["asked"] if again else None
    return _form(request, person, shown, fields_of(asked, choices(shown)))


@router.post("")
def ask(request: Request, person_id: str, written: Written) -> Response:
    """Ask the model; the answer comes when it has run."""
    desk, session = desk_of(request), session_of(request)
    person = desk.person(person_id)
    shown = desk.consulted(person, desk.today(), {})
    try:
        asked = asked_of(written, shown)
    except FieldError as error:
        return _form(request, person, shown, written, error)
    arguments = _arguments(desk, person, as_plain(asked))
    job_id = work_of(request).ask(_KIND, (person_id, ""), arguments, desk.stamp(session))
    return RedirectResponse(f"{_base(person_id)}/running/{job_id}", 303)


@router.get("/running/{job_id}")
def working(request: Request, person_id: str, job_id: str) -> Response:
    """How far it is; its result once it is done."""
    desk = desk_of(request)
    person, job = desk.person(person_id), _job(desk, person_id, job_id)
    if job.state == "done":
        return sent_on(request, f"{_base(person_id)}/{job.result_id}")
    return page(
        request,
        "what_if_progress.html.j2" if is_part(request) else "what_if_working.html.j2",
        title="What if: the model is running",
        person=person,
        limits=LimitsOfUse.of(desk.knowledge),
        job=job,
        failure=Failure.from_text(job.says) if job.state == "failed" else None,
        base=_base(person_id),
    )


@router.post("/running/{job_id}/cancel")
def cancelled(request: Request, person_id: str, job_id: str) -> Response:
    """Stop it; nothing is kept."""
    desk = desk_of(request)
    job = _job(desk, person_id, job_id)
    work_of(request).cancel(job.id, desk.stamp(session_of(request)))
    return RedirectResponse(f"{_base(person_id)}/running/{job_id}", 303)


@router.post("/running/{job_id}/again")
def again(request: Request, person_id: str, job_id: str) -> Response:
    """Ask the same once more of the record as it stands now, after it failed or was cancelled."""
    desk = desk_of(request)
    person = desk.person(person_id)
    job = _job(desk, person_id, job_id)
    if job.is_open:
        return RedirectResponse(f"{_base(person_id)}/running/{job_id}", 303)
    stamp = desk.stamp(session_of(request))
    arguments = _arguments(desk, person, job.arguments["asked"])
    new = work_of(request).ask(_KIND, (person_id, ""), arguments, stamp)
    return RedirectResponse(f"{_base(person_id)}/running/{new}", 303)


@router.get("/{result_id}")
def answered(request: Request, person_id: str, result_id: str, beside: str = "") -> Response:
    """One result, or two side by side."""
    desk = desk_of(request)
    person = desk.person(person_id)
    kept = [_result(desk, person_id, id) for id in (result_id, beside) if id]
    shown = [_shown(desk, one) for one in kept]
    others = [one for one in _listed(desk, person_id) if one["id"] not in (result_id, beside)]
    return page(
        request,
        "what_if_beside.html.j2" if beside else "what_if_result.html.j2",
        title="What if",
        person=person,
        base=_base(person_id),
        results=shown,
        one=shown[0],
        others=others,
        is_now=kept[0].made.knowledge_hash == desk.knowledge.content_hash,
    )


def _form(
    request: Request,
    person: Person,
    shown: ShownConsultation,
    written: Mapping[str, str],
    error: FieldError | None = None,
) -> Response:
    desk = desk_of(request)
    return page(
        request,
        "what_if.html.j2",
        status=REFUSED if error else 200,
        title="What if",
        person=person,
        base=_base(person.id),
        limits=LimitsOfUse.of(desk.knowledge),
        choices=choices(shown),
        written=written,
        error=error,
        labels=LABELS,
        weeks=(FEWEST_WEEKS, MOST_WEEKS),
        most_missed=MOST_MISSED_PERCENT,
        results=_listed(desk, person.id),
        running=_running(desk, person.id),
        unfinished=_unfinished(desk, person.id),
        stopped=stopped,
    )


def _arguments(desk: Desk, person: Person, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a run is given: the record as it stands today, and what is asked of it."""
    return {
        "record": record_text(person.facts),
        "as_of": desk.today().isoformat(),
        "asked": dict(asked),
    }


def _base(person_id: str) -> str:
    return f"/patients/{person_id}/what-if"


# What is kept ------------------------------------------------------------------------------------


def _job(desk: Desk, person_id: str, job_id: str) -> Job:
    with desk.store.reading() as connection:
        found = jobs.job_of(connection, job_id)
    if found.person_id != person_id or found.kind != _KIND:
        raise NotFoundError("there is no such job", what_to_do="go back to the patient")
    return found


def _running(desk: Desk, person_id: str) -> list[Job]:
    with desk.store.reading() as connection:
        every = jobs.jobs_of(connection, person_id, _KIND)
    return [one for one in every if one.is_open]


def _unfinished(desk: Desk, person_id: str) -> list[dict[str, Any]]:
    """What ended without a result and was not asked again since, the latest first."""
    with desk.store.reading() as connection:
        every = jobs.jobs_of(connection, person_id, _KIND)
    last = {asked_text(one.arguments["asked"]): one for one in every}
    ended = [(text, one) for text, one in last.items() if not one.is_open and not one.result_id]
    return [
        {
            "job": one,
            "asked": text,
            "at": one.changed_at,
            "why": Failure.from_text(one.says).found if one.state == "failed" else "",
        }
        for text, one in sorted(ended, key=lambda each: each[1].changed_at, reverse=True)
    ]


def _results(desk: Desk, person_id: str) -> tuple[Result, ...]:
    with desk.store.reading() as connection:
        return results_of(connection, person_id, "simulation")


def _result(desk: Desk, person_id: str, result_id: str) -> Result:
    found = next((one for one in _results(desk, person_id) if one.id == result_id), None)
    if found is None:
        raise NotFoundError("there is no such result", what_to_do="go back to the list of results")
    return found


def _listed(desk: Desk, person_id: str) -> list[dict[str, Any]]:
    """Results, the latest first, by what was asked."""
    return [
        {
            "id": one.id,
            "made_at": one.made_at,
            "made_by": one.made_by,
            "asked": asked_text(one.made.inputs["asked"]),
            "is_now": one.made.knowledge_hash == desk.knowledge.content_hash,
        }
        for one in reversed(_results(desk, person_id))
    ]


def _shown(desk: Desk, kept: Result) -> dict[str, Any]:
    """A result as a page shows it.

    Raises
    ------
    ConflictError
        Another version of ekbom kept it in another form.
    """
    content = json.loads(path_of(desk.store.results, kept.sha256).read_text(encoding="utf-8"))
    if content.get("format") != FORMAT:
        raise ConflictError(
            f"this result was kept by ekbom {kept.made.version} in another form",
            what_to_do="ask the model again; what was kept stays as it is",
        )
    return {
        **with_drawings(content),
        "id": kept.id,
        "made": kept.made,
        "made_at": kept.made_at,
        "made_by": kept.made_by,
        "asked_text": asked_text(kept.made.inputs["asked"]),
    }


def asked_text(asked: Mapping[str, Any]) -> str:
    """What was asked, in one line.

    Parameters
    ----------
    asked : Mapping
        See `ekbom.mechanism.scenarios.what_if.as_plain`.
    """
    parts = []
    iron, medicine = asked["iron"], asked["medicine"]
    if iron is not None and iron["n_days"]:
        often = "every day" if iron["every_days"] == 1 else "every other day"
        weeks = iron["n_days"] // 7
        parts.append(f"{_name(iron)} {iron['dose_mg']:g} mg iron {often} for {weeks} weeks")
    elif iron is not None:
        times = "" if iron["n_infusions"] == 1 else f"{iron['n_infusions']} × "
        parts.append(f"{_name(iron)} {times}{iron['dose_mg']:g} mg iron")
    if medicine is not None:
        parts.append(f"{_name(medicine)} {medicine['dose_mg']:g} mg at {medicine['clock']}")
    if asked["missed_percent"]:
        parts.append(f"{asked['missed_percent']} % of doses missed")
    return f"{', '.join(parts)}; {asked['weeks']} weeks"


def _name(one: Mapping[str, Any]) -> str:
    return str(one["drug"]).replace("-", " ")
