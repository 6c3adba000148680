"""What of an assessment a patient may be shown: plain words, questions, topics to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ekbom.assessment.assess import Assessment
from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Condition, Question
from ekbom.knowledge.education import Topic
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.logic import Missing, Truth
from ekbom.patient.patient import Patient
from ekbom.report.assessment.lead import lead
from ekbom.report.assessment.leading import ASKED_RULES, RED_FLAGS
from ekbom.report.assessment.modes import Shown
from ekbom.report.assessment.wording import PATIENT_HEADINGS, entered_text, within_sentence

# So many questions a patient meets at once; the others fold away.
N_ASKED: Final = 12
# The words of these records say what holds where the thing is present; to a patient they are
# said only then.
_SAID_IF_PRESENT = frozenset({RED_FLAGS, "mimics", "drivers"})
# Its words speak of "this", a feature that only the name for clinicians tells.
_WITHOUT_SUBJECT = frozenset({"R-DX-09"})
_CHILD = "R-POP-01:child"

OLDER_GUIDANCE: Final = (
    "This page was made with older guidance on purpose. Newer guidance exists and may say "
    "something else."
)
OF_A_CHILD: Final = (
    "This page is about a child. Where it says you, the child is meant; please go through it "
    "together, and leave out what does not suit the child's age."
)


@dataclass(frozen=True, slots=True)
class PatientPart:
    """A heading and what is said under it."""

    id: str
    heading: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatientView:
    """Everything a patient is shown; there is no way from here to the words for clinicians.

    Parameters
    ----------
    first : tuple of str
        What must not wait.
    guidance : str
        That the page is about a child, that older guidance was used; empty where neither holds.
    parts : tuple of PatientPart
        What is said, in order.
    facts : tuple of tuple of str
        What is on record: name, value, day.
    asked_first, asked : tuple of str
        Questions nobody has answered yet, in plain words: those that must not wait, and the
        others, most wanted first.
    tests : tuple of str
        Tests without a result on record, by name.
    topics : tuple of Topic
        To read on: for everyone, and what fits what holds.
    """

    first: tuple[str, ...]
    guidance: str
    parts: tuple[PatientPart, ...]
    facts: tuple[tuple[str, str, str], ...]
    asked_first: tuple[str, ...]
    asked: tuple[str, ...]
    tests: tuple[str, ...]
    topics: tuple[Topic, ...]


def patient_view(shown: Shown) -> PatientView:
    """What a patient may be shown of an assessment."""
    knowledge = shown.knowledge
    parts = tuple(part for s in shown.assessment.sections for part in patient_part(s))
    found = lead(shown.assessment)
    missing = [one.missing for one in found.wanted]
    # Where a rule has words for what was not asked, they name it all, and more urgently.
    silent = [f for f in found.open_flags if not _speaks(f, RED_FLAGS)]
    urgent = [missing for f in silent for missing in f.conclusion.all_missing()]
    asked_first = _questions(urgent, knowledge)
    return PatientView(
        first=tuple(says for part in parts if part.id == RED_FLAGS for says in part.says),
        guidance=_guidance(shown),
        parts=tuple(part for part in parts if part.id != RED_FLAGS),
        facts=tuple(recorded_facts(shown.patient, knowledge)),
        asked_first=asked_first,
        asked=tuple(q for q in _questions(missing, knowledge) if q not in asked_first),
        tests=tuple(_tests(missing, knowledge)),
        topics=fitting_topics(shown.assessment, knowledge),
    )


def _guidance(shown: Shown) -> str:
    child = shown.assessment.conclusion(_CHILD)
    said = (
        OF_A_CHILD if child is not None and child.truth is Truth.YES else "",
        "" if shown.changes is None else OLDER_GUIDANCE,
    )
    return " ".join(part for part in said if part)


def patient_part(section: Section) -> Iterator[PatientPart]:
    """A section in plain words; nothing where none of it speaks to a patient."""
    kept = [section.summary.patient] if section.summary.patient else []
    for finding in section:
        told = any(finding.words.patient in text for text in kept)
        if _speaks(finding, section.id) and not told:
            kept.append(finding.words.patient)
    if kept:
        heading = PATIENT_HEADINGS.get(section.id, section.title)
        yield PatientPart(section.id, heading, tuple(kept))


def _speaks(finding: Finding, section_id: str) -> bool:
    """Whether a finding has something to say to a patient."""
    holds = finding.conclusion.truth is Truth.YES
    if finding.conclusion.rule in _WITHOUT_SUBJECT:
        return False
    of_rule = section_id not in _SAID_IF_PRESENT or finding.conclusion.id in ASKED_RULES
    return bool(finding.words.patient) and (holds or of_rule)


def _questions(missing: list[Missing], knowledge: KnowledgeBase) -> tuple[str, ...]:
    asked = knowledge.of(Question)
    ids = [m.key.partition(":")[2] for m in missing if m.key.startswith("question:")]
    words = [asked[id].ask_patient for id in ids if id in asked]
    return tuple(dict.fromkeys(text for text in words if text))


def _tests(missing: list[Missing], knowledge: KnowledgeBase) -> Iterator[str]:
    known = knowledge.of(Analyte)
    for one in missing:
        kind, _, name = one.key.partition(":")
        if kind == "lab" and name in known:
            yield within_sentence(known[name].name)


def fitting_topics(assessment: Assessment, knowledge: KnowledgeBase) -> tuple[Topic, ...]:
    """Topics for everyone, and those that fit a conclusion that holds."""
    holding = {f.conclusion.id for f in assessment.findings() if f.conclusion.truth is Truth.YES}
    return tuple(
        topic
        for topic in knowledge.of(Topic).values()
        if topic.for_everyone or not holding.isdisjoint(topic.fits)
    )


def recorded_facts(patient: Patient, knowledge: KnowledgeBase) -> Iterator[tuple[str, str, str]]:
    """Results, questionnaires, medicines and conditions as recorded; never a dose."""
    for draw in reversed(patient.draws):
        for analyte_id, result in draw.results.items():
            name = knowledge.record(Analyte, analyte_id).name
            yield name, entered_text(result.entered), draw.on.isoformat()
    for filled in patient.questionnaires:
        if filled.total is not None:
            name = knowledge.record(Instrument, filled.instrument).name
            yield name, f"{filled.total:g} points", filled.on.isoformat()
    for use in patient.medications:
        since = "" if use.started is None else f"since {use.started}"
        yield use.drug, "taken" if use.stopped is None else f"until {use.stopped}", since
    for fact in patient.conditions:
        name = knowledge.record(Condition, fact.condition).name
        value = "on record" if fact.present else "looked for, not found"
        yield name, value, str(fact.since)
