"""Which test is due, done or outdated, and which belongs to research only."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def work_up(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Which test is due, done or outdated, and which belongs to research only."""
    return Section("work-up", "Work-up", ())
