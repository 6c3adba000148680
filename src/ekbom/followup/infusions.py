"""Iron on record: the last infusion, whether it was repeated, iron by mouth until lately."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ekbom.assessment.case import Case
from ekbom.logic import Conclusion, Fact, Truth, stated
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import MedicationUse

_PRODUCTS, _BY_MOUTH = "iv-iron", "oral-iron"
CARBOXYMALTOSE: Final = "ferric-carboxymaltose"


@dataclass(frozen=True, slots=True)
class LastInfusion:
    """The days on which the last infusion may have been; None where no day is on record."""

    days: PartialDate | None


def infusions(case: Case) -> tuple[MedicationUse, ...]:
    """Every use of intravenous iron up to the day."""
    products = case.members(_PRODUCTS)
    return tuple(use for use in case.patient.medications if use.drug in products)


def last_infusion(case: Case, drug: str = "") -> LastInfusion | None:
    """When intravenous iron was last given; None where none is on record.

    A course that has not ended on record may have gone on until the day; one without a date may
    have been the last.

    Parameters
    ----------
    case : Case
        The patient on the day.
    drug : str, optional
        One product; any by default.
    """
    given = [use for use in infusions(case) if drug in ("", use.drug)]
    if not given:
        return None
    each = [_last_day(use, case.as_of) for use in given]
    known = [days for days in each if days is not None]
    if len(known) < len(each):
        return LastInfusion(None)
    firsts, lasts = zip(*known, strict=True)
    return LastInfusion(PartialDate(max(firsts), max(lasts)))


def _last_day(use: MedicationUse, as_of: date) -> tuple[date, date] | None:
    """First and last day on which the last infusion of one use may have been."""
    if use.stopped is not None:
        first = use.stopped.first
        if use.started is not None:
            first = max(first, use.started.first)
        return first, min(use.stopped.last, as_of)
    return None if use.started is None else (use.started.first, as_of)


def days_since_infusion(case: Case, on: date) -> int | None:
    """Days, d, from the last infusion that certainly came before a day, at the most; else None.

    Parameters
    ----------
    case : Case
        The patient on a day that is not before ``on``.
    on : datetime.date
        Day of a draw.
    """
    begun = [use for use in infusions(case) if use.started is None or use.started.first <= on]
    days = [found for use in begun if (found := _last_day(use, on)) is not None]
    return min((max((on - first).days, 0) for first, _ in days), default=None)


def iv_iron_given(case: Case) -> Conclusion:
    """Whether intravenous iron was given; no only where the list is known complete."""
    given = infusions(case)
    statement = "Intravenous iron was given"
    if not given:
        truth = case.none_of(case.patient.medications)
        fact = Fact("drug-class:iv-iron", "Intravenous iron")
        return stated(fact, truth, statement, "Whether intravenous iron was given")
    use = given[-1]
    day = None if use.started is None else use.started.first
    fact = Fact("drug-class:iv-iron", "Intravenous iron", use.drug, on=day, path=use.path)
    return stated(fact, Truth.YES, statement)


def carboxymaltose_repeated(case: Case) -> Conclusion:
    """Whether ferric carboxymaltose was given more than once."""
    given = [use for use in infusions(case) if use.drug == CARBOXYMALTOSE]
    statement = "Ferric carboxymaltose was given more than once"
    fact = Fact(f"drug:{CARBOXYMALTOSE}", "Ferric carboxymaltose", f"{len(given)} on record")
    if len(given) > 1 or any(_took_days(use) for use in given):
        return stated(fact, Truth.YES, statement)
    return stated(fact, case.none_of(case.patient.medications), statement)


def _took_days(use: MedicationUse) -> bool:
    """Whether a use lasted longer than the day of one infusion."""
    begun, ended = use.started, use.stopped
    return begun is not None and ended is not None and ended.first > begun.last


def oral_iron_lately(case: Case, within_d: float) -> tuple[MedicationUse, ...]:
    """Uses of iron by mouth that go on, or ended no longer ago than so many days, d."""
    products, since = case.members(_BY_MOUTH), case.as_of - timedelta(days=within_d)
    return tuple(
        use
        for use in case.patient.medications
        if use.drug in products and (use.stopped is None or use.stopped.last >= since)
    )


def oral_iron_taken(case: Case, within_d: float) -> Conclusion:
    """Whether iron by mouth is taken or was until lately; no only where the list is complete."""
    lately = oral_iron_lately(case, within_d)
    statement = "Iron by mouth is taken, or was until lately"
    fact = Fact("drug-class:oral-iron", "Iron by mouth")
    if not lately:
        return stated(fact, case.none_of(case.patient.medications), statement)
    use = lately[-1]
    day = None if use.started is None else use.started.first
    return stated(replace(fact, value=use.drug, on=day, path=use.path), Truth.YES, statement)
