"""A patient's course from a few lines of a record, as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from textwrap import dedent, indent

from ekbom.assessment.assess import assess, case_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.assessment.known_facts import known_facts
from ekbom.followup.courses import Course
from ekbom.followup.monitoring import DueCheck, due_checks
from ekbom.followup.outcomes import courses, outcomes, targets
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.logic import Conclusion, Truth
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from

DAY = date(2026, 5, 10)


def person(record: str = "", born: str = "1970-03-14", day: date = DAY) -> Patient:
    """A woman with this record."""
    head = f"id: case\nperson: {{born: {born}, sex: female}}\n"
    text = "patient:\n" + indent(head + dedent(record), "  ")
    return patient_from(parse("case.yaml", text.encode()), load(), day, path=("patient",))


def case_of(patient: Patient, day: date = DAY, editions: Mapping[str, str] | None = None) -> Case:
    """The case as of a day."""
    return case_on(patient, load(), day, editions)


def followed(patient: Patient, day: date = DAY) -> dict[str, Finding]:
    """Findings of outcomes and targets by id."""
    case = case_of(patient, day)
    found = courses(case)
    known = dict(_known(patient, day, case))
    section = outcomes(case, known, found)
    known |= {finding.conclusion.id: finding.conclusion for finding in section}
    both = (*section, *targets(case, known, found))
    return {finding.conclusion.id: finding for finding in both}


def _known(patient: Patient, day: date, case: Case) -> Mapping[str, Conclusion]:
    return known_facts(case, assess(patient, load(), day).concluded())


def measures(patient: Patient, day: date = DAY) -> dict[str, list[Course]]:
    """Courses by id."""
    found: dict[str, list[Course]] = {}
    for course in courses(case_of(patient, day)):
        found.setdefault(course.id, []).append(course)
    return found


def checks(patient: Patient, day: date = DAY) -> dict[str, DueCheck]:
    """Checks that apply, by id, in their order."""
    case = case_of(patient, day)
    return {due.check.id: due for due in due_checks(case, _known(patient, day, case))}


def truth(found: Mapping[str, Finding], conclusion_id: str) -> Truth:
    return found[conclusion_id].conclusion.truth


ON_GABAPENTIN = "medications:\n  - {drug: gabapentin, dose: 300 mg, started: 2026-01-10}\n"


def scored(*scores: tuple[str, str, int], medicines: str = ON_GABAPENTIN) -> Patient:
    lines = [f"  - {{instrument: {i}, on: {on}, total: {total}}}\n" for i, on, total in scores]
    return person(medicines + "questionnaires:\n" + "".join(lines))


def on(drug: str, started: str = "2026-01-10", more: str = "", stopped: str = "") -> str:
    begun = f", started: {started}" if started else ""
    ended = f", stopped: {stopped}" if stopped else ""
    return f"medications:\n  - {{drug: {drug}{begun}{ended}}}\n{more}"


def answered(*told: tuple[str, str]) -> str:
    lines = "".join(f"  - {{on: {day}, answers: {{{answers}}}}}\n" for day, answers in told)
    return "answers:\n" + lines


def drawn(*told: tuple[str, str]) -> str:
    return "labs:\n" + "".join(f"  - {{on: {day}, results: {{{found}}}}}\n" for day, found in told)


def check(record: str, check_id: str, day: date = DAY) -> DueCheck:
    return checks(person(record, day=day), day)[check_id]


def due(record: str, check_id: str, day: date) -> Truth:
    return check(record, check_id, day).conclusion.truth


IRON_VALUES = "ferritin: 60 ng/mL, transferrin-saturation: 25 %"
