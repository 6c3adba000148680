"""Synthetic nights as a whole: repeatable, plausible, and true to their statistics."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ekbom.errors import UsageError
from ekbom.knowledge.binding import bind
from ekbom.knowledge.loading import load
from ekbom.recording.synthetic.conditions import preset
from ekbom.recording.synthetic.movements import plan_movements
from ekbom.recording.synthetic.night import SyntheticNight, simulate_night
from ekbom.recording.synthetic.profiles import PROFILES, SECTIONS, Profile, profile
from ekbom.recording.synthetic.sleep import plan_sleep
from ekbom.scoring.movements import LegMovements
from ekbom.scoring.night import ScoredNight, score_movements
from ekbom.scoring.rules import PlmRules, RespiratoryWindow
from ekbom.terms import EventKind, SleepStage

SLEEP = (SleepStage.N1, SleepStage.N2, SleepStage.N3, SleepStage.R)
SEEDS = (1, 2)


@cache
def profile_named(name: str) -> Profile:
    return profile(name, load(SECTIONS))


@cache
def night(
    name: str = "rls",
    condition: str = "typical",
    seed: int = 1,
    hours: float = 8.0,
    rate_hz: float = 512.0,
) -> SyntheticNight:
    return simulate_night(
        profile_named(name),
        preset(condition),
        np.random.default_rng(seed),
        hours=hours,
        rate_hz=rate_hz,
    )


@cache
def scored(name: str, seed: int) -> ScoredNight:
    """The truth of a night of 8 h under WASM 2016."""
    made = night(name, seed=seed)
    left, right = (LegMovements.of(leg.side, leg.onset_s, leg.end_s) for leg in made.legs)
    knowledge = load(SECTIONS)
    rules = bind(PlmRules, knowledge, "wasm-2016")
    window = bind(RespiratoryWindow, knowledge, "wasm-2016")
    return score_movements(left, right, made.truth, rules, window)


def asleep(result: ScoredNight) -> np.ndarray:
    return np.array([stage.is_sleep for stage in result.stage])


def plms_index(name: str, seed: int) -> float:
    result = scored(name, seed)
    hours = night(name, seed=seed).sleep.hypnogram.hours(*SLEEP)
    return float((result.is_periodic & asleep(result)).sum() / hours)


def onsets_per_hour(name: str, seeds: range) -> np.ndarray:
    """Planned movements of the periodic process, hour by hour, summed over nights."""
    total = np.zeros(8)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        sleep = plan_sleep(profile_named(name).sleep, 8.0, rng)
        plan = plan_movements(profile_named(name), sleep, (), rng)
        total += np.histogram(plan.onset_s[plan.in_series], np.arange(9) * 3600)[0]
    return total


# Repeatable ---------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_night_to_the_last_bit() -> None:
    again = [
        simulate_night(
            profile_named("rls"), preset("typical"), np.random.default_rng(5), hours=0.25
        )
        for _ in range(2)
    ]
    assert again[0].truth == again[1].truth
    for first, second in zip(again[0].all_signals(), again[1].all_signals(), strict=True):
        assert first.label == second.label
        assert np.array_equal(first.samples, second.samples)


def test_another_seed_gives_another_night() -> None:
    assert night(seed=1).true_movements != night(seed=2).true_movements


def test_the_sampling_rate_leaves_the_truth_as_it_is() -> None:
    assert night(hours=0.5, rate_hz=200.5).truth == night(hours=0.5, rate_hz=512.0).truth


def test_the_condition_leaves_stages_and_events_as_they_are() -> None:
    assert night(condition="all-hard", hours=1.0).annotations == night(hours=1.0).annotations


# Sleep --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROFILES)
def test_sleep_has_every_stage_and_rem_grows_towards_morning(name: str) -> None:
    rem_halves = np.zeros(2)
    for seed in range(6):
        sleep = plan_sleep(profile_named(name).sleep, 8.0, np.random.default_rng(seed))
        stages = np.array(sleep.hypnogram.stages, dtype=object)
        assert set(stages) == {SleepStage.W, *SLEEP}
        assert sleep.hypnogram.end_s == 8 * 3600
        assert stages[0] is SleepStage.W
        rem = stages == SleepStage.R
        rem_halves += [rem[: len(rem) // 2].sum(), rem[len(rem) // 2 :].sum()]
    assert rem_halves[1] > rem_halves[0]


@pytest.mark.parametrize("hours", [0.1, 0.5, 1.0])
def test_a_short_recording_still_holds_sleep(hours: float) -> None:
    assert night(hours=hours).sleep.hypnogram.hours(*SLEEP) > 0.5 * hours


# Movements ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_rls_has_a_plms_index_over_15(seed: int) -> None:
    assert plms_index("rls", seed) > 15


@pytest.mark.parametrize("seed", SEEDS)
def test_a_control_has_a_low_plms_index(seed: int) -> None:
    assert plms_index("control", seed) < 15


@pytest.mark.parametrize("seed", SEEDS)
def test_intermovement_intervals_of_rls_peak_between_20_and_32_s(seed: int) -> None:
    onset = scored("rls", seed).movements.onset_s
    interval = np.diff(onset)
    periodic = interval[(interval >= 10) & (interval <= 90)]
    assert 20 < np.median(periodic) < 32
    assert 0.3 < np.log(periodic).std() < 0.6
    assert 0.03 < (interval < 10).mean() < 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_seven_in_ten_movements_of_rls_are_bilateral(seed: int) -> None:
    sides = scored("rls", seed).movements.side
    assert 0.6 < (sides == "bilateral").mean() < 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_movements_last_two_to_three_seconds_and_a_few_over_ten(seed: int) -> None:
    durations = np.concatenate([leg.end_s - leg.onset_s for leg in night("rls", seed=seed).legs])
    assert 2.0 < np.median(durations) < 3.2
    assert durations.min() >= 0.5
    assert 0.005 < (durations > 10).mean() < 0.08


@pytest.mark.parametrize("seed", SEEDS)
def test_three_to_five_in_ten_periodic_movements_of_rls_go_with_an_arousal(seed: int) -> None:
    result = scored("rls", seed)
    assert result.has_arousal is not None
    share = result.has_arousal[result.is_periodic & asleep(result)].mean()
    assert 0.25 < share < 0.5


def test_periodic_activity_declines_in_rls_and_is_bell_shaped_in_controls() -> None:
    rls = onsets_per_hour("rls", range(25))
    control = onsets_per_hour("control", range(25))
    assert rls[:3].sum() > 1.3 * rls[-3:].sum()
    assert control[2:6].sum() > 2 * (control[:2].sum() + control[6:].sum())


def test_movements_follow_respiratory_events_by_about_two_and_a_half_seconds() -> None:
    made = night("sleep-apnea")
    ends = np.array([event.offset_s for event in made.respiratory])
    onsets = np.concatenate([leg.onset_s for leg in made.legs])
    lag = onsets[:, None] - ends[None, :]
    near = lag[(lag > -5) & (lag < 15)]
    counts, edges = np.histogram(near, np.arange(-5, 15.1, 2.5))
    assert edges[counts.argmax()] in (0.0, 2.5)


def test_sleep_apnea_has_the_events_aimed_at_and_only_in_sleep() -> None:
    made = night("sleep-apnea")
    index = len(made.respiratory) / made.sleep.hypnogram.hours(*SLEEP)
    assert 25 < index < 45
    for event in made.respiratory:
        assert event.kind in (EventKind.APNEA, EventKind.HYPOPNEA)
        assert event.duration_s >= 10
        assert made.sleep.stage(event.onset_s).is_sleep


def test_movements_of_rbd_gather_in_rem_and_are_short() -> None:
    def in_rem(name: str) -> tuple[float, float]:
        made = night(name)
        rem = [e for e in made.true_movements if made.sleep.stage(e.onset_s) is SleepStage.R]
        per_h = len(rem) / made.sleep.hypnogram.hours(SleepStage.R)
        return per_h, float(np.median([event.duration_s for event in rem]))

    assert in_rem("rbd")[0] > 2 * in_rem("control")[0]
    assert in_rem("rbd")[1] < 1.5


# Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong", [{"hours": 0.0}, {"hours": float("nan")}, {"rate_hz": 50.0}, {"mains_hz": 55.0}]
)
def test_a_night_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        simulate_night(profile_named("rls"), preset("clean"), np.random.default_rng(1), **wrong)


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="sleep-apnea"):
        profile("insomnia", load(SECTIONS))
