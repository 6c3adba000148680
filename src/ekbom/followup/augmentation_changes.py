"""What has changed on treatment: computed from the baseline, or as told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time

from ekbom.assessment.case import Case
from ekbom.assessment.onset_on_clock import TurnOfDay, earlier_by_h
from ekbom.assessment.scores import score_rules
from ekbom.caveats import Caveat
from ekbom.followup.augmentation_baseline import (
    Exposure,
    answer_before,
    answers_on_treatment,
    irls_total,
    surveillance,
)
from ekbom.knowledge.clinic import Question
from ekbom.logic import Conclusion, Fact, Missing, Truth, any_of, stated
from ekbom.patient.patient import GivenAnswer, NightSummary

_ONSET = "usual-onset-clock"
_ONSET_TOLD = "onset-earlier-than-before-treatment-h"
_PARTS = "arms-or-other-parts"
_LATENCY = "latency-at-rest-min"
_RELIEF = "relief-after-dose-h"
ANSWERS_DIFFER = Caveat("answers-differ", "What is computed and what is told differ; ask again.")
_NIGHTS_VARY = Caveat("nights-vary", "Nights differ in one person; a small difference says little.")
_OTHER_RULES = Caveat(
    "nights-not-comparable",
    "Leg movements before and on treatment were counted by different rules and are not compared.",
)
_SMALL_CHANGE = Caveat(
    "small-change", "The change of the IRLS is smaller than one that means something in one person."
)
_SHIFTS = Caveat(
    "unusual-hours", "Sleep at unusual hours: clock times before and now may not be comparable."
)


# How answers count ----------------------------------------------------------------------------


def told(case: Case, on: Exposure, question_id: str) -> Conclusion:
    """The latest answer, given on treatment, to a question of yes or no; an old no is open."""
    question = case.knowledge.record(Question, question_id)
    given = answers_on_treatment(case, on, question_id)[-1:]
    truth = Truth(str(given[0].value)) if given else Truth.UNKNOWN
    leaf = stated(_as_fact(question, given), truth, question.name, question.ask)
    return as_of_today(case, leaf, surveillance(case).every_d)


def number_now(case: Case, on: Exposure, question_id: str) -> Fact:
    """The latest number or clock time given on treatment."""
    question = case.knowledge.record(Question, question_id)
    return _as_fact(question, answers_on_treatment(case, on, question_id)[-1:])


def _as_fact(question: Question, given: tuple[GivenAnswer, ...]) -> Fact:
    fact = Fact(f"question:{question.id}", question.name, unit=question.unit)
    if not given or given[0].value == "unknown":
        return fact
    return replace(fact, value=given[0].value, on=given[0].on, path=given[0].path)


def as_of_today(
    case: Case, leaf: Conclusion, lasts_d: float, *, yes_stands: bool = True
) -> Conclusion:
    """A leaf as far as it still holds: an old no is asked again, an old yes says that it is old.

    Parameters
    ----------
    case : Case
        The patient on the day.
    leaf : Conclusion
        With a fact.
    lasts_d : float
        Days for which an answer holds.
    yes_stands : bool, optional
        Whether an old yes stands; otherwise it is open too.
    """
    on = leaf.fact.on if leaf.fact else None
    if leaf.fact is None or on is None or (case.as_of - on).days <= lasts_d:
        return leaf
    if leaf.truth is Truth.UNKNOWN:
        return leaf
    if leaf.truth is Truth.YES and yes_stands:
        return leaf.with_caveat(Caveat("answer-not-recent", f"Told on {on}; ask how it is now."))
    kind, _, name = leaf.fact.key.partition(":")
    ask = case.knowledge.record(Question, name).ask if kind == "question" else leaf.fact.name
    missing = (Missing(leaf.fact.key, f"{ask} Last answered on {on}."),)
    return replace(leaf, truth=Truth.UNKNOWN, missing=missing)


def agreed(statement: str, computed: Conclusion, as_told: Conclusion) -> Conclusion:
    """What two ways of knowing say: the one that is known, both where they agree.

    Where they differ it is unknown, so that forgetting either never turns a yes into a no.
    """
    known = [part for part in (computed, as_told) if part.truth is not Truth.UNKNOWN]
    parts = (computed, as_told)
    if not known:
        open_parts = (computed,) if computed.all_missing() else (as_told,)
        return Conclusion(Truth.UNKNOWN, statement, parts=parts, decided_by=open_parts)
    if known[0].truth is known[-1].truth:
        return Conclusion(known[0].truth, statement, parts=parts, decided_by=tuple(known))
    asked = tuple(
        Missing(part.fact.key, f"{part.fact.name}: the answers differ, ask again")
        for part in known
        if part.fact
    )
    return Conclusion(
        Truth.UNKNOWN,
        statement,
        parts=parts,
        decided_by=tuple(known),
        missing=asked,
        caveats=(ANSWERS_DIFFER,),
    )


# Onset ----------------------------------------------------------------------------------------


def onset_shift(case: Case, on: Exposure) -> Fact:
    """Hours by which the usual onset is earlier than before treatment, from clock times."""
    before, now = answer_before(case, on, _ONSET), number_now(case, on, _ONSET)
    name = "Shift of the usual onset to an earlier hour"
    fact = Fact(f"question:{_ONSET}", name, unit="h")
    if before is None or now.value is None:
        return fact
    then, today = (time.fromisoformat(str(value)) for value in (before.value, now.value))
    earlier_h = earlier_by_h(then, today, case.fixed_limits(TurnOfDay))
    return replace(fact, value=earlier_h, on=now.on, path=now.path)


def onset_by(
    case: Case, on: Exposure, statement: str, compare: Callable[[Fact], Conclusion]
) -> Conclusion:
    """Whether the shift of the onset fits a limit, by clock times and as told.

    Parameters
    ----------
    case : Case
        The patient on the day.
    on : Exposure
        Its treatment.
    statement : str
        In words.
    compare : function of Fact to Conclusion
        A comparison with the limit, h.
    """
    lasts_d = surveillance(case).every_d
    shift, as_told = onset_shift(case, on), number_now(case, on, _ONSET_TOLD)
    ask = case.knowledge.record(Question, _ONSET_TOLD).ask
    to_tell = (Missing(as_told.key, ask),)
    computed, of_told = (
        Conclusion(Truth.UNKNOWN, fact.name, fact=fact, missing=missing)
        if fact.value is None
        else as_of_today(case, compare(fact), lasts_d)
        for fact, missing in ((shift, _onset_to_ask(case, on)), (as_told, to_tell))
    )
    reached = agreed(statement, computed, of_told)
    unusual = case.answer("circadian-rhythm-disorder").truth is Truth.YES
    return reached.with_caveat(_SHIFTS) if unusual else reached


def _onset_to_ask(case: Case, on: Exposure) -> tuple[Missing, ...]:
    """The clock time now, where it can be compared; otherwise the hours are asked."""
    question = case.knowledge.record(Question, _ONSET)
    never_now = number_now(case, on, _ONSET).value is None
    known_before = answer_before(case, on, _ONSET) is not None
    return (Missing(f"question:{_ONSET}", question.ask),) if known_before and never_now else ()


# Body, rest, relief, intensity ------------------------------------------------------------------


def spread(case: Case, on: Exposure) -> Conclusion:
    """Whether a part of the body is affected that was free before treatment."""
    statement = "Symptoms have spread to other parts of the body"
    before, now = answer_before(case, on, _PARTS), told(case, on, _PARTS)
    free_before = before is not None and before.value == "no"
    truth = now.truth if free_before else Truth.UNKNOWN
    if now.truth is Truth.NO:
        # Neither then nor now, or no longer: nothing is new.
        truth = Truth.NO
    missing = now.missing if free_before else ()
    computed = replace(now, truth=truth, statement=statement, missing=missing)
    return agreed(statement, computed, told(case, on, "spread-since-treatment"))


def sooner_at_rest(case: Case, on: Exposure) -> Conclusion:
    """Whether symptoms come sooner at rest than before treatment."""
    before = answer_before(case, on, _LATENCY)
    computed = _fewer(case, before, number_now(case, on, _LATENCY), "before treatment")
    statement = "At rest symptoms come sooner than before treatment"
    return agreed(statement, computed, told(case, on, "quicker-at-rest-since-treatment"))


def shorter_relief(case: Case, on: Exposure) -> Conclusion:
    """Whether a dose relieves for fewer hours than the first answer on treatment says."""
    given = [a for a in answers_on_treatment(case, on, _RELIEF) if a.value != "unknown"]
    before = given[0] if len(given) > 1 else None
    computed = _fewer(case, before, number_now(case, on, _RELIEF), "at first")
    statement = "Relief by a dose is shorter than at first"
    return agreed(statement, computed, told(case, on, "relief-shorter-than-at-first"))


def _fewer(case: Case, before: GivenAnswer | None, now: Fact, when: str) -> Conclusion:
    """Whether a number is smaller than it was."""
    if before is None or now.value is None:
        ask = case.knowledge.record(Question, now.key.partition(":")[2]).ask
        missing = (Missing(now.key, ask),) if before is not None else ()
        return Conclusion(Truth.UNKNOWN, now.name, fact=now, missing=missing)
    truth = Truth.YES if float(now.value) < float(before.value) else Truth.NO
    said = f"{now}, {before.value:g} {now.unit} {when} ({before.on})"
    return as_of_today(case, stated(now, truth, said), surveillance(case).every_d)


def more_intense(case: Case, on: Exposure) -> Conclusion:
    """Whether symptoms are more intense than before treatment, by the IRLS and as told."""
    before, now = irls_total(case, on.is_before), irls_total(case, on.is_after)
    computed = Conclusion(Truth.UNKNOWN, now.name, fact=now)
    if before.value is not None:
        computed = stated(now, Truth.UNKNOWN, now.name, f"A filled {now.name}")
    if before.value is not None and now.value is not None:
        rise = float(now.value) - float(before.value)
        said = f"{now}, {float(before.value):g} before treatment ({before.on})"
        computed = stated(now, Truth.YES if rise > 0 else Truth.NO, said)
        computed = as_of_today(case, computed, surveillance(case).every_d)
        if 0 < rise < score_rules(case).irls_change_in_one_patient:
            computed = computed.with_caveat(_SMALL_CHANGE)
    statement = "Symptoms are more intense than before treatment"
    return agreed(statement, computed, told(case, on, "more-intense-than-before-treatment"))


# Leg movements --------------------------------------------------------------------------------

# Field of a night, and what a reader calls it.
_MEASURES = {
    "plms_index_per_h": "PLMS index",
    "immobilization_plmw_index_per_h": "PLMW index of the immobilization test",
}


def more_movements(case: Case, on: Exposure) -> Conclusion | None:
    """Whether more leg movements were measured than before treatment, by the same rules.

    None where nothing was measured at both times.
    """
    compared = [
        found for measure in _MEASURES if (found := _more_of(case, on, measure)) is not None
    ]
    if not compared:
        return None
    return any_of("More leg movements were measured than before treatment", *compared)


def _more_of(case: Case, on: Exposure, measure: str) -> Conclusion | None:
    nights = sorted(
        (n for n in case.patient.nights if getattr(n, measure) is not None), key=lambda n: n.on
    )
    after = [night for night in nights if on.is_after(night.on)]
    before = [night for night in nights if on.is_before(night.on)]
    if not before or not after:
        return None
    now = after[-1]
    like = [night for night in before if _by_same_rules(night, now)]
    name = _MEASURES[measure]
    key = f"night:{measure.removesuffix('_per_h').replace('_', '-')}"
    fact = Fact(key, name, getattr(now, measure), "/h", now.on, f"{now.path}.{measure}")
    if not like:
        return Conclusion(Truth.UNKNOWN, name, fact=fact, caveats=(_OTHER_RULES,))
    then = getattr(like[-1], measure)
    truth = Truth.YES if getattr(now, measure) > then else Truth.NO
    said = f"{fact}, {then:g} /h before treatment ({like[-1].on})"
    return stated(fact, truth, said).with_caveat(_NIGHTS_VARY)


def _by_same_rules(one: NightSummary, other: NightSummary) -> bool:
    """Whether movements of two nights were counted alike; not where it is not stated."""
    alike = (one.rules, one.method, one.respiratory_movements)
    return bool(one.rules) and alike == (other.rules, other.method, other.respiratory_movements)
