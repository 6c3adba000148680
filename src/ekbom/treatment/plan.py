"""plan: what could be done for one patient on one day, first things first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ekbom.assessment.assess import Assessment
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section
from ekbom.followup.review import FollowUp
from ekbom.logic import Conclusion, Truth
from ekbom.treatment.options import Choice, IronTherapy


@dataclass(frozen=True, slots=True)
class Plan:
    """Options for one patient on one day; never an order.

    Parameters
    ----------
    gate : Finding
        R-TX-00: whether options can be shown, and what is needed before.
    choice : Choice
        Medicines, devices and supplements.
    iron : IronTherapy or None
        Iron; None where no iron may be discussed.
    sections : tuple of Section
        What else there is to say, in the order of reading: ``first`` (aggravators and habits),
        ``course`` (rules that decide between options), ``special`` (pregnancy, kidneys, age and
        what else changes it), ``blocks``, ``phases``, and the reasons of every option.
    """

    gate: Finding
    choice: Choice
    iron: IronTherapy | None
    sections: tuple[Section, ...]

    def findings(self) -> Iterator[Finding]:
        """All findings, in order; the gate first."""
        yield self.gate
        for section in self.sections:
            yield from section.findings

    def conclusion(self, conclusion_id: str) -> Conclusion | None:
        """The conclusion of this id; None where its rule was not in force."""
        found = (f.conclusion for f in self.findings() if f.conclusion.id == conclusion_id)
        return next(found, None)


def plan(case: Case, assessment: Assessment, follow_up: FollowUp) -> Plan:
    """What could be done for a patient on the day.

    Parameters
    ----------
    case : Case
        The patient on the day.
    assessment : Assessment
        Of the same patient and day.
    follow_up : FollowUp
        Of the same patient and day.
    """
    gate = Conclusion(Truth.UNKNOWN, "Options can be shown", id="R-TX-00")
    return Plan(Finding("Gate", gate, "more needed"), Choice(), None, ())
