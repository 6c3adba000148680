"""Outcomes: measures over time against their baseline, and the targets of success."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.followup.courses import Course
from ekbom.logic import Conclusion


def courses(case: Case) -> tuple[Course, ...]:
    """Measures over time, each beside its baseline."""
    return ()


def outcomes(case: Case, known: Mapping[str, Conclusion], found: Sequence[Course]) -> Section:
    """Change against baseline, by group and in one patient.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    found : sequence of Course
        As `courses` gives them.
    """
    return Section("outcomes", "Change since the baseline", ())


def targets(case: Case, known: Mapping[str, Conclusion], found: Sequence[Course]) -> Section:
    """Which targets of success are reached, each labelled by who set it."""
    return Section("targets", "Targets", ())
