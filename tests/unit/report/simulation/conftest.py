"""Small simulations whose numbers are written by hand, and one that the model ran."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.mechanism.draws import Draws, prior_draws
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.observables import Night, Profile
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.regimen import Line
from ekbom.mechanism.scenarios.scenario import (
    Course,
    Scenario,
    SimulatedCourse,
    Simulation,
    simulate,
)
from ekbom.mechanism.states import Person
from ekbom.report.simulation.html import SECTIONS

START = date(2026, 1, 5)
PERSON = Person(
    weight_kg=70.0,
    ferritin_ug_per_l=28.0,
    tsat_percent=14.0,
    hemoglobin_g_per_dl=13.5,
    irls=25.0,
    plms_index=35.0,
    wake_min=70.0,
    awakenings=12.0,
    bed_h=23.0,
    rise_h=7.0,
)


def line(drug: str, dose_mg: float, clock_h: float, days: Sequence[bool]) -> Line:
    return Line(drug, dose_mg, (clock_h,), np.array(days, bool))


def scenario_of(courses: Sequence[Course], n_days: int, **given: Any) -> Scenario:
    return Scenario("Title", START, n_days, PERSON, tuple(courses), **given)


def by_hand_of(
    scenario: Scenario, days: Sequence[int], values: Sequence[dict[str, Any]], n_draws: int
) -> Simulation:
    """A simulation in which outcomes are as given, shape (nights, draws), and 1 elsewhere."""
    ones = np.ones((len(days), n_draws))
    courses = tuple(
        SimulatedCourse(
            course.name,
            tuple(START + timedelta(days=day) for day in days),
            Night(*([ones] * len(Night._fields)))._replace(**own),
            Profile(*([np.ones((24, n_draws))] * len(Profile._fields))),
            Profile(*([np.ones((24, n_draws))] * len(Profile._fields))),
        )
        for course, own in zip(scenario.courses, values, strict=True)
    )
    draws = Draws("poor-receptors", "prior", (), np.zeros((n_draws, 0)))
    limits = LimitsOfUse("in short", "to a patient", ("may",), ("may not",))
    return Simulation(scenario, "poor-receptors", draws, courses, "hash", limits)


@pytest.fixture(scope="session")
def scenario_with() -> Callable[..., Scenario]:
    """A scenario of some courses over some days."""
    return scenario_of


@pytest.fixture(scope="session")
def line_of() -> Callable[..., Line]:
    """One line of a regimen: medicine, mg, clock hour, days."""
    return line


@pytest.fixture(scope="session")
def by_hand() -> Callable[..., Simulation]:
    """A simulation whose outcomes are given."""
    return by_hand_of


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return load(SECTIONS)


@pytest.fixture(scope="session")
def ran(knowledge: KnowledgeBase) -> Callable[..., Simulation]:
    """Runs four courses over eight weeks in ten draws."""
    n = 56
    on, first = [True] * n, [day == 0 for day in range(n)]
    scenario = scenario_of(
        [
            Course("Untreated", (), False),
            Course("Iron <b>", (line("ferric-carboxymaltose", 1000.0, 10.0, first),), True),
            Course("Ligand", (line("pregabalin", 150.0, 21.0, on),), True),
            Course("Agonist", (line("pramipexole", 0.25, 20.0, on),), True),
        ],
        n,
        question="What if?",
        n_draws=10,
        assumed={"body weight": "70 kg"},
    )

    def run(variant: str = "poor-receptors", **given: Any) -> Simulation:
        draws = prior_draws(Priors.of(knowledge, variant), 10, np.random.default_rng(1))
        return simulate(replace(scenario, **given), draws, knowledge, every_days=7)

    return run
