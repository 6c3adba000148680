"""The running resting level of a leg: what the EMG lies at when the leg does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.recording.emg import Envelope
from ekbom.recording.filters import median_of
from ekbom.recording.recording import Samples


@dataclass(frozen=True, slots=True)
class RestingLevelSettings:
    """How the resting level is estimated; the standards ask for one and name no estimator."""

    edition: str
    block_s: Annotated[float, Param("detection/rest-block", "s")]
    window_s: Annotated[float, Param("detection/rest-window", "s")]
    percentile: Annotated[float, Param("detection/rest-percentile", "%")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LegLevel:
    """Envelope and resting level of one gap-free stretch of one leg: all that stage two needs.

    Parameters
    ----------
    envelope : Envelope
        The level.
    rest_uv : array of float32, shape (m,)
        Resting level in microvolts, one value per block.
    per_block : int
        Envelope values in a block.
    excess_uv, brief_excess_uv : array of float32, shape (n,)
        Steady and brief level above the resting level at each envelope value.
    """

    envelope: Envelope
    rest_uv: Samples
    per_block: int
    excess_uv: Samples
    brief_excess_uv: Samples

    def rest_between(self, start_s: float, end_s: float) -> float:
        """Median resting level between two moments, in microvolts; NaN outside the stretch."""
        block_s = self.envelope.step_s * self.per_block
        first = max(0, int((start_s - self.envelope.first_s) / block_s))
        last = max(first + 1, int((end_s - self.envelope.first_s) / block_s))
        chosen = self.rest_uv[first:last]
        return float(median_of(chosen)) if len(chosen) else float("nan")


def resting_level(envelope: Envelope, settings: RestingLevelSettings) -> LegLevel:
    """Envelope with its resting level.

    The level is averaged over blocks of a second. For each block a low percentile of the half
    minute before and of the half minute after is taken, and the *higher* of the two: at a step up
    the window behind still holds the old level and the window ahead the new one, at a step down
    the other way round, so the level follows a step at once in either direction, while a movement
    or a run of them fills too little of either window to lift it.
    """
    per_block = max(1, round(settings.block_s / envelope.step_s))
    if len(envelope.level_uv) == 0:
        nothing = envelope.level_uv
        return LegLevel(envelope, nothing, per_block, nothing, nothing)
    n_blocks = -(-len(envelope.level_uv) // per_block)
    padded = np.pad(
        envelope.level_uv, (0, n_blocks * per_block - len(envelope.level_uv)), mode="edge"
    )
    blocks = padded.reshape(n_blocks, per_block).mean(axis=1)
    n_window = min(max(1, round(settings.window_s / settings.block_s)), n_blocks)
    windows = sliding_window_view(blocks, n_window)
    rank = int(settings.percentile / 100 * (n_window - 1))
    low = np.partition(windows, rank, axis=1)[:, rank]
    # low[k] belongs to blocks k ... k + n_window - 1: 'after' for block k, 'before' for its last.
    after = np.pad(low, (0, n_window - 1), mode="edge")
    before = np.pad(low, (n_window - 1, 0), mode="edge")
    rest_uv = np.maximum(before, after)
    centres = (np.arange(n_blocks) + 0.5) * per_block
    index = np.arange(len(envelope.level_uv), dtype=np.float32)
    rest_everywhere_uv = np.interp(index, centres, rest_uv).astype(np.float32)
    return LegLevel(
        envelope,
        rest_uv,
        per_block,
        excess_uv=envelope.level_uv - rest_everywhere_uv,
        brief_excess_uv=envelope.brief_uv - rest_everywhere_uv,
    )
