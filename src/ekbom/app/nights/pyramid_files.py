"""What a pyramid of signals holds, and how it is read: see `ekbom.app.nights.pyramid`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import RecordingError
from ekbom.interop.edf_time import Run

VERSION = 1
DESCRIPTION, LEVELS = "pyramid.json", "levels.bin"

Values = NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of one signal.

    Parameters
    ----------
    step : int
        Samples a bin holds; 1 for the samples themselves.
    offset : int
        Where it begins in the file of levels, in bytes.
    n : int
        Bins, over all runs.
    """

    step: int
    offset: int
    n: int


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal.

    Parameters
    ----------
    number : int
        Which of the file, annotations counted.
    label, unit : str
        As in the header; microvolts for everything measured in volts.
    rate_hz : float
        Samples per second.
    per_record : int
        Samples in a record.
    gain, offset : float
        A value in ``unit`` is gain times integer plus offset.
    levels : tuple of Level
        The finest first.
    usual : tuple of float
        Between these the signal mostly is, in ``unit``.
    """

    number: int
    label: str
    unit: str
    rate_hz: float
    per_record: int
    gain: float
    offset: float
    levels: tuple[Level, ...]
    usual: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Pyramid:
    """What a folder holds.

    Parameters
    ----------
    version : int
        Of the format.
    value_bytes : int
        Of one integer: 2 or 4.
    duration_s : float
        Of the recording, gaps included.
    start : str or None
        Start as ISO 8601 without a zone; None where the header gives no possible one.
    record_s : float
        Seconds in a record.
    runs : tuple of Run
        Records that follow one another without a gap.
    signals : tuple of Signal
        Every ordinary signal, in the order of the file.
    """

    version: int
    value_bytes: int
    duration_s: float
    start: str | None
    record_s: float
    runs: tuple[Run, ...]
    signals: tuple[Signal, ...]

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Start and end, in seconds, of each stretch that was not recorded."""
        ends = [run.start_s + run.n_records * self.record_s for run in self.runs]
        starts = [run.start_s for run in self.runs[1:]]
        return tuple((end, start) for end, start in zip(ends, starts, strict=False) if start > end)

    def bins_of_runs(self, signal: Signal, step: int) -> NDArray[np.int64]:
        """Bins of each run at a level."""
        records = np.array([run.n_records for run in self.runs], np.int64)
        found: NDArray[np.int64] = -(-records * signal.per_record // step)
        return found


def read_pyramid(folder: Path) -> Pyramid | None:
    """What a folder holds; None where that is nothing, damaged, or of another version."""
    try:
        said = json.loads((folder / DESCRIPTION).read_bytes())
        if said.pop("version") != VERSION:
            return None
        runs = tuple(Run(*run) for run in said.pop("runs"))
        signals = tuple(map(_signal, said.pop("signals")))
        return Pyramid(version=VERSION, runs=runs, signals=signals, **said)
    except (FileNotFoundError, NotADirectoryError, ValueError, LookupError, TypeError):
        return None  # it can be built again


def _signal(said: dict[str, Any]) -> Signal:
    levels = tuple(Level(*level) for level in said["levels"])
    return Signal(**{**said, "levels": levels, "usual": tuple(said["usual"])})


def describe(pyramid: Pyramid, path: Path) -> None:
    """Write what a folder holds."""
    said = asdict(pyramid)
    # Rows instead of named fields: a recording of a thousand gaps has a thousand of them.
    said["runs"] = [[run.start_s, run.first_record, run.n_records] for run in pyramid.runs]
    for signal, written in zip(pyramid.signals, said["signals"], strict=True):
        written["levels"] = [[level.step, level.offset, level.n] for level in signal.levels]
    with path.open("w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())


def read_level(file: BinaryIO, pyramid: Pyramid, level: Level, first: int, last: int) -> Values:
    """Bins ``first`` to ``last`` (exclusive) of a level.

    Returns
    -------
    numpy.ndarray, shape (last - first, 2), or (last - first,) for samples
    """
    wide = 1 if level.step == 1 else 2
    file.seek(level.offset + first * wide * pyramid.value_bytes)
    raw = file.read((last - first) * wide * pyramid.value_bytes)
    if len(raw) != (last - first) * wide * pyramid.value_bytes:
        raise RecordingError(
            "the signals prepared for the screen are damaged",
            what_to_do="let the night be scored again; the recording itself is safe",
        )
    values: Values = np.frombuffer(raw, _dtype(pyramid))
    return values if wide == 1 else values.reshape(-1, 2)


def write_level(file: BinaryIO, pyramid: Pyramid, level: Level, first: int, values: Values) -> None:
    """Write bins from ``first`` on."""
    wide = 1 if level.step == 1 else 2
    file.seek(level.offset + first * wide * pyramid.value_bytes)
    file.write(np.ascontiguousarray(values, _dtype(pyramid)).data)


def _dtype(pyramid: Pyramid) -> str:
    return f"<i{pyramid.value_bytes}"
