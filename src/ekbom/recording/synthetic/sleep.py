"""Stages of a night: latency, cycles with REM growing towards morning, and awakenings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ekbom.errors import UsageError
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.synthetic.profiles import SleepStatistics
from ekbom.terms import SleepStage

EPOCH_S: Final = 30.0

# Lights go off this far into the recording and on this far from its end, but never later than
# the share of a short recording.
_LIGHTS_MARGIN_S: Final = 300.0
_LIGHTS_MARGIN_SHARE: Final = 0.02
# A short recording must still hold sleep: latency never takes more than this share of it.
_LATENCY_SHARE: Final = 0.15
_N1_EPOCHS: Final = (2, 5)
# A night with a given wake is the nearest of so many; more than this share of it cannot be wake.
_NIGHTS_TRIED: Final = 40
_MOST_WAKE: Final = 0.75


@dataclass(frozen=True, slots=True)
class SleepPlan:
    """One night's sleep.

    Parameters
    ----------
    hypnogram : Hypnogram
        From the start to the end of the recording.
    lights_off_s, lights_on_s : float
        In seconds from the start of the recording.
    posture_changes_s : tuple of float
        Moments at which the sleeper turned over.
    """

    hypnogram: Hypnogram
    lights_off_s: float
    lights_on_s: float
    posture_changes_s: tuple[float, ...]

    @property
    def wake_after_sleep_onset_s(self) -> float:
        """Wake between the first epoch of sleep and lights on, in seconds."""
        stages = self.hypnogram.stages[: round(self.lights_on_s / EPOCH_S)]
        asleep = [stage.is_sleep for stage in stages]
        return EPOCH_S * asleep[asleep.index(True) :].count(False) if True in asleep else 0.0

    def stage(self, time_s: float) -> SleepStage:
        """Stage at one moment; ``UNSCORED`` outside the recording."""
        epoch = int(time_s // EPOCH_S)
        inside = 0 <= epoch < len(self.hypnogram.stages)
        return self.hypnogram.stages[epoch] if inside else SleepStage.UNSCORED


def milliseconds(time_s: float) -> float:
    """A time in seconds as scoring programs keep it: whole milliseconds."""
    return round(float(time_s), 3)


def plan_sleep(statistics: SleepStatistics, hours: float, rng: np.random.Generator) -> SleepPlan:
    """A hypnogram in epochs of 30 s, with lights and turns.

    Parameters
    ----------
    statistics : SleepStatistics
        Of the profile.
    hours : float
        Length of the recording in hours.
    rng : numpy.random.Generator
        Every draw comes from it.
    """
    n_epochs = int(hours * 3600 / EPOCH_S)
    margin = max(1, round(min(_LIGHTS_MARGIN_S / EPOCH_S, _LIGHTS_MARGIN_SHARE * n_epochs)))
    latency_s = statistics.sleep_latency_median_s * np.exp(
        statistics.sleep_latency_ln_sd * rng.standard_normal()
    )
    latency = max(1, round(min(latency_s / EPOCH_S, _LATENCY_SHARE * n_epochs)))
    stages = [SleepStage.W] * (margin + latency)
    cycle = 0
    while len(stages) < n_epochs - margin:
        stages += _cycle(statistics, cycle, rng)
        cycle += 1
    stages = [*stages[: n_epochs - margin], *[SleepStage.W] * margin]
    turns = _turns(stages, statistics, rng)
    return SleepPlan(
        Hypnogram(tuple(stages), EPOCH_S),
        margin * EPOCH_S,
        (n_epochs - margin) * EPOCH_S,
        turns,
    )


def plan_sleep_with_wake(
    statistics: SleepStatistics, hours: float, wake_s: float, rng: np.random.Generator
) -> SleepPlan:
    """A hypnogram with as much wake after sleep onset as asked for, to a few minutes.

    Awakenings keep the length of the statistics and come as often as the wake needs on average;
    of several such nights the one nearest to it is taken.

    Parameters
    ----------
    statistics, hours, rng
        As in `plan_sleep`.
    wake_s : float
        Wake after sleep onset in seconds.

    Raises
    ------
    UsageError
        If that is more wake than a night of this length can hold.
    """
    latency_s = statistics.sleep_latency_median_s * np.exp(statistics.sleep_latency_ln_sd**2 / 2)
    night_s = hours * 3600 - min(latency_s, _LATENCY_SHARE * hours * 3600)
    night_s -= 2 * min(_LIGHTS_MARGIN_S, _LIGHTS_MARGIN_SHARE * hours * 3600)
    if not 0.0 <= wake_s <= _MOST_WAKE * night_s:
        raise UsageError(
            f"{wake_s / 60:g} min of wake after sleep onset",
            expected=f"0 to {_MOST_WAKE * night_s / 60:.0f} min in this night",
        )
    length_s = statistics.awakening_median_s * np.exp(statistics.awakening_ln_sd**2 / 2)
    per_h = float(3600 / length_s * wake_s / (night_s - wake_s))
    wanted = replace(statistics, awakenings_per_h=per_h)
    nights = [plan_sleep(wanted, hours, rng) for _ in range(_NIGHTS_TRIED)]
    return min(nights, key=lambda night: abs(night.wake_after_sleep_onset_s - wake_s))


def recording_hours(time_in_bed_h: float) -> float:
    """Length of the recording in which lights are off for this long, both in hours."""
    n_epochs = round(time_in_bed_h * 3600 / EPOCH_S)
    margins = 2 * _LIGHTS_MARGIN_S / EPOCH_S
    share = 1 - 2 * _LIGHTS_MARGIN_SHARE
    whole = n_epochs + margins if n_epochs + margins > margins / (1 - share) else n_epochs / share
    # A little more, so that cutting to whole epochs does not cut one off.
    return float((round(whole) + 0.01) * EPOCH_S / 3600)


def _cycle(statistics: SleepStatistics, cycle: int, rng: np.random.Generator) -> list[SleepStage]:
    """One cycle N1, N2, N3, N2, REM with awakenings let in."""
    length_s = rng.normal(statistics.cycle_mean_s, statistics.cycle_sd_s)
    n3_s = statistics.n3_first_cycle_s * statistics.n3_next_cycle_ratio**cycle
    rem_s = statistics.rem_first_cycle_s * statistics.rem_next_cycle_ratio**cycle
    spread = rng.uniform(0.7, 1.3, 2)
    n3 = round(n3_s * spread[0] / EPOCH_S)
    rem = min(round(rem_s * spread[1] / EPOCH_S), round(length_s / EPOCH_S / 2))
    n1 = int(rng.integers(*_N1_EPOCHS))
    n2 = max(8, round(length_s / EPOCH_S) - n1 - n3 - rem)
    before = round(n2 * rng.uniform(0.35, 0.6))
    quiet = (
        [SleepStage.N1] * n1
        + [SleepStage.N2] * before
        + [SleepStage.N3] * n3
        + [SleepStage.N2] * (n2 - before)
        + [SleepStage.R] * rem
    )
    return _with_awakenings(quiet, statistics, rng)


def _with_awakenings(
    quiet: list[SleepStage], statistics: SleepStatistics, rng: np.random.Generator
) -> list[SleepStage]:
    """Wake let in at random, and N1 on the way back to sleep."""
    chance = statistics.awakenings_per_h * EPOCH_S / 3600
    stages: list[SleepStage] = []
    drowsy = 0
    for stage in quiet:
        if rng.random() < chance:
            length_s = statistics.awakening_median_s * np.exp(
                statistics.awakening_ln_sd * rng.standard_normal()
            )
            stages += [SleepStage.W] * max(1, round(length_s / EPOCH_S))
            drowsy = int(rng.integers(1, 4))
        stages.append(SleepStage.N1 if drowsy > 0 else stage)
        drowsy -= 1
    return stages


def _turns(
    stages: list[SleepStage], statistics: SleepStatistics, rng: np.random.Generator
) -> tuple[float, ...]:
    """Turns, three times as likely in wake as in sleep."""
    wake = np.array([not stage.is_sleep for stage in stages])
    weight = np.where(wake, 3.0, 1.0)
    chance = statistics.posture_changes_per_h * EPOCH_S / 3600 * weight
    epochs = np.flatnonzero(rng.random(len(stages)) < chance)
    return tuple(float(s) for s in (epochs + rng.random(len(epochs))) * EPOCH_S)
