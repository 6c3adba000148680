"""A record file into a Patient: everything checked, nothing guessed, nothing half-read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.strict_yaml import Path, YamlFile
from ekbom.knowledge.validation import validated
from ekbom.patient.contradictions import check_contradictions
from ekbom.patient.limits import record_limits
from ekbom.patient.patient import Patient, Person
from ekbom.patient.plain import check_plain
from ekbom.patient.read_answers import read_answers
from ekbom.patient.read_course import read_conditions, read_medications, read_pregnancies
from ekbom.patient.read_labs import read_draws
from ekbom.patient.read_nights import ScoredNight, read_nights
from ekbom.patient.read_overrides import read_overrides
from ekbom.patient.read_scores import (
    read_diary,
    read_questionnaires,
    read_relatives,
    read_weights,
)
from ekbom.patient.record import PatientRecord
from ekbom.patient.written import Reader

T = TypeVar("T")
# What tells two nights of one evening apart, whatever the order of the file.
_NIGHT = ("method", "rules", "plms_index_per_h", "immobilization_plmw_index_per_h")


def patient_from(
    file: YamlFile,
    knowledge: KnowledgeBase,
    today: date,
    path: Path = (),
    scored_night: ScoredNight | None = None,
) -> Patient:
    """The patient a record file describes.

    Parameters
    ----------
    file : YamlFile
        A parsed file; its own kind of error is raised.
    knowledge : KnowledgeBase
        All sections.
    today : datetime.date
        The day of reading; no day of the record may be later, a due date aside.
    path : tuple, optional
        Where the record stands in the file; by default the file is the record.
    scored_night : callable, optional
        Reads what ``nights: file:`` names; without it such a night is refused.

    Returns
    -------
    Patient
        Lists in order of their days; blood results in the units of the rules.

    Raises
    ------
    EkbomError
        Of the file's own kind (`PatientError` as read by `ekbom.interop.patient_files`): the
        first thing that is unknown, impossible, out of range or contradicts another, with
        file, line and its path in the record.
    """
    check_plain(PatientRecord, file, path)
    record = validated(PatientRecord, file.at(path), file, path)
    reader = Reader(file, path, knowledge, record_limits(knowledge), today)
    person = _person(record, reader)
    reader = replace(reader, born=person.born)
    patient = _patient(record, person, reader, scored_night)
    check_contradictions(patient, reader)
    return patient


def _patient(
    record: PatientRecord, person: Person, reader: Reader, scored_night: ScoredNight | None
) -> Patient:
    return Patient(
        id=record.id,
        person=person,
        answers=_by_day(read_answers(record, person, reader), "on", "question", "by"),
        draws=_by_day(read_draws(record, reader), "on", "at", "results"),
        medications=_by_day(read_medications(record, reader), "started", "drug", "stopped"),
        conditions=_by_day(read_conditions(record, reader), "since", "condition", "present"),
        pregnancies=_by_day(read_pregnancies(record, person, reader), "last_period"),
        family=_by_day(read_relatives(record, reader), "on", "relation", "restless_legs"),
        questionnaires=_by_day(read_questionnaires(record, reader), "on", "instrument"),
        nights=_by_day(read_nights(record, reader, scored_night), "on", *_NIGHT),
        diary=_by_day(read_diary(record, reader), "on", "began", "ended"),
        weights=_by_day(read_weights(record, reader), "on", "kg"),
        overrides=_by_day(read_overrides(record, reader), "on", "block"),
    )


def _person(record: PatientRecord, reader: Reader) -> Person:
    path: Path = ("person", "born")
    person = Person(reader.partial(record.person.born, path), record.person.sex)
    youngest = person.age_years(reader.today)[0]
    if youngest > reader.limits.age_max_a:
        expected = f"at most {reader.limits.age_max_a} years before {reader.today}"
        raise reader.fault(f"born {person.born}, {youngest} years old", path, expected=expected)
    return person


def _by_day(facts: Iterable[T], *names: str) -> tuple[T, ...]:
    """Facts in the order of these fields, whatever the order of the file."""
    return tuple(sorted(facts, key=lambda fact: tuple(_sortable(fact, name) for name in names)))


def _sortable(fact: object, name: str) -> str:
    # Dates and clock times written out sort as they follow each other; what is open comes first.
    value = getattr(fact, name)
    if isinstance(value, Mapping):
        return str(sorted((key, part.value, part.bound) for key, part in value.items()))
    return "" if value is None else str(value)
