"""One leg: which marked or detected stretches are leg movements at all."""

from __future__ import annotations

import numpy as np

from ekbom.scoring.movements import Flags, LegMovements, elapsed_s
from ekbom.scoring.rules import PlmRules


def join_close_movements(leg: LegMovements, rules: PlmRules) -> LegMovements:
    """Join movements of one leg that are too close to be two.

    A movement ends only when the EMG stays down for the end rule's time; two movements closer
    than that (end of one to onset of the next) are one. Programs differ: see
    ``scoring/same-leg-gap``.
    """
    if rules.same_leg_gap == "keep" or len(leg) == 0:
        return leg
    latest_end = np.maximum.accumulate(leg.offset_s)
    starts_new = np.ones(len(leg), dtype=bool)
    starts_new[1:] = elapsed_s(latest_end[:-1], leg.onset_s[1:]) >= rules.same_leg_join_gap_s
    first = np.flatnonzero(starts_new)
    last = np.append(first[1:], len(leg)) - 1
    return LegMovements(leg.side, leg.onset_s[first], latest_end[last])


def drop_short_movements(leg: LegMovements, rules: PlmRules) -> LegMovements:
    """Leave out what is too short to be a leg movement."""
    return leg.where(leg.duration_s >= rules.leg_movement_min_s)


def too_long(leg: LegMovements, rules: PlmRules) -> Flags:
    """True where a movement is too long to be a leg movement (AASM; WASM has no such limit)."""
    return leg.duration_s > rules.leg_movement_max_s
