"""Claim: one atomic statement, who makes it, and whether it may drive an output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ekbom.knowledge.parameters import Checked, Mark
from ekbom.knowledge.records import Citation, Record

System = Literal[
    "diagnosis",
    "differential",
    "drivers",
    "genetics",
    "mechanism",
    "circadian",
    "plms",
    "fragmentation",
    "labs",
    "tests",
    "treatment",
    "augmentation",
    "lifestyle",
    "risks",
    "outcomes",
    "epidemiology",
    "education",
]
ClaimType = Literal[
    "criterion",
    "threshold",
    "efficacy",
    "harm",
    "mechanism",
    "prevalence",
    "association",
    "advice",
    "test",
    "target",
    "description",
    "topic",
    "anecdote",
    "residue",
]
Population = Literal["any", "adult", "child", "pregnant", "dialysis", "plmd"]
Certainty = Literal["high", "moderate", "low", "very-low", "not-graded"]
ClaimStatus = Literal["current", "contested", "superseded", "unverified", "rejected", "quarantined"]

# A contested claim may be told together with its rival; the last four never drive an output.
MAY_DRIVE: frozenset[str] = frozenset({"current", "contested"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement of one source.

    Parameters
    ----------
    id : str
        Seed and number, e.g. ``S0-05``.
    system : str
        The part of the field it belongs to.
    statement : str
        In our own words.
    source, place : str
        Who makes it, and where.
    type, population : str
        What kind of statement, about whom.
    status : str
        ``current``, ``contested``, ``superseded``, ``unverified``, ``rejected`` or
        ``quarantined``. Only the first two may drive an output.
    mark : str
        How well the statement is verified beyond its source; ``seed``: it stands there only.
    certainty : str
        Certainty of the evidence as graded by a guideline; ``not-graded`` otherwise.
    checked : Checked
        Last comparison with the evidence.
    qualification : str
        What must be said with it.
    superseded_by : str
        Edition that replaced it.
    contradiction : str
        Id of the entry under ``contradictions/`` that weighs it.
    evidence : tuple of Citation
        Sources that confirm, qualify or refute it.
    never_say : tuple of str
        Regular expressions that no output may match, because they would say this claim.
    not_used_because : str
        Why nothing uses it; empty where something does.
    """

    id: str
    system: System
    statement: str
    source: str
    place: str
    type: ClaimType
    status: ClaimStatus
    mark: Mark
    checked: Checked
    population: Population = "any"
    certainty: Certainty = "not-graded"
    qualification: str = ""
    superseded_by: str = ""
    contradiction: str = ""
    evidence: tuple[Citation, ...] = ()
    never_say: tuple[str, ...] = ()
    not_used_because: str = ""

    @property
    def may_drive(self) -> bool:
        """Whether an output may rest on it."""
        return self.status in MAY_DRIVE

    @property
    def checked_on(self) -> date:
        """Day of the last comparison with the evidence."""
        return self.checked.on


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction(Record):
    """Where the seeds disagree with each other or with newer evidence, and what we do.

    Parameters
    ----------
    seeds_say, evidence_says, resolution : str
        The two sides, and how the knowledge base resolves them.
    """

    seeds_say: str
    evidence_says: str
    resolution: str
