"""Targets of success: which are reached, who set them, whether markers stand alone, what lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule, labelled
from ekbom.assessment.scores import score_rules, to_fill
from ekbom.followup.changes import BETTER, as_open, improvement, is_too_mild
from ekbom.followup.course_of import NIGHT_MEASURES
from ekbom.followup.courses import Course
from ekbom.followup.iron_goal import iron_goal
from ekbom.followup.lasting import lasting
from ekbom.followup.treatment_start import TreatmentStart, treatment_start
from ekbom.knowledge.binding import Param
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.outcomes import Target
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Words
from ekbom.logic import (
    Conclusion,
    Fact,
    Missing,
    Truth,
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    negated,
    stated,
)

OVERALL = "R-OUT-01"
_FERRITIN = "lab:ferritin"
_RELATION = {"below": below, "at-most": at_most, "above": above, "at-least": at_least}
# Who set a target, by the kind of its main source.
_SET_BY = {"seed": "target of a seed", "design": "our own target", "guideline": "guideline"}
_MARKER = "marker"


@dataclass(frozen=True, slots=True)
class NightRules:
    """Age from which a night no longer tells whether a target is reached, d."""

    edition: str
    stale_after_d: Annotated[float, Param("outcomes/night-stale-after", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def all_targets(
    case: Case, known: Mapping[str, Conclusion], found: Sequence[Course]
) -> tuple[Finding, ...]:
    """Every target, those the person lives first; then whether markers stand alone, what lasts."""
    records = sorted(
        case.knowledge.of(Target).values(), key=lambda target: target.outcome == _MARKER
    )
    reached = {target.id: _target(case, target, found) for target in records}
    return (
        _only_markers(case, known, found, reached),
        *reached.values(),
        *lasting(case, found, tuple(records)),
    )


def _target(case: Case, target: Target, found: Sequence[Course]) -> Finding:
    if target.measure == _FERRITIN:
        weighed, state = iron_goal(case, target, sourced(case, target.parameter))
    elif target.relation == "is":
        weighed, state = _answered(case, target)
    elif target.measure.startswith("night:"):
        weighed, state = _of_a_night(case, target, found)
    else:
        weighed, state = _of_a_score(case, target, found)
    conclusion = weighed.named(f"target:{target.id}", target.name, target.citations)
    finding = by_rule(case, conclusion, state=state, name=target.name)
    if conclusion.truth is Truth.YES:
        finding = replace(finding, words=target.words)
    elif not target.for_patient:
        finding = replace(finding, words=Words(finding.words.clinician))
    elif finding.words.patient:
        finding = labelled(finding, target.for_patient)
    return replace(finding, level=_level(case, target))


def _level(case: Case, target: Target) -> str:
    """Who set it, and whether the person lives it."""
    kind = case.knowledge.sources[target.source].kind
    lived = "a marker" if target.outcome == _MARKER else "lived by the person"
    return f"{_SET_BY.get(kind, 'published scale or study')}; {lived}"


def sourced(case: Case, parameter_id: str) -> Sourced:
    """A limit of this project where it has one, else that of the edition on iron."""
    own = OWN_CHOICES in case.knowledge.parameter(parameter_id).editions
    return case.knowledge.sourced(parameter_id, OWN_CHOICES if own else case.editions["iron"])


# One target --------------------------------------------------------------------------------------


def _answered(case: Case, target: Target) -> tuple[Conclusion, str]:
    question = target.measure.partition(":")[2]
    answer = case.answer(question)
    reached = negated(target.name, answer) if target.value == "no" else answer
    reached = all_of(target.name, reached)
    given = case.given(question)
    if given is None or reached.truth is Truth.UNKNOWN:
        return reached, "not asked"
    ask = answer.statement
    return _unless_old(case, reached, given.on, score_stale_d(case), Missing(target.measure, ask))


def _of_a_score(case: Case, target: Target, found: Sequence[Course]) -> tuple[Conclusion, str]:
    course = next((course for course in found if course.id == target.measure), None)
    instrument = case.knowledge.record(Instrument, target.measure.partition(":")[2])
    ask = to_fill(instrument, [])
    if course is None or course.latest is None:
        empty = Fact(target.measure, instrument.name, unit="1")
        leaf = _RELATION[target.relation](empty, sourced(case, target.parameter))
        return all_of(target.name, replace(leaf, missing=(ask,))), "not on record"
    return _compared(case, target, course, ask, score_stale_d(case))


def _of_a_night(case: Case, target: Target, found: Sequence[Course]) -> tuple[Conclusion, str]:
    """Of the latest polysomnography with this number; other recordings have no such target."""
    name = target.measure.partition(":")[2].replace("-", "_")
    measure = next(m for m in NIGHT_MEASURES if m.field == name)
    nights = [
        night
        for night in case.patient.nights
        if night.method == "polysomnography" and getattr(night, name) is not None
    ]
    ask = Missing(measure.id, f"{measure.name} of a polysomnography")
    if not nights:
        empty = Fact(measure.id, measure.name, unit=measure.unit)
        leaf = _RELATION[target.relation](empty, sourced(case, target.parameter))
        return all_of(target.name, replace(leaf, missing=(ask,))), "not measured"
    night = max(nights, key=lambda night: night.on)
    path = f"{night.path}.{name}"
    course = next(
        course
        for course in found
        if course.id == measure.id
        and any(p.on == night.on and p.path == path for p in course.points)
    )
    return _compared(case, target, course, ask, case.fixed_limits(NightRules).stale_after_d)


def _compared(
    case: Case, target: Target, course: Course, ask: Missing, stale_d: float
) -> tuple[Conclusion, str]:
    """The latest value of a course, or its change, against the limit of the target."""
    latest, limit = course.latest, sourced(case, target.parameter)
    if latest is None:
        return Conclusion(Truth.UNKNOWN, target.name, missing=(ask,)), "not on record"
    fact = Fact(
        course.id, course.name, latest.value, course.unit, latest.on, latest.path, latest.bound
    )
    if target.against == "baseline":
        gain = improvement(course)
        name = f"{course.name}: better than at the baseline by"
        fact = Fact(f"{course.id}-change", name, gain, course.unit, latest.on, latest.path)
        if gain is None:
            leaf = _RELATION[target.relation](fact, limit)
            has_one = course.baseline is not None
            leaf = replace(leaf, missing=(ask,) if has_one else ())
            state = "no value since the baseline" if has_one else "no baseline"
            return all_of(target.name, leaf), state
    reached = all_of(target.name, _RELATION[target.relation](fact, limit))
    if target.against == "baseline" and is_too_mild(case, course):
        doubt = stated(fact, Truth.YES, "The baseline is too mild for a change of that size")
        return as_open(reached, doubt), "baseline too mild for a change of that size"
    told, state = _unless_old(case, reached, latest.on, stale_d, ask)
    if told.truth is Truth.YES and _was_so_before(target, course, limit):
        state = f"{state}; already so at the baseline"
    return told, state


def _was_so_before(target: Target, course: Course, limit: Sourced) -> bool:
    """Whether the baseline, of another day, was at the target already."""
    then = course.baseline
    if target.against == "baseline" or then is None or then == course.latest:
        return False
    fact = Fact(course.id, course.name, then.value, course.unit, then.on, then.path, then.bound)
    return _RELATION[target.relation](fact, limit).truth is Truth.YES


def _unless_old(
    case: Case, reached: Conclusion, on: date, stale_d: float, ask: Missing
) -> tuple[Conclusion, str]:
    age_d = (case.as_of - on).days
    if reached.truth is not Truth.UNKNOWN and age_d > stale_d:
        fact = Fact(f"{ask.key}:age", "Age of the value", float(age_d), "d", on)
        old = stated(fact, Truth.YES, f"The latest value is {age_d} days old")
        was = "reached" if reached.truth is Truth.YES else "not reached"
        return as_open(reached, old, ask), f"{was} on {on}; too old for today"
    told = {Truth.YES: "reached", Truth.NO: "not reached"}.get(reached.truth, "not known")
    return reached, f"{told} ({on})"


def score_stale_d(case: Case) -> float:
    """Days after which a score or an answer no longer stands for the day."""
    return score_rules(case).score_stale_after_d


# Markers alone -----------------------------------------------------------------------------------


def _only_markers(
    case: Case,
    known: Mapping[str, Conclusion],
    found: Sequence[Course],
    reached: Mapping[str, Finding],
) -> Finding:
    """R-OUT-02: markers look better, and nothing the person lives is known to be."""
    statement = "Only markers have improved"
    start = treatment_start(case)
    markers = (*_risen(found), *_reached_markers(case, found, reached, start))
    told_of = "A marker has improved, or reached its target, on treatment"
    marked = any_of(told_of, *(markers or [Conclusion(Truth.UNKNOWN, told_of)]))
    lived = [c for id, c in known.items() if id == OVERALL or id.partition(":")[0] == BETTER]
    better = [conclusion for conclusion in lived if conclusion.truth is Truth.YES]
    # What is not known to be better is not known to be: here the doubt goes against success.
    alone = Conclusion(
        Truth.NO if better else Truth.YES,
        "Nothing that the person lives is known to be clearly better",
        parts=tuple(lived),
        decided_by=tuple(better),
    )
    somewhat = () if better else tuple(_somewhat_better(case, found))
    if somewhat:
        alone = replace(alone, truth=Truth.UNKNOWN, missing=somewhat)
    conclusion = all_of(statement, marked, alone).named("R-OUT-02", statement)
    told = {
        Truth.YES: "only markers have improved; that is not success",
        Truth.NO: "no",
        Truth.UNKNOWN: "nothing to compare" if start.began else "no treatment on record",
    }
    if conclusion.truth is Truth.UNKNOWN and marked.truth is Truth.YES:
        told[Truth.UNKNOWN] = "markers have improved; symptoms somewhat, by less than is certain"
    return by_rule(case, conclusion, state=told[conclusion.truth])


def _somewhat_better(case: Case, found: Sequence[Course]) -> Iterator[Missing]:
    """Scores that moved by as much as matters between groups, without being certain in one."""
    for course in found:
        kind, _, name = course.id.partition(":")
        gain = improvement(course) if kind == "questionnaire" else None
        published = () if gain is None else case.knowledge.record(Instrument, name).changes
        if gain is not None and published and gain >= min(one.points for one in published):
            yield Missing(course.id, f"{course.name} again: better by less than what is certain")


def _risen(found: Sequence[Course]) -> Iterator[Conclusion]:
    """Markers that moved the wished way since the baseline, by whatever amount."""
    for course in found:
        gain = _gain_of_marker(course)
        if gain is None or course.latest is None:
            continue
        truth = Truth.YES if gain > 0 else Truth.NO
        fact = Fact(course.id, course.name, course.latest.value, course.unit, course.latest.on)
        yield stated(fact, truth, f"{course.name} has improved since the baseline")


def _gain_of_marker(course: Course) -> float | None:
    if course.id.startswith("lab:"):
        return course.change
    return improvement(course) if course.id.startswith("night:") else None


def _reached_markers(
    case: Case,
    found: Sequence[Course],
    reached: Mapping[str, Finding],
    start: TreatmentStart,
) -> Iterator[Conclusion]:
    """Targets of markers that were never measured before treatment, and are reached on it."""
    compared = {course.id for course in found if course.baseline is not None}
    for target in case.knowledge.of(Target).values():
        conclusion = reached[target.id].conclusion
        measure = _measure_of(target)
        if target.outcome != _MARKER or measure in compared:
            continue
        days = [c.latest.on for c in found if c.id == measure and c.latest is not None]
        if days and start.began and start.is_before(max(days)) is not True:
            yield conclusion


def _measure_of(target: Target) -> str:
    """The id of the course that a target reads."""
    kind, _, name = target.measure.partition(":")
    if kind != "night":
        return target.measure
    return next(m.id for m in NIGHT_MEASURES if m.field == name.replace("-", "_"))
