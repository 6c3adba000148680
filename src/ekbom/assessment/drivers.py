"""What causes or worsens the symptoms, or goes with them."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def drivers(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """What causes or worsens the symptoms, or goes with them."""
    return Section("drivers", "What may drive it", ())
