"""Running a program as a user would: whole process, wall time, peak memory, time limit."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".bench"
EKBOM = ROOT / ".venv" / "bin" / "ekbom"
EKBOM_PYTHON = ROOT / ".venv" / "bin" / "python"
PEER_PYTHON = BENCH / "venv" / "bin" / "python"
PEERS = Path(__file__).resolve().parent / "peers"


@dataclass(frozen=True, slots=True)
class Run:
    """What one process did.

    `peak_rss_mb` is the kernel's count for the child; it cannot fall below the few megabytes
    of the measuring process itself, which is why that one imports nothing large.
    """

    exit_status: int
    wall_s: float
    cpu_s: float
    peak_rss_mb: float
    output: str
    failure: str | None


def run(command: list[str | Path], limit_s: float, keep_output: bool = True) -> Run:
    """Run a command to its end, or kill it at the time limit."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=out if keep_output else subprocess.DEVNULL,
            stderr=err,
            cwd=ROOT,
        )
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit_s, stop)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        output = out.read().decode(errors="replace") if keep_output else ""
        said = err.read().decode(errors="replace")
    failure = None
    if late.is_set():
        failure = f"stopped at the time limit of {limit_s:g} s"
    elif process.returncode != 0:
        failure = f"exit status {process.returncode}: {last_lines(said)}"
    return Run(
        process.returncode,
        wall_s,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        output,
        failure,
    )


def last_lines(text: str, count: int = 3) -> str:
    """The end of a program's messages, without the paths of this machine."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-count:]).replace(str(ROOT), ".").replace(str(Path.home()), "~")[:400]
