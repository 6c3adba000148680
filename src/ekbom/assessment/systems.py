"""The criteria of three systems side by side: IRLSSG, ICSD-3-TR and DSM-5."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.children import for_clinician_to_judge
from ekbom.assessment.findings import Finding, by_rule
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Truth, all_of, any_of, at_least, negated

_IRLSSG, _ICSD, _DSM, _SIDE_BY_SIDE = "R-DX-06", "R-DX-10", "R-DX-11", "R-DX-12"
_PROVOKED = Caveat(
    "provoked-by-substance",
    "DSM-5 leaves out symptoms due to a substance or medicine; symptoms that occur only while "
    "provoked may be such.",
)


@dataclass(frozen=True, slots=True)
class FrequencyLimits:
    """How often and how long symptoms must have come (edition ``dsm-5``)."""

    edition: str
    days_per_wk: Annotated[float, Param("diagnosis/dsm-5-days-per-week", "/wk")]
    months: Annotated[float, Param("diagnosis/dsm-5-months", "mo")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def three_systems(
    case: Case, five: Mapping[str, Conclusion], together: Conclusion
) -> tuple[Finding, ...]:
    """ICSD-3-TR and DSM-5, each as far as in force, and whether the systems differ.

    Parameters
    ----------
    case : Case
        The patient on the day.
    five : Mapping of str to Conclusion
        The essential criteria by rule id.
    together : Conclusion
        What the IRLSSG makes of them.
    """
    others = [_dsm_5(case, five)]
    if case.in_force(_ICSD):
        others.insert(0, _icsd(case, five))
    judged = [for_clinician_to_judge(case, other) for other in others]
    side_by_side = _differ(together, *judged)
    truths = {"IRLSSG": together.truth}
    truths |= {case.rule(other.id).name: other.truth for other in judged}
    state = ", ".join(f"{name} {truth}" for name, truth in truths.items())
    return (
        *(by_rule(case, other) for other in judged),
        by_rule(case, side_by_side, state=state),
    )


def _icsd(case: Case, five: Mapping[str, Conclusion]) -> Conclusion:
    troubled = any_of(
        "Distress, disturbed sleep or impairment",
        case.answer("distress-or-impairment"),
        case.answer("sleep-disturbed-by-symptoms"),
    )
    statement = "The answers match ICSD-3-TR"
    return all_of(statement, *five.values(), troubled).named(_ICSD, statement)


def _dsm_5(case: Case, five: Mapping[str, Conclusion]) -> Conclusion:
    limits = bind(FrequencyLimits, case.knowledge, "dsm-5").provenance
    statement = "The answers match DSM-5"
    reached = all_of(
        statement,
        *five.values(),
        at_least(case.number("symptom-days-per-week"), limits["days_per_wk"]),
        at_least(case.number("symptom-months"), limits["months"]),
        case.answer("distress-or-impairment"),
    )
    if reached.truth is Truth.YES:
        reached = reached.unless(case.answer("course-provoked"), _PROVOKED)
    return reached.named(_DSM, statement)


def _differ(*systems: Conclusion) -> Conclusion:
    """Yes where one system is met and another is not; no where all are known and agree."""
    statement = "The three systems differ"
    met = any_of("One is met", *systems)
    missed = any_of("One is not met", *(negated("Not met", system) for system in systems))
    return all_of(statement, met, missed).named(_SIDE_BY_SIDE, statement)
