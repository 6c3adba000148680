"""A synthetic night: hypnogram, events, true leg movements, and signals drawn when asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.recording.events import Annotations, Event
from ekbom.recording.recording import Channel, Recording
from ekbom.recording.synthetic.breath_signals import breath_signals, breathing_course
from ekbom.recording.synthetic.breathing import plan_breathing
from ekbom.recording.synthetic.conditions import Conditions
from ekbom.recording.synthetic.drive import Drive
from ekbom.recording.synthetic.interference import beat_times, electrocardiogram
from ekbom.recording.synthetic.legs import LegPlan, leg_signal, plan_legs
from ekbom.recording.synthetic.movements import plan_arousals, plan_movements
from ekbom.recording.synthetic.noise import coloured_noise, resting_emg_spectrum
from ekbom.recording.synthetic.polysomnogram import (
    RATES_HZ,
    chin_signal,
    eeg_signals,
    eog_signals,
    position_signal,
    pulse_signal,
)
from ekbom.recording.synthetic.profiles import Profile
from ekbom.recording.synthetic.signals import SyntheticSignal
from ekbom.recording.synthetic.sleep import EPOCH_S, SleepPlan, plan_sleep, plan_sleep_with_wake
from ekbom.terms import EventKind, Side

LEG_LABELS: Final = {Side.LEFT: "EMG LAT", Side.RIGHT: "EMG RAT"}
ECG_LABEL: Final = "ECG"
MOVEMENT_TEXT: Final = "Limb movement"

_RATES_HZ: Final = (100.0, 1000.0)
_MAINS_HZ: Final = (50.0, 60.0)
_LEAST_HOURS: Final = 0.1
_R_WAVE_UV: Final = 1100.0
_ECG_NOISE_UV: Final = 6.0
_MOST_HOURS: Final = 24.0
_LEG_RANGE_UV: Final = (-500.0, 500.0)
_ECG_RANGE_UV: Final = (-3000.0, 3000.0)


@dataclass(frozen=True, slots=True)
class SyntheticNight:
    """A night with known truth; its signals are drawn anew, and alike, each time.

    Parameters
    ----------
    profile : Profile
        What it was drawn from.
    conditions : Conditions
        How hard it was made.
    sleep : SleepPlan
        Stages, lights and turns.
    respiratory, arousals : tuple of Event
        In order of onset.
    legs : tuple of LegPlan
        Left and right, without noise, with their true movements.
    beats_s : array of float
        Times of the R waves in seconds.
    rate_hz : float
        Sampling rate of the legs.
    mains_hz : float
        50 or 60.
    seeds : tuple of int
        From which the signals are drawn.
    """

    profile: Profile
    conditions: Conditions
    sleep: SleepPlan
    respiratory: tuple[Event, ...]
    arousals: tuple[Event, ...]
    legs: tuple[LegPlan, LegPlan]
    beats_s: NDArray[np.float64]
    rate_hz: float
    mains_hz: float
    seeds: tuple[int, ...]

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return self.sleep.hypnogram.end_s

    @property
    def true_movements(self) -> tuple[Event, ...]:
        """The true leg movements of both legs, in order of onset."""
        events = [
            Event(
                EventKind.LEG_MOVEMENT,
                float(onset),
                float(end - onset),
                MOVEMENT_TEXT,
                LEG_LABELS[leg.side],
                leg.side,
            )
            for leg in self.legs
            for onset, end in zip(leg.onset_s, leg.end_s, strict=True)
        ]
        return tuple(sorted(events, key=lambda e: (e.onset_s, e.channel)))

    @property
    def scored_events(self) -> tuple[Event, ...]:
        """Lights, arousals and respiratory events: what the recording itself says."""
        lights = (
            Event(EventKind.LIGHTS_OFF, self.sleep.lights_off_s, 0.0, "Lights off"),
            Event(EventKind.LIGHTS_ON, self.sleep.lights_on_s, 0.0, "Lights on"),
        )
        events = (*lights, *self.arousals, *self.respiratory)
        return tuple(sorted(events, key=lambda e: e.onset_s))

    @property
    def annotations(self) -> Annotations:
        """What a scorer of sleep and breathing would have marked: no leg movements."""
        return Annotations(self.scored_events, self.sleep.hypnogram, "synthetic")

    @property
    def truth(self) -> Annotations:
        """Everything there is to know: stages, events and true leg movements."""
        events = sorted((*self.scored_events, *self.true_movements), key=lambda e: e.onset_s)
        return Annotations(tuple(events), self.sleep.hypnogram, "truth")

    def leg(self, side: Side) -> SyntheticSignal:
        """The EMG of one leg, clipped to its physical range."""
        index = 0 if side is Side.LEFT else 1
        samples = leg_signal(
            self.legs[index],
            self.conditions,
            self.sleep,
            self.beats_s,
            self.rate_hz,
            self.mains_hz,
            np.random.default_rng(self.seeds[index]),
        )
        return SyntheticSignal(
            LEG_LABELS[side],
            "uV",
            self.rate_hz,
            np.clip(samples, *_LEG_RANGE_UV, out=samples),
            _LEG_RANGE_UV,
            "AgAgCl electrodes",
            "HP:0.0Hz",
        )

    def ecg(self) -> SyntheticSignal:
        """The electrocardiogram, at the rate of the legs."""
        rng = np.random.default_rng(self.seeds[2])
        n = round(self.duration_s * self.rate_hz)
        samples = electrocardiogram(self.beats_s, n, self.rate_hz)
        samples *= np.float32(_R_WAVE_UV)
        samples += np.float32(_ECG_NOISE_UV) * coloured_noise(
            rng, n, self.rate_hz, resting_emg_spectrum
        )
        return SyntheticSignal(
            ECG_LABEL, "uV", self.rate_hz, samples, _ECG_RANGE_UV, "AgAgCl electrodes"
        )

    def leg_signals(self) -> Iterator[SyntheticSignal]:
        """Left leg, right leg and ECG, one at a time."""
        yield self.leg(Side.LEFT)
        yield self.leg(Side.RIGHT)
        yield self.ecg()

    def all_signals(self) -> Iterator[SyntheticSignal]:
        """The twenty signals of a polysomnography, one at a time."""
        streams = [np.random.default_rng(seed) for seed in self.seeds[3:9]]
        yield from eeg_signals(self.sleep, self.arousals, streams[0])
        yield from eog_signals(self.sleep, streams[1])
        yield chin_signal(self.sleep, atonia=self.profile.name != "rbd", rng=streams[2])
        yield from self.leg_signals()
        course = breathing_course(self.respiratory, self.duration_s, streams[3])
        asleep = np.repeat([stage.is_sleep for stage in self.sleep.hypnogram.stages], int(EPOCH_S))
        yield from breath_signals(
            course, asleep.astype(np.float64), self.duration_s, RATES_HZ, streams[4]
        )
        yield pulse_signal(self.beats_s, self.duration_s)
        yield position_signal(self.sleep, streams[5])

    def recording(self) -> Recording:
        """Both legs and the ECG in memory, as if read from a file without rounding."""
        channels = tuple(
            Channel.from_array(s.label, s.rate_hz, s.samples) for s in self.leg_signals()
        )
        return Recording(
            channels, tuple(c.label for c in channels), self.duration_s, name="synthetic night"
        )


def simulate_night(
    profile: Profile,
    conditions: Conditions,
    rng: np.random.Generator,
    *,
    hours: float = 8.0,
    rate_hz: float = 512.0,
    mains_hz: float = 50.0,
    drive: Drive | None = None,
    wake_s: float | None = None,
) -> SyntheticNight:
    """A night from a seeded generator: same state, same night, to the last bit.

    Each part has its own stream: changing the conditions or the rate leaves stages, events and
    planned movements as they were.

    Parameters
    ----------
    profile, conditions : Profile, Conditions
        What to draw from, and how hard to make it.
    rng : numpy.random.Generator
        The only source of chance.
    hours : float
        Length of the recording; cut to whole epochs of 30 s.
    rate_hz, mains_hz : float
        Sampling rate of the legs, 100 to 1000 Hz, whole or not; 50 or 60.
    drive : Drive, optional
        Its movements stand in place of the profile's periodic series; all else stays.
    wake_s : float, optional
        Wake after sleep onset aimed at, in seconds, in place of the profile's awakenings.

    Raises
    ------
    UsageError
        If a rate, the mains, the length or the wake is out of range.
    """
    _check(hours, rate_hz, mains_hz)
    seeds = [int(seed) for seed in rng.integers(0, 2**63, 16)]
    streams = [np.random.default_rng(seed) for seed in seeds[:6]]
    sleep = _sleep(profile, hours, wake_s, streams[0])
    respiratory = plan_breathing(profile.breathing, sleep, streams[1])
    movements = plan_movements(profile, sleep, respiratory, streams[2], drive)
    arousals = plan_arousals(profile, movements, sleep, respiratory, streams[3])
    legs = plan_legs(profile, conditions, movements, sleep, mains_hz, streams[4])
    beats_s = beat_times(sleep.hypnogram.end_s, streams[5])
    rates = (float(rate_hz), float(mains_hz))
    return SyntheticNight(
        profile, conditions, sleep, respiratory, arousals, legs, beats_s, *rates, tuple(seeds[6:])
    )


def _sleep(
    profile: Profile, hours: float, wake_s: float | None, rng: np.random.Generator
) -> SleepPlan:
    if wake_s is None:
        return plan_sleep(profile.sleep, hours, rng)
    return plan_sleep_with_wake(profile.sleep, hours, wake_s, rng)


def _check(hours: float, rate_hz: float, mains_hz: float) -> None:
    if not _LEAST_HOURS <= hours <= _MOST_HOURS:
        raise UsageError(
            f"a night of {hours:g} h", expected=f"{_LEAST_HOURS:g} to {_MOST_HOURS:g} h"
        )
    if not _RATES_HZ[0] <= rate_hz <= _RATES_HZ[1]:
        raise UsageError(
            f"a sampling rate of {rate_hz:g} Hz",
            expected=f"{_RATES_HZ[0]:g} to {_RATES_HZ[1]:g} Hz",
        )
    if mains_hz not in _MAINS_HZ:
        raise UsageError(f"mains of {mains_hz:g} Hz", expected="50 or 60 Hz")
