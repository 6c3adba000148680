"""Source: a publication, program or data set that a value rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal[
    "guideline",
    "trial",
    "cohort",
    "review",
    "label",
    "standard",
    "instrument",
    "terminology",
    "dataset",
    "software",
    "seed",
    "design",
]


@dataclass(frozen=True, slots=True)
class Source:
    """Something one can look up.

    Parameters
    ----------
    id : str
        Name of the source in kebab case, the name of its file.
    kind : str
        ``design`` is a choice of this project, stated as such; ``seed`` one of the documents
        the project grew from.
    title : str
        Title as published.
    authors : tuple of str
        Authors or issuing body, in published order; ``et al.`` where shortened.
    year : int
        Year of publication.
    publication : str
        Journal, volume and pages, or publisher.
    doi, pmid, url : str
        Only where confirmed; empty otherwise.
    licence : str
        Licence of the text, program or data, where it matters for reuse.
    retracted : bool
        No value may rest on a retracted source.
    access : str
        What of it was read: full text, abstract, a table that quotes it, the running program.
    """

    id: str
    kind: SourceKind
    title: str
    authors: tuple[str, ...]
    year: int
    access: str
    publication: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    licence: str = ""
    retracted: bool = False
