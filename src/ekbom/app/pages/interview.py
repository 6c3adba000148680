"""The interview: questions in their groups, those known with their day, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ekbom.app.desk import Desk, Person, desk_of, session_of
from ekbom.app.forms.entries import (
    REFUSALS,
    Refused,
    Written,
    entry,
    in_order,
    number_or_text,
    refused,
    shown_number,
)
from ekbom.app.rendering import page
from ekbom.assessment.assess import case_on
from ekbom.assessment.person import is_asked_of
from ekbom.errors import PatientError
from ekbom.knowledge.clinic import Question
from ekbom.patient.patient import GivenAnswer
from ekbom.report.assessment.wording import ASKED_OF, unit_text
from ekbom.store.errors import ConflictError
from ekbom.store.facts import Fact

router = APIRouter(prefix="/patients/{person_id}/interview")
_ANSWERS = "answers"
# The order of a visit; groups not named here follow as the knowledge base has them.
_ORDER = ("Red flags", "Symptoms", "Criteria", "What else it could be", "History", "Daily life")


@router.get("")
def asked(request: Request, person_id: str) -> Response:
    """The questions, what is known of them, and what was answered on which day."""
    return _shown(request, desk_of(request).person(person_id), {})


@router.post("")
def answered(request: Request, person_id: str, written: Written) -> Response:
    """State what was answered anew as one fact of the visit."""
    desk = desk_of(request)
    person = desk.person(person_id)
    try:
        changed = _changed(desk, person, written)
        day = written.get("on", "")
        before = _of_the_day(person, day, changed)
        answers = {**(before.body[_ANSWERS] if before else {}), **changed}
        body = {**(before.body if before else {"on": day, "by": "interview"}), _ANSWERS: answers}
        seq = before.seq if before else None
        desk.stated(person, _ANSWERS, body, session_of(request), instead_of=seq)
    except REFUSALS as error:
        names = {f"{_ANSWERS}.{q.id}": q.name for q in desk.knowledge.of(Question).values()}
        said = refused(error, _ANSWERS, {**names, "on": "Day of the visit"})
        return _shown(request, person, written, error=said)
    many = "1 answer" if len(changed) == 1 else f"{len(changed)} answers"
    session_of(request).told(f"{many} of {day} kept.")
    return RedirectResponse(f"/patients/{person_id}/interview", 303)


@router.post("/{seq}/take-back")
def taken_back(request: Request, person_id: str, seq: int, written: Written) -> Response:
    """Take back the answers of a visit that were ticked; the visit with its last one."""
    ticked = {name.removeprefix("back.") for name in written}
    desk = desk_of(request)
    person = desk.person(person_id)
    visit = entry(person, _ANSWERS, seq)
    left = {name: value for name, value in visit.body[_ANSWERS].items() if name not in ticked}
    if len(left) == len(visit.body[_ANSWERS]):
        raise PatientError(
            "no answer was ticked",
            expected="at least one answer to take back",
            what_to_do="go back to the interview, tick what should not stand, and send again",
        )
    body = {**visit.body, _ANSWERS: left} if left else None
    desk.stated(person, _ANSWERS, body, session_of(request), instead_of=seq)
    session_of(request).told(f"Answers of {visit.body['on']} taken back.")
    return RedirectResponse(f"/patients/{person_id}/interview#visits", 303)


# What was changed ---------------------------------------------------------------------------------


def _known(person: Person) -> dict[str, GivenAnswer]:
    """The latest answer to each question that was ever answered."""
    return {one.question: one for one in sorted(person.patient.answers, key=lambda one: one.on)}


def _changed(desk: Desk, person: Person, written: Mapping[str, str]) -> dict[str, Any]:
    """The answers that differ from what the page showed, or were given again."""
    known = _known(person)
    changed: dict[str, Any] = {}
    for name, question in desk.knowledge.of(Question).items():
        said, was = written.get(f"q.{name}", ""), written.get(f"was.{name}", "")
        if said == was and not (said and written.get(f"again.{name}")):
            continue
        now = shown_number(known[name].value) if name in known else ""
        if now != was:
            raise ConflictError(
                f"{question.name}: answered in another window since it was shown here",
                what_to_do="open the interview anew, look at what is known now, and answer again",
            )
        if not said:
            raise PatientError(
                f"{_ANSWERS}[0].{_ANSWERS}.{name}: the known answer is missing",
                expected="an answer; what is known is not forgotten by an empty field",
                what_to_do="answer it, or take the answer back in the list of visits below",
            )
        is_number = question.answer == "number"
        changed[name] = number_or_text(said) if is_number else said
    if not changed:
        raise PatientError(
            "nothing was answered anew",
            expected="at least one answer that differs from what is known",
            what_to_do="answer a question, or tick that a known answer was given again",
        )
    return changed


def _of_the_day(person: Person, day: str, changed: Mapping[str, Any]) -> Fact | None:
    """The fact of the same day that holds an answer to one of these: it is corrected."""
    same = [
        fact
        for fact in person.of_section(_ANSWERS)
        if fact.body["on"] == day and changed.keys() & fact.body[_ANSWERS].keys()
    ]
    if len(same) > 1:
        raise PatientError(
            f"{day}: these questions were answered in {len(same)} visits of that day",
            expected="answers of one of them at a time",
            what_to_do="change the answers of one visit first, then those of the other",
        )
    return same[0] if same else None


# What is shown ------------------------------------------------------------------------------------


def _groups(desk: Desk, person: Person, written: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions by group, each with what is known or was just written."""
    known = _known(person)
    case = case_on(person.patient, desk.knowledge, desk.today())
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in _ORDER}
    for question in desk.knowledge.of(Question).values():
        row = _row(question, known.get(question.id), written)
        row["of_others"] = "" if is_asked_of(question, case) else question.asked_of
        groups.setdefault(question.group, []).append(row)
    return [_group(name, rows) for name, rows in groups.items() if rows]


