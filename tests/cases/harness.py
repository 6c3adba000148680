"""What a consultation must conclude, offer and find due, and how it differs from that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ekbom.consultation import Consultation
from ekbom.logic import Conclusion, Truth

Outcome = Literal["yes", "no", "unknown", "absent"]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is expected of one consultation.

    ``offers`` names every action that is offered, iron included, and no other; ``withholds`` and
    ``advises_against`` some of the others; ``before`` pairs of which the first precedes; ``due``
    every check that is due.
    """

    expect: Mapping[str, Outcome]
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] | None = None
    withholds: tuple[str, ...] = ()
    advises_against: tuple[str, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    due: tuple[str, ...] | None = None


def found(conclusion: Conclusion | None) -> Outcome:
    return "absent" if conclusion is None else conclusion.truth.value


def because(conclusion: Conclusion | None) -> str:
    if conclusion is None:
        return "the rule is not in force, or nothing concludes it"
    leaves = [f"    {leaf.truth.value}: {leaf.statement}" for leaf in conclusion.deciding_leaves()]
    missing = [f"    missing {missing.key}" for missing in conclusion.all_missing()]
    return "\n".join(dict.fromkeys((*leaves, *missing)))


def differences(expected: Expected, consultation: Consultation) -> Iterator[str]:
    """What the consultation made otherwise than expected."""
    for conclusion_id, outcome in expected.expect.items():
        conclusion = consultation.conclusion(conclusion_id)
        if found(conclusion) != outcome:
            said = f"{conclusion_id}: expected {outcome}, found {found(conclusion)}, because"
            yield f"{said}\n{because(conclusion)}"
    for conclusion_id, keys in expected.missing.items():
        conclusion = consultation.conclusion(conclusion_id)
        there = {missing.key for missing in conclusion.all_missing()} if conclusion else set()
        if not set(keys) <= there:
            yield f"{conclusion_id}: expected missing {', '.join(keys)}, found {sorted(there)}"
    states = {f.conclusion.id: f.state for f in consultation.findings() if f.conclusion.id}
    for conclusion_id, state in expected.states.items():
        if states.get(conclusion_id) != state:
            yield f"{conclusion_id}: expected {state!r}, found {states.get(conclusion_id)!r}"
    yield from option_differences(expected, consultation)
    due = {d.check.id for d in consultation.follow_up.due if d.conclusion.truth is Truth.YES}
    if expected.due is not None and due != set(expected.due):
        yield f"due: expected {sorted(expected.due)}, found {sorted(due)}"


def option_differences(expected: Expected, consultation: Consultation) -> Iterator[str]:
    """Options that came out otherwise than expected."""
    plan = consultation.plan
    choices = [plan.choice, *([plan.iron.products] if plan.iron else [])]
    offered = {option.action.id for choice in choices for option in choice.offered}
    withheld = {option.action.id for choice in choices for option in choice.withheld}
    against = {option.action.id for choice in choices for option in choice.advised_against}
    order = {(one.first, one.then) for choice in choices for one in choice.order}
    if expected.offers is not None and offered != set(expected.offers):
        yield f"offers: expected {sorted(expected.offers)}, found {sorted(offered)}"
    if not set(expected.withholds) <= withheld:
        yield f"withholds: expected {sorted(expected.withholds)}, found {sorted(withheld)}"
    if not set(expected.advises_against) <= against:
        yield f"advises against: expected {expected.advises_against}, found {sorted(against)}"
    if not set(expected.before) <= order:
        yield f"before: expected {sorted(expected.before)}, found {sorted(order)}"
