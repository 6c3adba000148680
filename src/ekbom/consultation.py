"""consult: the one use case that the command line, the app and the interfaces share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from ekbom.assessment.assess import Assessment, assessed, case_on, editions_on
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
        """The conclusion of this id, of a check too; None where its rule was not in force."""
        found = (finding.conclusion for finding in self.findings())
        due = (one.conclusion for one in self.follow_up.due)
        return next((one for one in chain(found, due) if one.id == conclusion_id), None)


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
    assessment = assessed(case)
    follow_up = review(case, assessment)
    return Consultation(assessment, follow_up, plan(case, assessment, follow_up), case.editions)


def by_editions_of(
    days: Sequence[date], patient: Patient, knowledge: KnowledgeBase
) -> tuple[tuple[date, Consultation], ...]:
    """The same facts, as of the last of the days, by the editions in force on each.

    Parameters
    ----------
    days : sequence of datetime.date
        In any order.
    patient : Patient
        The record.
    knowledge : KnowledgeBase
        With its ``in-force`` section.
    """
    last = max(days)
    return tuple(
        (day, consult(patient, knowledge, last, editions_on(day, knowledge)))
        for day in sorted(days)
    )
