"""Random persons, parameters and regimens, for tests that must hold whatever is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelVariant
from ekbom.mechanism.arrays import Namespace
from ekbom.mechanism.individual import Individual, individual
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import Parameters, Priors
from ekbom.mechanism.pharmacology import ACTS, IRON_BY_VEIN, PATCHES
from ekbom.mechanism.regimen import BLOOD, Arm, Line, layout_of, scheduled
from ekbom.mechanism.schedule import Doses, Layout
from ekbom.mechanism.states import Person, State

MINUTE_H = 1 / 60
# Smallest and largest daily dose in mg that a random regimen asks of a medicine.
DOSES_MG = {
    "pramipexole": (0.09, 1.5),
    "ropinirole": (0.25, 6.0),
    "rotigotine": (1.0, 6.0),
    "gabapentin": (100.0, 2400.0),
    "gabapentin-enacarbil": (300.0, 2400.0),
    "pregabalin": (25.0, 600.0),
    "oxycodone": (5.0, 60.0),
}
INFUSED_MG = {
    "ferric-carboxymaltose": (250.0, 1000.0),
    "ferric-derisomaltose": (500.0, 1500.0),
    "ferumoxytol": (255.0, 510.0),
    "iron-dextran": (100.0, 1000.0),
    "iron-sucrose": (100.0, 300.0),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One random scenario.

    Parameters
    ----------
    variant : str
        Structure of the model.
    scores : dict of str to float
        Standard scores of the parameters that are drawn.
    person : Person
        Numbers.
    arm : Arm
        What is given.
    n_days : int
        Days.
    """

    variant: str
    scores: dict[str, float]
    person: Person
    arm: Arm
    n_days: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A scenario made ready to run, one lane."""

    layout: Layout
    own: Individual
    state: State
    doses: Doses


@cache
def base() -> KnowledgeBase:
    """What the model needs to know."""
    return load(("model-parameters", "model-variants", "scoring"))


@cache
def movements() -> MovementIndex:
    """PLMS index by excitability."""
    return MovementIndex.of(base())


@cache
def variants() -> tuple[str, ...]:
    """Ids of all structures."""
    return tuple(base().of(ModelVariant))


@cache
def priors(variant: str) -> Priors:
    """Of one structure."""
    return Priors.of(base(), variant)


def parameters(variant: str, scores: dict[str, float] | None = None) -> Parameters:
    """Parameters at some scores, at the prior median without."""
    return priors(variant).values(np, scores or {})


def somebody(**other: object) -> Person:
    """A plain patient, or one with other measurements."""
    usual = Person(
        weight_kg=75.0,
        ferritin_ug_per_l=40.0,
        tsat_percent=20.0,
        hemoglobin_g_per_dl=13.5,
        irls=25.0,
        plms_index=35.0,
        wake_min=70.0,
        awakenings=12.0,
        bed_h=23.0,
        rise_h=7.0,
    )
    return usual._replace(**other)


def person(rng: np.random.Generator) -> Person:
    """A random person, from a healthy sleeper to one on dialysis who works at night."""
    bed_h = float(rng.uniform(0, 24) if rng.random() < 0.2 else rng.normal(23, 1) % 24)
    return Person(
        weight_kg=float(rng.uniform(45, 110)),
        ferritin_ug_per_l=float(np.exp(rng.uniform(np.log(5), np.log(400)))),
        tsat_percent=float(rng.uniform(6, 45)),
        hemoglobin_g_per_dl=float(rng.uniform(9, 16)),
        irls=float(rng.uniform(5, 40)),
        plms_index=float(rng.uniform(0, 100)),
        wake_min=float(rng.uniform(5, 200)),
        awakenings=float(rng.uniform(1, 30)),
        bed_h=bed_h,
        rise_h=float((bed_h + rng.uniform(5, 10)) % 24),
        phase_shift_h=float(rng.uniform(-12, 12) if rng.random() < 0.2 else rng.normal(0, 1)),
        inflammation=float(np.exp(rng.uniform(0, 1.4)) if rng.random() < 0.4 else 1.0),
        clearance_share=float(rng.uniform(0.05, 1) if rng.random() < 0.5 else 1.0),
        bleeding_mg_per_d=float(rng.uniform(0, 10) if rng.random() < 0.3 else 0.0),
        response_gain=float(np.exp(0.4 * rng.normal())),
        expectation_shift=float(0.5 * rng.normal()),
        barrier_shift=float(0.3 * rng.normal()),
        receptor_shift=float(0.2 * rng.normal()),
    )


def scenario(seed: int, number: int, n_days: int | None = None) -> Scenario:
    """The scenario of a number: the same whenever it is asked for.

    Parameters
    ----------
    seed, number : int
        Which.
    n_days : int or None
        Days; 20 to 40 where not given.
    """
    rng = np.random.default_rng([seed, number])
    variant = variants()[number % len(variants())]
    scores = {record.id: float(rng.standard_normal()) for record in priors(variant).uncertain}
    days = int(rng.integers(20, 41)) if n_days is None else n_days
    whom = person(rng)
    lines = [
        *_medicines(rng, days),
        *_infusions(rng, days, number),
        *_oral_iron(rng, days),
        *_blood(rng, days, whom),
    ]
    expects = np.arange(days) >= int(rng.integers(0, days))
    return Scenario(variant, scores, whom, Arm(tuple(lines), expects), days)


def ready(wanted: Scenario, xp: Namespace = np) -> Ready:
    """A scenario with its tables and its state at rest."""
    return ready_for(wanted.person, parameters(wanted.variant, wanted.scores), wanted.arm, xp)


def ready_for(whom: Person, values: Parameters, arm: Arm, xp: Namespace = np) -> Ready:
    """The same from its pieces."""
    layout = layout_of([arm])
    own, state = individual(xp, whom, values, layout, movements())
    return Ready(layout, own, state, scheduled([arm], layout, values.drugs, len(arm.expects)))


def of_line(drug: str, dose_mg: float, *clock_h: float, days: int, only: object = None) -> Arm:
    """An arm of one line, every day or on some days, without a placebo response."""
    given = np.ones(days, bool)
    if only is not None:
        given = np.zeros(days, bool)
        given[only] = True
    return Arm((Line(drug, dose_mg, clock_h, given),), np.zeros(days, bool))


def nothing(days: int) -> Arm:
    """An arm without anything."""
    return Arm((), np.zeros(days, bool))


def _clock_h(rng: np.random.Generator) -> float:
    """A clock time to the minute; now and then noon, midnight or just before."""
    odd = (12.0, 0.0, 11 + 59 * MINUTE_H, 23 + 59 * MINUTE_H)
    if rng.random() < 0.1:
        return odd[int(rng.integers(len(odd)))]
    return int(rng.integers(0, 24 * 60)) * MINUTE_H


def _taken(rng: np.random.Generator, days: int) -> NDArray[np.bool_]:
    """Days on which a dose is not missed."""
    missed = float(rng.choice([0.0, 0.1, 0.4]))
    return rng.random(days) >= missed


def _medicines(rng: np.random.Generator, days: int) -> list[Line]:
    """None to three medicines, each titrated in up to three steps and some doses missed."""
    lines = []
    for name in rng.choice(list(ACTS), size=int(rng.integers(0, 4)), replace=False):
        least, most = DOSES_MG[str(name)]
        times = 1 if name in PATCHES else int(rng.integers(1, 4))
        clock = tuple(_clock_h(rng) for _ in range(times))
        steps = np.sort(rng.integers(0, days, size=int(rng.integers(1, 4))))
        ends = [*steps[1:], int(rng.integers(steps[-1], days + 1))]
        doses = np.sort(np.exp(rng.uniform(np.log(least), np.log(most), size=len(steps))))
        for begin, end, dose in zip(steps, ends, doses, strict=True):
            on = (np.arange(days) >= begin) & (np.arange(days) < end) & _taken(rng, days)
            lines.append(Line(str(name), float(dose) / times, clock, on))
    return lines


def _infusions(rng: np.random.Generator, days: int, number: int) -> list[Line]:
    """In two of three scenarios one to three infusions, the products in turn."""
    if number % 3 == 2:
        return []
    name = IRON_BY_VEIN[number % len(IRON_BY_VEIN)]
    dose = float(rng.uniform(*INFUSED_MG[name]))
    on = np.zeros(days, bool)
    on[rng.integers(0, days, size=int(rng.integers(1, 4)))] = True
    return [Line(name, dose, (_clock_h(rng),), on)]


def _oral_iron(rng: np.random.Generator, days: int) -> list[Line]:
    """In half of the scenarios iron by mouth: once or twice daily, or every other day."""
    way = int(rng.integers(6))
    if way > 2:
        return []
    clock = tuple(_clock_h(rng) for _ in range(2 if way == 1 else 1))
    on = _taken(rng, days)
    if way == 2:
        on[1::2] = False
    return [Line("ferrous-sulfate", float(rng.choice([28.0, 65.0, 100.0, 130.0])), clock, on)]


def _blood(rng: np.random.Generator, days: int, whom: Person) -> list[Line]:
    """In a third of the scenarios lost blood: dialysis three times a week, or once much of it.

    Once is a donation of 0.45 L where blood would be taken, and 0.2 L where it would not.
    """
    way = int(rng.integers(6))
    on = np.zeros(days, bool)
    if way == 0:
        for weekday in (0, 2, 4):
            on[weekday::7] = True
        return [Line(BLOOD, float(rng.uniform(3, 15)), (_clock_h(rng),), on)]
    if way == 1:
        on[int(rng.integers(0, days))] = True
        donates = whom.hemoglobin_g_per_dl >= 12.5 and whom.weight_kg >= 50
        grams = (0.45 if donates else 0.2) * 10 * whom.hemoglobin_g_per_dl
        return [Line(BLOOD, grams * 3.39, (_clock_h(rng),), on)]
    return []
