"""Virtual patients: adults with restless legs who differ as people who are treated do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.mechanism.arrays import Array, Namespace
from ekbom.mechanism.parameters import Body, value_of
from ekbom.mechanism.schedule import DAY_H
from ekbom.mechanism.states import Person

SUBMODEL = "population"
# People are drawn by so many, each lot from its own source of chance.
LOT = 256
# Rounds of drawing again what fell outside its limits; beyond them it is set to the limit.
_ROUNDS = 60
# Lots that are looked through for people who may enter, per lot that is wanted.
_LOTS_LOOKED_THROUGH = 400
_LEAST_CLEARANCE = 0.2

# Why the people carry no alleles.
NO_GENES = (
    "No risk alleles are drawn: no allele frequency stands in the knowledge base with a source "
    "that was read, and severity is given, so that an allele could only shift the risk of having "
    "restless legs, which all of them have."
)

Floats = NDArray[np.float64]


class People(NamedTuple):
    """Some virtual patients, one lane each.

    Parameters
    ----------
    person : Person
        As the model meets them; response and expectation those of the mean person.
    age_y : array
        Years.
    woman : array of bool
        Sex.
    response_score, expectation_score : array
        Departure of the person's response to treatment, and of their response to being treated,
        in standard deviations between people.
    """

    person: Person
    age_y: Array
    woman: Array
    response_score: Array
    expectation_score: Array

    def each(self, change: Callable[[Array], Array]) -> People:
        """The people with every part changed alike.

        Parameters
        ----------
        change : callable
            From one array of people to another, such as a choice of lanes.
        """
        return People(Person(*map(change, self.person)), *map(change, self[1:]))

    def with_responses(self, xp: Namespace, body: Body) -> Person:
        """The people with their own responses, under parameters.

        Parameters
        ----------
        xp : namespace
            Array library.
        body : Body
            Spreads between people, `response_person_sd` and `expectation_person_sd`.
        """
        return self.person._replace(
            response_gain=xp.exp(body.response_person_sd * self.response_score),
            expectation_shift=body.expectation_person_sd * self.expectation_score,
        )


@dataclass(frozen=True, slots=True)
class EntryCriteria:
    """Who may enter; None where it does not matter.

    Parameters
    ----------
    irls_from, irls_to : float or None
        Severity, points.
    ferritin_below_ug_per_l, ferritin_from_ug_per_l : float or None
        Serum ferritin.
    tsat_below_percent : float or None
        Transferrin saturation.
    plms_index_from : float or None
        Periodic leg movements per hour of sleep.
    age_from_y, age_to_y : float or None
        Age.
    """

    irls_from: float | None = None
    irls_to: float | None = None
    ferritin_below_ug_per_l: float | None = None
    ferritin_from_ug_per_l: float | None = None
    tsat_below_percent: float | None = None
    plms_index_from: float | None = None
    age_from_y: float | None = None
    age_to_y: float | None = None

    def met_by(self, people: People) -> NDArray[np.bool_]:
        """Who of the people may enter."""
        person = people.person
        met = np.ones(len(people.age_y), dtype=bool)
        for least, value in (
            (self.irls_from, person.irls),
            (self.ferritin_from_ug_per_l, person.ferritin_ug_per_l),
            (self.plms_index_from, person.plms_index),
            (self.age_from_y, people.age_y),
        ):
            if least is not None:
                met &= value >= least
        for most, value in ((self.irls_to, person.irls), (self.age_to_y, people.age_y)):
            if most is not None:
                met &= value <= most
        for bound, value in (
            (self.ferritin_below_ug_per_l, person.ferritin_ug_per_l),
            (self.tsat_below_percent, person.tsat_percent),
        ):
            if bound is not None:
                met &= value < bound
        return met


EVERYBODY = EntryCriteria()


def population_records(knowledge: KnowledgeBase) -> dict[str, ModelParameter]:
    """The records of the submodel ``population``, by symbol.

    Parameters
    ----------
    knowledge : KnowledgeBase
        With ``model-parameters``.
    """
    records = knowledge.of(ModelParameter).values()
    return {record.symbol: record for record in records if record.submodel == SUBMODEL}


def virtual_patients(
    n: int, records: Mapping[str, ModelParameter], rng: np.random.Generator
) -> People:
    """People drawn independently of each other.

    Each quantity follows its record, cut off at its limits. Saturation and haemoglobin go with
    ferritin, lights off with the body clock, renal clearance falls with age; all else is
    independent, severity and ferritin too: how ferritin goes with severity in one clinic says
    little of who is treated. Genes are left out, see `NO_GENES`.

    Parameters
    ----------
    n : int
        How many.
    records : mapping of str to ModelParameter
        See `population_records`.
    rng : numpy.random.Generator
        Source of chance.
    """
    draw = _Drawing(n, records, rng)
    woman = rng.random(n) < records["share_women"].median
    age = draw.alone("age_y")
    nothing = np.zeros(n)
    stores, ferritin = draw.by_sex(woman, "ferritin_{}_ug_per_l", nothing, 0.0)
    with_tsat = records["ferritin_tsat_correlation"].median
    with_hemoglobin = records["ferritin_hemoglobin_correlation"].median
    _, tsat = draw.by_sex(woman, "tsat_{}_percent", stores, with_tsat)
    _, hemoglobin = draw.by_sex(woman, "hemoglobin_{}_g_per_dl", stores, with_hemoglobin)
    clock, phase = draw.related("phase_shift_h", nothing, 0.0)
    _, bed = draw.related("bed_h", clock, records["chronotype_bed_correlation"].median)
    _, weight = draw.by_sex(woman, "weight_{}_kg", nothing, 0.0)
    person = Person(
        weight_kg=weight,
        ferritin_ug_per_l=ferritin,
        tsat_percent=tsat,
        hemoglobin_g_per_dl=hemoglobin,
        irls=draw.alone("irls"),
        plms_index=draw.alone("plms_index"),
        wake_min=draw.alone("wake_min"),
        awakenings=draw.alone("awakenings"),
        bed_h=bed % DAY_H,
        rise_h=(bed + draw.alone("night_h")) % DAY_H,
        phase_shift_h=phase,
        clearance_share=_clearance(age, draw, records),
    )
    # Nothing else varies, but every part has a lane for each person.
    whole = Person(*(np.broadcast_to(np.asarray(part, float), (n,)) for part in person))
    return People(whole, age, woman, rng.standard_normal(n), rng.standard_normal(n))


def _clearance(age_y: Floats, draw: _Drawing, records: Mapping[str, ModelParameter]) -> Floats:
    older = np.maximum(age_y - records["clearance_from_y"].median, 0.0)
    usual = 1 - records["clearance_fall_per_y"].median * older
    share: Floats = np.clip(usual * draw.alone("clearance_factor"), _LEAST_CLEARANCE, 1.0)
    return share


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Draws of quantities from their records, within their limits."""

    n: int
    records: Mapping[str, ModelParameter]
    rng: np.random.Generator

    def alone(self, symbol: str) -> Floats:
        """Values of a quantity that goes with no other."""
        return self.related(symbol, np.zeros(self.n), 0.0)[1]

    def related(self, symbol: str, to: Floats, correlation: float) -> tuple[Floats, Floats]:
        """Standard scores, correlated with other scores, and values of a quantity."""
        record = self.records[symbol]
        score = self._score(to, correlation, *_score_limits(record))
        return score, value_of(np, record, score)

    def by_sex(
        self, woman: NDArray[np.bool_], symbol: str, to: Floats, correlation: float
    ) -> tuple[Floats, Floats]:
        """The same of a quantity that has a record for each sex."""
        of_women, of_men = (self.records[symbol.format(sex)] for sex in ("women", "men"))
        limits = zip(_score_limits(of_women), _score_limits(of_men), strict=True)
        low, high = (np.where(woman, of_woman, of_man) for of_woman, of_man in limits)
        score = self._score(to, correlation, low, high)
        values = (value_of(np, record, score) for record in (of_women, of_men))
        return score, np.asarray(np.where(woman, *values), dtype=float)

    def _score(self, to: Floats, correlation: float, low: Array, high: Array) -> Floats:
        """Correlated scores; who is outside the limits is drawn again."""
        own = math.sqrt(1 - correlation**2)
        score: Floats = correlation * to + own * self.rng.standard_normal(self.n)
        for _ in range(_ROUNDS):
            outside = (score < low) | (score > high)
            if not outside.any():
                break
            again = correlation * to + own * self.rng.standard_normal(self.n)
            score = np.where(outside, again, score)
        return np.clip(score, low, high)


