"""Hypnogram: sleep stages epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ekbom.terms import SleepStage

MICROSECOND_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Hypnogram:
    """Stages of equal epochs.

    Parameters
    ----------
    stages : tuple of SleepStage
        One per epoch; epochs nobody scored are ``UNSCORED``.
    epoch_s : float
        Length of an epoch in seconds.
    start_s : float
        Start of the first epoch, in seconds from the start of the recording.
    """

    stages: tuple[SleepStage, ...]
    epoch_s: float
    start_s: float = 0.0

    @property
    def end_s(self) -> float:
        """End of the last epoch, in seconds."""
        return self.start_s + len(self.stages) * self.epoch_s

    def stage_at(self, time_s: ArrayLike) -> NDArray[np.object_]:
        """Stage of each moment; ``UNSCORED`` outside the hypnogram.

        An epoch holds its first instant and not its last.
        """
        elapsed_s = np.asarray(time_s, dtype=float) - self.start_s
        # Times are decimals that binary numbers hold nearly: an edge is met to the microsecond.
        index = np.floor(np.round(elapsed_s, MICROSECOND_DIGITS) / self.epoch_s)
        inside = (index >= 0) & (index < len(self.stages))
        lookup = np.array([*self.stages, SleepStage.UNSCORED], dtype=object)
        stages: NDArray[np.object_] = lookup[np.where(inside, index, len(self.stages)).astype(int)]
        return stages

    def hours(self, *stages: SleepStage) -> float:
        """Hours spent in any of these stages."""
        return sum(stage in stages for stage in self.stages) * self.epoch_s / 3600
