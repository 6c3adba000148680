"""What other editions make of the same facts: conclusions, states and limits that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ekbom.assessment.assess import Assessment, assess, assessed_topics
from ekbom.assessment.findings import Finding
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import InForce, Step
from ekbom.logic import Conclusion, Truth
from ekbom.patient.patient import Patient


@dataclass(frozen=True, slots=True)
class EditionChange:
    """One topic on which two assessments used different editions.

    Parameters
    ----------
    topic, name : str
        Id and name of the topic.
    then, now : str
        The edition each used.
    steps : tuple of Step
        The editions published between the two, with what each changed; oldest first.
    """

    topic: str
    name: str
    then: str
    now: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class LimitChange:
    """One limit with a different value; None where an assessment did not use it."""

    name: str
    then: Sourced | None
    now: Sourced | None


@dataclass(frozen=True, slots=True)
class ConclusionChange:
    """One conclusion that came out differently, or that rests on other limits.

    Parameters
    ----------
    id, section : str
        Id of the conclusion and of its section.
    then, now : Finding or None
        None where its rule was not in force.
    limits : tuple of LimitChange
        Limits that decided it and differ.
    """

    id: str
    section: str
    then: Finding | None
    now: Finding | None
    limits: tuple[LimitChange, ...]

    @property
    def name(self) -> str:
        """What a reader calls the conclusion."""
        either = self.now or self.then
        return either.name if either is not None else self.id

    @property
    def is_other(self) -> bool:
        """Whether it came out differently, not only by other limits."""
        return _outcome(self.then) != _outcome(self.now)

    @property
    def matters(self) -> bool:
        """False for a rule that is new or gone and says nothing of this patient."""
        one = self.now or self.then
        both = self.then is not None and self.now is not None
        return both or (one is not None and one.conclusion.truth is Truth.YES)


@dataclass(frozen=True, slots=True)
class Changes:
    """How two assessments of the same facts differ.

    Parameters
    ----------
    editions : tuple of EditionChange
        Topics with different editions.
    conclusions : tuple of ConclusionChange
        In the order of the report.
    """

    editions: tuple[EditionChange, ...]
    conclusions: tuple[ConclusionChange, ...]


def newest_editions(knowledge: KnowledgeBase) -> Mapping[str, str]:
    """The newest edition on file, by topic of the assessment."""
    topics = assessed_topics(knowledge)
    return {topic: record.steps[-1].edition for topic, record in topics.items()}


def against_newest(
    assessment: Assessment, patient: Patient, knowledge: KnowledgeBase
) -> Changes | None:
    """What the newest editions would change on the same facts.

    Parameters
    ----------
    assessment : Assessment
        As made by some editions.
    patient : Patient
        The record it was made from.
    knowledge : KnowledgeBase
        The same it was made with.

    Returns
    -------
    Changes or None
        None where the newest editions made it.
    """
    newest = newest_editions(knowledge)
    if dict(assessment.editions) == newest:
        return None
    return changes(
        assessment, assess(patient, knowledge, assessment.as_of, newest), assessed_topics(knowledge)
    )


def by_editions_of(
    days: Sequence[date], patient: Patient, knowledge: KnowledgeBase
) -> tuple[tuple[date, Assessment], ...]:
    """The same facts, as of the last of the days, by the editions in force on each.

    Parameters
    ----------
    days : sequence of datetime.date
        In any order.
    patient : Patient
        The record.
    knowledge : KnowledgeBase
        With its ``in-force`` section.
    """
    last = max(days)
    topics = assessed_topics(knowledge)
    return tuple(
        (
            day,
            assess(patient, knowledge, last, {t: one.edition_on(day) for t, one in topics.items()}),
        )
        for day in sorted(days)
    )


def changes(then: Assessment, now: Assessment, topics: Mapping[str, InForce]) -> Changes:
    """How two assessments of the same facts differ.

    Parameters
    ----------
    then, now : Assessment
        Of the same patient as of the same day.
    topics : Mapping of str to InForce
        The sequence of editions on each topic.
    """
    return Changes(tuple(_editions(then, now, topics)), tuple(_conclusions(then, now)))


def _editions(
    then: Assessment, now: Assessment, topics: Mapping[str, InForce]
) -> Iterator[EditionChange]:
    for topic, record in topics.items():
        before, after = then.editions[topic], now.editions[topic]
        if before != after:
            ends = sorted((record.position(before) or 0, record.position(after) or 0))
            between = record.steps[ends[0] + 1 : ends[1] + 1]
            yield EditionChange(topic, record.name, before, after, between)


def _conclusions(then: Assessment, now: Assessment) -> Iterator[ConclusionChange]:
    for section in now.sections:
        # An id of the older assessment keeps its place; one it lost comes at the end.
        after = {f.conclusion.id: f for f in section if f.conclusion.id}
        before = {f.conclusion.id: f for f in then.section(section.id) if f.conclusion.id}
        for name in dict.fromkeys((*after, *before)):
            changed = _change(name, section.id, before.get(name), after.get(name))
            if changed is not None:
                yield changed


def _change(
    name: str, section: str, then: Finding | None, now: Finding | None
) -> ConclusionChange | None:
    limits = tuple(_limit_changes(then, now)) if then and now else ()
    changed = ConclusionChange(name, section, then, now, limits)
    return changed if changed.is_other or limits else None


def _outcome(finding: Finding | None) -> tuple[str, str] | None:
    return None if finding is None else (str(finding.conclusion.truth), finding.state)


def _limit_changes(then: Finding, now: Finding) -> Iterator[LimitChange]:
    before = {s.parameter: s for s in limits_used(then.conclusion)}
    after = {s.parameter: s for s in limits_used(now.conclusion)}
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        if (old.value if old else None) != (new.value if new else None):
            either = new or old
            yield LimitChange(either.name if either else name, old, new)


def limits_used(conclusion: Conclusion) -> Iterator[Sourced]:
    """The limits that settled a conclusion or that it waits for, in the order they were met."""
    if conclusion.limit is not None:
        yield conclusion.limit
    for part in conclusion.decided_by:
        yield from limits_used(part)
