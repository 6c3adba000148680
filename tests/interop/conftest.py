"""EDF and BDF files made byte by byte, so that any field can be wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest


@dataclass(frozen=True)
class Signal:
    """One signal of a made file; every field may be set to anything, bytes included."""

    label: str | bytes = "EMG LAT"
    unit: str | bytes = "uV"
    pmin: object = -1000
    pmax: object = 1000
    dmin: object = -32768
    dmax: object = 32767
    per_record: object = 256
    transducer: str | bytes = ""
    prefilter: str | bytes = ""
    tals: Sequence[bytes] | None = None  # instead of data


@dataclass(frozen=True)
class MadeEdf:
    """A whole file; ``bytes`` puts it together."""

    signals: tuple[Signal, ...] = (Signal(), Signal(label="EMG RAT"))
    version: bytes = b"0       "
    patient: str | bytes = "X X X X"
    recording: str | bytes = "Startdate 02-MAR-2020 X X X"
    date: str | bytes = "02.03.20"
    time: str | bytes = "22.30.00"
    header_bytes: object = None
    reserved: str = ""
    n_records: object = None
    record_s: object = 1
    n_signals: object = None
    written_records: int = 4
    data: bytes | None = None

    def with_(self, **changes: object) -> MadeEdf:
        return replace(self, **changes)  # type: ignore[arg-type]

    def signal(self, number: int = 0, **changes: object) -> MadeEdf:
        """The same file with fields of one signal changed."""
        signals = list(self.signals)
        signals[number] = replace(signals[number], **changes)  # type: ignore[arg-type]
        return replace(self, signals=tuple(signals))

    def bytes(self) -> bytes:
        n = len(self.signals)
        head = self.version + b"".join(
            _padded(value, width)
            for value, width in (
                (self.patient, 80),
                (self.recording, 80),
                (self.date, 8),
                (self.time, 8),
                (256 * (n + 1) if self.header_bytes is None else self.header_bytes, 8),
                (self.reserved, 44),
                (self.written_records if self.n_records is None else self.n_records, 8),
                (self.record_s, 8),
                (n if self.n_signals is None else self.n_signals, 4),
            )
        )
        for name, width in (
            ("label", 16),
            ("transducer", 80),
            ("unit", 8),
            ("pmin", 8),
            ("pmax", 8),
            ("dmin", 8),
            ("dmax", 8),
            ("prefilter", 80),
            ("per_record", 8),
        ):
            head += b"".join(_padded(getattr(s, name), width) for s in self.signals)
        head += b" " * (32 * n)
        return head + (self._data() if self.data is None else self.data)

    def _data(self) -> bytes:
        width = 3 if self.version[:1] == b"\xff" else 2
        return b"".join(
            _piece(signal, record, width)
            for record in range(self.written_records)
            for signal in self.signals
        )


def _padded(value: object, width: int) -> bytes:
    raw = value if isinstance(value, bytes) else str(value).encode()
    return raw.ljust(width)[:width]


def _piece(signal: Signal, record: int, width: int) -> bytes:
    size = int(str(signal.per_record)) if str(signal.per_record).isdigit() else 8
    if signal.tals is not None:
        return signal.tals[record].ljust(size * width, b"\0")
    row = np.arange(size) * 7 + record * 31 - 500
    return row.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :width].tobytes()


def annotations_signal(tals: Sequence[bytes], per_record: int = 60) -> Signal:
    """An annotation signal with these TALs, one entry a record."""
    return Signal("EDF Annotations", "", -1, 1, -32768, 32767, per_record, tals=tals)


def time_keeping(*onsets: str) -> list[bytes]:
    """One time-keeping TAL a record."""
    return [f"{onset}\x14\x14\0".encode() for onset in onsets]


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a made file (or bytes) and give its path."""

    def write_file(made: MadeEdf | bytes, name: str = "night.edf") -> Path:
        path = tmp_path / name
        path.write_bytes(made if isinstance(made, bytes) else made.bytes())
        return path

    return write_file


@pytest.fixture
def make() -> type[MadeEdf]:
    """Class of made files."""
    return MadeEdf


@pytest.fixture
def signal() -> type[Signal]:
    """Class of made signals."""
    return Signal


@pytest.fixture
def tals_signal() -> Callable[..., Signal]:
    """Makes an annotation signal from its TALs."""
    return annotations_signal


@pytest.fixture
def keeping() -> Callable[..., list[bytes]]:
    """Makes time-keeping TALs."""
    return time_keeping
