"""Record: what every dated, sourced thing in the knowledge base says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ekbom.knowledge.parameters import Checked, Mark

CodeSystem = Literal["loinc", "icd-10-cm", "snomed-ct", "rxnorm", "atc", "hpo"]
Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A source and the place in it.

    Parameters
    ----------
    source : str
        Id of the source.
    place : str
        Where in it.
    mark : str
        How well it was checked; see `EditionValue`.
    """

    source: str
    place: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was seen in a release of its code system; others are left out.

    Parameters
    ----------
    code : str
        As released.
    display : str
        The system's own name for it, where that was seen too.
    release : str
        Release in which it was seen.
    """

    code: str
    release: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a thing, to whom.

    Parameters
    ----------
    clinician : str
        For a professional.
    patient : str
        For a patient: no diagnosis, no dose, no advice to start, stop or change a medicine.
        Empty where nothing is said to a patient.
    """

    clinician: str
    patient: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Base of the records that carry their own provenance.

    Parameters
    ----------
    id : str
        Stable name; unique in its section.
    name : str
        What a clinician calls it.
    source, place, mark : str
        The main source, the place in it, and how well it was checked (see `EditionValue`).
    checked : Checked
        Last comparison with the sources.
    also : tuple of Citation
        Further sources.
    claims : tuple of str
        Ids of the claims it carries into an output. Only claims that may drive one.
    history : tuple of str
        Ids of claims it corrects or tells as history; never as advice.
    notes : str
        For maintainers.
    """

    id: str
    name: str
    source: str
    place: str
    mark: Mark
    checked: Checked
    also: tuple[Citation, ...] = ()
    claims: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    notes: str = ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The main source first, then the others."""
        return (Citation(self.source, self.place, self.mark), *self.also)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a matrix: a fact about the patient and what it speaks for.

    Parameters
    ----------
    fact : str
        ``kind:id``, e.g. ``question:calf-contraction-visible``, ``condition:diabetes``,
        ``drug-class:ssri``, ``conclusion:R-DX-06``; see `ekbom.assessment.case`.
    role : str
        ``needed``: without it the thing is not supported; ``for``: supports it, one suffices;
        ``suggests``: points to it without sufficing; ``against``: speaks against it, one
        suffices; ``doubts``: makes what is supported doubtful without sufficing against it.
    says : str
        The line in words, as a reader of the report meets it.
    value : str
        The answer that makes the line count, ``yes`` by default.
    awaited : bool
        False for a ``for`` or ``suggests`` line that need not be known before the others may
        speak against the thing: a recorded diagnosis, a test done only for a reason.
    """

    fact: str
    role: Literal["needed", "for", "suggests", "against", "doubts"]
    says: str
    value: Answer = "yes"
    awaited: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Record):
    """One rule of a guideline, which a function of the same id in the code carries out.

    Parameters
    ----------
    logic : str
        The rule in one or two sentences, with the limits by name, not by number.
    topic : str
        What it belongs to, an id of ``in-force/``; empty where it never changed.
    since_edition : str
        First edition of the topic in which it is applied; empty: in all.
    when : Mapping of str to Words
        What is said when it is ``yes``, ``no`` or ``unknown``.
    """

    logic: str
    topic: str = ""
    since_edition: str = ""
    when: Mapping[Answer, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """From a date on, an edition was the newest on its topic.

    Parameters
    ----------
    edition : str
        Edition id.
    since : datetime.date
        First day on which it could be read.
    changed : str
        What it changed against the one before, in one sentence.
    """

    edition: str
    since: date
    changed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce(Record):
    """Which edition answers for a topic at a date.

    Parameters
    ----------
    steps : tuple of Step
        Oldest first.
    """

    steps: tuple[Step, ...]

    def edition_on(self, day: date) -> str:
        """The edition in force on a day; the oldest on file before any was."""
        past = [step.edition for step in self.steps if step.since <= day]
        return past[-1] if past else self.steps[0].edition

    def since(self, edition: str) -> date:
        """First day on which an edition of the sequence could be read."""
        return next(step.since for step in self.steps if step.edition == edition)

    def position(self, edition: str) -> int | None:
        """Place of an edition in the sequence, from 0; None where it is not part of it."""
        editions = [step.edition for step in self.steps]
        return editions.index(edition) if edition in editions else None
