"""What comes before everything else: emergencies, urgent matters, referrals."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def red_flags(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """What comes before everything else: emergencies, urgent matters, referrals."""
    return Section("red-flags", "Red flags", ())
