"""Where programs read a standard differently: every choice, on a night on which it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.binding import slice_fields
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.rules import PlmRules
from ekbom.scoring.settings import settings

Score = Callable[..., ScoredNight]


def at(*onsets_s: float) -> list[tuple[float, float]]:
    return [(onset_s, onset_s + 2) for onset_s in onsets_s]


def movements(night: ScoredNight) -> list[tuple[float, int]]:
    """Onset and number of parts of each."""
    return list(
        zip(night.movements.onset_s.tolist(), night.movements.n_parts.tolist(), strict=True)
    )


def series(night: ScoredNight) -> list[int]:
    return night.series.number.tolist()  # type: ignore[no-any-return]


def arousals(night: ScoredNight) -> list[bool]:
    assert night.has_arousal is not None
    return night.has_arousal.tolist()  # type: ignore[no-any-return]


def scored(night: ScoredNight) -> list[bool]:
    return night.is_scored.tolist()  # type: ignore[no-any-return]


# Per option: the edition, the night, what to look at, and what each choice makes of it.
CASES: Mapping[
    str, tuple[str, dict[str, Any], Callable[[ScoredNight], object], dict[str, object]]
] = {
    "same_leg_gap": (
        "wasm-2016",
        {"left": [(100, 101), (101.4, 103)]},
        movements,
        {"join": [(100, 1)], "keep": [(100, 1), (101.4, 1)]},
    ),
    "bilateral_measure": (
        "wasm-2016",
        {"left": [(100, 104)], "right": [(102, 103)]},
        movements,
        {"offset-to-onset": [(100, 2)], "onset-to-onset": [(100, 1), (102, 1)]},
    ),
    "bilateral_chaining": (
        "wasm-2016",
        {"left": [(100, 101), (103.4, 105)], "right": [(101.4, 103)]},
        movements,
        {
            "transitive": [(100, 3)],
            "opposite-legs": [(100, 3)],
            "to-first": [(100, 2), (103.4, 1)],
        },
    ),
    "imi_max_bound": (
        "wasm-2016",
        {"left": at(100, 190, 280, 370)},
        series,
        {"inclusive": [1, 1, 1, 1], "exclusive": [0, 0, 0, 0]},
    ),
    "short_interval": (
        "wasm-2016",
        {"left": at(100, 120, 140, 160, 165, 185, 205, 225)},
        series,
        {
            "starts-next-series": [1, 1, 1, 1, 2, 2, 2, 2],
            "excluded-from-next-series": [1, 1, 1, 1, 0, 0, 0, 0],
            "skipped": [1, 1, 1, 1, 0, 1, 1, 1],
        },
    ),
    "non_candidate": (
        "wasm-2016",
        {"left": [*at(100, 120), (130, 141), *at(145, 165)]},
        series,
        {"ends-series": [0, 0, 0, 0, 0], "ignored": [1, 1, 0, 1, 1]},
    ),
    "wake_movements": (
        "wasm-2016",
        {"left": at(10, 40, 70, 100), "stages": "N2 W N2 N2"},
        series,
        {"in-series": [1, 1, 1, 1], "excluded": [0, 0, 0, 0]},
    ),
    "respiratory_movements": (
        "aasm-3",
        {"left": at(100, 130, 160, 190), "respiratory": [(150, 165)]},
        scored,
        {"counted": [True] * 4, "not-scored": [False] * 4},
    ),
    "arousal_gap_bound": (
        "wasm-2016",
        {"left": at(100), "arousals": [(90, 99.5)]},
        arousals,
        {"inclusive": [True], "exclusive": [False]},
    ),
}


@pytest.mark.parametrize(
    ("option", "choice"), [(option, choice) for option in CASES for choice in CASES[option][3]]
)
def test_choice_does_what_it_says(score_under: Score, option: str, choice: str) -> None:
    edition, night, seen, expected = CASES[option]
    assert seen(score_under(edition, **night, **{option: choice})) == expected[choice]


def test_every_option_and_every_choice_is_tested() -> None:
    choices = {
        name: set(field.choices) for name, field in slice_fields(PlmRules).items() if field.choices
    }
    assert {option: set(case[3]) for option, case in CASES.items()} == choices


def test_movements_of_one_leg_are_never_combined_with_each_other(score_under: Score) -> None:
    night: dict[str, Any] = {"left": [(100, 101), (101.4, 103)], "same_leg_gap": "keep"}
    linked = {
        choice: movements(score_under("wasm-2016", **night, bilateral_chaining=choice))
        for choice in ("transitive", "opposite-legs", "to-first")
    }
    assert linked == {
        "transitive": [(100, 1), (101.4, 1)],
        "opposite-legs": [(100, 1), (101.4, 1)],
        "to-first": [(100, 1), (101.4, 1)],
    }


def test_opposite_legs_are_linked_through_a_movement_of_the_other_leg(score_under: Score) -> None:
    night = score_under(
        "wasm-2016",
        [(100, 101), (102, 103)],
        [(100.5, 102.2)],
        bilateral_chaining="opposite-legs",
    )
    assert movements(night) == [(100, 3)]


def test_onset_to_onset_does_not_count_overlap(score_under: Score) -> None:
    night = score_under("wasm-2016", [(100, 108)], [(101, 102)], bilateral_measure="onset-to-onset")
    assert len(night.movements) == 2


def test_movement_too_long_in_wake_is_left_out_with_the_rest_of_wake(score_under: Score) -> None:
    night = score_under(
        "wasm-2016",
        [*at(0, 20), (35, 50), *at(60, 80)],
        stages="N2 W N2 N2",
        wake_movements="excluded",
    )
    assert series(night) == [1, 1, 0, 1, 1]


def test_intervals_are_counted_from_the_last_movement_kept_where_short_ones_are_skipped(
    score_under: Score,
) -> None:
    night = score_under("wasm-2016", at(100, 120, 125, 140, 160), short_interval="skipped")
    assert night.series.imi_s[1:].tolist() == [20, 5, 20, 20]
    assert night.series.is_short.tolist() == [False, False, True, False, False]
    assert night.series.run_length.tolist() == [4, 4, 0, 4, 4]


def test_option_set_by_the_caller_says_so(base: KnowledgeBase) -> None:
    chosen = settings(base, overrides={"short_interval": "skipped"}).editions[0].rules
    assert chosen.provenance["short_interval"].mark == "override"
    assert chosen.provenance["imi_min_s"].mark != "override"


def test_unknown_option_lists_every_option(base: KnowledgeBase) -> None:
    with pytest.raises(UsageError) as refused:
        settings(base, overrides={"shortinterval": "skipped"})
    for name in [*slice_fields(PlmRules), "onset_above_rest_uv"]:
        assert name in str(refused.value)


def test_unknown_choice_lists_every_choice(base: KnowledgeBase) -> None:
    with pytest.raises(UsageError) as refused:
        settings(base, overrides={"short_interval": "skip"})
    for choice in slice_fields(PlmRules)["short_interval"].choices:
        assert choice in str(refused.value)


@pytest.mark.parametrize("value", ["ten", "", "nan", True, None])
def test_threshold_must_be_a_number(base: KnowledgeBase, value: object) -> None:
    with pytest.raises(UsageError, match="imi_min_s"):
        settings(base, overrides={"imi_min_s": value})
