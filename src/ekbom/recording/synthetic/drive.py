"""What drives the movements of a night: an excitability by the clock that thins a renewal process.

Potential movements follow one another at log-normal intervals all night long. Each of them happens
with a chance, the excitability of its clock hour times the factor of its sleep stage. Part of the
chance falls for a whole bout of minutes at once, so that movements come in series.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter
from ekbom.recording.synthetic.profiles import Profile
from ekbom.recording.synthetic.sleep import SleepPlan
from ekbom.terms import SleepStage

Seconds = NDArray[np.float64]

HOURS_OF_DAY: Final = 24

_FACTORS: Final = {
    SleepStage.W: "stage-factor-wake",
    SleepStage.N1: "stage-factor-n1",
    SleepStage.N2: "stage-factor-n2",
    SleepStage.N3: "stage-factor-n3",
    SleepStage.R: "stage-factor-rem",
}
# The process runs this many mean intervals before lights off, so that it has no first movement.
_RUN_IN: Final = 20.0
_BLOCK: Final = 512


@dataclass(frozen=True, slots=True)
class MovementProcess:
    """The renewal process of potential movements, and what a stage makes of the excitability.

    Parameters
    ----------
    interval_median_s : float
        Median of the log-normal intervals, onset to onset.
    interval_ln_sd : float
        Standard deviation of the logarithm of the interval.
    clustering : float
        Share ``k`` of the thinning that bouts take, 0 to 1: of a chance ``c``, a bout has movements
        with ``c^k``, and one within it happens with ``c^(1-k)``.
    bout_mean_s : float
        Mean length of the exponential bouts.
    stage_factor : Mapping of SleepStage to float
        Factor on the excitability; 1 in N2, by definition. A stage not in it has none.
    """

    interval_median_s: float
    interval_ln_sd: float
    clustering: float
    bout_mean_s: float
    stage_factor: Mapping[SleepStage, float]

    @property
    def interval_mean_s(self) -> float:
        """Mean interval between potential movements: ``median · exp(sd² / 2)``."""
        return self.interval_median_s * math.exp(self.interval_ln_sd**2 / 2)


def movement_process(knowledge: KnowledgeBase) -> MovementProcess:
    """The process at the prior medians of the base; section ``model-parameters`` is needed."""

    def median(record_id: str) -> float:
        return knowledge.record(ModelParameter, record_id).median

    return MovementProcess(
        median("movement-interval-median"),
        median("movement-interval-ln-sd"),
        median("movement-clustering"),
        median("movement-bout-mean"),
        {stage: median(record_id) for stage, record_id in _FACTORS.items()},
    )


@dataclass(frozen=True, slots=True)
class Drive:
    """The excitability of one night.

    Parameters
    ----------
    excitability : tuple of float, length 24
        Chance, 0 to 1, that a potential movement in N2 happens; entry ``h`` holds from ``h:00``
        to the next full hour.
    lights_off_h : float
        Clock time of lights off, 0 to 24.
    process : MovementProcess
        What it thins.

    Raises
    ------
    UsageError
        If there are not 24 chances, one is no chance, or the clock time is none.
    """

    excitability: tuple[float, ...]
    lights_off_h: float
    process: MovementProcess

    def __post_init__(self) -> None:
        """Refuse what is no chance or no clock time."""
        if len(self.excitability) != HOURS_OF_DAY:
            raise UsageError(
                f"{len(self.excitability)} values of excitability",
                expected="one for each of the 24 hours of the clock",
            )
        for hour, chance in enumerate(self.excitability):
            if not 0.0 <= chance <= 1.0:
                raise UsageError(
                    f"an excitability of {chance:g}",
                    expected="a chance from 0 to 1",
                    where=f"the hour from {hour}:00",
                )
        check_clock("lights off", self.lights_off_h)

    def chance(self, sleep: SleepPlan, time_s: Seconds) -> Seconds:
        """Chance that potential movements at these times happen; never over 1.

        Parameters
        ----------
        sleep : SleepPlan
            Gives lights off and the stages.
        time_s : array of float, shape (n,)
            In seconds from the start of the recording.
        """
        clock_h = self.lights_off_h + (time_s - sleep.lights_off_s) / 3600
        hour = np.floor(clock_h).astype(np.int64) % HOURS_OF_DAY
        stages = sleep.hypnogram.stage_at(time_s)
        factor = np.array([self.process.stage_factor.get(stage, 0.0) for stage in stages])
        return np.asarray(np.minimum(np.asarray(self.excitability)[hour] * factor, 1.0))


def check_clock(what: str, clock_h: float) -> None:
    """Refuse what is no time of the clock.

    Raises
    ------
    UsageError
        If it is not from 0 to 24.
    """
    if not 0.0 <= clock_h <= HOURS_OF_DAY:
        raise UsageError(f"{what} at {clock_h:g} h", expected="a time of the clock, 0 to 24 h")


def draw_movements(drive: Drive, sleep: SleepPlan, rng: np.random.Generator) -> Seconds:
    """Onsets of the movements that happen between lights off and lights on.

    Parameters
    ----------
    drive : Drive
        Excitability and process.
    sleep : SleepPlan
        Stages and lights.
    rng : numpy.random.Generator
        Every draw comes from it. The number of draws does not depend on the excitability: with one
        seed, more of it keeps every movement and adds others.

    Returns
    -------
    array of float, shape (n,)
        In seconds from the start of the recording, in order.
    """
    process, from_s, to_s = drive.process, sleep.lights_off_s, sleep.lights_on_s
    onset_s = potential_movements(process, from_s, to_s, rng)
    chance = drive.chance(sleep, onset_s)
    # One throw for each bout, held while chances change within it.
    bout = np.searchsorted(_bout_ends(process, from_s, to_s, rng), onset_s, side="right")
    throw = rng.random(len(onset_s))
    has_movements = rng.random(bout.max(initial=0) + 1)[bout] < chance**process.clustering
    happens = throw < chance ** (1 - process.clustering)
    return np.asarray(onset_s[happens & has_movements])


def _bout_ends(
    process: MovementProcess, from_s: float, to_s: float, rng: np.random.Generator
) -> Seconds:
    """Ends of the bouts of one night, in seconds, in order."""
    n = int(rng.poisson((to_s - from_s) / process.bout_mean_s))
    return np.sort(rng.uniform(from_s, to_s, n))


def potential_movements(
    process: MovementProcess, from_s: float, to_s: float, rng: np.random.Generator
) -> Seconds:
    """Onsets of the process before thinning, running since long before ``from_s``."""
    at_s = from_s - (_RUN_IN + rng.random()) * process.interval_mean_s
    blocks = []
    while at_s < to_s:
        steps = np.exp(process.interval_ln_sd * rng.standard_normal(_BLOCK))
        blocks.append(at_s + process.interval_median_s * np.cumsum(steps))
        at_s = float(blocks[-1][-1])
    onset_s = np.concatenate(blocks) if blocks else np.zeros(0)
    return np.asarray(onset_s[(onset_s >= from_s) & (onset_s < to_s)])


def periodic_only(profile: Profile) -> Profile:
    """The profile without any movement but those of its periodic process.

    Left out are isolated movements, second movements of pairs, bursts in REM, movements at the
    ends of respiratory events and those drawn longer than a candidate may be. What is left is what
    the closed forms of the process speak of.
    """
    movements = replace(
        profile.movements,
        isolated_movements_per_h=0.0,
        short_interval_share=0.0,
        rem_bursts_per_h=0.0,
        long_movement_share=0.0,
    )
    breathing = replace(profile.breathing, respiratory_movement_share=0.0)
    return replace(profile, movements=movements, breathing=breathing)


def hours_by_clock_and_stage(
    sleep: SleepPlan, lights_off_h: float, stages: Sequence[SleepStage]
) -> NDArray[np.float64]:
    """Hours spent in each stage within each clock hour, between lights off and lights on.

    Returns
    -------
    array of float, shape (24, n_stages)
    """
    epoch_s = sleep.hypnogram.epoch_s
    start_s = np.arange(len(sleep.hypnogram.stages)) * epoch_s
    clock_h = lights_off_h + (start_s - sleep.lights_off_s) / 3600
    hour = np.floor(clock_h).astype(np.int64) % HOURS_OF_DAY
    in_bed = (start_s >= sleep.lights_off_s) & (start_s < sleep.lights_on_s)
    scored = np.array([str(stage) for stage in sleep.hypnogram.stages])
    spent = np.zeros((HOURS_OF_DAY, len(stages)))
    for column, stage in enumerate(stages):
        np.add.at(spent[:, column], hour[in_bed & (scored == str(stage))], epoch_s / 3600)
    return spent
