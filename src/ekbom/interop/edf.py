"""Recordings in EDF, EDF+, BDF and BDF+: channels in microvolts, read when asked."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import RecordingError
from ekbom.interop.edf_header import EdfHeader, read_header
from ekbom.interop.edf_records import signal_bytes
from ekbom.interop.edf_signals import SignalHeader
from ekbom.interop.edf_tals import read_tals
from ekbom.interop.edf_time import RecordTimes, first_instant, record_times
from ekbom.recording.channels import SignalInfo
from ekbom.recording.recording import Channel, Recording, Samples
from ekbom.timeline import Segment


@dataclass(frozen=True, slots=True)
class EdfSource:
    """Samples of one signal of an EDF or BDF file, in microvolts."""

    header: EdfHeader
    signal: SignalHeader

    def read(self, start: int, stop: int) -> Samples:
        """Samples ``start`` to ``stop`` (exclusive) in microvolts, as float32.

        Like a slice, it gives what there is of a stretch that reaches past the last sample.
        """
        n_samples = self.header.n_records * self.signal.samples_per_record
        raw = digital_samples(self.header, self.signal, max(start, 0), min(stop, n_samples))
        gain, offset = self._scale_uv()
        if self.header.format == "EDF":
            samples = raw * np.float32(gain)
            samples += np.float32(offset)
            return samples
        # 24 bits fill the whole precision of a float32: round once, at the end.
        return (raw * gain + offset).astype(np.float32)

    def _scale_uv(self) -> tuple[float, float]:
        (physical_min, physical_max), (low, high) = (
            self.signal.physical_range,
            self.signal.digital_range,
        )
        factor = self.signal.uv_per_unit or 1.0
        gain = factor * (physical_max - physical_min) / (high - low)
        return gain, factor * physical_min - gain * low


def digital_samples(
    header: EdfHeader, signal: SignalHeader, start: int, stop: int
) -> NDArray[np.signedinteger]:
    """Samples ``start`` to ``stop`` (exclusive) as the integers of the file: 16 or 32 bits wide.

    Raises
    ------
    RecordingError
        Where the file cannot be read or has become shorter since its header was checked.
    """
    raw = signal_bytes(header, signal, start, stop)
    return raw.view("<i2") if header.format == "EDF" else _signed_24_bit(raw)


def _signed_24_bit(raw: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Little-endian 24-bit integers; the sign comes down with the arithmetic shift."""
    wide = np.zeros((raw.size // 3, 4), np.uint8)
    wide[:, 1:] = raw.reshape(-1, 3)
    signed: NDArray[np.int32] = wide.view("<i4").reshape(-1) >> 8
    return signed


def read_recording(path: str | os.PathLike[str]) -> Recording:
    """A recording in EDF, EDF+C, EDF+D, BDF or BDF+.

    The header is checked and the time of each record is read; samples stay in the file until a
    channel is asked for them. Signals measured in volts become channels, each at its own rate;
    the others are listed by label.

    Parameters
    ----------
    path : str or os.PathLike
        The file; its content decides the format, not its name.

    Raises
    ------
    RecordingError
        Where the file cannot be trusted.
    """
    header = read_header(path)
    measured = tuple(signal for signal in header.signals if not signal.is_annotations)
    if not measured:
        raise RecordingError(
            "the file holds annotations only",
            expected="at least one signal",
            where=header.name,
            what_to_do="give this file as the scoring, and the recording beside it",
        )
    tals = read_tals(header) if header.annotation_signals else None
    times = record_times(header, tals)
    last = times.runs[-1]
    return Recording(
        channels=tuple(
            _channel(header, signal, times) for signal in measured if signal.uv_per_unit is not None
        ),
        labels=tuple(signal.label for signal in measured),
        duration_s=last.start_s + last.n_records * header.record_s,
        start=first_instant(header, times.offset_s),
        name=header.name,
        caveats=(*header.caveats, *times.caveats),
    )


def signal_table(path: str | os.PathLike[str]) -> tuple[SignalInfo, ...]:
    """Label, unit and rate of every signal of a recording, measured in volts or not."""
    return tuple(
        SignalInfo(signal.label, signal.unit, signal.rate_hz)
        for signal in read_header(path).signals
        if not signal.is_annotations
    )


def _channel(header: EdfHeader, signal: SignalHeader, times: RecordTimes) -> Channel:
    per_record = signal.samples_per_record
    factor = signal.uv_per_unit or 1.0
    low, high = sorted(limit * factor for limit in signal.physical_range)
    return Channel(
        label=signal.label,
        rate_hz=signal.rate_hz,
        source=EdfSource(header, signal),
        segments=tuple(
            Segment(run.start_s, run.first_record * per_record, run.n_records * per_record)
            for run in times.runs
        ),
        physical_range_uv=(low, high),
    )
