"""One leg: from the level above rest to movements with onset and end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.recording.recording import Samples
from ekbom.scoring.movements import Flags, LegMovements, Seconds
from ekbom.scoring.resting_level import LegLevel
from ekbom.terms import Side


@dataclass(frozen=True, slots=True)
class MovementThresholds:
    """When a movement starts and ends: the numbers of both standards."""

    edition: str
    onset_above_rest_uv: Annotated[float, Param("scoring/onset-above-rest", "uV")]
    end_above_rest_uv: Annotated[float, Param("scoring/end-above-rest", "uV")]
    end_min_quiet_s: Annotated[float, Param("scoring/end-min-quiet", "s")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MorphologyRule:
    """What a computer must ask of a movement's shape besides (WASM 2016)."""

    edition: str
    stretch_s: Annotated[float, Param("detection/morphology-stretch", "s")]
    above_rest_uv: Annotated[float, Param("detection/morphology-above-rest", "uV")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def detect_leg_movements(
    side: Side,
    levels: Sequence[LegLevel],
    thresholds: MovementThresholds,
    morphology: MorphologyRule,
) -> LegMovements:
    """Movements of one leg over all gap-free stretches.

    A movement ends where the steady level comes down below ``end_above_rest_uv`` above rest for at
    least ``end_min_quiet_s``, or at a gap or the end of the recording. Between two such quiet
    stretches it starts where the brief level first rises to ``onset_above_rest_uv`` above rest.

    Parameters
    ----------
    side : Side
        The leg.
    levels : sequence of LegLevel
        One per gap-free stretch.
    thresholds : MovementThresholds
        The rule's numbers.
    morphology : MorphologyRule
        Leaves out movements that are nowhere raised for long enough.
    """
    found = [_in_stretch(level, thresholds, morphology) for level in levels]
    return LegMovements.of(
        side,
        np.concatenate([np.zeros(0), *(onset_s for onset_s, _ in found)]),
        np.concatenate([np.zeros(0), *(offset_s for _, offset_s in found)]),
    )


def _in_stretch(
    level: LegLevel, thresholds: MovementThresholds, morphology: MorphologyRule
) -> tuple[Seconds, Seconds]:
    excess_uv, brief_uv = level.excess_uv, level.brief_excess_uv
    step_s = level.envelope.step_s
    quiet_from, quiet_to = _runs(excess_uv < thresholds.end_above_rest_uv)
    lasting = (quiet_to - quiet_from) * step_s >= thresholds.end_min_quiet_s
    # Between two lasting quiet stretches the leg is active; it moves if it also rises to the onset.
    start = np.concatenate([[0], quiet_to[lasting]])
    stop = np.append(quiet_from[lasting], len(excess_uv) - 1)
    # The brief level may rise a little before the steady one: the rise need only reach into it.
    rise_from, rise_to = _runs(brief_uv >= thresholds.onset_above_rest_uv)
    first = np.searchsorted(rise_to, start, side="right")
    onset = np.append(rise_from, len(excess_uv))[first]
    moves = onset < stop
    onset, offset = onset[moves], stop[moves]
    keep = _raised(excess_uv, onset, offset, morphology, step_s)
    onset, offset = onset[keep], offset[keep]
    return (
        level.envelope.seconds(_crossing(brief_uv, onset, thresholds.onset_above_rest_uv)),
        level.envelope.seconds(_crossing(excess_uv, offset, thresholds.end_above_rest_uv)),
    )


def _raised(
    excess_uv: Samples,
    onset: NDArray[np.int64],
    offset: NDArray[np.int64],
    morphology: MorphologyRule,
    step_s: float,
) -> Flags:
    """True for movements with a stretch whose median is raised.

    The median of a stretch is raised when at least half of its values are. Most movements are
    raised from their start on; only the others are looked through. What is shorter than the
    stretch has none.
    """
    n = max(1, round(morphology.stretch_s / step_s))
    keep = np.zeros(len(onset), dtype=bool)
    for index, (start, stop) in enumerate(zip(onset.tolist(), offset.tolist(), strict=True)):
        raised = excess_uv[start : stop + 1] >= morphology.above_rest_uv
        if len(raised) >= n and 2 * np.count_nonzero(raised[:n]) >= n:
            keep[index] = True
        elif len(raised) > n:
            total = np.concatenate([[0], np.cumsum(raised)])
            keep[index] = bool((2 * (total[n:] - total[:-n]) >= n).any())
    return keep


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
    return np.asarray(index - 1 + share, dtype=np.float64)
