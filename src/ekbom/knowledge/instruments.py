"""Instrument: a questionnaire by item number, range and scoring; never its wording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekbom.knowledge.records import Record


@dataclass(frozen=True, slots=True)
class Band:
    """Scores that share a name, both ends included."""

    lowest: float
    highest: float
    name: str


@dataclass(frozen=True, slots=True)
class MeaningfulChange:
    """A change of the score that means something.

    Parameters
    ----------
    points : float
        Size of the change.
    meaning : str
        For whom and in what sense.
    source, place : str
        Who says so, and where.
    """

    points: float
    meaning: str
    source: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument(Record):
    """One questionnaire; the vocabulary of ``questionnaires`` in a patient record.

    Parameters
    ----------
    measures : str
        What it measures.
    items : int
        Number of items, numbered from 1.
    item_minimum, item_maximum : float
        Range of every item.
    total : str
        ``sum`` of the items, or ``none`` where each item stands alone.
    better : str
        Whether a ``lower`` or ``higher`` score is better.
    bands : tuple of Band
        Published bands of the total.
    changes : tuple of MeaningfulChange
        Published meaningful changes of the total.
    rights : str
        Who holds the wording, and what that means for a site.
    """

    measures: str
    items: int
    item_minimum: float
    item_maximum: float
    rights: str
    total: Literal["sum", "none"] = "sum"
    better: Literal["lower", "higher"] = "lower"
    bands: tuple[Band, ...] = ()
    changes: tuple[MeaningfulChange, ...] = ()
