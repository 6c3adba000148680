"""Writes EDF+ files and BIDS event tables: each whole, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date, time
from io import BufferedWriter
from typing import Final, cast

import edfio
import numpy as np
from numpy.typing import NDArray

from ekbom.errors import WritingError
from ekbom.interop.files import write_whole
from ekbom.interop.marks import GAP_TEXT
from ekbom.recording.events import Annotations, Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.synthetic.signals import SyntheticSignal

Digital = NDArray[np.int16]

# EDF+ asks for a date; a synthetic night has none, and one seed must give one file.
START_DATE: Final = date(2001, 1, 1)
START_TIME: Final = time(22, 0, 0)

_DIGITAL_RANGE: Final = (-32768, 32767)
_LONGEST_RECORD_S: Final = 60
_COLUMNS: Final = ("onset", "duration", "trial_type", "channel")
_NOT_APPLICABLE: Final = "n/a"


def stage_events(hypnogram: Hypnogram) -> Iterator[tuple[float, float, str]]:
    """Onset, duration and EDF+ standard text of every epoch."""
    for i, stage in enumerate(hypnogram.stages):
        onset_s = hypnogram.start_s + i * hypnogram.epoch_s
        yield onset_s, hypnogram.epoch_s, f"Sleep stage {stage.value}"


def write_edf(
    path: str | os.PathLike[str],
    signals: Iterable[SyntheticSignal],
    annotations: Annotations,
    duration_s: float,
    began_on: date = START_DATE,
) -> None:
    """An EDF+C file with stages and events as annotations.

    Signals are taken one at a time and kept as 16-bit integers; records are 1 s where every
    rate is a whole number, else as short as makes every count whole.

    Parameters
    ----------
    path : str or os.PathLike
        File to write; whole or not at all.
    signals : iterable of SyntheticSignal
        In the order of the file. Values beyond the physical range are clipped.
    annotations : Annotations
        Stages (``Sleep stage N2``) and events by their ``text``; an event on a channel becomes
        ``text@@channel``.
    duration_s : float
        Length of the recording in seconds, the same for all signals.
    began_on : datetime.date
        The evening it begins; a made-up one unless told.

    Raises
    ------
    WritingError
        If no record length suits all rates, or the file cannot be written.
    """
    edf_signals = [_edf_signal(signal) for signal in signals]
    record_s = _record_length_s([s.sampling_frequency for s in edf_signals], duration_s, path)
    edf = edfio.Edf(
        edf_signals,
        patient=edfio.Patient(),
        recording=edfio.Recording(startdate=began_on, equipment_code="synthetic"),
        starttime=START_TIME,
        data_record_duration=record_s,
        annotations=list(edf_annotations(annotations)),
    )
    # edfio wants the buffered file that write_whole opens, by its exact type.
    write_whole(path, lambda file: edf.write(cast(BufferedWriter, file)))


def write_events(path: str | os.PathLike[str], annotations: Annotations) -> None:
    """A BIDS events table of stages and events; see `events_table`. Whole or not at all."""
    write_whole(path, events_table(annotations).encode())


def events_table(annotations: Annotations) -> str:
    """Stages, gaps and events as a BIDS events table, times in seconds, not rounded.

    Columns ``onset duration trial_type channel``, separated by tabs; ``n/a`` where an event is
    on no channel.
    """
    rows = [("\t".join(_COLUMNS))]
    timed: list[tuple[float, float, str, str]] = []
    if annotations.hypnogram is not None:
        timed += [(*stage, _NOT_APPLICABLE) for stage in stage_events(annotations.hypnogram)]
    for start_s, end_s in annotations.gaps:
        timed.append((start_s, end_s - start_s, GAP_TEXT, _NOT_APPLICABLE))
    for event in annotations.events:
        channel = event.channel or _NOT_APPLICABLE
        timed.append((event.onset_s, event.duration_s, event.text, channel))
    timed.sort(key=lambda row: row[0])
    for onset_s, duration_s, text, channel in timed:
        rows.append(f"{onset_s!r}\t{duration_s!r}\t{text}\t{channel}")
    return "\n".join(rows) + "\n"


def digitised(samples: NDArray[np.float32], physical_range: tuple[float, float]) -> Digital:
    """Samples as 16-bit integers over the whole digital range; shape kept, values clipped."""
    low, high = physical_range
    first, last = _DIGITAL_RANGE
    gain = np.float64(last - first) / (high - low)
    out = np.empty(len(samples), dtype=np.int16)
    block = 1 << 20
    for start in range(0, len(samples), block):
        scaled = (samples[start : start + block].astype(np.float64) - low) * gain + first
        out[start : start + block] = np.clip(np.rint(scaled), first, last)
    return out


def _edf_signal(signal: SyntheticSignal) -> edfio.EdfSignal:
    return edfio.EdfSignal.from_digital(
        digitised(signal.samples, signal.physical_range),
        signal.rate_hz,
        label=signal.label,
        transducer_type=signal.transducer,
        physical_dimension=signal.unit,
        physical_range=signal.physical_range,
        digital_range=_DIGITAL_RANGE,
        prefiltering=signal.prefiltering,
    )


def _record_length_s(
    rates_hz: list[float], duration_s: float, path: str | os.PathLike[str]
) -> float:
    for length_s in range(1, _LONGEST_RECORD_S + 1):
        whole = all((rate * length_s).is_integer() for rate in map(float, rates_hz))
        if whole and (duration_s / length_s).is_integer():
            return float(length_s)
    raise WritingError(
        "no record length gives every signal a whole number of samples",
        expected=f"rates that are whole over at most {_LONGEST_RECORD_S} s",
        where=str(path),
        what_to_do="Choose a rate such as 256, 200.5 or 512 Hz.",
    )


def edf_annotations(annotations: Annotations) -> Iterator[edfio.EdfAnnotation]:
    """Stages, gaps and events as annotations of EDF+."""
    if annotations.hypnogram is not None:
        for onset_s, duration_s, text in stage_events(annotations.hypnogram):
            yield edfio.EdfAnnotation(onset_s, duration_s, text)
    for start_s, end_s in annotations.gaps:
        yield edfio.EdfAnnotation(start_s, end_s - start_s, GAP_TEXT)
    for event in annotations.events:
        yield edfio.EdfAnnotation(event.onset_s, event.duration_s or None, _text(event))


def _text(event: Event) -> str:
    return f"{event.text}@@{event.channel}" if event.channel else event.text
