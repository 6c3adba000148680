"""When in the day the untreated drives peak and are least, for draws of any kind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tests.mechanism.random_scenarios import movements, priors, somebody

from ekbom.mechanism import brain_iron
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.grid import HOURS_H
from ekbom.mechanism.individual import drives_by_hour, individual, receptors_by_hour
from ekbom.mechanism.schedule import NOON_H, Layout


def untreated_drives(
    draws: Draws, **other: object
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Spinal and striatal drive of a patient without medicines, shape (24, draws)."""
    values = priors(draws.variant).values(np, draws.by_id())
    own, state = individual(np, somebody(**other), values, Layout(), movements())
    log_iron = brain_iron.log_labile(np, state.iron_csf, state.iron_region, values.body)
    _, held = receptors_by_hour(np, own, state, log_iron, 0.0)
    drives = drives_by_hour(np, own, state, log_iron, held)
    return drives.spinal, drives.striatal


def turning_hours(draws: Draws, **other: object) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Clock hours of the peak and of the minimum, shape (2 drives, draws): middle of the hour."""
    clock_h = (HOURS_H + NOON_H) % 24
    both = np.stack(untreated_drives(draws, **other))
    return clock_h[both.argmax(axis=1)], clock_h[both.argmin(axis=1)]


def within(clock_h: NDArray[np.float64], begin_h: float, length_h: float) -> NDArray[np.bool_]:
    """Whether clock hours lie in a window that may pass midnight."""
    return (clock_h - begin_h) % 24 <= length_h


def misplaced(draws: Draws, shift_h: float = 0.0) -> int:
    """How many draws do not peak from 22:00 to 04:00 or have no minimum from 08:00 to 12:00.

    Parameters
    ----------
    draws : Draws
        From a prior or a posterior.
    shift_h : float
        How much later the body clock runs; the windows are moved with it.
    """
    peak, least = turning_hours(draws, phase_shift_h=shift_h)
    right = within(peak, 22 + shift_h, 6) & within(least, 8 + shift_h, 4)
    return int((~right.all(axis=0)).sum())
