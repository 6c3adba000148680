"""Range of the scorers: each measure over all pairs, each scorer, and one of them beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from ekbom.scoring.agreement_events import BOTH_LEGS, EventAgreement
from ekbom.scoring.agreement_stages import StageAgreement
from ekbom.terms import Side

Verdict = Literal["inside", "below", "above"]


@dataclass(frozen=True, slots=True)
class ScorerCounts:
    """Numbers of one scorer; None where no movements or no stages tell them.

    Parameters
    ----------
    name : str
        The scorer.
    n_left, n_right, n_legs : int or None
        Movements of each leg as marked, and of both added up.
    n_periodic, n_periodic_in_sleep : int or None
        Periodic movements in the time in bed, and those in sleep, under the rules.
    plms_per_h : float or None
        PLMS index under the rules.
    stages_from : str or None
        Scorer whose stages the last two rest on.
    """

    name: str
    n_left: int | None
    n_right: int | None
    n_legs: int | None
    n_periodic: int | None
    n_periodic_in_sleep: int | None
    plms_per_h: float | None
    stages_from: str | None


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two scorers beside each other; A is the reference, differences are B - A.

    Parameters
    ----------
    a, b : str
        Their names.
    events : dict of EventAgreement or None
        ``left``, ``right`` and ``both``; None unless both looked for movements.
    plms_per_h_difference : float or None
        Difference of the PLMS indices.
    stages : StageAgreement or None
        None unless both have stages.
    """

    a: str
    b: str
    events: dict[str, EventAgreement] | None
    plms_per_h_difference: float | None
    stages: StageAgreement | None


@dataclass(frozen=True, slots=True)
class Range:
    """One measure over the scorers (without the one under test).

    Parameters
    ----------
    measure : str
        Key of ``PAIR_MEASURES`` or ``SCORER_MEASURES``.
    n : int
        Pairs, or scorers, that have a value.
    median, low, high : float or None
        Over these.
    by_scorer : dict
        Each scorer's own value; for a measure of pairs, the median against the others.
    test : float or None
        The same of the scorer under test, against all others.
    verdict : str or None
        Where ``test`` lies beside the lowest and highest of ``by_scorer``, like against like:
        ``inside`` (ends included), ``below`` or ``above``. None where fewer than two scorers, or
        two pairs, make no range.
    """

    measure: str
    n: int
    median: float | None
    low: float | None
    high: float | None
    by_scorer: dict[str, float]
    test: float | None
    verdict: Verdict | None


PairMeasure = Callable[[PairAgreement], float | None]
ScorerMeasure = Callable[[ScorerCounts], float | None]


def _of_events(get: Callable[[EventAgreement], float | None], leg: str = BOTH_LEGS) -> PairMeasure:
    return lambda pair: None if pair.events is None else get(pair.events[leg])


def _of_stages(get: Callable[[StageAgreement], float | None]) -> PairMeasure:
    return lambda pair: None if pair.stages is None else get(pair.stages)


def _size(value: float | None) -> float | None:
    return None if value is None else abs(value)


# Measures that are the same whoever is A, so that a range over pairs means something.
PAIR_MEASURES: Mapping[str, PairMeasure] = {
    "f1": _of_events(lambda events: events.f1),
    "f1_left": _of_events(lambda events: events.f1, Side.LEFT),
    "f1_right": _of_events(lambda events: events.f1, Side.RIGHT),
    "onset_median_size_s": _of_events(lambda events: _size(events.onset.median_s)),
    "end_median_size_s": _of_events(lambda events: _size(events.end.median_s)),
    "duration_median_size_s": _of_events(lambda events: _size(events.duration.median_s)),
    "n_legs_difference_size": _of_events(lambda events: abs(events.difference)),
    "plms_per_h_difference_size": lambda pair: _size(pair.plms_per_h_difference),
    "kappa": _of_stages(lambda stages: stages.kappa),
    "percent_agreement": _of_stages(lambda stages: stages.percent_agreement),
}
SCORER_MEASURES: Mapping[str, ScorerMeasure] = {
    "n_left": lambda scorer: scorer.n_left,
    "n_right": lambda scorer: scorer.n_right,
    "n_legs": lambda scorer: scorer.n_legs,
    "n_periodic": lambda scorer: scorer.n_periodic,
    "n_periodic_in_sleep": lambda scorer: scorer.n_periodic_in_sleep,
    "plms_per_h": lambda scorer: scorer.plms_per_h,
}


def pair_range(
    measure: str, get: PairMeasure, pairs: Sequence[PairAgreement], test: str | None
) -> Range:
    """Range of a measure of pairs; ``test`` is left out of it and set beside it."""
    valued = [(pair, value) for pair in pairs if (value := get(pair)) is not None]
    among = [(pair, value) for pair, value in valued if test not in (pair.a, pair.b)]
    names = dict.fromkeys(name for pair, _ in among for name in (pair.a, pair.b))
    by_scorer = {
        name: median(value for pair, value in among if name in (pair.a, pair.b)) for name in names
    }
    of_test = [value for pair, value in valued if test in (pair.a, pair.b)]
    return _range(
        measure, [value for _, value in among], by_scorer, median(of_test) if of_test else None
    )


def scorer_range(
    measure: str,
    get: ScorerMeasure,
    scorers: Iterable[ScorerCounts],
    test: str | None,
) -> Range:
    """Range of a measure of single scorers; ``test`` is left out of it and set beside it."""
    valued = {scorer.name: value for scorer in scorers if (value := get(scorer)) is not None}
    of_test = None if test is None else valued.pop(test, None)
    return _range(measure, list(valued.values()), valued, of_test)


def _range(
    measure: str, values: list[float], by_scorer: dict[str, float], test: float | None
) -> Range:
    verdict: Verdict | None = None
    if test is not None and len(values) > 1:
        low, high = min(by_scorer.values()), max(by_scorer.values())
        verdict = "below" if test < low else "above" if test > high else "inside"
    return Range(
        measure=measure,
        n=len(values),
        median=median(values) if values else None,
        low=min(values, default=None),
        high=max(values, default=None),
        by_scorer=by_scorer,
        test=test,
        verdict=verdict,
    )
