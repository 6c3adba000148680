"""Fills a typed slice (e.g. PlmRules) from the knowledge base, checking units and choices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Param:
    """Marks a field of a slice with the parameter that fills it.

    Parameters
    ----------
    id : str
        Parameter id, e.g. ``scoring/imi-min``.
    unit : str
        UCUM unit the code expects; binding fails when the data say another. Empty for choices
        and counts.
    """

    id: str
    unit: str = ""
