"""Ways of living that help or harm."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def habits(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Ways of living that help or harm."""
    return Section("habits", "Habits", ())
