"""A person in augmentation, by the newest editions: options, withheld ones, doses, a history."""

from __future__ import annotations

from datetime import date

import pytest

from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.loading import load
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown

DAY, READ_ON = date(2019, 11, 15), date(2026, 11, 22)


@pytest.fixture(scope="session")
def by_newest() -> ShownConsultation:
    """Augmentation on pramipexole, the newest edition on treatment."""
    base = load()
    patient = example_patient("history-augmentation", base, READ_ON)
    return consultation_shown(patient, base, DAY, {"treatment": "aasm-2025"})


@pytest.fixture(scope="session")
def by_then() -> ShownConsultation:
    """The same by the editions in force on the day."""
    base = load()
    return consultation_shown(example_patient("history-augmentation", base, READ_ON), base, DAY)


@pytest.fixture(scope="session")
def shut() -> ShownConsultation:
    """A record that tells next to nothing: the gate is not open."""
    base, day = load(), date(2026, 5, 20)
    return consultation_shown(example_patient("nearly-empty", base, day), base, day)
