"""Time-stamped annotation lists (TALs) of EDF+ and BDF+: when records began, what was marked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ekbom.interop.edf_header import EdfHeader
from ekbom.interop.edf_records import signal_bytes
from ekbom.interop.marks import Mark, split_channel

# A record that holds its own start and nothing else, as nearly all of a night's records do.
_ONLY_TIME = re.compile(rb"([+-][0-9]+(?:\.[0-9]*)?)\x14\x14\0*")
_TAL = re.compile(rb"([+-][0-9]+(?:\.[0-9]*)?)(?:\x15([^\x14\x15]*))?\x14([^\x15]*)\x14")
_LONGEST_NUMBER = 40  # digits; more cannot be a time
_DURATION = re.compile(rb"[0-9]+(?:\.[0-9]*)?")


@dataclass(frozen=True, slots=True)
class Tals:
    """What the annotation signals of a file say.

    Parameters
    ----------
    record_onsets_s : ndarray of float64, shape (n_records,)
        Start of each record in seconds from the header's start; NaN where a record says none.
    time_step_s : float
        Precision with which those starts are written, e.g. 0.001 for three decimals.
    marks : tuple of Mark
        Annotations, in the order of the file, in seconds from the header's start.
    broken : tuple of str
        Records whose annotations cannot be read, each with the reason.
    """

    record_onsets_s: NDArray[np.float64]
    time_step_s: float
    marks: tuple[Mark, ...]
    broken: tuple[str, ...]


def read_tals(header: EdfHeader) -> Tals:
    """All annotations of a file and the start of each record.

    Only the bytes of the annotation signals are kept; records that hold nothing but their own
    start are passed over quickly.
    """
    onsets = np.full(header.n_records, math.nan)
    decimals = 0
    marks: list[Mark] = []
    broken: list[str] = []
    for order, signal in enumerate(header.annotation_signals):
        raw = signal_bytes(header, signal, 0, header.n_records * signal.samples_per_record)
        data, width = raw.data, raw.size // header.n_records
        for record in range(header.n_records):
            piece = data[record * width : (record + 1) * width]
            only_time = _ONLY_TIME.fullmatch(piece)
            if only_time is None:
                where = f"{header.name}, record {record + 1}"
                onset = _read_record(bytes(piece), where, marks, broken)
            else:
                onset = only_time[1]
            # The first annotation signal keeps the time.
            if order == 0 and len(onset) <= _LONGEST_NUMBER:
                onsets[record] = float(onset or "nan")
                decimals = max(decimals, len(onset.partition(b".")[2]))
    return Tals(onsets, 10.0**-decimals, tuple(marks), tuple(broken))


def _read_record(piece: bytes, where: str, marks: list[Mark], broken: list[str]) -> bytes:
    """Start of the record (empty where none is said); adds its marks, or what is broken in it."""
    record_onset = b""
    for number, tal in enumerate(tals_of(piece)):
        if isinstance(tal, bytes):
            shown = tal[:60].decode("latin-1").replace("\x14", "|").replace("\x15", "~")
            broken.append(f"{where}: {shown!r}")
            continue
        if number == 0 and not tal.texts[0]:
            record_onset = tal.onset
        duration = None if tal.duration is None else float(tal.duration)
        for text in tal.texts:
            if text:
                said, channel = split_channel(decoded(text))
                marks.append(Mark(float(tal.onset), duration, said, channel, where))
    return record_onset


@dataclass(frozen=True, slots=True)
class Tal:
    """One time-stamped annotation list as it stands in a record.

    Parameters
    ----------
    onset : bytes
        Its start, as written.
    duration : bytes or None
        Its length, as written; None where there is none.
    texts : tuple of bytes
        Its annotations; the first of a record begins with an empty one.
    """

    onset: bytes
    duration: bytes | None
    texts: tuple[bytes, ...]


def tals_of(piece: bytes) -> Iterator[Tal | bytes]:
    """The lists in the bytes of one record, in order; one that cannot be read as its bytes."""
    for raw in (part for part in piece.rstrip(b"\0").split(b"\0") if part.strip()):
        tal = _TAL.fullmatch(raw)
        if tal is None or not (tal[2] is None or _DURATION.fullmatch(tal[2])) or _too_long(tal):
            yield raw
        else:
            yield Tal(tal[1], tal[2], tuple(tal[3].split(b"\x14")))


def _too_long(tal: re.Match[bytes]) -> bool:
    return max(len(tal[1]), len(tal[2] or b"")) > _LONGEST_NUMBER


def decoded(text: bytes) -> str:
    """An annotation as text: EDF+ asks for UTF-8; old writers used Latin-1."""
    try:
        return text.decode("utf-8").strip()
    except UnicodeDecodeError:
        return text.decode("latin-1").strip()
