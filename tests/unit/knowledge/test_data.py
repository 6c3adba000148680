"""The knowledge that comes with the package: whole, sourced, and fit for the code that reads it."""

from __future__ import annotations

import importlib
import math
import pkgutil
from datetime import date
from typing import get_args

import pytest

from ekbom.knowledge.binding import bind, slice_fields
from ekbom.knowledge.loading import load
from ekbom.knowledge.parameters import EditionValue, Mark, Parameter
from ekbom.scoring.rules import PlmRules, RespiratoryWindow

BASE = load()
VALUES = [
    pytest.param(parameter, edition, value, id=f"{parameter.id}@{edition}")
    for parameter in BASE.parameters.values()
    for edition, value in parameter.editions.items()
]


@pytest.mark.parametrize(("parameter", "edition", "value"), VALUES)
def test_every_value_has_unit_source_place_mark_and_check(
    parameter: Parameter, edition: str, value: EditionValue
) -> None:
    assert bool(parameter.unit) is (parameter.kind == "quantity")
    assert edition in BASE.editions
    assert not BASE.source(value.source).retracted
    assert value.place.strip()
    assert value.mark in get_args(Mark)
    assert date(2026, 11, 22) <= value.checked.on
    assert value.checked.by


def test_a_value_that_rests_on_our_own_design_says_so() -> None:
    for parameter in BASE.parameters.values():
        for edition, value in parameter.editions.items():
            if value.source == "ekbom-design" and parameter.id.startswith(("scoring/", "bands/")):
                assert value.mark == "design", f"{parameter.id}@{edition}"


@pytest.mark.parametrize("edition", BASE.editions.values(), ids=lambda edition: edition.id)
def test_every_edition_stands_on_a_source(edition: object) -> None:
    assert BASE.edition(edition.id).source in BASE.sources  # type: ignore[attr-defined]


def test_every_row_of_every_table_stands_on_a_source() -> None:
    for table in BASE.tables.values():
        assert {row.source for row in table.rows} <= set(BASE.sources), table.id


@pytest.mark.parametrize("edition", ["wasm-2016", "aasm-3"])
def test_plm_rules_bind_for_both_standards(edition: str) -> None:
    rules = bind(PlmRules, BASE, edition)
    assert rules.edition == edition
    assert {sourced.edition for sourced in rules.provenance.values()} == {edition}


@pytest.mark.parametrize(
    ("edition", "anchor", "before_s", "after_s"),
    [
        ("wasm-2016", "event-end", 2.0, 10.25),
        ("wasm-2016-narrow", "event-end", 0.5, 0.5),
        ("aasm-3", "whole-event", 0.5, 0.5),
    ],
)
def test_respiratory_window_of_each_edition(
    edition: str, anchor: str, before_s: float, after_s: float
) -> None:
    window = bind(RespiratoryWindow, BASE, edition)
    assert (window.anchor, window.before_s, window.after_s) == (anchor, before_s, after_s)


def test_wasm_2016_as_plmscore_reads_it() -> None:
    rules = bind(PlmRules, BASE, "wasm-2016")
    assert (rules.leg_movement_min_s, rules.leg_movement_max_s) == (0.5, math.inf)
    assert (rules.same_leg_gap, rules.same_leg_join_gap_s) == ("join", 0.5)
    assert (rules.bilateral_gap_s, rules.bilateral_measure) == (0.5, "offset-to-onset")
    assert (rules.bilateral_chaining, rules.wake_movements) == ("transitive", "in-series")
    assert (rules.candidate_max_s, rules.bilateral_max_s, rules.bilateral_max_parts) == (10, 15, 4)
    assert (rules.series_min_movements, rules.imi_min_s, rules.imi_max_s) == (4, 10, 90)
    assert (rules.imi_max_bound, rules.short_interval) == ("inclusive", "starts-next-series")
    assert (rules.non_candidate, rules.arousal_gap_s) == ("ends-series", 0.5)


def test_aasm_3_where_it_differs() -> None:
    rules = bind(PlmRules, BASE, "aasm-3")
    assert (rules.leg_movement_max_s, rules.bilateral_max_s) == (10, math.inf)
    assert (rules.bilateral_gap_s, rules.bilateral_measure) == (5, "onset-to-onset")
    assert (rules.bilateral_chaining, rules.wake_movements) == ("to-first", "excluded")
    assert (rules.imi_min_s, rules.imi_max_s, rules.non_candidate) == (5, 90, "ignored")


def test_nothing_of_the_aasm_manual_claims_to_have_been_read() -> None:
    values = [
        value
        for parameter in BASE.parameters.values()
        for value in parameter.editions.values()
        if value.source == "aasm-manual-3"
    ]
    assert values
    assert {value.mark for value in values} == {"recalled"}


def test_every_choice_of_a_rule_says_who_reads_it_how() -> None:
    programs = ("PLMScoRe", "Luna", "SOMAS", "MATPLM")
    for parameter in BASE.parameters.values():
        if parameter.kind == "choice" and parameter.id.startswith("scoring/"):
            assert any(name in parameter.notes for name in programs), parameter.id
            assert "Default" in parameter.notes, parameter.id


def test_a_raised_plms_index_is_above_15_in_adults_and_5_in_children() -> None:
    limits = {
        name: BASE.sourced(f"bands/plms-index-{name}", "icsd-3") for name in ("adult", "child")
    }
    assert {name: (limit.value, limit.unit) for name, limit in limits.items()} == {
        "adult": (15, "/h"),
        "child": (5, "/h"),
    }
    assert BASE.sourced("bands/plms-index-comparator", "icsd-3").value == "above"


def test_suggested_immobilization_test_of_montplaisir() -> None:
    edition = "montplaisir-1998"
    assert BASE.sourced("bands/sit-plmw-index", edition).value == 40
    assert BASE.sourced("bands/sit-duration", edition).value == 60


def slices_of(package: str) -> list[type]:
    """Every class in a package whose fields carry a ``Param``."""
    found = []
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        module = importlib.import_module(info.name)
        for thing in vars(module).values():
            if isinstance(thing, type) and thing.__module__ == info.name:
                notes = vars(thing).get("__annotations__", {})
                if any("Param(" in str(note) for note in notes.values()):
                    found.append(thing)
    return found


def test_every_slice_of_scoring_binds_to_each_edition_that_has_all_of_it() -> None:
    slices = slices_of("ekbom.scoring")
    assert {PlmRules, RespiratoryWindow} <= set(slices)
    for slice_type in slices:
        wanted = [field.param.id for field in slice_fields(slice_type).values()]
        shared = set.intersection(*(set(BASE.parameter(id_).editions) for id_ in wanted))
        assert shared, f"no edition has all of {slice_type.__name__}: {wanted}"
        for edition in shared:
            assert bind(slice_type, BASE, edition).edition == edition
