"""The trials as one probabilistic model: priors, trial effects, predicted rows, their errors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter, Observation, Trial
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.calibration.trial_model import Cohort, Reading, Spread, cohorts, readings
from ekbom.mechanism.calibration.trial_predictions import predicted
from ekbom.mechanism.calibration.trial_rows import row_id, standard_error_of
from ekbom.mechanism.compiled import course
from ekbom.mechanism.individual import individual
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import DEFAULT_VARIANT, PATHWAYS, Parameters, Priors, value_of

SECTIONS = ("model-parameters", "model-variants", "scoring", "trials")
GAIN_SD = "trial-gain-sd"
# Quasi-random people of each arm.
PEOPLE = 8
# Sets of parameters that go through a cohort together, and how many such blocks at once: every
# call has the same shape, so that nothing is compiled twice.
BLOCK = 16
CHUNK = 2 * BLOCK
_BLOOD = frozenset({"ferritin", "transferrin-saturation", "hemoglobin"})

Rows = tuple[tuple[Trial, Observation], ...]
# Parameters, trial shifts and trial log gains, each with a first axis of sets, to rows by set.
Predict = Callable[[Parameters, Array, Array], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows, the trials behind them, and the priors of one variant.

    Parameters
    ----------
    priors : Priors
        Of the variant.
    gain_sd : ModelParameter
        Spread of trials in response; the one uncertain number that is no part of the model.
    rows : tuple of (Trial, Observation)
        In a fixed order.
    groups : tuple of Cohort
        The trials.
    spread : Spread
        How people and trials differ.
    movements : MovementIndex
        PLMS index by excitability.
    observed, errors : array
        By row: what was printed, and the standard deviation of a row about its prediction.
    trial_of_row : array of int
        Place of each row's trial in `trials`.
    trials : tuple of str
        Ids, each with its own effect on expectation and on response.
    """

    priors: Priors
    gain_sd: ModelParameter
    rows: Rows
    groups: tuple[Cohort, ...]
    spread: Spread
    movements: MovementIndex
    observed: NDArray[np.float64]
    errors: NDArray[np.float64]
    trial_of_row: NDArray[np.int64]
    trials: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the parameters with a prior, in the order of scores."""
        return (*(record.id for record in self.priors.uncertain), self.gain_sd.id)

    @property
    def row_ids(self) -> tuple[str, ...]:
        """Ids of the rows."""
        return tuple(row_id(trial, row) for trial, row in self.rows)

    @property
    def size(self) -> int:
        """Length of a point: scores, then shift and gain of each trial, all standard normal."""
        return len(self.ids) + 2 * len(self.trials)


def problem_of(
    knowledge: KnowledgeBase, rows: Rows, variant: str = DEFAULT_VARIANT, *, people: int = PEOPLE
) -> Problem:
    """The probabilistic model of some rows.

    Parameters
    ----------
    knowledge : KnowledgeBase
        With the sections of `SECTIONS`.
    rows : tuple of (Trial, Observation)
        To be predicted.
    variant : str
        Id of a variant.
    people : int
        In each arm.
    """
    priors, spread = Priors.of(knowledge, variant), Spread.of(knowledge)
    groups = cohorts(rows, spread, priors.values(np, {}).drugs, people=people)
    trials = tuple(trial.id for group in groups for trial in group.trials)
    return Problem(
        priors=priors,
        gain_sd=knowledge.of(ModelParameter)[GAIN_SD],
        rows=rows,
        groups=groups,
        spread=spread,
        movements=MovementIndex.of(knowledge),
        observed=np.array([row.value for _, row in rows]),
        errors=np.array([row_error(trial, row, spread) for trial, row in rows]),
        trial_of_row=np.array([trials.index(trial.id) for trial, _ in rows]),
        trials=trials,
    )


def row_error(trial: Trial, row: Observation, spread: Spread) -> float:
    """Standard deviation of a row about its prediction: sampling, and what differs by trial.

    ``sqrt(SE^2 + (share value)^2)``: blood tests and counts of augmentation differ between like
    trials by a share of their value; severity and movements have effects of the trial instead.

    Parameters
    ----------
    trial : Trial
        The trial.
    row : Observation
        A row; one without an error has none here, and can only be told.
    spread : Spread
        The shares.
    """
    known = (row.standard_error, row.standard_deviation, row.low, row.high, row.assumed_error)
    if row.use != "fit" and all(part is None for part in known):
        return 0.0
    sampling = standard_error_of(trial, row).value
    share = 0.0
    if row.measure in _BLOOD:
        share = spread.blood_between_trials
    elif row.measure == "augmentation":
        share = spread.augmentation_between_trials
    return float(np.hypot(sampling, share * row.value))


def split(problem: Problem, points: Array) -> tuple[Array, Array, Array]:
    """Scores, shifts and log gains of points, all still standard normal; last axis the point.

    Parameters
    ----------
    problem : Problem
        Says how long each part is.
    points : array, shape (..., problem.size)
        Points.
    """
    n, k = len(problem.ids), len(problem.trials)
    return points[..., :n], points[..., n : n + k], points[..., n + k :]


def inputs(problem: Problem, xp: Namespace, points: Array) -> tuple[Parameters, Array, Array]:
    """What a simulation needs of points: parameters, and each trial's shift and log gain.

    Parameters
    ----------
    problem : Problem
        Priors and trials.
    xp : namespace
        Array library.
    points : array, shape (..., problem.size)
        Standard normal under the prior.
    """
    scores, shifts, gains = split(problem, points)
    by_id = {name: scores[..., i] for i, name in enumerate(problem.ids)}
    values = problem.priors.values(xp, by_id)
    gain_sd = value_of(xp, problem.gain_sd, by_id[GAIN_SD])
    shift_sd = values.body.expectation_trial_sd
    return values, xp.asarray(shift_sd)[..., None] * shifts, xp.asarray(gain_sd)[..., None] * gains


def rows_of_group(
    problem: Problem, group: Cohort, own: Sequence[Reading], *, gradients: bool = False
) -> Callable[[Parameters, Array, Array], Array]:
    """A function, to be traced, from parameters and effects of a group's trials to its rows.

    Parameters
    ----------
    problem : Problem
        Spreads and the PLMS index.
    group : Cohort
        Trials run together.
    own : sequence of Reading
        Their rows.
    gradients : bool
        Whether it will be differentiated: it then keeps less, and does more.
    """
    import jax.numpy as jnp

    def rows(values: Parameters, shifts: Array, log_gains: Array) -> Array:
        person = group.person._replace(
            expectation_shift=group.person.expectation_shift + shifts[group.trial_of_lane],
            response_gain=group.person.response_gain * jnp.exp(log_gains[group.trial_of_lane]),
        )
        own_model, state = individual(jnp, person, values, group.layout, problem.movements)
        night = course(
            group.layout, own_model, state, group.doses, problem.movements, checkpoint=gradients
        )
        return jnp.stack(
            [predicted(jnp, reading, night, problem.spread.visit_irls) for reading in own]
        )

    return rows


def _placed(problem: Problem) -> list[tuple[Cohort, tuple[Reading, ...], slice, list[int]]]:
    """Groups with their rows, the slice of their trials, and where their rows belong."""
    place = {name: i for i, name in enumerate(problem.row_ids)}
    found, start = [], 0
    for group in problem.groups:
        own = readings(group, problem.rows)
        end = start + len(group.trials)
        found.append((group, own, slice(start, end), [place[reading.id] for reading in own]))
        start = end
    return found


def predictor(problem: Problem) -> Predict:
    """A compiled function from sets of parameters and trial effects to rows.

    The parameters of every variant go through the same compiled code.

    Parameters
    ----------
    problem : Problem
        Rows and trials; which variant does not matter.
    """
    import jax

    parts = []
    for group, own, trials, places in _placed(problem):
        one = rows_of_group(problem, group, own)

        def blocks(given: tuple[Parameters, Array, Array], one: Any = one) -> Array:
            return jax.lax.map(lambda part: one(*part), given, batch_size=BLOCK)

        parts.append((jax.jit(blocks), trials, places))

    def chunk(given: tuple[Parameters, Array, Array]) -> NDArray[np.float64]:
        values, shifts, log_gains = given
        rows = np.empty((CHUNK, len(problem.rows)))
        for compiled, trials, places in parts:
            rows[:, places] = compiled((values, shifts[:, trials], log_gains[:, trials]))
        return rows

    def predict(values: Parameters, shifts: Array, log_gains: Array) -> NDArray[np.float64]:
        n = len(shifts)
        given = jax.tree.map(
            lambda leaf: np.broadcast_to(np.asarray(leaf, float), (n, *np.shape(leaf)[1:])),
            (values, shifts, log_gains),
        )
        # The last chunk is filled up with its own last set.
        places = np.minimum(np.arange(-(-n // CHUNK) * CHUNK), n - 1)
        return np.concatenate(
            [
                chunk(jax.tree.map(lambda leaf, own=own: leaf[own], given))
                for own in np.split(places, len(places) // CHUNK)
            ]
        )[:n]

    return predict


def probabilistic(problem: Problem, free: Sequence[int] | None = None) -> Callable[[], None]:
    """The model as NumPyro samples it: standard normal scores and effects, normal rows.

    Trial effects are not centred: a trial's shift is its standard normal number times
    `expectation_trial_sd`, its log gain the same times `trial-gain-sd`.

    Parameters
    ----------
    problem : Problem
        Rows, priors and trials.
    free : sequence of int, optional
        Places of a point that are sampled, the others held at their median; all if left out.
    """
    import jax.numpy as jnp
    import numpyro
    from numpyro.distributions import Normal

    placed = _placed(problem)
    order = np.argsort(np.concatenate([places for *_, places in placed]))

    sampled = np.arange(problem.size) if free is None else np.asarray(free)

    def model() -> None:
        own = numpyro.sample("point", Normal(0.0, 1.0).expand([len(sampled)]).to_event(1))
        point = jnp.zeros(problem.size).at[sampled].set(own)
        values, shifts, log_gains = inputs(problem, jnp, point)
        rows = jnp.concatenate(
            [
                rows_of_group(problem, group, readings_, gradients=True)(
                    values, shifts[trials], log_gains[trials]
                )
                for group, readings_, trials, _ in placed
            ]
        )[order]
        numpyro.sample("rows", Normal(rows, problem.errors).to_event(1), obs=problem.observed)

    return model


def data_hash(problem: Problem) -> str:
    """SHA-256 of everything a fit rests on that is data: rows, entries, regimens and priors.

    Priors of pathways that are closed in the variant are not part of it.

    Parameters
    ----------
    problem : Problem
        Of the rows that are fitted.
    """
    used = {trial.id: trial for trial, _ in problem.rows}
    closed = set(PATHWAYS) - set(problem.priors.variant.open_)
    records = (r for r in problem.priors.records if r.symbol not in closed)
    told = {
        "variant": [problem.priors.variant.id, *sorted(problem.priors.variant.open_)],
        "priors": [
            [r.id, r.median, r.scale, r.spread, r.lower, r.upper]
            for r in (*records, problem.gain_sd)
        ],
        "spread": list(problem.spread),
        "rows": [
            [name, row.kind, row.value, row.since_week, error]
            for name, (_, row), error in zip(
                problem.row_ids, problem.rows, problem.errors.tolist(), strict=True
            )
        ],
        "trials": [
            [
                name,
                repr((trial.weeks, trial.entry)),
                [repr((arm.id, arm.baseline_irls, arm.regimen)) for arm in trial.arms],
            ]
            for name, trial in sorted(used.items())
        ],
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
