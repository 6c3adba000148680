"""RecordLimits: what no record can be beyond; a value there is a slip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.parameters import Sourced


@dataclass(frozen=True, slots=True)
class RecordLimits:
    """Bounds of plausibility, in years, days, hours, kilograms and events per hour."""

    edition: str
    age_max_a: Annotated[int, Param("record/age-max", "a")]
    pregnancy_term_d: Annotated[int, Param("record/pregnancy-term", "d")]
    pregnancy_max_d: Annotated[int, Param("record/pregnancy-max", "d")]
    weight_min_kg: Annotated[float, Param("record/weight-min", "kg")]
    weight_max_kg: Annotated[float, Param("record/weight-max", "kg")]
    weight_ratio_max: Annotated[float, Param("record/weight-ratio-max", "1")]
    index_max_per_h: Annotated[float, Param("record/index-max", "/h")]
    percent_min: Annotated[float, Param("record/percent-min", "%")]
    pregnancy_age_max_a: Annotated[int, Param("record/pregnancy-age-max", "a")]
    saturation_difference_max: Annotated[float, Param("record/saturation-difference-max", "%")]
    diary_severity_max: Annotated[float, Param("record/diary-severity-max", "1")]
    hours_since_iron_max_h: Annotated[float, Param("record/hours-since-iron-max", "h")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def record_limits(knowledge: KnowledgeBase) -> RecordLimits:
    """The bounds, from the knowledge base."""
    return bind(RecordLimits, knowledge, OWN_CHOICES)
