"""A sound record, and reading it with one part changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ekbom.errors import PatientError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from

TODAY = date(2026, 5, 10)
PERSON = "id: case\nperson: {born: 1978-03-14, sex: female}\n"


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session")
def read(knowledge: KnowledgeBase) -> Callable[..., Patient]:
    """Reads a record: what is given below the person, or whole where ``person`` is given."""

    def reading(below: str, person: str = PERSON) -> Patient:
        file = parse("record.yaml", (person + below).encode(), PatientError)
        return patient_from(file, knowledge, TODAY)

    return reading


@pytest.fixture(scope="session")
def refused(read: Callable[..., Patient]) -> Callable[..., str]:
    """Reads a record that must be refused; the message, in one line."""

    def reading(below: str, person: str = PERSON) -> str:
        with pytest.raises(PatientError) as caught:
            read(below, person)
        return " ".join(str(caught.value).split())

    return reading
