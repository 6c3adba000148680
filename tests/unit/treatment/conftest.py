"""A patient of whom everything is known that options ask for, to be changed by each test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ekbom.consultation import Consultation, consult
from ekbom.knowledge.loading import load
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import Draw, GivenAnswer, LabResult, Patient, Person, Weight

DAY = date(2026, 5, 20)
DRAWN = DAY - timedelta(days=10)
FULL: Mapping[str, str | float] = {
    "urge-to-move-legs": "yes",
    "worse-at-rest": "yes",
    "relief-by-movement": "yes",
    "worse-evening-night": "yes",
    "solely-another-condition": "no",
    "symptom-days-per-week": 5,
    "distress-or-impairment": "yes",
    "medication-list-complete": "yes",
    "pregnant": "no",
    "breastfeeding": "no",
    "osa-screened": "yes",
    "loud-snoring": "no",
    "witnessed-apneas": "no",
}
LABS = {"ferritin": 160.0, "transferrin-saturation": 30.0, "creatinine": 70.0}
UNITS = {"ferritin": "ug/L", "transferrin-saturation": "%", "creatinine": "umol/L"}

ConsultedWith = Callable[..., Consultation]


def patient_with(
    answers: Mapping[str, str | float | None] | None = None,
    labs: Mapping[str, float | None] | None = None,
    *,
    born: str = "1974-03-02",
    sex: Any = "female",
    **record: Any,
) -> Patient:
    """The usual patient with other answers and labs; None takes one away."""
    day_of_birth = PartialDate.parse(born)
    assert day_of_birth is not None
    given = {q: v for q, v in {**FULL, **(answers or {})}.items() if v is not None}
    values = {a: v for a, v in {**LABS, **(labs or {})}.items() if v is not None}
    results = {a: LabResult(a, v, UNITS[a], f"{v:g} {UNITS[a]}") for a, v in values.items()}
    usual = Patient(
        "usual",
        Person(day_of_birth, sex),
        answers=tuple(GivenAnswer(q, v, DAY) for q, v in given.items()),
        draws=(Draw(DRAWN, results),),
        weights=(Weight(DRAWN, 71.0),),
    )
    return replace(usual, **record)


@pytest.fixture(scope="session")
def consulted_with() -> ConsultedWith:
    """Consults the usual patient: ``consulted_with({"pregnant": "yes"})``."""

    def consulted(*args: Any, editions: Any = None, **changes: Any) -> Consultation:
        return consult(patient_with(*args, **changes), load(), DAY, editions)

    return consulted
