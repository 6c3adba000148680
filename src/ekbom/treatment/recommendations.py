"""What the edition used, and the others, say of each action for people like this patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ekbom.assessment.case import Case
from ekbom.assessment.person import is_adult
from ekbom.knowledge.records import InForce
from ekbom.knowledge.treatment import Population, Recommendation
from ekbom.logic import Conclusion, Truth

TOPIC: Final = "treatment"


def population(case: Case, known: Mapping[str, Conclusion]) -> Population:
    """The group whose recommendations hold: a child, kidney failure, else adults."""
    if is_adult(case).truth is not Truth.YES:
        return "child"
    failed = known.get("kidneys-failed")
    if failed is not None and failed.truth is Truth.YES:
        return "adult-kidney-failure"
    return "adult"


def recommendations(case: Case, group: Population) -> Mapping[str, Recommendation]:
    """What the edition used says for a group, by action, in the order of its file."""
    return {
        one.action: one
        for one in case.knowledge.of(Recommendation).values()
        if one.edition == case.editions[TOPIC] and one.population == group
    }


def said_elsewhere(case: Case, action_id: str, group: Population) -> tuple[Recommendation, ...]:
    """What the other editions say of an action for a group, oldest first."""
    sequence = case.knowledge.record(InForce, TOPIC)
    found = [
        one
        for one in case.knowledge.of(Recommendation).values()
        if one.action == action_id
        and one.population == group
        and one.edition != case.editions[TOPIC]
        and sequence.position(one.edition) is not None
    ]
    return tuple(sorted(found, key=lambda one: sequence.position(one.edition) or 0))
