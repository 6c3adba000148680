"""Tests and examinations by tier: due, done, outdated, not needed now, or for research only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, cited_by, counted_line
from ekbom.assessment.known_facts import askable, known_facts
from ekbom.knowledge.clinic import WorkUpTest
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Fact, Truth, any_of, stated

RULE = "R-WU-01"
FIRST_CRITERION = "R-DX-01"
DUE, OUTDATED, OPEN = "due", "outdated", "depends on what is not known"
CONFLICTING = "open: what is on record points both ways"
DONE, NOT_NEEDED, RESEARCH = "done", "not needed now", "research only"

_READING_ORDER = (DUE, OUTDATED, OPEN, CONFLICTING, DONE, NOT_NEEDED, RESEARCH)
_TRUTH = {
    DUE: Truth.YES,
    OUTDATED: Truth.YES,
    OPEN: Truth.UNKNOWN,
    CONFLICTING: Truth.UNKNOWN,
}
_RESEARCH_TIER = 3


@dataclass(frozen=True, slots=True)
class _Done:
    """When a test was last done, and the fact that shows it; None for a day that is not known."""

    on: date | None
    fact: Fact


def work_up(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Every test of the knowledge base, by tier, those due first.

    Parameters
    ----------
    case : Case
        The patient on the day.
    concluded : Mapping of str to Conclusion
        Conclusions of the parts before it; ``R-DX-01`` decides on tier 1.
    """
    known = known_facts(case, concluded)
    tests = case.knowledge.of(WorkUpTest).values()
    found = [(test, _finding(case, test, known)) for test in tests]
    found.sort(key=lambda pair: (pair[0].tier, _READING_ORDER.index(pair[1].state), pair[0].id))
    return Section("work-up", "Work-up", tuple(finding for _, finding in found))


def _finding(case: Case, test: WorkUpTest, known: Mapping[str, Conclusion]) -> Finding:
    trigger = _trigger(case, test, known)
    done = _done(case, test, known)
    state, reason = _state(case, test, trigger, done, known.get(FIRST_CRITERION))
    beyond_question = _beyond_question(case, test, known)
    if beyond_question is not None:
        state, reason = NOT_NEEDED, beyond_question
    conclusion = Conclusion(
        _TRUTH.get(state, Truth.NO),
        f"{test.name} is due",
        id=f"{RULE}:{test.id}",
        parts=(trigger,),
        decided_by=(reason,),
        citations=test.citations,
    )
    told = test.words.patient if state in (DUE, OUTDATED) else ""
    return Finding(
        name=test.name,
        conclusion=cited_by(case, case.rule(RULE), conclusion),
        state=state,
        words=Words(test.words.clinician, told),
    )


def _state(
    case: Case,
    test: WorkUpTest,
    trigger: Conclusion,
    done: _Done | None,
    urge: Conclusion | None,
) -> tuple[str, Conclusion]:
    """The state of a test and the conclusion that settled it."""
    if test.tier == _RESEARCH_TIER:
        fact = Fact(f"test:{test.id}", test.name)
        return RESEARCH, stated(fact, Truth.NO, f"{test.name} is part of care")
    if test.tier == 1 and urge is not None and urge.truth is Truth.NO:
        if done is None or _outdated(case, test, done):
            return NOT_NEEDED, urge
        return DONE, stated(done.fact, Truth.YES, f"{test.name} was done")
    wanted = _wanted(test, trigger)
    if wanted.truth is Truth.NO:
        return NOT_NEEDED, wanted
    if done is not None:
        shown = stated(done.fact, Truth.YES, f"{test.name} was done")
        if _outdated(case, test, done):
            return (OUTDATED, shown) if wanted.truth is Truth.YES else (_open(wanted), wanted)
        again = test.tier == 1 and trigger.truth is Truth.YES
        return (OUTDATED, trigger) if again else (DONE, shown)
    return (DUE, wanted) if wanted.truth is Truth.YES else (_open(wanted), wanted)


def _open(wanted: Conclusion) -> str:
    """Open for want of an answer, or because what is on record conflicts."""
    return OPEN if wanted.all_missing() else CONFLICTING


def _wanted(test: WorkUpTest, trigger: Conclusion) -> Conclusion:
    if test.tier != 1:
        return trigger
    fact = Fact(f"test:{test.id}", test.name)
    return stated(fact, Truth.YES, f"{test.name} belongs to every work-up")


def _outdated(case: Case, test: WorkUpTest, done: _Done) -> bool:
    if test.outdated_after_d is None or done.on is None:
        return False
    return (case.as_of - done.on).days > test.outdated_after_d


def _trigger(case: Case, test: WorkUpTest, known: Mapping[str, Conclusion]) -> Conclusion:
    lines = askable(test.triggers, known)
    steps = [counted_line(line, case.fact(line.fact, known)) for line in lines]
    return any_of(f"There is a reason for {test.name}", *steps)


# What shows that it was done -----------------------------------------------------------------


def _done(case: Case, test: WorkUpTest, known: Mapping[str, Conclusion]) -> _Done | None:
    """The latest sign that a test was done; None where there is none."""
    shown = [*_by_analytes(case, test), *_by_answers(case, test), *_by_facts(case, test, known)]
    return max(shown, key=lambda done: done.on or date.max, default=None)


def _beyond_question(
    case: Case, test: WorkUpTest, known: Mapping[str, Conclusion]
) -> Conclusion | None:
    """What age or sex alone rules out was not done; there is nothing to do."""
    for fact_id in test.settled_by:
        fact = case.fact(fact_id, known)
        leaf = next(fact.deciding_leaves(), fact)
        by_person = leaf.fact is not None and leaf.fact.key.startswith("person:")
        if by_person and fact.truth is Truth.NO:
            return fact
    return None


def _by_analytes(case: Case, test: WorkUpTest) -> list[_Done]:
    facts = [case.lab(analyte) for analyte in test.analytes]
    present = [fact for fact in facts if fact.value is not None and fact.on is not None]
    if not present or (test.enough == "all" and len(present) < len(facts)):
        return []
    # What is needed together is as old as its oldest part.
    choose = min if test.enough == "all" else max
    fact = choose(present, key=lambda fact: fact.on or date.min)
    return [_Done(fact.on, fact)]


def _by_answers(case: Case, test: WorkUpTest) -> list[_Done]:
    answers = [case.answer(question) for question in test.questions]
    return [
        _Done(answer.fact.on, answer.fact)
        for answer in answers
        if answer.truth is Truth.YES and answer.fact is not None
    ]


def _by_facts(case: Case, test: WorkUpTest, known: Mapping[str, Conclusion]) -> list[_Done]:
    found = []
    for fact_id in test.settled_by:
        fact = case.fact(fact_id, known)
        leaf = next(fact.deciding_leaves(), fact).fact
        if fact.truth is not Truth.UNKNOWN and leaf is not None:
            found.append(_Done(leaf.on, leaf))
    return found
