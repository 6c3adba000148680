"""Rows of the trials: their ids, and the standard error of each in its own unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ekbom.errors import KnowledgeError
from ekbom.knowledge.mechanism import Observation, Trial, TrialArm, Use

# Where a standard error came from.
ErrorWay = Literal["printed", "standard deviation", "interval", "assumed"]

# Width of a 95 % interval of a normal quantity, in standard errors.
INTERVAL_WIDTH = 3.92


@dataclass(frozen=True, slots=True)
class StandardError:
    """The standard error of a row.

    Parameters
    ----------
    value : float
        In the unit of the row.
    way : str
        ``printed``, from a ``standard deviation`` and the size of the arm, from a 95 %
        ``interval``, or ``assumed``.
    """

    value: float
    way: ErrorWay


def row_id(trial: Trial, observation: Observation) -> str:
    """The name of a row: ``trial/arm/measure@week``; ``arm-vs-other`` for a difference.

    Parameters
    ----------
    trial : Trial
        The trial.
    observation : Observation
        One of its observations.

    Returns
    -------
    str
        Unique among all rows.
    """
    arm = observation.arm
    if observation.against:
        arm = f"{arm}-vs-{observation.against}"
    return f"{trial.id}/{arm}/{observation.measure}@{observation.week:g}"


def arm_of(trial: Trial, arm: str) -> TrialArm:
    """The arm of a trial by its id.

    Parameters
    ----------
    trial : Trial
        The trial.
    arm : str
        Id of the arm.

    Returns
    -------
    TrialArm
        The arm.
    """
    for candidate in trial.arms:
        if candidate.id == arm:
            return candidate
    raise KnowledgeError(
        f"an observation names an arm the trial does not have: {arm}",
        expected=", ".join(candidate.id for candidate in trial.arms),
        where=f"trials/{trial.id}",
        what_to_do="Name one of the trial's arms.",
    )


def standard_error_of(trial: Trial, observation: Observation) -> StandardError:
    """The standard error of a row, from the one thing that was given for it.

    Parameters
    ----------
    trial : Trial
        The trial; the size of its arm turns a standard deviation into a standard error.
    observation : Observation
        A row with one of: standard error, standard deviation, interval, assumed error.

    Returns
    -------
    StandardError
        In the row's unit, and the way it was had.
    """
    ways = tuple(_ways(trial, observation))
    if len(ways) == 1:
        return ways[0]
    found = ", ".join(way.way for way in ways) or "none"
    raise KnowledgeError(
        f"ways to the standard error of a row: {found}",
        expected="one of standard_error, standard_deviation with n, low and high, assumed_error",
        where=row_id(trial, observation),
        what_to_do="Give exactly one of them.",
    )


def rows_for(trials: Iterable[Trial], use: Use) -> tuple[tuple[Trial, Observation], ...]:
    """The rows of one use, in the order of the trials' ids.

    Parameters
    ----------
    trials : iterable of Trial
        The trials.
    use : str
        ``fit``, ``holdout``, ``claim`` or ``told``.

    Returns
    -------
    tuple of (Trial, Observation)
        The rows, in the order they are written within a trial.
    """
    return tuple(
        (trial, observation)
        for trial in sorted(trials, key=lambda trial: trial.id)
        for observation in trial.observations
        if observation.use == use
    )


def _ways(trial: Trial, observation: Observation) -> Iterator[StandardError]:
    if observation.standard_error is not None:
        yield StandardError(observation.standard_error, "printed")
    if observation.standard_deviation is not None:
        size = arm_of(trial, observation.arm).n
        # A difference has two arms: one standard deviation says nothing of its error.
        if size is not None and not observation.against:
            error = observation.standard_deviation / math.sqrt(size)
            yield StandardError(error, "standard deviation")
    if observation.low is not None and observation.high is not None:
        error = (observation.high - observation.low) / INTERVAL_WIDTH
        yield StandardError(error, "interval")
    if observation.assumed_error is not None:
        yield StandardError(observation.assumed_error, "assumed")
