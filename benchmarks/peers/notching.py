"""A notch for peers that have none, so that hum alone does not decide a comparison."""

from __future__ import annotations

import numpy as np
from scipy.signal import filtfilt, iirnotch

MAINS_HZ = 50.0
QUALITY = 30.0


def notch(samples: np.ndarray, rate_hz: float) -> np.ndarray:
    """The signal without 50 Hz and, where it can hold it, 100 Hz; no phase shift."""
    for frequency_hz in (MAINS_HZ, 2 * MAINS_HZ):
        if frequency_hz < 0.45 * rate_hz:
            numerator, denominator = iirnotch(frequency_hz, QUALITY, rate_hz)
            samples = filtfilt(numerator, denominator, samples)
    return samples
