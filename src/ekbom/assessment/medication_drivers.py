"""Medicines that can worsen restless legs, each with its time relation to the onset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated

from ekbom.assessment.case import MEDICATION_LIST_COMPLETE, Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.knowledge.binding import Param
from ekbom.knowledge.drugs import CulpritWeight, DrugClass
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Missing, Truth, any_of, stated
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import MedicationUse

_WEIGHTS: tuple[CulpritWeight, ...] = ("high", "medium", "low")
# A low weight is listed, but does not by itself make medicines a driver.
_COUNTING = ("high", "medium")
_OPIOIDS = ("opioids", "tramadol")
_DAYS_PER_MONTH = 365.25 / 12
_DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class MedicineLimits:
    """Weeks, wk, after a start in which the time fits; days, d, after an opioid ended."""

    edition: str
    onset_window: Annotated[float, Param("medicines/onset-window", "wk")]
    withdrawal_window: Annotated[float, Param("medicines/withdrawal-window", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Culprit:
    """A medicine taken that can worsen restless legs, and the class that says so."""

    use: MedicationUse
    weight: CulpritWeight
    drug_class: DrugClass


def culprits(case: Case) -> tuple[Culprit, ...]:
    """The medicines taken that can worsen restless legs, the heaviest weight first."""
    found: dict[str, Culprit] = {}
    for use in case.taken():
        for drug_class in case.knowledge.of(DrugClass).values():
            weight = drug_class.weight_of(use.drug)
            before = found.get(use.drug)
            if weight != "none" and (before is None or _rank(weight) < _rank(before.weight)):
                found[use.drug] = Culprit(use, weight, drug_class)
    return tuple(
        sorted(found.values(), key=lambda culprit: (_rank(culprit.weight), culprit.use.drug))
    )


def _rank(weight: CulpritWeight) -> int:
    return _WEIGHTS.index(weight)


def culprit_taken(case: Case) -> Conclusion:
    """Whether a medicine of high or medium weight is taken; no only on a complete list."""
    counting = [culprit for culprit in culprits(case) if culprit.weight in _COUNTING]
    if counting:
        names = ", ".join(culprit.use.drug for culprit in counting)
        fact = Fact("medications:culprits", "Medicines", names, path=counting[0].use.path)
        return stated(fact, Truth.YES, f"Takes {names}, which can worsen restless legs")
    return stated(
        Fact(f"question:{MEDICATION_LIST_COMPLETE}", "Medication list complete"),
        case.none_of(case.taken()),
        "Takes a medicine that can worsen restless legs",
        "A complete list of medicines, also those without prescription",
    )


def opioid_stopped(case: Case) -> Conclusion:
    """Whether an opioid ended a short while ago and none is taken now."""
    limits = case.fixed_limits(MedicineLimits)
    names = {name for class_id in _OPIOIDS for name in case.members(class_id)}
    asked = case.answer("opioid-stopped-recently")
    if any(use.drug in names for use in case.taken()):
        return any_of("An opioid was stopped recently", asked)
    recent = [
        use
        for use in case.patient.medications
        if use.drug in names
        and use.stopped is not None
        and (case.as_of - use.stopped.last).days <= limits.withdrawal_window
    ]
    found = [
        stated(
            Fact("medications:opioid-stopped", use.drug, "stopped", path=use.path),
            Truth.YES,
            f"{use.drug} was stopped on {use.stopped}",
        )
        for use in recent
    ]
    return any_of("An opioid was stopped recently", asked, *found)


# Time relation -------------------------------------------------------------------------------


def medication_findings(case: Case) -> tuple[Finding, ...]:
    """One finding per medicine, and the reminder of those bought without prescription."""
    antihistamine = case.takes("sedating-antihistamines").named(
        "R-DRV-03", "A sedating antihistamine is taken"
    )
    each = tuple(_finding(case, culprit) for culprit in culprits(case))
    return (*each, by_rule(case, antihistamine))


def _finding(case: Case, culprit: Culprit) -> Finding:
    truth, relation = _relation(case, culprit.use)
    use = culprit.use
    fact = Fact(
        f"medication:{use.drug}",
        use.drug,
        f"taken since {use.started}" if use.started else "taken",
        path=use.path,
    )
    ask = Missing("question:symptom-months", "When symptoms began, and when the medicine was begun")
    conclusion = Conclusion(
        truth,
        f"Symptoms began within weeks of the start of {use.drug}",
        id=f"R-DRV-02:{use.drug}",
        fact=fact,
        missing=(ask,) if truth is Truth.UNKNOWN else (),
        citations=culprit.drug_class.citations,
    )
    state = f"suspicion {culprit.weight}; {relation}"
    found = by_rule(case, conclusion, name=use.drug, state=state)
    own = culprit.drug_class.words
    return found if own is None else replace(found, words=own)


def _relation(case: Case, use: MedicationUse) -> tuple[Truth, str]:
    asked = case.answer("onset-date-after-drug")
    onset = _onset(case)
    begun, *changed = _course(case, use)
    if begun is None or onset is None:
        if asked.truth is Truth.NO:
            return Truth.NO, "symptoms did not begin with a new medicine"
        return Truth.UNKNOWN, "time relation unknown"
    window_d = case.fixed_limits(MedicineLimits).onset_window * _DAYS_PER_WEEK
    for dose in changed:
        if dose is not None and _after(dose, onset, window_d)[0] is Truth.YES:
            return Truth.YES, "symptoms began within weeks of a change of its dose"
    return _after(begun, onset, window_d)


def _course(case: Case, use: MedicationUse) -> list[PartialDate | None]:
    """The beginning of a medicine, then of each change; a dose may be a use of its own."""
    course = [use]
    same = [other for other in case.patient.medications if other.drug == use.drug]
    while (began := course[0].started) is not None:
        day_before = began.first - timedelta(days=1)
        before = [
            other
            for other in same
            if other not in course
            and other.stopped is not None
            and other.stopped.last >= day_before
        ]
        if not before:
            break
        course.insert(0, before[-1])
    return [part.started for part in course]


def _after(begun: PartialDate, onset: PartialDate, window_d: float) -> tuple[Truth, str]:
    """Whether symptoms began within the window after a medicine was begun."""
    shortest = (onset.first - begun.last).days
    longest = (onset.last - begun.first).days
    if longest < 0:
        return Truth.NO, "symptoms were there before it was begun"
    if shortest > window_d:
        return Truth.NO, "begun long before symptoms"
    if shortest >= 0 and longest <= window_d:
        return Truth.YES, "symptoms began within weeks of its start"
    return Truth.UNKNOWN, "dates not exact enough for a time relation"


def _onset(case: Case) -> PartialDate | None:
    """All days on which symptoms may have begun; None where nothing tells."""
    found = [days for days in (_onset_by_months(case), _onset_by_age(case)) if days is not None]
    if not found:
        return None
    first, last = max(days.first for days in found), min(days.last for days in found)
    return PartialDate(first, last) if first <= last else None


def _onset_by_months(case: Case) -> PartialDate | None:
    given = case.given("symptom-months")
    if given is None or not isinstance(given.value, (int, float)):
        return None
    # Whole months are said: three stands for three up to four.
    earliest = given.on - timedelta(days=round((given.value + 1) * _DAYS_PER_MONTH))
    return PartialDate(earliest, given.on - timedelta(days=round(given.value * _DAYS_PER_MONTH)))


def _onset_by_age(case: Case) -> PartialDate | None:
    given = case.given("onset-age")
    if given is None or not isinstance(given.value, (int, float)):
        return None
    born, age = case.patient.person.born, int(given.value)
    return PartialDate(
        _birthday(born.first, age), _birthday(born.last, age + 1) - timedelta(days=1)
    )


def _birthday(born: date, age: int) -> date:
    year = born.year + age
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
