"""Course, clinical significance and what supports the criteria without deciding them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    Truth,
    all_of,
    any_of,
    at_least,
    below,
    negated,
)

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
    days, events = case.number("symptom-days-per-week"), case.number("lifetime-events")
    persistent = any_of("", at_least(days, limits["persistent_per_wk"]))
    intermittent = all_of(
        "",
        below(days, limits["persistent_per_wk"]),
        at_least(events, limits["intermittent_events"]),
    )
    named = {"chronic-persistent": persistent, "intermittent": intermittent}
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
    return found.with_caveat(_TREATED) if _is_treated(case) else found


def _is_treated(case: Case) -> bool:
    names = case.in_role(*_TREATING_ROLES)
    return any(use.drug in names for use in case.taken())


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
