"""Pregnancy as far as limits and medicines depend on it."""

from __future__ import annotations

from ekbom.assessment.case import Case
from ekbom.assessment.iron_limits import ALWAYS, PersonLimits
from ekbom.knowledge.binding import bind
from ekbom.logic import Conclusion, Fact, Truth, below, stated


def pregnant(case: Case) -> Conclusion:
    """Whether the person is pregnant; no where nobody asked but age leaves no question."""
    found = case.is_pregnant()
    limits = bind(PersonLimits, case.knowledge, ALWAYS)
    lowest, _ = case.patient.person.age_years(case.as_of)
    if found.truth is Truth.UNKNOWN and lowest >= limits.pregnancy_asked_until:
        fact = Fact("person:age", "Age", float(lowest), "a", case.as_of, "person.born")
        return stated(fact, Truth.NO, "Pregnant")
    return found


def days_pregnant(case: Case) -> int | None:
    """Days since the last period of a pregnancy that goes on; None where no date is known."""
    going = [p for p in case.patient.pregnancies if p.ended is None or p.ended > case.as_of]
    return (case.as_of - going[-1].last_period).days if going else None


def first_trimester(case: Case) -> Conclusion:
    """Whether a pregnancy is in its first trimester; no where there is none."""
    expecting = pregnant(case)
    if expecting.truth is Truth.NO:
        return Conclusion(
            Truth.NO, "In the first trimester", parts=(expecting,), decided_by=(expecting,)
        )
    days = days_pregnant(case)
    fact = Fact(
        "person:days-pregnant",
        "Days since the last period",
        None if days is None else float(days),
        "d",
        case.as_of,
    )
    limits = bind(PersonLimits, case.knowledge, ALWAYS)
    if expecting.truth is Truth.UNKNOWN:
        return Conclusion(
            Truth.UNKNOWN, "In the first trimester", parts=(expecting,), decided_by=(expecting,)
        )
    return below(fact, limits.provenance["first_trimester_end_d"])
