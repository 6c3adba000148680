"""Recording and Channel: signals at their own rates, in microvolts, with their gaps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ekbom.caveats import Caveat
from ekbom.timeline import Segment

Samples = NDArray[np.float32]


class SampleSource(Protocol):
    """Where a channel's samples come from; a file is read only when asked."""

    def read(self, start: int, stop: int) -> Samples:
        """Samples ``start`` to ``stop`` (exclusive) in microvolts, as float32."""
        ...


@dataclass(frozen=True, slots=True)
class ArraySource:
    """Samples already in memory, in microvolts."""

    samples_uv: Samples

    def read(self, start: int, stop: int) -> Samples:
        """Samples ``start`` to ``stop`` (exclusive) in microvolts."""
        return self.samples_uv[start:stop]


@dataclass(frozen=True, slots=True)
class Channel:
    """One signal of a recording.

    Parameters
    ----------
    label : str
        The label as it stands in the header.
    rate_hz : float
        Sampling rate; every channel keeps its own.
    source : SampleSource
        Gives samples in microvolts.
    segments : tuple of Segment
        Stretches without a gap, in order of time. No series may cross from one to the next.
    physical_range_uv : tuple of float or None
        Smallest and largest value the channel can hold; samples there are clipped.
    """

    label: str
    rate_hz: float
    source: SampleSource
    segments: tuple[Segment, ...]
    physical_range_uv: tuple[float, float] | None = None

    @property
    def n_samples(self) -> int:
        """Number of samples over all segments."""
        return sum(segment.n_samples for segment in self.segments)

    @classmethod
    def from_array(cls, label: str, rate_hz: float, samples_uv: Samples) -> Channel:
        """A channel without gaps from samples in microvolts."""
        samples_uv = np.ascontiguousarray(samples_uv, dtype=np.float32)
        return cls(label, rate_hz, ArraySource(samples_uv), (Segment(0.0, 0, samples_uv.size),))


@dataclass(frozen=True, slots=True)
class Recording:
    """The signals of one night.

    Parameters
    ----------
    channels : tuple of Channel
        Only channels measured in volts are read as such; others are listed in ``labels``.
    labels : tuple of str
        Every signal label of the file, in its order.
    duration_s : float
        From the start of the recording to the end of its last segment, gaps included.
    start : datetime or None
        Start of the recording where the header gives a possible one.
    name : str
        File name, for messages and reports.
    caveats : tuple of Caveat
        What was tolerated while reading.
    """

    channels: tuple[Channel, ...]
    labels: tuple[str, ...]
    duration_s: float
    start: datetime | None = None
    name: str = ""
    caveats: tuple[Caveat, ...] = field(default=())

    def channel(self, label: str) -> Channel:
        """The channel with this label; KeyError where there is none."""
        for channel in self.channels:
            if channel.label == label:
                return channel
        raise KeyError(label)
