"""Search: everything whose texts hold all words of a query."""

from __future__ import annotations

from dataclasses import dataclass

from ekbom.knowledge.catalogue import Catalogue, Key, texts
from ekbom.knowledge.claims import Claim

_CONTEXT = 40
_LONGEST = 110


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that holds all words.

    Parameters
    ----------
    key : Key
        The thing.
    snippet : str
        The text that holds the first word, or part of it.
    status : str
        Of a claim that is not current, and of an edition that was replaced; empty otherwise.
    """

    key: Key
    snippet: str
    status: str = ""


def search(everything: Catalogue, written: str) -> tuple[Hit, ...]:
    """Things that hold all words, in the order of the knowledge base.

    Parameters
    ----------
    everything : Catalogue
        Where to look.
    written : str
        One or more words, or parts of words; case does not matter.
    """
    words = written.casefold().split()
    hits = []
    for key, thing in everything.things.items():
        held = [key.id, *texts(thing)]
        whole = "\n".join(held).casefold()
        if words and all(word in whole for word in words):
            hits.append(Hit(key, _snippet(held, words), status_of(thing)))
    return tuple(hits)


def status_of(thing: object) -> str:
    """The status of a thing that may not be read as current; empty where it may."""
    status = getattr(thing, "status", "")
    if isinstance(thing, Claim):
        return "" if status == "current" else status
    return status if status == "superseded" else ""


def _snippet(held: list[str], words: list[str]) -> str:
    """The text with most of the words, cut around the first of them."""
    best = max(held, key=lambda text: sum(word in text.casefold() for word in words))
    line = " ".join(best.split())
    at = min((i for word in words if (i := line.casefold().find(word)) >= 0), default=0)
    start = max(0, at - _CONTEXT) if len(line) > _LONGEST else 0
    cut = line[start : start + _LONGEST]
    return ("…" * (start > 0)) + cut + ("…" * (start + _LONGEST < len(line)))
