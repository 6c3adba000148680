"""The audit finds every kind of fault when one is planted, and nothing that is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from ekbom.knowledge.audit import CHECKS, Audit, StaleAfter, audit
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import bind
from ekbom.knowledge.catalogue import catalogue
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.clinic import Condition, Question, WorkUpTest
from ekbom.knowledge.loading import load
from ekbom.knowledge.records import Rule

BASE = load()
DAY = date(2026, 11, 22)


def audited(
    base: KnowledgeBase = BASE, day: date = DAY, code: frozenset[str] = frozenset()
) -> Audit:
    return audit(base, catalogue(base), day, code)


def planted(kind: type, *records: Any) -> KnowledgeBase:
    """The knowledge base with further or changed records of one kind."""
    items = {**BASE.of(kind), **{record.id: record for record in records}}
    return replace(BASE, records=MappingProxyType({**BASE.records, kind: MappingProxyType(items)}))


def new_findings(base: KnowledgeBase) -> list[tuple[str, str]]:
    before = set(audited().findings)
    return [(one.check, one.where) for one in audited(base).findings if one not in before]


def test_every_check_says_how_much_it_looked_at() -> None:
    found = audited()
    assert set(found.looked_at) == set(CHECKS)
    assert min(found.looked_at.values()) > 0
    assert sum(found.marks.values()) == found.looked_at["stale"]
    assert len(found.recalled) == found.marks["recalled"]


def test_nothing_is_stale_on_the_day_it_was_checked_and_much_is_years_later() -> None:
    assert [one for one in audited().findings if one.check == "stale"] == []
    later = [one for one in audited(day=date(2036, 1, 1)).findings if one.check == "stale"]
    assert len(later) == audited().looked_at["stale"]


@pytest.mark.parametrize("kind", ["guideline", "label", "design"])
def test_a_statement_is_stale_only_after_the_days_of_its_kind(kind: str) -> None:
    source = replace(next(iter(BASE.sources.values())), id="a-source", kind=kind)
    base = replace(BASE, sources=MappingProxyType({**BASE.sources, "a-source": source}))
    rule = replace(next(iter(BASE.of(Rule).values())), id="R-X", source="a-source")
    items = MappingProxyType({**BASE.of(Rule), "R-X": rule})
    base = replace(base, records=MappingProxyType({**base.records, Rule: items}))
    days = int(bind(StaleAfter, BASE, "ekbom-assessment-1").days(kind))  # type: ignore[arg-type]
    for extra, stale in ((0, False), (1, True)):
        day = date.fromordinal(rule.checked.on.toordinal() + days + extra)
        found = {one.where for one in audited(base, day).findings if one.check == "stale"}
        assert ("rules/R-X" in found) is stale


@pytest.mark.parametrize("place", ["", "  ", "to be given"])
def test_a_statement_without_a_place_is_unsourced(place: str) -> None:
    rule = replace(next(iter(BASE.of(Rule).values())), place=place)
    assert new_findings(planted(Rule, rule)) == [("unsourced", f"rules/{rule.id}")]


def test_a_statement_of_a_source_that_is_not_there_is_unsourced() -> None:
    rule = replace(next(iter(BASE.of(Rule).values())), source="no-such-source")
    found = new_findings(planted(Rule, rule))
    assert ("unsourced", f"rules/{rule.id}") in found


def test_a_source_nobody_cites_is_unused() -> None:
    source = replace(next(iter(BASE.sources.values())), id="a-source")
    base = replace(BASE, sources=MappingProxyType({**BASE.sources, "a-source": source}))
    assert new_findings(base) == [("unused", "sources/a-source")]


@pytest.mark.parametrize(
    ("kind", "where", "bare"),
    [
        (Question, "questions/never-read", {}),
        (Condition, "conditions/never-read", {"implies": ()}),
    ],
)
def test_what_a_record_may_hold_and_nothing_reads_is_wrong_unless_the_code_names_it(
    kind: type, where: str, bare: dict[str, Any]
) -> None:
    base = planted(kind, replace(next(iter(BASE.of(kind).values())), id="never-read", **bare))
    assert new_findings(base) == [("unused", where)]
    named = audited(base, code=frozenset({"never-read"}))
    assert where not in {one.where for one in named.findings}


def test_a_condition_that_implies_another_is_read_as_that() -> None:
    condition = replace(BASE.record(Condition, "iron-deficiency-anemia"), id="of-a-kind")
    assert new_findings(planted(Condition, condition)) == []


def test_a_test_that_can_never_be_due_is_unused() -> None:
    one = next(iter(BASE.of(WorkUpTest).values()))
    never_due = replace(one, id="never-due", tier=2, triggers=())
    for_all = replace(one, id="for-all", tier=1, triggers=())
    assert new_findings(planted(WorkUpTest, never_due, for_all)) == [
        ("unused", "work-up/never-due")
    ]


def test_a_contested_claim_needs_a_qualification() -> None:
    claim = next(c for c in BASE.of(Claim).values() if c.contradiction and c.status == "contested")
    bare, qualified = (replace(claim, id="S9-99", qualification=text) for text in ("", "But."))
    assert ("contradicted", "claims/S9-99") in new_findings(planted(Claim, bare))
    assert new_findings(planted(Claim, qualified)) == []


def test_the_side_of_a_contradiction_that_stands_is_only_noted() -> None:
    claim = next(c for c in BASE.of(Claim).values() if c.contradiction and c.status == "current")
    base = planted(Claim, replace(claim, id="S9-99", qualification=""))
    assert new_findings(base) == []
    assert "claims/S9-99" in {one.where for one in audited(base).notes}


def test_a_superseded_claim_is_not_contradicted_by_what_replaced_it() -> None:
    claim = next(c for c in BASE.of(Claim).values() if c.status == "superseded" and c.contradiction)
    assert new_findings(planted(Claim, replace(claim, id="S9-99", qualification=""))) == []


def test_a_retracted_source_is_found_with_its_users() -> None:
    source = replace(BASE.source("ucum"), retracted=True)
    base = replace(BASE, sources=MappingProxyType({**BASE.sources, "ucum": source}))
    assert new_findings(base) == [("retracted", "sources/ucum")]
    what = next(one.what for one in audited(base).findings if one.check == "retracted")
    assert "labs/ferritin" in what
