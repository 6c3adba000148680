"""DrugClass and Drug: medicines that worsen or treat restless legs, or matter to a decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from ekbom.errors import near
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.records import Code, CodeSystem, Record, Words

# Bases whose ingredients are kept at hand.
_N_BASES: Final = 4
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

    def weight_of(self, name: str) -> CulpritWeight:
        """How strongly an ingredient is held to worsen restless legs: by itself, or as the class.

        ``none`` for what is no member of the class.
        """
        member = next((m for m in self.members if m.name == name), None)
        return "none" if member is None else member.culprit or self.culprit


@dataclass(frozen=True, slots=True)
class FoundDrug:
    """An ingredient and the classes it stands in.

    Parameters
    ----------
    drug : Drug
        As its first class describes it.
    classes : tuple of DrugClass
        All of them, in the order of the knowledge base.
    """

    drug: Drug
    classes: tuple[DrugClass, ...]

    @property
    def name(self) -> str:
        """Its name in the knowledge base."""
        return self.drug.name


def find_drug(base: KnowledgeBase, written: str) -> FoundDrug | None:
    """The ingredient of this name or synonym; None where the knowledge base has none.

    Parameters
    ----------
    base : KnowledgeBase
        Where to look.
    written : str
        Generic name; case does not matter, nor whether words are parted by space or hyphen.
        Nothing is matched loosely: gabapentin enacarbil is not gabapentin.
    """
    return _by_spelling(base).get(_as_key(written))


@lru_cache(maxsize=_N_BASES)
def _by_spelling(base: KnowledgeBase) -> Mapping[str, FoundDrug]:
    """Every ingredient by each of its spellings."""
    found: dict[str, FoundDrug] = {}
    for drug_class in base.of(DrugClass).values():
        for drug in drug_class.members:
            for key in {_as_key(spelling) for spelling in (drug.name, *drug.synonyms)}:
                before = found.get(key)
                classes = (drug_class,) if before is None else (*before.classes, drug_class)
                found[key] = FoundDrug(before.drug if before else drug, classes)
    return MappingProxyType(found)


def near_drugs(base: KnowledgeBase, written: str) -> tuple[str, ...]:
    """Names that look like a written one, nearest first; for an error message, never to be used.

    Parameters
    ----------
    base : KnowledgeBase
        Where to look.
    written : str
        What was not found.
    """
    names = {
        _as_key(spelling): drug.name
        for drug_class in base.of(DrugClass).values()
        for drug in drug_class.members
        for spelling in (drug.name, *drug.synonyms)
    }
    meant = _as_key(written)
    # A name with a salt or a form behind it: the longest name it begins with comes first.
    begins = sorted((key for key in names if meant.startswith(f"{key}-")), key=len, reverse=True)
    return tuple(dict.fromkeys(names[key] for key in (*begins, *near(meant, names))))


def _as_key(written: str) -> str:
    words = re.sub(r"\s*[/+]\s*", "/", written.casefold().strip())
    return re.sub(r"[\s-]+", "-", words)
