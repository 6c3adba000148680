"""Heartbeats: where they are in the ECG, and taking their trace out of a leg EMG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.recording.filters import Gain, median_of, zero_phase_band
from ekbom.recording.recording import Channel, Samples
from ekbom.timeline import Segment

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EcgSettings:
    """How heartbeats are found and removed; our own design."""

    edition: str
    block_s: Annotated[float, Param("detection/block-length", "s")]
    qrs_low_hz: Annotated[float, Param("detection/qrs-band-low", "Hz")]
    qrs_high_hz: Annotated[float, Param("detection/qrs-band-high", "Hz")]
    qrs_order: Annotated[float, Param("detection/qrs-filter-order", "1")]
    refractory_s: Annotated[float, Param("detection/qrs-refractory", "s")]
    threshold: Annotated[float, Param("detection/qrs-threshold", "1")]
    template_before_s: Annotated[float, Param("detection/qrs-template-before", "s")]
    template_after_s: Annotated[float, Param("detection/qrs-template-after", "s")]
    level_bin_s: Annotated[float, Param("detection/qrs-level-bin", "s")]
    min_beats: Annotated[float, Param("detection/qrs-template-min-beats", "1")]
    min_ratio: Annotated[float, Param("detection/qrs-template-min-ratio", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def heartbeats(ecg: Channel, segment: Segment, settings: EcgSettings) -> Seconds:
    """Times of the R peaks of one gap-free stretch of ECG.

    The ECG is band-passed to the QRS complex; peaks above a share of the typical largest value
    count, one within each refractory time. Polarity does not matter.

    Parameters
    ----------
    ecg, segment : Channel, Segment
        The ECG and the stretch to take.
    settings : EcgSettings
        Band, height and refractory time.

    Returns
    -------
    array of float
        Seconds from the start of the recording.
    """
    block = max(1, round(settings.block_s * ecg.rate_hz))
    found = [np.zeros(0)]
    for start in range(0, segment.n_samples, block):
        stop = min(start + block, segment.n_samples)
        samples = ecg.source.read(segment.first_sample + start, segment.first_sample + stop)
        peaks = r_peaks(samples, ecg.rate_hz, settings)
        found.append(segment.start_s + (peaks + start) / ecg.rate_hz)
    return np.concatenate(found)


def r_peaks(ecg: Samples, rate_hz: float, settings: EcgSettings) -> NDArray[np.int64]:
    """Samples of the R peaks of a short stretch of ECG; none where not even one bin fits in."""
    per_bin = round(settings.level_bin_s * rate_hz)
    if len(ecg) < per_bin:
        return np.zeros(0, dtype=np.int64)
    spectrum = np.fft.rfft(ecg)
    spectrum *= _qrs_band(
        len(ecg), rate_hz, settings.qrs_low_hz, settings.qrs_high_hz, round(settings.qrs_order)
    )
    size = np.abs(np.fft.irfft(spectrum, len(ecg)))
    # A bin outlasts a beat, so its largest value is one's; their median is a typical R peak.
    bins = size[: len(size) // per_bin * per_bin].reshape(-1, per_bin)
    typical = float(np.median(bins.max(axis=1)))
    above = np.flatnonzero(size > settings.threshold * typical)
    if len(above) == 0 or typical == 0:
        return np.zeros(0, dtype=np.int64)
    first = np.flatnonzero(np.diff(above, prepend=-len(ecg)) > settings.refractory_s * rate_hz)
    highest = np.maximum.reduceat(size[above], first)
    beat = np.cumsum(np.isin(np.arange(len(above)), first)) - 1
    at_top = np.flatnonzero(size[above] == highest[beat])
    _, one_each = np.unique(beat[at_top], return_index=True)
    return above[at_top[one_each]]


@cache
def _qrs_band(n_samples: int, rate_hz: float, low_hz: float, high_hz: float, order: int) -> Gain:
    """The same gain serves every block of a night."""
    return zero_phase_band(np.fft.rfftfreq(n_samples, 1 / rate_hz), low_hz, high_hz, order)


def remove_heartbeat(
    band: Samples, start_s: float, rate_hz: float, beats_s: Seconds, settings: EcgSettings
) -> bool:
    """Subtract the median heartbeat from a band-passed stretch of leg EMG, in place.

    The leg's signal around each R peak is laid together; the median over the beats is what the
    heart leaves in it (movements, falling anywhere between beats, hardly move a median). It is
    taken off only where it stands out of what chance would leave.

    Parameters
    ----------
    band : array of float32
        Band-passed leg EMG; changed in place.
    start_s, rate_hz : float
        Its first sample's time from the start of the recording, and its rate.
    beats_s : array of float
        Times of the R peaks of the whole stretch, in order.
    settings : EcgSettings
        Windows and thresholds.

    Returns
    -------
    bool
        True when a heartbeat was found and removed.
    """
    first, last = np.searchsorted(beats_s, [start_s, start_s + len(band) / rate_hz])
    before = round(settings.template_before_s * rate_hz)
    after = round(settings.template_after_s * rate_hz)
    centre = np.rint((beats_s[first:last] - start_s) * rate_hz).astype(np.int64)
    whole = centre[(centre >= before) & (centre + after < len(band))]
    if len(whole) < settings.min_beats:
        return False
    beats = band[whole[:, None] + np.arange(-before, after)]
    template = median_of(beats)
    # The median of n beats of noise alone is off by about their spread over sqrt(n).
    noise = float(median_of(np.abs(beats - template).ravel())) / np.sqrt(len(whole))
    if float(np.abs(template).max()) <= settings.min_ratio * noise:
        return False
    for position in centre.tolist():
        low, high = max(position - before, 0), min(position + after, len(band))
        band[low:high] -= template[low - position + before : high - position + before]
    return True
