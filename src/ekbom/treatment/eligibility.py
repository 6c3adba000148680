"""Whether an action may be discussed with this patient: gate, blocks, what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import counted_line
from ekbom.assessment.iron import DISCUSS, ORAL_ONLY, VEIN_ONLY
from ekbom.knowledge.outcomes import Check
from ekbom.knowledge.records import Citation, Line
from ekbom.knowledge.treatment import Action, Consideration, Population, Recommendation
from ekbom.logic import Conclusion, Fact, Truth, all_of, any_of, negated, stated
from ekbom.treatment.blocks import applying, blocked
from ekbom.treatment.doses import dose_information
from ekbom.treatment.gate import GATE
from ekbom.treatment.iron_recheck import REPEAT
from ekbom.treatment.options import Option, Route, Weighing
from ekbom.treatment.recommendations import said_elsewhere

SHARED_DECISION = "dopamine-agonist-by-shared-decision"
JUDGED_UNSUITABLE, _ALPHA_2_DELTA = "alpha-2-delta-unsuitable", "alpha-2-delta-ligands"
# What makes one look at what is otherwise late.
_REASONS_FOR_LATE = ("R-TX-04", "R-TX-06", "augmentation")
# The routes that each state of iron leaves; any other leaves none.
_IRON_ROUTES = {DISCUSS: ("mouth", "vein"), ORAL_ONLY: ("mouth",), VEIN_ONLY: ("vein",)}


@dataclass(frozen=True, slots=True)
class Situation:
    """What an option is weighed in.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id; with the gate.
    group : str
        The people whose recommendations hold.
    iron_state : str
        State of the iron status.
    """

    case: Case
    known: Mapping[str, Conclusion]
    group: Population
    iron_state: str


def option(situation: Situation, recommendation: Recommendation) -> Option:
    """One recommended action, weighed for this patient.

    Parameters
    ----------
    situation : Situation
        The patient on the day and what is known.
    recommendation : Recommendation
        What the edition used says of it.
    """
    case = situation.case
    action = case.knowledge.record(Action, recommendation.action)
    route = _route(action, recommendation)
    weighings = tuple(
        _weighing(one, situation)
        for one in action.considerations
        if _is_asked(one, situation.known)
    )
    taken = tuple(use for use in case.taken() if use.drug in action.drugs)
    if taken:
        # What it was begun for may have gone because it works.
        weighings = tuple(one for one in weighings if one.consideration.role != "needed")
    conclusion = _may_be_discussed(action, recommendation, route, weighings, situation)
    offered = conclusion.truth is Truth.YES
    return Option(
        action,
        recommendation,
        conclusion,
        route,
        _state(conclusion, route, taken=bool(taken)),
        weighings=weighings,
        taken=taken,
        effects=tuple(
            one
            for one in action.effects
            if case.knowledge.source(one.source).year <= case.as_of.year
        ),
        checks=tuple(case.knowledge.record(Check, id) for id in action.checks),
        doses=dose_information(case, action) if offered else (),
        said_elsewhere=said_elsewhere(case, action.id, situation.group),
    )


def _route(action: Action, recommendation: Recommendation) -> Route:
    if recommendation.direction == "against-standard-use":
        return "shared-decision"
    return "late" if action.late else "usual"


def _is_asked(one: Consideration, known: Mapping[str, Conclusion]) -> bool:
    """False where it names a rule that the editions used do not have."""
    kind, _, name = one.fact.partition(":")
    return kind != "conclusion" or name in known


def _weighing(one: Consideration, situation: Situation) -> Weighing:
    line = Line(one.fact, "for", one.says, one.value)
    counted = counted_line(line, situation.case.fact(one.fact, situation.known))
    citations = dict.fromkeys((one.citation, *counted.citations))
    return Weighing(one, replace(counted, citations=tuple(citations)))


def _may_be_discussed(
    action: Action,
    recommendation: Recommendation,
    route: Route,
    weighings: tuple[Weighing, ...],
    situation: Situation,
) -> Conclusion:
    case, known = situation.case, situation.known
    statement = f"{action.name} may be discussed"
    conditions = [
        *([_not_advised_against(recommendation)] if recommendation.direction == "against" else []),
        *([_iron_by_route(action, situation)] if action.kind == "iron" else [known[GATE]]),
        *(
            negated(f"Not blocked: {block.name}", blocked(block, case, known, action))
            for block in applying(action, case)
        ),
        *([_reason_for_late(known)] if route == "late" else []),
        *_not_judged_unsuitable(action, case),
        *_may_be_repeated(action, situation),
        *([case.answer(SHARED_DECISION)] if route == "shared-decision" else []),
        *(w.conclusion for w in weighings if w.consideration.role == "needed"),
        *(
            negated(f"Not so: {w.conclusion.statement}", w.conclusion)
            for w in barring(weighings)
            if w.consideration.awaited or w.conclusion.truth is not Truth.UNKNOWN
        ),
    ]
    citation = Citation(recommendation.source, recommendation.place, recommendation.mark)
    sources = (citation, *recommendation.also)
    return all_of(statement, *conditions).named(f"option:{action.id}", statement, sources)


def is_ligand(case: Case, action: Action) -> bool:
    """Whether an action is an alpha-2-delta ligand."""
    return not set(action.drugs).isdisjoint(case.members(_ALPHA_2_DELTA))


def barring(weighings: tuple[Weighing, ...]) -> tuple[Weighing, ...]:
    """The contraindications among considerations."""
    return tuple(one for one in weighings if one.consideration.role == "blocks")


def _not_advised_against(recommendation: Recommendation) -> Conclusion:
    fact = Fact(f"recommendation:{recommendation.id}", recommendation.name, "against")
    return stated(fact, Truth.NO, "The edition used does not advise against it")


def _iron_by_route(action: Action, situation: Situation) -> Conclusion:
    """Whether the iron status leaves this route; the status says why where it does not."""
    status = situation.known["iron-status"]
    statement = f"Iron by {action.by} may be discussed"
    if status.truth is Truth.YES and action.by not in _IRON_ROUTES.get(situation.iron_state, ()):
        fact = Fact("iron-status:state", "Iron status", situation.iron_state)
        by_status = stated(fact, Truth.NO, f"Iron status: {situation.iron_state}")
        return Conclusion(Truth.NO, statement, parts=(status, by_status), decided_by=(by_status,))
    return Conclusion(status.truth, statement, parts=(status,), decided_by=(status,))


def _not_judged_unsuitable(action: Action, case: Case) -> tuple[Conclusion, ...]:
    """What a clinician judged unsuitable is not offered; where nobody judged, nothing waits."""
    judged = case.answer(JUDGED_UNSUITABLE)
    if not is_ligand(case, action) or judged.truth is not Truth.YES:
        return ()
    return (negated("Not judged unsuitable", judged),)


def _may_be_repeated(action: Action, situation: Situation) -> tuple[Conclusion, ...]:
    """After an infusion a further one follows its own rule (R-FE-10)."""
    further = situation.known.get(REPEAT)
    return (further,) if action.by == "vein" and further is not None else ()


def _reason_for_late(known: Mapping[str, Conclusion]) -> Conclusion:
    reasons = [known[id] for id in _REASONS_FOR_LATE if id in known]
    return any_of("Usual options do not suit, have failed, or made it worse", *reasons)


def _state(conclusion: Conclusion, route: Route, *, taken: bool) -> str:
    if conclusion.truth is Truth.UNKNOWN:
        return "more needed"
    if conclusion.truth is Truth.NO:
        return "not offered"
    said = "may be discussed"
    if route == "shared-decision":
        said = "may be discussed, by shared decision only"
    return f"{said}; taken now" if taken else said
