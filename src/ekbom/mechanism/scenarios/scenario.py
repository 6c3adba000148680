"""A scenario: one person, some courses of treatment, and what the model makes of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import ScenarioError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.mechanism.arrays import Array
from ekbom.mechanism.day_step import at_rest, day_step
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.individual import Individual, individual
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.observables import Night, Profile, observe, offsets_as_measured, profile
from ekbom.mechanism.parameters import DEFAULT_VARIANT, Parameters, Priors
from ekbom.mechanism.pharmacology import ACTS
from ekbom.mechanism.regimen import Arm, Line, layout_of, scheduled
from ekbom.mechanism.schedule import WEEK_D, Doses, Layout
from ekbom.mechanism.simulate import of_day
from ekbom.mechanism.states import Person, State

_OVER_NIGHTS = ("irls", "plms_index", "periodicity", "wake_min", "awakenings", "efficiency")
# About 2 GB.
MOST_NUMBERS = 250_000_000

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Course:
    """One course of a scenario.

    Parameters
    ----------
    name : str
        As the reader calls it.
    lines : tuple of Line
        What is given, by day of the scenario.
    hopes : bool
        Whether the response to being treated, whatever the treatment, is part of it.
    """

    name: str
    lines: tuple[Line, ...]
    hopes: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """One person and some courses, from a day on.

    Parameters
    ----------
    title, question : str
        What it is about.
    start : datetime.date
        Day 0; the night before it is the first one shown.
    n_days : int
        Days that follow.
    person : Person
        Measured on the start, one lane.
    courses : tuple of Course
        Compared with each other.
    before : tuple of Line
        Medicines taken before the start and stopped there unless a course goes on with them;
        their days end with the start.
    n_before : int
        Days of ``before``.
    n_draws : int
        Sets of parameters.
    seed : int
        Of missed doses and of the spread between people.
    variant : str
        Structure of the model; ``all`` for each in turn.
    spread : str
        ``mean``: of the mean of people like this one; ``people``: of single people too.
    assumed : Mapping of str to str
        What was not given, and what was taken instead.
    genes : Mapping of str to int
        Risk alleles by gene.
    """

    title: str
    start: date
    n_days: int
    person: Person
    courses: tuple[Course, ...]
    question: str = ""
    before: tuple[Line, ...] = ()
    n_before: int = 0
    n_draws: int = 200
    seed: int = 1
    variant: str = DEFAULT_VARIANT
    spread: Literal["mean", "people"] = "mean"
    assumed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    genes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_irregular(self) -> bool:
        """Whether a medicine is left out on days between its first and its last."""
        lines = [line for course in self.courses for line in course.lines]
        medicines = [line.days for line in lines if line.drug in ACTS]
        return any(not np.all(np.trim_zeros(days.astype(int))) for days in medicines)


@dataclass(frozen=True, slots=True)
class SimulatedCourse:
    """One course as the model has it, in every draw.

    Parameters
    ----------
    name : str
        Of the course.
    dates : tuple of datetime.date
        Mornings after the nights.
    nights : Night
        Each shape (nights, draws).
    first_day, last_day : Profile
        By hour after noon, shape (24, draws): before the start, and at the end.
    """

    name: str
    dates: tuple[date, ...]
    nights: Night
    first_day: Profile
    last_day: Profile


@dataclass(frozen=True, slots=True)
class Simulation:
    """What the model makes of a scenario; nothing in it stands on one draw.

    Parameters
    ----------
    scenario : Scenario
        As asked.
    variant : str
        Structure that was run.
    draws : Draws
        Sets of parameters.
    courses : tuple of SimulatedCourse
        In the order of the scenario.
    knowledge_hash : str
        Of the knowledge base.
    limits : LimitsOfUse
        What the model may and may not say.
    """

    scenario: Scenario
    variant: str
    draws: Draws
    courses: tuple[SimulatedCourse, ...]
    knowledge_hash: str
    limits: LimitsOfUse


def quantiles(
    values: Array, levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)
) -> NDArray[np.float64]:
    """Quantiles over draws, shape (levels, ...).

    Parameters
    ----------
    values : array
        Last axis draws.
    levels : sequence of float
        0 to 1.
    """
    return np.asarray(np.quantile(np.asarray(values), levels, axis=-1))


def simulate(
    scenario: Scenario,
    draws: Draws,
    knowledge: KnowledgeBase,
    *,
    every_days: int = 1,
    progress: Progress | None = None,
) -> Simulation:
    """Run a scenario in NumPy: all courses and draws at once, day after day.

    Parameters
    ----------
    scenario : Scenario
        What is asked.
    draws : Draws
        At least ``n_draws`` sets of parameters; their variant is the one that is run.
    knowledge : KnowledgeBase
        With the sections ``model-parameters``, ``model-variants``, ``model-statements`` and
        ``scoring``.
    every_days : int
        Nights observed: the first one, and every so many days after it.
    progress : callable, optional
        Told the share that is done, 0 to 1.
    """
    used = draws.first(scenario.n_draws)
    priors = Priors.of(knowledge, used.variant)
    movements = MovementIndex.of(knowledge)
    n_courses, n_draws = len(scenario.courses), len(used)
    scores = {name: np.tile(value, n_courses) for name, value in used.by_id().items()}
    parameters = priors.values(np, scores)
    rng = np.random.default_rng(scenario.seed)
    person = _spread(scenario, parameters, rng, n_draws)
    arms = [_arm(course, scenario.n_days) for course in scenario.courses]
    earlier = Arm(scenario.before, np.zeros(scenario.n_before, bool))
    layout = layout_of([*arms, earlier])
    own, state = individual(np, person, parameters, layout, movements)
    doses = scheduled(arms, layout, parameters.drugs, scenario.n_days)
    if scenario.n_before:
        so_far = scheduled([earlier], layout, parameters.drugs, scenario.n_before)
        own, state = _settled(layout, own, state, so_far, movements)
        doses = _with_evening_before(doses, of_day(so_far, scenario.n_before))
    return _run(
        scenario, used, knowledge, (layout, own, state, doses), movements, every_days, progress
    )


def _arm(course: Course, n_days: int) -> Arm:
    return Arm(course.lines, np.full(n_days, course.hopes))


def _by_lane(doses: Doses, n_draws: int) -> Doses:
    """Every arm's doses for each of its draws."""
    return doses.each(lambda part: np.repeat(part, n_draws, axis=-1))


