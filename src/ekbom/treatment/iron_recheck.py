"""When iron is to be looked at again, and whether a further infusion may be thought of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule, reached
from ekbom.assessment.iron import DISCUSS, VEIN_ONLY
from ekbom.assessment.iron_values import FERRITIN, inside, iron_values, judged
from ekbom.assessment.person import is_adult, pregnant
from ekbom.caveats import Caveat
from ekbom.followup.infusions import CARBOXYMALTOSE, iv_iron_given, last_infusion
from ekbom.followup.unbroken import taken_since
from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import (
    Conclusion,
    Fact,
    Truth,
    all_of,
    at_least,
    below,
    negated,
    stated,
)
from ekbom.patient.dates import PartialDate
from ekbom.patient.labs import transferrin_saturation
from ekbom.patient.patient import Draw, MedicationUse

_ORAL, _VEIN, _EFFECT = "R-FE-06:recheck", "R-FE-10:recheck", "R-FE-10:effect"
REPEAT, PHOSPHATE = "R-FE-10:repeat", "R-FE-09:phosphate"
_DAYS_PER_WEEK = 7
_NOT_INDICATED = Caveat(
    "iron-status-does-not-ask-for-it",
    "By the limits of the edition used iron is not indicated at these values; this rule is wider.",
)


@dataclass(frozen=True, slots=True)
class RecheckLimits:
    """Days, d, until something is looked at again, and values for a further infusion."""

    edition: str
    oral_after_d: Annotated[float, Param("monitoring/iron-recheck-oral-after", "d")]
    oral_by_d: Annotated[float, Param("iron-therapy/oral-recheck-by", "d")]
    vein_after_d: Annotated[float, Param("iron/iv-iron-settling", "d")]
    effect_after_d: Annotated[float, Param("monitoring/iron-effect-iv-after", "d")]
    effect_by_d: Annotated[float, Param("monitoring/iron-effect-iv-by", "d")]
    repeat_after_d: Annotated[float, Param("iron-therapy/repeat-after", "d")]
    repeat_ferritin: Annotated[float, Param("iron-therapy/repeat-ferritin-below", "ug/L")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Window:
    """From when, and by when, something is to be looked at again."""

    after: Sourced
    by: Sourced | None = None

    def in_weeks(self) -> str:
        first = f"{float(self.after.value) / _DAYS_PER_WEEK:g}"
        if self.by is None:
            return f"from {first} weeks on"
        return f"{first} to {float(self.by.value) / _DAYS_PER_WEEK:g} weeks"

    def in_days(self, begun: date) -> str:
        first = begun + timedelta(days=float(self.after.value))
        if self.by is None:
            return f"from {first} on"
        return f"{first} to {begun + timedelta(days=float(self.by.value))}"


def rechecks(case: Case, *, by_mouth: bool, by_vein: bool) -> tuple[Finding, ...]:
    """When blood and symptoms are to be looked at again, with dates where iron was begun.

    Parameters
    ----------
    case : Case
        The patient on the day.
    by_mouth, by_vein : bool
        Whether iron by this route may be discussed; a route on record is looked at anyway.
    """
    limits = case.fixed_limits(RecheckLimits).provenance
    taken, given = oral_iron(case), last_infusion(case)
    found = []
    if by_mouth or taken is not None:
        window = _Window(limits["oral_after_d"], limits["oral_by_d"])
        begun = None if taken is None else taken_since(case, taken)
        leaf = case.takes("oral-iron")
        found.append(_finding(case, _ORAL, leaf, begun, window, _draws(case)))
    if by_vein or given is not None:
        leaf, ended = iv_iron_given(case), None if given is None else given.days
        window = _Window(limits["vein_after_d"])
        found.append(_finding(case, _VEIN, leaf, ended, window, _draws(case)))
        window = _Window(limits["effect_after_d"], limits["effect_by_d"])
        found.append(_finding(case, _EFFECT, leaf, ended, window, _severity_filled(case)))
    return (*found, *_phosphate(case))


def oral_iron(case: Case) -> MedicationUse | None:
    """The iron by mouth taken on the day; None where none is on record."""
    names = case.members("oral-iron")
    return next((use for use in case.taken() if use.drug in names), None)


# Windows ---------------------------------------------------------------------------------------


def _finding(
    case: Case,
    rule_id: str,
    begun: Conclusion,
    since: PartialDate | None,
    window: _Window,
    looked: tuple[date, ...],
) -> Finding:
    """Due (yes), not due or done (no), or not known whether."""
    name = case.rule(rule_id).name
    if begun.truth is not Truth.YES:
        due = all_of(name, begun, _unstarted())
        return by_rule(case, due.named(rule_id, name), state=f"{window.in_weeks()} after it")
    long_enough = _long_enough(case, since, window.after)
    done = _done(since, window.after, looked)
    due = all_of(name, begun, long_enough, negated("Not yet looked at since", done))
    state = _state(due, done, since, window)
    return by_rule(case, due.named(rule_id, name), state=state)


def _unstarted() -> Conclusion:
    fact = Fact("medication:start", "Its first day")
    return stated(fact, Truth.UNKNOWN, "Long enough since its first day", "When iron was begun")


def _long_enough(case: Case, since: PartialDate | None, limit: Sourced) -> Conclusion:
    """Whether the time has passed, whichever day of a partial date it was."""
    fact = Fact(
        "medication:days-since-iron",
        "Days since iron was begun or last given",
        unit="d",
        on=case.as_of,
    )
    if since is None:
        return at_least(fact, limit)
    shortest, longest = (
        at_least(_days(fact, case.as_of, day), limit) for day in (since.last, since.first)
    )
    return shortest if shortest.truth is longest.truth else at_least(fact, limit)


def _days(fact: Fact, day: date, since: date) -> Fact:
    return Fact(fact.key, fact.name, float((day - since).days), fact.unit, fact.on)


def _done(since: PartialDate | None, after: Sourced, looked: tuple[date, ...]) -> Conclusion:
    fact = Fact("recheck", "Looked at")
    if since is None:
        return stated(fact, Truth.UNKNOWN, "Looked at since", "When iron was begun or given")
    first = since.last + timedelta(days=float(after.value))
    counting = [day for day in looked if day >= first]
    if not counting:
        return stated(fact, Truth.NO, "Looked at since")
    day = min(counting)
    return stated(Fact("recheck", "Looked at", str(day), on=day), Truth.YES, "Looked at since")


def _state(due: Conclusion, done: Conclusion, since: PartialDate | None, window: _Window) -> str:
    if done.truth is Truth.YES and done.fact is not None:
        return f"done on {done.fact.value}"
    if since is None:
        return f"{window.in_weeks()} after it; its date is not on record"
    days = window.in_days(since.last)
    return f"due: {days}" if due.truth is Truth.YES else days


def _draws(case: Case) -> tuple[date, ...]:
    """Days on which both iron values were drawn."""
    return tuple(
        draw.on
        for draw in case.patient.draws
        if FERRITIN in draw.results and _has_saturation(case, draw)
    )


def _has_saturation(case: Case, draw: Draw) -> bool:
    found = transferrin_saturation(draw, case.knowledge)
    return found is not None and not found.is_estimated


def _severity_filled(case: Case) -> tuple[date, ...]:
    return tuple(q.on for q in case.patient.questionnaires if q.instrument == "irls")


# Phosphate, and a further infusion -------------------------------------------------------------


def _phosphate(case: Case) -> tuple[Finding, ...]:
    """Whether phosphate has to be looked at before ferric carboxymaltose is given again."""
    given = last_infusion(case, CARBOXYMALTOSE)
    if given is None:
        return ()
    ended, value = given.days, case.lab("phosphate")
    statement = "Phosphate was measured since the last ferric carboxymaltose"
    truth = Truth.UNKNOWN
    if value.on is None or (ended is not None and value.on <= ended.first):
        truth = Truth.NO
    elif ended is not None and value.on > ended.last:
        truth = Truth.YES
    measured = stated(value, truth, statement, "The date of the last ferric carboxymaltose")
    name = case.rule(PHOSPHATE).name
    states = {
        Truth.YES: str(value),
        Truth.NO: "not measured since the last infusion",
        Truth.UNKNOWN: "the day of the last infusion is not known",
    }
    due = negated(name, measured).named(PHOSPHATE, name)
    return (by_rule(case, due, state=states[truth]),)


def further_infusion(
    case: Case, known: Mapping[str, Conclusion], status: Finding
) -> tuple[Finding, ...]:
    """R-FE-10: whether a further infusion may be discussed; empty where none was given.

    For adults; in kidney failure and pregnancy the rules of those decide.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    status : Finding
        The iron status of the assessment.
    """
    given = last_infusion(case)
    others = (case.condition("kidney-failure"), pregnant(case), negated("A child", is_adult(case)))
    if given is None or any(one.truth is Truth.YES for one in others):
        return ()
    limits, values = case.fixed_limits(RecheckLimits).provenance, iron_values(case)
    low = judged(values, inside(values, below(values.ferritin, limits["repeat_ferritin"])))
    name = case.rule(REPEAT).name
    found = all_of(
        name,
        _long_enough(case, given.days, limits["repeat_after_d"]),
        case.answer("better-after-iron-then-worse"),
        low,
        *(negated(says, reached(known, id, says)) for id, says in _AGAINST.items()),
        *_criteria_not_met(known),
    ).named(REPEAT, name)
    if found.truth is Truth.YES and status.state not in (DISCUSS, VEIN_ONLY):
        found = found.with_caveat(_NOT_INDICATED)
    return (by_rule(case, found, state=_REPEAT_STATES[found.truth]),)


_AGAINST = {
    "R-FE-01": "No reason against any iron",
    "R-FE-09": "Intravenous iron is not blocked",
}
_REPEAT_STATES = {
    Truth.YES: "may be discussed",
    Truth.NO: "not now",
    Truth.UNKNOWN: "more needed",
}


def _criteria_not_met(known: Mapping[str, Conclusion]) -> tuple[Conclusion, ...]:
    """The criteria where they are not met; open ones are told elsewhere."""
    criteria = known.get("R-DX-06")
    return (criteria,) if criteria is not None and criteria.truth is Truth.NO else ()
