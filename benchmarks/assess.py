"""Time to load the knowledge base and to assess: python benchmarks/assess.py."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date

from ekbom.assessment.assess import assess
from ekbom.interop.patient_files import example_names, example_patient
from ekbom.knowledge.loading import load
from ekbom.report.assessment.as_json import as_json
from ekbom.report.assessment.html import render_assessment
from ekbom.report.assessment.modes import Shown

REPEATS = 7
LOAD_GOAL_MS, ASSESS_GOAL_MS = 300, 50
DAY = date(2026, 5, 10)
LOAD = (
    "import time; from ekbom.knowledge.loading import load; "
    "start = time.perf_counter(); load(); print((time.perf_counter() - start) * 1e3)"
)


def fresh_load_ms() -> float:
    """Loading in a new process, imports not counted."""
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    return float(done.stdout)


def timed_ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def row(name: str, times_ms: list[float], goal_ms: float | None = None) -> None:
    goal = "" if goal_ms is None else f"  goal {goal_ms} ms"
    print(f"{name:32s} {statistics.median(times_ms):8.1f} ms  (best {min(times_ms):.1f}){goal}")


def main() -> None:
    row("load, new process", [fresh_load_ms() for _ in range(REPEATS)], LOAD_GOAL_MS)
    base = load()
    for name in example_names():
        patient = example_patient(name, base, date(2026, 11, 22))
        times = [timed_ms(lambda p=patient: assess(p, base, DAY)) for _ in range(REPEATS)]
        row(f"assess {name}", times, ASSESS_GOAL_MS)
        shown = Shown(assess(patient, base, DAY), patient.as_of(DAY), base)
        row("  page", [timed_ms(lambda s=shown: render_assessment(s)) for _ in range(REPEATS)])
        row("  JSON", [timed_ms(lambda s=shown: as_json(s)) for _ in range(REPEATS)])


if __name__ == "__main__":
    main()
