"""A population: many virtual patients under some arms, summed up as they come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.populations.lanes import MEASURES, Backend, Engine, Lanes, Running, engine
from ekbom.mechanism.populations.population_summary import SummaryRow, Totals, rows_of
from ekbom.mechanism.populations.virtual_patients import (
    EVERYBODY,
    LOT,
    EntryCriteria,
    People,
    joined,
    lot,
    population_records,
)
from ekbom.mechanism.regimen import Arm, Line
from ekbom.mechanism.schedule import WEEK_D

SECTIONS = ("model-parameters", "model-variants", "model-statements", "scoring")
# Numbers that are held at once; what a chunk takes is bounded by it, whatever is asked for.
_HELD = 6_000_000
_MOST_LOTS = 64
MOST_WEEKS = 1040
_PEOPLE_STREAM = 0


@dataclass(frozen=True, slots=True)
class PopulationArm:
    """What all people are given in one arm.

    Parameters
    ----------
    name : str
        As the reader calls it.
    lines : tuple of Line
        What is given, by day.
    hopes : bool
        Whether the response to being treated, whatever the treatment, is part of it.
    dropout_per_week : float or None
        Hazard of leaving a trial; None for the one on file.
    """

    name: str
    lines: tuple[Line, ...] = ()
    hopes: bool = True
    dropout_per_week: float | None = None

    def arm(self, n_days: int) -> Arm:
        """As a regimen."""
        return Arm(self.lines, np.full(n_days, self.hopes))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a population.

    Parameters
    ----------
    n : int
        People; the same ones in every arm.
    arms : tuple of PopulationArm
        What is compared; differences are from the first one.
    weeks : int
        Length.
    draws : Draws
        Sets of parameters; person i takes number i modulo their number.
    seed : int
        Of the people.
    criteria : EntryCriteria
        Who is in it.
    """

    n: int
    arms: tuple[PopulationArm, ...]
    weeks: int
    draws: Draws
    seed: int = 1
    criteria: EntryCriteria = EVERYBODY

    def __post_init__(self) -> None:
        check_count(self.n, "people", None)
        check_count(self.weeks, "weeks", MOST_WEEKS)
        if self.seed < 0:
            raise UsageError(f"seed {self.seed}", expected="a whole number from 0 up")
        names = [arm.name for arm in self.arms]
        if not names or len(set(names)) < len(names):
            raise UsageError(
                f"arms: {', '.join(names) or 'none'}", expected="at least one, each name once"
            )

    @property
    def lots_per_chunk(self) -> int:
        """Lots of people that are run and summed up together."""
        numbers = LOT * len(self.arms) * len(MEASURES) * (self.weeks + 1)
        return min(max(_HELD // numbers, 1), _MOST_LOTS)

    @property
    def n_chunks(self) -> int:
        """Chunks in all."""
        return -(-self.n // (self.lots_per_chunk * LOT))


def check_count(n: int, what: str, most: int | None) -> None:
    """Refuse a number of things that is none.

    Raises
    ------
    UsageError
        Below 1, or above the most.
    """
    if n < 1 or (most is not None and n > most):
        upper = f"from 1 to {most}" if most else "from 1 up"
        raise UsageError(f"{n} {what}", expected=f"a whole number {upper}")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some people who have been run.

    Parameters
    ----------
    number : int
        From 0.
    first_person : int
        Number of the first one, from 0.
    people : People
        Who.
    draw : array of int
        Set of parameters of each.
    nights : array, shape (arms, measures, weeks + 1, people)
        What was seen, by `MEASURES`.
    totals : Totals
        Of all people up to the last of these.
    """

    number: int
    first_person: int
    people: People
    draw: NDArray[np.int64]
    nights: NDArray[np.floating[Any]]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Population:
    """What became of a population in the model.

    Parameters
    ----------
    plan : Plan
        As asked.
    backend : str
        What it was run on.
    totals : Totals
        Of all people.
    rows : tuple of SummaryRow
        By arm, measure and week.
    knowledge_hash : str
        Of the knowledge base.
    limits : LimitsOfUse
        What the model may and may not say.
    """

    plan: Plan
    backend: Backend
    totals: Totals
    rows: tuple[SummaryRow, ...]
    knowledge_hash: str
    limits: LimitsOfUse


def simulate_population(
    plan: Plan,
    knowledge: KnowledgeBase,
    *,
    backend: Backend | None = None,
    so_far: Totals | None = None,
    each: Callable[[Chunk], object] | None = None,
) -> Population:
    """Run a population chunk by chunk; memory does not grow with the number of people.

    Parameters
    ----------
    plan : Plan
        What is asked.
    knowledge : KnowledgeBase
        With the sections of `SECTIONS`.
    backend : str, optional
        ``jax`` or ``numpy``; by default the one that is there.
    so_far : Totals, optional
        Of an earlier run of the same plan that was stopped; it goes on from there, and comes to
        the same numbers as a run that was not.
    each : callable, optional
        Told of each chunk; what it raises stops the run.
    """
    ready = engine(
        [arm.arm(WEEK_D * plan.weeks) for arm in plan.arms],
        plan.weeks,
        plan.draws,
        knowledge,
        backend,
    )
    totals = so_far or Totals.nothing(len(plan.arms), plan.weeks + 1, len(plan.draws))
    for chunk in _chunks(plan, knowledge, ready, totals):
        totals = chunk.totals
        if each is not None:
            each(chunk)
    return Population(
        plan=plan,
        backend=ready.backend,
        totals=totals,
        rows=rows_of(totals, [arm.name for arm in plan.arms]),
        knowledge_hash=knowledge.content_hash,
        limits=LimitsOfUse.of(knowledge),
    )


@dataclass(frozen=True, slots=True)
class _Begun:
    """A chunk on its way."""

    number: int
    lanes: Lanes
    running: Running


def _chunks(plan: Plan, knowledge: KnowledgeBase, ready: Engine, totals: Totals) -> Iterator[Chunk]:
    """The chunks that are left; the next one is on its way while one is summed up."""
    records = population_records(knowledge)
    arms = range(len(plan.arms))
    size = plan.lots_per_chunk * LOT

    def begun(number: int) -> _Begun:
        first = number * size
        n = min(size, plan.n - first)
        numbers = range(first // LOT, -(-(first + n) // LOT))
        stream = (plan.seed, _PEOPLE_STREAM)
        people = joined([lot(at, stream, records, plan.criteria) for at in numbers])
        people = first_people(people, n)
        draw = np.arange(first, first + n) % len(plan.draws)
        nothing = np.zeros(n)
        lanes = Lanes(people, draw, nothing, nothing)
        width = size if plan.n_chunks > 1 else 0
        return _Begun(number, lanes, ready.run(lanes, arms, width=width))

    done = totals.chunks
    ahead = begun(done) if done < plan.n_chunks else None
    while ahead is not None:
        now = ahead
        ahead = begun(now.number + 1) if now.number + 1 < plan.n_chunks else None
        nights = now.running.nights()
        totals = totals.with_nights(nights, now.lanes.draw)
        yield Chunk(now.number, now.number * size, now.lanes.people, now.lanes.draw, nights, totals)


def first_people(people: People, n: int) -> People:
    """The first so many."""
    return people.each(lambda part: part[:n])


def settings_of(plan: Plan, knowledge: KnowledgeBase, backend: Backend) -> dict[str, Any]:
    """Everything the numbers of a plan depend on, as plain data with a hash of it.

    Parameters
    ----------
    plan : Plan
        What is asked.
    knowledge : KnowledgeBase
        Its hash goes in.
    backend : str
        What it is run on.
    """
    scores = np.ascontiguousarray(plan.draws.scores)
    named = {
        "n": plan.n,
        "weeks": plan.weeks,
        "seed": plan.seed,
        "people_per_chunk": plan.lots_per_chunk * LOT,
        "arms": [_arm_in_words(arm) for arm in plan.arms],
        "entry": {
            name: getattr(plan.criteria, name)
            for name in EntryCriteria.__dataclass_fields__
            if getattr(plan.criteria, name) is not None
        },
        "variant": plan.draws.variant,
        "draws": len(plan.draws),
        "draws_from": plan.draws.kind,
        "draws_hash": hashlib.sha256(scores.tobytes()).hexdigest(),
        "knowledge_hash": knowledge.content_hash,
        "backend": backend,
    }
    return {**named, "hash": hashlib.sha256(repr(named).encode()).hexdigest()}


def _arm_in_words(arm: PopulationArm) -> dict[str, Any]:
    """An arm as plain data; days as a hash, for there may be many."""
    return {
        "name": arm.name,
        "hopes": arm.hopes,
        "lines": [
            {
                "drug": line.drug,
                "dose_mg": line.dose_mg,
                "clock_h": list(line.clock_h),
                "days": int(line.days.sum()),
                "days_hash": hashlib.sha256(line.days.tobytes()).hexdigest()[:16],
            }
            for line in arm.lines
        ],
    }
