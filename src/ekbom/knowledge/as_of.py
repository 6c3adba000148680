"""As of a day: what the editions then in force make of a thing, and which changed between days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.editions import Edition
from ekbom.knowledge.parameters import Parameter
from ekbom.knowledge.records import InForce, Rule, Step


@dataclass(frozen=True, slots=True)
class Standing:
    """One topic on one day.

    Parameters
    ----------
    topic : InForce
        What is answered.
    step : Step
        The edition that answers; the oldest on file where none was out yet.
    is_out : bool
        Whether it could be read on that day.
    """

    topic: InForce
    step: Step
    is_out: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """Topics that were answered by one edition, and later by another.

    Parameters
    ----------
    topics : tuple of InForce
        Which.
    first, second : str
        Edition ids.
    steps : tuple of Step
        Everything that came between, the later edition last.
    """

    topics: tuple[InForce, ...]
    first: str
    second: str
    steps: tuple[Step, ...]


def standings(base: KnowledgeBase, day: date) -> tuple[Standing, ...]:
    """Which edition answers each topic on a day.

    Parameters
    ----------
    base : KnowledgeBase
        With the section ``in-force``.
    day : datetime.date
        The day.
    """
    return tuple(_standing(topic, day) for topic in base.of(InForce).values())


def _standing(topic: InForce, day: date) -> Standing:
    edition = topic.edition_on(day)
    step = next(one for one in topic.steps if one.edition == edition)
    return Standing(topic, step, step.since <= day)


def changed_between(base: KnowledgeBase, first: date, second: date) -> tuple[Changed, ...]:
    """Topics whose edition is another one on the later of two days.

    Parameters
    ----------
    base : KnowledgeBase
        With the section ``in-force``.
    first, second : datetime.date
        In either order.
    """
    early, late = sorted((first, second))
    pairs: dict[tuple[str, str], list[InForce]] = {}
    for topic in base.of(InForce).values():
        pair = (topic.edition_on(early), topic.edition_on(late))
        if pair[0] != pair[1]:
            pairs.setdefault(pair, []).append(topic)
    return tuple(
        Changed(tuple(topics), one, other, _between(topics[0], one, other))
        for (one, other), topics in pairs.items()
    )


def _between(topic: InForce, first: str, second: str) -> tuple[Step, ...]:
    editions = [step.edition for step in topic.steps]
    return topic.steps[editions.index(first) + 1 : editions.index(second) + 1]


def told_on(thing: Any, base: KnowledgeBase, day: date) -> Iterator[str]:
    """What the editions in force on a day make of a thing; nothing where none of them bears on it.

    Parameters
    ----------
    thing : object
        Of the catalogue.
    base : KnowledgeBase
        With all sections.
    day : datetime.date
        The day.
    """
    if isinstance(thing, InForce):
        yield _answers(_standing(thing, day), base)
    elif isinstance(thing, Parameter):
        yield from _of_parameter(thing, base, day)
    elif isinstance(thing, Rule) and thing.topic and thing.since_edition:
        since = base.record(InForce, thing.topic).since(thing.since_edition)
        yield f"applied since {since}" if since <= day else f"not applied yet: only from {since}"
    elif isinstance(thing, Claim):
        if thing.superseded_by:
            yield _superseded(base.edition(thing.superseded_by), base, day)
    elif isinstance(thing, Edition):
        yield from _of_edition(thing, base, day, "")
    elif getattr(thing, "edition", "") in base.editions:
        yield from _of_edition(base.edition(thing.edition), base, day, "stands in")


def _answers(found: Standing, base: KnowledgeBase) -> str:
    title = base.edition(found.step.edition).title
    name = found.topic.name
    if found.is_out:
        return f"{name}: {title} answers, since {found.step.since}"
    return f"{name}: none was out yet; the oldest on file is {title}, of {found.step.since}"


def _of_parameter(parameter: Parameter, base: KnowledgeBase, day: date) -> Iterator[str]:
    unit = "" if parameter.unit in ("", "1") else f" {parameter.unit}"
    for topic in base.of(InForce).values():
        if not any(topic.position(edition) is not None for edition in parameter.editions):
            continue
        found = _standing(topic, day)
        edition = base.edition(found.step.edition)
        value = parameter.editions.get(edition.id)
        if not found.is_out:
            yield f"{topic.name}: no edition on file was out yet"
        elif value is None:
            yield f"{topic.name}: {edition.title}, then in force, says nothing of it"
        else:
            shown = value.value if isinstance(value.value, str) else f"{value.value:g}"
            yield f"{topic.name}: {shown}{unit}, by {edition.title}"


def _superseded(edition: Edition, base: KnowledgeBase, day: date) -> str:
    topics = [one for one in base.of(InForce).values() if one.position(edition.id) is not None]
    since = min((topic.since(edition.id) for topic in topics), default=None)
    if since is None:
        return f"superseded by {edition.title}, of {edition.year}"
    if since > day:
        return f"not superseded yet: {edition.title} could be read only from {since}"
    return f"superseded by {edition.title}, since {since}"


def _of_edition(edition: Edition, base: KnowledgeBase, day: date, how: str) -> Iterator[str]:
    """When an edition came and whether it answers: by day where that is on file, else by year."""
    head = f"{how} {edition.title}: " if how else ""
    topics = [one for one in base.of(InForce).values() if one.position(edition.id) is not None]
    for topic in topics:
        since = topic.since(edition.id)
        if since > day:
            yield f"{head}{topic.name}: not out yet, only from {since}"
        elif topic.edition_on(day) == edition.id:
            yield f"{head}{topic.name}: in force, since {since}"
        else:
            later = base.edition(topic.edition_on(day)).title
            yield f"{head}{topic.name}: out since {since}; {later} answers"
    if not topics and edition.year > day.year:
        yield f"{head}not out yet: of {edition.year}"
    elif not topics:
        yield f"{head}of {edition.year}"
