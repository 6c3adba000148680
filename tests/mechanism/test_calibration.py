"""The fit: its method on problems with known answers, and the draws that were shipped."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from ekbom.interop.posterior_files import (
    calibration_report,
    posterior_draws,
    posterior_facts,
    posterior_variants,
)
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelVariant, Trial
from ekbom.mechanism.calibration.calibrate import (
    SECTIONS,
    Problem,
    Rows,
    data_hash,
    inputs,
    probabilistic,
    problem_of,
)
from ekbom.mechanism.calibration.laplace import (
    find_mode,
    laplace_draws,
    log_weights,
    mended,
    pareto_shape,
)
from ekbom.mechanism.calibration.ranks import rank_statistics
from ekbom.mechanism.calibration.trial_model import readings, scattered
from ekbom.mechanism.calibration.trial_predictions import predicted
from ekbom.mechanism.calibration.trial_rows import rows_for
from ekbom.mechanism.individual import individual
from ekbom.mechanism.regimen import REST_D
from ekbom.mechanism.schedule import WEEK_D
from ekbom.mechanism.simulate import run

Floats = NDArray[np.float64]

KNOWLEDGE = load(SECTIONS)
FITTED = rows_for(KNOWLEDGE.of(Trial).values(), "fit")
VARIANTS = tuple(KNOWLEDGE.of(ModelVariant))
# Recomputed rows may differ from the stored ones by this share of their error.
NEAR = 0.03


@pytest.fixture(autouse=True)
def doubles() -> Iterator[None]:
    import jax

    before = jax.config.read("jax_enable_x64")
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def of_trials(*names: str) -> Rows:
    return tuple((trial, row) for trial, row in FITTED if trial.id in names)


# ------------------------------------------------------------------ the method


SLOPE = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 0.0]])
SEEN = np.array([1.5, -0.3])


def linear(points: Floats) -> Floats:
    return SEEN - points @ SLOPE.T


def test_a_linear_problem_is_solved_exactly() -> None:
    mode = find_mode(linear, lambda _: -SLOPE, np.zeros(3))
    covariance = np.linalg.inv(SLOPE.T @ SLOPE + np.eye(3))
    assert mode.point == pytest.approx(covariance @ SLOPE.T @ SEEN, abs=1e-6)
    assert mode.covariance == pytest.approx(covariance)
    # The third parameter bears on no row: it stays at its prior.
    assert mode.effective(2, 3) == pytest.approx(0)
    assert mode.effective(0, 2) == pytest.approx(2 - covariance[0, 0] - covariance[1, 1])


def test_weights_of_a_linear_problem_are_even() -> None:
    mode = find_mode(linear, lambda _: -SLOPE, np.zeros(3))
    points = laplace_draws(mode, 200, np.random.default_rng(0))
    weights = log_weights(mode, points, linear(points))
    assert np.ptp(weights) < 1e-4


def bent(points: Floats) -> Floats:
    """One row that says ``exp(x) + y = 3 +- 0.5``: the posterior is not normal."""
    x, y = points.T
    return ((3 - np.exp(x) - y) / 0.5)[:, None]


def test_steps_mend_what_laplace_gets_wrong() -> None:
    axis = np.linspace(-6, 6, 601)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    density = np.exp(-0.5 * (bent(grid)[:, 0] ** 2 + np.sum(grid**2, axis=1)))
    density /= density.sum()
    mean = density @ grid
    spread = np.sqrt(density @ grid**2 - mean**2)

    def slopes(point: Floats) -> Floats:
        return np.array([[-np.exp(point[0]) / 0.5, -1 / 0.5]])

    mode = find_mode(bent, slopes, np.zeros(2))
    rng = np.random.default_rng(1)
    ends = mended(mode, laplace_draws(mode, 4000, rng), bent, rng, sweeps=100, size=0.7)
    # Laplace is off by far more than what is left after the steps.
    assert abs(mode.point - mean).max() > 0.15
    assert ends.points.mean(axis=0) == pytest.approx(mean, abs=0.05)
    assert ends.points.std(axis=0) == pytest.approx(spread, rel=0.08)
    assert 0.2 < ends.accepted < 1


def test_the_tail_of_weights_is_told_from_its_shape() -> None:
    rng = np.random.default_rng(2)
    light = [pareto_shape(np.log(rng.random(4000) + 0.5)) for _ in range(10)]
    heavy = [pareto_shape(0.9 * rng.exponential(size=4000)) for _ in range(10)]
    assert max(light) < 0.3
    # A Pareto tail of shape 0.9.
    assert np.mean(heavy) == pytest.approx(0.9, abs=0.12)


# ------------------------------------------------------------------ a trial as the model runs it


def test_people_are_scattered_evenly() -> None:
    points = scattered(8, 7)
    assert points.mean(axis=1) == pytest.approx(np.zeros(7), abs=1e-12)
    assert points @ points.T / 8 == pytest.approx(np.eye(7), abs=1e-9)
    assert abs(points).max() < 2.6


def test_all_arms_of_a_trial_have_the_same_people() -> None:
    (group,) = problem_of(KNOWLEDGE, of_trials("winkelman-2006")).groups
    arms = [group.lanes["winkelman-2006", arm.id] for arm in group.trials[0].arms]
    for field in group.person:
        for lanes in arms[1:]:
            assert np.array_equal(field[lanes], field[arms[0]])


def test_a_week_ends_on_the_night_of_its_day() -> None:
    """Model day 0 of the course is the last day of the stretch that is read as week 0."""
    (group,) = problem_of(KNOWLEDGE, of_trials("allen-2011")).groups
    treated = group.doses.treated[:, 0]
    assert len(treated) == WEEK_D * (group.weeks + 1)
    assert not treated[: REST_D + 1].any()
    assert treated[REST_D + 1 :].all()
    lane = group.lanes["allen-2011", "carboxymaltose"].start
    given = group.doses.infused[0][:, :, lane].sum(axis=1)
    # At 10 in the morning of days 0 and 5, each of which is the end of a model day.
    assert np.flatnonzero(given).tolist() == [REST_D, REST_D + 5]
    assert given.sum() == pytest.approx(1000)


# ------------------------------------------------------------------ the probabilistic model


def test_numpyro_samples_the_density_that_is_fitted() -> None:
    import jax
    from numpyro.infer.util import log_density

    problem = problem_of(KNOWLEDGE, of_trials("allen-2011"), people=2)
    points = np.random.default_rng(3).normal(size=(2, problem.size))
    rows = np.array([[*by_numpy(problem, point).values()] for point in points])
    residuals = (problem.observed - rows) / problem.errors
    ours = -0.5 * (np.sum(residuals**2, axis=1) + np.sum(points**2, axis=1))
    density = jax.jit(
        lambda point: log_density(probabilistic(problem), (), {}, {"point": point})[0]
    )
    theirs = [float(density(point)) for point in points]
    assert theirs[1] - theirs[0] == pytest.approx(ours[1] - ours[0], rel=1e-6)


def test_ranks_of_known_parameters_are_even() -> None:
    """Few replicates, for a gross fault; the run of a hundred is in the report."""
    found = rank_statistics(KNOWLEDGE, 16, np.random.default_rng(4))
    for one in found["parameters"].values():
        assert sum(one["counts"]) == 16
        assert one["p"] > 0.002


# ------------------------------------------------------------------ what was shipped


def test_every_variant_has_draws() -> None:
    assert posterior_variants() == tuple(sorted(VARIANTS))


@pytest.mark.parametrize("variant", VARIANTS)
def test_draws_belong_to_the_data_as_they_are(variant: str) -> None:
    """Fails when a fitted row or a prior has changed: run `make calibrate`."""
    problem = problem_of(KNOWLEDGE, FITTED, variant)
    assert posterior_facts(variant)["data_hash"] == data_hash(problem)
    draws = posterior_draws(variant)
    assert draws.kind == "posterior"
    assert draws.ids == problem.ids
    assert len(draws) == posterior_facts(variant)["draws"] == 400
    assert draws.about["data_hash"] == data_hash(problem)


def test_the_hash_hears_of_rows_and_priors() -> None:
    problem = problem_of(KNOWLEDGE, of_trials("allen-2011"))
    trial, row = problem.rows[0]
    other = problem_of(
        KNOWLEDGE, ((trial, dataclasses.replace(row, value=row.value - 1)), *problem.rows[1:])
    )
    assert data_hash(other) != data_hash(problem)
    first, *rest = problem.priors.records
    wider = dataclasses.replace(
        problem.priors, records=(dataclasses.replace(first, spread=first.spread + 0.1), *rest)
    )
    assert data_hash(dataclasses.replace(problem, priors=wider)) != data_hash(problem)


@pytest.mark.parametrize("variant", VARIANTS)
def test_contraction_is_that_of_the_draws(variant: str) -> None:
    scores = posterior_draws(variant).by_id()
    told = calibration_report()["variants"][variant]["contraction"]
    assert [entry["id"] for entry in told] == list(scores)
    for entry in told:
        own = scores[entry["id"]]
        assert entry["mean"] == pytest.approx(own.mean(), abs=1e-3)
        assert entry["sd"] == pytest.approx(own.std(), abs=1e-3)


@pytest.mark.parametrize("variant", VARIANTS)
def test_rows_of_two_trials_are_the_stored_ones(variant: str) -> None:
    """By the NumPy loop, not the code that made them. Fails when equations have moved."""
    facts = posterior_facts(variant)
    problem = problem_of(KNOWLEDGE, of_trials("allen-2011", "partinen-2006"), variant)
    mode = facts["mode"]
    point = np.array(
        [
            *(mode["scores"][name] for name in problem.ids),
            *(mode["shifts"][name] for name in problem.trials),
            *(mode["gains"][name] for name in problem.trials),
        ]
    )
    errors = dict(zip(problem.row_ids, problem.errors, strict=True))
    for name, value in by_numpy(problem, point).items():
        assert value == pytest.approx(facts["mode_rows"][name], abs=NEAR * errors[name]), name


def by_numpy(problem: Problem, point: Floats) -> dict[str, float]:
    values, shifts, log_gains = inputs(problem, np, point)
    found, start = {}, 0
    for group in problem.groups:
        own_shift = shifts[start : start + len(group.trials)][group.trial_of_lane]
        own_gain = log_gains[start : start + len(group.trials)][group.trial_of_lane]
        start += len(group.trials)
        person = group.person._replace(
            expectation_shift=group.person.expectation_shift + own_shift,
            response_gain=group.person.response_gain * np.exp(own_gain),
        )
        own, state = individual(np, person, values, group.layout, problem.movements)
        course = run(group.layout, own, state, group.doses, problem.movements, every_days=WEEK_D)
        for reading in readings(group, problem.rows):
            value = predicted(np, reading, course.nights, problem.spread.visit_irls)
            found[reading.id] = float(value)
    return found
