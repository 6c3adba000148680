"""On which days a check was done, as dated values of the record show."""

from __future__ import annotations

from datetime import date

from ekbom.assessment.case import Case
from ekbom.assessment.scores import fillings, scores
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.outcomes import Check
from ekbom.patient.labs import SATURATION, transferrin_saturation
from ekbom.patient.patient import Draw


def days_done(case: Case, check: Check) -> tuple[date, ...]:
    """The days, oldest first, on which all or any of the facts of a check have a value."""
    each = [days_of(case, fact) for fact in check.done_by]
    days = set.intersection(*each) if check.enough == "all" else set.union(*each)
    return tuple(sorted(days))


def days_of(case: Case, fact: str) -> set[date]:
    """The days on which one fact has a value.

    An answer of yes or no shows that it was asked, ``unknown`` does not; a questionnaire counts
    once it is complete; a saturation where it was measured or can be computed.
    """
    kind, _, name = fact.partition(":")
    patient = case.patient
    if kind == "question":
        return {a.on for a in patient.answers if a.question == name and a.value != "unknown"}
    if kind == "lab":
        return {draw.on for draw in patient.draws if _holds(case, draw, name)}
    if kind == "questionnaire":
        instrument = case.knowledge.record(Instrument, name)
        return {
            filled.on
            for filled in fillings(case, instrument)
            if not (score := scores(filled, instrument)).missing
            and (score.total is not None or instrument.total == "none")
        }
    if kind == "weight":
        return {weight.on for weight in patient.weights}
    if kind == "diary":
        return {entry.on for entry in patient.diary}
    return {night.on for night in patient.nights}


def _holds(case: Case, draw: Draw, analyte: str) -> bool:
    if analyte != SATURATION:
        return analyte in draw.results
    found = transferrin_saturation(draw, case.knowledge)
    return found is not None and not found.is_estimated
