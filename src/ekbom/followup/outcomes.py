"""Outcomes: measures over time against their baseline, and the targets of success."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule, labelled
from ekbom.assessment.scores import to_fill
from ekbom.caveats import Caveat
from ekbom.followup.changes import (
    Change,
    as_open,
    change_limits,
    changes,
    first_on_record,
    improvement,
    is_old,
    state_of,
)
from ekbom.followup.course_of import IRLS, NIGHT_MEASURES, all_courses, way_counted
from ekbom.followup.courses import Course, Point
from ekbom.followup.infusions import last_infusion
from ekbom.followup.not_reassuring import Alarm, alarm, sobered
from ekbom.followup.targets import all_targets
from ekbom.followup.treatment_start import TreatmentStart, treatment_start
from ekbom.knowledge.binding import Param
from ekbom.knowledge.instruments import Instrument
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
    stated,
)

_IRLS_COURSE = f"questionnaire:{IRLS}"
_CGI = "cgi-improvement"
_LESS = "by less than what is certain in one patient"


@dataclass(frozen=True, slots=True)
class OutcomeLimits:
    """Shares of a fall that made a responder, %, and other limits of the outcomes."""

    edition: str
    responder_fall: Annotated[float, Param("outcomes/responder-fall", "%")]
    responder_fall_iron: Annotated[float, Param("outcomes/responder-fall-iron", "%")]
    cgi_improvement_max: Annotated[float, Param("outcomes/cgi-improvement-max", "1")]
    iron_effect_by_d: Annotated[float, Param("monitoring/iron-effect-iv-by", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def courses(case: Case) -> tuple[Course, ...]:
    """Measures over time, each beside its baseline."""
    return all_courses(case)


def outcomes(case: Case, known: Mapping[str, Conclusion], found: Sequence[Course]) -> Section:
    """Change against baseline, by group and in one patient.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    found : sequence of Course
        As `courses` gives them.
    """
    start = treatment_start(case)
    lived = changes(case, found, start)
    irls = next(change for change in lived if change.course.id == _IRLS_COURSE)
    raised = alarm(known)
    findings = (
        _overall(case, raised, irls, lived, start),
        _baseline(case, irls.course, start),
        _worse(case, lived, raised),
        *(_better(case, change) for change in lived),
        *_responder(case, irls.course),
        *_judged(case, found),
        *_nights(case),
    )
    told = tuple(sobered(finding, raised) for finding in findings)
    return Section("outcomes", "Change since the baseline", told)


def targets(case: Case, known: Mapping[str, Conclusion], found: Sequence[Course]) -> Section:
    """Which targets of success are reached, each labelled by who set it."""
    raised = alarm(known)
    told = tuple(sobered(finding, raised) for finding in all_targets(case, known, found))
    return Section("targets", "Targets", told)


# The whole ---------------------------------------------------------------------------------------


def _overall(
    case: Case,
    raised: Alarm | None,
    irls: Change,
    lived: Sequence[Change],
    start: TreatmentStart,
) -> Finding:
    """R-OUT-01, by what the person lives alone."""
    statement = "Symptoms are clearly better than at the baseline"
    whole = all_of(statement, irls.better).named("R-OUT-01", statement)
    elsewhere = [c for c in lived if c is not irls and c.worse.truth is Truth.YES]
    names = ", ".join(change.course.name for change in elsewhere)
    latest, state = irls.course.latest, _state(whole, irls, start)
    is_old = latest is not None and whole.truth is not Truth.UNKNOWN and _old(case, latest)
    if latest is not None and is_old:
        ask = to_fill(case.knowledge.record(Instrument, IRLS), [])
        age = f"The latest {irls.course.name} is old"
        whole = as_open(whole, stated(_as_fact(irls.course, latest), Truth.YES, age), ask)
        state = f"last value too old; {state} on {latest.on}"
    elif whole.truth is Truth.YES and elsewhere:
        worse = any_of(f"Clearly worse: {names}", *(change.worse for change in elsewhere))
        whole = as_open(whole, worse, Missing("outcomes:whole", f"What lies behind: {names}"))
        state = "symptoms better"
    elif whole.truth is Truth.YES and raised is not None:
        ask = Missing("outcomes:whole", "Whether symptoms turn on the medicine")
        whole, state = as_open(whole, raised.conclusion, ask), "score better"
    if elsewhere:
        state = f"{state}, clearly worse: {names}"
    caveats = [*_iron_may_come(case)]
    if raised is not None:
        state = f"{state}; {raised.state}"
        caveats.append(raised.caveat)
    finding = by_rule(case, whole.with_caveat(*caveats), state=state)
    own = "" if is_old else _words_of(whole, irls, raised)
    return finding if not own else replace(finding, words=_own_words(case, own, whole.truth))


def _words_of(whole: Conclusion, irls: Change, raised: Alarm | None) -> str:
    """The part of R-OUT-01 whose words fit better than the rule's; empty where none does."""
    if raised is not None:
        return "augmentation"
    if whole.truth is Truth.UNKNOWN:
        return "too-mild" if irls.is_too_mild else ""
    if whole.truth is Truth.YES or irls.gain is None or irls.gain >= 0:
        return ""
    return "worse" if irls.worse.truth is Truth.YES else "somewhat-worse"


