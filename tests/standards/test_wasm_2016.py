"""WASM/IRLSSG 2016, clause by clause, at the exact boundary values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest

from ekbom.scoring.indices import Indices
from ekbom.scoring.night import ScoredNight
from ekbom.terms import Side

Stretch = tuple[float, float]
Score = Callable[..., ScoredNight]
Train = Callable[..., list[Stretch]]
Index = Callable[[ScoredNight], Indices]

# Moments at which binary numbers make 0.5 s or 10 s a hair longer or shorter.
AWKWARD = (0.0, 0.07, 0.57, 1.01, 1.06, 3.04, 3.05, 6.01, 6.08, 38.05, 38.14, 28799.3)


@pytest.fixture(scope="session")
def score(score_under: Score) -> Score:
    """Scores under WASM 2016."""
    return partial(score_under, "wasm-2016")


def at(onsets_s: Sequence[float], duration_s: float = 2.0) -> list[Stretch]:
    return [(onset_s, round(onset_s + duration_s, 6)) for onset_s in onsets_s]


def onsets(night: ScoredNight, flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[float]:
    return [float(onset_s) for onset_s in night.movements.onset_s[flags]]


# Leg movements -----------------------------------------------------------------------------------


@pytest.mark.parametrize("start_s", AWKWARD)
def test_leg_movement_lasts_at_least_half_a_second(score: Score, start_s: float) -> None:
    shortest = round(start_s + 0.5, 6)
    assert len(score([(start_s, shortest)]).movements) == 1
    assert len(score([(start_s, round(shortest - 0.001, 6))]).movements) == 0


def test_leg_movement_has_no_upper_limit(score: Score) -> None:
    night = score([(100, 160)])
    assert len(night.movements) == 1
    assert not night.is_candidate.any()


@pytest.mark.parametrize("start_s", AWKWARD)
def test_same_leg_less_than_half_a_second_apart_is_one(score: Score, start_s: float) -> None:
    def after(gap_s: float) -> ScoredNight:
        first = (start_s, round(start_s + 2, 6))
        return score([first, (round(first[1] + gap_s, 6), round(first[1] + 4, 6))])

    assert len(after(0.499).movements) == 1
    assert len(after(0.5).movements) == 2


def test_same_leg_is_joined_before_the_shortest_are_left_out(score: Score) -> None:
    assert len(score([(10, 10.3), (10.5, 10.8)]).movements) == 1


def test_same_leg_joins_to_the_latest_end_of_what_overlaps(score: Score) -> None:
    night = score([(10, 15), (11, 12), (12.4, 13)])
    assert night.movements.offset_s.tolist() == [15]


# Candidates --------------------------------------------------------------------------------------


@pytest.mark.parametrize("start_s", AWKWARD)
def test_candidate_of_one_leg_lasts_at_most_10_s(score: Score, start_s: float) -> None:
    assert score([(start_s, round(start_s + 10, 6))]).is_candidate.all()
    assert not score([(start_s, round(start_s + 10.001, 6))]).is_candidate.any()


def test_bilateral_overlap_is_one_movement(score: Score) -> None:
    night = score([(10, 12)], [(11, 14)])
    assert night.movements.side.tolist() == [Side.BILATERAL]
    assert (night.movements.onset_s[0], night.movements.offset_s[0]) == (10, 14)


@pytest.mark.parametrize("start_s", AWKWARD)
def test_bilateral_end_to_onset_less_than_half_a_second(score: Score, start_s: float) -> None:
    def after(gap_s: float) -> ScoredNight:
        first = (start_s, round(start_s + 2, 6))
        return score([first], [(round(first[1] + gap_s, 6), round(first[1] + 4, 6))])

    assert after(0.499).movements.side.tolist() == [Side.BILATERAL]
    assert after(0.5).movements.side.tolist() == [Side.LEFT, Side.RIGHT]


@pytest.mark.parametrize("start_s", AWKWARD)
def test_bilateral_candidate_lasts_at_most_15_s(score: Score, start_s: float) -> None:
    def lasting(duration_s: float) -> ScoredNight:
        left = (start_s, round(start_s + 8, 6))
        return score([left], [(round(start_s + 7, 6), round(start_s + duration_s, 6))])

    assert lasting(15.0).is_candidate.all()
    assert not lasting(15.001).is_candidate.any()


def test_bilateral_candidate_has_at_most_4_parts(score: Score) -> None:
    parts = [(10, 11), (10.8, 11.8), (11.6, 12.6), (12.4, 13.4), (13.2, 14.2)]
    four = score(parts[:4:2], parts[1:4:2])
    five = score(parts[::2], parts[1::2])
    assert (four.movements.n_parts.tolist(), five.movements.n_parts.tolist()) == ([4], [5])
    assert four.is_candidate.all()
    assert not five.is_candidate.any()


def test_bilateral_candidate_has_no_part_over_10_s(score: Score) -> None:
    assert score([(10, 20)], [(12, 14)]).is_candidate.all()
    assert not score([(10, 20.001)], [(12, 14)]).is_candidate.any()


def test_bilateral_movement_chains_through_either_leg(score: Score) -> None:
    night = score([(10, 12), (14.4, 16)], [(12.2, 14)])
    assert night.movements.n_parts.tolist() == [3]


# Series ------------------------------------------------------------------------------------------


def test_series_has_at_least_4_movements(score: Score, train: Train) -> None:
    assert not score(train(100, 20, 3)).is_periodic.any()
    assert score(train(100, 20, 4)).is_periodic.all()


@pytest.mark.parametrize("start_s", AWKWARD)
@pytest.mark.parametrize(
    ("interval_s", "is_periodic"), [(9.999, False), (10, True), (90, True), (90.001, False)]
)
def test_interval_is_10_to_90_s_both_included(
    score: Score, start_s: float, interval_s: float, is_periodic: bool
) -> None:
    times = [round(start_s + k * interval_s, 6) for k in range(4)]
    assert score(at(times)).is_periodic.tolist() == [is_periodic] * 4


def test_interval_runs_from_onset_to_onset(score: Score) -> None:
    durations = (9, 1, 7, 3)
    night = score([(k * 10.0, k * 10.0 + durations[k]) for k in range(4)])
    assert night.is_periodic.all()
    assert night.series.imi_s.tolist()[1:] == [10, 10, 10]


def test_interval_is_counted_across_the_legs(score: Score) -> None:
    assert score(at([100, 140]), at([120, 160])).is_periodic.all()


def test_movement_that_is_no_candidate_ends_the_series(score: Score, train: Train) -> None:
    night = score([*train(100, 20, 3), (155, 166), *train(170, 20, 3)])
    assert not night.is_periodic.any()


def test_no_interval_crosses_or_reaches_a_movement_that_is_no_candidate(
    score: Score, train: Train
) -> None:
    night = score([*train(100, 20, 4), (175, 186), *train(190, 20, 4)])
    assert np.isnan(night.series.imi_s[[0, 4, 5]]).all()
    assert night.series.number.tolist() == [1] * 4 + [0] + [2] * 4


def test_short_interval_ends_the_series(score: Score) -> None:
    night = score(at([100, 120, 140, 145, 165, 185]))
    assert not night.is_periodic.any()


def test_short_interval_may_start_the_next_series(score: Score) -> None:
    night = score(at([100, 120, 140, 160, 165, 185, 205, 225]))
    assert night.series.number.tolist() == [1, 1, 1, 1, 2, 2, 2, 2]


def test_long_interval_ends_the_series_and_starts_the_next(score: Score) -> None:
    night = score(at([100, 120, 140, 160, 260, 280, 300, 320]))
    assert night.series.number.tolist() == [1, 1, 1, 1, 2, 2, 2, 2]


def test_series_may_end_with_the_recording(score: Score, train: Train) -> None:
    night = score(train(30, 20, 4), stages="N2 N2 N2 N2")
    assert night.is_periodic.all()


def test_series_does_not_cross_a_gap_in_the_recording(score: Score, train: Train) -> None:
    night = score(train(100, 20, 6), segment_starts_s=(0.0, 150.0))
    assert not night.is_periodic.any()
    assert np.isnan(night.series.imi_s[[0, 3]]).all()


def test_series_runs_through_any_stage_and_each_movement_counts_in_that_of_its_onset(
    score: Score, train: Train, index: Index
) -> None:
    night = score(train(20, 20, 4), stages="W N2 R")
    counts = index(night).by_stage
    assert night.is_periodic.all()
    assert [counts[name].periodic.n for name in ("sleep", "wake", "NREM", "R")] == [3, 1, 1, 2]


# Breathing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift_s", AWKWARD)
@pytest.mark.parametrize(
    ("movement", "is_respiratory"),
    [
        ((96, 97.999), False),
        ((96, 98), True),
        ((110.25, 112), True),
        ((110.251, 112), False),
        ((97, 111), True),
        ((75, 77), False),  # inside the event, but not near its end
    ],
)
def test_respiratory_window_is_2_s_before_to_10_25_s_after_the_end(
    score: Score, shift_s: float, movement: Stretch, is_respiratory: bool
) -> None:
    moved = tuple(round(shift_s + time_s, 6) for time_s in movement)
    event = (round(shift_s + 70, 6), round(shift_s + 100, 6))
    night = score([moved], respiratory=[event])
    assert night.is_respiratory.tolist() == [is_respiratory]


@pytest.mark.parametrize("shift_s", AWKWARD)
@pytest.mark.parametrize(
    ("movement", "is_respiratory"),
    [
        ((98, 99.499), False),
        ((98, 99.5), True),
        ((100.5, 102), True),
        ((100.501, 102), False),
    ],
)
def test_narrow_respiratory_window_is_half_a_second_around_the_end(
    score: Score, shift_s: float, movement: Stretch, is_respiratory: bool
) -> None:
    moved = tuple(round(shift_s + time_s, 6) for time_s in movement)
    event = (round(shift_s + 70, 6), round(shift_s + 100, 6))
    night = score([moved], respiratory=[event], window="narrow")
    assert night.is_respiratory.tolist() == [is_respiratory]


def test_periodic_is_counted_first_with_all_movements(score: Score, train: Train) -> None:
    night = score(train(100, 20, 4), respiratory=[(80, 99)])
    assert night.is_respiratory.tolist() == [True, False, False, False]
    assert night.is_periodic.all()
    assert not night.is_periodic_nonrespiratory.any()


def test_nonrespiratory_intervals_lengthen_over_the_movements_left_out(
    score: Score, train: Train
) -> None:
    events = [(onset_s - 15, onset_s - 0.5) for onset_s in (120, 160, 200)]
    night = score(train(100, 20, 7), respiratory=events)
    kept = ~night.is_respiratory
    assert onsets(night, kept) == [100, 140, 180, 220]
    assert night.series_nonrespiratory.imi_s[kept].tolist()[1:] == [40, 40, 40]
    assert night.is_periodic_nonrespiratory.tolist() == kept.tolist()


def test_nonrespiratory_interval_over_90_s_ends_the_series(score: Score, train: Train) -> None:
    night = score(train(100, 50, 5), respiratory=[(180, 199)])
    assert night.is_periodic.all()
    assert not night.is_periodic_nonrespiratory.any()


def test_respiratory_movement_that_is_no_candidate_still_ends_the_series(
    score: Score, train: Train
) -> None:
    night = score([*train(100, 20, 2), (130, 141), *train(145, 20, 2)], respiratory=[(110, 128)])
    assert night.is_respiratory.tolist() == [False, False, True, False, False]
    assert not night.is_periodic_nonrespiratory.any()


# Arousals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift_s", AWKWARD)
@pytest.mark.parametrize(
    ("arousal", "goes_with"),
    [
        ((90, 99.499), False),
        ((90, 99.5), True),
        ((101, 104), True),
        ((102.5, 105), True),
        ((102.501, 105), False),
    ],
)
def test_arousal_overlaps_or_lies_within_half_a_second(
    score: Score, shift_s: float, arousal: Stretch, goes_with: bool
) -> None:
    marked = tuple(round(shift_s + time_s, 6) for time_s in arousal)
    night = score([(round(shift_s + 100, 6), round(shift_s + 102, 6))], arousals=[marked])
    assert night.has_arousal is not None
    assert night.has_arousal.tolist() == [goes_with]


def test_arousal_is_unknown_where_none_is_marked(score: Score, train: Train, index: Index) -> None:
    night = score(train(0, 20, 4), stages="N2 N2 N2")
    assert night.has_arousal is None
    assert index(night).plms_arousal_per_h is None
    assert "no-arousals" in [caveat.code for caveat in night.caveats]
