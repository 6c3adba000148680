"""Leg EMG: from raw samples to an envelope, in one pass over the night.

Each block of the night is band-passed without phase shift, cleared of mains and heartbeat, squared
and averaged over short windows; the level is the moving *median* of those. A median keeps the edges
of a movement where they are and is not moved by what is shorter than half of it, such as a QRS
complex; a moving average is late at one edge, early at the other, and held up by heartbeats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.recording.ecg import EcgSettings, Seconds, remove_heartbeat
from ekbom.recording.filters import (
    Frequencies,
    Spectrum,
    fast_length,
    remove_line,
    zero_phase_band,
)
from ekbom.recording.recording import Channel, Samples
from ekbom.timeline import Segment

_IN_CACHE = 8192


@dataclass(frozen=True, slots=True)
class EnvelopeSettings:
    """How the envelope is made; band from the standards, the rest our own design."""

    edition: str
    low_hz: Annotated[float, Param("detection/band-low", "Hz")]
    high_hz: Annotated[float, Param("detection/band-high", "Hz")]
    order: Annotated[float, Param("detection/filter-order", "1")]
    block_s: Annotated[float, Param("detection/block-length", "s")]
    margin_s: Annotated[float, Param("detection/block-margin", "s")]
    working_rate_hz: Annotated[float, Param("detection/working-rate", "Hz")]
    grid_s: Annotated[float, Param("detection/envelope-step", "s")]
    rms_window_s: Annotated[float, Param("detection/rms-window", "s")]
    median_span_s: Annotated[float, Param("detection/median-span", "s")]
    brief_window_s: Annotated[float, Param("detection/brief-window", "s")]
    mains_50_hz: Annotated[float, Param("detection/mains-50", "Hz")]
    mains_60_hz: Annotated[float, Param("detection/mains-60", "Hz")]
    mains_width_hz: Annotated[float, Param("detection/mains-width", "Hz")]
    mains_near_hz: Annotated[float, Param("detection/mains-neighbourhood", "Hz")]
    mains_ratio: Annotated[float, Param("detection/mains-ratio", "1")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BlockQuality:
    """What the raw samples of one block say of the electrode.

    Parameters
    ----------
    start_s, duration_s : float
        Where the block lies, in seconds from the start of the recording.
    flat_share : float
        Share of samples that repeat the one before.
    clipped_share : float
        Share of samples at either end of the range the channel can hold.
    mains_uv : float
        Root mean square of the mains lines removed, in microvolts.
    """

    start_s: float
    duration_s: float
    flat_share: float
    clipped_share: float
    mains_uv: float


@dataclass(frozen=True, slots=True)
class Envelope:
    """The level of one gap-free stretch of one leg.

    Parameters
    ----------
    first_s : float
        Time of the first value, in seconds from the start of the recording.
    step_s : float
        Time between values; value ``i`` is the level around ``first_s + i * step_s``.
    level_uv : array of float32, shape (n,)
        Steady level in microvolts: moving median of the root mean square of the band-passed EMG.
    brief_uv : array of float32, shape (n,)
        Brief level in microvolts: root mean square over a window shorter than that of the median.
    blocks : tuple of BlockQuality
        One per block of the signal, in order.
    """

    first_s: float
    step_s: float
    level_uv: Samples
    brief_uv: Samples
    blocks: tuple[BlockQuality, ...] = ()

    def seconds(self, index: NDArray[np.float64]) -> NDArray[np.float64]:
        """Times of (fractional) indices."""
        return self.first_s + index * self.step_s


def envelope(
    channel: Channel,
    segment: Segment,
    settings: EnvelopeSettings,
    beats_s: Seconds | None = None,
    ecg: EcgSettings | None = None,
    progress: Callable[[float], None] = lambda seconds: None,
) -> Envelope:
    """Envelope of one segment of a leg channel.

    Parameters
    ----------
    channel, segment : Channel, Segment
        Leg EMG and the stretch to take.
    settings : EnvelopeSettings
        Band, windows and mains.
    beats_s, ecg : array of float, EcgSettings, optional
        Times of the R peaks of the same stretch, to be removed from the leg, and how.
    progress : callable
        Told the seconds of signal done, block by block.
    """
    grid = _Grid.of(channel.rate_hz, settings)
    power = np.empty(segment.n_samples // (grid.every * grid.step), dtype=np.float32)
    blocks: list[BlockQuality] = []
    filled = 0
    for band, quality in _band_passed_blocks(channel, segment, settings, grid):
        if beats_s is not None and ecg is not None:
            remove_heartbeat(band, quality.start_s, channel.rate_hz / grid.every, beats_s, ecg)
        n = min(len(band) // grid.step, len(power) - filled)
        squares = np.square(band[: n * grid.step]).reshape(n, grid.step)
        power[filled : filled + n] = squares.mean(axis=1, dtype=np.float32)
        filled += n
        blocks.append(quality)
        progress(quality.duration_s)
    power = power[:filled]
    level = _moving_median(
        np.sqrt(_moving_mean(power, grid.rms_values)), grid.median_windows, grid.rms_values
    )
    brief = np.sqrt(_moving_mean(power, grid.brief_values))
    first_s = segment.start_s + (grid.step - 1) * grid.every / (2 * channel.rate_hz)
    return Envelope(first_s, grid.step_s, level, brief, tuple(blocks))


def band_passed(
    channel: Channel, segment: Segment, first: int, last: int, settings: EnvelopeSettings
) -> Samples:
    """Samples ``first`` to ``last`` of a segment, band-passed and cleared of mains, to look at.

    The same band and treatment of mains as in scoring, at the channel's own rate; the heartbeat
    is left in.
    """
    margin = round(settings.margin_s * channel.rate_hz)
    length = fast_length(last - first + 2 * margin)
    frequency_hz = np.fft.rfftfreq(length, 1 / channel.rate_hz)
    spectrum = np.fft.rfft(_padded(channel, segment, first - margin, first - margin + length))
    spectrum *= zero_phase_band(
        frequency_hz, settings.low_hz, settings.high_hz, round(settings.order)
    )
    _remove_mains(spectrum, frequency_hz, settings)
    band = np.fft.irfft(spectrum, length)[margin : margin + last - first]
    return band.astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True)
class _Grid:
    """How samples, working samples (``every`` of them) and envelope values (``step``) relate."""

    every: int
    step: int
    rms_values: int
    median_windows: int
    brief_values: int
    step_s: float

    @classmethod
    def of(cls, rate_hz: float, settings: EnvelopeSettings) -> _Grid:
        every = max(1, int(rate_hz // settings.working_rate_hz))
        step = max(1, round(rate_hz / every * settings.grid_s))
        step_s = every * step / rate_hz
        rms_values = _odd(settings.rms_window_s / step_s)
        median_windows = _odd(settings.median_span_s / (rms_values * step_s))
        brief_values = _odd(settings.brief_window_s / step_s)
        return cls(every, step, rms_values, median_windows, brief_values, step_s)


def _odd(n: float) -> int:
    """The odd number next to ``n``: a window of odd length has its middle on a value."""
    return 2 * round((n - 1) / 2) + 1 if n > 1 else 1


def _band_passed_blocks(
    channel: Channel, segment: Segment, settings: EnvelopeSettings, grid: _Grid
) -> Iterator[tuple[Samples, BlockQuality]]:
    """Band-passed blocks at ``1/every`` of the rate, without mains, and their quality.

    A block holds a whole number of envelope values, so that sample and time never part.
    """
    rate_hz, unit = channel.rate_hz, grid.every * grid.step
    block = max(1, round(settings.block_s * rate_hz / unit)) * unit
    margin = -(-round(settings.margin_s * rate_hz) // unit) * unit
    length = fast_length(-(-(block + 2 * margin) // grid.every)) * grid.every
    frequency_hz = np.fft.rfftfreq(length, 1 / rate_hz)[: length // grid.every // 2 + 1]
    gain = zero_phase_band(
        frequency_hz, settings.low_hz, settings.high_hz, round(settings.order)
    ) / np.float32(grid.every)
    for start in range(0, segment.n_samples, block):
        raw = _padded(channel, segment, start - margin, start - margin + length)
        stop = min(block, segment.n_samples - start)
        spectrum = np.fft.rfft(raw)[: len(gain)]
        spectrum *= gain
        line_power = _remove_mains(spectrum, frequency_hz, settings)
        band = np.fft.irfft(spectrum, length // grid.every).astype(np.float32, copy=False)
        yield (
            band[margin // grid.every : (margin + stop) // grid.every],
            BlockQuality(
                start_s=segment.start_s + start / rate_hz,
                duration_s=stop / rate_hz,
                flat_share=_flat_share(raw[margin : margin + stop]),
                clipped_share=_clipped_share(raw[margin : margin + stop], channel),
                # Parseval for a real signal: both halves of the spectrum over length squared.
                mains_uv=float(np.sqrt(2 * line_power) * grid.every / length),
            ),
        )


def _remove_mains(
    spectrum: Spectrum, frequency_hz: Frequencies, settings: EnvelopeSettings
) -> float:
    """Take both mains frequencies and their multiples out, in place; the squares taken away."""
    return 0.0 + sum(
        remove_line(
            spectrum,
            frequency_hz,
            line_hz,
            settings.mains_width_hz,
            settings.mains_near_hz,
            settings.mains_ratio,
        )
        for base_hz in (settings.mains_50_hz, settings.mains_60_hz)
        for line_hz in np.arange(base_hz, frequency_hz[-1], base_hz)
    )


def _flat_share(raw: Samples) -> float:
    if len(raw) < 2:
        return 0.0
    return float(np.count_nonzero(raw[1:] == raw[:-1])) / (len(raw) - 1)


def _clipped_share(raw: Samples, channel: Channel) -> float:
    if channel.physical_range_uv is None or len(raw) == 0:
        return 0.0
    low_uv, high_uv = (np.float32(limit) for limit in channel.physical_range_uv)
    return float(np.count_nonzero((raw <= low_uv) | (raw >= high_uv))) / len(raw)


def _padded(channel: Channel, segment: Segment, start: int, stop: int) -> Samples:
    """Samples of a segment; beyond its ends the signal is mirrored, so that no step rings."""
    inside_start, inside_stop = max(start, 0), min(stop, segment.n_samples)
    samples = channel.source.read(
        segment.first_sample + inside_start, segment.first_sample + inside_stop
    )
    padding = (inside_start - start, stop - inside_stop)
    if padding == (0, 0):
        return samples
    return np.pad(samples, padding, mode="reflect" if len(samples) > 1 else "edge")


def _moving_mean(values: Samples, n: int) -> Samples:
    """Centred moving mean over ``n`` (odd) values, the ends held."""
    if len(values) == 0:
        return values
    padded = np.pad(values, n // 2, mode="edge")
    total = padded[: len(values)].copy()
    for shift in range(1, n):
        total += padded[shift : shift + len(values)]
    mean: Samples = total / np.float32(n)
    return mean


def _moving_median(values: Samples, n: int, spacing: int) -> Samples:
    """Centred moving median of ``n`` (odd) values that lie ``spacing`` apart, the ends held."""
    if len(values) == 0:
        return values
    padded = np.pad(values, n // 2 * spacing, mode="edge")
    result = np.empty_like(values)
    # Stretches that stay in cache make a sorting network seven times as fast as np.partition.
    for start in range(0, len(values), _IN_CACHE):
        stop = min(start + _IN_CACHE, len(values))
        rows = [padded[start + k * spacing : stop + k * spacing] for k in range(n)]
        for turn in range(n):
            for k in range(turn % 2, n - 1, 2):
                low, high = rows[k], rows[k + 1]
                rows[k], rows[k + 1] = np.minimum(low, high), np.maximum(low, high)
        result[start:stop] = rows[n // 2]
    return result
