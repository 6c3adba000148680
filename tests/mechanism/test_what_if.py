"""What if: held to what trials gave, named where it goes beyond, and laid out as it was asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time

import numpy as np
import pytest

from ekbom.errors import UsageError
from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import Trial
from ekbom.mechanism.pharmacology import IRON_BY_VEIN
from ekbom.mechanism.scenarios.from_patient import Asked, PatientScenario
from ekbom.mechanism.scenarios.scenario import Course
from ekbom.mechanism.scenarios.seen_in_trials import seen_in_trials
from ekbom.mechanism.scenarios.what_if import (
    Iron,
    Medicine,
    WhatIf,
    as_plain,
    beyond_trials,
    check,
    from_plain,
    what_if_scenario,
)

TODAY = date(2026, 11, 22)
PREGABALIN = Medicine("pregabalin", 150.0, time(21))
INFUSION = Iron("ferric-carboxymaltose", 750.0, n_infusions=2)
TABLETS = Iron("ferrous-sulfate", 65.0, every_days=2, n_days=84)


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load()


def made(knowledge: KnowledgeBase, asked: WhatIf, name: str = "iron-deficient") -> PatientScenario:
    patient = example_patient(name, knowledge, TODAY)
    return what_if_scenario(patient, knowledge, TODAY, asked, Asked(n_draws=2))


def course(knowledge: KnowledgeBase, asked: WhatIf) -> Course:
    scenario = made(knowledge, asked).scenario
    assert scenario is not None
    return scenario.courses[-1]


def test_ranges_are_those_of_trials(knowledge: KnowledgeBase) -> None:
    seen = seen_in_trials(knowledge)
    given = {
        float(line.dose.removesuffix(" mg"))
        for trial in knowledge.of(Trial).values()
        for arm in trial.arms
        for line in arm.regimen
        if line.drug == "pramipexole"
    }
    assert (seen["pramipexole"].low_mg, seen["pramipexole"].high_mg) == (min(given), max(given))
    assert seen["oxycodone"].times_a_day == 2
    # Two infusions of 750 mg are the most that trials gave of it.
    assert seen["ferric-carboxymaltose"].most_mg == 1500
    assert seen["ferric-carboxymaltose"].most_infusions == 2


def test_what_no_trial_gave_is_not_there(knowledge: KnowledgeBase) -> None:
    assert not {"gabapentin", "ferumoxytol", "ferric-derisomaltose"} & set(
        seen_in_trials(knowledge)
    )


def test_a_single_tablet_is_no_course(knowledge: KnowledgeBase) -> None:
    # One trial gave 240 mg, once.
    assert seen_in_trials(knowledge)["ferrous-sulfate"].high_mg < 240


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (WhatIf(None, None, 0, 12), "neither"),
        (WhatIf(None, replace(PREGABALIN, dose_mg=900.0), 0, 12), "900 mg"),
        (WhatIf(None, replace(PREGABALIN, drug="gabapentin"), 0, 12), "no trial"),
        (WhatIf(replace(INFUSION, dose_mg=1000.0), None, 0, 12), "2 infusions of 1000 mg"),
        (WhatIf(replace(TABLETS, dose_mg=1.0), None, 0, 12), "1 mg"),
    ],
)
def test_what_trials_did_not_give_is_refused(
    knowledge: KnowledgeBase, asked: WhatIf, says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        check(asked, seen_in_trials(knowledge))


def test_what_lies_beyond_trials_is_named(knowledge: KnowledgeBase) -> None:
    seen = seen_in_trials(knowledge)
    within = WhatIf(INFUSION, None, 0, 12)
    assert not list(beyond_trials(within, seen))
    beyond = WhatIf(INFUSION, replace(PREGABALIN, clock=time(14)), 20, 156)
    named = "\n".join(beyond_trials(beyond, seen))
    for says in ("14:00", "156 weeks", "together", "missed", "whole dose from the first day"):
        assert says in named
    assert "14:00" not in "\n".join(beyond_trials(WhatIf(None, PREGABALIN, 0, 12), seen))


def test_infusions_are_a_week_apart(knowledge: KnowledgeBase) -> None:
    lines = course(knowledge, WhatIf(INFUSION, None, 0, 12)).lines
    days = np.flatnonzero(np.sum([line.days for line in lines], axis=0))
    assert days.tolist() == [0, 7]
    assert {line.dose_mg for line in lines} == {750.0}


def test_tablets_every_other_day_end_when_asked(knowledge: KnowledgeBase) -> None:
    (line,) = course(knowledge, WhatIf(TABLETS, None, 0, 26)).lines
    days = np.flatnonzero(line.days)
    assert set(np.diff(days)) == {2}
    assert days[-1] == 82


def test_what_is_taken_twice_a_day_is_taken_twelve_hours_apart(knowledge: KnowledgeBase) -> None:
    asked = WhatIf(None, Medicine("oxycodone", 5.0, time(19, 30)), 0, 12)
    (line,) = course(knowledge, asked).lines
    assert line.clock_h == (7.5, 19.5)


def test_doses_are_missed_at_home_only_and_by_the_share_asked(knowledge: KnowledgeBase) -> None:
    asked = WhatIf(INFUSION, PREGABALIN, 25, 104)
    whole = course(knowledge, replace(asked, missed_percent=0))
    missed = course(knowledge, asked)
    for before, after in zip(whole.lines, missed.lines, strict=True):
        if before.drug in IRON_BY_VEIN:
            assert np.array_equal(before.days, after.days)
        else:
            assert 0.18 < 1 - after.days.sum() / before.days.sum() < 0.32
            assert not np.any(after.days & ~before.days)
    assert np.array_equal(course(knowledge, asked).lines[-1].days, missed.lines[-1].days)


def test_what_is_taken_now_goes_on_in_every_course(knowledge: KnowledgeBase) -> None:
    asked = WhatIf(INFUSION, None, 30, 12)
    scenario = made(knowledge, asked, "long-term-dopamine-agonist").scenario
    assert scenario is not None
    now, placebo, added = scenario.courses
    assert now.name == "As taken now"
    for other in (placebo, added):
        own = other.lines[: len(now.lines)]
        assert [line.drug for line in own] == [line.drug for line in now.lines]
        assert all(line.days.all() for line in own)


def test_a_kind_that_is_taken_already_is_left_out(knowledge: KnowledgeBase) -> None:
    asked = WhatIf(None, Medicine("ropinirole", 1.0, time(20)), 0, 12)
    found = made(knowledge, asked, "long-term-dopamine-agonist")
    assert [one.because for one in found.left_out] == ["a dopamine agonist is taken already"]
    assert "asked" not in found.course_ids


@pytest.mark.parametrize(
    "asked",
    [
        WhatIf(TABLETS, PREGABALIN, 10, 52),
        WhatIf(INFUSION, None, 0, 4),
        WhatIf(None, PREGABALIN, 0, 4),
    ],
)
def test_a_question_survives_json(asked: WhatIf) -> None:
    assert from_plain(json.loads(json.dumps(as_plain(asked)))) == asked
