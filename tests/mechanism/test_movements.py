"""Closed forms of thinned movements: equal to the simulated process, in both array libraries."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ekbom.knowledge.binding import bind
from ekbom.knowledge.loading import load
from ekbom.mechanism.movements import (
    IntervalCoefficients,
    count_variance_per_h,
    interval_periodicity,
    movements_per_h,
    night_plms_index,
    periodic_share,
    periodic_share_coefficients,
    plms_index,
)
from ekbom.recording.synthetic.drive import MovementProcess, movement_process
from ekbom.scoring.rules import FerriPeriodicity, PlmRules
from ekbom.terms import SleepStage

CHANCES = (0.15, 0.4, 0.7, 1.0)
CLUSTERINGS = (0.0, 0.5)
# Bouts cut intervals off to the first order only.
BESIDE = 0.01
UNFIT = 0.03
HOURS = 4.0
N_BLOCKS = 1000
STAGES = (SleepStage.N1, SleepStage.N2, SleepStage.N3, SleepStage.R)

Vector = NDArray[np.float64]


@cache
def process() -> MovementProcess:
    return movement_process(load(("model-parameters",)))


@cache
def rules() -> PlmRules:
    return bind(PlmRules, load(("scoring",)), "wasm-2016")


@cache
def intervals(clustering: float = 0.0) -> IntervalCoefficients:
    p, r = process(), rules()
    return periodic_share_coefficients(
        p.interval_median_s,
        p.interval_ln_sd,
        r.imi_min_s,
        r.imi_max_s,
        clustering,
        p.bout_mean_s,
    )


def potential_s(hours: float, rng: np.random.Generator) -> Vector:
    n = round(1.2 * hours * 3600 / process().interval_mean_s)
    steps = np.exp(process().interval_ln_sd * rng.standard_normal(n))
    return np.cumsum(process().interval_median_s * steps)


@cache
def simulated(
    chance: float, unfit: float = 0.0, clustering: float = 0.0
) -> dict[str, tuple[float, float]]:
    """Mean and standard error of every index over blocks of one long simulated process."""
    rng = np.random.default_rng([round(1000 * x) for x in (chance, unfit, clustering)])
    onset = potential_s(HOURS * N_BLOCKS + 1, rng)
    n_bouts = round(1.2 * onset[-1] / process().bout_mean_s)
    bout_ends = np.cumsum(rng.exponential(process().bout_mean_s, n_bouts))
    moving = rng.random(n_bouts + 1) < chance**clustering
    happens = rng.random(len(onset)) < chance ** (1 - clustering)
    onset = onset[happens & moving[np.searchsorted(bout_ends, onset)]]
    fit = rng.random(len(onset)) >= unfit
    interval = np.diff(onset)
    periodic = (interval >= rules().imi_min_s) & (interval <= rules().imi_max_s)
    # An unfit movement has no interval, neither before nor after it.
    between = fit[1:] & fit[:-1]
    good = periodic & between
    in_series, in_run = np.zeros(len(onset), dtype=bool), np.zeros(len(interval), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(int)))
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - first >= rules().series_min_movements - 1:
            in_series[first : stop + 1] = True
            in_run[first:stop] = True
    block = (onset // (HOURS * 3600)).astype(int)

    def per_block(flags: NDArray[np.bool_], of: NDArray[np.int64]) -> Vector:
        return np.bincount(of[flags], minlength=N_BLOCKS)[:N_BLOCKS].astype(float)

    def mean(values: Vector) -> tuple[float, float]:
        return float(values.mean()), float(values.std(ddof=1) / math.sqrt(N_BLOCKS))

    def ratio(part: Vector, whole: Vector) -> tuple[float, float]:
        share = part.sum() / whole.sum()
        spread = (part - share * whole).std(ddof=1) / math.sqrt(N_BLOCKS)
        return float(share), float(spread / whole.mean())

    counts = per_block(in_series, block)
    variance = counts.var(ddof=1)
    # Of a variance, the standard error by the fourth moment of the counts.
    error = math.sqrt((((counts - counts.mean()) ** 2).var()) / N_BLOCKS)
    return {
        "rate": mean(per_block(np.ones(len(onset), dtype=bool), block) / HOURS),
        "periodic": ratio(
            per_block(periodic, block[1:]), per_block(periodic | ~periodic, block[1:])
        ),
        "index": mean(counts / HOURS),
        "run": ratio(per_block(in_run, block[1:]), per_block(between, block[1:])),
        "variance": (float(variance / HOURS), error / HOURS),
    }


def agrees(found: tuple[float, float], expected: float, *, beside: float = 0.0) -> bool:
    """Within four standard errors, and the share ``beside`` where a form is an approximation."""
    mean, standard_error = found
    return abs(mean - expected) < 4 * standard_error + beside * expected


# The simulated process ----------------------------------------------------------------------


@pytest.mark.parametrize("clustering", CLUSTERINGS)
@pytest.mark.parametrize("chance", CHANCES)
def test_the_rate_of_movements_is_that_of_the_process(chance: float, clustering: float) -> None:
    found = simulated(chance, 0.0, clustering)["rate"]
    assert agrees(found, float(movements_per_h(np, chance, intervals(clustering))))


@pytest.mark.parametrize("clustering", CLUSTERINGS)
@pytest.mark.parametrize("chance", CHANCES)
def test_the_share_of_periodic_intervals_is_that_of_the_process(
    chance: float, clustering: float
) -> None:
    expected = float(periodic_share(np, chance, intervals(clustering)))
    found = simulated(chance, 0.0, clustering)["periodic"]
    assert agrees(found, expected, beside=BESIDE if clustering else 0.0)


@pytest.mark.parametrize("unfit", [0.0, UNFIT])
@pytest.mark.parametrize("clustering", CLUSTERINGS)
@pytest.mark.parametrize("chance", CHANCES)
def test_the_plms_index_is_that_of_the_process(
    chance: float, clustering: float, unfit: float
) -> None:
    fewest = rules().series_min_movements
    expected = float(plms_index(np, chance, intervals(clustering), fewest, unfit))
    found = simulated(chance, unfit, clustering)["index"]
    assert agrees(found, expected, beside=BESIDE if clustering else 0.0)


@pytest.mark.parametrize("unfit", [0.0, UNFIT])
@pytest.mark.parametrize("clustering", CLUSTERINGS)
@pytest.mark.parametrize("chance", CHANCES)
def test_the_periodicity_index_is_that_of_the_process(
    chance: float, clustering: float, unfit: float
) -> None:
    ferri = bind(FerriPeriodicity, load(("scoring",)), "ferri-2006")
    assert (ferri.min_s, ferri.max_s) == (rules().imi_min_s, rules().imi_max_s)
    expected = float(interval_periodicity(np, chance, intervals(clustering), ferri.min_run, unfit))
    found = simulated(chance, unfit, clustering)["run"]
    assert agrees(found, expected, beside=BESIDE if clustering else 0.0)


@pytest.mark.parametrize("clustering", CLUSTERINGS)
@pytest.mark.parametrize("chance", CHANCES)
def test_the_count_of_periodic_movements_varies_as_in_the_process(
    chance: float, clustering: float
) -> None:
    fewest = rules().series_min_movements
    expected = float(count_variance_per_h(np, chance, intervals(clustering), fewest))
    # Long counts: a block cuts series and bouts at its edges.
    found = simulated(chance, 0.0, clustering)["variance"]
    assert agrees(found, expected, beside=0.1 if clustering else 0.04)


def test_an_unfit_movement_costs_more_than_itself() -> None:
    whole, less = (
        float(plms_index(np, 0.4, intervals(), rules().series_min_movements, unfit))
        for unfit in (0.0, UNFIT)
    )
    assert less < whole * (1 - 2 * UNFIT)


# Coefficients -------------------------------------------------------------------------------


def test_chances_of_sums_are_those_drawn() -> None:
    rng = np.random.default_rng(7)
    n = 200_000
    steps = np.exp(process().interval_ln_sd * rng.standard_normal((n, 5)))
    sums = np.cumsum(process().interval_median_s * steps, axis=1)
    inside = (sums >= rules().imi_min_s) & (sums <= rules().imi_max_s)
    for j in range(5):
        share = intervals().periodic[j]
        assert abs(inside[:, j].mean() - share) < 4 * math.sqrt(share * (1 - share) / n) + 1e-9
        part = sums[:, j] * inside[:, j]
        error = 4 * part.std() / math.sqrt(n) + 1e-9
        assert abs(part.mean() - intervals().periodic_mean_s[j]) < error


def test_a_single_interval_is_periodic_with_the_chance_of_the_log_normal() -> None:
    def below(time_s: float) -> float:
        z = math.log(time_s / process().interval_median_s) / process().interval_ln_sd
        return 0.5 * math.erfc(-z / math.sqrt(2))

    expected = below(rules().imi_max_s) - below(rules().imi_min_s)
    assert intervals().periodic[0] == pytest.approx(expected, abs=1e-6)


def test_sums_that_are_never_within_the_limits_are_left_out() -> None:
    assert intervals().periodic[-1] < 1e-9
    assert len(intervals().periodic) < 20


def chance_of_index(index_per_h: Any, of: IntervalCoefficients, fewest: int) -> Any:
    """Chance at which a lasting state has an index: the table of `plms_index` read backwards."""
    chance = np.linspace(0, 1, 4001)
    return np.interp(index_per_h, plms_index(np, chance, of, fewest), chance)


# Shape --------------------------------------------------------------------------------------


@pytest.mark.parametrize("clustering", CLUSTERINGS)
def test_more_excitability_never_means_fewer_movements(clustering: float) -> None:
    chance = np.linspace(0, 1, 501)
    index = plms_index(np, chance, intervals(clustering), rules().series_min_movements)
    assert index[0] == 0
    assert (np.diff(index) > 0).all()
    assert index[-1] < 3600 / process().interval_mean_s


def test_a_night_is_the_mean_of_its_hours_and_stages() -> None:
    excitability = np.array([0.5, 0.3])
    factor = np.array([1.0, 0.5])
    hours = np.array([[1.0, 0.5], [0.25, 0.0]])
    fewest = rules().series_min_movements
    index, error = night_plms_index(np, excitability, hours, factor, intervals(), fewest)

    def weighed(form: Any) -> float:
        one = [form(np, p, intervals(), fewest) for p in (0.5, 0.25, 0.3)]
        return float(1.0 * one[0] + 0.5 * one[1] + 0.25 * one[2])

    assert index == pytest.approx(weighed(plms_index) / 1.75)
    assert error == pytest.approx(math.sqrt(weighed(count_variance_per_h)) / 1.75)


def test_no_stage_lifts_a_chance_over_one() -> None:
    fewest = rules().series_min_movements
    lifted, _ = night_plms_index(
        np, np.array([0.9]), np.ones((1, 1)), np.array([2.0]), intervals(), fewest
    )
    assert lifted == pytest.approx(float(plms_index(np, 1.0, intervals(), fewest)))


def test_nobody_asleep_has_no_movements_in_sleep() -> None:
    fewest = rules().series_min_movements
    night = night_plms_index(np, np.array([0.5]), np.zeros((1, 4)), np.ones(4), intervals(), fewest)
    assert night == (0, 0)


# Both array libraries -----------------------------------------------------------------------


@pytest.mark.parametrize("clustering", CLUSTERINGS)
def test_jax_gives_the_numbers_of_numpy_and_slopes_that_are_differences(
    clustering: float,
) -> None:
    jax = pytest.importorskip("jax")
    fewest = rules().series_min_movements
    factor = np.array([process().stage_factor[stage] for stage in STAGES])
    hours = np.array([[0.1, 0.5, 0.3, 0.1], [0.1, 0.6, 0.0, 0.3]])

    def night(xp: Any, shift: Any) -> Any:
        excitability = shift + xp.asarray([0.45, 0.3])
        return night_plms_index(xp, excitability, hours, factor, intervals(clustering), fewest)

    for found, expected in zip(
        jax.jit(lambda s: night(jax.numpy, s))(0.0), night(np, 0.0), strict=True
    ):
        assert float(found) == pytest.approx(float(expected), rel=2e-5)
    for part in (0, 1):
        slope = jax.grad(lambda s, part=part: night(jax.numpy, s)[part])(0.0)
        step = 1e-5
        by_hand = (night(np, step)[part] - night(np, -step)[part]) / (2 * step)
        assert float(slope) == pytest.approx(float(by_hand), rel=1e-3)


@pytest.mark.parametrize("clustering", CLUSTERINGS)
def test_slopes_are_finite_where_nothing_moves(clustering: float) -> None:
    jax = pytest.importorskip("jax")
    fewest = rules().series_min_movements

    def night(chance: Any) -> Any:
        hours = np.ones((1, 4))
        excitability = jax.numpy.stack([chance])
        return night_plms_index(
            jax.numpy, excitability, hours, np.ones(4), intervals(clustering), fewest
        )

    for part in (0, 1):
        assert math.isfinite(jax.grad(lambda p, part=part: night(p)[part])(0.0))


# Numbers ------------------------------------------------------------------------------------


def test_the_intervals_are_those_published_for_restless_legs() -> None:
    median_s, ln_sd = process().interval_median_s, process().interval_ln_sd
    assert 22 <= median_s * math.exp(-(ln_sd**2)) <= 26
    assert 0.65 < math.erf(math.log(math.sqrt(2)) / ln_sd / math.sqrt(2)) < 0.72


def test_movements_are_fewer_the_deeper_the_sleep_and_fewest_in_rem() -> None:
    factor = process().stage_factor
    assert factor[SleepStage.N2] == 1
    in_order = [factor[stage] for stage in STAGES]
    assert in_order == sorted(in_order, reverse=True)


def test_periodicity_is_near_the_published_one_only_because_movements_come_in_bouts() -> None:
    """Shin 2016: 0.86 (SD 0.10) where the index is over 15/h."""

    def at_40_per_h(clustering: float) -> float:
        of, fewest = intervals(clustering), rules().series_min_movements
        chance = chance_of_index(40.0, of, fewest)
        return float(interval_periodicity(np, chance, of, fewest - 1))

    assert abs(at_40_per_h(process().clustering) - 0.86) < 0.10
    assert at_40_per_h(0.0) < 0.76


def test_nights_differ_about_as_much_as_published() -> None:
    """Trotti 2009: 25.1/h between the lowest and the highest of 10 to 15 nights, so 7 to 8/h."""
    of, fewest = intervals(process().clustering), rules().series_min_movements
    chance = chance_of_index(np.array([30.0, 45.0]), of, fewest)
    per_night = np.sqrt(count_variance_per_h(np, chance, of, fewest) / 6.5)
    assert (np.abs(per_night - 7.5) < 1.5).all()
