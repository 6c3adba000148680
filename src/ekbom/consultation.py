"""consult: the one use case that the command line, the app and the interfaces share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ekbom.assessment.assess import Assessment, assess, case_on
from ekbom.assessment.findings import Finding
from ekbom.followup.review import FollowUp, review
from ekbom.knowledge.base import KnowledgeBase
from ekbom.logic import Conclusion
from ekbom.patient.patient import Patient
from ekbom.treatment.plan import Plan, plan


@dataclass(frozen=True, slots=True)
class Consultation:
    """Everything that can be said of one patient on one day.

    Parameters
    ----------
    assessment : Assessment
        Where we stand, red flags first.
    follow_up : FollowUp
        What became of it.
    plan : Plan
        What could be done.
    editions : Mapping of str to str
        The edition used, by topic, of all three.
    """

    assessment: Assessment
    follow_up: FollowUp
    plan: Plan
    editions: Mapping[str, str]

    @property
    def as_of(self) -> date:
        """The day."""
        return self.assessment.as_of

    def findings(self) -> Iterator[Finding]:
        """All findings, in order."""
        yield from self.assessment.findings()
        yield from self.follow_up.findings()
        yield from self.plan.findings()

    def conclusion(self, conclusion_id: str) -> Conclusion | None:
        """The conclusion of this id; None where its rule was not in force."""
        found = (f.conclusion for f in self.findings() if f.conclusion.id == conclusion_id)
        return next(found, None)


def consult(
    patient: Patient,
    knowledge: KnowledgeBase,
    as_of: date,
    editions: Mapping[str, str] | None = None,
) -> Consultation:
    """Assess a patient as of a day, review the course, lay out what could be done.

    Parameters
    ----------
    patient : Patient
        The whole record; facts after ``as_of`` play no part.
    knowledge : KnowledgeBase
        All sections.
    as_of : datetime.date
        The day; it also decides which editions answer.
    editions : Mapping of str to str, optional
        Editions to use instead, by topic, e.g. ``{"treatment": "aasm-2012"}``.

    Raises
    ------
    UsageError
        The day is before birth, or an edition is not known.
    """
    case = case_on(patient, knowledge, as_of, editions)
    assessment = assess(patient, knowledge, as_of, case.editions)
    follow_up = review(case, assessment)
    return Consultation(assessment, follow_up, plan(case, assessment, follow_up), case.editions)
