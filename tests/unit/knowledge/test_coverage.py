"""Every claim of the seeds is used, told, or says why not; the counts add up."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from ekbom.knowledge.catalogue import Key, catalogue
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.coverage import ClaimCoverage, claim_coverage, system_coverage
from ekbom.knowledge.loading import load

BASE = load()
COVERED = claim_coverage(BASE, catalogue(BASE))


def test_no_claim_is_without_use_or_reason() -> None:
    assert [one.claim.id for one in COVERED if one.is_open] == []


def test_no_claim_that_may_not_be_stated_is_carried() -> None:
    assert [one.claim.id for one in COVERED if one.carried_by and not one.claim.may_drive] == []


def test_a_claim_counts_once_and_the_counts_add_up() -> None:
    rows = system_coverage(COVERED)
    assert sum(row.claims for row in rows) == len(COVERED) == len(BASE.of(Claim))
    for row in rows:
        assert row.carried + row.told + row.reasoned + row.open == row.claims


def test_weighing_a_claim_is_not_stating_it() -> None:
    for one in COVERED:
        assert "contradictions" not in {key.kind for key in one.carried_by}


@pytest.mark.parametrize(("reason", "is_open"), [("", True), ("Too vague to state.", False)])
def test_a_claim_nobody_uses_is_open_until_it_says_why(reason: str, is_open: bool) -> None:
    claim = replace(next(iter(BASE.of(Claim).values())), id="S9-99", not_used_because=reason)
    claims = MappingProxyType({**BASE.of(Claim), "S9-99": claim})
    base = replace(BASE, records=MappingProxyType({**BASE.records, Claim: claims}))
    last = claim_coverage(base, catalogue(base))[-1]
    assert (last.claim.id, last.is_open) == ("S9-99", is_open)
    assert sum(row.open for row in system_coverage((last,))) == is_open


def test_what_holds_a_claim_is_said_as_it_is() -> None:
    claims = BASE.of(Claim)
    current = next(claim for claim in claims.values() if claim.may_drive)
    current = replace(current, never_say=())
    barred = next(c for c in claims.values() if not c.may_drive)
    barred = replace(barred, never_say=("a", "b"))
    rule = Key("rules", "R-1")
    assert ClaimCoverage(current, (rule,), ()).held_by == "the loader checks 1 record carrying it"
    assert ClaimCoverage(current, (), (rule,)).held_by == "nothing carries it"
    assert ClaimCoverage(barred, (), ()).held_by == (
        "the loader lets no record carry it, 2 forbidden wordings"
    )
