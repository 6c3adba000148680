"""Stretches for the screen: no sample missed, no gap filled, samples as they are when near."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekbom.app.nights.pyramid import build_pyramid
from ekbom.app.nights.pyramid_files import Pyramid, read_pyramid
from ekbom.app.nights.tile import COLUMNS, SAMPLES, Window, tile

RATE, N_RECORDS = 100, 400
# Two gaps: after 100 s one of 50 s, after 250 s recorded one of half a second.
ONSETS_S = [*range(100), *range(150, 300), *(k + 0.5 for k in range(300, 450))]


def decoded(content: bytes) -> list[dict[str, Any]]:
    """As the head of the module says it, read by other means."""
    magic, value_bytes, n_blocks, _ = struct.unpack_from("<4sIII", content)
    assert magic == b"EKT1"
    blocks, at = [], 16
    for _ in range(n_blocks):
        signal, kind, n, _, first_s, step_s = struct.unpack_from("<IIIIdd", content, at)
        count = n * (1 if kind == SAMPLES else 2)
        values = np.frombuffer(content, f"<i{value_bytes}", count, at + 32)
        blocks.append(
            {"signal": signal, "kind": kind, "first_s": first_s, "step_s": step_s}
            | {"values": values if kind == SAMPLES else values.reshape(-1, 2)}
        )
        at += 32 + -(-count * value_bytes // 8) * 8
    assert at == len(content)
    return blocks


class Night:
    def __init__(self, folder: Path, made: Any, maker_in: Any) -> None:
        rng = np.random.default_rng(3)
        self.samples = rng.integers(-30000, 30000, RATE * N_RECORDS)
        # Slow at first, so that the lowest and highest differ from column to column.
        self.slow = rng.integers(-30000, 30000, N_RECORDS)
        signals = [made("EMG LAT", RATE, self.samples), made("SaO2", 1, self.slow, unit="%")]
        self.recording = maker_in(folder).write(signals, onsets_s=ONSETS_S)
        self.folder = folder / "pyramid"
        build_pyramid(self.recording, self.folder, lambda share: None)
        found = read_pyramid(self.folder)
        assert found is not None
        self.pyramid: Pyramid = found
        self.moments_s = np.repeat(ONSETS_S, RATE) + np.tile(np.arange(RATE) / RATE, N_RECORDS)

    def blocks(self, start_s: float, end_s: float, n: int) -> list[dict[str, Any]]:
        window = Window(start_s, end_s, n)
        return decoded(tile(self.pyramid, self.folder, self.recording, window, (0, 1)))


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, made: Any, maker_in: Any) -> Night:
    return Night(tmp_path_factory.mktemp("night"), made, maker_in)


@settings(max_examples=150, deadline=None)
@given(start_s=st.floats(-50, 440), span_s=st.floats(0.5, 900), n=st.integers(8, 700))
def test_a_column_holds_every_sample_in_it_and_none_from_far_away(
    night: Night, start_s: float, span_s: float, n: int
) -> None:
    blocks = night.blocks(start_s, start_s + span_s, n)
    if RATE * span_s / n < 2:
        assert all(block["kind"] == SAMPLES for block in blocks)
        return
    block = blocks[0]
    assert (block["signal"], block["kind"]) == (0, COLUMNS)
    low, high = block["values"].T
    edges = start_s + np.arange(n + 1) * span_s / n
    column_s = span_s / n
    for k in range(n):
        inside = (night.moments_s >= edges[k]) & (night.moments_s < edges[k + 1])
        near = (night.moments_s > edges[k] - column_s / 2 - 1e-6) & (
            night.moments_s < edges[k + 1] + column_s / 2 + 1e-6
        )
        if not near.any():
            assert low[k] > high[k]  # nothing was recorded
        if inside.any():
            assert low[k] <= night.samples[inside].min()
            assert high[k] >= night.samples[inside].max()
        if low[k] <= high[k]:
            assert low[k] >= night.samples[near].min()
            assert high[k] <= night.samples[near].max()


def test_near_enough_the_samples_themselves_are_sent(night: Night) -> None:
    block = night.blocks(10, 12, 800)[0]
    assert block["kind"] == SAMPLES
    first = round(block["first_s"] * RATE)
    assert (block["values"] == night.samples[first : first + len(block["values"])]).all()
    assert block["first_s"] <= 10
    assert block["first_s"] + len(block["values"]) * block["step_s"] >= 12


def test_samples_on_either_side_of_a_gap_are_blocks_of_their_own(night: Night) -> None:
    every = [block for block in night.blocks(299, 302, 3000) if block["signal"] == 0]
    assert [block["kind"] for block in every] == [SAMPLES, SAMPLES]
    assert every[0]["first_s"] + len(every[0]["values"]) / RATE == pytest.approx(300)
    assert every[1]["first_s"] == pytest.approx(300.5)
    assert every[1]["values"][0] == night.samples[250 * RATE]


def test_a_gap_is_empty_and_its_edges_are_not(night: Night) -> None:
    low, high = night.blocks(90, 160, 700)[0]["values"].T
    is_empty = low > high
    assert not is_empty[:100].any()
    assert is_empty[100:600].all()
    assert not is_empty[600:].any()


def test_beyond_the_night_there_is_nothing(night: Night) -> None:
    low, high = night.blocks(-1000, -500, 50)[0]["values"].T
    assert (low > high).all()
    assert [block for block in night.blocks(9000, 9001, 500) if len(block["values"])] == []


def test_a_slow_signal_is_read_without_the_recording(night: Night, tmp_path: Path) -> None:
    window = Window(0, 40, 400)
    content = tile(night.pyramid, night.folder, tmp_path / "gone.edf", window, (1,))
    assert (decoded(content)[0]["values"][:40] == night.slow[:40]).all()
