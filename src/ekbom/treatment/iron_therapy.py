"""Iron treatment: route, products, oral schedule, total deficit, when to look again."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.logic import Conclusion
from ekbom.treatment.options import Choice, IronTherapy


def iron_therapy(
    case: Case, known: Mapping[str, Conclusion], status: Finding, products: Choice
) -> IronTherapy | None:
    """What iron treatment would be; None where no iron may be discussed.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    status : Finding
        The iron status of the assessment.
    products : Choice
        The actions of kind ``iron``, weighed.
    """
    return None
