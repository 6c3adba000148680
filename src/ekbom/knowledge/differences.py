"""Differences: two editions side by side, with the source of each side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import CriteriaSet
from ekbom.knowledge.records import Citation, InForce, Rule


@dataclass(frozen=True, slots=True)
class Side:
    """What one edition says.

    Parameters
    ----------
    says : str
        In words; empty where it says nothing of it.
    citation : Citation or None
        Who says so; None where it says nothing.
    """

    says: str = ""
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which two editions differ.

    Parameters
    ----------
    kind : str
        ``parameter``, ``criterion`` or ``rule``.
    id, name : str
        What it is; a criterion has no name but its id.
    first, second : Side
        What each says.
    """

    kind: Literal["parameter", "criterion", "rule"]
    id: str
    name: str
    first: Side
    second: Side


def differences(base: KnowledgeBase, first: str, second: str) -> tuple[Difference, ...]:
    """Everything on which two editions differ.

    Parameters
    ----------
    base : KnowledgeBase
        With all sections.
    first, second : str
        Edition ids.

    Returns
    -------
    tuple of Difference
        Parameters, criteria, rules. A parameter that one of them does not have is a difference.

    Raises
    ------
    KnowledgeError
        There is no such edition.
    UsageError
        They answer different topics, so that neither says anything of the other's.
    """
    base.edition(first)
    base.edition(second)
    _check_comparable(base, first, second)
    return (
        *_parameters(base, first, second),
        *_criteria(base, first, second),
        *_rules(base, first, second),
    )


def _check_comparable(base: KnowledgeBase, first: str, second: str) -> None:
    topics = [
        {topic.id for topic in base.of(InForce).values() if topic.position(edition) is not None}
        for edition in (first, second)
    ]
    if topics[0] and topics[1] and not topics[0] & topics[1]:
        same = [
            step.edition
            for topic in sorted(topics[0])
            for step in base.record(InForce, topic).steps
            if step.edition != first
        ]
        raise UsageError(
            f"{first} is on {', '.join(sorted(topics[0]))}, "
            f"{second} on {', '.join(sorted(topics[1]))}",
            expected=f"another edition on the topic of the first: {', '.join(same)}",
        )


def _parameters(base: KnowledgeBase, first: str, second: str) -> Iterator[Difference]:
    for parameter in base.parameters.values():
        sides = []
        for edition in (first, second):
            value = parameter.editions.get(edition)
            if value is None:
                sides.append(Side())
                continue
            unit = "" if parameter.unit in ("", "1") else f" {parameter.unit}"
            shown = value.value if isinstance(value.value, str) else f"{value.value:g}"
            citation = Citation(value.source, value.place, value.mark)
            sides.append(Side(f"{shown}{unit}", citation))
        if sides[0].says != sides[1].says:
            yield Difference("parameter", parameter.id, parameter.name, sides[0], sides[1])


def _criteria(base: KnowledgeBase, first: str, second: str) -> Iterator[Difference]:
    sides: list[dict[str, Side]] = []
    for edition in (first, second):
        sets = [one for one in base.of(CriteriaSet).values() if one.edition == edition]
        sides.append(
            {
                criterion.id: Side(criterion.statement, one.citations[0])
                for one in sets
                for criterion in one.criteria
            }
        )
    for id in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = sides[0].get(id, Side()), sides[1].get(id, Side())
        if one.says != other.says:
            yield Difference("criterion", id, "", one, other)


def _rules(base: KnowledgeBase, first: str, second: str) -> Iterator[Difference]:
    for sequence in base.of(InForce).values():
        places = (sequence.position(first), sequence.position(second))
        for rule in base.of(Rule).values():
            if rule.topic != sequence.id or not rule.since_edition:
                continue
            since = sequence.position(rule.since_edition)
            one, other = (
                Side(rule.logic, rule.citations[0])
                if place is not None and since is not None and since <= place
                else Side()
                for place in places
            )
            if None not in places and one.says != other.says:
                yield Difference("rule", rule.id, rule.name, one, other)
