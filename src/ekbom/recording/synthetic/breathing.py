"""Apnoeas and hypopnoeas of a night."""

from __future__ import annotations

from typing import Final

import numpy as np

from ekbom.recording.events import Event
from ekbom.recording.synthetic.profiles import BreathingStatistics
from ekbom.recording.synthetic.sleep import EPOCH_S, SleepPlan, milliseconds
from ekbom.terms import EventKind, SleepStage

_SHORTEST_S: Final = 10.0
_LONGEST_S: Final = 90.0
# Breathing between two events of a run, and how much likelier a run is in REM than in N3.
_RECOVERY_S: Final = (8.0, 35.0)
_STAGE_WEIGHT: Final = {
    SleepStage.N1: 1.2,
    SleepStage.N2: 1.0,
    SleepStage.N3: 0.4,
    SleepStage.R: 1.5,
}
_REM_LENGTHENING: Final = 1.3
_RUN_MEAN_EVENTS: Final = 8.0
# Where sleep is too short for the events aimed at, the search ends.
_MOST_RUNS: Final = 1000


def plan_breathing(
    statistics: BreathingStatistics, sleep: SleepPlan, rng: np.random.Generator
) -> tuple[Event, ...]:
    """Respiratory events in runs, in order of onset.

    Runs start at random in sleep, oftener in REM; inside a run one event follows the next after a
    short recovery, as in obstructive sleep apnoea.
    """
    hours = sleep.hypnogram.hours(*_STAGE_WEIGHT)
    wanted = statistics.respiratory_events_per_h * hours
    if wanted <= 0:
        return ()
    target = int(rng.poisson(wanted))
    run_events = max(1.0, min(_RUN_MEAN_EVENTS, wanted / 6))
    weights = np.array([_STAGE_WEIGHT.get(stage, 0.0) for stage in sleep.hypnogram.stages])
    events: list[Event] = []
    for _ in range(_MOST_RUNS):
        if len(events) >= target:
            break
        epoch = int(rng.choice(len(weights), p=weights / weights.sum()))
        at_s = (epoch + float(rng.random())) * EPOCH_S
        for _ in range(int(rng.geometric(1 / run_events))):
            event = _event_at(at_s, statistics, sleep, rng)
            if event is None or _clashes(event, events):
                break
            events.append(event)
            at_s = event.offset_s + float(rng.uniform(*_RECOVERY_S))
    return tuple(sorted(events[:target], key=lambda event: event.onset_s))


def _clashes(event: Event, events: list[Event]) -> bool:
    """True where the event lies in or close to another one."""
    least_s = _RECOVERY_S[0]
    return any(
        event.onset_s < other.offset_s + least_s and other.onset_s < event.offset_s + least_s
        for other in events
    )


def _event_at(
    at_s: float, statistics: BreathingStatistics, sleep: SleepPlan, rng: np.random.Generator
) -> Event | None:
    """One event, or None where the sleeper is awake by then."""
    stage = sleep.stage(at_s)
    length_s = statistics.respiratory_event_median_s * float(
        np.exp(statistics.respiratory_event_ln_sd * rng.standard_normal())
    )
    if stage is SleepStage.R:
        length_s *= _REM_LENGTHENING
    at_s = milliseconds(at_s)
    length_s = milliseconds(float(np.clip(length_s, _SHORTEST_S, _LONGEST_S)))
    if not stage.is_sleep or not sleep.stage(at_s + length_s).is_sleep:
        return None
    apnea = rng.random() < statistics.apnea_share
    if apnea:
        return Event(EventKind.APNEA, at_s, length_s, "Obstructive apnea")
    return Event(EventKind.HYPOPNEA, at_s, length_s, "Hypopnea")
