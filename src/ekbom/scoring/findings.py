"""Findings: an index beside a published limit, with its source. Never a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekbom.knowledge.parameters import Sourced
from ekbom.scoring.indices import Indices
from ekbom.scoring.limits import Comparator, PlmsLimits


@dataclass(frozen=True, slots=True)
class Finding:
    """One index beside one limit.

    Parameters
    ----------
    name : str
        Which index, for whom.
    value_per_h : float or None
        The index; None where unknown.
    limit : Sourced
        The limit with its source.
    result : str
        ``above``, ``not above``, ``on the boundary`` (equal as printed, to one decimal) or
        ``unknown``.
    """

    name: str
    value_per_h: float | None
    limit: Sourced
    result: Literal["above", "not above", "on the boundary", "unknown"]


def compare(
    name: str, value_per_h: float | None, limit: Sourced, comparator: Comparator
) -> Finding:
    """A finding; a value that prints like the limit is flagged, since sources differ there."""
    limit_per_h = float(limit.value)
    if value_per_h is None:
        return Finding(name, None, limit, "unknown")
    if round(value_per_h, 1) == round(limit_per_h, 1):
        return Finding(name, value_per_h, limit, "on the boundary")
    is_above = value_per_h > limit_per_h
    if comparator == "at-or-above":
        is_above = value_per_h >= limit_per_h
    return Finding(name, value_per_h, limit, "above" if is_above else "not above")


def plms_findings(indices: Indices, limits: PlmsLimits) -> tuple[Finding, ...]:
    """The PLMS index, with and without respiratory movements, beside the limits of ICSD-3."""
    values = {
        "PLMS index": indices.plms_per_h,
        "PLMS index without respiratory movements": indices.plms_nonrespiratory_per_h,
    }
    return tuple(
        compare(f"{name}, {who}", value, limits.provenance[limit], limits.comparator)
        for name, value in values.items()
        for who, limit in (("adult", "adult_per_h"), ("child", "child_per_h"))
    )
