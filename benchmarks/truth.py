"""Reading the truth that lies beside a synthetic night."""

from __future__ import annotations

import csv
from pathlib import Path

Interval = tuple[float, float]

SIDES = {"EMG LAT": "L", "EMG RAT": "R"}


def truth_path(night: Path) -> Path:
    """Where the truth of a night lies."""
    return night.with_suffix(".truth.tsv")


def rows(path: Path) -> list[dict[str, str]]:
    """Every row of a truth file."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def leg_movements(path: Path) -> dict[str, list[Interval]]:
    """True leg movements of each leg, as (onset, end) in seconds."""
    found: dict[str, list[Interval]] = {side: [] for side in SIDES.values()}
    for row in rows(path):
        if row["trial_type"].strip().lower() == "limb movement":
            onset = float(row["onset"])
            found[SIDES[row["channel"]]].append((onset, onset + float(row["duration"])))
    return found


def stages(path: Path) -> list[str]:
    """Stage of each 30 s epoch as W, N1, N2, N3 or R; W where none was given."""
    marked: dict[int, str] = {}
    for row in rows(path):
        text = row["trial_type"].strip()
        if text.lower().startswith("sleep stage"):
            name = text.split()[-1].upper()
            first = round(float(row["onset"]) / 30)
            for epoch in range(first, first + max(1, round(float(row["duration"]) / 30))):
                marked[epoch] = {"REM": "R", "?": "W"}.get(name, name)
    return [marked.get(epoch, "W") for epoch in range(max(marked, default=-1) + 1)]


def respiratory_events(path: Path) -> list[Interval]:
    """True apnoeas and hypopnoeas, as (onset, duration) in seconds."""
    words = ("apnea", "apnoea", "hypopn")
    return [
        (float(row["onset"]), float(row["duration"]))
        for row in rows(path)
        if any(word in row["trial_type"].lower() for word in words)
    ]
