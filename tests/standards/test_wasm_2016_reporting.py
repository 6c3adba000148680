"""What WASM 2016 asks to be reported: indices, intervals, histograms, periodicity."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from ekbom.scoring.indices import Indices
from ekbom.scoring.night import ScoredNight

Score = Callable[..., ScoredNight]
Train = Callable[..., list[tuple[float, float]]]
Index = Callable[[ScoredNight], Indices]


def at(*onsets_s: float) -> list[tuple[float, float]]:
    return [(onset_s, onset_s + 2) for onset_s in onsets_s]


@pytest.fixture(scope="session")
def night(score_under: Score, train: Train) -> ScoredNight:
    """An hour of 20 min W, 30 min N2, 10 min R; a movement every 30 s, some not candidates."""
    return score_under(
        "wasm-2016",
        train(0, 30, 120),
        stages="W " * 40 + "N2 " * 60 + "R " * 20,
        arousals=[(1200, 1206), (1801, 1805), (3001, 3003)],
        respiratory=[(1190, 1199), (3200, 3209.9)],
    )


@pytest.fixture(scope="session")
def indices(night: ScoredNight, index: Index) -> Indices:
    """Its numbers."""
    return index(night)


def test_plms_index_is_per_hour_of_sleep(indices: Indices) -> None:
    assert indices.by_stage["sleep"].hours == pytest.approx(40 / 60)
    assert indices.plms_per_h == pytest.approx(80 / (40 / 60))


def test_plms_index_without_respiratory_is_per_hour_of_sleep(indices: Indices) -> None:
    assert indices.plms_nonrespiratory_per_h == pytest.approx(78 / (40 / 60))


def test_plmw_index_is_per_hour_of_wake(indices: Indices) -> None:
    assert indices.plmw_per_h == pytest.approx(40 / (20 / 60))


def test_arousal_index_counts_plms_with_an_arousal_per_hour_of_sleep(indices: Indices) -> None:
    assert indices.plms_arousal_per_h == pytest.approx(3 / (40 / 60))


@pytest.mark.parametrize(
    ("group", "n", "hours"),
    [("NREM", 60, 0.5), ("N2", 60, 0.5), ("R", 20, 1 / 6), ("time_in_bed", 120, 1.0)],
)
def test_nrem_and_rem_have_their_own_index(
    indices: Indices, group: str, n: int, hours: float
) -> None:
    count = indices.by_stage[group].periodic
    assert count is not None
    assert (count.n, count.per_h) == (n, pytest.approx(n / hours))


@pytest.mark.parametrize("group", ["N1", "N3"])
def test_stage_that_never_was_has_no_index(indices: Indices, group: str) -> None:
    count = indices.by_stage[group].periodic
    assert count is not None
    assert (count.n, count.per_h) == (0, None)
    assert indices.by_stage[group].periodicity_index is None


def test_without_stages_only_the_time_in_bed_is_reported(
    score_under: Score, train: Train, index: Index
) -> None:
    found = index(score_under("wasm-2016", train(0, 20, 4)))
    assert list(found.by_stage) == ["time_in_bed"]
    assert found.by_stage["time_in_bed"].periodic.n == 4
    assert found.by_stage["time_in_bed"].periodic.per_h is None
    assert (found.plms_per_h, found.plmw_per_h) == (None, None)


def test_each_hour_has_its_count_and_its_sleep(
    score_under: Score, train: Train, index: Index
) -> None:
    hours = index(score_under("wasm-2016", train(0, 30, 300), stages="N2 " * 300)).by_hour
    assert [(hour.start_s, hour.end_s) for hour in hours] == [(0, 3600), (3600, 7200), (7200, 9000)]
    assert [hour.periodic_in_sleep for hour in hours] == [120, 120, 60]
    assert [hour.plms_per_h for hour in hours] == [120, 120, 120]


# Intervals ---------------------------------------------------------------------------------------


def test_intervals_are_counted_below_within_and_above_10_to_90_s(
    score_under: Score, index: Index
) -> None:
    night = score_under("wasm-2016", at(0, 9.9, 19.9, 109.9, 200, 220))
    found = index(night).by_stage["time_in_bed"].intervals
    assert (found.n_short, found.n_periodic, found.n_long) == (1, 3, 1)


def test_interval_means_are_of_logarithms(score_under: Score, index: Index) -> None:
    lengths = (5, 20, 40, 80, 200)
    night = score_under("wasm-2016", at(0, *np.cumsum(lengths).tolist()))
    found = index(night).by_stage["time_in_bed"].intervals
    logs, within = np.log(lengths), np.log(lengths[1:4])
    assert found.log_mean_s == pytest.approx(math.exp(logs.mean()))
    assert found.log_sd == pytest.approx(math.exp(logs.std(ddof=1)))
    assert found.periodic_log_mean_s == pytest.approx(40)
    assert found.periodic_log_sd == pytest.approx(math.exp(within.std(ddof=1)))


def test_one_interval_has_a_mean_and_no_spread(score_under: Score, index: Index) -> None:
    found = index(score_under("wasm-2016", at(0, 20))).by_stage["time_in_bed"].intervals
    assert (found.log_mean_s, found.log_sd) == (pytest.approx(20), None)


def test_no_interval_has_neither(score_under: Score, index: Index) -> None:
    found = index(score_under("wasm-2016", at(0))).by_stage["time_in_bed"].intervals
    assert (found.n_periodic, found.log_mean_s, found.log_sd) == (0, None, None)


def test_two_marks_at_one_instant_have_no_logarithm_between_them(
    score_under: Score, index: Index
) -> None:
    doubled = score_under(
        "wasm-2016",
        [*at(0, 0), *at(20)],
        same_leg_gap="keep",
        bilateral_chaining="opposite-legs",
    )
    found = index(doubled).by_stage["time_in_bed"].intervals
    assert (found.n_short, found.n_periodic) == (1, 1)
    assert found.log_mean_s == pytest.approx(20)


def test_interval_belongs_to_the_stage_of_its_later_movement(
    score_under: Score, index: Index
) -> None:
    by_stage = index(score_under("wasm-2016", at(20, 40, 70), stages="W N2 R")).by_stage
    assert {name: by_stage[name].intervals.n_periodic for name in ("wake", "N2", "R")} == {
        "wake": 0,
        "N2": 1,
        "R": 1,
    }


def test_histogram_has_bins_of_2_s_up_to_90_s(score_under: Score, index: Index) -> None:
    found = index(score_under("wasm-2016", at(0, 20, 41.9, 44.6, 134.6, 300))).histogram
    assert found.edges_s[:3] == (0, 2, 4)
    assert (found.edges_s[-1], len(found.counts)) == (90, 45)
    filled = {found.edges_s[k]: n for k, n in enumerate(found.counts) if n}
    assert filled == {2: 1, 20: 2, 88: 1}


def test_log_histogram_has_bins_of_a_tenth(score_under: Score, index: Index) -> None:
    found = index(score_under("wasm-2016", at(0, 20, 60))).log_histogram
    edges = np.log(found.edges_s)
    assert np.diff(edges) == pytest.approx(0.1)
    assert found.edges_s[0] == 1
    assert found.edges_s[-1] >= 90
    filled = [found.edges_s[k] for k, n in enumerate(found.counts) if n]
    assert filled == pytest.approx([math.exp(2.9), math.exp(3.6)])


# Periodicity -------------------------------------------------------------------------------------


def test_periodicity_index_is_periodic_over_candidates(score_under: Score, index: Index) -> None:
    found = index(score_under("wasm-2016", at(0, 20, 40, 60, 300, 500)))
    assert found.by_stage["time_in_bed"].periodicity_index == pytest.approx(4 / 6)


def test_ferri_index_is_the_share_of_intervals_in_runs_of_three(
    score_under: Score, index: Index
) -> None:
    found = index(score_under("wasm-2016", at(0, 20, 40, 60, 300, 320, 340, 600)))
    assert found.by_stage["time_in_bed"].interval_periodicity_index == pytest.approx(3 / 7)


@pytest.mark.parametrize(("interval_s", "share"), [(10, 0), (10.001, 1), (90, 1), (90.001, 0)])
def test_ferri_interval_is_over_10_s_and_up_to_90_s(
    score_under: Score, index: Index, interval_s: float, share: float
) -> None:
    times = [round(0.1 + k * interval_s, 6) for k in range(5)]
    found = index(score_under("wasm-2016", at(*times)))
    assert found.by_stage["time_in_bed"].interval_periodicity_index == share


def test_ferri_index_is_unknown_without_intervals(score_under: Score, index: Index) -> None:
    found = index(score_under("wasm-2016", at(0)))
    assert found.by_stage["time_in_bed"].interval_periodicity_index is None


def test_counts_of_what_is_isolated_short_and_one_sided(score_under: Score, index: Index) -> None:
    night = score_under("wasm-2016", at(0, 20, 40, 60, 300), at(60.5, 305))
    found = index(night).by_stage["time_in_bed"]
    assert (found.candidates.n, found.isolated.n, found.short_interval.n) == (6, 2, 1)
    assert (found.left.n, found.right.n, found.bilateral.n) == (4, 1, 1)


def test_mean_duration_of_candidates_and_of_periodic_movements(
    score_under: Score, index: Index, train: Train
) -> None:
    night = score_under("wasm-2016", [*train(0, 20, 4, 1.0), *train(500, 20, 1, 5.0)])
    found = index(night).by_stage["time_in_bed"]
    assert found.mean_duration_s == pytest.approx(9 / 5)
    assert found.periodic_mean_duration_s == pytest.approx(1)
