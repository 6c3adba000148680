"""From excitability to EMG and back: the scored index of a driven night is the one expected.

The sampling error of a night is that of a renewal process with rewards
(`ekbom.mechanism.movements.count_variance_per_h`), summed over the hours and stages slept; it is
itself held against repeated nights below.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.labels import LegLabels
from ekbom.knowledge.loading import load
from ekbom.mechanism.movements import (
    IntervalCoefficients,
    night_plms_index,
    periodic_share_coefficients,
)
from ekbom.recording.channels import find_legs
from ekbom.recording.events import Annotations, Event
from ekbom.recording.synthetic.conditions import preset
from ekbom.recording.synthetic.drive import (
    Drive,
    MovementProcess,
    draw_movements,
    hours_by_clock_and_stage,
    movement_process,
)
from ekbom.recording.synthetic.driven_night import night_of
from ekbom.recording.synthetic.night import SyntheticNight, simulate_night
from ekbom.recording.synthetic.profiles import SECTIONS, Profile, profile
from ekbom.recording.synthetic.sleep import SleepPlan, plan_sleep_with_wake, recording_hours
from ekbom.scoring.measure import measure_legs
from ekbom.scoring.rules import PlmRules
from ekbom.scoring.score import NightResult, score_marked, score_recording
from ekbom.scoring.settings import SECTIONS as SCORING
from ekbom.scoring.settings import Settings, settings
from ekbom.terms import EventKind, Side, SleepStage

STAGES = (SleepStage.N1, SleepStage.N2, SleepStage.N3, SleepStage.R)
LIGHTS_OFF_H = 22.5
WAKE_MIN = 30.0
# Chance in N2 from midnight on: as if untreated, as if treated, and falling from 22:00.
COURSES = {
    "untreated": tuple([0.45] * 24),
    "treated": tuple([0.2] * 24),
    "falling": tuple(max(0.05, 0.7 - 0.09 * ((hour - 22) % 24)) for hour in range(24)),
}
DRAWN_NIGHTS = 60
SEEDS = (1, 2)
# With every movement thinned for itself a night scatters least, and shows the most.
EMG_NIGHTS = [("untreated", False), ("treated", False), ("falling", True)]

Floats = NDArray[np.float64]


@cache
def base() -> KnowledgeBase:
    return load(tuple({*SCORING, *SECTIONS, "model-parameters"}))


@cache
def process(is_clustered: bool = True) -> MovementProcess:
    """As in the data, or with every movement thinned for itself."""
    found = movement_process(base())
    return found if is_clustered else replace(found, clustering=0.0)


@cache
def rls() -> Profile:
    return profile("rls", base())


@cache
def chosen() -> Settings:
    return settings(base(), "wasm-2016")


def rules() -> PlmRules:
    return chosen().editions[0].rules


@cache
def intervals(is_clustered: bool) -> IntervalCoefficients:
    p, r = process(is_clustered), rules()
    return periodic_share_coefficients(
        p.interval_median_s,
        p.interval_ln_sd,
        r.imi_min_s,
        r.imi_max_s,
        p.clustering,
        p.bout_mean_s,
    )


def too_long() -> float:
    """Share of movements drawn longer than a candidate may be."""
    m = rls().movements
    z = (math.log(rules().candidate_max_s) - m.duration_ln_mean) / m.duration_ln_sd
    return 0.5 * math.erfc(z / math.sqrt(2))


def expected(
    course: str, sleep: SleepPlan, is_clustered: bool, unfit: float = 0.0
) -> tuple[float, float]:
    """Index of this night, and the sampling error."""
    index, error = night_plms_index(
        np,
        np.array(COURSES[course]),
        hours_by_clock_and_stage(sleep, LIGHTS_OFF_H, STAGES),
        np.array([process().stage_factor[stage] for stage in STAGES]),
        intervals(is_clustered),
        rules().series_min_movements,
        unfit,
    )
    return float(index), float(error)


def plms_index(result: NightResult) -> float:
    per_h = result.editions["wasm-2016"].indices.by_stage["sleep"].scored
    assert per_h is not None
    assert per_h.per_h is not None
    return per_h.per_h


@cache
def made(course: str, seed: int, is_clustered: bool) -> SyntheticNight:
    return night_of(
        COURSES[course],
        rls(),
        process(is_clustered),
        preset("clean"),
        np.random.default_rng(seed),
        lights_off_h=LIGHTS_OFF_H,
        lights_on_h=2.0,
        wake_min=WAKE_MIN,
        other_movements=False,
        rate_hz=100.0,
    )


@cache
def scored(course: str, seed: int, is_clustered: bool) -> float:
    """From the EMG, as `ekbom score` does it."""
    night = made(course, seed, is_clustered)
    recording = night.recording()
    legs = find_legs(recording, LegLabels.of(base()))
    levels = measure_legs(legs, None, chosen().detection)
    return plms_index(score_recording(recording, legs, levels, night.annotations, chosen()))


def marked(onset_s: Floats, sleep: SleepPlan) -> Annotations:
    lights = [
        Event(EventKind.LIGHTS_OFF, sleep.lights_off_s, 0.0, "Lights off"),
        Event(EventKind.LIGHTS_ON, sleep.lights_on_s, 0.0, "Lights on"),
    ]
    moved = [
        Event(EventKind.LEG_MOVEMENT, float(at), 2.0, "movement", "EMG LAT", Side.LEFT)
        for at in onset_s
    ]
    events = sorted([*lights, *moved], key=lambda event: event.onset_s)
    return Annotations(tuple(events), sleep.hypnogram, "drawn")


@cache
def drawn_nights() -> tuple[SleepPlan, ...]:
    return tuple(
        plan_sleep_with_wake(
            rls().sleep, recording_hours(8.0), WAKE_MIN * 60, np.random.default_rng(seed)
        )
        for seed in range(DRAWN_NIGHTS // 4)
    )


@cache
def deviations(course: str, is_clustered: bool) -> Floats:
    """(scored - expected) / sampling error, of nights without EMG."""
    drive = Drive(COURSES[course], LIGHTS_OFF_H, process(is_clustered))
    z = []
    for seed in range(DRAWN_NIGHTS):
        sleep = drawn_nights()[seed % len(drawn_nights())]
        onset_s = draw_movements(drive, sleep, np.random.default_rng([seed, 1]))
        found = plms_index(score_marked(marked(onset_s, sleep), chosen()))
        index, error = expected(course, sleep, is_clustered)
        z.append((found - index) / error)
    return np.array(z)


# The loop -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("course", "is_clustered"), EMG_NIGHTS)
def test_the_index_scored_from_the_emg_is_the_one_the_excitability_gives(
    course: str, is_clustered: bool
) -> None:
    found = np.mean([scored(course, seed, is_clustered) for seed in SEEDS])
    nights = [
        expected(course, made(course, seed, is_clustered).sleep, is_clustered, too_long())
        for seed in SEEDS
    ]
    index = np.mean([night[0] for night in nights])
    error = math.hypot(*(night[1] for night in nights)) / len(SEEDS)
    assert abs(found - index) < 2.5 * error


@pytest.mark.parametrize(("course", "is_clustered"), EMG_NIGHTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_index_scored_from_the_emg_is_that_of_the_planted_movements(
    course: str, is_clustered: bool, seed: int
) -> None:
    night = made(course, seed, is_clustered)
    planted = plms_index(score_marked(night.truth, chosen()))
    assert scored(course, seed, is_clustered) == pytest.approx(planted, rel=0.08, abs=0.5)


def test_one_course_is_not_taken_for_another() -> None:
    error = expected("untreated", made("untreated", 1, False).sleep, False)[1]
    assert scored("untreated", 1, False) - scored("treated", 1, False) > 3 * error


@pytest.mark.parametrize("is_clustered", [False, True])
@pytest.mark.parametrize("course", COURSES)
def test_over_many_nights_the_bias_is_less_than_half_a_sampling_error(
    course: str, is_clustered: bool
) -> None:
    z = deviations(course, is_clustered)
    assert abs(z.mean()) < 0.5
    assert (np.abs(z) < 2).mean() > 0.85


@pytest.mark.parametrize("is_clustered", [False, True])
@pytest.mark.parametrize("course", COURSES)
def test_nights_scatter_by_the_sampling_error_that_is_foreseen(
    course: str, is_clustered: bool
) -> None:
    z = deviations(course, is_clustered)
    # Four standard errors of a standard deviation either way.
    assert abs(z.std(ddof=1) - 1) < 4 / math.sqrt(2 * (DRAWN_NIGHTS - 1))


def test_a_falling_course_falls_hour_by_hour() -> None:
    drive = Drive(COURSES["falling"], LIGHTS_OFF_H, process())
    by_clock = np.zeros(24)
    spent = np.zeros(24)
    for seed, sleep in enumerate(drawn_nights()):
        onset_s = draw_movements(drive, sleep, np.random.default_rng([seed, 2]))
        clock_h = (LIGHTS_OFF_H + (onset_s - sleep.lights_off_s) / 3600) % 24
        by_clock += np.histogram(clock_h, np.arange(25))[0]
        spent += hours_by_clock_and_stage(sleep, LIGHTS_OFF_H, (*STAGES, SleepStage.W)).sum(1)
    whole = [23, 0, 1, 2, 3, 4, 5]
    rate = by_clock[whole] / spent[whole]
    assert rate[0] > rate[3] > rate[6]
    assert rate[0] > 3 * rate[6]


# The drive ----------------------------------------------------------------------------------


def test_more_excitability_keeps_every_movement_and_adds_others() -> None:
    sleep = drawn_nights()[0]
    less, more = (
        draw_movements(
            Drive(tuple([chance] * 24), LIGHTS_OFF_H, process()), sleep, np.random.default_rng(4)
        )
        for chance in (0.2, 0.5)
    )
    assert np.isin(less, more).all()
    assert len(more) > 2 * len(less)


def test_an_hour_holds_until_the_next_full_hour_across_midnight() -> None:
    only_first = tuple(1.0 if hour == 0 else 0.0 for hour in range(24))
    sleep = drawn_nights()[0]
    onset_s = draw_movements(
        Drive(only_first, LIGHTS_OFF_H, process()), sleep, np.random.default_rng(5)
    )
    clock_h = LIGHTS_OFF_H + (onset_s - sleep.lights_off_s) / 3600
    assert len(onset_s) > 60
    assert clock_h.min() >= 24
    assert clock_h.max() < 25


def test_movements_are_thinned_by_stage() -> None:
    drive = Drive(tuple([0.5] * 24), LIGHTS_OFF_H, process(is_clustered=False))
    counts = dict.fromkeys((*STAGES, SleepStage.W), 0)
    hours = dict.fromkeys(counts, 0.0)
    for seed, sleep in enumerate(drawn_nights()):
        stages = sleep.hypnogram.stage_at(draw_movements(drive, sleep, np.random.default_rng(seed)))
        spent = hours_by_clock_and_stage(sleep, LIGHTS_OFF_H, tuple(counts)).sum(0)
        for stage, slept_h in zip(counts, spent, strict=True):
            counts[stage] += int((stages == stage).sum())
            hours[stage] += float(slept_h)
    for stage, n in counts.items():
        wanted = 0.5 * process().stage_factor[stage] * 3600 / process().interval_mean_s
        # Thinned counts scatter less than Poisson counts.
        assert abs(n - wanted * hours[stage]) < 4 * math.sqrt(wanted * hours[stage])


@pytest.mark.parametrize(
    ("excitability", "lights_off_h"),
    [
        ((0.5,) * 23, 22.0),
        ((0.5,) * 23 + (1.2,), 22.0),
        ((-0.1,) + (0.5,) * 23, 22.0),
        ((math.nan,) + (0.5,) * 23, 22.0),
        ((0.5,) * 24, 25.0),
        ((0.5,) * 24, math.nan),
    ],
)
def test_what_is_no_chance_or_no_clock_time_is_refused(
    excitability: tuple[float, ...], lights_off_h: float
) -> None:
    with pytest.raises(UsageError):
        Drive(excitability, lights_off_h, process())


# The night ----------------------------------------------------------------------------------


def test_lights_are_off_as_long_as_asked_for() -> None:
    sleep = made("untreated", 1, False).sleep
    assert sleep.lights_on_s - sleep.lights_off_s == 3.5 * 3600


@pytest.mark.parametrize("time_in_bed_h", [0.5, 2.0, 5.3, 6.0, 8.0, 11.0])
def test_a_recording_is_as_long_as_the_time_in_bed_and_its_margins(time_in_bed_h: float) -> None:
    sleep = plan_sleep_with_wake(
        rls().sleep, recording_hours(time_in_bed_h), 0.0, np.random.default_rng(1)
    )
    assert abs(sleep.lights_on_s - sleep.lights_off_s - time_in_bed_h * 3600) <= 30


@pytest.mark.parametrize("wake_min", [0, 20, 60, 150, 240])
def test_wake_is_as_long_as_asked_for(wake_min: float) -> None:
    sleep = plan_sleep_with_wake(
        rls().sleep, recording_hours(8.0), wake_min * 60, np.random.default_rng(6)
    )
    assert sleep.wake_after_sleep_onset_s / 60 == pytest.approx(wake_min, abs=5)


@pytest.mark.parametrize("wake_min", [-1.0, 470.0, math.nan])
def test_more_wake_than_night_is_refused(wake_min: float) -> None:
    with pytest.raises(UsageError, match="wake"):
        plan_sleep_with_wake(rls().sleep, 8.0, wake_min * 60, np.random.default_rng(1))


def test_other_movements_are_made_beside_the_driven_ones_if_wanted() -> None:
    def movements(other: bool, excitability: float) -> int:
        night = night_of(
            (excitability,) * 24,
            rls(),
            process(),
            preset("clean"),
            np.random.default_rng(3),
            lights_off_h=23.0,
            lights_on_h=1.0,
            other_movements=other,
        )
        return len(night.true_movements)

    assert movements(other=False, excitability=0.0) == 0
    assert movements(other=True, excitability=0.0) > 0
    assert movements(other=True, excitability=0.5) > 30


def test_without_a_drive_a_night_is_what_it_was_before_there_were_drives() -> None:
    night = simulate_night(rls(), preset("typical"), np.random.default_rng(3), hours=1.5)
    left, right = (leg.onset_s for leg in night.legs)
    assert (len(left), len(right)) == (195, 192)
    assert left[:3] == pytest.approx([124.737897, 138.465279, 152.468664], abs=1e-4)
    assert right[-2:] == pytest.approx([5302.185938, 5354.058994], abs=1e-4)
