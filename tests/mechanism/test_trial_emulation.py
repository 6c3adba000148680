"""Emulated trials: a known effect within its error, who leaves, power that grows with people."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.mechanism.draws import Draws, prior_draws
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.populations.population import (
    SECTIONS,
    Plan,
    PopulationArm,
    simulate_population,
)
from ekbom.mechanism.populations.trial_emulation import TrialDesign, TrialResult, emulate_trial
from ekbom.mechanism.populations.trial_power import (
    Comparison,
    compared,
    critical,
    power_of,
    sample_size,
)
from ekbom.mechanism.populations.virtual_patients import EntryCriteria
from ekbom.mechanism.regimen import Line

WEEKS = 4
DAYS = np.ones(7 * WEEKS, dtype=bool)
PLACEBO = PopulationArm("placebo", dropout_per_week=0.0)
AGONIST = PopulationArm("agonist", (Line("pramipexole", 0.5, (20.0,), DAYS),), dropout_per_week=0.0)
DESIGN = TrialDesign((PLACEBO, AGONIST), 60, WEEKS)


@cache
def knowledge() -> KnowledgeBase:
    return load(SECTIONS)


@cache
def priors() -> Priors:
    return Priors.of(knowledge())


@cache
def draws() -> Draws:
    return prior_draws(priors(), 60, np.random.default_rng(3))


@cache
def at_medians() -> Draws:
    """One set of parameters; trials do not differ in their responses, nor does anybody augment."""
    ids = tuple(record.id for record in priors().uncertain)
    scores = np.zeros((1, len(ids)))
    still = ("expectation-between-trials", "trial-gain-sd", "augmentation-hazard")
    for name in (*still, "augmentation-false-positive"):
        if name in ids:
            scores[0, ids.index(name)] = -30
    held = Draws("poor-receptors", "prior", ids, scores)
    if "trial-gain-sd" not in ids:
        held = Draws(
            held.variant, "prior", (*ids, "trial-gain-sd"), np.append(scores, [[-30.0]], axis=1)
        )
    return held


def emulated(design: TrialDesign, repeats: int = 60) -> TrialResult:
    return emulate_trial(design, draws(), knowledge(), repeats=repeats, backend="numpy")


@cache
def result() -> TrialResult:
    return emulated(DESIGN)


def test_a_known_effect_is_found_within_its_error() -> None:
    known = simulate_population(
        Plan(4000, (PLACEBO, AGONIST), WEEKS, at_medians()), knowledge(), backend="numpy"
    )
    row = next(r for r in known.rows if (r.arm, r.measure, r.week) == ("agonist", "irls", WEEKS))
    trial = emulate_trial(DESIGN, at_medians(), knowledge(), repeats=60, backend="numpy")
    found = trial.comparisons[0]
    error = found.standard_error / math.sqrt(trial.repeats)
    assert row.difference < -2
    assert found.difference == pytest.approx(row.difference, abs=4 * error)
    # With one set of parameters and no trial effects nothing is left to differ between trials.
    assert found.between < 0.5 * found.standard_error


def test_trials_and_parameters_scatter_the_true_effect() -> None:
    found = result().comparisons[0]
    assert found.between > found.standard_error
    assert found.difference_low < found.difference < found.difference_high


def test_the_same_seed_gives_the_same_trial() -> None:
    again = emulate_trial(DESIGN, draws(), knowledge(), repeats=60, backend="numpy")
    other = emulate_trial(DESIGN, draws(), knowledge(), repeats=60, seed=2, backend="numpy")
    assert again.arms == result().arms
    assert other.arms != result().arms


def test_a_change_scatters_as_in_printed_trials() -> None:
    """Standard deviations printed by trials run from about 6 to 9 points, larger for some."""
    for arm in result().arms:
        assert 6 < arm.sd < 9


def test_who_leaves_is_as_many_as_the_hazard_says() -> None:
    leaving = tuple(replace(arm, dropout_per_week=0.1) for arm in DESIGN.arms)
    some = emulated(replace(DESIGN, arms=leaving))
    expected = 1 - math.exp(-0.1 * WEEKS)
    for arm in some.arms:
        assert arm.left + arm.augmented == pytest.approx(expected, abs=0.03)
        assert arm.analysed == 1
    whole = emulated(replace(DESIGN, arms=leaving, analysis="completers"))
    for arm in whole.arms:
        assert arm.analysed == pytest.approx(1 - arm.left - arm.augmented, abs=1e-9)
    # Who leaves early has changed less.
    assert some.arms[1].change > whole.arms[1].change


def test_augmentation_takes_people_out_on_an_agonist() -> None:
    placebo, agonist = result().arms
    assert agonist.augmented > placebo.augmented > 0
    assert placebo.left == agonist.left == 0


def test_no_effect_is_found_as_often_as_the_level_says() -> None:
    other = replace(PLACEBO, name="the same again")
    design = replace(DESIGN, arms=(PLACEBO, other), level=0.2)
    found = emulated(design, 300).comparisons[0]
    # One side of the level, within four standard errors.
    assert found.power == pytest.approx(0.1, abs=4 * math.sqrt(0.1 * 0.9 / 300))
    assert found.difference == pytest.approx(0, abs=4 * found.standard_error / math.sqrt(300))


# Power -----------------------------------------------------------------------------------------


def test_power_grows_with_people() -> None:
    found = result().comparisons[0]
    for mean_effect in (False, True):
        powers = [power_of(found, n, mean_effect=mean_effect) for n in range(2, 2000, 37)]
        assert (np.diff(powers) >= 0).all()
        assert powers[0] < 0.3 < powers[-1]


def test_the_approximation_agrees_with_trials_of_another_size() -> None:
    first = result().comparisons[0]
    larger = emulated(replace(DESIGN, n_per_arm=150)).comparisons[0]
    error = math.sqrt(0.25 / 60)
    assert power_of(first, 60) == pytest.approx(first.power, abs=2 * error)
    assert power_of(first, 150) == pytest.approx(larger.power, abs=3 * error)


def test_the_size_found_is_the_smallest_that_is_enough() -> None:
    found = result().comparisons[0]
    size = sample_size(found, 0.6)
    assert size.n_per_arm is not None and not size.reason
    assert power_of(found, size.n_per_arm) >= 0.6 > power_of(found, size.n_per_arm - 1)
    entering = sample_size(found, 0.6, analysed=0.8).n_per_arm
    assert entering == math.ceil(size.n_per_arm / 0.8)


def test_the_usual_formula_is_met_where_nothing_is_uncertain() -> None:
    sd, effect, n = 8.0, -4.0, 500
    rng = np.random.default_rng(1)
    means = tuple(rng.normal(mean, sd / math.sqrt(n), 4000) for mean in (effect, 0.0))
    variances, sizes = (np.full(4000, sd**2),) * 2, (np.full(4000, float(n)),) * 2
    found = compared("drug", "placebo", means, variances, sizes, 0.05)
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.9)
    usual = 2 * (z * sd / effect) ** 2
    size = sample_size(found, 0.9)
    assert size.n_if_mean_effect == pytest.approx(usual, abs=2)
    assert size.n_per_arm == pytest.approx(usual, rel=0.06)


def test_a_power_no_number_of_people_reaches_is_said_with_its_reason() -> None:
    rng = np.random.default_rng(1)
    means = rng.normal(-1, 2, 500), np.zeros(500)
    variances, sizes = (np.full(500, 1.0),) * 2, (np.full(500, 1e4),) * 2
    found: Comparison = compared("drug", "placebo", means, variances, sizes, 0.05)
    size = sample_size(found, 0.9)
    assert size.n_per_arm is None
    assert size.most_power == pytest.approx(0.69, abs=0.06)
    assert "no number of people" in size.reason


@pytest.mark.parametrize("level", [0.01, 0.05, 0.2])
def test_the_limit_is_that_of_students_t(level: float) -> None:
    freedom = np.array([8.0, 20.0, 100.0, 1e5])
    exact = stats.t.ppf(1 - level / 2, freedom)
    np.testing.assert_allclose(critical(level, freedom), exact, rtol=0.005)


# What is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"n_per_arm": 0}, "0 people in an arm"),
        ({"n_per_arm": -3}, "-3 people in an arm"),
        ({"n_per_arm": 1}, "at least 2"),
        ({"week": 0}, "0 weeks"),
        ({"level": 1.5}, "level 1.5"),
        ({"arms": (PLACEBO,)}, "at least two"),
        ({"arms": (PLACEBO, PLACEBO)}, "each name once"),
    ],
)
def test_a_design_that_is_none_is_refused(given: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        replace(DESIGN, **given)  # type: ignore[arg-type]


def test_more_people_than_can_be_emulated_are_refused() -> None:
    with pytest.raises(UsageError, match="at most 20000000 people"):
        emulate_trial(replace(DESIGN, n_per_arm=10**9), draws(), knowledge())


def test_nobody_who_may_enter_is_said() -> None:
    nobody = replace(DESIGN, criteria=EntryCriteria(ferritin_below_ug_per_l=1))
    with pytest.raises(UsageError, match="Widen the criteria"):
        emulate_trial(nobody, draws(), knowledge(), repeats=2, backend="numpy")


@pytest.mark.parametrize("wanted", [0.0, 1.0, -1.0])
def test_a_power_that_is_none_is_refused(wanted: float) -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        sample_size(result().comparisons[0], wanted)