def _group(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Questions under one heading; those that do not concern this person are set apart."""
    own = [row for row in rows if not row["of_others"]]
    return {
        "name": name,
        "rows": rows,
        "own": own,
        "others": [
            _others(who, [row for row in rows if row["of_others"] == who])
            for who in dict.fromkeys(row["of_others"] for row in rows if row["of_others"])
        ],
        "n_known": sum(bool(row["on"]) for row in own),
        "changed": _is_changed(rows),
    }


def _others(who: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    n_known = sum(bool(row["on"]) for row in rows)
    many = "1 question" if len(rows) == 1 else f"{len(rows)} questions"
    says = f"{many} for {ASKED_OF[who]}" + (f", {n_known} answered" if n_known else "")
    return {"says": says, "rows": rows, "changed": _is_changed(rows)}


def _is_changed(rows: list[dict[str, Any]]) -> bool:
    return any(row["said"] != row["was"] or row["again"] for row in rows)


def _row(
    question: Question, known: GivenAnswer | None, written: Mapping[str, str]
) -> dict[str, Any]:
    stands = "" if known is None else shown_number(known.value)
    return {
        "id": question.id,
        "ask": question.ask,
        "kind": question.answer,
        "unit": "" if question.unit in ("", "1") else unit_text(question.unit),
        "minimum": question.minimum,
        "maximum": question.maximum,
        "choices": question.choices,
        "on": known.on.isoformat() if known else "",
        "stands": stands,
        "was": written.get(f"was.{question.id}", stands),
        "said": written.get(f"q.{question.id}", stands),
        "again": bool(written.get(f"again.{question.id}")),
    }


def _visits(person: Person, desk: Desk) -> list[dict[str, Any]]:
    questions = desk.knowledge.of(Question)
    return [
        {
            "seq": fact.seq,
            "on": fact.body["on"],
            "by": fact.stated_by,
            "answers": [
                (name, questions[name].name, shown_number(value))
                for name, value in fact.body[_ANSWERS].items()
            ],
        }
        for fact in in_order(person.of_section(_ANSWERS))
    ]


def _shown(
    request: Request,
    person: Person,
    written: Mapping[str, str],
    *,
    error: Refused | None = None,
) -> Response:
    desk = desk_of(request)
    return page(
        request,
        "interview.html.j2",
        status=error.status if error else 200,
        title="Interview",
        person=person,
        written=written,
        today=desk.today().isoformat(),
        groups=_groups(desk, person, written),
        visits=_visits(person, desk),
        error=error,
    )
