"""Wording that no output may contain, and where a text contains it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.education import Mode, NeverSay

# A pattern is matched sentence by sentence, so that "not" in one does not excuse the next.
_SENTENCE_END = re.compile(r"(?<=[.!?;])(?<! al\.)(?<!e\.g\.)(?<!i\.e\.)\s+|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Words in a text that may not be said.

    Parameters
    ----------
    id : str
        Id of the `NeverSay` record, or of the claim that would be said.
    name : str
        What the record forbids, or the claim's statement.
    words : str
        The sentence.
    """

    id: str
    name: str
    words: str


def spoken(text: str, base: KnowledgeBase, mode: Mode) -> tuple[Forbidden, ...]:
    """What of the forbidden wording a text contains; empty where it may be shown.

    Parameters
    ----------
    text : str
        One or more sentences of an output.
    base : KnowledgeBase
        With the sections ``never-say`` and ``claims``.
    mode : str
        Who reads it, ``patient`` or ``clinician``. The patterns of claims hold for both.

    Returns
    -------
    tuple of Forbidden
        In the order of the records; one for each pattern and sentence.
    """
    sentences = _sentences(text)
    return tuple(
        Forbidden(id=record_id, name=name, words=sentence)
        for record_id, name, pattern in _patterns(base, mode)
        for sentence in sentences
        if _compiled(pattern).search(sentence)
    )


def _sentences(text: str) -> list[str]:
    parts = _SENTENCE_END.split(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return [" ".join(part.split()) for part in parts if part.strip()]


def _patterns(base: KnowledgeBase, mode: Mode) -> Iterator[tuple[str, str, str]]:
    for record in base.of(NeverSay).values():
        if mode in record.modes:
            yield record.id, record.name, record.pattern
    for claim in base.of(Claim).values():
        for pattern in claim.never_say:
            yield claim.id, claim.statement, pattern


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
