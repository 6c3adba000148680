"""Regimens: lines of what is taken when, laid out as the schedule of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import UsageError
from ekbom.mechanism.parameters import Kinetics
from ekbom.mechanism.pharmacology import (
    ACTS,
    IRON_BY_MOUTH,
    IRON_BY_VEIN,
    PATCH_WORN_H,
    PATCHES,
    absorbed_dose_mg,
)
from ekbom.mechanism.schedule import DAY_H, NOON_H, WEEK_D, Doses, Layout

BLOOD = "blood"
KNOWN = (*ACTS, *IRON_BY_MOUTH, *IRON_BY_VEIN, BLOOD)
# Every clock time splits the day: beyond this many a day-step gains nothing over hours.
MOST_TIMES = 24
# Days at rest before model day 0, so that every stretch of seven days ends on a day of reading.
REST_D = WEEK_D - 1
_MINUTE_H = 1 / 60


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine or iron product at some clock times on some days.

    Parameters
    ----------
    drug : str
        One of `KNOWN`; ``blood`` for blood that is lost.
    dose_mg : float
        Each time: of the medicine as labelled, of elemental iron, or of iron in lost blood. For
        a patch, what it releases in 24 hours.
    clock_h : tuple of float
        Clock times, hours from 0 to below 24.
    days : array of bool
        On which days, the first one the start.
    """

    drug: str
    dose_mg: float
    clock_h: tuple[float, ...]
    days: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Arm:
    """What one group, or one course of a scenario, is given.

    Parameters
    ----------
    lines : tuple of Line
        The regimen.
    expects : array of bool
        Days on which the placebo response is on.
    """

    lines: tuple[Line, ...]
    expects: NDArray[np.bool_]


def layout_of(arms: Sequence[Arm]) -> Layout:
    """What a run of these arms has to reckon with.

    Parameters
    ----------
    arms : sequence of Arm
        To be run together.

    Raises
    ------
    UsageError
        A medicine the model does not know, a clock time that is none, or too many of them.
    """
    lines = [line for arm in arms for line in arm.lines]
    used = {line.drug for line in lines}
    unknown = used - set(KNOWN)
    if unknown:
        raise UsageError(
            f"the model does not know {', '.join(sorted(unknown))}",
            expected=f"one of: {', '.join(KNOWN)}",
        )
    slots = sorted({_slot_h(clock) for line in lines for clock in line.clock_h})
    if len(slots) > MOST_TIMES:
        raise UsageError(
            f"{len(slots)} different clock times",
            expected=f"at most {MOST_TIMES} in one scenario",
            what_to_do="Round clock times to the half hour.",
        )
    return Layout(
        drugs=tuple(name for name in ACTS if name in used),
        complexes=tuple(name for name in IRON_BY_VEIN if name in used),
        oral_iron=not used.isdisjoint(IRON_BY_MOUTH),
        bleeding=BLOOD in used,
        slots_h=tuple(slots),
    )


def _slot_h(clock_h: float) -> float:
    """Hours after noon, to the minute."""
    if not 0 <= clock_h < DAY_H:
        raise UsageError(f"clock time {clock_h} h", expected="from 0 to below 24")
    return round((clock_h - NOON_H) % DAY_H / _MINUTE_H) * _MINUTE_H


def scheduled(
    arms: Sequence[Arm], layout: Layout, drugs: Mapping[str, Kinetics], n_days: int
) -> Doses:
    """The doses of some arms, one lane an arm.

    Model day 0 ends at noon of the first day, so that its morning doses are in it and its night
    is the one before anything is taken in the evening; there is one model day more than days.

    Parameters
    ----------
    arms : sequence of Arm
        With lines of `n_days` days.
    layout : Layout
        See `layout_of`; may be of more arms than these.
    drugs : mapping of str to Kinetics
        Bioavailabilities.
    n_days : int
        Days.

    Returns
    -------
    Doses
        First axis model days, last axis arms.
    """
    n_slots, n_arms, n_model = len(layout.slots_h), len(arms), n_days + 1
    taken = [np.zeros((n_model, n_slots + (name in PATCHES), n_arms)) for name in layout.drugs]
    infused = [np.zeros((n_model, n_slots, n_arms)) for _ in layout.complexes]
    oral, bled = (np.zeros((n_model, n_slots, n_arms)) for _ in range(2))
    treated = np.zeros((n_model, n_arms))
    for lane, arm in enumerate(arms):
        treated[1:, lane] = arm.expects
        for line in arm.lines:
            if line.drug in PATCHES:
                _wear(taken[layout.drugs.index(line.drug)][..., lane], line, layout, drugs)
                continue
            if line.drug in layout.drugs:
                target = taken[layout.drugs.index(line.drug)]
                dose = float(absorbed_dose_mg(line.drug, line.dose_mg, drugs))
            elif line.drug in layout.complexes:
                target, dose = infused[layout.complexes.index(line.drug)], line.dose_mg
            else:
                target, dose = (bled if line.drug == BLOOD else oral), line.dose_mg
            for clock in line.clock_h:
                slot = layout.slots_h.index(_slot_h(clock))
                target[_model_days(line, clock), slot, lane] += dose
    return Doses(tuple(taken), tuple(infused), oral, bled, treated)


def after_rest(doses: Doses) -> Doses:
    """The doses after `REST_D` days at rest: model day 0, the night before the start, ends a week.

    Parameters
    ----------
    doses : Doses
        With a first axis of model days.
    """

    def later(part: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([np.zeros((REST_D, *part.shape[1:])), part])

    return doses.each(later)


def _model_days(line: Line, clock_h: float) -> NDArray[np.int64]:
    """Model days in which a clock time of the line's days falls."""
    return np.flatnonzero(line.days) + (clock_h >= NOON_H)


def _wear(
    flow: NDArray[np.float64], line: Line, layout: Layout, drugs: Mapping[str, Kinetics]
) -> None:
    """Add the flow of a patch, worn for a day from its hour."""
    per_h = float(absorbed_dose_mg(line.drug, line.dose_mg, drugs)) / PATCH_WORN_H
    for clock in line.clock_h:
        stretch = layout.slots_h.index(_slot_h(clock)) + 1
        for day in _model_days(line, clock):
            flow[day, stretch:] += per_h
            if day + 1 < len(flow):
                flow[day + 1, :stretch] += per_h
