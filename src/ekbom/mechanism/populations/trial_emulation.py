"""Emulated trials: virtual patients enter, are allotted to arms, leave, and are compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.excitability import IRLS_MAX
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.populations.lanes import MEASURES, Backend, Engine, Lanes, engine
from ekbom.mechanism.populations.population import (
    MOST_WEEKS,
    PopulationArm,
    check_count,
    first_people,
)
from ekbom.mechanism.populations.trial_power import Comparison, compared
from ekbom.mechanism.populations.virtual_patients import (
    EVERYBODY,
    LOT,
    EntryCriteria,
    joined,
    lot,
    population_records,
)
from ekbom.mechanism.schedule import WEEK_D

Analysis = Literal["last-observation", "completers"]
Floats = NDArray[np.float64]
MOST_PEOPLE = 20_000_000
_LEAST_PER_ARM = 2
_LANES = 32 * LOT
_IRLS, _AUGMENTATION = MEASURES.index("irls"), MEASURES.index("augmentation")
# What sets apart sources of chance of one seed: people of the arms, their trials, their visits.
_ENTRANTS, _TRIALS, _VISITS = 1, 2, 3


@dataclass(frozen=True, slots=True)
class TrialDesign:
    """A trial as it would be planned.

    Parameters
    ----------
    arms : tuple of PopulationArm
        The first is what the others are compared with.
    n_per_arm : int
        People in each.
    week : int
        When severity is compared.
    criteria : EntryCriteria
        Who may enter.
    analysis : str
        ``last-observation`` carries the last visit of who left forward; ``completers`` leaves
        them out.
    level : float
        Two-sided level of the test.
    """

    arms: tuple[PopulationArm, ...]
    n_per_arm: int
    week: int
    criteria: EntryCriteria = EVERYBODY
    analysis: Analysis = "last-observation"
    level: float = 0.05

    def __post_init__(self) -> None:
        check_count(self.n_per_arm, "people in an arm", None)
        check_count(self.week, "weeks", MOST_WEEKS)
        if self.n_per_arm < _LEAST_PER_ARM:
            raise UsageError(f"{self.n_per_arm} people in an arm", expected="at least 2")
        names = [arm.name for arm in self.arms]
        if len(names) < _LEAST_PER_ARM or len(set(names)) < len(names):
            raise UsageError(
                f"arms of a trial: {', '.join(names) or 'none'}",
                expected="at least two, each name once; the first is what others are compared with",
            )
        if not 0 < self.level < 1:
            raise UsageError(f"level {self.level:g}", expected="between 0 and 1, such as 0.05")


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm over all emulated trials.

    Parameters
    ----------
    name : str
        Of the arm.
    change : float
        Mean change of IRLS since the start.
    change_low, change_high : float
        5th and 95th percentile of the arm's mean over trials.
    sd : float
        Standard deviation of the change within an arm.
    left, augmented : float
        Share who left for other reasons, and for augmentation.
    analysed : float
        Share who are in the comparison.
    """

    name: str
    change: float
    change_low: float
    change_high: float
    sd: float
    left: float
    augmented: float
    analysed: float


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What became of a trial, emulated again and again.

    Parameters
    ----------
    design : TrialDesign
        As planned.
    repeats : int
        Emulated trials; each with its own set of parameters, trial effect and people.
    arms : tuple of ArmResult
        In the order of the design.
    comparisons : tuple of Comparison
        Of each arm but the first with the first.
    draws : Draws
        Sets of parameters.
    seed : int
        Of all that is left to chance.
    backend : str
        What it was run on.
    knowledge_hash : str
        Of the knowledge base.
    limits : LimitsOfUse
        What the model may and may not say.
    """

    design: TrialDesign
    repeats: int
    arms: tuple[ArmResult, ...]
    comparisons: tuple[Comparison, ...]
    draws: Draws
    seed: int
    backend: Backend
    knowledge_hash: str
    limits: LimitsOfUse


def emulate_trial(
    design: TrialDesign,
    draws: Draws,
    knowledge: KnowledgeBase,
    *,
    repeats: int = 200,
    seed: int = 1,
    backend: Backend | None = None,
    progress: Callable[[float, float], object] | None = None,
) -> TrialResult:
    """Emulate a trial many times.

    Every trial takes one set of parameters, one departure from like trials and people of its own:
    power is an average over what is not known of the model, not that of one assumed effect.

    Parameters
    ----------
    design : TrialDesign
        The trial.
    draws : Draws
        Trial i takes number i modulo their number.
    knowledge : KnowledgeBase
        With `ekbom.mechanism.populations.population.SECTIONS`.
    repeats, seed : int
        How many trials; of people, trials and visits.
    backend : str, optional
        ``jax`` or ``numpy``.
    progress : callable, optional
        Told how many people are done, and of how many.

    Raises
    ------
    UsageError
        Too many people, or hardly anybody may enter.
    """
    _refuse_too_many(design, repeats)
    arms = [arm.arm(WEEK_D * design.week) for arm in design.arms]
    ready = engine(arms, design.week, draws, knowledge, backend)
    outcomes = _outcomes(ready, design, repeats, seed, knowledge, progress)
    return TrialResult(
        design=design,
        repeats=repeats,
        arms=tuple(_arm_result(design, *own) for own in enumerate(outcomes)),
        comparisons=tuple(_compared(design, at, outcomes) for at in range(1, len(outcomes))),
        draws=draws,
        seed=seed,
        backend=ready.backend,
        knowledge_hash=knowledge.content_hash,
        limits=LimitsOfUse.of(knowledge),
    )


def _outcomes(
    ready: Engine,
    design: TrialDesign,
    repeats: int,
    seed: int,
    knowledge: KnowledgeBase,
    progress: Callable[[float, float], object] | None,
) -> list[_Outcome]:
    """What the visits of every arm show."""
    effects = np.random.default_rng((seed, _TRIALS)).standard_normal((2, repeats))
    per_arm = repeats * design.n_per_arm
    outcomes: list[_Outcome] = []
    for place in range(len(design.arms)):

        def step(done: int, before: int = place * per_arm) -> None:
            if progress is not None:
                progress(before + done, len(design.arms) * per_arm)

        courses = _courses(ready, design, place, (seed, effects), knowledge, step)
        outcomes.append(_outcome(design, place, courses, repeats, seed, knowledge))
    return outcomes


def _refuse_too_many(design: TrialDesign, repeats: int) -> None:
    check_count(repeats, "emulated trials", None)
    if repeats * design.n_per_arm * len(design.arms) > MOST_PEOPLE:
        raise UsageError(
            f"{repeats} trials of {design.n_per_arm} people in each of {len(design.arms)} arms",
            expected=f"at most {MOST_PEOPLE} people in all",
            what_to_do="Emulate fewer trials, or smaller ones.",
        )


def _compared(design: TrialDesign, at: int, outcomes: Sequence[_Outcome]) -> Comparison:
    own, first = outcomes[at], outcomes[0]
    return compared(
        design.arms[at].name,
        design.arms[0].name,
        (own.means, first.means),
        (own.variances, first.variances),
        (own.sizes, first.sizes),
        design.level,
    )


@dataclass(frozen=True, slots=True)
class _Courses:
    """Severity and probability of augmentation by week, shape (weeks + 1, people)."""

    irls: NDArray[np.floating[Any]]
    augmentation: NDArray[np.floating[Any]]


def _courses(
    ready: Engine,
    design: TrialDesign,
    arm: int,
    chance: tuple[int, Floats],
    knowledge: KnowledgeBase,
    step: Callable[[int], None],
) -> _Courses:
    """All people of one arm in all trials, trial after trial."""
    seed, effects = chance
    records = population_records(knowledge)
    repeats = effects.shape[1]
    total = repeats * design.n_per_arm
    irls, augmentation = [], []
    for first in range(0, total, _LANES):
        n = min(_LANES, total - first)
        numbers = range(first // LOT, -(-(first + n) // LOT))
        stream = (seed, _ENTRANTS, arm)
        people = joined([lot(at, stream, records, design.criteria) for at in numbers])
        trial = np.arange(first, first + n) // design.n_per_arm
        hope, gain = effects[:, trial]
        lanes = Lanes(first_people(people, n), trial % len(ready.draws), hope, gain)
        nights = ready.run(lanes, (arm,), width=min(_LANES, total)).nights()[0]
        irls.append(nights[_IRLS])
        augmentation.append(nights[_AUGMENTATION])
        step(first + n)
    return _Courses(np.concatenate(irls, axis=-1), np.concatenate(augmentation, axis=-1))


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Changes of severity of one arm, by trial, and why people left."""

    means: Floats
    variances: Floats
    sizes: Floats
    left: float
    augmented: float


