"""Edition: one published version of one authority's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

# The edition of this project's own choices, which no edition of a guideline changes.
OWN_CHOICES: Final = "ekbom-assessment-1"

EditionStatus = Literal["current", "superseded", "own-design"]


@dataclass(frozen=True, slots=True)
class Edition:
    """A set of rules in force, or once in force.

    Parameters
    ----------
    id : str
        Name in kebab case, e.g. ``wasm-2016``; values are keyed by it.
    authority : str
        Who issued it.
    title : str
        What a reader calls it.
    year : int
        Year of issue.
    source : str
        Id of the source it was published in.
    status : str
        ``current``, ``superseded``, or ``own-design`` for this project's own choices.
    supersedes : str
        Id of the edition it replaces; empty where none is on file.
    variant_of : str
        Id of the edition of which this is an officially allowed variant. Values are not
        inherited: a variant holds only what differs and is bound only where it has values.
    notes : str
        What a reader must know before using it.
    """

    id: str
    authority: str
    title: str
    year: int
    source: str
    status: EditionStatus
    supersedes: str = ""
    variant_of: str = ""
    notes: str = ""
