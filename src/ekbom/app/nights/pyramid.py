"""Lowest and highest value of ever longer stretches of every signal: eight hours drawn at once.

A folder that is there whole or not at all::

    pyramid.json   what is in it (`Pyramid`)
    levels.bin     of each signal: level after level, its bins in order of time

A bin of level k holds the lowest and the highest of 8**k samples that follow each other, as the
integers of the file (16 bits of an EDF, 32 for the 24 of a BDF): exact, nothing is rounded. Bins
begin anew after each gap, so that none reaches over one; the last before a gap may be shorter.
The samples themselves stay in the recording; only of slow signals they are kept here too, since
a slow signal lies thinly spread over the whole file.

Levels are read in blocks and not through a memory map, for the reasons of
docs/decisions/edf-block-reads.md.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ekbom.app.nights.pyramid_files import (
    DESCRIPTION,
    LEVELS,
    VERSION,
    Level,
    Pyramid,
    Signal,
    Values,
    describe,
    read_level,
    read_pyramid,
    write_level,
)
from ekbom.errors import RecordingError, WritingError
from ekbom.interop.edf import digital_samples
from ekbom.interop.edf_header import EdfHeader, read_header
from ekbom.interop.edf_records import RUN_BYTES
from ekbom.interop.edf_signals import SignalHeader
from ekbom.interop.edf_tals import read_tals
from ekbom.interop.edf_time import Run, first_instant, record_times

FACTOR = 8
# A signal up to this rate is kept whole: 1 Hz over a night is a few kilobytes here, the whole
# file there.
KEPT_RATE_HZ = 64.0
_FEWEST_BINS = 1024
_BLOCK_BINS = FACTOR * (1 << 16)
# Of what is shown at first: a few movements or artefacts may reach beyond the row.
_USUAL_PERCENT = (2, 98)
_PART = ".part"


def build_pyramid(recording: Path, folder: Path, told: Callable[[float], None]) -> None:
    """Build the pyramid of a recording; where it is there already, nothing is done.

    Parameters
    ----------
    recording : Path
        EDF, EDF+ or BDF.
    folder : Path
        Where it will be, whole; nothing is there before, or after a failure.
    told : callable
        Told the share that is done, from 0 to 1. What it raises ends the building.

    Raises
    ------
    RecordingError
        The recording cannot be trusted or read.
    WritingError
        The disk is full or may not be written to.
    """
    if read_pyramid(folder) is not None:
        return
    header = read_header(recording)
    part = folder.with_name(f"{folder.name}.{secrets.token_hex(6)}{_PART}")
    try:
        _sweep(folder)
        part.mkdir(parents=True)
        with (part / LEVELS).open("w+b") as file:
            pyramid = _built(header, file, told)
            file.flush()
            os.fsync(file.fileno())
        describe(pyramid, part / DESCRIPTION)
        os.replace(part, folder)
    except OSError as error:
        raise WritingError(
            f"the signals could not be prepared for the screen ({error.strerror or error})",
            expected="a disk with space for about a third of the recording",
            what_to_do="make space and open the night again; the recording itself is safe",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what a build that was killed left, and what an earlier version built."""
    for left in folder.parent.glob(f"{folder.name}.*{_PART}"):
        shutil.rmtree(left)
    if folder.exists():
        shutil.rmtree(folder)


def _built(header: EdfHeader, file: BinaryIO, told: Callable[[float], None]) -> Pyramid:
    pyramid = _planned(header)
    n_done = 0
    for run, first, last in _blocks(header, pyramid.runs):
        for signal in pyramid.signals:
            _write_first_levels(header, pyramid, signal, file, run, (first, last))
        n_done += last - first
        # The levels above take little longer, as each is an eighth of the one below.
        told(0.9 * n_done / header.n_records)
    found = []
    for signal in pyramid.signals:
        for below, above in zip(signal.levels[:-1], signal.levels[1:], strict=True):
            if below.step > 1:
                _write_above(pyramid, signal, file, (below, above))
        found.append(_with_usual(pyramid, signal, file))
    told(1.0)
    return replace(pyramid, signals=tuple(found))


def _planned(header: EdfHeader) -> Pyramid:
    """Every signal with the place of its levels; nothing is measured yet."""
    times = record_times(header, read_tals(header) if header.annotation_signals else None)
    last = times.runs[-1]
    start = first_instant(header, times.offset_s)
    value_bytes = 2 if header.format == "EDF" else 4
    signals: list[Signal] = []
    at = 0
    for number, signal in enumerate(header.signals):
        if signal.is_annotations:
            continue
        levels, at = _planned_levels(signal, times.runs, value_bytes, at)
        gain, offset, unit = _scale(signal)
        signals.append(
            Signal(
                number,
                signal.label,
                unit,
                signal.rate_hz,
                signal.samples_per_record,
                gain,
                offset,
                levels,
            )
        )
    if not signals:
        raise RecordingError(
            "the file holds annotations only", expected="at least one signal", where=header.name
        )
    return Pyramid(
        VERSION,
        value_bytes,
        last.start_s + last.n_records * header.record_s,
        None if start is None else start.isoformat(),
        header.record_s,
        times.runs,
        tuple(signals),
    )


