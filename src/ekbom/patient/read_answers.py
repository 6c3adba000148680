"""Answers: each a question the knowledge base knows, answered as that question can be."""

from __future__ import annotations

from collections.abc import Iterator

from ekbom.errors import near_names
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.strict_yaml import Path
from ekbom.patient.patient import GivenAnswer, Person
from ekbom.patient.record import PatientRecord
from ekbom.patient.written import Reader

UNKNOWN = "unknown"
ONSET_AGE = "onset-age"
SYMPTOM_MONTHS = "symptom-months"
_MONTHS_PER_YEAR = 12


def read_answers(record: PatientRecord, person: Person, reader: Reader) -> Iterator[GivenAnswer]:
    """The answers of a record, in the order of its file."""
    questions = reader.knowledge.of(Question)
    for index, block in enumerate(record.answers):
        path: Path = ("answers", index)
        day = reader.day(block.on, (*path, "on"))
        for question_id, written in block.answers.items():
            place = (*path, "answers", question_id)
            question = questions.get(question_id)
            if question is None:
                expected = near_names(question_id, questions, "see: ekbom patient questions")
                raise reader.fault("no such question", place, expected=expected)
            value = _value(question, written, place, reader)
            answer = GivenAnswer(question_id, value, day, block.by, reader.shown(place))
            _check_against_age(answer, person, place, reader)
            yield answer


def _value(question: Question, written: str | float, path: Path, reader: Reader) -> str | float:
    if written == UNKNOWN:
        return UNKNOWN
    if question.answer == "number":
        return _number(question, written, path, reader)
    if question.answer == "clock" and isinstance(written, str):
        return f"{reader.clock(written, path):%H:%M}"
    choices = ("yes", "no") if question.answer == "yes-no" else tuple(question.choices)
    if question.answer == "clock":
        expected = 'a clock time such as "21:30", or unknown'
    else:
        expected = f"one of: {', '.join((*choices, UNKNOWN))}"
    if written not in choices:
        found = f"{written:g}" if isinstance(written, float) else repr(written)
        raise reader.fault(f"{found} is no answer to this question", path, expected=expected)
    return written


def _number(question: Question, written: str | float, path: Path, reader: Reader) -> float:
    if isinstance(written, str):
        unit = "" if question.unit in ("", "1") else f" in {question.unit}"
        expected = f"a number{unit}, or unknown"
        raise reader.fault(f"{written!r} is no number", path, expected=expected)
    lowest = question.minimum if question.minimum is not None else float("-inf")
    highest = question.maximum if question.maximum is not None else float("inf")
    return reader.number(float(written), path, lowest, highest, question.unit)


def _check_against_age(answer: GivenAnswer, person: Person, path: Path, reader: Reader) -> None:
    """An age or a duration cannot be longer than the life so far."""
    if isinstance(answer.value, str):
        return
    years = person.age_years(answer.on)[1]
    limits = {ONSET_AGE: (years, "a"), SYMPTOM_MONTHS: ((years + 1) * _MONTHS_PER_YEAR, "mo")}
    if answer.question in limits:
        highest, unit = limits[answer.question]
        reader.number(answer.value, path, 0.0, highest, unit)
