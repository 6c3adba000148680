"""What is shown to whom: the modes, and what a page or text of an assessment is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ekbom.assessment.assess import Assessment
from ekbom.assessment.changes import Changes
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.education import Mode
from ekbom.patient.patient import Patient

MODES: Final[tuple[Mode, ...]] = ("clinician", "patient")

CLINICIAN_USE: Final = (
    "This assessment informs professionals. It sets recorded facts beside published criteria and "
    "limits and shows on what each conclusion rests. It is not a diagnosis and not a medical "
    "device."
)
PATIENT_USE: Final = (
    "This page is for reading and for talking with your doctor. It says what is on record and "
    "what published guidance says about it. It cannot say what you have, and it does not replace "
    "a visit."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An assessment with what is needed to show it.

    Parameters
    ----------
    assessment : Assessment
        What was concluded.
    patient : Patient
        The record as of the day.
    knowledge : KnowledgeBase
        The base it was made with.
    changes : Changes or None
        What the newest editions would change; None where they made it.
    """

    assessment: Assessment
    patient: Patient
    knowledge: KnowledgeBase
    changes: Changes | None = None
