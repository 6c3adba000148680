"""Parameter: one number or choice, its value in each edition, and the Sourced value handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ParameterKind = Literal["quantity", "choice"]
Mark = Literal["verified", "abstract", "secondary", "recalled", "design", "seed"]
SourcedMark = Mark | Literal["override"]


@dataclass(frozen=True, slots=True)
class Checked:
    """When and by whom a value was last compared with its source."""

    on: date
    by: str


@dataclass(frozen=True, slots=True)
class EditionValue:
    """The value of a parameter in one edition.

    Parameters
    ----------
    value : float or str
        A number in the parameter's unit (infinity means 'no limit'), or one of its choices.
    source : str
        Id of the source.
    place : str
        Where in the source: section, table, abstract, function.
    mark : str
        ``verified``: read in the source itself or seen by running it; ``abstract``: read in the
        abstract or in a publication that tabulates the source; ``secondary``: read in a page
        that quotes it; ``recalled``: not confirmed; ``design``: this project's reading or
        choice; ``seed``: stands in a seed document, not compared with a primary source.
    checked : Checked
        Last comparison with the source.
    note : str
        Anything a reader should know about this value.
    """

    value: float | str
    source: str
    place: str
    mark: Mark
    checked: Checked
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number or one choice that the code takes from the knowledge base.

    Parameters
    ----------
    id : str
        Folder and file name, e.g. ``scoring/imi-min``.
    name : str
        Name a clinician would use.
    kind : str
        ``quantity`` or ``choice``.
    definition : str
        What exactly is measured or decided.
    editions : Mapping of str to EditionValue
        Value by edition id.
    unit : str
        UCUM unit of a quantity (``1`` for counts); empty for a choice.
    symbol : str
        Symbol used in the literature, where there is one.
    choices : Mapping of str to str
        For a choice: each allowed value and its meaning in one line.
    minimum : float or None
        For a quantity: smallest value that makes sense.
    notes : str
        Who reads the rule how, and why the value is what it is.
    """

    id: str
    name: str
    kind: ParameterKind
    definition: str
    editions: Mapping[str, EditionValue]
    unit: str = ""
    symbol: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value that knows where it came from.

    Parameters
    ----------
    value : float or str
        Number in ``unit``, or a choice.
    unit : str
        UCUM unit; empty for a choice.
    parameter, name : str
        Id and name of the parameter.
    edition : str
        Edition id; ``override`` where the caller set the value.
    source, place : str
        Source id and place in it; for an override, empty and ``set by the caller``.
    mark : str
        As in `EditionValue`, or ``override``.
    checked_on : datetime.date or None
        Last comparison with the source; None for an override.
    note : str
        Anything a reader should know.
    """

    value: float | str
    unit: str
    parameter: str
    name: str
    edition: str
    source: str
    place: str
    mark: SourcedMark
    checked_on: date | None
    note: str = ""
