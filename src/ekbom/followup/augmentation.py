"""Augmentation: the baseline, early signs, what else explains them, the criteria."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section
from ekbom.logic import Conclusion


def augmentation(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """Whether symptoms turn on a dopaminergic medicine, by R-AUG-01 to R-AUG-06.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    return Section("augmentation", "Augmentation", ())
