"""A trial as the model runs it: its people as lanes, its arms as doses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter, Observation, Trial, TrialArm
from ekbom.mechanism.calibration.trial_rows import arm_of, row_id
from ekbom.mechanism.parameters import Kinetics
from ekbom.mechanism.regimen import Arm, after_rest, layout_of, scheduled
from ekbom.mechanism.scenarios.written_lines import recorded_line
from ekbom.mechanism.schedule import WEEK_D, Doses, Layout
from ekbom.mechanism.states import Person

# Numbers in which people differ, and rounds until the golden ratio of so many is exact.
_FEATURES = 7
_GOLDEN_ROUNDS = 60
# Trials of the same medicines are run together up to these lengths: the shorter ones for a while
# longer than they are read.
_LENGTHS_WEEKS = (0, 13, 30, 60)
_LOWEST_IRLS, _HIGHEST_IRLS = 10.0, 40.0
_HIGHEST_PLMS_PER_H = 80.0


class Spread(NamedTuple):
    """How people of one trial differ, and how trials differ; see the records of ``trials``.

    Parameters
    ----------
    ferritin, saturation, plms_index : float
        Standard deviations of the logarithms.
    saturation_with_ferritin : float
        Correlation of the first two.
    hemoglobin_g_per_dl : float
        Standard deviation.
    weight_women_kg, weight_men_kg : float
        Body weights.
    wake_min, awakenings : float
        Waking after sleep onset and awakenings at entry.
    bed_h, rise_h : float
        Clock times of lights off and on.
    visit_irls : float
        Standard deviation of one person's IRLS from visit to visit.
    blood_between_trials, augmentation_between_trials : float
        Relative standard deviation of a row between like trials.
    expectation_person, response_person : float
        Between people: placebo response on the logit; logarithm of the factor on responses.
    """

    ferritin: float
    saturation: float
    plms_index: float
    saturation_with_ferritin: float
    hemoglobin_g_per_dl: float
    weight_women_kg: float
    weight_men_kg: float
    wake_min: float
    awakenings: float
    bed_h: float
    rise_h: float
    visit_irls: float
    blood_between_trials: float
    augmentation_between_trials: float
    expectation_person: float
    response_person: float

    @classmethod
    def of(cls, knowledge: KnowledgeBase) -> Self:
        """From the records.

        Parameters
        ----------
        knowledge : KnowledgeBase
            With ``model-parameters``.
        """
        known = knowledge.of(ModelParameter)
        own = (f"trial-{name.replace('_', '-')}" for name in cls._fields[:-2])
        people = ("expectation-between-people", "response-between-people")
        return cls(*(known[name].median for name in (*own, *people)))


@dataclass(frozen=True, slots=True)
class Cohort:
    """Trials run together: one layout, one length, a lane for each person of each arm.

    Parameters
    ----------
    trials : tuple of Trial
        In it.
    layout : Layout
        Of all their medicines.
    doses : Doses
        First axis days from the lead on, last axis lanes.
    person : Person
        One a lane; `expectation_shift` and the logarithm of `response_gain` without the trial's.
    trial_of_lane : array of int
        Place of each lane's trial in `trials`.
    lanes : mapping of (str, str) to slice
        Lanes of an arm, by trial and arm.
    weeks : int
        How many weeks are run; the night of week 0 is the one before the start.
    """

    trials: tuple[Trial, ...]
    layout: Layout
    doses: Doses
    person: Person
    trial_of_lane: NDArray[np.int64]
    lanes: Mapping[tuple[str, str], slice]
    weeks: int


def cohorts(
    rows: Iterable[tuple[Trial, Observation]],
    spread: Spread,
    drugs: Mapping[str, Kinetics],
    *,
    people: int,
) -> tuple[Cohort, ...]:
    """The trials of some rows, in groups that share medicines and length.

    Parameters
    ----------
    rows : iterable of (Trial, Observation)
        What will be read; each trial runs as long as its last row needs.
    spread : Spread
        How people differ.
    drugs : mapping of str to Kinetics
        Bioavailabilities.
    people : int
        Of each arm; the same in all arms of a trial.
    """
    needed: dict[str, list[tuple[Trial, Observation]]] = {}
    for trial, row in rows:
        needed.setdefault(trial.id, []).append((trial, row))
    groups: dict[tuple[Layout, int], list[tuple[Trial, tuple[TrialArm, ...]]]] = {}
    last: dict[tuple[Layout, int], int] = {}
    for own in needed.values():
        trial = own[0][0]
        read = [row for _, row in own]
        arms = tuple(
            arm for arm in trial.arms if any(arm.id in (row.arm, row.against) for row in read)
        )
        weeks = max(math.ceil(row.week) for row in read)
        layout = layout_of([_arm(arm, weeks) for arm in arms])
        key = layout, sum(weeks > most for most in _LENGTHS_WEEKS)
        groups.setdefault(key, []).append((trial, arms))
        last[key] = max(weeks, last.get(key, 0))
    return tuple(
        _cohort(entered, key[0], last[key], spread, drugs, people)
        for key, entered in groups.items()
    )


def _cohort(
    entered: Sequence[tuple[Trial, tuple[TrialArm, ...]]],
    layout: Layout,
    weeks: int,
    spread: Spread,
    drugs: Mapping[str, Kinetics],
    people: int,
) -> Cohort:
    lanes: dict[tuple[str, str], slice] = {}
    persons: list[Person] = []
    arms: list[Arm] = []
    of_lane: list[int] = []
    for place, (trial, its_arms) in enumerate(entered):
        for arm in its_arms:
            start = len(of_lane)
            lanes[trial.id, arm.id] = slice(start, start + people)
            of_lane += [place] * people
            persons.append(_people(trial, arm, spread, people))
            arms.append(_arm(arm, weeks))
    given = scheduled(arms, layout, drugs, WEEK_D * weeks)
    return Cohort(
        trials=tuple(trial for trial, _ in entered),
        layout=layout,
        doses=after_rest(given).each(lambda part: np.repeat(part, people, axis=-1)),
        person=Person(*(np.concatenate(parts) for parts in zip(*persons, strict=True))),
        trial_of_lane=np.array(of_lane),
        lanes=lanes,
        weeks=weeks,
    )


def _arm(arm: TrialArm, weeks: int) -> Arm:
    """An arm of a trial as a regimen; all who enter a trial expect something of it."""
    n_days = WEEK_D * weeks
    return Arm(
        lines=tuple(recorded_line(line, n_days, f"arm {arm.id}") for line in arm.regimen),
        expects=np.ones(n_days, dtype=np.bool_),
    )


def _people(trial: Trial, arm: TrialArm, spread: Spread, people: int) -> Person:
    """The people of one arm; the same quasi-random ones in every arm of the trial."""
    entry = trial.entry
    irls, stores, plasma, gain, hope, plms, sex = scattered(people, _FEATURES)
    women = NormalDist().inv_cdf(min(max(entry.share_women, 1e-6), 1 - 1e-6))
    low = min(_LOWEST_IRLS, entry.irls_mean)
    mean = entry.irls_mean if arm.baseline_irls is None else arm.baseline_irls
    related = spread.saturation_with_ferritin
    own_plasma = related * stores + math.sqrt(1 - related**2) * plasma
    index = entry.plms_index_mean * np.exp(spread.plms_index * plms - spread.plms_index**2 / 2)
    saturation = entry.transferrin_saturation_mean * np.exp(
        spread.saturation * own_plasma - spread.saturation**2 / 2
    )
    constant = np.ones(people)
    return Person(
        weight_kg=np.where(sex < women, spread.weight_women_kg, spread.weight_men_kg),
        ferritin_ug_per_l=entry.ferritin_median * np.exp(spread.ferritin * stores),
        tsat_percent=np.minimum(saturation, 60.0),
        hemoglobin_g_per_dl=entry.hemoglobin_mean + spread.hemoglobin_g_per_dl * own_plasma,
        irls=np.clip(mean + entry.irls_sd * irls, low, _HIGHEST_IRLS),
        plms_index=np.minimum(index, _HIGHEST_PLMS_PER_H),
        wake_min=spread.wake_min * constant,
        awakenings=spread.awakenings * constant,
        bed_h=spread.bed_h * constant,
        rise_h=spread.rise_h * constant,
        phase_shift_h=0.0 * constant,
        inflammation=constant,
        clearance_share=constant,
        bleeding_mg_per_d=0.0 * constant,
        response_gain=np.exp(spread.response_person * gain),
        expectation_shift=spread.expectation_person * hope,
        barrier_shift=0.0 * constant,
        receptor_shift=0.0 * constant,
    )


def scattered(n: int, features: int) -> NDArray[np.float64]:
    """Quasi-random standard normal points: mean 0, deviation 1, features not correlated.

    An additive recurrence with powers of the generalised golden ratio, through the normal
    quantiles, then standardised, and turned as little as possible until features are uncorrelated;
    with no more points than features they are standardised only.

    Parameters
    ----------
    n : int
        Points.
    features : int
        How many numbers each has.

    Returns
    -------
    array, shape (features, n)
        Fixed: no chance in it.
    """
    ratio = 1.0
    for _ in range(_GOLDEN_ROUNDS):
        ratio = (1 + ratio) ** (1 / (features + 1))
    steps = ratio ** -np.arange(1.0, features + 1)
    shares = (0.5 + np.outer(steps, np.arange(1, n + 1))) % 1
    normal = NormalDist()
    points = np.array([[normal.inv_cdf(share) for share in feature] for feature in shares])
    points = points - points.mean(axis=1, keepdims=True)
    points = points / points.std(axis=1, keepdims=True)
    if n <= features:
        return np.asarray(points)
    sizes, axes = np.linalg.eigh(points @ points.T / n)
    return np.asarray(axes @ np.diag(sizes**-0.5) @ axes.T @ points)


class Reading(NamedTuple):
    """One row as the model reads it.

    Parameters
    ----------
    id : str
        See `trial_rows.row_id`.
    trial : Trial
        The trial.
    row : Observation
        The row.
    lanes, against : slice or None
        Lanes of the arm, and of the other arm where the row is a difference.
    baseline : Person
        Who they were at entry, all lanes of the cohort.
    """

    id: str
    trial: Trial
    row: Observation
    lanes: slice
    against: slice | None
    baseline: Person


def readings(cohort: Cohort, rows: Iterable[tuple[Trial, Observation]]) -> tuple[Reading, ...]:
    """The rows of a cohort's trials.

    Parameters
    ----------
    cohort : Cohort
        That was run.
    rows : iterable of (Trial, Observation)
        Rows, also of other trials.
    """
    inside = {trial.id for trial in cohort.trials}
    return tuple(
        Reading(
            id=row_id(trial, row),
            trial=trial,
            row=row,
            lanes=cohort.lanes[trial.id, arm_of(trial, row.arm).id],
            against=cohort.lanes[trial.id, row.against] if row.against else None,
            baseline=cohort.person,
        )
        for trial, row in rows
        if trial.id in inside
    )
