"""Course, clinical significance and what supports the criteria without deciding them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.assessment.known_facts import relative_affected
from ekbom.assessment.nights import immobilization_raised, index_raised
from ekbom.assessment.person import is_adult
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import (
    Conclusion,
    Fact,
    Missing,
    Truth,
    all_of,
    any_of,
    at_least,
    below,
    negated,
)

_DAYS, _PERSISTENT = "symptom-days-per-week", "chronic-persistent"
_TREATING_ROLES = ("dopaminergic", "gabapentinoid", "opioid")

_CHILD = Caveat("course-in-a-child", "The course is not specified in children.")
_PROVOKED = Caveat(
    "course-provoked",
    "The course is not specified where symptoms occur only while provoked, as by pregnancy or a "
    "medicine.",
)
_NOT_MET = Caveat("course-without-criteria", "The course is specified only where criteria are met.")
_TREATED = Caveat(
    "course-treated",
    "The course is defined without treatment; a medicine that can suppress symptoms is taken.",
)


@dataclass(frozen=True, slots=True)
class CourseLimits:
    """How often symptoms come (edition ``irlssg-2014``)."""

    edition: str
    persistent_per_wk: Annotated[float, Param("diagnosis/chronic-persistent-days-per-week", "/wk")]
    intermittent_events: Annotated[int, Param("diagnosis/intermittent-min-events", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def course(case: Case, criteria: Conclusion) -> tuple[Finding, ...]:
    """Chronic-persistent and intermittent, where the edition specifies a course.

    Parameters
    ----------
    case : Case
        The patient on the day.
    criteria : Conclusion
        Whether the essential criteria are met.
    """
    if not case.in_force("R-DX-07"):
        return ()
    limits = case.limits(CourseLimits, "diagnosis").provenance
    days, events = _days_per_week(case), case.number("lifetime-events")
    persistent = any_of("", at_least(days, limits["persistent_per_wk"]))
    intermittent = all_of(
        "",
        below(days, limits["persistent_per_wk"]),
        at_least(events, limits["intermittent_events"]),
    )
    named = {_PERSISTENT: persistent, "intermittent": intermittent}
    return tuple(
        by_rule(
            case,
            _specified(reached.named(f"R-DX-07:{name}", f"The course is {name}"), case, criteria),
            name=f"{case.rule('R-DX-07').name}: {name}",
        )
        for name, reached in named.items()
    )


def _specified(reached: Conclusion, case: Case, criteria: Conclusion) -> Conclusion:
    """The course, left open where none is specified."""
    found = reached.unless(negated("The criteria are not met", criteria), _NOT_MET)
    found = found.unless(negated("A child", is_adult(case)), _CHILD)
    found = found.unless(case.answer("course-provoked"), _PROVOKED)
    return _as_treated(found, case) if _is_treated(case, case.as_of) else found


def _as_treated(found: Conclusion, case: Case) -> Conclusion:
    """Few days with symptoms on a medicine do not show how many there would be without it."""
    found = found.with_caveat(_TREATED)
    days = _days_per_week(case)
    if days.on is None or not _is_treated(case, days.on):
        return found
    frequent = found.id == f"R-DX-07:{_PERSISTENT}"
    told_by_few = found.truth is (Truth.NO if frequent else Truth.YES)
    missing = (Missing(days.key, "On how many days a week there were symptoms before treatment"),)
    return replace(found, truth=Truth.UNKNOWN, missing=missing) if told_by_few else found


def _days_per_week(case: Case) -> Fact:
    """Days with symptoms a week: the last answer without treatment, else the last of all."""
    given = [a for a in case.patient.answers if a.question == _DAYS and a.value != "unknown"]
    untreated = [a for a in given if not _is_treated(case, a.on)]
    latest = case.number(_DAYS)
    if not untreated or not _is_treated(case, case.as_of):
        return latest
    chosen = max(untreated, key=lambda answer: answer.on)
    return replace(latest, value=chosen.value, on=chosen.on, path=chosen.path)


def _is_treated(case: Case, day: date) -> bool:
    """Whether a medicine that can suppress symptoms was taken on a day, begun before it."""
    names = case.in_role(*_TREATING_ROLES)
    return any(
        use.drug in names and use.taken_on(day) and (use.started is None or use.started.first < day)
        for use in case.patient.medications
    )


def clinical_significance(case: Case) -> Conclusion:
    """Whether symptoms cause distress or impairment."""
    asked = case.answer("distress-or-impairment")
    statement = "Symptoms cause distress or impairment"
    return any_of(statement, asked).named("R-DX-08", statement)


def supportive_features(case: Case) -> tuple[Finding, ...]:
    """What raises confidence and decides nothing."""
    features = {
        "family": ("first-degree relative with restless legs", relative_affected(case)),
        "dopaminergic-response": (
            "response to a dopaminergic medicine in the past",
            case.answer("dopaminergic-response"),
        ),
        "plms": ("periodic leg movements", _movements(case)),
        "no-profound-sleepiness": (
            "no profound sleepiness in the day",
            negated("No profound sleepiness", case.answer("profound-sleepiness")),
        ),
    }
    rule = case.rule("R-DX-09")
    return tuple(
        by_rule(
            case,
            any_of(name, reached).named(f"R-DX-09:{part}", f"Supportive: {name}"),
            name=f"{rule.name}: {name}",
        )
        for part, (name, reached) in features.items()
    )


def _movements(case: Case) -> Conclusion:
    """Periodic leg movements on a night, or in an immobilization test where one was done."""
    tested = immobilization_raised(case)
    parts = [index_raised(case), *([] if tested.truth is Truth.UNKNOWN else [tested])]
    return any_of("Periodic leg movements above the limit", *parts)
