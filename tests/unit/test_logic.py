"""Yes, no and unknown, and what a conclusion says of itself."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.caveats import Caveat
from ekbom.errors import KnowledgeError
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Citation
from ekbom.logic import (
    Conclusion,
    Fact,
    Missing,
    Truth,
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    negated,
    stated,
)

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
RELATIONS = {"at most": at_most, "below": below, "at least": at_least, "above": above}


def limit(value: float, unit: str = "ug/L") -> Sourced:
    return Sourced(
        value, unit, "iron/limit", "Limit", "book-1", "book", "page 3", "verified", date(2026, 1, 1)
    )


def ferritin(value: float | None, bound: str = "") -> Fact:
    return Fact("lab:ferritin", "Ferritin", value, "ug/L", date(2026, 5, 3), bound=bound)


def leaf(truth: Truth, name: str = "thing") -> Conclusion:
    return stated(Fact(f"question:{name}", name), truth, name)


@pytest.mark.parametrize(
    ("relation", "said"),
    [("below", "before"), ("at least", "not before"), ("at most", "not after"), ("above", "after")],
)
def test_an_hour_of_the_clock_is_said_as_the_clock_shows_it(relation: str, said: str) -> None:
    drawn = Fact("draw:clock", "Clock time", 15 + 10 / 60, "h", date(2026, 5, 3), is_clock=True)
    found = RELATIONS[relation](drawn, limit(12.0, "h"))
    assert found.statement == f"Clock time 15:10 (2026-05-03) is {said} 12:00"


# Comparisons ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "at_the_limit", "just_above", "just_below"),
    [
        ("at most", YES, NO, YES),
        ("below", NO, NO, YES),
        ("at least", YES, YES, NO),
        ("above", NO, YES, NO),
    ],
)
def test_a_comparison_at_and_beside_its_limit(
    relation: str, at_the_limit: Truth, just_above: Truth, just_below: Truth
) -> None:
    compare = RELATIONS[relation]
    assert compare(ferritin(75.0), limit(75)).truth is at_the_limit
    assert compare(ferritin(75.1), limit(75)).truth is just_above
    assert compare(ferritin(74.9), limit(75)).truth is just_below


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_value_not_on_record_is_unknown_and_asked_for(relation: str) -> None:
    found = RELATIONS[relation](ferritin(None), limit(75))
    assert found.truth is UNKNOWN
    assert [missing.key for missing in found.all_missing()] == ["lab:ferritin"]


@given(
    relation=st.sampled_from(sorted(RELATIONS)),
    bound=st.sampled_from("<>"),
    printed=st.integers(0, 20),
    true=st.integers(0, 40),
    mark=st.integers(0, 20),
)
def test_a_bound_settles_only_what_every_value_beyond_it_would(
    relation: str, bound: str, printed: int, true: int, mark: int
) -> None:
    value = true / 2
    beyond = value < printed if bound == "<" else value > printed
    compare = RELATIONS[relation]
    from_bound = compare(ferritin(float(printed), bound), limit(mark)).truth
    if beyond and from_bound is not UNKNOWN:
        assert compare(ferritin(value), limit(mark)).truth is from_bound


def test_a_bound_far_from_the_limit_settles() -> None:
    assert at_most(ferritin(5.0, "<"), limit(75)).truth is YES
    assert above(ferritin(5.0, "<"), limit(75)).truth is NO
    assert at_least(ferritin(1000.0, ">"), limit(300)).truth is YES
    assert at_most(ferritin(5.0, ">"), limit(75)).truth is UNKNOWN


def test_another_unit_is_never_compared() -> None:
    with pytest.raises(KnowledgeError, match=r"iron/limit is in 'umol/L'"):
        at_most(ferritin(20.0), limit(75, "umol/L"))


def test_a_comparison_says_value_day_limit_and_source() -> None:
    found = at_most(ferritin(23.0), limit(75))
    assert found.statement == "Ferritin 23 ug/L (2026-05-03) is at most 75 ug/L"
    assert found.cited() == (Citation("book", "page 3", "verified"),)


# Combinations ---------------------------------------------------------------------------------

KLEENE_AND = {
    (YES, YES): YES,
    (YES, NO): NO,
    (YES, UNKNOWN): UNKNOWN,
    (NO, NO): NO,
    (NO, UNKNOWN): NO,
    (UNKNOWN, UNKNOWN): UNKNOWN,
}


@pytest.mark.parametrize(("first", "second"), list(product(Truth, repeat=2)))
def test_all_of_is_kleenes_and(first: Truth, second: Truth) -> None:
    expected = KLEENE_AND.get((first, second)) or KLEENE_AND[second, first]
    assert all_of("both", leaf(first), leaf(second)).truth is expected


@pytest.mark.parametrize(("first", "second"), list(product(Truth, repeat=2)))
def test_any_of_is_the_dual_of_all_of(first: Truth, second: Truth) -> None:
    dual = all_of("both", leaf(~first), leaf(~second))
    assert any_of("either", leaf(first), leaf(second)).truth is ~dual.truth


def test_what_decided_is_kept_apart_from_what_was_looked_at() -> None:
    settled = any_of("low", leaf(YES, "a"), leaf(UNKNOWN, "b"))
    assert [part.statement for part in settled.parts] == ["a", "b"]
    assert [part.statement for part in settled.decided_by] == ["a"]
    assert settled.all_missing() == ()


def test_only_open_parts_are_missing() -> None:
    open_ = all_of("met", leaf(YES, "a"), leaf(UNKNOWN, "b"), leaf(UNKNOWN, "c"))
    assert [missing.key for missing in open_.all_missing()] == ["question:b", "question:c"]
    assert all_of("met", leaf(NO, "a"), leaf(UNKNOWN, "b")).all_missing() == ()


def test_what_a_combination_waits_for_is_missing_wherever_it_stands() -> None:
    seen = Conclusion(YES, "seen")
    waits = Conclusion(
        UNKNOWN, "waits", decided_by=(seen,), missing=(Missing("lab:ferritin", "Ferritin again"),)
    )
    for reached in (waits, negated("not", waits), all_of("both", seen, any_of("one", waits))):
        assert [missing.key for missing in reached.all_missing()] == ["lab:ferritin"]


def test_only_sources_that_decided_are_cited() -> None:
    low = at_most(ferritin(23.0), limit(75))
    other = stated(Fact("question:x", "x"), UNKNOWN, "x").named(
        "", "x", [Citation("b", "p", "design")]
    )
    assert [citation.source for citation in any_of("low", low, other).cited()] == ["book"]


def test_negation_keeps_the_reason() -> None:
    found = negated("not low", at_most(ferritin(23.0), limit(75)))
    assert found.truth is NO
    assert [leaf.statement for leaf in found.deciding_leaves()] == [
        "Ferritin 23 ug/L (2026-05-03) is at most 75 ug/L"
    ]


DOUBTFUL = Caveat("ferritin-unreliable", "Ferritin may be falsely high.")


@pytest.mark.parametrize(
    ("doubt", "truth", "caveats"),
    [(NO, YES, ()), (UNKNOWN, YES, (DOUBTFUL,)), (YES, UNKNOWN, (DOUBTFUL,))],
)
def test_a_doubt_makes_unknown_and_an_open_doubt_a_caveat(
    doubt: Truth, truth: Truth, caveats: tuple[Caveat, ...]
) -> None:
    found = leaf(YES).unless(leaf(doubt, "inflamed"), DOUBTFUL)
    assert found.truth is truth
    assert found.all_caveats() == caveats


# A tree of conclusions, as (operator, parts) or a leaf's index.
TREES = st.recursive(
    st.integers(0, 4),
    lambda parts: st.tuples(st.sampled_from(["all", "any", "not"]), st.lists(parts, min_size=1)),
    max_leaves=12,
)
TRUTHS = st.lists(st.sampled_from(list(Truth)), min_size=5, max_size=5)


def built(tree: object, truths: list[Truth]) -> Conclusion:
    if isinstance(tree, int):
        return leaf(truths[tree], str(tree))
    operator, parts = tree  # type: ignore[misc]
    conclusions = [built(part, truths) for part in parts]
    if operator == "not":
        return negated("not", conclusions[0])
    return (all_of if operator == "all" else any_of)(operator, *conclusions)


@given(tree=TREES, truths=TRUTHS, forgotten=st.integers(0, 4))
def test_forgetting_an_answer_never_turns_yes_into_no(
    tree: object, truths: list[Truth], forgotten: int
) -> None:
    before = built(tree, truths).truth
    truths[forgotten] = UNKNOWN
    assert built(tree, truths).truth in (before, UNKNOWN)


@given(tree=TREES, truths=TRUTHS)
def test_the_leaves_that_decided_suffice(tree: object, truths: list[Truth]) -> None:
    found = built(tree, truths)
    if found.truth is UNKNOWN:
        assert found.all_missing()
        return
    named = {leaf.statement for leaf in found.deciding_leaves()}
    kept = [truth if str(i) in named else UNKNOWN for i, truth in enumerate(truths)]
    assert built(tree, kept).truth is found.truth
