"""Time of a consultation of ten visits, whole process and parts: python benchmarks/consult.py."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from ekbom.consultation import consult
from ekbom.interop.patient_files import example_names, example_patient
from ekbom.knowledge.loading import load

REPEATS = 7
PROCESS_GOAL_MS = 1000
HISTORIES = tuple(name for name in example_names() if name.startswith("history-"))
DAY = date(2026, 11, 22)
VERBS = (("consult",), ("consult", "--json"), ("consult", "--html"), ("plan",), ("follow",))


def process_ms(arguments: Sequence[str]) -> float:
    """A whole run of the command, from start to exit."""
    return timed_ms(
        lambda: subprocess.run(
            [sys.executable, "-m", "ekbom", *arguments], capture_output=True, check=True
        )
    )


def timed_ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def row(name: str, times_ms: Sequence[float], goal_ms: float | None = None) -> None:
    goal = "" if goal_ms is None else f"  goal {goal_ms} ms"
    print(f"{name:44s} {statistics.median(times_ms):8.1f} ms  (best {min(times_ms):.1f}){goal}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = str(Path(folder) / "page.html")
        for name in HISTORIES:
            for verb, *options in VERBS:
                out = [page] if "--html" in options else []
                arguments = [verb, "--example", name, *options, *out]
                times = [process_ms(arguments) for _ in range(REPEATS)]
                goal = PROCESS_GOAL_MS if verb == "consult" else None
                row(f"ekbom {verb} {' '.join(options)} {name}", times, goal)
    base = load()
    for name in example_names():
        patient = example_patient(name, base, DAY)
        times = [timed_ms(lambda p=patient: consult(p, base, DAY)) for _ in range(REPEATS)]
        row(f"consult {name}, once loaded", times)


if __name__ == "__main__":
    main()