def _score_limits(record: ModelParameter) -> tuple[float, float]:
    """Limits of a record as standard scores."""
    if record.lower is None or record.upper is None:
        return -math.inf, math.inf
    low, high = (
        math.log(limit / record.median) if record.scale == "log" else limit - record.median
        for limit in (record.lower, record.upper)
    )
    return low / record.spread, high / record.spread


def lot(
    number: int,
    stream: tuple[int, ...],
    records: Mapping[str, ModelParameter],
    criteria: EntryCriteria = EVERYBODY,
) -> People:
    """A lot of `LOT` people who may enter, from a source of chance of its own.

    Parameters
    ----------
    number : int
        Of the lot; together with the stream it fixes who is in it, whatever else is drawn.
    stream : tuple of int
        Seed, and what sets one group of people apart from another.
    records : mapping of str to ModelParameter
        See `population_records`.
    criteria : EntryCriteria
        Who may enter.

    Raises
    ------
    UsageError
        Hardly anybody may enter.
    """
    rng = np.random.default_rng(np.random.SeedSequence((*stream, number)))
    if criteria == EVERYBODY:
        return virtual_patients(LOT, records, rng)
    entered: list[People] = []
    missing = LOT
    for _ in range(_LOTS_LOOKED_THROUGH):
        people = virtual_patients(LOT, records, rng)
        who = np.flatnonzero(criteria.met_by(people))[:missing]
        entered.append(_some(people, who))
        missing -= len(entered[-1].age_y)
        if not missing:
            return joined(entered)
    raise UsageError(
        f"of {_LOTS_LOOKED_THROUGH * LOT} virtual patients {LOT - missing} meet the entry criteria",
        expected=f"at least {LOT}",
        what_to_do="Widen the criteria.",
    )


def _some(people: People, lanes: Array) -> People:
    return people.each(lambda part: part[lanes])


def joined(parts: Sequence[People]) -> People:
    """Several groups of people as one.

    Parameters
    ----------
    parts : sequence of People
        In the order of their lanes.
    """
    persons = zip(*(part.person for part in parts), strict=True)
    rest = zip(*(part[1:] for part in parts), strict=True)
    person = Person(*(np.concatenate(values) for values in persons))
    return People(person, *(np.concatenate(values) for values in rest))
