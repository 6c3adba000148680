"""Harms of the present regimen that have to be asked about."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def harms(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """Impulse control, sleep attacks and other harms, by R-AUG-07.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    return Section("harms", "Harms of the present medicines", ())