def _outcome(
    design: TrialDesign,
    arm: int,
    courses: _Courses,
    repeats: int,
    seed: int,
    knowledge: KnowledgeBase,
) -> _Outcome:
    """What the visits of one arm show."""
    records = population_records(knowledge)
    chance = np.random.default_rng((seed, _VISITS, arm))
    total = courses.irls.shape[-1]
    hazard = _hazard_per_week(design.arms[arm], records["dropout_per_week"])
    # The visit after which a person is gone; augmentation is told of at the visit itself.
    left_after = chance.exponential(1.0, total) / hazard if hazard else np.full(total, np.inf)
    told = courses.augmentation > chance.random(total)
    augmented_at = np.where(told.any(axis=0), told.argmax(axis=0), np.inf)
    augmented = (augmented_at <= left_after) & (augmented_at < design.week)
    left = ~augmented & (left_after < design.week)
    last = np.minimum(np.where(augmented, augmented_at, np.floor(left_after)), design.week)
    seen = courses.irls[last.astype(int), np.arange(total)]
    rated = seen + records["irls_noise"].median * chance.standard_normal(total)
    change = np.where(last > 0, np.clip(rated, 0, IRLS_MAX) - courses.irls[0], 0.0)
    counts = np.ones(total, bool)
    if design.analysis == "completers":
        counts = ~(left | augmented)
    means, variances, sizes = _by_trial(change, counts, repeats)
    return _Outcome(means, variances, sizes, float(left.mean()), float(augmented.mean()))


def _hazard_per_week(arm: PopulationArm, on_file: ModelParameter) -> float:
    return on_file.median if arm.dropout_per_week is None else arm.dropout_per_week


def _by_trial(
    change: Floats, counts: NDArray[np.bool_], repeats: int
) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and number of people who count, by trial."""
    values = change.reshape(repeats, -1)
    weights = counts.reshape(repeats, -1).astype(float)
    sizes = weights.sum(axis=1)
    held = np.maximum(sizes, _LEAST_PER_ARM)
    means = (weights * values).sum(axis=1) / held
    variances = (weights * (values - means[:, None]) ** 2).sum(axis=1) / (held - 1)
    return means, variances, sizes


def _arm_result(design: TrialDesign, at: int, outcome: _Outcome) -> ArmResult:
    low, high = np.quantile(outcome.means, (0.05, 0.95))
    return ArmResult(
        name=design.arms[at].name,
        change=float(outcome.means.mean()),
        change_low=float(low),
        change_high=float(high),
        sd=math.sqrt(float(outcome.variances.mean())),
        left=outcome.left,
        augmented=outcome.augmented,
        analysed=float(outcome.sizes.mean()) / design.n_per_arm,
    )
