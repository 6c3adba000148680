"""Published limits of indices, as typed slices; light, for those who compare and do not score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced

Comparator = Literal["above", "at-or-above"]


@dataclass(frozen=True, slots=True)
class PlmsLimits:
    """Limits of the PLMS index (edition ``icsd-3``)."""

    edition: str
    adult_per_h: Annotated[float, Param("bands/plms-index-adult", "/h")]
    child_per_h: Annotated[float, Param("bands/plms-index-child", "/h")]
    comparator: Annotated[Comparator, Param("bands/plms-index-comparator")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ImmobilizationLimits:
    """Length and limit of the suggested immobilization test (edition ``montplaisir-1998``)."""

    edition: str
    duration_min: Annotated[float, Param("bands/sit-duration", "min")]
    plmw_per_h: Annotated[float, Param("bands/sit-plmw-index", "/h")]
    comparator: Annotated[Comparator, Param("bands/sit-comparator")]
    provenance: Mapping[str, Sourced] = field(repr=False)
