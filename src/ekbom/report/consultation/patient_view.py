"""What of a consultation a patient may be shown: plain words, never a dose, never advice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ekbom.assessment.findings import Section
from ekbom.consultation import Consultation
from ekbom.followup.monitoring import DueCheck
from ekbom.knowledge.outcomes import Target
from ekbom.knowledge.treatment import Block
from ekbom.logic import Truth
from ekbom.report.assessment.patient_view import (
    PatientPart,
    PatientView,
    patient_part,
    patient_view,
)
from ekbom.report.consultation.decide import choices
from ekbom.report.consultation.sections import follow_up_sections
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.treatment.options import Option

QUESTIONS: Final = (
    "What speaks for this and what against it, for me?",
    "What would happen if we waited?",
    "How would we notice that it helps, or that it harms?",
    "When do we look at it again?",
)
# Shown in their own place, or not at all.
_ELSEWHERE = frozenset({"blocks", "options", "due", "targets"})
_BLOCK, _TARGET = "block:", "target:"
_SENTENCE_ENDS: Final = re.compile(r"(?<=[.!?]) ")


@dataclass(frozen=True, slots=True)
class ToDiscuss:
    """Something guidelines say can be talked about; a name and plain words, no more."""

    id: str
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class DueForPatient:
    """Something that is to be looked at, and when."""

    says: str
    when: str


@dataclass(frozen=True, slots=True)
class PatientConsultation:
    """Everything a patient is shown of a consultation.

    Parameters
    ----------
    assessed : PatientView
        Of the assessment.
    course, plan : tuple of PatientPart
        What became of it, and what comes before anything can be talked about.
    to_discuss : tuple of ToDiscuss
        By name, in the order of the alphabet: it says nothing of what is better.
    watch : tuple of ToDiscuss
        What to watch for with what is taken now.
    targets : tuple of str
        What one could aim for, in words.
    due : tuple of DueForPatient
        What is to be looked at, and when.
    """

    assessed: PatientView
    course: tuple[PatientPart, ...]
    plan: tuple[PatientPart, ...]
    to_discuss: tuple[ToDiscuss, ...]
    watch: tuple[ToDiscuss, ...]
    targets: tuple[str, ...]
    due: tuple[DueForPatient, ...]


def patient_consultation(shown: ShownConsultation) -> PatientConsultation:
    """What a patient may be shown of a consultation."""
    found = shown.consultation
    options = sorted(_offered(found), key=lambda option: option.action.name)
    assessed = _with_latest_facts(patient_view(shown.assessed))
    # What became of it and the plan may each be shown alone: each says a thing once by itself.
    return PatientConsultation(
        assessed=assessed,
        course=tuple(said_once(_parts(follow_up_sections(found)), assessed.first)),
        plan=tuple(said_once((*_parts(_plan_sections(found)), *_blocks(shown)), assessed.first)),
        to_discuss=tuple(
            ToDiscuss(o.action.id, o.action.name, o.action.words.patient)
            for o in options
            if o.action.words.patient
        ),
        watch=tuple(
            ToDiscuss(o.action.id, o.action.name, o.action.tell.patient)
            for o in sorted(found.plan.weighed, key=lambda option: option.action.name)
            if o.taken and o.action.tell.patient
        ),
        targets=tuple(dict.fromkeys(_targets(shown))),
        due=tuple(_due(found.follow_up.due)),
    )


def _with_latest_facts(view: PatientView) -> PatientView:
    """The latest of each fact: a history of years would bury what holds today."""
    latest: dict[str, tuple[str, str, str]] = {}
    for fact in view.facts:
        held = latest.get(fact[0])
        latest[fact[0]] = fact if held is None or fact[2] >= held[2] else held
    return replace(view, facts=tuple(latest.values()))


def _parts(sections: Iterable[Section]) -> Iterator[PatientPart]:
    for section in sections:
        if section.id not in _ELSEWHERE:
            yield from patient_part(section)


def said_once(parts: Iterable[PatientPart], before: Iterable[str] = ()) -> Iterator[PatientPart]:
    """The parts less every sentence that was said already, here or before.

    Parameters
    ----------
    parts : iterable of PatientPart
        In the order of reading.
    before : iterable of str
        What is read before them.
    """
    said = {sentence for text in before for sentence in _sentences(text)}
    for part in parts:
        kept = []
        for text in part.says:
            new = [sentence for sentence in _sentences(text) if sentence not in said]
            said.update(new)
            if new:
                kept.append(" ".join(dict.fromkeys(new)))
        if kept:
            yield replace(part, says=tuple(kept))


def _sentences(text: str) -> list[str]:
    return _SENTENCE_ENDS.split(text)


def _plan_sections(found: Consultation) -> Iterator[Section]:
    """What of the plan has words for patients: not the reasons of single options."""
    plan = found.plan
    yield Section("gate", "Before options", (plan.gate,))
    for section in plan.sections:
        those = (f for f in section if not f.conclusion.id.startswith("option:"))
        yield Section(section.id, section.title, tuple(those), section.summary, section.caveats)


def _blocks(shown: ShownConsultation) -> Iterator[PatientPart]:
    """Blocks that hold for whole kinds of treatment; those of single medicines are not told."""
    known = shown.knowledge.of(Block)
    sections = (s for s in shown.consultation.plan.sections if s.id == "blocks")
    kept = [
        finding
        for section in sections
        for finding in section
        if finding.conclusion.truth is Truth.YES
        and known[finding.conclusion.id.removeprefix(_BLOCK)].kinds
    ]
    if kept:
        yield from patient_part(Section("blocks", "Hard blocks", tuple(kept)))


def _offered(found: Consultation) -> Iterator[Option]:
    return (option for choice in choices(found) for option in choice.offered)


def _targets(shown: ShownConsultation) -> Iterator[str]:
    """Targets as the person lives them; a number alone is never an aim."""
    known = shown.knowledge.of(Target)
    for section in shown.consultation.follow_up.sections:
        for finding in section if section.id == "targets" else ():
            target = known.get(finding.conclusion.id.removeprefix(_TARGET))
            if finding.words.patient and target is not None and target.outcome == "patient":
                yield finding.words.patient


def _due(checks: Iterable[DueCheck]) -> Iterator[DueForPatient]:
    for one in checks:
        says, truth = one.check.words.patient, one.conclusion.truth
        if says and truth is Truth.YES:
            yield DueForPatient(says, "now")
        elif says and one.due_on is not None:
            yield DueForPatient(says, f"{one.due_on}")
