"""A slice is filled from one edition; units and choices must agree; the caller may override."""

from __future__ import annotations

import dataclasses
import math
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest

from ekbom.errors import KnowledgeError, UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import Param, bind, slice_fields
from ekbom.knowledge.loading import load_folder
from ekbom.knowledge.parameters import Sourced


@dataclass(frozen=True, slots=True)
class Rules:
    edition: str
    gap_s: Annotated[float, Param("limits/gap", "s")]
    bound: Annotated[Literal["inclusive", "exclusive"], Param("limits/bound")]
    count: Annotated[int, Param("limits/count", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GapOnly:
    edition: str
    gap_s: Annotated[float, Param("limits/gap", "s")]
    provenance: Mapping[str, Sourced]


@dataclass(frozen=True, slots=True)
class InMinutes:
    edition: str
    gap_min: Annotated[float, Param("limits/gap", "min")]
    provenance: Mapping[str, Sourced]


@dataclass(frozen=True, slots=True)
class OneChoiceOnly:
    edition: str
    bound: Annotated[Literal["inclusive"], Param("limits/bound")]
    provenance: Mapping[str, Sourced]


@dataclass(frozen=True, slots=True)
class NumberAsChoice:
    edition: str
    gap: Annotated[Literal["short", "long"], Param("limits/gap", "s")]
    provenance: Mapping[str, Sourced]


@dataclass(frozen=True, slots=True)
class Bare:
    edition: str
    gap_s: float
    provenance: Mapping[str, Sourced]


@dataclass(frozen=True, slots=True)
class OddType:
    edition: str
    gap_s: Annotated[bytes, Param("limits/gap", "s")]
    provenance: Mapping[str, Sourced]


@pytest.fixture
def base(folder: Any) -> KnowledgeBase:
    return load_folder(folder.path)


def test_every_field_is_filled_and_carries_its_source(base: KnowledgeBase) -> None:
    rules = bind(Rules, base, "first")
    assert (rules.edition, rules.gap_s, rules.bound, rules.count) == ("first", 0.5, "inclusive", 4)
    assert type(rules.count) is int
    assert set(rules.provenance) == {"gap_s", "bound", "count"}
    assert rules.provenance["gap_s"] == base.sourced("limits/gap", "first")


def test_no_limit_reaches_the_code_as_infinity(base: KnowledgeBase) -> None:
    assert bind(GapOnly, base, "second").gap_s == math.inf


def test_nothing_is_inherited_from_another_edition(base: KnowledgeBase) -> None:
    with pytest.raises(KnowledgeError, match="limits/bound has no value in edition second"):
        bind(Rules, base, "second")


def test_an_unknown_edition_lists_near_names(base: KnowledgeBase) -> None:
    with pytest.raises(KnowledgeError, match="first"):
        bind(Rules, base, "fist")


def test_another_unit_than_declared_is_refused(base: KnowledgeBase) -> None:
    with pytest.raises(KnowledgeError, match=r"InMinutes.gap_min: limits/gap is in 's'"):
        bind(InMinutes, base, "first")


@pytest.mark.parametrize("slice_type", [OneChoiceOnly, NumberAsChoice])
def test_other_choices_than_declared_are_refused(base: KnowledgeBase, slice_type: type) -> None:
    with pytest.raises(KnowledgeError, match="choices the code declares"):
        bind(slice_type, base, "first")


@pytest.mark.parametrize("slice_type", [Bare, OddType])
def test_a_field_no_parameter_can_fill_is_refused(slice_type: type) -> None:
    with pytest.raises(KnowledgeError, match="gap_s"):
        slice_fields(slice_type)


def test_a_count_must_be_whole(folder: Any) -> None:
    folder.replace("limits/count.yaml", "value: 4", "value: 4.5")
    with pytest.raises(KnowledgeError, match=r"limits/count is 4\.5"):
        bind(Rules, load_folder(folder.path), "first")


@pytest.mark.parametrize(
    ("value", "number"), [(1.5, 1.5), (2, 2.0), ("0.25", 0.25), ("inf", math.inf)]
)
def test_a_number_set_by_the_caller_says_so(
    base: KnowledgeBase, value: object, number: float
) -> None:
    rules = bind(Rules, base, "first", {"gap_s": value})
    sourced = rules.provenance["gap_s"]
    assert rules.gap_s == number
    assert (sourced.edition, sourced.mark, sourced.source) == ("override", "override", "")
    assert sourced.checked_on is None
    assert "first has 0.5" in sourced.note
    assert rules.edition == "first"
    assert rules.provenance["bound"].mark == "verified"


def test_a_choice_set_by_the_caller_says_so(base: KnowledgeBase) -> None:
    rules = bind(Rules, base, "first", {"bound": "exclusive"})
    assert (rules.bound, rules.provenance["bound"].mark) == ("exclusive", "override")


def test_an_override_stands_in_for_a_value_the_edition_lacks(base: KnowledgeBase) -> None:
    rules = bind(Rules, base, "second", {"bound": "exclusive", "count": "3"})
    assert (rules.bound, rules.count) == ("exclusive", 3)
    assert rules.provenance["bound"].note == "second has no value"


def test_an_unknown_override_lists_the_options(base: KnowledgeBase) -> None:
    with pytest.raises(UsageError, match="any of: gap_s, bound, count"):
        bind(Rules, base, "first", {"gap": 1})


@pytest.mark.parametrize("name", ["edition", "provenance"])
def test_edition_and_provenance_are_no_options(base: KnowledgeBase, name: str) -> None:
    with pytest.raises(UsageError):
        bind(Rules, base, "first", {name: "x"})


def test_an_invalid_choice_lists_the_allowed_ones_and_their_meaning(base: KnowledgeBase) -> None:
    with pytest.raises(UsageError, match=r"inclusive \(It counts\.\); exclusive \(It does not\.\)"):
        bind(Rules, base, "first", {"bound": "both"})


@pytest.mark.parametrize("value", ["short", "", math.nan, "nan", True, None, -0.1, [1]])
def test_an_invalid_number_is_refused(base: KnowledgeBase, value: object) -> None:
    with pytest.raises(UsageError, match="at least 0; unit s"):
        bind(Rules, base, "first", {"gap_s": value})


@pytest.mark.parametrize("value", [2.5, "inf"])
def test_a_count_set_by_the_caller_must_be_whole(base: KnowledgeBase, value: object) -> None:
    with pytest.raises(UsageError, match="whole number"):
        bind(Rules, base, "first", {"count": value})


def test_a_slice_travels_to_other_processes_and_into_json(base: KnowledgeBase) -> None:
    rules = bind(Rules, base, "first")
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert dataclasses.asdict(rules)["provenance"]["gap_s"]["source"] == "book"
