"""Recordings made byte by byte: any integers, any gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Made:
    """One signal of a made recording: its integers, record after record."""

    label: str
    per_record: int
    samples: Integers
    unit: str = "uV"
    physical: tuple[float, float] = (-1000.0, 1000.0)


class Maker:
    """Writes EDF (16 bits) and BDF (24 bits), with gaps where records are said to begin later."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(
        self,
        signals: Sequence[Made],
        *,
        record_s: float = 1,
        onsets_s: Sequence[float] | None = None,
        is_bdf: bool = False,
    ) -> Path:
        width, kind = (3, "BDF") if is_bdf else (2, "EDF")
        n_records = len(signals[0].samples) // signals[0].per_record
        notes = [] if onsets_s is None else [f"+{onset:g}\x14\x14\0".encode() for onset in onsets_s]
        note_samples = max(-(-len(note) // width) for note in notes) if notes else 0
        limit = 1 << (8 * width - 1)
        fields = [
            [f"{s.label:16}" for s in signals] + ([f"{kind} Annotations "] if notes else []),
            [" " * 80] * (len(signals) + bool(notes)),
            [f"{s.unit:8}" for s in signals] + ([" " * 8] if notes else []),
            [f"{s.physical[0]:<8g}" for s in signals] + (["-1      "] if notes else []),
            [f"{s.physical[1]:<8g}" for s in signals] + (["1       "] if notes else []),
            [f"{-limit:<8}"] * (len(signals) + bool(notes)),
            [f"{limit - 1:<8}"] * (len(signals) + bool(notes)),
            [" " * 80] * (len(signals) + bool(notes)),
            [f"{s.per_record:<8}" for s in signals] + ([f"{note_samples:<8}"] if notes else []),
            [" " * 32] * (len(signals) + bool(notes)),
        ]
        n = len(signals) + bool(notes)
        version = b"\xffBIOSEMI" if is_bdf else b"0       "
        plus = f"{kind}+D" if notes else ""
        head = (
            version
            + (
                f"{'X X X X':80}{'Startdate 02-MAR-2020 X X X':80}02.03.2022.30.00"
                f"{256 * (n + 1):<8}"
                f"{plus:44}{n_records:<8}{record_s:<8g}{n:<4}"
            ).encode()
        )
        head += "".join(text for field in fields for text in field).encode()
        body = bytearray()
        for record in range(n_records):
            for s in signals:
                block = s.samples[record * s.per_record : (record + 1) * s.per_record]
                raw = block.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :width]
                body += raw.tobytes()
            if notes:
                body += notes[record].ljust(note_samples * width, b"\0")
        path = self.folder / "night.edf"
        path.write_bytes(head + bytes(body))
        return path


@pytest.fixture(scope="session")
def made() -> type[Made]:
    return Made


@pytest.fixture(scope="session")
def maker_in() -> type[Maker]:
    """A maker of recordings in a folder."""
    return Maker


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path)
