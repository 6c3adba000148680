"""Whether what was reached has lasted: targets the person lives, over months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import ge, gt, le, lt
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.followup.courses import Course, Point
from ekbom.followup.treatment_start import TreatmentStart, treatment_start
from ekbom.knowledge.binding import Param
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.outcomes import Target
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Fact, Missing, Truth, all_of, at_least, stated

_HOLDS = {"below": lt, "at-most": le, "above": gt, "at-least": ge}
_SPANS = (("six-months", "sustained_after_d"), ("twelve-months", "sustained_long_d"))


@dataclass(frozen=True, slots=True)
class Spans:
    """Days for which an improvement has to last."""

    edition: str
    sustained_after_d: Annotated[float, Param("outcomes/sustained-after", "d")]
    sustained_long_d: Annotated[float, Param("outcomes/sustained-long", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """How long a target was held on treatment.

    Parameters
    ----------
    target : Target
        One that the person lives, reached at least once on treatment.
    since, until : datetime.date or None
        First and last value at the target in the run that reaches to the latest value; None
        where the latest value is not at the target.
    """

    target: Target
    since: date | None
    until: date | None


def lasting(case: Case, found: Sequence[Course], records: Sequence[Target]) -> Iterator[Finding]:
    """R-OUT-08: for half a year, and for a year."""
    start = treatment_start(case)
    lived = [target for target in records if target.outcome == "patient"]
    held = [h for target in lived if (h := _held(case, target, found, start)) is not None]
    limits = case.fixed_limits(Spans).provenance
    for part, span in _SPANS:
        statement = f"What was reached has lasted for at least {float(limits[span].value):g} days"
        parts = [_lasted(case, one, limits[span]) for one in held] or [_nothing(start)]
        conclusion = all_of(statement, *parts).named(f"R-OUT-08:{part}", statement)
        name = f"Improvement that lasts: {part.replace('-', ' ')}"
        finding = by_rule(case, conclusion, state=_state(conclusion, held), name=name)
        # A patient hears of the shorter span: the longer would only be too early, or say it again.
        is_first = part == _SPANS[0][0]
        yield finding if is_first else replace(finding, words=Words(finding.words.clinician))


def _state(conclusion: Conclusion, held: Sequence[Held]) -> str:
    if not held:
        return "nothing reached on treatment yet"
    if conclusion.truth is Truth.YES:
        return "lasting"
    lost = ", ".join(one.target.name for one in held if one.since is None)
    if lost:
        return f"lost again: {lost}"
    return "too early to say" if conclusion.truth is Truth.NO else "no late value"


def _nothing(start: TreatmentStart) -> Conclusion:
    """No target was reached on treatment: no where there was one, else open."""
    fact = Fact("outcomes:reached", "Targets reached on treatment")
    truth = Truth.NO if start.began else Truth.UNKNOWN
    return stated(fact, truth, "A target that the person lives was reached on treatment")


def _lasted(case: Case, one: Held, limit: Sourced) -> Conclusion:
    key, name = f"target:{one.target.id}", f"{one.target.name}: days at the target"
    if one.since is None or one.until is None:
        fact = Fact(key, one.target.name, "lost")
        return stated(fact, Truth.NO, f"{one.target.name}: still reached")
    days = float((one.until - one.since).days)
    lasted = at_least(Fact(key, name, days, "d", one.until), limit)
    if lasted.truth is Truth.NO and (case.as_of - one.since).days >= float(limit.value):
        # Time enough has passed; nobody has looked since.
        ask = Missing(one.target.measure, f"A new value: {one.target.name}")
        return Conclusion(Truth.UNKNOWN, lasted.statement, fact=lasted.fact, missing=(ask,))
    return lasted


# The run of values -------------------------------------------------------------------------------


def _held(
    case: Case, target: Target, found: Sequence[Course], start: TreatmentStart
) -> Held | None:
    """None where it was never reached on treatment, or was reached before it."""
    values = list(_values(case, target, found))
    before = [reached for on, reached in values if start.is_before(on)]
    on_treatment = [(on, reached) for on, reached in values if start.is_before(on) is False]
    if (before and before[-1]) or not any(reached for _, reached in on_treatment):
        return None
    run: list[date] = []
    for on, reached in on_treatment:
        run = [*run, on] if reached else []
    return Held(target, run[0] if run else None, run[-1] if run else None)


def _values(case: Case, target: Target, found: Sequence[Course]) -> Iterator[tuple[date, bool]]:
    """Every dated value and whether it is at the target, oldest first."""
    kind, _, name = target.measure.partition(":")
    if kind == "question":
        given = [a for a in case.patient.answers if a.question == name and a.value != "unknown"]
        for answer in sorted(given, key=lambda answer: answer.on):
            yield answer.on, answer.value == target.value
        return
    course = next((course for course in found if course.id == target.measure), None)
    if course is None or (target.against == "baseline" and course.baseline is None):
        return
    limit = float(case.knowledge.sourced(target.parameter, OWN_CHOICES).value)
    for point in course.points:
        yield point.on, _HOLDS[target.relation](_compared(target, course, point), limit)


def _compared(target: Target, course: Course, point: Point) -> float:
    if target.against == "limit" or course.baseline is None:
        return point.value
    gained = point.value - course.baseline.value
    return gained if course.better == "higher" else -gained
