"""Heartbeats: where they are in the ECG, and taking their trace out of a leg EMG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.recording.filters import zero_phase_band
from ekbom.recording.recording import Channel, Samples
from ekbom.timeline import Segment


@dataclass(frozen=True, slots=True)
class EcgSettings:
    """How heartbeats are found and removed; our own design."""

    edition: str
    qrs_low_hz: Annotated[float, Param("detection/qrs-band-low", "Hz")]
    qrs_high_hz: Annotated[float, Param("detection/qrs-band-high", "Hz")]
    qrs_order: Annotated[float, Param("detection/qrs-filter-order", "1")]
    refractory_s: Annotated[float, Param("detection/qrs-refractory", "s")]
    threshold: Annotated[float, Param("detection/qrs-threshold", "1")]
    template_before_s: Annotated[float, Param("detection/qrs-template-before", "s")]
    template_after_s: Annotated[float, Param("detection/qrs-template-after", "s")]
    min_beats: Annotated[float, Param("detection/qrs-template-min-beats", "1")]
    min_ratio: Annotated[float, Param("detection/qrs-template-min-ratio", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def r_peaks(ecg: Samples, rate_hz: float, settings: EcgSettings) -> NDArray[np.int64]:
    """Samples of the R peaks of a stretch of ECG.

    The stretch is band-passed to the QRS, and peaks above a share of its typical largest value
    are taken, the largest within each refractory time. Polarity does not matter.
    """
    if len(ecg) < rate_hz:
        return np.zeros(0, dtype=np.int64)
    spectrum = np.fft.rfft(ecg - ecg.mean())
    spectrum *= zero_phase_band(
        np.fft.rfftfreq(len(ecg), 1 / rate_hz),
        settings.qrs_low_hz,
        settings.qrs_high_hz,
        round(settings.qrs_order),
    )
    size = np.abs(np.fft.irfft(spectrum, len(ecg)))
    # The largest value of each two seconds holds at least one beat; its median is a typical R.
    per_bin = int(2 * rate_hz)
    bins = size[: len(size) // per_bin * per_bin].reshape(-1, per_bin)
    typical = float(np.median(bins.max(axis=1))) if len(bins) else float(size.max())
    above = np.flatnonzero(size > settings.threshold * typical)
    if len(above) == 0 or typical == 0:
        return np.zeros(0, dtype=np.int64)
    groups = np.split(above, np.flatnonzero(np.diff(above) > settings.refractory_s * rate_hz) + 1)
    return np.array([group[np.argmax(size[group])] for group in groups], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Heart:
    """The heartbeats of one gap-free stretch, read from the ECG as they are needed."""

    ecg: Channel
    segment: Segment
    settings: EcgSettings

    def beats_s(self, start_s: float, end_s: float) -> NDArray[np.float64]:
        """Times of the R peaks between two moments, in seconds from the start of the recording."""
        rate_hz, segment = self.ecg.rate_hz, self.segment
        first = max(0, round((start_s - segment.start_s) * rate_hz))
        last = min(segment.n_samples, round((end_s - segment.start_s) * rate_hz))
        if first >= last:
            return np.zeros(0)
        first, last = first + segment.first_sample, last + segment.first_sample
        peaks = r_peaks(self.ecg.source.read(first, last), rate_hz, self.settings)
        return segment.start_s + (peaks + first - segment.first_sample) / rate_hz

    def remove_from(self, band: Samples, start_s: float, rate_hz: float) -> bool:
        """Subtract the median heartbeat from a band-passed stretch of leg EMG, in place.

        The leg's signal around each R peak is laid together; the median over the beats is what
        the heart leaves in it (movements, falling anywhere between beats, hardly move a median).
        It is taken off only where it stands out of what chance would leave.

        Parameters
        ----------
        band : array of float32
            Band-passed leg EMG; changed in place.
        start_s, rate_hz : float
            Its first sample's time from the start of the recording, and its rate.

        Returns
        -------
        bool
            True when a heartbeat was found and removed.
        """
        settings = self.settings
        beats_s = self.beats_s(start_s, start_s + len(band) / rate_hz)
        before = round(settings.template_before_s * rate_hz)
        after = round(settings.template_after_s * rate_hz)
        centre = np.rint((beats_s - start_s) * rate_hz).astype(np.int64)
        whole = centre[(centre >= before) & (centre + after < len(band))]
        if len(whole) < settings.min_beats:
            return False
        beats = band[whole[:, None] + np.arange(-before, after)]
        template = np.median(beats, axis=0)
        # The median of n beats of noise alone is off by about their spread over sqrt(n).
        noise = float(np.median(np.abs(beats - template))) / np.sqrt(len(whole))
        if float(np.abs(template).max()) <= settings.min_ratio * noise:
            return False
        for position in centre.tolist():
            low, high = max(position - before, 0), min(position + after, len(band))
            if low < high:
                band[low:high] -= template[low - position + before : high - position + before]
        return True
