"""Score one EDF with Luna's LM command and print what it found as JSON. Runs in .bench/venv."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lunapi
import numpy as np
from notching import notch
from scipy.ndimage import uniform_filter1d
from scipy.signal import butter, sosfiltfilt

Change = Callable[[np.ndarray, float], np.ndarray]

# Luna writes a blank in a label as an underscore.
LEGS = {"L": "EMG_LAT", "R": "EMG_RAT"}

BAND_HZ = (10.0, 100.0)
ENVELOPE_WINDOW_S = 0.15


def envelope(samples: np.ndarray, rate_hz: float) -> np.ndarray:
    """Moving RMS of the 10-100 Hz band."""
    upper = min(BAND_HZ[1], 0.45 * rate_hz)
    sections = butter(4, (BAND_HZ[0], upper), "bandpass", fs=rate_hz, output="sos")
    banded = sosfiltfilt(sections, samples)
    square = uniform_filter1d(banded**2, max(1, round(ENVELOPE_WINDOW_S * rate_hz)))
    return np.sqrt(np.maximum(square, 0.0))


FILTERED = "f-lwr=10 f-upr=100"
# The resting level on a 10 s grid instead of 1 s: same events to a few, a quarter of the time.
# The default keeps its own grid.
COARSE = "baseline-step=10"

# `before`: what this adapter does to the signal first. The envelope is no step of Luna's; it is
# measured to show how much of the difference is the envelope alone.
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "default": {"options": ""},
    "10-100 Hz, offset=8": {"options": f"{FILTERED} {COARSE} offset=8"},
    "10-100 Hz, adaptive": {"options": f"{FILTERED} {COARSE} method=adaptive"},
    "10-100 Hz, adaptive k-off=4": {"options": f"{FILTERED} {COARSE} method=adaptive k-off=4"},
    "notch first, 10-100 Hz, adaptive k-off=4": {
        "options": f"{FILTERED} {COARSE} method=adaptive k-off=4",
        "before": notch,
    },
    "its rules on our envelope": {"options": COARSE, "before": envelope},
}


def attach(project: Any, night: Path) -> Any:
    """A fresh Luna instance of the night."""
    instance = project.inst("night")
    instance.attach_edf(str(night))
    return instance


def replace_legs(instance: Any, change: Change) -> None:
    """Put the changed signal in the place of each leg; the unit stays."""
    headers = instance.headers()
    for label in LEGS.values():
        rate_hz = float(headers.loc[headers["CH"] == label, "SR"].iloc[0])
        samples = np.asarray(instance.data([label])[1], dtype=float).ravel()
        instance.update_signal(label, change(samples, rate_hz))


def score(project: Any, night: Path, configuration: dict[str, Any]) -> dict[str, Any]:
    """Component movements of each leg, and Luna's own count of periodic movements."""
    started = time.perf_counter()
    instance = attach(project, night)
    if "before" in configuration:
        replace_legs(instance, configuration["before"])
    tables = instance.proc(f"LM sig={','.join(LEGS.values())} verbose {configuration['options']}")
    movements = []
    # No table at all is Luna's way of saying that it found nothing.
    if "LM: EVENT_TYPE" in tables:
        events = tables["LM: EVENT_TYPE"]
        for row in events[events["TYPE"] == "COMP"].itertuples():
            onset, end = float(row.START), float(row.STOP)
            movements.append({"onset_s": onset, "offset_s": end, "side": row.SIDE})
    return {
        "leg_movements": movements,
        "n_periodic": int(tables["LM: BL"]["N_PLM"].iloc[0]),
        "work_s": time.perf_counter() - started,
    }


def main() -> None:
    """Score the night named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("night", type=Path)
    parser.add_argument("--configuration", action="append")
    parser.add_argument("--no-truth", action="store_true", help="for symmetry; Luna is given none")
    parser.add_argument("--count-only", action="store_true", help="for symmetry; it does so anyway")
    given = parser.parse_args()
    results: dict[str, Any] = {}
    with contextlib.redirect_stdout(sys.stderr):
        project = lunapi.proj()
        project.silence()
        for name in given.configuration or CONFIGURATIONS:
            try:
                results[name] = score(project, given.night, CONFIGURATIONS[name])
            except (RuntimeError, ValueError, KeyError) as problem:
                results[name] = {"failure": f"{type(problem).__name__}: {problem}"}
    version = lunapi.__version__
    json.dump({"program": "luna", "version": version, "results": results}, sys.stdout)


if __name__ == "__main__":
    main()
