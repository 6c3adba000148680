"""A patient record on a terminal: what was read, and the words a record may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Condition, Question
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.patient.patient import Draw, LabResult, MedicationUse, NightSummary, Patient
from ekbom.report.assessment.wording import ASKED_OF


def record_summary(
    patient: Patient, knowledge: KnowledgeBase, today: date, warnings: tuple[str, ...]
) -> Iterator[str]:
    """Lines of plain text: the person, how much there is of what, latest values, warnings.

    Parameters
    ----------
    patient : Patient
        As read.
    knowledge : KnowledgeBase
        For names.
    today : datetime.date
        The day of reading, for the age.
    warnings : tuple of str
        See `ekbom.patient.warnings.warnings_of`.
    """
    low, high = patient.person.age_years(today)
    age = f"{low}" if low == high else f"{low} to {high}"
    sex = patient.person.sex or "sex not recorded"
    yield f"{patient.id}: {sex}, born {patient.person.born}, {age} years old on {today}"
    yield from (f"  {line}" for line in _counts(patient))
    yield from _headed("latest blood values, in the units of the rules", _labs(patient, knowledge))
    yield from _headed("medicines", map(_medication, patient.medications))
    yield from _headed("conditions", _conditions(patient, knowledge))
    yield from _headed("questionnaires", _questionnaires(patient, knowledge))
    yield from _headed("nights", map(_night, patient.nights))
    yield from _headed("warnings", iter(warnings))


def _headed(heading: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield f"  {heading}"
        yield from (f"  - {line}" for line in found)


def _counts(patient: Patient) -> Iterator[str]:
    open_answers = sum(answer.value == "unknown" for answer in patient.answers)
    parts = {
        "answers": len(patient.answers),
        "of them unknown": open_answers,
        "blood samples": len(patient.draws),
        "medicines": len(patient.medications),
        "conditions": len(patient.conditions),
        "pregnancies": len(patient.pregnancies),
        "relatives": len(patient.family),
        "questionnaires": len(patient.questionnaires),
        "nights": len(patient.nights),
        "diary entries": len(patient.diary),
        "weights": len(patient.weights),
        "overrides": len(patient.overrides),
    }
    said = [f"{name} {number}" for name, number in parts.items() if number]
    yield ", ".join(said) or "nothing else"


def _labs(patient: Patient, knowledge: KnowledgeBase) -> Iterator[str]:
    latest: dict[str, tuple[LabResult, Draw]] = {}
    for draw in patient.draws:
        latest |= {analyte: (result, draw) for analyte, result in draw.results.items()}
    names = {knowledge.record(Analyte, analyte).name: analyte for analyte in latest}
    for name, analyte in sorted(names.items()):
        result, draw = latest[analyte]
        yield f"{name} {result.bound}{result.value:.4g} {result.unit}, {draw.on}{_entered(result)}"


def _entered(result: LabResult) -> str:
    same = result.entered.endswith(f" {result.unit}")
    return "" if same else f" (entered: {result.entered})"


def _medication(use: MedicationUse) -> str:
    form = f" ({use.form})" if use.form else ""
    dose = f" {use.dose}" if use.dose else ""
    at = f" at {', '.join(f'{clock:%H:%M}' for clock in use.times)}" if use.times else ""
    started = f"since {use.started}" if use.started else "start not recorded"
    stopped = f", stopped {use.stopped}" if use.stopped else ""
    return f"{use.drug}{form}{dose}{at}, {started}{stopped}"


def _conditions(patient: Patient, knowledge: KnowledgeBase) -> Iterator[str]:
    for fact in patient.conditions:
        name = knowledge.record(Condition, fact.condition).name
        until = f" until {fact.until}" if fact.until else ""
        yield f"{name}, {'since' if fact.present else 'excluded'} {fact.since}{until}"


def _questionnaires(patient: Patient, knowledge: KnowledgeBase) -> Iterator[str]:
    for form in patient.questionnaires:
        name = knowledge.record(Instrument, form.instrument).name
        total = "no total" if form.total is None else f"total {form.total:g}"
        yield f"{name} of {form.on}: {len(form.items)} items, {total}"


def _night(night: NightSummary) -> str:
    index = night.plms_index_per_h
    plms = "PLMS index not recorded" if index is None else f"PLMS index {index:.1f}/h"
    rules = f" by {night.rules}" if night.rules else ""
    return f"{night.on}: {night.method}, {plms}{rules}"


# The words a record may use --------------------------------------------------------------------


def _questions(knowledge: KnowledgeBase) -> Iterator[str]:
    questions = list(knowledge.of(Question).values())
    for group in dict.fromkeys(question.group for question in questions):
        yield group or "Further questions"
        for question in (q for q in questions if q.group == group):
            only = f" ({ASKED_OF[question.asked_of]})" if question.asked_of else ""
            yield f"  {question.id}: {_answer_of(question)}{only}"
            yield f"      {question.ask}"


def _answer_of(question: Question) -> str:
    if question.answer == "number":
        low, high = question.minimum, question.maximum
        between = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
        unit = "" if question.unit in ("", "1") else f", {question.unit}"
        return f"a number{between}{unit}"
    if question.answer == "clock":
        return "a clock time"
    if question.answer == "choice":
        return "one of " + ", ".join(f"{key} ({said})" for key, said in question.choices.items())
    return "yes or no"


def _conditions_known(knowledge: KnowledgeBase) -> Iterator[str]:
    return (f"{c.id}: {c.name}" for c in knowledge.of(Condition).values())


def _labs_known(knowledge: KnowledgeBase) -> Iterator[str]:
    for analyte in knowledge.of(Analyte).values():
        yield f"{analyte.id}: {analyte.name}, in {', '.join(analyte.factors)}"


def _drugs_known(knowledge: KnowledgeBase) -> Iterator[str]:
    for drug_class in knowledge.of(DrugClass).values():
        yield drug_class.name
        for drug in drug_class.members:
            forms = f" (form: {' or '.join(drug.forms)})" if drug.forms else ""
            yield f"  {drug.name}{forms}"


def _instruments_known(knowledge: KnowledgeBase) -> Iterator[str]:
    for instrument in knowledge.of(Instrument).values():
        items = "1 item" if instrument.items == 1 else f"{instrument.items} items"
        low, high = instrument.item_minimum, instrument.item_maximum
        yield f"{instrument.id}: {instrument.name}, {items}, each {low:g} to {high:g}"


VOCABULARIES: Mapping[str, Callable[[KnowledgeBase], Iterator[str]]] = {
    "questions": _questions,
    "conditions": _conditions_known,
    "labs": _labs_known,
    "drugs": _drugs_known,
    "instruments": _instruments_known,
}
