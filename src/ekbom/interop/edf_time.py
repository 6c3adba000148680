"""When the records of a file were taken: sub-second start, gaps, and time that runs backwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ekbom.caveats import Caveat
from ekbom.errors import RecordingError
from ekbom.interop.edf_header import LONGEST_RECORDING_S, EdfHeader
from ekbom.interop.edf_tals import Tals

STEP_SLACK = 1e-6  # binary rounding of decimal times

Onsets = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Run:
    """Records that follow one another without a gap.

    Parameters
    ----------
    start_s : float
        Start of the first, in seconds from the start of the recording.
    first_record, n_records : int
        Which records.
    """

    start_s: float
    first_record: int
    n_records: int


@dataclass(frozen=True, slots=True)
class RecordTimes:
    """Runs of records, and how far the first record lies behind the header's start.

    Parameters
    ----------
    offset_s : float
        Seconds from the header's start to the first record; what the recording counts from.
    runs : tuple of Run
        In order of time.
    caveats : tuple of Caveat
        What was tolerated.
    """

    offset_s: float
    runs: tuple[Run, ...]
    caveats: tuple[Caveat, ...]


def record_times(header: EdfHeader, tals: Tals | None) -> RecordTimes:
    """When the records of a file were taken.

    A gap of more than half a sample of the fastest signal begins a new run.

    Parameters
    ----------
    header : EdfHeader
        The checked header.
    tals : Tals or None
        What the annotation signals say; None where the file has none.

    Raises
    ------
    RecordingError
        Where time runs backwards, or an ``EDF+D`` file does not say when its records were taken.
    """
    if tals is None:
        if header.is_discontinuous:
            raise _times_missing(header, "it has no annotation signal")
        return RecordTimes(0.0, (Run(0.0, 0, header.n_records),), ())
    onsets, caveats = _complete(header, tals.record_onsets_s)
    offset_s = float(onsets[0])
    if max(abs(onsets[0]), abs(onsets[-1] - onsets[0])) > LONGEST_RECORDING_S:
        raise _impossible(header, f"the records lie between {onsets[0]:g} s and {onsets[-1]:g} s")
    onsets = onsets - offset_s
    tolerance = _tolerance(header, tals.time_step_s)
    early = np.flatnonzero(np.diff(onsets) - header.record_s < -tolerance)
    if early.size:
        raise _time_runs_backwards(header, onsets, int(early[0]))
    runs = _runs(header, onsets, tolerance)
    if len(runs) > 1 and not header.is_discontinuous:
        statement = (
            f"The header says the recording has no gap, the times of its records show "
            f"{len(runs) - 1}, the first after {_end_s(header, runs[0]):g} s; the times count."
        )
        caveats.append(Caveat("unannounced-gap", statement, header.name))
    if abs(offset_s) >= 1:
        statement = (
            f"The first record begins {offset_s:g} s from the header's start; times count from "
            "the first record."
        )
        caveats.append(Caveat("late-first-record", statement, header.name))
    return RecordTimes(offset_s, runs, tuple(caveats))


def first_instant(header: EdfHeader, offset_s: float) -> datetime | None:
    """Date and time of the first record; None where the header gives no possible one.

    Parameters
    ----------
    header : EdfHeader
        The checked header.
    offset_s : float
        Seconds from the header's start to the first record.
    """
    try:
        return header.start and header.start + timedelta(seconds=offset_s)
    except OverflowError:  # 31 December 9999
        return None


def gaps_between(header: EdfHeader, runs: tuple[Run, ...]) -> tuple[tuple[float, float], ...]:
    """Start and end, in seconds, of each stretch between runs that was not recorded."""
    ends_s = [_end_s(header, run) for run in runs]
    between = zip(ends_s, [run.start_s for run in runs[1:]], strict=False)
    return tuple((end_s, start_s) for end_s, start_s in between if start_s > end_s)


def _end_s(header: EdfHeader, run: Run) -> float:
    return run.start_s + run.n_records * header.record_s


def _complete(header: EdfHeader, onsets: Onsets) -> tuple[Onsets, list[Caveat]]:
    """Record onsets without holes; a hole in a continuous file follows from its neighbours."""
    missing = np.isnan(onsets)
    if not missing.any():
        return onsets, []
    if header.is_discontinuous:
        first = int(np.flatnonzero(missing)[0]) + 1
        raise _times_missing(header, f"record {first} has no time")
    known = np.flatnonzero(~missing)
    index = np.arange(onsets.size)
    # Continuous from the last record that says its time; before the first, from that one.
    anchor = known[np.maximum(np.searchsorted(known, index, "right") - 1, 0)] if known.size else 0
    base = onsets[anchor] if known.size else np.zeros(onsets.size)
    filled = np.where(missing, base + (index - anchor) * header.record_s, onsets)
    if not header.is_plus:  # a plain EDF need not say it
        return filled, []
    statement = (
        f"{int(missing.sum())} of {onsets.size} records do not say when they began; they are "
        "taken to follow the record before."
    )
    return filled, [Caveat("record-time-missing", statement, header.name)]


def _tolerance(header: EdfHeader, time_step_s: float) -> float:
    """Half a sample of the fastest signal, or the precision of the times where that is coarser."""
    fastest = max(signal.rate_hz for signal in header.signals if not signal.is_annotations)
    steps = header.record_s / time_step_s
    # Whole steps a record: its times are exact. Otherwise they are rounded to a step.
    is_exact = abs(steps - round(steps)) < STEP_SLACK
    return max(0.5 / fastest, 0.0 if is_exact else (1 + STEP_SLACK) * time_step_s)


def _runs(header: EdfHeader, onsets: Onsets, tolerance: float) -> tuple[Run, ...]:
    runs: list[Run] = []
    first = 0
    while first < onsets.size:
        expected = onsets[first] + np.arange(onsets.size - first) * header.record_s
        # Measured from the start of the run, so that a slow drift does not pass unseen.
        apart = np.flatnonzero(np.abs(onsets[first:] - expected) > tolerance)
        n_records = int(apart[0]) if apart.size else onsets.size - first
        runs.append(Run(float(onsets[first]), first, n_records))
        first += n_records
    return tuple(runs)


def _times_missing(header: EdfHeader, reason: str) -> RecordingError:
    return RecordingError(
        f"the header announces gaps (EDF+D), but {reason}",
        expected="the start of each record in its first annotation",
        where=header.name,
        what_to_do="export the recording again; without the times intervals would be wrong",
    )


def _time_runs_backwards(header: EdfHeader, onsets: Onsets, record: int) -> RecordingError:
    return _impossible(
        header,
        f"record {record + 2} begins at {onsets[record + 1]:g} s, before record {record + 1} "
        f"ends at {onsets[record] + header.record_s:g} s",
    )


def _impossible(header: EdfHeader, found: str) -> RecordingError:
    return RecordingError(
        found,
        expected="records in order of time that do not overlap, within a year",
        where=header.name,
        what_to_do="export the recording again from the program that made it",
    )
