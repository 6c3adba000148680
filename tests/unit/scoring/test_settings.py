"""Settings of a scoring: from the knowledge base, and from what the caller changes."""

from __future__ import annotations

import math

import pytest

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.scoring.settings import RULES, SECTIONS, WINDOWS, settings, settings_caveats


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    """The knowledge that comes with the package."""
    return load(SECTIONS)


def codes(base: KnowledgeBase, *args: str, **options: object) -> set[str]:
    return {caveat.code for caveat in settings_caveats(settings(base, *args, **options))}  # type: ignore[arg-type]


def test_default_is_wasm_2016_alone(base: KnowledgeBase) -> None:
    assert [edition.name for edition in settings(base).editions] == ["wasm-2016"]


def test_all_are_side_by_side_in_order(base: KnowledgeBase) -> None:
    assert tuple(edition.name for edition in settings(base, "all").editions) == RULES


def test_each_edition_has_its_own_window_unless_one_is_given(base: KnowledgeBase) -> None:
    own = [edition.window.edition for edition in settings(base, "all").editions]
    assert own == ["wasm-2016", "aasm-3"]
    for name, edition in WINDOWS.items():
        given = settings(base, "all", window=name).editions
        assert {each.window.edition for each in given} == {edition}


def test_every_value_says_where_it_comes_from(base: KnowledgeBase) -> None:
    for edition in settings(base, "all").editions:
        for value in (*edition.rules.provenance.values(), *edition.thresholds.provenance.values()):
            assert value.source
            assert value.place
            assert value.checked_on is not None


def test_hash_of_the_knowledge_travels_along(base: KnowledgeBase) -> None:
    assert settings(base).knowledge_hash == base.content_hash


def test_no_limit_is_infinity(base: KnowledgeBase) -> None:
    wasm, aasm = (edition.rules for edition in settings(base, "all").editions)
    assert wasm.leg_movement_max_s == math.inf
    assert aasm.bilateral_max_parts == math.inf
    assert settings(base, overrides={"imi_max_s": "inf"}).editions[0].rules.imi_max_s == math.inf


def test_override_counts_in_every_edition_asked_for(base: KnowledgeBase) -> None:
    changed = settings(base, "all", overrides={"imi_max_s": "60", "end_min_quiet_s": 1})
    assert {edition.rules.imi_max_s for edition in changed.editions} == {60}
    assert {edition.thresholds.end_min_quiet_s for edition in changed.editions} == {1}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"rules": "wasm-2006"}, "rule set 'wasm-2006'"),
        ({"rules": ""}, "rule set ''"),
        ({"window": "wide"}, "respiratory window 'wide'"),
        ({"detector": "neural"}, "detector 'neural'"),
        ({"overrides": {"imi_min": 5}}, "no option 'imi_min'"),
    ],
)
def test_unknown_name_lists_what_is_known(
    base: KnowledgeBase, given: dict[str, object], found: str
) -> None:
    with pytest.raises(UsageError) as refused:
        settings(base, **given)  # type: ignore[arg-type]
    assert found in refused.value.found
    assert refused.value.expected.startswith("one of ")


@pytest.mark.parametrize(
    "overrides",
    [
        {"imi_min_s": 91},
        {"imi_max_s": 9},
        {"onset_above_rest_uv": 1},
        {"leg_movement_min_s": 11, "leg_movement_max_s": 10},
    ],
)
def test_thresholds_must_not_contradict_each_other(
    base: KnowledgeBase, overrides: dict[str, object]
) -> None:
    with pytest.raises(UsageError, match="not above"):
        settings(base, overrides=overrides)


def test_equal_limits_do_not_contradict_each_other(base: KnowledgeBase) -> None:
    changed = settings(base, overrides={"imi_min_s": 90, "end_above_rest_uv": 8})
    assert changed.editions[0].rules.imi_min_s == 90


def test_recalled_values_are_said_of_the_aasm(base: KnowledgeBase) -> None:
    caveats = settings_caveats(settings(base, "all"))
    assert [c.where for c in caveats if c.code == "recalled-values"] == ["aasm-3"]


def test_changed_options_are_said(base: KnowledgeBase) -> None:
    changed = settings(base, overrides={"short_interval": "skipped", "imi_max_s": 60})
    (caveat,) = [c for c in settings_caveats(changed) if c.code == "changed-options"]
    assert "short_interval = skipped" in caveat.statement
    assert "imi_max_s = 60" in caveat.statement
    assert "changed-options" not in codes(base)


def test_literal_detector_is_said(base: KnowledgeBase) -> None:
    assert "literal-detector" in codes(base, detector="literal")
    assert "literal-detector" not in codes(base)
