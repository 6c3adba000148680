"""The other signals of a polysomnography: plausible to look at, no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.recording.events import Event
from ekbom.recording.synthetic.noise import (
    Spectrum,
    coloured_noise,
    resting_emg_spectrum,
    slow_noise,
)
from ekbom.recording.synthetic.signals import Samples, SyntheticSignal, resampled
from ekbom.recording.synthetic.sleep import EPOCH_S, SleepPlan
from ekbom.terms import SleepStage

Floats = NDArray[np.float64]

# Twenty signals, so that eight hours with 512 Hz legs and ECG are the night of the speed bars.
EEG_LABELS: Final = ("EEG F4-M1", "EEG C4-M1", "EEG O2-M1", "EEG F3-M2", "EEG C3-M2", "EEG O1-M2")
EOG_LABELS: Final = ("EOG E1-M2", "EOG E2-M2")
RATES_HZ: Final = {
    **dict.fromkeys((*EEG_LABELS, *EOG_LABELS, "EMG chin"), 256.0),
    "Resp nasal": 128.0,
    "Resp thermistor": 64.0,
    "Resp thorax": 32.0,
    "Resp abdomen": 32.0,
    "Snore": 64.0,
    "SaO2": 4.0,
    "Pulse": 4.0,
    "Position": 4.0,
}

# RMS in microvolts of slow waves, of alpha and spindles, and of the rest, stage by stage: looks,
# not measurements.
_EEG_UV: Final = {
    SleepStage.W: (6.0, 11.0, 8.0),
    SleepStage.N1: (9.0, 5.0, 7.0),
    SleepStage.N2: (18.0, 6.0, 7.0),
    SleepStage.N3: (45.0, 4.0, 6.0),
    SleepStage.R: (8.0, 4.0, 7.0),
}
_EYES_UV: Final = {
    SleepStage.W: 45.0,
    SleepStage.N1: 40.0,
    SleepStage.N2: 6.0,
    SleepStage.N3: 5.0,
    SleepStage.R: 55.0,
}
_CHIN_UV: Final = {
    SleepStage.W: 8.0,
    SleepStage.N1: 4.5,
    SleepStage.N2: 3.5,
    SleepStage.N3: 3.0,
    SleepStage.R: 1.2,
}
_CHIN_WITHOUT_ATONIA_UV: Final = 6.0
_AROUSAL_ALPHA_UV: Final = 14.0
_RANGE_UV: Final = (-800.0, 800.0)
_ELECTRODES: Final = "AgAgCl electrodes"
_COURSE_HZ: Final = 4.0


def _around(centre_hz: float, width_hz: float, frequency_hz: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * ((frequency_hz - centre_hz) / width_hz) ** 2))


def _slow_waves(frequency_hz: Floats) -> Floats:
    return np.asarray(frequency_hz / (1 + (frequency_hz / 1.5) ** 4))


def _alpha_and_spindles(frequency_hz: Floats) -> Floats:
    return _around(9.5, 1.0, frequency_hz) + 0.5 * _around(13.0, 0.8, frequency_hz)


def _eeg_rest(frequency_hz: Floats) -> Floats:
    return np.asarray(1 / (1 + (frequency_hz / 4.0) ** 2) ** 0.7)


def _eye_movements(frequency_hz: Floats) -> Floats:
    return np.asarray(frequency_hz / (1 + (frequency_hz / 0.6) ** 3))


def by_stage(sleep: SleepPlan, values: dict[SleepStage, float]) -> Floats:
    """A value of each stage, four a second, gliding from epoch to epoch."""
    per_epoch = np.array([values[stage] for stage in sleep.hypnogram.stages])
    centres = (np.arange(len(per_epoch)) + 0.5) * EPOCH_S
    times = np.arange(round(sleep.hypnogram.end_s * _COURSE_HZ)) / _COURSE_HZ
    return np.asarray(np.interp(times, centres, per_epoch))


def eeg_signals(
    sleep: SleepPlan, arousals: tuple[Event, ...], rng: np.random.Generator
) -> Iterator[SyntheticSignal]:
    """Six EEG channels whose slow waves and alpha follow the stages and arousals."""
    slow, alpha, rest = (
        by_stage(sleep, {stage: uv[i] for stage, uv in _EEG_UV.items()}) for i in range(3)
    )
    for event in arousals:
        stretch = slice(round(event.onset_s * _COURSE_HZ), round(event.offset_s * _COURSE_HZ))
        alpha[stretch] = np.hypot(alpha[stretch], _AROUSAL_ALPHA_UV)
        slow[stretch] *= 0.5
    for label in EEG_LABELS:
        rate_hz = RATES_HZ[label]
        n = round(sleep.hypnogram.end_s * rate_hz)
        back = label.startswith("EEG O")
        samples = _scaled(rng, n, rate_hz, _slow_waves, (0.3, 4.0), slow * (0.7 if back else 1.0))
        samples += _scaled(
            rng, n, rate_hz, _alpha_and_spindles, (7.0, 15.0), alpha * (1.3 if back else 0.8)
        )
        samples += _scaled(rng, n, rate_hz, _eeg_rest, (0.5, 30.0), rest)
        yield SyntheticSignal(label, "uV", rate_hz, samples, _RANGE_UV, _ELECTRODES, "HP:0.2Hz")


def eog_signals(sleep: SleepPlan, rng: np.random.Generator) -> Iterator[SyntheticSignal]:
    """Two EOG channels: eye movements out of phase, rapid ones in bursts in REM."""
    rate_hz = RATES_HZ[EOG_LABELS[0]]
    n = round(sleep.hypnogram.end_s * rate_hz)
    eyes = by_stage(sleep, _EYES_UV)
    eyes *= np.exp(0.8 * slow_noise(rng, len(eyes), _COURSE_HZ, 10.0) - 0.3)
    movement = _scaled(rng, n, rate_hz, _eye_movements, (0.2, 3.0), eyes)
    brain = np.full(2, 9.0)
    for label, sign in zip(EOG_LABELS, (1.0, -1.0), strict=True):
        samples = np.float32(sign) * movement
        samples += _scaled(rng, n, rate_hz, _eeg_rest, (0.5, 30.0), brain)
        yield SyntheticSignal(label, "uV", rate_hz, samples, _RANGE_UV, _ELECTRODES, "HP:0.2Hz")


def chin_signal(sleep: SleepPlan, *, atonia: bool, rng: np.random.Generator) -> SyntheticSignal:
    """Chin EMG: tone falls with depth and is lost in REM, unless atonia is missing."""
    rate_hz = RATES_HZ["EMG chin"]
    n = round(sleep.hypnogram.end_s * rate_hz)
    rem_uv = _CHIN_UV[SleepStage.R] if atonia else _CHIN_WITHOUT_ATONIA_UV
    tone = by_stage(sleep, {**_CHIN_UV, SleepStage.R: rem_uv})
    tone *= np.exp(0.3 * slow_noise(rng, len(tone), _COURSE_HZ, 60.0))
    samples = _scaled(rng, n, rate_hz, resting_emg_spectrum, (10.0, 100.0), tone)
    return SyntheticSignal("EMG chin", "uV", rate_hz, samples, _RANGE_UV, _ELECTRODES, "HP:0.2Hz")


def pulse_signal(beats_s: Floats, duration_s: float) -> SyntheticSignal:
    """Heart rate as an oximeter shows it: whole beats a minute."""
    rate_hz = RATES_HZ["Pulse"]
    times = np.arange(round(duration_s * rate_hz)) / rate_hz
    per_min = np.interp(times, beats_s[1:], 60 / np.diff(beats_s))
    samples: Samples = np.rint(per_min).astype(np.float32)
    return SyntheticSignal("Pulse", "bpm", rate_hz, samples, (0.0, 255.0), "PulseOxiMeter")


def position_signal(sleep: SleepPlan, rng: np.random.Generator) -> SyntheticSignal:
    """Body position as a code from 0 to 3, new at every turn."""
    rate_hz = RATES_HZ["Position"]
    times = np.arange(round(sleep.hypnogram.end_s * rate_hz)) / rate_hz
    turns = sleep.posture_changes_s
    codes = np.cumsum(np.append(0, rng.integers(1, 4, len(turns)))) % 4
    samples = codes[np.searchsorted(turns, times, side="right")].astype(np.float32)
    return SyntheticSignal("Position", "", rate_hz, samples, (0.0, 255.0), "Position sensor")


def _scaled(
    rng: np.random.Generator,
    n: int,
    rate_hz: float,
    spectrum: Spectrum,
    band_hz: tuple[float, float],
    course: Floats,
) -> Samples:
    """Noise whose RMS in the band follows a course of four values a second."""
    noise = coloured_noise(rng, n, rate_hz, spectrum, band_hz)
    noise *= resampled(course, _COURSE_HZ, n, rate_hz)
    return noise