def _own_words(case: Case, part: str, truth: Truth) -> Words:
    return case.rule(f"R-OUT-01:{part}").when[truth.value]


def _state(whole: Conclusion, irls: Change, start: TreatmentStart) -> str:
    if whole.truth is Truth.YES:
        return "better"
    if whole.truth is Truth.NO:
        return "worse" if irls.worse.truth is Truth.YES else _slight(irls.gain or 0.0)
    if irls.is_too_mild:
        return f"baseline too mild for a certain change; {irls.state}"
    if not start.began:
        return "no treatment on record"
    if irls.course.latest is None:
        return "no baseline, no value"
    if irls.course.baseline is not None:
        return "no value since the baseline"
    is_open = any(start.is_before(point.on) is None for point in irls.course.points)
    return "baseline not known" if is_open else "no baseline"


def _slight(gain: float) -> str:
    """A change below the size that is certain in one patient, told for what it is."""
    if not gain:
        return "no change"
    return f"somewhat {'better' if gain > 0 else 'worse'}, {_LESS}"


def _iron_may_come(case: Case) -> Iterator[Caveat]:
    """An infusion whose effect may still come."""
    infusion = last_infusion(case)
    if infusion is None or infusion.days is None:
        return
    first, last = infusion.days.first, infusion.days.last
    days = (case.as_of - last).days
    if 0 <= days < case.fixed_limits(OutcomeLimits).iron_effect_by_d:
        when = f"{days} days ago" if first == last else f"last on a day from {first} to {last}"
        text = f"Intravenous iron was given {when}; its effect may still come."
        yield Caveat("iron-effect-may-come", text)


def _worse(case: Case, lived: Sequence[Change], raised: Alarm | None) -> Finding:
    """R-OUT-04: of what can be compared, something is clearly worse."""
    statement = "Something the person lives is clearly worse than at the baseline"
    comparable = [c.worse for c in lived if c.worse.truth is not Truth.UNKNOWN]
    conclusion = any_of(statement, *(comparable or [lived[0].worse]))
    clearly = [c.course.name for c in lived if c.worse.truth is Truth.YES]
    slightly = [c.course.name for c in lived if c.is_worse and c.course.name not in clearly]
    told = {Truth.YES: f"worse: {', '.join(clearly)}", Truth.NO: "nothing known to be worse"}
    state = told.get(conclusion.truth, "nothing to compare")
    if conclusion.truth is Truth.NO and slightly:
        state = f"somewhat worse, {_LESS}: {', '.join(slightly)}"
    if raised is not None and conclusion.truth is not Truth.YES:
        # What turns on a medicine is worse in a way that no total shows.
        ask = Missing("outcomes:whole", "Whether symptoms turn on the medicine")
        conclusion = as_open(conclusion, raised.conclusion, ask)
        slight = f"{state}; " if slightly else ""
        state = f"{slight}{raised.state}"
    finding = by_rule(case, conclusion.named("R-OUT-04", statement), state=state)
    if raised is None or conclusion.truth is not Truth.UNKNOWN:
        return finding
    return replace(finding, words=case.rule("R-OUT-04:augmentation").when["unknown"])


def _old(case: Case, point: Point) -> bool:
    return is_old(case, point, change_limits(case))


# Each measure ------------------------------------------------------------------------------------


def _better(case: Case, change: Change) -> Finding:
    finding = by_rule(case, change.better, state=change.state, name=change.course.name)
    if change.is_worse and change.better.truth is Truth.NO:
        part = "worse" if change.worse.truth is Truth.YES else "somewhat-worse"
        finding = replace(finding, words=case.rule(f"R-OUT-03:{part}").when["no"])
    return labelled(finding, _plainly(case, change.course))


def _plainly(case: Case, course: Course) -> str:
    """What is measured, for whoever does not know the name of a scale."""
    kind, _, name = course.id.partition(":")
    instrument = case.knowledge.of(Instrument).get(name.partition(":")[0])
    return instrument.measures if kind == "questionnaire" and instrument else course.name


