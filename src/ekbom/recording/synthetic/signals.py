"""One drawn signal, and interpolation from a coarse course to its samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]

_BLOCK: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class SyntheticSignal:
    """One signal, drawn.

    Parameters
    ----------
    label, unit : str
        As they stand in a header.
    rate_hz : float
        Sampling rate.
    samples : array of float32, shape (n,)
        In ``unit``.
    physical_range : tuple of float
        Smallest and largest value the channel can hold, in ``unit``.
    transducer, prefiltering : str
        As they stand in a header.
    """

    label: str
    unit: str
    rate_hz: float
    samples: Samples
    physical_range: tuple[float, float]
    transducer: str = ""
    prefiltering: str = ""


def resampled(course: NDArray[np.floating], course_hz: float, n: int, rate_hz: float) -> Samples:
    """A course given at a low rate, at the rate of a signal, by straight lines.

    Parameters
    ----------
    course : array of float, shape (m,)
        The first value is that of time 0; the last holds beyond the end.
    course_hz, rate_hz : float
        Rates of the course and of the result.
    n : int
        Samples wanted.

    Returns
    -------
    array of float32, shape (n,)
    """
    values = np.asarray(course, dtype=np.float32)
    steps = np.append(np.diff(values), np.float32(0.0))
    out = np.empty(n, dtype=np.float32)
    for start in range(0, n, _BLOCK):
        stop = min(start + _BLOCK, n)
        at = np.arange(start, stop, dtype=np.float64) * (course_hz / rate_hz)
        low = np.minimum(at.astype(np.int64), len(values) - 1)
        out[start:stop] = values[low] + (at - low).clip(max=1.0).astype(np.float32) * steps[low]
    return out
