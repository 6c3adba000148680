"""DrugClass and Drug: medicines that worsen or treat restless legs, or matter to a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ekbom.knowledge.records import Code, CodeSystem, Record, Words

# How strongly a class is held to worsen restless legs; ``none`` where it does not.
CulpritWeight = Literal["high", "medium", "low", "none"]


@dataclass(frozen=True, slots=True)
class Drug:
    """One ingredient.

    Parameters
    ----------
    name : str
        International nonproprietary name, lower case; what a patient record writes.
    synonyms : tuple of str
        Other generic spellings.
    culprit : str
        Its own weight where it differs from its class; empty: that of the class.
    forms : tuple of str
        Forms that must be told apart, e.g. ``base`` and ``salt``; a record must then name one.
    codes : Mapping of str to Code
        Verified codes.
    note : str
        What to know.
    """

    name: str
    synonyms: tuple[str, ...] = ()
    culprit: CulpritWeight | Literal[""] = ""
    forms: tuple[str, ...] = ()
    codes: Mapping[CodeSystem, Code] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugClass(Record):
    """Medicines that act alike on restless legs.

    Parameters
    ----------
    culprit : str
        How strongly the class is held to worsen restless legs.
    roles : tuple of str
        What the rules need to know of it.
    members : tuple of Drug
        Its ingredients. A drug may stand in several classes.
    words : Words or None
        What is said where one of them is taken; None where nothing is.
    """

    culprit: CulpritWeight
    members: tuple[Drug, ...]
    roles: tuple[
        Literal[
            "dopaminergic",
            "dopamine-blocker",
            "gabapentinoid",
            "opioid",
            "benzodiazepine",
            "iron",
            "sedating",
            "substance",
        ],
        ...,
    ] = ()
    words: Words | None = None
