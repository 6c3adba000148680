"""Facts that lines of the knowledge base name and that no single record holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.hemoglobin import large_red_cells
from ekbom.assessment.kidney import kidney_function_reduced, kidney_limits
from ekbom.assessment.medication_drivers import culprit_taken, opioid_stopped
from ekbom.assessment.person import is_child, pregnant
from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Line
from ekbom.logic import Conclusion, Fact, Truth, all_of, any_of, below, negated, stated

_SLEEP_APNEA = "obstructive-sleep-apnea"
_SLEEP_APNEA_WEIGHED = f"R-DDX-01:{_SLEEP_APNEA}"


@dataclass(frozen=True, slots=True)
class DeficiencyLimits:
    """Iron deficiency by the limits in general use, lower than those for restless legs."""

    edition: str
    ferritin_deficient: Annotated[float, Param("safety/ferritin-deficient", "ug/L")]
    saturation_deficient: Annotated[float, Param("safety/saturation-deficient", "%")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def known_facts(case: Case, concluded: Mapping[str, Conclusion]) -> Mapping[str, Conclusion]:
    """What was concluded before, and what is derived from the record here, by id."""
    age = kidney_limits(case).measured_from_age
    return {
        **concluded,
        "person-pregnant": pregnant(case),
        "person-a-child": is_child(case),
        "person-older": case.is_at_least(age, f"{age:g} years or older"),
        "relative-affected": relative_affected(case),
        "kidney-function-reduced": kidney_function_reduced(case),
        "culprit-medicine": culprit_taken(case),
        "opioid-stopped": opioid_stopped(case),
        "large-red-cells": large_red_cells(case),
        "sleep-apnea-untreated": sleep_apnea_untreated(case, concluded),
        "iron-deficient": iron_deficient(case),
        "polysomnography-on-record": _polysomnography_on_record(case),
        # Unknown with nothing to ask: what does not help does not exclude it, and no test shows it.
        "dopamine-test-exists": Conclusion(
            Truth.UNKNOWN, "A clinical test shows disturbed dopamine signalling"
        ),
    }


def iron_deficient(case: Case) -> Conclusion:
    """Whether there is iron deficiency by the limits in general use, or it is on record.

    What is low for restless legs only is not.
    """
    limits = case.fixed_limits(DeficiencyLimits).provenance
    recorded = case.condition("iron-deficiency")
    return any_of(
        "Iron deficiency by the usual limits",
        below(case.lab("ferritin"), limits["ferritin_deficient"]),
        below(case.lab("transferrin-saturation"), limits["saturation_deficient"]),
        # One that nobody recorded is not waited for.
        *([recorded] if recorded.truth is not Truth.UNKNOWN else []),
    )


def sleep_apnea_untreated(case: Case, concluded: Mapping[str, Conclusion]) -> Conclusion:
    """Whether there is sleep apnoea that is not treated.

    A diagnosis on record decides; without one, what the look-alikes made of its signs.
    """
    present = case.condition(_SLEEP_APNEA)
    weighed = concluded.get(_SLEEP_APNEA_WEIGHED)
    if present.truth is Truth.UNKNOWN and weighed is not None:
        present = replace(weighed, id="")
    treated = case.answer("osa-treated")
    return all_of("Untreated sleep apnoea", present, negated("It is not treated", treated))


def relative_affected(case: Case) -> Conclusion:
    """Whether a first-degree relative has restless legs."""
    asked = case.answer("first-degree-relative-affected")
    told = [
        stated(
            Fact("family", "Family", relative.relation, on=relative.on, path=relative.path),
            Truth.YES,
            f"The {relative.relation} has restless legs",
        )
        for relative in case.patient.family
        if relative.is_affected_near
    ]
    return any_of("A first-degree relative has restless legs", asked, *told)


def _polysomnography_on_record(case: Case) -> Conclusion:
    night = case.latest_night()
    if night is None:
        fact = Fact("night:polysomnography", "Night with polysomnography")
        return stated(fact, Truth.UNKNOWN, "A night with polysomnography is on record")
    fact = Fact(
        "night:polysomnography", "Night with polysomnography", "yes", on=night.on, path=night.path
    )
    return stated(fact, Truth.YES, "A night with polysomnography is on record")


def askable(lines: tuple[Line, ...], known: Mapping[str, Conclusion]) -> tuple[Line, ...]:
    """The lines whose conclusion was reached; a rule that is not in force has none."""
    return tuple(
        line
        for line in lines
        if not line.fact.startswith("conclusion:") or line.fact.partition(":")[2] in known
    )
