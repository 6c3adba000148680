"""A synthetic night from an excitability by the clock and the hours in bed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ekbom.recording.synthetic.conditions import Conditions
from ekbom.recording.synthetic.drive import (
    HOURS_OF_DAY,
    Drive,
    MovementProcess,
    check_clock,
    periodic_only,
)
from ekbom.recording.synthetic.night import SyntheticNight, simulate_night
from ekbom.recording.synthetic.profiles import Profile
from ekbom.recording.synthetic.sleep import recording_hours


def night_of(
    excitability: Sequence[float],
    profile: Profile,
    process: MovementProcess,
    conditions: Conditions,
    rng: np.random.Generator,
    *,
    lights_off_h: float,
    lights_on_h: float,
    wake_min: float | None = None,
    other_movements: bool = True,
    rate_hz: float = 512.0,
    mains_hz: float = 50.0,
) -> SyntheticNight:
    """A night whose periodic movements follow an excitability.

    Parameters
    ----------
    excitability : sequence of float, length 24
        Chance, for each clock hour from midnight, that a potential movement in N2 happens.
    profile : Profile
        Sleep, breathing, arousals, EMG and all movements that are not periodic.
    process : MovementProcess
        What the excitability thins; see `movement_process`.
    conditions, rng, rate_hz, mains_hz
        As in `simulate_night`.
    lights_off_h, lights_on_h : float
        Clock times, 0 to 24; lights on may lie after midnight.
    wake_min : float, optional
        Wake after sleep onset in minutes; the profile's where not given.
    other_movements : bool
        Whether the profile's isolated movements, pairs, bursts and the like are made too.

    Raises
    ------
    UsageError
        If a chance, a clock time, the time in bed or the wake is out of range.
    """
    check_clock("lights on", lights_on_h)
    drive = Drive(tuple(float(chance) for chance in excitability), float(lights_off_h), process)
    return simulate_night(
        profile if other_movements else periodic_only(profile),
        conditions,
        rng,
        hours=recording_hours((lights_on_h - lights_off_h) % HOURS_OF_DAY),
        rate_hz=rate_hz,
        mains_hz=mains_hz,
        drive=drive,
        wake_s=None if wake_min is None else wake_min * 60,
    )
