"""Targets of iron: supply above a limit, and never too much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.iron_values import (
    IronValues,
    exceeding,
    iron_values,
    judged,
    low_saturation,
    stop,
)
from ekbom.assessment.person import is_child, pregnant
from ekbom.caveats import Caveat
from ekbom.followup.course_of import soon_after_infusion
from ekbom.followup.infusions import last_infusion
from ekbom.knowledge.binding import Param
from ekbom.knowledge.outcomes import Target
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Truth, above, all_of, any_of, at_least, negated

_SEED_ONLY = "seed-003"
_OTHER_LIMITS = Caveat(
    "goal-of-adults",
    "The goal is that of adults; children, pregnancy and kidney failure have limits of their own.",
)


@dataclass(frozen=True, slots=True)
class IronGuards:
    """Saturation, %, from which there is enough; ferritin, ug/L, above which there is too much."""

    edition: str
    saturation_floor: Annotated[float, Param("outcomes/saturation-floor", "%")]
    ferritin_guard: Annotated[float, Param("outcomes/ferritin-guard", "ug/L")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def iron_goal(case: Case, target: Target, limit: Sourced) -> tuple[Conclusion, str]:
    """Whether a target of iron is reached: above its limit, and not too high.

    Parameters
    ----------
    case : Case
        The patient on the day.
    target : Target
        On ferritin.
    limit : Sourced
        Ferritin above which it is reached.

    Returns
    -------
    tuple of Conclusion and str
        With its state in words.
    """
    values = iron_values(case)
    guards = case.fixed_limits(IronGuards).provenance
    too_much = _too_much(case, values, guards["ferritin_guard"])
    enough = exceeding(values, above(values.ferritin, limit))
    floor = low_saturation(values, at_least(values.saturation, guards["saturation_floor"]))
    # A page names ferritin alone; our own goal asks for the saturation too.
    supplied = (enough,) if target.source == _SEED_ONLY else (enough, floor)
    within = all_of("Enough iron", *supplied)
    reached = all_of(target.name, negated("Not too much iron", too_much), judged(values, within))
    if target.source != _SEED_ONLY and reached.truth is Truth.YES:
        reached = reached.unless(_has_limits_of_its_own(case), _OTHER_LIMITS)
    return reached, _state(case, values, reached, too_much)


def _too_much(case: Case, values: IronValues, guard: Sourced) -> Conclusion:
    """The upper guard, which holds for every target of iron."""
    high = judged(values, exceeding(values, above(values.ferritin, guard)))
    return any_of("Too much iron for any goal", stop(case, values), high)


def _has_limits_of_its_own(case: Case) -> Conclusion:
    parts = (is_child(case), pregnant(case), case.condition("kidney-failure"))
    statement = "Other limits of iron hold for this person"
    found = [part for part in parts if part.truth is not Truth.NO]
    # What nobody asked about does not leave a goal waiting; a caveat says whose goal it is.
    sure = [part for part in found if part.truth is Truth.YES]
    return any_of(statement, *(sure or found or parts))


def _state(case: Case, values: IronValues, reached: Conclusion, too_much: Conclusion) -> str:
    if too_much.truth is Truth.YES:
        return "too high; never a success, and no more iron"
    if reached.truth is Truth.UNKNOWN and values.valid.truth is Truth.NO:
        return _not_judged(case, values)
    day = "" if values.ferritin.on is None else f" ({values.ferritin.on})"
    told = {Truth.YES: "reached", Truth.NO: "not reached"}.get(reached.truth, "not known")
    return f"{told}{day}"


def _not_judged(case: Case, values: IronValues) -> str:
    """Why the draw says nothing, and from when a new one would."""
    on = values.ferritin.on or values.saturation.on
    day = "" if on is None else f" of {on}"
    soon = "" if on is None else soon_after_infusion(case, on)
    given = last_infusion(case)
    if soon and given is not None and given.days is not None:
        settled = given.days.last + timedelta(days=values.limits.iv_iron_settling_d)
        when = f"from {settled}" if settled > case.as_of else "now"
        return f"not judged: the draw{day} was {soon}; to be repeated {when}"
    failed = [leaf.fact.name for leaf in values.valid.deciding_leaves() if leaf.fact is not None]
    why = f" ({', '.join(dict.fromkeys(failed)).lower()})" if failed else ""
    return f"not judged: the draw{day} may not be{why}; to be repeated"
