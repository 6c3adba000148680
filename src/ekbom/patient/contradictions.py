"""What cannot both be: two facts of one record that contradict each other, with both paths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import combinations, pairwise

from ekbom.knowledge.clinic import Condition
from ekbom.patient.labs import SATURATION, derived_saturation
from ekbom.patient.limits import record_limits
from ekbom.patient.patient import (
    ConditionFact,
    FilledQuestionnaire,
    GivenAnswer,
    LabResult,
    MedicationUse,
    Patient,
    Weight,
)
from ekbom.patient.written import Reader

FIRST_DEGREE_QUESTION = "first-degree-relative-affected"
PREGNANT_QUESTION = "pregnant"
NO_PREGNANCY_QUESTION = "past-childbearing"
IRON_TRIED_QUESTION = "iron-treatment-tried"
IRON_FAILED_QUESTION = "iron-treatment-failed-or-not-tolerated"

# Path, path that contradicts it, and what was expected instead.
Pair = tuple[str, str, str]


def check_contradictions(patient: Patient, reader: Reader) -> None:
    """Refuse a record of which two parts cannot both be true.

    Parameters
    ----------
    patient : Patient
        As read.
    reader : Reader
        Where it stands.

    Raises
    ------
    EkbomError
        Of the file's own kind, for the first pair, naming both paths.
    """
    for first, second, expected in _contradictions(patient, reader):
        raise reader.fault_at(second, f"contradicts {first}", expected=expected)


def _contradictions(patient: Patient, reader: Reader) -> Iterator[Pair]:
    yield from _answers(patient)
    yield from _draws(patient)
    yield from _saturations(patient, reader)
    yield from _medications(patient, reader)
    yield from _conditions(patient, reader)
    yield from _pregnancies(patient)
    yield from _pregnancy_without_end(patient, reader)
    yield from _family(patient)
    yield from _questionnaires(patient)
    yield from _diary(patient)
    yield from _weights(patient)


def _answers(patient: Patient) -> Iterator[Pair]:
    given: dict[tuple[str, date], GivenAnswer] = {}
    for answer in patient.answers:
        first = given.setdefault((answer.question, answer.on), answer)
        if first.value != answer.value:
            yield first.path, answer.path, "one answer to a question on a day"
        tried = given.get((IRON_TRIED_QUESTION, answer.on))
        failed = given.get((IRON_FAILED_QUESTION, answer.on))
        if tried and failed and (tried.value, failed.value) == ("no", "yes"):
            yield tried.path, failed.path, "yes only where iron by mouth was tried"
        pregnant = given.get((PREGNANT_QUESTION, answer.on))
        impossible = given.get((NO_PREGNANCY_QUESTION, answer.on))
        if pregnant and impossible and (pregnant.value, impossible.value) == ("yes", "yes"):
            yield pregnant.path, impossible.path, "no to one of the two"
        says_pregnant = answer.question == PREGNANT_QUESTION and answer.value == "yes"
        if says_pregnant and patient.person.sex == "male":
            yield "person.sex", answer.path, "no pregnancy of a man"


def _draws(patient: Patient) -> Iterator[Pair]:
    measured: dict[tuple[str, date, time | None], LabResult] = {}
    for draw in patient.draws:
        for analyte, result in draw.results.items():
            first = measured.setdefault((analyte, draw.on, draw.at), result)
            if (first.value, first.bound) != (result.value, result.bound):
                yield first.path, result.path, "one value of a draw; at: tells two draws apart"


def _saturations(patient: Patient, reader: Reader) -> Iterator[Pair]:
    """A saturation as reported against the one its own iron and capacity give."""
    most = record_limits(reader.knowledge).saturation_difference_max
    for draw in patient.draws:
        reported, derived = draw.results.get(SATURATION), derived_saturation(draw, reader.knowledge)
        if reported is None or derived is None or derived.is_estimated:
            continue
        computed = derived.result
        if reported.bound or computed.bound or abs(reported.value - computed.value) <= most:
            continue
        expected = f"about {computed.value:.0f} %, {computed.entered}"
        yield computed.path, reported.path, expected


def _medications(patient: Patient, reader: Reader) -> Iterator[Pair]:
    for first, second in combinations(patient.medications, 2):
        if first.drug == second.drug and _overlap(first, second, reader):
            yield first.path, second.path, "one use of a medicine at a time, with all its times"


def _overlap(first: MedicationUse, second: MedicationUse, reader: Reader) -> bool:
    """Whether both were certainly taken at one time; on one day the one may follow the other."""
    (begun, ended), (begun_too, ended_too) = (_certain(use, reader) for use in (first, second))
    return begun < ended_too and begun_too < ended


def _certain(use: MedicationUse, reader: Reader) -> tuple[date, date]:
    """The last day on which it may have begun, and the first on which it may have ended."""
    ended = reader.today + timedelta(days=1) if use.stopped is None else use.stopped.first
    if use.started is not None:
        return min(use.started.last, reader.today), ended
    return (reader.today if use.stopped is None else ended), ended


def _conditions(patient: Patient, reader: Reader) -> Iterator[Pair]:
    known = reader.knowledge.of(Condition)
    for present in (fact for fact in patient.conditions if fact.present):
        named = (present.condition, *known[present.condition].implies)
        for excluded in (fact for fact in patient.conditions if not fact.present):
            if excluded.condition in named and _at_once(present, excluded):
                expected = f"until: DATE, where {present.condition} has ended by then"
                yield present.path, excluded.path, expected


def _at_once(present: ConditionFact, excluded: ConditionFact) -> bool:
    """Whether it was certainly there on a day on which it was excluded."""
    last = excluded.until or excluded.since
    begun_before = present.since.last <= last.first
    return begun_before and (present.until is None or excluded.since.last < present.until.first)


def _pregnancies(patient: Patient) -> Iterator[Pair]:
    for first, second in pairwise(patient.pregnancies):
        if first.ended is None or second.last_period < first.ended:
            yield first.path, second.path, "one pregnancy at a time; ended: DATE"


def _pregnancy_without_end(patient: Patient, reader: Reader) -> Iterator[Pair]:
    days_of_facts = [
        *(answer.on for answer in patient.answers),
        *(draw.on for draw in patient.draws),
        *(form.on for form in patient.questionnaires),
        *(night.on for night in patient.nights),
    ]
    latest = max(days_of_facts, default=None)
    for pregnancy in patient.pregnancies:
        days = 0 if latest is None else (latest - pregnancy.last_period).days
        if pregnancy.ended is None and days > reader.limits.pregnancy_max_d:
            expected = f"at most {reader.limits.pregnancy_max_d} days, or ended: DATE"
            yield f"what is recorded on {latest}, day {days}", pregnancy.path, expected


def _family(patient: Patient) -> Iterator[Pair]:
    denied = [a for a in patient.answers if a.question == FIRST_DEGREE_QUESTION and a.value == "no"]
    for relative in patient.family:
        if relative.is_affected_near:
            for answer in denied:
                if relative.on <= answer.on:
                    yield relative.path, answer.path, f"{FIRST_DEGREE_QUESTION}: yes"


def _questionnaires(patient: Patient) -> Iterator[Pair]:
    filled: dict[tuple[str, date], FilledQuestionnaire] = {}
    for form in patient.questionnaires:
        first = filled.setdefault((form.instrument, form.on), form)
        if (first.items, first.total) != (form.items, form.total):
            yield first.path, form.path, "one filling of a questionnaire on a day"


def _diary(patient: Patient) -> Iterator[Pair]:
    for first, second in pairwise(patient.diary):
        if (first.on, first.began) == (second.on, second.began):
            yield first.path, second.path, "one spell that begins at a time"


def _weights(patient: Patient) -> Iterator[Pair]:
    weighed: dict[date, Weight] = {}
    for weight in patient.weights:
        first = weighed.setdefault(weight.on, weight)
        if first.kg != weight.kg:
            yield first.path, weight.path, "one weight on a day"
