"""review: one patient over time, from the first visit to the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ekbom.assessment.assess import Assessment
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_id
from ekbom.assessment.known_facts import known_facts
from ekbom.followup.augmentation import augmentation
from ekbom.followup.courses import Course
from ekbom.followup.harms import harms
from ekbom.followup.monitoring import DueCheck, due_checks
from ekbom.followup.outcomes import courses, outcomes, targets
from ekbom.followup.regimen import DailyDose, daily_dose, regimen
from ekbom.logic import Conclusion


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of one patient up to one day.

    Parameters
    ----------
    sections : tuple of Section
        In the order of reading: ``augmentation``, ``harms``, ``outcomes``, ``targets``,
        ``regimen``.
    courses : tuple of Course
        Measures over time.
    regimen : tuple of DailyDose
        Every medicine of the record with its daily dose, oldest first.
    due : tuple of DueCheck
        Checks that apply, those due first.
    """

    sections: tuple[Section, ...]
    courses: tuple[Course, ...]
    regimen: tuple[DailyDose, ...]
    due: tuple[DueCheck, ...]

    def findings(self) -> Iterator[Finding]:
        """All findings, in order."""
        for section in self.sections:
            yield from section.findings

    def concluded(self) -> Mapping[str, Conclusion]:
        """Every conclusion by id."""
        return by_id(self.findings())


def review(case: Case, assessment: Assessment) -> FollowUp:
    """What became of a patient up to the day.

    Parameters
    ----------
    case : Case
        The patient on the day.
    assessment : Assessment
        Of the same patient and day.
    """
    known = dict(known_facts(case, assessment.concluded()))
    # Each part may rest on conclusions of those before it.
    found = courses(case)
    sections = []
    for part in (
        augmentation,
        harms,
        lambda case, known: outcomes(case, known, found),
        lambda case, known: targets(case, known, found),
        regimen,
    ):
        section = part(case, known)
        sections.append(section)
        known |= by_id(section)
    doses = tuple(daily_dose(use, case.knowledge) for use in case.patient.medications)
    return FollowUp(tuple(sections), found, doses, due_checks(case, known))
