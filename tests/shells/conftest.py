"""What the tests of ``ekbom score`` share: small recordings, tables, and running the verb."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest

from ekbom.cli.main import UNREADABLE, main

ONSETS_S = (20.0, 50.0, 80.0)
SECONDS = 120
Row = tuple[object, ...]


def write_edf(
    path: Path,
    labels: Sequence[str] = ("EMG LAT", "EMG RAT"),
    rates_hz: Sequence[int] = (256, 256),
    unit: str = "uV",
    annotations: Sequence[tuple[float, float | None, str]] = (),
) -> Path:
    """Two minutes of legs that move three times."""
    rng = np.random.default_rng(1)
    signals = []
    for label, rate_hz in zip(labels, rates_hz, strict=True):
        samples = rng.normal(0, 1, SECONDS * rate_hz)
        for onset_s in ONSETS_S:
            first, last = round(onset_s * rate_hz), round((onset_s + 2) * rate_hz)
            samples[first:last] += rng.normal(0, 40, last - first)
        signals.append(
            edfio.EdfSignal(
                samples,
                rate_hz,
                label=label,
                physical_dimension=unit,
                physical_range=(-500, 500),
            )
        )
    marks = [edfio.EdfAnnotation(*mark) for mark in annotations]
    edfio.Edf(signals, annotations=marks or None).write(path)
    return path


@pytest.fixture
def recording(tmp_path: Path) -> Callable[..., Path]:
    """Writes a recording; what it takes is that of ``write_edf``."""
    return lambda **given: write_edf(tmp_path / "night.edf", **given)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording with nothing wrong."""
    return write_edf(tmp_path_factory.mktemp("sound") / "night.edf")


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table of events."""

    def write(*rows: Row, name: str = "events.tsv") -> Path:
        lines = ["onset\tduration\ttrial_type\tchannel"]
        lines += ["\t".join(map(str, row)) for row in rows]
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs ``ekbom score`` on something it must refuse; the message."""

    def run(*arguments: object, status: int = UNREADABLE) -> str:
        assert main(["score", *map(str, arguments)]) == status
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("ekbom: ")
        assert "Traceback" not in said.err
        return said.err

    return run


@pytest.fixture
def scored(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Runs ``ekbom score --json``; what it gives."""

    def run(*arguments: object) -> dict[str, Any]:
        assert main(["score", *map(str, arguments), "--json"]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
        return found

    return run
