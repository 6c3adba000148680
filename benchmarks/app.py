"""The local app: from drop to scored, drawing, pages, memory over many nights, a flood."""

from __future__ import annotations

import argparse
import datetime
import http.client
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import app_browser
import app_server
import app_tables
from benchmark import machine
from nights import synthesise
from playwright.sync_api import Error as BrowserError
from processes import BENCH, last_lines
from publishing import publish

FULL = {"rounds": 5, "times": 50, "starts": 5, "nights": 50}
QUICK = {"rounds": 1, "times": 10, "starts": 1, "nights": 10}


def tried(measure: Callable[[], Any]) -> Any:
    """What a part found, or why it found nothing: the others go on."""
    try:
        return measure()
    except (RuntimeError, OSError, http.client.HTTPException, BrowserError) as problem:
        return {"failure": last_lines(str(problem))}


def measure(folder: Path, size: dict[str, int]) -> dict[str, Any]:
    """Every part in turn."""
    app_server.say("making a night")
    night = synthesise(folder / "night.edf", 8.0, 1, "--signals", "full")
    rounds, times = size["rounds"], size["times"]
    parts: dict[str, Callable[[], Any]] = {
        "drop": lambda: app_browser.drop_to_scored(folder / "drop", night, rounds),
        "redraws": lambda: app_browser.redraws(folder / "redraws", night, times),
        "viewed": lambda: app_server.viewed(folder / "viewed", night, times),
        "rooms": lambda: app_server.rooms(folder / "rooms", size["starts"], times // 5),
        "memory": lambda: app_server.many_nights(folder / "memory", night, size["nights"]),
        "floods": lambda: app_server.floods(folder / "floods"),
    }
    found = {name: tried(part) for name, part in parts.items()}
    return {**found, "about": {"size_mb": round(night.stat().st_size / 1e6, 1)}}


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="benchmarks/run.sh app", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, 10 nights for memory")
    parser.add_argument("--no-write", action="store_true", help="leave results and docs alone")
    given = parser.parse_args()
    size = QUICK if given.quick else FULL
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=BENCH, prefix="app-") as folder:
        results = measure(Path(folder), size)
    results["about"] |= {
        "date": today,
        "machine": machine(),
        "load": [round(load_before, 1), round(os.getloadavg()[0], 1)],
        "quick": given.quick,
        **size,
    }
    publish(f"app-{today}", results, app_tables.render(results), given)


if __name__ == "__main__":
    BENCH.mkdir(exist_ok=True)
    main()
