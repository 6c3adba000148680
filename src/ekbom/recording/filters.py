"""Zero-phase band-pass and mains removal, block by block in the frequency domain."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Frequencies = NDArray[np.floating[Any]]
Spectrum = NDArray[np.complexfloating[Any, Any]]
Gain = NDArray[np.float32]


def zero_phase_band(frequency_hz: Frequencies, low_hz: float, high_hz: float, order: int) -> Gain:
    r"""Gain of a Butterworth band-pass run forward and backward.

    .. math:: |H(f)|^2 = \frac{1}{1 + (f_{low}/f)^{2N}} \cdot \frac{1}{1 + (f/f_{high})^{2N}}

    Running forward and backward squares the magnitude and cancels the phase, so nothing shifts
    in time. The analogue form is used: it needs no warping and holds at any sampling rate.

    Parameters
    ----------
    frequency_hz : array of float
        Frequencies of the spectrum; 0 Hz gets gain 0.
    low_hz, high_hz : float
        Half-power frequencies of one pass.
    order : int
        Order of the high-pass and of the low-pass.
    """
    with np.errstate(divide="ignore"):
        high_pass = 1 / (1 + (low_hz / frequency_hz) ** (2 * order))
    low_pass = 1 / (1 + (frequency_hz / high_hz) ** (2 * order))
    gain: Gain = (high_pass * low_pass).astype(np.float32)
    return gain


def fast_length(n: int) -> int:
    """Smallest length from ``n`` up whose only prime factors are 2, 3 and 5, divisible by 16."""
    length = -(-n // 16) * 16
    while not _is_smooth(length):
        length += 16
    return length


def _is_smooth(n: int) -> bool:
    for factor in (2, 3, 5):
        while n % factor == 0:
            n //= factor
    return n == 1


def median_of(values: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Upper median along the first axis; many times as fast as ``numpy.median`` on short arrays."""
    middle = len(values) // 2
    return np.asarray(np.partition(values, middle, axis=0)[middle])


def remove_line(
    spectrum: Spectrum,
    frequency_hz: Frequencies,
    line_hz: float,
    width_hz: float,
    near_hz: float,
    ratio: float,
) -> float:
    """Take a mains line out of a spectrum, in place, where one stands out.

    The line is there when the strongest bin within the width has more than ``ratio`` times the
    median power of its neighbourhood, ``near_hz`` to each side. Its bins are then scaled down
    to the neighbourhood's level: a hole would ring.

    Returns
    -------
    float
        Sum of the squared magnitudes taken away; 0 where there was no line.
    """
    step_hz = float(frequency_hz[1] - frequency_hz[0])
    near = _bins(line_hz - near_hz, line_hz + near_hz, step_hz, len(spectrum))
    line = _bins(line_hz - width_hz, line_hz + width_hz, step_hz, len(spectrum))
    if line.start >= line.stop:
        return 0.0
    typical = float(median_of(np.abs(spectrum[near]))) ** 2
    line_power = np.abs(spectrum[line]) ** 2
    if typical == 0 or float(line_power.max()) <= ratio * typical:
        return 0.0
    spectrum[line] *= np.minimum(1, np.sqrt(typical / np.maximum(line_power, typical)))
    return float(np.maximum(line_power - typical, 0).sum())


def _bins(low_hz: float, high_hz: float, step_hz: float, n: int) -> slice:
    return slice(max(1, int(np.ceil(low_hz / step_hz))), min(n, int(high_hz / step_hz) + 1))
