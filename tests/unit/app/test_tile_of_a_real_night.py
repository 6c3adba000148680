"""Columns of a real clip against its samples as another reader of EDF reads them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import edfio
import numpy as np
import pytest
from numpy.typing import NDArray

import ekbom
from ekbom.app.nights.pyramid import build_pyramid
from ekbom.app.nights.pyramid_files import Pyramid, read_pyramid
from ekbom.app.nights.tile import COLUMNS, Window, tile

CLIP = Path(ekbom.__file__).parent / "examples" / "SN5_sample.edf"
# Within a microsecond of an edge a sample may stand on either side of it.
EDGE_S = 1e-6
Values = NDArray[np.float64]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("clip") / "pyramid"
    build_pyramid(CLIP, found, lambda share: None)
    return found


@pytest.fixture(scope="module")
def samples() -> dict[str, Values]:
    """In microvolts, where it is volts."""
    per_unit = {"mV": 1000.0, "V": 1e6}
    return {
        one.label: one.data * per_unit.get(one.physical_dimension, 1.0)
        for one in edfio.read_edf(CLIP).signals
    }


def blocks(raw: bytes) -> Iterator[tuple[int, int, float, float, NDArray[np.int64]]]:
    """Number of the signal, kind, first moment, step and values, as the format has them."""
    magic, width, n_blocks, _ = struct.unpack_from("<4sIII", raw)
    assert magic == b"EKT1"
    at = 16
    for _ in range(n_blocks):
        number, kind, n, _, first_s, step_s = struct.unpack_from("<IIIIdd", raw, at)
        n_values = n * kind
        values = np.frombuffer(raw, f"<i{width}", n_values, at + 32).astype(np.int64)
        yield number, kind, first_s, step_s, values
        at += 32 + -(-n_values * width // 8) * 8
    assert at == len(raw)


def pyramid_in(folder: Path) -> Pyramid:
    found = read_pyramid(folder)
    assert found is not None
    return found


@pytest.mark.parametrize("window", [(-3.0, 160.0, 333), (12.34, 19.9, 1200), (40.0, 140.5, 97)])
def test_columns_enclose_what_another_reader_reads(
    folder: Path, samples: dict[str, Values], window: tuple[float, float, int]
) -> None:
    pyramid = pyramid_in(folder)
    asked = Window(*window)
    numbers = range(len(pyramid.signals))
    for number, kind, first_s, step_s, values in blocks(
        tile(pyramid, folder, CLIP, asked, numbers)
    ):
        signal = pyramid.signals[number]
        truth = samples[signal.label]
        shown = values * signal.gain + signal.offset
        if kind != COLUMNS:
            at = round(first_s * signal.rate_hz)
            assert shown == pytest.approx(truth[at : at + len(shown)], abs=abs(signal.gain) / 100)
            assert at / signal.rate_hz <= max(0.0, window[0])
            assert (at + len(shown)) / signal.rate_hz >= min(window[1], pyramid.duration_s)
            continue
        times_s = np.arange(len(truth)) / signal.rate_hz
        for column, (low, high) in enumerate(np.sort(shown.reshape(-1, 2), axis=1)):
            left_s = first_s + column * step_s
            inside = truth[(times_s > left_s + EDGE_S) & (times_s < left_s + step_s - EDGE_S)]
            if inside.size:
                assert values[2 * column] <= values[2 * column + 1]
                assert low <= inside.min() + abs(signal.gain) / 100
                assert high >= inside.max() - abs(signal.gain) / 100
