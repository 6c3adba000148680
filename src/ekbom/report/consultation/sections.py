"""The sections of a consultation that unfold to reasons, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from ekbom.assessment.findings import Finding, Section
from ekbom.consultation import Consultation
from ekbom.report.consultation.due import when_text

# Everything, what could be done, what became of it.
Part = Literal["consult", "plan", "follow"]


def plan_sections(found: Consultation) -> tuple[Section, ...]:
    """The gate, and what else the plan says, with the reasons of every option."""
    sections = (Section("gate", "Before options", (found.plan.gate,)), *found.plan.sections)
    return tuple(section for section in sections if section.findings)


def follow_up_sections(found: Consultation) -> tuple[Section, ...]:
    """What the follow-up says, and which checks are due."""
    due = tuple(
        Finding(one.check.name, one.conclusion, when_text(one, found.as_of), one.check.words)
        for one in found.follow_up.due
    )
    sections = (*found.follow_up.sections, Section("due", "What is due", due))
    return tuple(section for section in sections if section.findings)


def told_once(sections: Iterable[Section]) -> Iterator[Section]:
    """Sections without what an earlier one told: habits are read in the plan and assessed too."""
    told: set[str] = set()
    for section in sections:
        kept = tuple(f for f in section if f.conclusion.id not in told)
        told.update(f.conclusion.id for f in kept if f.conclusion.id)
        yield replace(section, findings=kept)


def told_ids(found: Consultation) -> frozenset[str]:
    """Ids of everything that unfolds somewhere on the page."""
    sections = (*plan_sections(found), *follow_up_sections(found), *found.assessment.sections)
    return frozenset(f.conclusion.id for s in sections for f in s if f.conclusion.id)
