"""Iron in is iron out and change, nothing is negative, and rest stays rest."""

from __future__ import annotations

import numpy as np
import pytest
from tests.mechanism.agreement import named, solved, stepped
from tests.mechanism.random_scenarios import (
    Ready,
    movements,
    nothing,
    of_line,
    parameters,
    person,
    ready,
    ready_for,
    scenario,
    somebody,
    variants,
)

from ekbom.mechanism.individual import individual
from ekbom.mechanism.regimen import Arm
from ekbom.mechanism.schedule import Layout
from ekbom.mechanism.simulate import run
from ekbom.mechanism.states import Person, State

POOLS = ("iron_plasma", "iron_store", "iron_res", "iron_rbc", "iron_gut")
DAYS = 20


def held_mg(state: State) -> float:
    """Iron of all pools."""
    pools = sum(float(np.ravel(getattr(state, name))[0]) for name in POOLS)
    return pools + sum(float(np.ravel(mg)[0]) for mg in state.iron_complex)


def unaccounted(states: list[State]) -> float:
    """Iron that came from nowhere or got lost, as a share of all there is."""
    start = named(states[0])
    gaps = [
        held_mg(state)
        - held_mg(states[0])
        - (named(state)["iron_gained"] - start["iron_gained"])
        + (named(state)["iron_lost"] - start["iron_lost"])
        for state in states
    ]
    return max(abs(gap) for gap in gaps) / held_mg(states[0])


@pytest.mark.parametrize("number", range(12))
def test_iron_balances_in_the_day_step(number: int) -> None:
    assert unaccounted(stepped(ready(scenario(21, number, DAYS))).states) < 1e-9


@pytest.mark.parametrize("number", range(4))
def test_iron_balances_in_the_oracle(number: int) -> None:
    assert unaccounted(solved(ready(scenario(21, number, 6))).states) < 1e-8


def test_what_is_given_is_what_is_gained() -> None:
    what = ready_for(
        somebody(),
        parameters("poor-receptors"),
        of_line("ferric-carboxymaltose", 500.0, 14.0, days=3, only=[1]),
    )
    states = stepped(what).states
    eaten = stepped(ready_for(somebody(), parameters("poor-receptors"), nothing(3))).states
    gained = [named(state)["iron_gained"] for state in states]
    assert gained[3] - gained[2] == pytest.approx(500 + named(eaten[1])["iron_gained"], rel=2e-3)


@pytest.mark.parametrize("number", range(12))
def test_nothing_is_negative(number: int) -> None:
    for state in stepped(ready(scenario(21, number, DAYS))).states:
        for name, value in named(state).items():
            assert value >= (-np.inf if name == "expectation" else -1e-12), name


def lanes_of_people(n: int) -> Person:
    people = [person(np.random.default_rng([8, i])) for i in range(n)]
    return Person(*(np.array(values) for values in zip(*people, strict=True)))


@pytest.mark.parametrize("variant", variants())
def test_rest_lasts_ten_years(variant: str) -> None:
    """Random people, bleeding and inflamed ones among them, without medicines.

    The enzyme swings within the day: at noon it stands up to 0.2 per cent off its daily mean.
    """
    own, start = individual(np, lanes_of_people(8), parameters(variant), Layout(), movements())
    what = ready_for(somebody(), parameters(variant), nothing(3652))
    course = run(Layout(), own, start, what.doses, movements(), every_days=364)
    for name in State._fields:
        if name not in {"iron_gained", "iron_lost", "hazard", "iron_complex", "gut", "central"}:
            before, after = getattr(start, name), getattr(course.closing, name)
            np.testing.assert_allclose(after, before, rtol=2e-3, atol=1e-9, err_msg=name)
    assert np.ptp(course.nights.irls, axis=0).max() < 0.05
    assert np.ptp(course.nights.plms_index, axis=0).max() < 0.2


@pytest.mark.parametrize("variant", variants())
def test_the_start_is_as_measured(variant: str) -> None:
    night = stepped(ready_for(somebody(), parameters(variant), nothing(1))).nights[0]
    measured = {
        "irls": 25.0,
        "plms_index": 35.0,
        "wake_min": 70.0,
        "awakenings": 12.0,
        "ferritin": 40.0,
        "tsat": 20.0,
        "hemoglobin": 13.5,
    }
    for name, value in measured.items():
        assert float(getattr(night, name)[0]) == pytest.approx(value, rel=2e-3), name


@pytest.mark.parametrize("variant", variants())
def test_without_brain_iron_deficit_enzyme_and_receptors_are_normal(variant: str) -> None:
    values = parameters(variant)
    body = values.body._replace(barrier_gain=1.0)
    whom = somebody(tsat_percent=body.reference_tsat_percent)
    what = ready_for(whom, values._replace(body=body), nothing(1))
    for name in ("iron_csf", "iron_region", "th", "d2", "d1"):
        assert float(getattr(what.state, name)[0]) == pytest.approx(1, abs=5e-3), name


def single_dose(drug: str, dose_mg: float, **other: object) -> Ready:
    arm: Arm = of_line(drug, dose_mg, 12.0, days=4, only=[0])
    return ready_for(somebody(**other), parameters("poor-receptors"), arm)


@pytest.mark.parametrize(
    ("drug", "half_life_h"), [("pramipexole", 12.9), ("ropinirole", 6.0), ("pregabalin", 6.3)]
)
def test_a_dose_decays_with_its_half_life(drug: str, half_life_h: float) -> None:
    states = stepped(single_dose(drug, 10.0)).states
    left = named(states[4])["central[0]"] / named(states[3])["central[0]"]
    assert left == pytest.approx(2 ** (-24 / half_life_h), rel=1e-3)


def test_failing_kidneys_slow_what_they_clear() -> None:
    states = stepped(single_dose("pramipexole", 1.0, clearance_share=0.5)).states
    left = named(states[4])["central[0]"] / named(states[3])["central[0]"]
    assert left == pytest.approx(2 ** (-24 * (1 - 0.8 * 0.5) / 12.9), rel=1e-3)


def test_an_infused_complex_decays_with_its_half_life() -> None:
    states = stepped(single_dose("ferric-carboxymaltose", 500.0)).states
    assert named(states[2])["iron_complex[0]"] == pytest.approx(500 * 2 ** (-24 / 9.4), rel=1e-6)
