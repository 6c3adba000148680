"""The four phases that frame a plan, and which is done, under way or to come."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def phases(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """The phases in their order; yes means that a phase is complete.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id; also those of the options.
    """
    return Section("phases", "Phases of the plan", ())
