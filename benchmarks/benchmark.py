"""The benchmark: accuracy beside peers, then time and memory, in one run."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
from pathlib import Path
from typing import Any

import accuracy
import nights
import speed
import tables
from processes import EKBOM_PYTHON, PEER_PYTHON, ROOT, last_lines, run

FULL = {"seeds": 3, "hours": 3.0, "rounds": 5, "speed_hours": 8.0}
QUICK = {"seeds": 2, "hours": 1.0, "rounds": 2, "speed_hours": 8.0}
RESULTS = Path(__file__).resolve().parent / "results"
PAGE = ROOT / "docs" / "benchmarks.md"


def machine() -> str:
    """Processor and cores, for the reader of the numbers."""
    name = platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    return f"{name}, {os.cpu_count()} cores, {platform.system()}"


def version(python: Path, package: str) -> str:
    """Installed version of a package, or that there is none."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    if not python.exists():
        return "not installed"
    done = run([python, "-c", code], 60)
    return done.output.strip() if done.failure is None else "not installed"


def not_installed(log: Path | None) -> list[tuple[str, str]]:
    """Peers whose installation failed, with the end of what the installer said."""
    missing = []
    for package in ("psgscoring", "lunapi"):
        if version(PEER_PYTHON, package) == "not installed":
            said = log.read_text().splitlines() if log and log.exists() else []
            # Only what the installer calls an error: warnings name places of this machine.
            errors = [line for line in said if line.startswith("ERROR") and package in line]
            missing.append((package, last_lines("\n".join(errors), 1) or "no message"))
    return missing


def arguments() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(prog="benchmarks/run.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2 nights of 1 h, 2 rounds")
    parser.add_argument("--seeds", type=int, help="nights a condition")
    parser.add_argument("--hours", type=float, help="length of a night for accuracy")
    parser.add_argument("--rounds", type=int, help="rounds of the speed part")
    parser.add_argument(
        "--luna-nights",
        type=int,
        default=1,
        help="of each condition Luna scores so many: it takes minutes a night",
    )
    parser.add_argument("--jobs", type=int, default=1, help="nights scored at a time")
    parser.add_argument("--condition", action="append", choices=nights.CONDITIONS)
    parser.add_argument(
        "--only",
        choices=("accuracy", "speed"),
        help="measure one part; the other is kept from today's results, where there are any",
    )
    parser.add_argument("--no-write", action="store_true", help="leave results and docs alone")
    parser.add_argument("--install-log", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def add_other_part(results: dict[str, Any], earlier: dict[str, Any], measured: str) -> None:
    """Take the part not measured now from the earlier run of the same day."""
    if measured == "speed":
        for part in ("accuracy", "clip"):
            results[part] = earlier[part]
        for key in ("seeds", "hours", "luna_nights"):
            results["about"][key] = earlier["about"][key]
    else:
        results["speed"] = earlier["speed"]


def main() -> None:
    """Measure, print, keep."""
    given = arguments()
    size = QUICK if given.quick else FULL
    n_seeds = given.seeds or int(size["seeds"])
    hours = given.hours or size["hours"]
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    conditions = tuple(given.condition or nights.CONDITIONS)
    results: dict[str, Any] = {
        "about": {
            "date": today,
            "machine": machine(),
            "python": platform.python_version(),
            "ekbom": version(EKBOM_PYTHON, "ekbom"),
            "psgscoring": version(PEER_PYTHON, "psgscoring"),
            "lunapi": version(PEER_PYTHON, "lunapi"),
            "seeds": n_seeds,
            "hours": hours,
            "luna_nights": min(n_seeds, given.luna_nights),
            "quick": given.quick,
        },
        "not_installed": not_installed(given.install_log),
        "accuracy": {},
        "clip": {},
        "speed": {},
    }
    if given.only != "speed":
        results["accuracy"] = accuracy.measure(
            conditions, n_seeds, hours, given.luna_nights, given.jobs
        )
        results["clip"] = accuracy.measure_clip()
    if given.only != "accuracy":
        results["speed"] = speed.measure(given.rounds or int(size["rounds"]), size["speed_hours"])
    kept = RESULTS / f"{today}{'-quick' if given.quick else ''}.json"
    if given.only and kept.exists():
        add_other_part(results, json.loads(kept.read_text()), given.only)
    report = tables.render(results)
    print(report)
    if not given.no_write:
        RESULTS.mkdir(exist_ok=True)
        kept.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        if not given.quick:
            PAGE.parent.mkdir(exist_ok=True)
            tables.write_between_markers(PAGE, report)


if __name__ == "__main__":
    main()
