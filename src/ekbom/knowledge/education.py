"""Records that are told rather than computed: topics, risks, habits, genes, forbidden wording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekbom.knowledge.clinic import Level
from ekbom.knowledge.parameters import Mark
from ekbom.knowledge.records import Line, Record, Words

# Who reads an output.
Mode = Literal["patient", "clinician"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph in plain words, and what it rests on.

    Parameters
    ----------
    text : str
        In our own words.
    claims : tuple of str
        Claims it carries.
    source, place : str
        A source beyond the claims, where there is one.
    """

    text: str
    claims: tuple[str, ...] = ()
    source: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Record):
    """A question people ask, answered; ``ekbom explain``.

    Parameters
    ----------
    question : str
        As a reader would ask it.
    short : str
        The answer in one sentence.
    paragraphs : tuple of Paragraph
        The answer.
    not_known : tuple of Paragraph
        What nobody knows yet.
    see : tuple of str
        Related topics.
    for_everyone : bool
        Whether it is offered to every patient.
    fits : tuple of str
        Conclusions; where one holds, the topic is offered.
    """

    question: str
    short: str
    paragraphs: tuple[Paragraph, ...]
    not_known: tuple[Paragraph, ...] = ()
    see: tuple[str, ...] = ()
    for_everyone: bool = False
    fits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Record):
    """Something that goes with untreated restless legs; an association, with its evidence.

    Parameters
    ----------
    level : str
        How well the association is shown.
    words : Words
        The association, its evidence and its limits.
    lines : tuple of Line
        What in this patient makes it worth raising; empty: it is told to all.
    """

    level: Level
    words: Words
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit(Record):
    """A way of living that helps or harms, to talk about.

    Parameters
    ----------
    words : Words
        What is said of it.
    lines : tuple of Line
        What in this patient makes it worth raising; empty: it is told to all.
    """

    words: Words
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """A risk variant.

    Parameters
    ----------
    rsid : str
        dbSNP id.
    effect : str
        Effect as published, with what it was measured on; empty where none is on file.
    source, place, mark : str
        Who reported it.
    """

    rsid: str
    source: str
    place: str
    mark: Mark
    effect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gene(Record):
    """A risk locus; education and research only, never a test to order or a risk to state.

    Parameters
    ----------
    locus : str
        Chromosome band.
    variants : tuple of Variant
        Published variants.
    words : Words
        What is known of it.
    """

    locus: str
    words: Words
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverSay(Record):
    """Wording that no output may contain.

    Parameters
    ----------
    pattern : str
        Regular expression, matched without regard to case.
    modes : tuple of str
        ``patient``, ``clinician`` or both.
    """

    pattern: str
    modes: tuple[Mode, ...]
