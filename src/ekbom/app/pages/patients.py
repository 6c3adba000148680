"""Patients: the list, a new one, one of the examples, one from a file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.desk import Desk, desk_of, session_of
from ekbom.app.rendering import page
from ekbom.errors import PatientError
from ekbom.interop.patient_files import example_names, example_text
from ekbom.knowledge.strict_yaml import parse
from ekbom.store import facts
from ekbom.store.exchange import record_in

router = APIRouter()
# A record file is no larger; see docs/patient-record.md.
_MOST_BYTES = 2_000_000


@router.get("/")
def listed(request: Request, search: str = "") -> Response:
    """Everybody, or those whose name holds a text."""
    desk = desk_of(request)
    shown = [one for one in _everybody(desk) if search.lower() in one["name"].lower()]
    return page(
        request,
        "patients.html.j2",
        title="Patients",
        patients=shown,
        search=search,
        examples=example_names(),
    )


def _everybody(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.reading() as connection:
        return [
            _row(person_id, facts.standing(connection, person_id))
            for person_id in facts.person_ids(connection)
        ]


def _row(person_id: str, standing: tuple[facts.Fact, ...]) -> dict[str, Any]:
    record = facts.record_of(standing)
    return {
        "id": person_id,
        "name": str(record["id"]),
        "born": str(record["person"].get("born", "")),
        "sex": record["person"].get("sex") or "",
        "changed": max(fact.stated_at for fact in standing)[:10],
        "n_facts": len(standing),
    }


@router.get("/patients/new")
def asked(request: Request) -> Response:
    """The form of a new patient."""
    return page(request, "new_patient.html.j2", title="New patient", error=None, written={})


@router.post("/patients/new")
def new(
    request: Request,
    name: Annotated[str, Form()] = "",
    born: Annotated[str, Form()] = "",
    sex: Annotated[str, Form()] = "",
) -> Response:
    """Take up a new patient."""
    written = {"name": name.strip(), "born": born.strip(), "sex": sex}
    record: dict[str, Any] = {"id": written["name"], "person": {"born": written["born"]}}
    if sex:
        record["person"]["sex"] = sex
    try:
        return _taken_up(request, record)
    except PatientError as error:
        return page(
            request,
            "new_patient.html.j2",
            status=422,
            title="New patient",
            error=error,
            written=written,
        )


@router.post("/patients/example")
def example(request: Request, name: Annotated[str, Form()]) -> Response:
    """Take up one of the invented patients."""
    return _from_text(request, f"{name}.yaml", example_text(name).encode())


@router.post("/patients/import")
def imported(request: Request, file: UploadFile) -> Response:
    """Take up a patient from a record file."""
    content = file.file.read(_MOST_BYTES + 1)
    return _from_text(request, file.filename or "record.yaml", content)


def _from_text(request: Request, name: str, content: bytes) -> Response:
    return _taken_up(request, record_in(parse(name, content, PatientError).data))


def _taken_up(request: Request, record: dict[str, Any]) -> Response:
    desk = desk_of(request)
    desk.checked(record)
    with desk.store.writing() as connection:
        person_id = facts.new_person(connection, record, desk.stamp(session_of(request)))
    return RedirectResponse(f"/patients/{person_id}", 303)
