"""When the legs move: series, pairs, single movements, bursts in REM, and their arousals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.recording.events import Event
from ekbom.recording.synthetic.drive import Drive, draw_movements
from ekbom.recording.synthetic.profiles import BreathingStatistics, MovementStatistics, Profile
from ekbom.recording.synthetic.sleep import EPOCH_S, SleepPlan, milliseconds
from ekbom.terms import EventKind, SleepStage

Seconds = NDArray[np.float64]

# Two movements of one plan keep this much between end and onset, so that the end rule's half
# second fits between them; the onset of a movement never comes sooner than _LEAST_IMI_S.
_LEAST_GAP_S: Final = 0.9
_LEAST_IMI_S: Final = 1.4
_SHORTEST_S: Final = 0.15
_LONGEST_LAG_S: Final = 0.5
_AROUSAL_APART_S: Final = 10.0
_AROUSAL_SHORTEST_S: Final = 3.0
_REM_CLUMP_MEAN: Final = 4.0
_REM_CLUMP_GAP_S: Final = 3.0
# Hours either side of the middle of the night at which a bell-shaped course falls off.
_BELL_WIDTH_SHARE: Final = 0.22
_LARGEST_SHARE: Final = 0.97


@dataclass(frozen=True, slots=True)
class MovementPlan:
    """Movements as planned, before the amplitude rule has its say.

    Parameters
    ----------
    onset_s, duration_s : array of float, shape (n,)
        First rise to last fall of the burst, in seconds from the start of the recording.
    in_series : array of bool, shape (n,)
        Made by the periodic process.
    """

    onset_s: Seconds
    duration_s: Seconds
    in_series: NDArray[np.bool_]


def plan_movements(
    profile: Profile,
    sleep: SleepPlan,
    respiratory: tuple[Event, ...],
    rng: np.random.Generator,
    drive: Drive | None = None,
) -> MovementPlan:
    """All movements of the night, both legs still as one, in order of onset.

    Overlaps are cleared: a movement ends ``_LEAST_GAP_S`` before the next begins. With a drive, its
    movements stand in place of the periodic series of the profile.
    """
    m = profile.movements
    series = _series(m, sleep, rng) if drive is None else draw_movements(drive, sleep, rng)
    pairs = _second_of_pairs(m, series, rng)
    isolated = _isolated(m, sleep, rng)
    after_breathing = _after_breathing(profile.breathing, respiratory, rng)
    bursts, burst_s = _rem_bursts(m, sleep, rng)
    onset = np.concatenate([series, pairs, isolated, after_breathing, bursts])
    n_ordinary = len(onset) - len(bursts)
    duration = np.concatenate([_durations(m, n_ordinary, rng), burst_s])
    is_series = np.arange(len(onset)) < len(series)
    order = np.argsort(onset, kind="stable")
    return _without_overlap(onset[order], duration[order], is_series[order], sleep.hypnogram.end_s)


def plan_arousals(
    profile: Profile,
    plan: MovementPlan,
    sleep: SleepPlan,
    respiratory: tuple[Event, ...],
    rng: np.random.Generator,
) -> tuple[Event, ...]:
    """Arousals with movements, at the ends of respiratory events, and on their own.

    Two arousals lie at least 10 s apart, the earlier kind winning in the order named.
    """
    m, s = profile.movements, profile.sleep
    with_movement = _arousals_of_movements(m, plan, rng)
    ends = np.array([e.offset_s for e in respiratory])
    ends = ends[rng.random(len(ends)) < profile.breathing.respiratory_arousal_share]
    at_ends = ends + rng.normal(0.3, 0.8, len(ends))
    alone = _poisson_in(sleep, s.arousals_per_h, _SLEEP, rng)
    taken: list[Event] = []
    for start_s in np.concatenate([with_movement, at_ends, alone]):
        length_s = max(_AROUSAL_SHORTEST_S, rng.normal(s.arousal_mean_s, s.arousal_sd_s))
        if not sleep.stage(start_s - 1.0).is_sleep:
            continue
        if all(
            start_s > e.offset_s + _AROUSAL_APART_S
            or start_s + length_s + _AROUSAL_APART_S < e.onset_s
            for e in taken
        ):
            taken.append(
                Event(
                    EventKind.AROUSAL, milliseconds(start_s), milliseconds(length_s), "EEG arousal"
                )
            )
    return tuple(sorted(taken, key=lambda e: e.onset_s))


_SLEEP: Final = (SleepStage.N1, SleepStage.N2, SleepStage.N3, SleepStage.R)


def _series_share(m: MovementStatistics, sleep: SleepPlan, time_s: float) -> float:
    """Share of the time around this moment that lies in a series."""
    sleep_h = (time_s - sleep.lights_off_s) / 3600
    if m.hourly_course == "declining":
        share = m.series_share * np.exp(-sleep_h / m.series_decline_h)
    else:
        night_h = (sleep.lights_on_s - sleep.lights_off_s) / 3600
        share = m.series_share * np.exp(-0.5 * ((sleep_h / night_h - 0.5) / _BELL_WIDTH_SHARE) ** 2)
    return float(np.clip(share, 0.0, _LARGEST_SHARE))


def _series(m: MovementStatistics, sleep: SleepPlan, rng: np.random.Generator) -> Seconds:
    """Onsets of the periodic process: bouts on and off, log-normal intervals inside a bout."""
    if m.series_share <= 0:
        return np.zeros(0)
    onsets: list[float] = []
    at_s = sleep.lights_off_s
    while at_s < sleep.lights_on_s:
        share = _series_share(m, sleep, at_s)
        bout_s = rng.exponential(m.series_bout_mean_s)
        if rng.random() < share:
            onsets += _bout(m, sleep, at_s, min(at_s + bout_s, sleep.lights_on_s), rng)
        at_s += bout_s
    return np.array(onsets)


def _bout(
    m: MovementStatistics, sleep: SleepPlan, from_s: float, to_s: float, rng: np.random.Generator
) -> list[float]:
    """Onsets inside one bout; REM and wake silence some bouts altogether."""
    in_rem = rng.random() < m.series_rem_share
    in_wake = rng.random() < m.series_wake_share
    onsets: list[float] = []
    at_s = from_s + rng.uniform(0, m.imi_median_s)
    while at_s < to_s:
        stage = sleep.stage(at_s)
        wake = not stage.is_sleep
        if in_wake if wake else (in_rem or stage is not SleepStage.R):
            onsets.append(at_s)
        median_s = m.wake_imi_median_s if wake else m.imi_median_s
        at_s += median_s * float(np.exp(m.imi_ln_sd * rng.standard_normal()))
    return onsets


def _second_of_pairs(m: MovementStatistics, series: Seconds, rng: np.random.Generator) -> Seconds:
    """A second movement 2 to 4 s after some of a series."""
    first = series[rng.random(len(series)) < m.short_interval_share]
    lag = m.short_interval_median_s * np.exp(
        m.short_interval_ln_sd * rng.standard_normal(len(first))
    )
    return np.asarray(first + lag)


def _isolated(m: MovementStatistics, sleep: SleepPlan, rng: np.random.Generator) -> Seconds:
    return _poisson_in(sleep, m.isolated_movements_per_h, (*_SLEEP, SleepStage.W), rng)


def _after_breathing(
    b: BreathingStatistics, respiratory: tuple[Event, ...], rng: np.random.Generator
) -> Seconds:
    """Movements shortly after the ends of some respiratory events."""
    ends = np.array([e.offset_s for e in respiratory])
    ends = ends[rng.random(len(ends)) < b.respiratory_movement_share]
    lag = rng.normal(b.respiratory_movement_lag_s, b.respiratory_movement_lag_sd_s, len(ends))
    return np.asarray(ends + lag)


def _rem_bursts(
    m: MovementStatistics, sleep: SleepPlan, rng: np.random.Generator
) -> tuple[Seconds, Seconds]:
    """Onsets and lengths of the short phasic bursts of REM sleep, in clumps."""
    clumps = _poisson_in(sleep, m.rem_bursts_per_h / _REM_CLUMP_MEAN, (SleepStage.R,), rng)
    sizes = rng.geometric(1 / _REM_CLUMP_MEAN, len(clumps))
    onset = np.repeat(clumps, sizes)
    within = [rng.exponential(_REM_CLUMP_GAP_S, n).cumsum() for n in sizes]
    onset = onset + (np.concatenate(within) if within else 0.0)
    length = m.rem_burst_median_s * np.exp(m.rem_burst_ln_sd * rng.standard_normal(len(onset)))
    return onset, np.maximum(length, _SHORTEST_S)


def _durations(m: MovementStatistics, n: int, rng: np.random.Generator) -> Seconds:
    """Log-normal lengths with a few over 10 s."""
    duration = np.exp(m.duration_ln_mean + m.duration_ln_sd * rng.standard_normal(n))
    long = rng.random(n) < m.long_movement_share
    lengths = m.long_movement_median_s * np.exp(0.15 * rng.standard_normal(n))
    return np.asarray(np.where(long, lengths, duration))


def _without_overlap(
    onset: Seconds, duration: Seconds, is_series: NDArray[np.bool_], end_s: float
) -> MovementPlan:
    """Leaves out movements too soon after another and ends the rest before the next."""
    kept: list[int] = []
    for i, start_s in enumerate(onset):
        if start_s < 1.0 or start_s > end_s - 5.0:
            continue
        if not kept or start_s - onset[kept[-1]] >= _LEAST_IMI_S:
            kept.append(i)
    index = np.array(kept, dtype=np.int64)
    onset, duration, is_series = onset[index], duration[index], is_series[index]
    room = np.diff(onset, append=end_s) - _LEAST_GAP_S
    return MovementPlan(onset, np.minimum(duration, room), is_series)


def _arousals_of_movements(
    m: MovementStatistics, plan: MovementPlan, rng: np.random.Generator
) -> Seconds:
    """Onsets of the arousals that go with movements.

    The onset lag is normal with the published share of arousals that come first; nearly all
    overlap their movement, the few others start more than half a second after its end.
    """
    paired = np.flatnonzero(rng.random(len(plan.onset_s)) < m.movement_arousal_share)
    first = rng.random(len(paired)) < m.movement_arousal_first_share
    size = np.abs(rng.normal(0.0, 0.7, len(paired)))
    close = rng.random(len(paired)) < m.movement_arousal_close_share
    after = np.minimum(size, plan.duration_s[paired])
    beside = plan.onset_s[paired] + np.where(first, -size, after)
    apart = plan.onset_s[paired] + plan.duration_s[paired] + 0.6 + size
    return np.asarray(np.where(close, beside, apart))


def _poisson_in(
    sleep: SleepPlan, per_h: float, stages: tuple[SleepStage, ...], rng: np.random.Generator
) -> Seconds:
    """Moments at random in the epochs of these stages, in order."""
    wanted = np.array([stage in stages for stage in sleep.hypnogram.stages])
    counts = np.where(wanted, rng.poisson(per_h * EPOCH_S / 3600, len(wanted)), 0)
    epochs = np.repeat(np.arange(len(wanted)), counts)
    return np.asarray(np.sort((epochs + rng.random(len(epochs))) * EPOCH_S))
