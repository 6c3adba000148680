"""Since when a medicine is taken without a break, however often its dose was changed."""

from __future__ import annotations

from datetime import timedelta

from ekbom.assessment.case import Case
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import MedicationUse

_DAY = timedelta(days=1)


def gap_between(before: MedicationUse, after: MedicationUse) -> Truth:
    """Whether days without a medicine lie between two uses of it, the one before the other."""
    if before.stopped is None or after.started is None:
        return Truth.UNKNOWN
    if after.started.first > before.stopped.last + _DAY:
        return Truth.YES
    certainly_none = after.started.last <= before.stopped.first + _DAY
    return Truth.NO if certainly_none else Truth.UNKNOWN


def taken_since(case: Case, use: MedicationUse) -> PartialDate | None:
    """All days on which the taking that a use goes on with may have begun.

    Uses of one medicine that follow each other without a day between are one taking: a step of
    the dose begins no new medicine.

    Parameters
    ----------
    case : Case
        The patient on the day.
    use : MedicationUse
        Of the record.

    Returns
    -------
    PartialDate or None
        None where the first day is not on record.
    """
    since, after = use.started, use
    for before in reversed(_earlier(case, use)):
        gap = gap_between(before, after)
        if since is None or gap is Truth.YES:
            return since
        if before.started is None:
            return None
        certain = gap is Truth.NO
        since = before.started if certain else PartialDate(before.started.first, since.last)
        after = before
    return since


def _earlier(case: Case, use: MedicationUse) -> list[MedicationUse]:
    """Uses of the same medicine that stand before one, oldest first."""
    same = [other for other in case.patient.medications if other.drug == use.drug]
    return same[: same.index(use)]
