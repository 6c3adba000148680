"""Airflow, effort, snoring and oxygen of a synthetic night: plausible to look at, no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.recording.events import Event
from ekbom.recording.synthetic.noise import coloured_noise, slow_noise
from ekbom.recording.synthetic.signals import Samples, SyntheticSignal, resampled
from ekbom.terms import EventKind

Floats = NDArray[np.float64]

_GRID_HZ: Final = 32.0
_BREATH_HZ: Final = 0.25
_FLOW_LEFT: Final = {EventKind.APNEA: 0.04, EventKind.HYPOPNEA: 0.4}
_EFFORT_LEFT: Final = 0.6
_RECOVERY_S: Final = 8.0
_RECOVERY_GAIN: Final = 1.6
_SATURATION: Final = 96.0
_DIP: Final = (3.0, 9.0)
_DIP_DELAY_S: Final = 12.0
_UNITS_UV: Final = 200.0
_RANGE: Final = (-1000.0, 1000.0)


@dataclass(frozen=True, slots=True)
class Breathing:
    """Breathing on a grid of 32 points a second.

    Parameters
    ----------
    phase : array of float, shape (n,)
        In turns.
    flow_gain, effort_gain : array of float, shape (n,)
        1 in quiet breathing, less in events, more after them.
    obstructed : array of bool, shape (n,)
        Chest and belly move against each other.
    saturation : array of float, shape (n,)
        Oxygen saturation in percent.
    """

    phase: Floats
    flow_gain: Floats
    effort_gain: Floats
    obstructed: NDArray[np.bool_]
    saturation: Floats


def breathing_course(
    respiratory: tuple[Event, ...], duration_s: float, rng: np.random.Generator
) -> Breathing:
    """Breathing of the night, with its respiratory events."""
    n = round(duration_s * _GRID_HZ)
    rate = _BREATH_HZ * np.exp(0.08 * slow_noise(rng, n, _GRID_HZ, 60.0))
    gain = np.exp(0.15 * slow_noise(rng, n, _GRID_HZ, 30.0))
    flow, effort = gain.copy(), gain.copy()
    obstructed = np.zeros(n, dtype=bool)
    saturation = _SATURATION + 0.5 * slow_noise(rng, n, _GRID_HZ, 300.0)
    for event in respiratory:
        start, stop = round(event.onset_s * _GRID_HZ), round(event.offset_s * _GRID_HZ)
        flow[start:stop] *= _FLOW_LEFT[event.kind]
        effort[start:stop] *= _EFFORT_LEFT
        obstructed[start:stop] = event.kind is EventKind.APNEA
        after = slice(stop, stop + round(_RECOVERY_S * _GRID_HZ))
        flow[after] *= _RECOVERY_GAIN
        effort[after] *= _RECOVERY_GAIN
        _add_dip(saturation, start, stop, float(rng.uniform(*_DIP)))
    return Breathing(np.cumsum(rate) / _GRID_HZ, flow, effort, obstructed, saturation)


def _add_dip(saturation: Floats, start: int, stop: int, depth: float) -> None:
    """Falls from a while after the onset to a while after the end, then comes back."""
    delay = round(_DIP_DELAY_S * _GRID_HZ)
    corners = [start + delay, stop + delay, stop + 2 * delay]
    low, high = corners[0], min(corners[2], len(saturation))
    if high > low:
        saturation[low:high] -= np.interp(np.arange(low, high), corners, [0.0, depth, 0.0])


def breath_signals(
    breathing: Breathing,
    asleep: Floats,
    duration_s: float,
    rates_hz: dict[str, float],
    rng: np.random.Generator,
) -> Iterator[SyntheticSignal]:
    """Nasal pressure, thermistor, thorax, abdomen, snore and SaO2.

    Parameters
    ----------
    breathing : Breathing
        The course they follow.
    asleep : array of float, shape (m,)
        1 in sleep, 0 in wake, one value a second; there is snoring in sleep only.
    duration_s : float
        Length of the recording in seconds.
    rates_hz : dict of str to float
        Rate of each label.
    rng : numpy.random.Generator
        Every draw comes from it.
    """
    turn = 2 * np.pi * breathing.phase
    wave = np.sin(turn) + 0.2 * np.sin(2 * turn + 0.6)
    against = np.where(breathing.obstructed, -1.0, 1.0)
    courses = {
        "Resp nasal": breathing.flow_gain * wave,
        "Resp thermistor": breathing.flow_gain * np.sin(turn - 0.5),
        "Resp thorax": breathing.effort_gain * np.sin(turn - 0.3),
        "Resp abdomen": against * breathing.effort_gain * np.sin(turn - 0.2),
    }
    for label, course in courses.items():
        n = round(duration_s * rates_hz[label])
        samples = resampled(_UNITS_UV * course, _GRID_HZ, n, rates_hz[label])
        samples += rng.normal(0.0, 4.0, n).astype(np.float32)
        kind = "Nasal pressure" if label == "Resp nasal" else "Effort belt"
        yield SyntheticSignal(label, "uV", rates_hz[label], samples, _RANGE, kind)
    yield _snore(breathing, asleep, duration_s, rates_hz["Snore"], rng)
    n = round(duration_s * rates_hz["SaO2"])
    oxygen = np.rint(resampled(breathing.saturation, _GRID_HZ, n, rates_hz["SaO2"])).clip(max=100)
    yield SyntheticSignal("SaO2", "%", rates_hz["SaO2"], oxygen, (0.0, 100.0), "PulseOxiMeter")


def _snore(
    breathing: Breathing,
    asleep: Floats,
    duration_s: float,
    rate_hz: float,
    rng: np.random.Generator,
) -> SyntheticSignal:
    n = round(duration_s * rate_hz)
    into = breathing.flow_gain * np.clip(np.sin(2 * np.pi * breathing.phase), 0.0, None) ** 3
    loud = np.clip(slow_noise(rng, len(asleep), 1.0, 600.0), 0.0, None) * asleep
    noise: Samples = coloured_noise(rng, n, rate_hz, np.ones_like, (1.0, rate_hz / 2))
    noise *= 60 * resampled(into, _GRID_HZ, n, rate_hz) * resampled(loud, 1.0, n, rate_hz)
    noise += rng.normal(0.0, 1.5, n).astype(np.float32)
    return SyntheticSignal("Snore", "uV", rate_hz, noise, _RANGE, "Microphone")