def _spread(
    scenario: Scenario, parameters: Parameters, rng: np.random.Generator, n_draws: int
) -> Person:
    """The person, or people like this one: the same ones in every course."""
    if scenario.spread == "mean":
        return scenario.person
    body, n_courses = parameters.body, len(scenario.courses)
    hope, gain = (np.tile(rng.standard_normal(n_draws), n_courses) for _ in range(2))
    return scenario.person._replace(
        expectation_shift=scenario.person.expectation_shift + body.expectation_person_sd * hope,
        response_gain=scenario.person.response_gain * np.exp(body.response_person_sd * gain),
    )


def _settled(
    layout: Layout,
    own: Individual,
    state: State,
    so_far: Doses,
    movements: MovementIndex,
) -> tuple[Individual, State]:
    """After the medicines of before: with offsets as measured under them on the last night."""
    trend = at_rest(state)
    for day in range(so_far.treated.shape[0]):
        before_the_last = state
        state, trend, midnight = day_step(np, layout, own, state, trend, of_day(so_far, day))
    own = own._replace(offsets=offsets_as_measured(np, own, midnight, movements))
    return own, before_the_last._replace(
        hazard=0.0 * state.hazard, expectation=0.0 * state.expectation
    )


def _with_evening_before(doses: Doses, evening: Doses) -> Doses:
    """The doses of a scenario, its first night after the last evening of what was taken before."""

    def joined(own: Array, last: Array) -> Array:
        both = np.array(own)
        both[0] += last
        return both

    return doses._replace(
        taken=tuple(map(joined, doses.taken, evening.taken)),
        infused=tuple(map(joined, doses.infused, evening.infused)),
        oral_iron=joined(doses.oral_iron, evening.oral_iron),
    )


