"""Seconds from the start of the recording, and the one place where samples become seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a channel without a gap.

    Parameters
    ----------
    start_s : float
        Time of the first sample, in seconds from the start of the recording.
    first_sample : int
        Index of that sample in the channel.
    n_samples : int
        Number of samples.
    """

    start_s: float
    first_sample: int
    n_samples: int

    def seconds(self, sample: float, rate_hz: float) -> float:
        """Time in seconds of a (possibly fractional) sample index of the channel.

        One division from the segment's own start: an error cannot add up over a night.
        """
        return self.start_s + (sample - self.first_sample) / rate_hz

    def duration_s(self, rate_hz: float) -> float:
        """Length in seconds."""
        return self.n_samples / rate_hz
