"""A scenario run through the model: starts as measured, pairs its draws, ends as it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from ekbom.errors import ScenarioError, UsageError
from ekbom.interop.scenario_files import example_scenario
from ekbom.knowledge.loading import load
from ekbom.mechanism.draws import Draws, prior_draws
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.regimen import Line
from ekbom.mechanism.scenarios.scenario import Course, Scenario, Simulation, quantiles, simulate

DAYS = 28
KNOWLEDGE = load()


def draws(n: int = 12, variant: str = "poor-receptors") -> Draws:
    return prior_draws(Priors.of(KNOWLEDGE, variant), n, np.random.default_rng(7))


def agonist(days: int, dose_mg: float = 0.25) -> Line:
    return Line("pramipexole", dose_mg, (20.0,), np.ones(days, bool))


def scenario(*courses: Course, **changes: object) -> Scenario:
    found = replace(
        example_scenario("iron-agonist-ligand", KNOWLEDGE),
        n_days=DAYS,
        n_draws=12,
        courses=courses
        or (Course("nothing", (), False), Course("agonist", (agonist(DAYS),), True)),
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def ran(found: Scenario, **options: object) -> Simulation:
    return simulate(found, draws(), KNOWLEDGE, **options)  # type: ignore[arg-type]


def test_the_first_night_is_as_measured() -> None:
    found = scenario()
    for course in ran(found).courses:
        first = [float(np.ptp(part[0])) for part in (course.nights.irls, course.nights.plms_index)]
        assert max(first) < 0.2
        assert course.nights.irls[0].mean() == pytest.approx(found.person.irls, abs=0.05)
        assert course.nights.plms_index[0].mean() == pytest.approx(found.person.plms_index, abs=0.1)
        assert course.nights.wake_min[0].mean() == pytest.approx(found.person.wake_min, abs=0.1)
        assert course.nights.ferritin[0] == pytest.approx(found.person.ferritin_ug_per_l, rel=1e-3)


def test_nothing_given_changes_nothing() -> None:
    nothing = ran(scenario()).courses[0].nights
    assert nothing.irls[-1] == pytest.approx(nothing.irls[0], abs=0.05)
    assert nothing.tsat[-1] == pytest.approx(nothing.tsat[0], rel=1e-3)


def test_nights_carry_the_morning_after() -> None:
    course = ran(scenario()).courses[0]
    start = scenario().start
    assert course.dates[0] == start
    assert len(course.dates) == DAYS + 1


def test_only_some_nights_are_kept_and_the_last_always() -> None:
    course = ran(scenario(), every_days=10).courses[0]
    assert [(day - course.dates[0]).days for day in course.dates] == [0, 10, 20, 28]
    every = ran(scenario()).courses[0]
    assert course.nights.irls[2] == pytest.approx(every.nights.irls[20])


def test_a_course_does_not_depend_on_its_neighbours() -> None:
    alone = ran(scenario(Course("agonist", (agonist(DAYS),), True)))
    beside = ran(scenario())
    assert alone.courses[0].nights.irls == pytest.approx(beside.courses[1].nights.irls, rel=1e-12)


def test_draws_are_paired_between_courses() -> None:
    """The same draw, more of the medicine: never worse in any draw."""
    low, high = (Course(f"{mg}", (agonist(DAYS, mg),), True) for mg in (0.125, 0.5))
    found = ran(scenario(low, high))
    assert (found.courses[1].nights.plms_index[-1] < found.courses[0].nights.plms_index[-1]).all()


def test_missed_doses_tell_by_their_week_and_not_by_the_night() -> None:
    """Half of the doses do less than all of them, also on a night whose dose was taken."""
    half = np.arange(DAYS) % 2 == 0

    def course(days: NDArray[np.bool_]) -> Course:
        return Course("one", (Line("pregabalin", 150.0, (21.0,), days),), False)

    assert not scenario(course(np.ones(DAYS, bool))).is_irregular
    assert scenario(course(half)).is_irregular
    always, taken, not_taken = (
        ran(scenario(course(days))).courses[0].nights.irls[-1]
        for days in (np.ones(DAYS, bool), half, ~half)
    )
    assert (taken > always + 0.3).all()
    assert taken == pytest.approx(not_taken, abs=1.5)


def test_people_spread_wider_than_their_mean() -> None:
    def width(spread: str) -> float:
        course = ran(scenario(spread=spread)).courses[1]
        low, high = quantiles(course.nights.irls[-1], (0.05, 0.95))
        return float(high - low)

    assert width("people") > width("mean")


def test_someone_who_takes_a_medicine_already_starts_as_measured_under_it() -> None:
    before = (Line("pramipexole", 0.25, (20.0,), np.ones(60, bool)),)
    going_on = Course("goes on", (agonist(DAYS),), False)
    left = Course("left", (), False)
    found = ran(scenario(going_on, left, before=before, n_before=60))
    irls = [course.nights.irls for course in found.courses]
    assert irls[0][0] == pytest.approx(found.scenario.person.irls, abs=0.3)
    # Receptors may still be on their way after two months: in some draws they are slow.
    moved = np.abs(irls[0][-1] - irls[0][0])
    assert np.median(moved) < 0.5
    assert moved.max() < 2
    worse = irls[1][-1] - irls[0][-1]
    assert worse.min() > 0
    assert np.median(worse) > 1
    assert found.courses[0].nights.augmentation[0].max() < 0.01


def test_the_body_clock_moves_with_the_night() -> None:
    usual = ran(scenario()).courses[0].first_day.severity
    late = scenario()
    late = replace(late, person=late.person._replace(bed_h=2.0, rise_h=10.0, phase_shift_h=3.0))
    moved = ran(late).courses[0].first_day.severity
    peaks = [np.argmax(one.mean(axis=1)) for one in (usual, moved)]
    assert peaks[1] - peaks[0] == 3


def test_every_output_knows_what_it_may_not_say() -> None:
    found = ran(scenario())
    assert "does not predict how one person will respond" in found.limits.in_short
    assert len(found.limits.may_not) == 6
    assert found.knowledge_hash == KNOWLEDGE.content_hash


def test_more_draws_than_there_are() -> None:
    with pytest.raises(UsageError, match="500 draws"):
        simulate(replace(scenario(), n_draws=500), draws(), KNOWLEDGE)


def test_more_nights_than_memory_holds() -> None:
    found = replace(scenario(), n_days=36_525, n_draws=1000)
    with pytest.raises(ScenarioError, match="36527 nights of 2 courses in 1000 draws"):
        simulate(found, draws(1000), KNOWLEDGE)


def test_what_comes_to_no_number_is_never_shown() -> None:
    person = scenario().person._replace(irls=np.nan)
    with pytest.raises(ScenarioError, match=r"night 0 comes to no number .*irls"):
        ran(replace(scenario(), person=person))


def test_progress_goes_up_to_the_end() -> None:
    told: list[float] = []
    ran(scenario(), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) == DAYS + 1


def test_dates_are_dates() -> None:
    assert isinstance(ran(scenario()).courses[0].dates[0], date)