def _planned_levels(
    signal: SignalHeader, runs: tuple[Run, ...], value_bytes: int, at: int
) -> tuple[tuple[Level, ...], int]:
    levels: list[Level] = []
    step = 1 if signal.rate_hz <= KEPT_RATE_HZ else FACTOR
    while not levels or step == FACTOR or levels[-1].n > _FEWEST_BINS:
        n = sum(-(-run.n_records * signal.samples_per_record // step) for run in runs)
        levels.append(Level(step, at, n))
        at += n * value_bytes * (1 if step == 1 else 2)
        if step > FACTOR and levels[-1].n == levels[-2].n:
            break  # one bin a run: it gets no coarser
        step *= FACTOR
    return tuple(levels), at


def _scale(signal: SignalHeader) -> tuple[float, float, str]:
    """Gain, offset and unit; of a signal that is not measured in volts as far as it says them."""
    (physical_min, physical_max), (low, high) = signal.physical_range, signal.digital_range
    if high <= low or physical_min == physical_max:
        return 1.0, 0.0, ""
    factor = signal.uv_per_unit or 1.0
    gain = factor * (physical_max - physical_min) / (high - low)
    unit = signal.unit if signal.uv_per_unit is None else "µV"
    return gain, factor * physical_min - gain * low, unit


def _blocks(header: EdfHeader, runs: tuple[Run, ...]) -> Iterator[tuple[int, int, int]]:
    """Run, first and last record (counted within the run) of blocks of about a megabyte."""
    at_once = max(1, RUN_BYTES // header.record_bytes)
    for number, run in enumerate(runs):
        for first in range(0, run.n_records, at_once):
            yield number, first, min(first + at_once, run.n_records)


def _write_first_levels(
    header: EdfHeader,
    pyramid: Pyramid,
    signal: Signal,
    file: BinaryIO,
    number: int,
    records: tuple[int, int],
) -> None:
    """The samples of a block of records, where they are kept, and their bins of eight."""
    run = pyramid.runs[number]
    first, last = (record * signal.per_record for record in records)
    # Whole bins only, but for the end of the run: the next block begins where this one ends.
    first -= first % FACTOR
    last -= last % FACTOR if records[1] < run.n_records else 0
    run_sample = run.first_record * signal.per_record
    before = [int(pyramid.bins_of_runs(signal, step)[:number].sum()) for step in (1, FACTOR)]
    for start in range(first, last, _BLOCK_BINS):
        stop = min(start + _BLOCK_BINS, last)
        samples = digital_samples(
            header, header.signals[signal.number], run_sample + start, run_sample + stop
        )
        for level in signal.levels[:2]:
            if level.step == 1:
                write_level(file, pyramid, level, before[0] + start, samples)
            elif level.step == FACTOR:
                pairs = np.stack(_eighths(samples, samples), axis=1)
                write_level(file, pyramid, level, before[1] + start // FACTOR, pairs)


def _write_above(
    pyramid: Pyramid, signal: Signal, file: BinaryIO, levels: tuple[Level, Level]
) -> None:
    """A level from the one below it, run by run."""
    below, above = levels
    at_below, at_above = 0, 0
    n_below = pyramid.bins_of_runs(signal, below.step).tolist()
    n_above = pyramid.bins_of_runs(signal, above.step).tolist()
    for below_of_run, above_of_run in zip(n_below, n_above, strict=True):
        for start in range(0, below_of_run, _BLOCK_BINS):
            stop = min(start + _BLOCK_BINS, below_of_run)
            pairs = read_level(file, pyramid, below, at_below + start, at_below + stop)
            found = np.stack(_eighths(pairs[:, 0], pairs[:, 1]), axis=1)
            write_level(file, pyramid, above, at_above + start // FACTOR, found)
        at_below += below_of_run
        at_above += above_of_run


def _eighths(lowest: Values, highest: Values) -> tuple[Values, Values]:
    """Lowest and highest of each eight that follow each other; the last may be fewer."""
    whole = len(lowest) // FACTOR * FACTOR
    low, high = lowest[:whole], highest[:whole]
    for _ in range(3):  # pairs of pairs of pairs: far quicker than along an axis of eight
        low, high = np.minimum(low[0::2], low[1::2]), np.maximum(high[0::2], high[1::2])
    if whole < len(lowest):
        low = np.append(low, lowest[whole:].min())
        high = np.append(high, highest[whole:].max())
    return low, high


def _with_usual(pyramid: Pyramid, signal: Signal, file: BinaryIO) -> Signal:
    """The signal, and between which values it mostly is from one second to the next."""
    pairs_only = [level for level in signal.levels if level.step > 1]
    fitting = [level for level in pairs_only if level.step <= signal.rate_hz]
    level = fitting[-1] if fitting else pairs_only[0]
    pairs = read_level(file, pyramid, level, 0, level.n) * signal.gain + signal.offset
    low, high = (
        float(np.percentile(side, percent))
        for side, percent in zip((pairs.min(1), pairs.max(1)), _USUAL_PERCENT, strict=True)
    )
    return replace(signal, usual=(low, high))
