"""Patients: the list, a new one, one of the examples, one from a file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.desk import desk_of, session_of
from ekbom.app.forms.entries import Written, refused
from ekbom.app.forms.plain_entries import check_plain_entry
from ekbom.app.patient_list import found_by, of_one_name
from ekbom.app.rendering import page
from ekbom.errors import PatientError
from ekbom.interop.patient_files import example_names, example_text
from ekbom.knowledge.strict_yaml import parse
from ekbom.store import facts
from ekbom.store.exchange import record_in

router = APIRouter()
# A record file is no larger; see docs/patient-record.md.
_MOST_BYTES = 2_000_000
_SAID_OF_ID = re.compile(r"id(:| is )")


@router.get("/")
def everybody(request: Request) -> Response:
    """Everybody."""
    return _list(request, "")


@router.get("/patients/search")
def searched(request: Request) -> Response:
    """A search that was asked for again by its address: that holds no name."""
    return RedirectResponse("/", 303)


@router.post("/patients/search")
def search(request: Request, written: Written) -> Response:
    """Those whose name holds a text; names stand in no address."""
    return _list(request, written.get("search", ""))


def _list(request: Request, wanted: str) -> Response:
    people = desk_of(request).everybody()
    return page(
        request,
        "patients.html.j2",
        title="Patients",
        patients=found_by(wanted, people),
        n_people=len(people),
        alike=of_one_name(people),
        search=wanted,
        examples=example_names(),
    )


@router.get("/patients/new")
def asked(request: Request) -> Response:
    """The form of a new patient."""
    return page(request, "new_patient.html.j2", title="New patient", error=None, written={})


@router.post("/patients/new")
def new(request: Request, written: Written) -> Response:
    """Take up a new patient."""
    record: dict[str, Any] = {
        "id": written.get("name", ""),
        "person": {"born": written.get("born", "")},
    }
    if written.get("sex"):
        record["person"]["sex"] = written["sex"]
    try:
        return _taken_up(request, record)
    except PatientError as error:
        section = "id" if _SAID_OF_ID.match(error.found) else "person"
        said = refused(error, section, {"born": "Born", "sex": "Sex"})
        said = replace(said, field="name", where="Name in the record") if section == "id" else said
        return page(
            request,
            "new_patient.html.j2",
            status=said.status,
            title="New patient",
            error=said,
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
    try:
        return _from_text(request, file.filename or "record.yaml", content)
    except PatientError as error:
        raise PatientError(
            error.found,
            expected=error.expected or "a record file, as Export gives it",
            where=error.where,
            what_to_do=error.what_to_do or "choose a record file; nothing was taken up",
        ) from error


def _from_text(request: Request, name: str, content: bytes) -> Response:
    return _taken_up(request, record_in(parse(name, content, PatientError).data))


def _taken_up(request: Request, record: dict[str, Any]) -> Response:
    desk, session = desk_of(request), session_of(request)
    for section in ("id", "person"):
        check_plain_entry(section, record.get(section))
    desk.checked(record)
    with desk.store.writing() as connection:
        person_id = facts.new_person(connection, record, desk.stamp(session))
    if person_id in of_one_name(desk.everybody()):
        session.told(
            "Somebody of this name is here already. The list of patients tells them apart by "
            "birth and by the day they were taken up; a name can be corrected under Background."
        )
    return RedirectResponse(f"/patients/{person_id}", 303)
