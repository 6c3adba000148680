"""Search: all words, any case, every text; what is not current says so."""

from __future__ import annotations

import pytest

from ekbom.knowledge.catalogue import Key, catalogue
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.loading import load
from ekbom.knowledge.search import search

BASE = load()
EVERYTHING = catalogue(BASE)


def found(written: str) -> dict[Key, str]:
    return {hit.key: hit.status for hit in search(EVERYTHING, written)}


def test_all_words_must_occur_in_any_order_and_case() -> None:
    both = found("FERRITIN saturation")
    assert both
    assert both.keys() == found("saturation ferritin").keys()
    assert both.keys() == found("ferritin").keys() & found("saturation").keys()


def test_a_synonym_of_a_drug_is_found_in_its_class() -> None:
    assert Key("drugs", "sedating-antihistamines") in found("chlorphenamine")


def test_a_claim_is_found_by_its_id() -> None:
    assert Key("claims", "S0-05") in found("s0-05")


def test_a_claim_that_is_not_current_is_marked() -> None:
    for key, status in found("s").items():
        if key.kind == "claims":
            claim = BASE.record(Claim, key.id)
            assert status == ("" if claim.status == "current" else claim.status)


@pytest.mark.parametrize("written", ["", "   ", "no-such-word-anywhere", "ferritin qqqq"])
def test_nothing_is_found_where_nothing_is(written: str) -> None:
    assert found(written) == {}


@pytest.mark.parametrize("written", ["ferritin", "restless", "2025"])
def test_a_snippet_is_one_short_line(written: str) -> None:
    for hit in search(EVERYTHING, written):
        assert "\n" not in hit.snippet
        assert 0 < len(hit.snippet) <= 112
