"""AASM 3, clause by clause, at the exact boundary values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from ekbom.scoring.indices import Indices
from ekbom.scoring.night import ScoredNight
from ekbom.scoring.reasons import reasons
from ekbom.terms import Side

Stretch = tuple[float, float]
Score = Callable[..., ScoredNight]
Train = Callable[..., list[Stretch]]
Index = Callable[[ScoredNight], Indices]

# Moments at which binary numbers make 0.5 s or 5 s a hair longer or shorter.
AWKWARD = (0.0, 0.07, 0.57, 1.01, 1.06, 3.04, 3.05, 6.01, 6.08, 38.05, 38.14, 28799.3)


@pytest.fixture(scope="session")
def score(score_under: Score) -> Score:
    """Scores under AASM 3."""
    return partial(score_under, "aasm-3")


def at(*onsets_s: float) -> list[Stretch]:
    return [(onset_s, round(onset_s + 2, 6)) for onset_s in onsets_s]


@pytest.mark.parametrize("start_s", AWKWARD)
@pytest.mark.parametrize(
    ("duration_s", "is_candidate"), [(0.499, None), (0.5, True), (10, True), (10.001, False)]
)
def test_leg_movement_lasts_half_a_second_to_10_s(
    score: Score, start_s: float, duration_s: float, is_candidate: bool | None
) -> None:
    night = score([(start_s, round(start_s + duration_s, 6))])
    assert night.is_candidate.tolist() == ([] if is_candidate is None else [is_candidate])


def test_movement_over_10_s_is_ignored_and_the_series_goes_on(score: Score, train: Train) -> None:
    night = score([*train(100, 20, 2), (125, 136), *train(140, 20, 2)])
    assert night.is_periodic.tolist() == [True, True, False, True, True]
    assert night.series.imi_s[[1, 3, 4]].tolist() == [20, 20, 20]
    assert np.isnan(night.series.imi_s[2])


def test_movement_over_10_s_takes_no_part_in_a_bilateral_one(score: Score) -> None:
    night = score([(100, 111)], [(102, 104)])
    assert night.movements.side.tolist() == [Side.LEFT, Side.RIGHT]
    assert night.is_candidate.tolist() == [False, True]


@pytest.mark.parametrize("start_s", AWKWARD)
@pytest.mark.parametrize(("lag_s", "n"), [(0, 1), (4.999, 1), (5, 2), (5.001, 2)])
def test_legs_with_onsets_less_than_5_s_apart_are_one_movement(
    score: Score, start_s: float, lag_s: float, n: int
) -> None:
    right_s = round(start_s + lag_s, 6)
    night = score([(start_s, round(start_s + 1, 6))], [(right_s, round(right_s + 1, 6))])
    assert len(night.movements) == n


def test_legs_overlapping_with_onsets_5_s_apart_stay_two(score: Score) -> None:
    assert len(score([(100, 109)], [(105, 107)]).movements) == 2


def test_bilateral_movement_has_no_longest_duration_and_no_most_parts(score: Score) -> None:
    night = score([(100, 110)], [(104.9, 114.9)])
    assert night.movements.duration_s.tolist() == [14.9]
    assert night.is_candidate.all()


def test_bilateral_movement_is_gathered_around_its_first_part(score: Score) -> None:
    night = score([(100, 101), (106, 107)], [(103, 104)])
    assert night.movements.onset_s.tolist() == [100, 106]


def test_legs_moving_at_one_instant_are_gathered_the_same_whichever_is_called_left(
    score: Score,
) -> None:
    one, other = [(100, 101), (103, 104)], [(103, 104)]
    for night in (score(one, other), score(other, one)):
        assert night.movements.onset_s.tolist() == [100]
        assert night.movements.n_parts.tolist() == [3]


def test_series_has_at_least_4_movements(score: Score, train: Train) -> None:
    assert not score(train(100, 20, 3)).is_periodic.any()
    assert score(train(100, 20, 4)).is_periodic.all()


@pytest.mark.parametrize("start_s", AWKWARD)
@pytest.mark.parametrize(
    ("interval_s", "is_periodic"), [(4.999, False), (5, True), (90, True), (90.001, False)]
)
def test_interval_is_5_to_90_s(
    score: Score, start_s: float, interval_s: float, is_periodic: bool
) -> None:
    night = score(at(*(round(start_s + k * interval_s, 6) for k in range(4))))
    assert night.is_periodic.tolist() == [is_periodic] * 4


def test_movements_in_wake_are_not_periodic(score: Score, train: Train) -> None:
    night = score(train(0, 20, 9), stages="N2 N2 W W N2 N2")
    awake = np.array([stage == "W" for stage in night.stage])
    assert awake.sum() == 3
    assert night.is_periodic.tolist() == (~awake).tolist()
    assert [str(reason.periodic) for reason in reasons(night)][3].endswith(
        "this edition scores none"
    )


def test_wake_under_90_s_does_not_break_a_series(score: Score) -> None:
    night = score(at(20, 55, 125, 160), stages="N2 N2 W W N2 N2")
    assert night.is_periodic.all()
    assert night.series.imi_s.tolist()[1:] == [35, 70, 35]


def test_wake_of_90_s_breaks_a_series_since_no_interval_can_cross_it(score: Score) -> None:
    night = score(at(20, 59.999, 150, 190), stages="N2 N2 W W W N2 N2")
    assert night.series.imi_s[2] == pytest.approx(90.001)
    assert not night.is_periodic.any()


def test_no_index_of_movements_in_wake(score: Score, train: Train, index: Index) -> None:
    indices = index(score(train(0, 20, 9), stages="N2 N2 W W N2 N2"))
    wake = indices.by_stage["wake"]
    assert indices.plmw_per_h is None
    assert (wake.periodic, wake.periodicity_index) == (None, None)
    assert wake.candidates.n == 3


def test_movement_too_long_in_wake_neither_ends_nor_joins(score: Score) -> None:
    night = score([*at(20, 50), (65, 80), *at(100, 130)], stages="N2 N2 W N2 N2")
    assert night.is_periodic.tolist() == [True, True, False, True, True]


@pytest.mark.parametrize("shift_s", AWKWARD)
@pytest.mark.parametrize(
    ("movement", "is_respiratory"),
    [
        ((67, 69.499), False),
        ((67, 69.5), True),
        ((80, 82), True),
        ((100.5, 102), True),
        ((100.501, 102), False),
        ((60, 110), True),
    ],
)
def test_respiratory_is_half_a_second_before_the_start_to_half_a_second_after_the_end(
    score: Score, shift_s: float, movement: Stretch, is_respiratory: bool
) -> None:
    moved = tuple(round(shift_s + time_s, 6) for time_s in movement)
    event = (round(shift_s + 70, 6), round(shift_s + 100, 6))
    assert score([moved], respiratory=[event]).is_respiratory.tolist() == [is_respiratory]


def test_respiratory_movements_are_left_out_of_the_second_count(score: Score, train: Train) -> None:
    night = score(train(100, 20, 5), respiratory=[(130, 150)])
    assert night.is_respiratory.tolist() == [False, False, True, False, False]
    assert night.series_nonrespiratory.imi_s[3] == 40
    assert night.is_periodic_nonrespiratory.tolist() == (~night.is_respiratory).tolist()


@pytest.mark.parametrize("shift_s", AWKWARD)
@pytest.mark.parametrize(
    ("arousal", "goes_with"),
    [
        ((90, 99.5), False),
        ((90, 99.501), True),
        ((101, 104), True),
        ((102.499, 105), True),
        ((102.5, 105), False),
    ],
)
def test_arousal_overlaps_or_lies_less_than_half_a_second_away(
    score: Score, shift_s: float, arousal: Stretch, goes_with: bool
) -> None:
    marked = tuple(round(shift_s + time_s, 6) for time_s in arousal)
    night = score([(round(shift_s + 100, 6), round(shift_s + 102, 6))], arousals=[marked])
    assert night.has_arousal is not None
    assert night.has_arousal.tolist() == [goes_with]


def test_indices_are_per_hour_of_sleep(score: Score, train: Train, index: Index) -> None:
    night = score(train(0, 30, 60), stages="N2 " * 40 + "W " * 60, arousals=[(60, 66), (91, 97)])
    indices = index(night)
    assert indices.plms_per_h == pytest.approx(40 / (20 / 60))
    assert indices.plms_arousal_per_h == pytest.approx(2 / (20 / 60))
