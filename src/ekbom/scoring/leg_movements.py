"""One leg: from the level above rest to movements with onset and end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.scoring.movements import LegMovements, Seconds
from ekbom.scoring.resting_level import LegLevel
from ekbom.terms import Side


@dataclass(frozen=True, slots=True)
class MovementThresholds:
    """When a movement starts and ends: the numbers of both standards."""

    edition: str
    onset_above_rest_uv: Annotated[float, Param("scoring/onset-above-rest", "uV")]
    end_above_rest_uv: Annotated[float, Param("scoring/end-above-rest", "uV")]
    end_min_quiet_s: Annotated[float, Param("scoring/end-min-quiet", "s")]
    min_duration_s: Annotated[float, Param("scoring/leg-movement-min-duration", "s")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def detect_leg_movements(
    side: Side, levels: Sequence[LegLevel], thresholds: MovementThresholds
) -> LegMovements:
    """Movements of one leg over all gap-free stretches.

    A movement starts where the level rises to ``onset_above_rest_uv`` above rest, and ends where a
    stretch of at least ``end_min_quiet_s`` starts that stays below ``end_above_rest_uv`` above rest.
    What is shorter than ``min_duration_s`` is left out. A stretch that ends in a movement ends it.

    Parameters
    ----------
    side : Side
        The leg.
    levels : sequence of LegLevel
        One per gap-free stretch.
    thresholds : MovementThresholds
        The rule's numbers.
    """
    found = [_in_stretch(level, thresholds) for level in levels]
    onset_s = np.concatenate([np.zeros(0), *(onset for onset, _ in found)])
    offset_s = np.concatenate([np.zeros(0), *(offset for _, offset in found)])
    long_enough = offset_s - onset_s >= thresholds.min_duration_s
    return LegMovements.of(side, onset_s[long_enough], offset_s[long_enough])


def _in_stretch(level: LegLevel, thresholds: MovementThresholds) -> tuple[Seconds, Seconds]:
    excess_uv = level.excess_uv
    rises, _ = _runs(excess_uv >= thresholds.onset_above_rest_uv)
    quiet_from, quiet_to = _runs(excess_uv < thresholds.end_above_rest_uv)
    n_quiet = thresholds.end_min_quiet_s / level.envelope.step_s
    quiet_from = quiet_from[quiet_to - quiet_from >= n_quiet]
    if len(rises) == 0:
        return np.zeros(0), np.zeros(0)
    # Every rise before the next quiet stretch belongs to the movement that began before it.
    ends = np.searchsorted(quiet_from, rises)
    first = np.flatnonzero(np.diff(ends, prepend=-1))
    onset, end = rises[first], ends[first]
    offset = np.append(quiet_from, len(excess_uv) - 1)[end]
    return (
        level.envelope.seconds(_crossing(excess_uv, onset, thresholds.onset_above_rest_uv)),
        level.envelope.seconds(_crossing(excess_uv, offset, thresholds.end_above_rest_uv)),
    )


def _runs(flags: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and (exclusive) ends of the runs of true values."""
    edges = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    if len(flags) and flags[0]:
        edges = np.concatenate([[0], edges])
    if len(edges) % 2:
        edges = np.append(edges, len(flags))
    return edges[::2], edges[1::2]


def _crossing(
    values: NDArray[np.float32], index: NDArray[np.int64], threshold: float
) -> NDArray[np.float64]:
    """Fractional index at which the line from the value before reaches the threshold."""
    before, at = values[np.maximum(index - 1, 0)], values[index]
    step = (at - before).astype(np.float64)
    crosses = (step != 0) & ((before < threshold) != (at < threshold))
    share = np.divide(threshold - before, step, out=np.ones(len(index)), where=crosses)
    return index - 1 + share
