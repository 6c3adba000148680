"""Periodic leg movements as a finding, and periodic limb movement disorder as a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def periodic_limb_movements(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Periodic leg movements as a finding, and periodic limb movement disorder as a diagnosis."""
    return Section("plmd", "Periodic limb movements", ())
