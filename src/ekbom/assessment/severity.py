"""How bad it is, by published instruments."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def severity(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """How bad it is, by published instruments."""
    return Section("severity", "Severity", ())
