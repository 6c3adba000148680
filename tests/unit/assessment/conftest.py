"""A patient on a day, from a few answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.knowledge.loading import load
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import GivenAnswer, Patient, Person

TODAY = date(2026, 5, 10)
ASKED_ON = date(2026, 5, 2)

CaseOf = Callable[..., Case]


def case(
    answers: Mapping[str, str | float] | None = None,
    *,
    born: str = "1978-03-14",
    sex: Any = "female",
    editions: Mapping[str, str] | None = None,
    as_of: date = TODAY,
    **record: Any,
) -> Case:
    """A case of one person; ``record`` names further parts of the patient."""
    day_of_birth = PartialDate.parse(born)
    assert day_of_birth is not None
    given = tuple(GivenAnswer(q, v, ASKED_ON) for q, v in (answers or {}).items())
    patient = Patient("case", Person(day_of_birth, sex), answers=given, **record)
    knowledge = load()
    return Case(patient.as_of(as_of), knowledge, as_of, editions_on(as_of, knowledge, editions))


@pytest.fixture(scope="session")
def case_of() -> CaseOf:
    """Makes a case: ``case_of({"urge-to-move-legs": "yes"}, born="2012")``."""
    return case
