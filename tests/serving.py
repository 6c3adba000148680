"""A real server in a program of its own, that neither hangs a test nor outlives it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

# On a busy machine a start takes a while; one that takes longer is a fault.
STARTS_S = 60.0
ENDS_S = 20.0
_LOOKS_S = 0.05


@dataclass
class Served:
    """A server that runs.

    Parameters
    ----------
    base : str
        Its address without the key: what a failing test may show.
    key : str
        Opens it once.
    said, printed : Path
        What it wrote to its standard error and output.
    process : subprocess.Popen
        The program.
    """

    base: str
    key: str = field(repr=False)
    said: Path
    printed: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def first_page(self) -> str:
        return f"{self.base}/start?key={self.key}"

    @property
    def port(self) -> int:
        return urlsplit(self.base).port or 0


@contextmanager
def served(store: Path, *more: str) -> Iterator[Served]:
    """A server of a store, ended in any case; its output goes to files, so that no pipe fills."""
    said, printed = store.with_name("said.txt"), store.with_name("printed.txt")
    command = [sys.executable, "-m", "ekbom", "serve", "--no-browser", "--store", str(store)]
    environment = {name: value for name, value in os.environ.items() if name[:6] != "EKBOM_"}
    with said.open("wb") as error, printed.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--who", "Dr Example", *more],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=error,
            env=environment,
        )
        try:
            first = _first_line(process, printed, said)
            parts = urlsplit(first)
            key = parse_qs(parts.query)["key"][0]
            yield Served(f"{parts.scheme}://{parts.netloc}", key, said, printed, process)
        finally:
            _end(process)


def _first_line(process: subprocess.Popen[bytes], printed: Path, said: Path) -> str:
    deadline = time.monotonic() + STARTS_S
    while time.monotonic() < deadline:
        line, newline, _ = printed.read_text().partition("\n")
        if newline:
            return line
        if process.poll() is not None:
            raise RuntimeError(f"the server ended ({process.returncode}): {said.read_text()}")
        time.sleep(_LOOKS_S)
    raise RuntimeError(f"the server did not start in {STARTS_S:g} s: {said.read_text()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(ENDS_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
