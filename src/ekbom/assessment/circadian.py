"""The evening and night against the protected morning, from clock times."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def circadian_pattern(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """The evening and night against the protected morning, from clock times."""
    return Section("circadian", "Time of day", ())
