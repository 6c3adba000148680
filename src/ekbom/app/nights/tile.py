"""A stretch of the night in as many columns as the screen has, in the form the browser is sent.

Everything is little-endian. A tile begins with 16 bytes::

    4 bytes  "EKT1"
    uint32   bytes of a value: 2 (int16) or 4 (int32)
    uint32   number of blocks
    uint32   0

and each block with 32::

    uint32   signal, as numbered in view.json
    uint32   kind: 1 samples, 2 columns
    uint32   n
    uint32   0
    float64  first_s: moment of the first sample, or left edge of the first column
    float64  step_s: from one to the next

after which come its values, filled up to a multiple of eight bytes: n samples, or n pairs of
lowest and highest. Values are the integers of the file; view.json says gain, offset and unit.

Columns are sent where a column holds two samples or more; in a column in which nothing was
recorded the lowest lies above the highest, which no signal can do. Below that the samples
themselves are sent, a block for each run of records without a gap.

A column never misses a sample that lies in it; it may reach over its edge by a bin, at most half
a column.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ekbom.app.nights.pyramid_files import LEVELS, Level, Pyramid, Signal, Values, read_level
from ekbom.interop.edf import digital_samples
from ekbom.interop.edf_header import EdfHeader, read_header

SAMPLES, COLUMNS = 1, 2
# Fewer samples a column, and the samples themselves are drawn.
_FEWEST_SAMPLES = 2.0
_MAGIC = b"EKT1"
_HEAD, _BLOCK_HEAD = struct.Struct("<4sIII"), struct.Struct("<IIIIdd")
_ALIGNED = 8

Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for.

    Parameters
    ----------
    start_s, end_s : float
        From when to when, in seconds from the start of the recording; may reach beyond it.
    n_columns : int
        How many columns.
    """

    start_s: float
    end_s: float
    n_columns: int

    @property
    def column_s(self) -> float:
        """Width of a column."""
        return (self.end_s - self.start_s) / self.n_columns

    def edges(self) -> Times:
        """Edges of the columns, one more than there are."""
        return np.asarray(self.start_s + np.arange(self.n_columns + 1) * self.column_s, np.float64)


@dataclass(frozen=True, slots=True)
class Block:
    """Values of one signal; see the head of this module."""

    signal: int
    kind: int
    first_s: float
    step_s: float
    values: Values


@dataclass(slots=True)
class _Bins:
    """Consecutive bins of one level, with when each begins and ends."""

    starts_s: Times
    ends_s: Times
    lowest: Values
    highest: Values


@dataclass(slots=True)
class _Night:
    """Where the bins are read: the pyramid, and the recording where its samples are needed."""

    pyramid: Pyramid
    levels: BinaryIO
    recording: Path
    _header: EdfHeader | None = None

    def samples(self, signal: Signal, first: int, last: int) -> Values:
        if signal.levels[0].step == 1:
            return read_level(self.levels, self.pyramid, signal.levels[0], first, last)
        if self._header is None:
            self._header = read_header(self.recording)
        return digital_samples(self._header, self._header.signals[signal.number], first, last)


def tile(
    pyramid: Pyramid, folder: Path, recording: Path, window: Window, signals: Iterable[int]
) -> bytes:
    """A stretch of some signals, as sent to the browser.

    Parameters
    ----------
    pyramid : Pyramid
        As read from the folder.
    folder, recording : Path
        Of the pyramid; and the file it was built from.
    window : Window
        What is asked for.
    signals : iterable of int
        Which, counted in the pyramid.

    Raises
    ------
    RecordingError
        The recording cannot be read any more, or the pyramid is damaged.
    """
    with (folder / LEVELS).open("rb") as levels:
        night = _Night(pyramid, levels, recording)
        blocks = [block for number in signals for block in _blocks(night, number, window)]
    parts = [_HEAD.pack(_MAGIC, pyramid.value_bytes, len(blocks), 0)]
    for block in blocks:
        n = len(block.values)
        head = (block.signal, block.kind, n, 0, block.first_s, block.step_s)
        raw = np.ascontiguousarray(block.values, f"<i{pyramid.value_bytes}").tobytes()
        parts += [_BLOCK_HEAD.pack(*head), raw, bytes(-len(raw) % _ALIGNED)]
    return b"".join(parts)


