"""Do the answers match the published criteria for restless legs syndrome."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def diagnosis(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Do the answers match the published criteria for restless legs syndrome."""
    return Section("diagnosis", "Diagnostic criteria", ())
