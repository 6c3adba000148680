"""Conditions that may be taken for restless legs, each weighed line by line."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def mimics(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Conditions that may be taken for restless legs, each weighed line by line."""
    return Section("mimics", "What else it could be", ())
