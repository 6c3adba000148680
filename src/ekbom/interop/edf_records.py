"""Bytes of one signal out of the records of an EDF or BDF file, read when asked.

Plain block reads, not a memory map: the pages of a map count as memory of the process, and a file
cut short under a map kills the process instead of raising an error
(docs/decisions/edf-block-reads.md).
"""

from __future__ import annotations

from io import FileIO

import numpy as np
from numpy.typing import NDArray

from ekbom.errors import RecordingError
from ekbom.interop.edf_header import EdfHeader
from ekbom.interop.edf_signals import SAMPLE_BYTES, SignalHeader

# Records are read in runs of about this size and the signal is sliced out of each run; from a
# record larger than that only the signal's own stretch is read.
RUN_BYTES = 1 << 20

Bytes = NDArray[np.uint8]


def signal_bytes(header: EdfHeader, signal: SignalHeader, start: int, stop: int) -> Bytes:
    """Bytes of samples ``start`` to ``stop`` (exclusive) of a signal, records joined.

    Parameters
    ----------
    header, signal
        The file and the signal.
    start, stop : int
        Samples, within the whole records of the file.

    Returns
    -------
    numpy.ndarray of uint8, shape ((stop - start) * bytes per sample,)

    Raises
    ------
    RecordingError
        Where the file cannot be read or has become shorter since its header was checked.
    """
    if stop <= start:
        return np.empty(0, np.uint8)
    read = _from_runs if header.record_bytes <= RUN_BYTES else _from_large_records
    try:
        with open(header.path, "rb", buffering=0) as file:
            return read(file, header, signal, start, stop)
    except OSError as error:
        raise RecordingError(
            f"the file can no longer be read ({error.strerror or error})",
            where=header.name,
            what_to_do="check the disk or the network folder the recording lies on",
        ) from error


def _from_runs(
    file: FileIO, header: EdfHeader, signal: SignalHeader, start: int, stop: int
) -> Bytes:
    width = SAMPLE_BYTES[header.format]
    per_record = signal.samples_per_record
    first, last = start // per_record, -(-stop // per_record)
    piece = slice(signal.first_byte, signal.first_byte + per_record * width)
    pieces = np.empty((last - first, per_record * width), np.uint8)
    run = min(last - first, max(1, RUN_BYTES // header.record_bytes))
    buffer = np.empty((run, header.record_bytes), np.uint8)
    file.seek(header.header_bytes + first * header.record_bytes)
    for done in range(0, last - first, run):
        block = buffer[: min(run, last - first - done)]
        _fill(file, block.reshape(-1), header)
        pieces[done : done + len(block)] = block[:, piece]
    skipped = (start - first * per_record) * width
    return pieces.reshape(-1)[skipped : skipped + (stop - start) * width]


def _from_large_records(
    file: FileIO, header: EdfHeader, signal: SignalHeader, start: int, stop: int
) -> Bytes:
    width = SAMPLE_BYTES[header.format]
    per_record = signal.samples_per_record
    wanted = np.empty((stop - start) * width, np.uint8)
    sample = start
    while sample < stop:
        record, within = divmod(sample, per_record)
        upto = min(stop, (record + 1) * per_record)
        at = header.header_bytes + record * header.record_bytes + signal.first_byte
        file.seek(at + within * width)
        _fill(file, wanted[(sample - start) * width : (upto - start) * width], header)
        sample = upto
    return wanted


def _fill(file: FileIO, target: Bytes, header: EdfHeader) -> None:
    """Read until the target is full: an unbuffered read may stop early."""
    view = target.data
    done = 0
    while done < len(view):
        got = file.readinto(view[done:])
        if not got:
            raise RecordingError(
                "the file has become shorter since it was opened",
                expected=f"{header.n_records} records of {header.record_bytes} bytes",
                where=f"{header.name}, byte {file.tell()}",
                what_to_do="wait until the recording is complete, or copy it again",
            )
        done += got
