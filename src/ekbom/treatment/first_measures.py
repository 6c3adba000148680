"""What comes before any medicine: aggravators, sleep apnoea, habits (R-TX-01)."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.assess import Assessment
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def first_measures(case: Case, assessment: Assessment, known: Mapping[str, Conclusion]) -> Section:
    """Aggravators to look at first, each with what to ask about.

    Parameters
    ----------
    case : Case
        The patient on the day.
    assessment : Assessment
        Of the same patient and day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    return Section("first", "First of all", ())