def _run(
    scenario: Scenario,
    draws: Draws,
    knowledge: KnowledgeBase,
    ready: tuple[Layout, Individual, State, Doses],
    movements: MovementIndex,
    every_days: int,
    progress: Progress | None,
) -> Simulation:
    layout, own, state, doses = ready
    trend = at_rest(state)
    _check_memory(scenario, every_days, len(draws))
    nights: list[Night] = []
    seen: list[int] = []
    profiles: list[Profile] = []
    week: deque[Night] = deque(maxlen=WEEK_D if scenario.is_irregular else 1)
    last = scenario.n_days
    for day in range(last + 1):
        today = _by_lane(of_day(doses, day), len(draws))
        state, trend, midnight = day_step(np, layout, own, state, trend, today)
        shown = day % every_days == 0 or day == last
        if shown or scenario.is_irregular:
            week.append(_wide(observe(np, own, midnight, movements), today))
        if shown:
            nights.append(_of_week(week))
            _check_numbers(nights[-1], day)
            seen.append(day)
        if day in (0, last):
            profiles.append(_wide(profile(np, own, midnight, movements), today))
        if progress is not None:
            progress((day + 1) / (last + 1))
    dates = tuple(scenario.start + timedelta(days=day) for day in seen)
    stacked = Night(*(np.stack(values) for values in zip(*nights, strict=True)))
    courses = tuple(
        SimulatedCourse(
            course.name,
            dates,
            *(_lanes(part, i, len(draws)) for part in (stacked, profiles[0], profiles[-1])),
        )
        for i, course in enumerate(scenario.courses)
    )
    limits = LimitsOfUse.of(knowledge)
    return Simulation(scenario, draws.variant, draws, courses, knowledge.content_hash, limits)


def _of_week(week: Sequence[Night]) -> Night:
    """The last night, with the means of its week for what is asked or counted over nights.

    A scale asks about the past week; where doses are missed, one night would tell of chance.
    """
    means = {
        name: np.mean([getattr(night, name) for night in week], axis=0) for name in _OVER_NIGHTS
    }
    return week[-1]._replace(**means)


def _check_numbers(night: Night, day: int) -> None:
    """Never show what is no number."""
    without = [
        name
        for name, values in zip(Night._fields, night, strict=True)
        if not np.isfinite(values).all()
    ]
    if without:
        raise ScenarioError(
            f"night {day} comes to no number in the model ({', '.join(without)})",
            expected="a person and courses not far from those of trials",
            what_to_do="Look for a value at the start, or a dose, that is far from usual.",
        )


def _check_memory(scenario: Scenario, every_days: int, n_draws: int) -> None:
    n_nights = scenario.n_days // every_days + 2
    numbers = n_nights * n_draws * len(scenario.courses) * len(Night._fields)
    if numbers > MOST_NUMBERS:
        raise ScenarioError(
            f"{n_nights} nights of {len(scenario.courses)} courses in {n_draws} draws",
            expected=f"at most {MOST_NUMBERS // len(Night._fields):,} nights in all",
            what_to_do="Look at fewer nights (every so many days), draws or courses.",
        )


def _wide(values: Any, doses: Doses) -> Any:
    """All parts as wide as the doses: what no parameter moves has one lane."""
    lanes = doses.treated.shape[-1]
    return type(values)(*(np.broadcast_to(part, (*np.shape(part)[:-1], lanes)) for part in values))


def _lanes(values: Any, index: int, n_draws: int) -> Any:
    begin = index * n_draws
    return type(values)(*(part[..., begin : begin + n_draws] for part in values))
