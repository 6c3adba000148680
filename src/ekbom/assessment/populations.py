"""Childhood, pregnancy, dialysis and old age."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def populations(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Childhood, pregnancy, dialysis and old age."""
    return Section("populations", "Special situations", ())