def _baseline(case: Case, irls: Course, start: TreatmentStart) -> Finding:
    """R-OUT-06: a value of the IRLS from before treatment."""
    statement = "There is a baseline: an IRLS from before treatment"
    days = [start.is_before(point.on) for point in irls.points]
    if irls.baseline is not None:
        truth, state = Truth.YES, f"{irls.baseline.value:g} on {irls.baseline.on}"
    elif None in days:
        truth, state = Truth.UNKNOWN, state_of(case, irls, start)
    elif not start.began:
        truth, state = Truth.UNKNOWN, "to be taken before treatment begins"
    else:
        truth, state = Truth.NO, "no baseline"
        if irls.points:
            state = f"no baseline; {first_on_record(irls)}"
    fact = Fact("outcomes:baseline", "Baseline", None if truth is Truth.UNKNOWN else state)
    leaf = stated(fact, truth, statement)
    if truth is Truth.UNKNOWN:
        leaf = replace(leaf, missing=tuple(_for_a_baseline(case, irls, start)))
    conclusion = any_of(statement, leaf).named("R-OUT-06", statement)
    if not start.began and irls.baseline is not None:
        text = "No treatment is on record; what is not on record may have been taken."
        conclusion = conclusion.with_caveat(Caveat("no-treatment-on-record", text))
    return by_rule(case, conclusion, state=state)


def _for_a_baseline(case: Case, irls: Course, start: TreatmentStart) -> Iterator[Missing]:
    if not irls.points:
        yield to_fill(case.knowledge.record(Instrument, IRLS), [])
        return
    for treatment in start.treatments:
        if treatment.first is None or treatment.first != treatment.last:
            yield Missing(f"start:{treatment.name}", f"First day of {treatment.name}")


def _responder(case: Case, irls: Course) -> Iterator[Finding]:
    """R-OUT-05: the fall as a share, beside what studies called a responder."""
    limits = case.fixed_limits(OutcomeLimits).provenance
    gain, then = improvement(irls), irls.baseline
    share = None if gain is None or then is None or not then.value else 100.0 * gain / then.value
    on = irls.latest.on if irls.latest is not None and share is not None else None
    name = "Fall of the IRLS since the baseline"
    if share is not None and share < 0:
        name = f"{name} (a minus is a rise)"
    fact = Fact("questionnaire:irls-fall", name, share, "%", on)
    for part, limit, compared in (
        ("trial", "responder_fall", at_least),
        ("iron-cohort", "responder_fall_iron", above),
    ):
        statement = f"{limits[limit].name}: reached"
        leaf = compared(fact, limits[limit])
        conclusion = any_of(statement, leaf).named(f"R-OUT-05:{part}", statement)
        yield by_rule(case, conclusion, state=_share_in_words(share), name=limits[limit].name)


def _share_in_words(share: float | None) -> str:
    if share is None:
        return "no share"
    if not share:
        return "no change"
    return f"{'fall' if share > 0 else 'rise'} of {abs(share):.3g} %"


def _judged(case: Case, found: Sequence[Course]) -> Iterator[Finding]:
    """R-OUT-09: the clinician's judgement of the change, where it was given."""
    course = next((c for c in found if c.id == f"questionnaire:{_CGI}"), None)
    if course is None or course.latest is None:
        return
    limit = case.fixed_limits(OutcomeLimits).provenance["cgi_improvement_max"]
    statement = "Much or very much improved in the clinician's judgement"
    compared = at_most(_as_fact(course, course.latest), limit)
    conclusion = any_of(statement, compared).named("R-OUT-09", statement)
    if _old(case, course.latest):
        ask = to_fill(case.knowledge.record(Instrument, _CGI), [])
        doubt = stated(_as_fact(course, course.latest), Truth.YES, "The judgement is old")
        conclusion = as_open(conclusion, doubt, ask)
    bands = case.knowledge.record(Instrument, _CGI).bands
    value = course.latest.value
    state = next((b.name for b in bands if b.lowest <= value <= b.highest), f"{value:g}")
    yield by_rule(case, conclusion, state=f"{state} on {course.latest.on}")


def _as_fact(course: Course, point: Point) -> Fact:
    return Fact(course.id, course.name, point.value, course.unit, point.on, point.path, point.bound)


# Nights ------------------------------------------------------------------------------------------


def _nights(case: Case) -> Iterator[Finding]:
    """R-OUT-07, where there are two nights with an index of leg movements."""
    index = NIGHT_MEASURES[0]
    nights = [n for n in case.patient.nights if n.plms_index_per_h is not None]
    if len(nights) <= 1:
        return
    ways = dict.fromkeys(way_counted(night, index) for night in nights)
    # Without what is known to differ, a night of which little is on record may be like another.
    known = [way for way in ways if way[0]]
    truth = Truth.YES if len(known) > 1 else Truth.NO if len(ways) == 1 else Truth.UNKNOWN
    statement = "Nights were counted in different ways"
    fact = Fact("night:ways", "Nights with an index", f"{len(nights)}", path=nights[0].path)
    ask = "Method, rules and treatment of movements with breathing events of every night"
    leaf = stated(fact, truth, statement, ask)
    told = {
        Truth.YES: f"{len(ways)} ways of counting; their indices are not compared",
        Truth.NO: "counted in the same way",
        Truth.UNKNOWN: "not on record how counted; not compared",
    }
    conclusion = any_of(statement, leaf).named("R-OUT-07", statement)
    yield by_rule(case, conclusion, state=told[truth])
