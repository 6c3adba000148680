"""An index beside a limit: above, not above, on the boundary, unknown."""

from __future__ import annotations

import pytest

from ekbom.knowledge.loading import load
from ekbom.scoring.findings import compare
from ekbom.scoring.limits import Comparator
from ekbom.scoring.settings import SECTIONS, settings

LIMITS = settings(load(SECTIONS)).plms_limits
ADULT = LIMITS.provenance["adult_per_h"]


@pytest.mark.parametrize(
    ("value_per_h", "result"),
    [
        (0.0, "not above"),
        (14.94, "not above"),
        (14.96, "on the boundary"),
        (15.0, "on the boundary"),
        (15.04, "on the boundary"),
        (15.06, "above"),
        (120.0, "above"),
        (None, "unknown"),
    ],
)
def test_adult_limit_is_above_15_per_hour(value_per_h: float | None, result: str) -> None:
    finding = compare("PLMS index", value_per_h, ADULT, LIMITS.comparator)
    assert finding.result == result
    assert finding.value_per_h == value_per_h


@pytest.mark.parametrize("comparator", ["above", "at-or-above"])
def test_what_prints_like_the_limit_is_flagged_however_it_compares(
    comparator: Comparator,
) -> None:
    assert compare("PLMS index", 15.0, ADULT, comparator).result == "on the boundary"


def test_limits_of_adults_and_children_are_15_and_5() -> None:
    assert (LIMITS.adult_per_h, LIMITS.child_per_h) == (15, 5)


def test_limit_carries_its_source() -> None:
    finding = compare("PLMS index", 20.0, ADULT, LIMITS.comparator)
    assert finding.limit.source == "icsd-3"
    assert finding.limit.place
