"""Anaemia: haemoglobin against the limit for sex, age and pregnancy."""

from __future__ import annotations

from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.iron_limits import (
    DrawLimits,
    HemoglobinLimits,
    RedCellLimits,
)
from ekbom.assessment.person import days_pregnant, person_limits, pregnant
from ekbom.caveats import Caveat
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Missing, Truth, above, all_of, any_of, below, stated

_OLD = Caveat("hemoglobin-outdated", "The last haemoglobin is too old to stand for the day.")


def anemia(case: Case) -> Conclusion:
    """R-FE-14: haemoglobin below every or no limit that may hold, or anaemia on record."""
    recorded = case.condition("anemia")
    measured = _low_hemoglobin(case)
    statement = "There is anaemia"
    if recorded.truth is Truth.YES or measured.truth is Truth.UNKNOWN:
        parts = (recorded, measured) if recorded.truth is Truth.YES else (measured,)
        return any_of(statement, *parts).named("R-FE-14", statement)
    return any_of(statement, measured).named("R-FE-14", statement)


def large_red_cells(case: Case) -> Conclusion:
    """Whether red cells are large."""
    limits = case.fixed_limits(RedCellLimits)
    return above(case.lab("mcv"), limits.provenance["large"])


def _low_hemoglobin(case: Case) -> Conclusion:
    fact = case.lab("hemoglobin")
    limits = _limits(case)
    if not limits:
        return stated(fact, Truth.UNKNOWN, "Haemoglobin is low for the age", "Limit for the age")
    steps = [below(fact, limit) for limit in limits]
    # Where sex, age or pregnancy is open, low is what every limit calls low.
    low, any_low = all_of("Haemoglobin is low", *steps), any_of("Haemoglobin is low", *steps)
    result = low if low.truth is any_low.truth else _open(low, any_low)
    if fact.on is not None:
        valid_for = case.fixed_limits(DrawLimits).valid_for_d
        if (case.as_of - fact.on).days > valid_for:
            missing = (Missing("lab:hemoglobin", "A new blood count"),)
            return replace(result, truth=Truth.UNKNOWN, missing=missing, decided_by=()).with_caveat(
                _OLD
            )
    return result


def _open(low: Conclusion, any_low: Conclusion) -> Conclusion:
    missing = (Missing("person:sex", "Sex, age and pregnancy, which set the limit"),)
    return Conclusion(Truth.UNKNOWN, low.statement, parts=(low, any_low), missing=missing)


def _limits(case: Case) -> tuple[Sourced, ...]:
    """The limits that may hold for the person; none where the age has none on file."""
    limits = case.fixed_limits(HemoglobinLimits)
    low, high = case.patient.person.age_years(case.as_of)
    if low < limits.youngest_age:
        return ()
    names = dict.fromkeys(
        name for age in range(low, high + 1) for name in _names(case, age, limits)
    )
    return tuple(limits.provenance[name] for name in names)


def _names(case: Case, age: int, limits: HemoglobinLimits) -> tuple[str, ...]:
    if age < limits.older_child_age:
        return ("child_5_to_11",)
    if age < limits.grown_age:
        return ("child_12_to_14",)
    sex, expecting = case.patient.person.sex, pregnant(case).truth
    if expecting is Truth.YES:
        return _names_in_pregnancy(case)
    names = {"male": ("man",), "female": ("woman",)}.get(sex or "", ("man", "woman"))
    return (*names, *_names_in_pregnancy(case)) if expecting is Truth.UNKNOWN else names


def _names_in_pregnancy(case: Case) -> tuple[str, ...]:
    days = days_pregnant(case)
    if days is None:
        return ("pregnant", "pregnant_second_trimester")
    limits = person_limits(case)
    second = limits.first_trimester_end_d <= days < limits.second_trimester_end_d
    return ("pregnant_second_trimester",) if second else ("pregnant",)
