"""assess: one patient on one day, from red flags to work-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from ekbom.assessment.case import Case
from ekbom.assessment.circadian import circadian_pattern
from ekbom.assessment.diagnosis import diagnosis
from ekbom.assessment.drivers import drivers
from ekbom.assessment.findings import Finding, Section, by_id
from ekbom.assessment.habits import habits
from ekbom.assessment.iron import iron
from ekbom.assessment.mimics import mimics
from ekbom.assessment.plmd import periodic_limb_movements
from ekbom.assessment.populations import populations
from ekbom.assessment.red_flags import red_flags
from ekbom.assessment.severity import severity
from ekbom.assessment.sleep import sleep
from ekbom.assessment.work_up import work_up
from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.records import InForce, Rule
from ekbom.logic import Conclusion
from ekbom.patient.patient import Patient

# In the order of reasoning: a part may rest on conclusions of those before it.
_PARTS = (
    mimics,
    diagnosis,
    severity,
    periodic_limb_movements,
    iron,
    drivers,
    circadian_pattern,
    sleep,
    habits,
    populations,
    work_up,
    red_flags,
)
# Topics whose editions its rules follow.
_TOPICS = ("diagnosis", "iron", "plmd")
# In the order of reading.
_ORDER = (
    "red-flags",
    "diagnosis",
    "mimics",
    "plmd",
    "severity",
    "circadian",
    "sleep",
    "iron",
    "drivers",
    "populations",
    "work-up",
    "habits",
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What can be said of one patient on one day.

    Parameters
    ----------
    patient_id : str
        Id of the record.
    as_of : datetime.date
        The day; later facts played no part.
    editions : Mapping of str to str
        The edition used, by topic.
    not_yet_out : frozenset of str
        Topics whose edition came out later than the day: none older is on file.
    knowledge_hash : str
        Content hash of the knowledge base.
    sections : tuple of Section
        In the order of a report, red flags first.
    """

    patient_id: str
    as_of: date
    editions: Mapping[str, str]
    knowledge_hash: str
    sections: tuple[Section, ...]
    not_yet_out: frozenset[str] = frozenset()

    def section(self, section_id: str) -> Section:
        """The section of this id; UsageError where there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        known = ", ".join(section.id for section in self.sections)
        raise UsageError(f"no section {section_id!r}", expected=f"one of: {known}")

    def findings(self) -> Iterator[Finding]:
        """All findings, in order."""
        for section in self.sections:
            yield from section.findings

    def conclusion(self, conclusion_id: str) -> Conclusion | None:
        """The conclusion of this id; None where its rule was not in force."""
        found = (f.conclusion for f in self.findings() if f.conclusion.id == conclusion_id)
        return next(found, None)

    def concluded(self) -> Mapping[str, Conclusion]:
        """Every conclusion by id."""
        return by_id(self.findings())


def topics_of(knowledge: KnowledgeBase) -> Mapping[str, InForce]:
    """The topics that any rule belongs to, each with its editions."""
    asked = {rule.topic for rule in knowledge.of(Rule).values()}
    return {id: topic for id, topic in knowledge.of(InForce).items() if id in asked}


def assessed_topics(knowledge: KnowledgeBase) -> Mapping[str, InForce]:
    """The topics that a rule of the assessment belongs to; options have their own."""
    return {id: topic for id, topic in topics_of(knowledge).items() if id in _TOPICS}


def editions_on(
    day: date, knowledge: KnowledgeBase, named: Mapping[str, str] | None = None
) -> Mapping[str, str]:
    """The edition used on a day for each topic that a rule belongs to.

    Parameters
    ----------
    day : datetime.date
        The day.
    knowledge : KnowledgeBase
        With its ``in-force`` section.
    named : Mapping of str to str, optional
        Editions the caller chose, by topic.

    Raises
    ------
    UsageError
        There is no such topic, or the topic has no such edition.
    """
    topics = topics_of(knowledge)
    editions = {topic: record.edition_on(day) for topic, record in topics.items()}
    for topic, edition in (named or {}).items():
        if topic not in topics:
            raise UsageError(f"no topic {topic!r}", expected=f"one of: {', '.join(topics)}")
        if topics[topic].position(edition) is None:
            known = ", ".join(step.edition for step in topics[topic].steps)
            raise UsageError(f"no edition {edition!r} on {topic}", expected=f"one of: {known}")
        editions[topic] = edition
    return MappingProxyType(editions)


def assess(
    patient: Patient,
    knowledge: KnowledgeBase,
    as_of: date,
    editions: Mapping[str, str] | None = None,
) -> Assessment:
    """Assess a patient as of a day.

    Parameters
    ----------
    patient : Patient
        The whole record; facts after ``as_of`` play no part.
    knowledge : KnowledgeBase
        All sections.
    as_of : datetime.date
        The day; it also decides which editions answer.
    editions : Mapping of str to str, optional
        Editions to use instead, by topic, e.g. ``{"iron": "irlssg-2018"}``.

    Raises
    ------
    UsageError
        The day is before birth, or an edition is not known.
    """
    topics = assessed_topics(knowledge)
    for topic in set(editions or {}) - set(topics):
        raise UsageError(f"no topic {topic!r}", expected=f"one of: {', '.join(topics)}")
    return assessed(case_on(patient, knowledge, as_of, editions))


def assessed(case: Case) -> Assessment:
    """The assessment of a case: a patient on a day with the editions that answer."""
    topics = assessed_topics(case.knowledge)
    editions = {topic: case.editions[topic] for topic in topics}
    return Assessment(
        case.patient.id,
        case.as_of,
        MappingProxyType(editions),
        case.knowledge.content_hash,
        _sections(case),
        frozenset(t for t, edition in editions.items() if topics[t].since(edition) > case.as_of),
    )


def case_on(
    patient: Patient,
    knowledge: KnowledgeBase,
    as_of: date,
    editions: Mapping[str, str] | None = None,
) -> Case:
    """The patient as of a day, with the editions that answer on it; as for `assess`."""
    if as_of < patient.person.born.first:
        raise UsageError(
            f"{as_of} is before birth ({patient.person.born})",
            expected="a day of the life that the record tells of",
            what_to_do="name a later day",
        )
    return Case(patient.as_of(as_of), knowledge, as_of, editions_on(as_of, knowledge, editions))


def _sections(case: Case) -> tuple[Section, ...]:
    concluded: dict[str, Conclusion] = {}
    found: dict[str, Section] = {}
    for part in _PARTS:
        section = part(case, concluded)
        found[section.id] = section
        concluded |= by_id(section)
    return tuple(found[section_id] for section_id in _ORDER if section_id in found)
