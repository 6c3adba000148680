"""What a report of a consultation is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from ekbom.assessment.assess import Assessment, topics_of
from ekbom.assessment.changes import changes
from ekbom.consultation import Consultation, consult
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.records import InForce
from ekbom.patient.patient import Patient
from ekbom.report.assessment.modes import Shown

if TYPE_CHECKING:
    from ekbom.report.consultation.in_the_model import InTheModel

CLINICIAN_USE: Final = (
    "This report informs professionals. It sets recorded facts beside published criteria, limits "
    "and recommendations and shows on what each conclusion rests. Options are laid out, none is "
    "ordered: whoever treats decides. It is not a diagnosis and not a medical device."
)
PATIENT_USE: Final = (
    "This page is for reading and for talking with your doctor. It says what is on record and "
    "what published guidance says can be talked about. It cannot say what you have or what is "
    "right for you, and it does not replace a visit. Please change nothing about your medicines "
    "because of this page."
)


@dataclass(frozen=True, slots=True)
class ShownConsultation:
    """A consultation with what is needed to show it.

    Parameters
    ----------
    consultation : Consultation
        What was concluded.
    patient : Patient
        The record as of the day.
    knowledge : KnowledgeBase
        The base it was made with.
    newest : Consultation or None
        The same facts by the newest editions; None where they answered.
    model : InTheModel or None
        How people like this respond on average in the model; None where nobody asked.
    """

    consultation: Consultation
    patient: Patient
    knowledge: KnowledgeBase
    newest: Consultation | None = None
    model: InTheModel | None = None

    @property
    def assessed(self) -> Shown:
        """Its assessment, as reports of assessments take it, with the editions of all topics."""
        topics = topics_of(self.knowledge)
        then = _with_all_editions(self.consultation, topics)
        newer = None if self.newest is None else _with_all_editions(self.newest, topics)
        found = None if newer is None else changes(then, newer, topics)
        return Shown(then, self.patient, self.knowledge, found)


def _with_all_editions(found: Consultation, topics: Mapping[str, InForce]) -> Assessment:
    """Its assessment under the editions of the whole consultation."""
    early = (t for t, e in found.editions.items() if topics[t].since(e) > found.as_of)
    return replace(found.assessment, editions=dict(found.editions), not_yet_out=frozenset(early))


def consultation_shown(
    patient: Patient,
    knowledge: KnowledgeBase,
    as_of: date,
    editions: Mapping[str, str] | None = None,
) -> ShownConsultation:
    """Consult, and consult by the newest editions too where others answer.

    Parameters
    ----------
    patient, knowledge, as_of, editions
        As in `ekbom.consultation.consult`.
    """
    found = consult(patient, knowledge, as_of, editions)
    newest = {topic: one.steps[-1].edition for topic, one in topics_of(knowledge).items()}
    newer = None if dict(found.editions) == newest else consult(patient, knowledge, as_of, newest)
    return ShownConsultation(found, patient.as_of(as_of), knowledge, newer)