def _blocks(night: _Night, number: int, window: Window) -> Iterator[Block]:
    signal = night.pyramid.signals[number]
    samples_a_column = window.column_s * signal.rate_hz
    if samples_a_column < _FEWEST_SAMPLES:
        yield from _sample_blocks(night, number, window)
        return
    # Two bins a column or more, so that a bin on an edge widens its column by half at most.
    fitting = [level for level in signal.levels if level.step <= samples_a_column / 2]
    bins = _bins(night, signal, fitting[-1] if fitting else None, window)
    values = _columns(bins, window.edges(), night.pyramid.value_bytes)
    yield Block(number, COLUMNS, window.start_s, window.column_s, values)


def _columns(bins: _Bins, edges_s: Times, value_bytes: int) -> Values:
    """Lowest and highest of the bins that lie in each column, in part or wholly."""
    info = np.iinfo(f"i{value_bytes}")
    first = np.searchsorted(bins.ends_s, edges_s[:-1], "right")
    last = np.searchsorted(bins.starts_s, edges_s[1:], "left")
    # One more at the end, as a column may begin after the last bin.
    lowest = np.append(bins.lowest, np.array([info.max], bins.lowest.dtype))
    highest = np.append(bins.highest, np.array([info.min], bins.highest.dtype))
    between = np.stack([first, np.maximum(last, first)], axis=1).reshape(-1)
    low = np.minimum.reduceat(lowest, between)[::2]
    high = np.maximum.reduceat(highest, between)[::2]
    nothing = last <= first
    low[nothing], high[nothing] = info.max, info.min
    return np.stack([low, high], axis=1)


def _bins(night: _Night, signal: Signal, level: Level | None, window: Window) -> _Bins:
    """The bins of a level (or the samples) that lie in a window, over all its runs."""
    step = 1 if level is None else level.step
    run_starts_s, run_ends_s, firsts = _runs(night.pyramid, signal, step)
    bin_s = step / signal.rate_hz
    first = _bin_at(window.start_s, run_starts_s, firsts, bin_s)
    last = _bin_at(window.end_s, run_starts_s, firsts, bin_s) + 1
    first, last = max(first - 1, 0), min(last + 1, int(firsts[-1]))
    if level is None or step == 1:
        lowest = highest = night.samples(signal, first, last)
    else:
        pairs = read_level(night.levels, night.pyramid, level, first, last)
        lowest, highest = pairs[:, 0], pairs[:, 1]
    number = np.arange(first, last)
    run = np.searchsorted(firsts, number, "right") - 1
    starts_s = run_starts_s[run] + (number - firsts[run]) * bin_s
    return _Bins(starts_s, np.minimum(starts_s + bin_s, run_ends_s[run]), lowest, highest)


def _runs(pyramid: Pyramid, signal: Signal, step: int) -> tuple[Times, Times, NDArray[np.int64]]:
    """Start and end of each run, and its first bin; of these one more, after the last."""
    starts_s = np.array([run.start_s for run in pyramid.runs])
    n_records = np.array([run.n_records for run in pyramid.runs])
    firsts = np.concatenate([[0], np.cumsum(pyramid.bins_of_runs(signal, step))])
    return starts_s, starts_s + n_records * pyramid.record_s, firsts


def _bin_at(moment_s: float, starts_s: Times, firsts: NDArray[np.int64], bin_s: float) -> int:
    """The bin at a moment, or the last one before it."""
    run = max(int(np.searchsorted(starts_s, moment_s, "right")) - 1, 0)
    within = int(max(moment_s - starts_s[run], 0.0) / bin_s)
    return int(min(firsts[run] + within, firsts[run + 1] - 1))


def _sample_blocks(night: _Night, number: int, window: Window) -> Iterator[Block]:
    """The samples of a window, one more on either side so that a line enters and leaves it."""
    signal = night.pyramid.signals[number]
    step_s = 1 / signal.rate_hz
    for run in night.pyramid.runs:
        n = run.n_records * signal.per_record
        first = max(int((window.start_s - run.start_s) * signal.rate_hz) - 1, 0)
        last = min(int((window.end_s - run.start_s) * signal.rate_hz) + 2, n)
        if last <= first:
            continue
        at = run.first_record * signal.per_record
        values = night.samples(signal, at + first, at + last)
        yield Block(number, SAMPLES, run.start_s + first * step_s, step_s, values)
