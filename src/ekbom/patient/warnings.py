"""What a record may well mean, but had better say: medicines, doses, dates, scores, weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.drugs import find_drug, near_drugs
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.treatment import Dose
from ekbom.patient.contradictions import NO_PREGNANCY_QUESTION, PREGNANT_QUESTION
from ekbom.patient.doses import daily_amount, is_above_maximum
from ekbom.patient.limits import record_limits
from ekbom.patient.patient import MedicationUse, Patient

# Right in the first weeks, when nobody knew; a slip later.
_NOT_PREGNANT = ((PREGNANT_QUESTION, "no"), (NO_PREGNANCY_QUESTION, "yes"))


def warnings_of(patient: Patient, knowledge: KnowledgeBase, today: date) -> tuple[str, ...]:
    """What to look at again in a record that was read without fault, each with its path.

    Parameters
    ----------
    patient : Patient
        As read.
    knowledge : KnowledgeBase
        All sections.
    today : datetime.date
        The day of reading.
    """
    return (
        *_order(patient),
        *_medications(patient, knowledge),
        *_pregnancies(patient, knowledge, today),
        *_pregnant_though_impossible(patient),
        *_incomplete(patient, knowledge),
        *_weights(patient, knowledge),
    )


def _order(patient: Patient) -> Iterator[str]:
    """The first block of each section that stands behind a later day; the list is read by days."""
    dated: Mapping[str, list[tuple[str, date]]] = {
        "answers": [(answer.path, answer.on) for answer in patient.answers],
        "labs": [(r.path, draw.on) for draw in patient.draws for r in draw.results.values()],
        "questionnaires": [(form.path, form.on) for form in patient.questionnaires],
        "nights": [(night.path, night.on) for night in patient.nights],
        "diary": [(entry.path, entry.on) for entry in patient.diary],
        "weights": [(weight.path, weight.on) for weight in patient.weights],
    }
    for section, facts in dated.items():
        place = re.compile(rf"{section}\[(\d+)\]")
        numbered = {int(m[1]): day for path, day in facts if (m := place.match(path))}
        in_file = [(number, numbered[number]) for number in sorted(numbered)]
        for (before, later), (number, day) in pairwise(in_file):
            if day < later:
                yield (
                    f"{section}[{number}]: {day} stands behind {later} ({section}[{before}]); "
                    "everything is kept and read in the order of days: check the date"
                )
                break


def _medications(patient: Patient, knowledge: KnowledgeBase) -> Iterator[str]:
    for use in patient.medications:
        for said in _of_use(use, knowledge):
            yield f"{use.path}: {said}"


def _of_use(use: MedicationUse, knowledge: KnowledgeBase) -> Iterator[str]:
    found = find_drug(knowledge, use.drug)
    if found is None:
        near = ", ".join(near_drugs(knowledge, use.drug))
        hint = f"near names: {near}; " if near else ""
        hint += "write the generic name, if this is a brand"
        yield f"{use.drug!r} is not known and plays no part in any rule ({hint})"
    elif found.drug.forms and not use.form:
        forms = " or ".join(found.drug.forms)
        yield f"{use.drug} without its form; write form: {forms} before entering a dose"
    if use.dose and any(dose.drug == use.drug for dose in knowledge.of(Dose).values()):
        why = daily_amount(use, knowledge).why
        if why:
            yield f"{use.drug} {use.dose}: how much a day cannot be told; {why}"
    if is_above_maximum(use, knowledge):
        yield f"{use.drug} {use.dose}: above the lowest maximum on file for restless legs"
    if use.started is None:
        yield f"{use.drug} without a start: whether symptoms came before it cannot be told"


def _pregnancies(patient: Patient, knowledge: KnowledgeBase, today: date) -> Iterator[str]:
    longest = record_limits(knowledge).pregnancy_max_d
    for pregnancy in patient.pregnancies:
        if pregnancy.ended is None and (today - pregnancy.last_period).days > longest:
            yield f"{pregnancy.path}: no end on record, {longest} days after the last period"
        last = pregnancy.ended or pregnancy.last_period + timedelta(days=longest)
        for answer in patient.answers:
            denies = (answer.question, answer.value) in _NOT_PREGNANT
            if denies and pregnancy.last_period <= answer.on < last:
                yield (
                    f"{answer.path}: {answer.value}, on a day of the pregnancy in "
                    f"{pregnancy.path}; the pregnancy counts: check both dates"
                )


def _pregnant_though_impossible(patient: Patient) -> Iterator[str]:
    """Both can be, on different days; where the pregnancy came later, one of them is a slip."""
    said = [a for a in patient.answers if a.value == "yes"]
    pregnant = [a for a in said if a.question == PREGNANT_QUESTION]
    for answer in (a for a in said if a.question == NO_PREGNANCY_QUESTION):
        for other in pregnant:
            if other.on >= answer.on:
                yield (
                    f"{other.path}: yes, though {answer.path} says that pregnancy is impossible; "
                    "the later answer counts: check both"
                )
                return


# Scores and weights ------------------------------------------------------------------------------


def _incomplete(patient: Patient, knowledge: KnowledgeBase) -> Iterator[str]:
    for form in patient.questionnaires:
        instrument = knowledge.record(Instrument, form.instrument)
        numbers = (number for number in range(1, instrument.items + 1) if number not in form.items)
        missing = ", ".join(str(number) for number in numbers)
        if form.total is None and instrument.total == "sum" and missing:
            yield (
                f"{form.path}: {form.instrument} of {form.on} without item {missing}: it has no "
                "total, and missing items are not counted as zero"
            )


def _weights(patient: Patient, knowledge: KnowledgeBase) -> Iterator[str]:
    most = record_limits(knowledge).weight_ratio_max
    for before, after in pairwise(patient.weights):
        if max(before.kg, after.kg) > most * min(before.kg, after.kg):
            yield (
                f"{after.path}: {after.kg:g} kg on {after.on}, after {before.kg:g} kg on "
                f"{before.on}: check both, and that none is in pounds"
            )
