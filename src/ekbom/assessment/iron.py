"""Iron status in one order of evaluation."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def iron(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Iron status in one order of evaluation."""
    return Section("iron", "Iron", ())
