"""How broken sleep is, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def sleep(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """How broken sleep is, and what goes with it."""
    return Section("sleep", "Sleep and its consequences", ())
