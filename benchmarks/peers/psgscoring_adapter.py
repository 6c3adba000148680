"""Score one EDF with psgscoring and print what it found as JSON. Runs in .bench/venv."""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import mne
import numpy as np
import psgscoring
from psgscoring.plm import analyze_plm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import truth
from notching import notch

# The standards advise against a notch and psgscoring has none; a user with hum would set one.
NOTCHED = "2 uV end, 5 s bilateral, notch first"

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "2 uV end": {"offset_aasm": True},
    "2 uV end, 5 s bilateral": {"offset_aasm": True, "bilateral_window_s": 5.0},
    NOTCHED: {"offset_aasm": True, "bilateral_window_s": 5.0},
}


def legs(path: Path) -> tuple[dict[str, np.ndarray], float]:
    """Both legs in microvolts, read lazily with MNE, psgscoring's own reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = mne.io.read_raw_edf(path, preload=False, verbose="error")
        data = raw.get_data(picks=list(truth.SIDES)) * 1e6
    return dict(zip(truth.SIDES.values(), data, strict=True)), float(raw.info["sfreq"])


def without_mains(channels: dict[str, np.ndarray], rate_hz: float) -> dict[str, np.ndarray]:
    """Both legs through a notch at the mains frequency and its harmonic."""
    return {side: notch(samples, rate_hz) for side, samples in channels.items()}


def one_leg(samples: np.ndarray, rate_hz: float, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Every movement of one leg: all epochs asleep, nothing excluded, list not cut."""
    asleep = ["N2"] * (int(samples.size / rate_hz / 30) + 1)
    found = analyze_plm(
        samples, None, rate_hz, asleep, leg_unit="uV", event_list_cap=None, **options
    )
    if not found["success"]:
        raise RuntimeError(found["error"])
    return found["events"]


def score(
    channels: dict[str, np.ndarray],
    rate_hz: float,
    options: dict[str, Any],
    staging: list[str],
    breathing: list[tuple[float, float]],
    per_leg: bool,
) -> dict[str, Any]:
    """Movements of each leg, and its own count of periodic movements with stages given."""
    started = time.perf_counter()
    both = analyze_plm(
        channels["L"],
        channels["R"],
        rate_hz,
        staging,
        resp_events=[{"onset_s": onset, "duration_s": length} for onset, length in breathing],
        leg_unit="uV",
        event_list_cap=None,
        **options,
    )
    if not both["success"]:
        raise RuntimeError(both["error"])
    movements = []
    if per_leg:
        for side, samples in channels.items():
            for event in one_leg(samples, rate_hz, options):
                onset = float(event["onset_s"])
                end = onset + float(event["duration_s"])
                movements.append({"onset_s": onset, "offset_s": end, "side": side})
    return {
        "leg_movements": movements,
        "n_periodic": int(both["summary"]["n_plm"]),
        "work_s": time.perf_counter() - started,
    }


def main() -> None:
    """Score the night named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("night", type=Path)
    parser.add_argument("--configuration", action="append")
    parser.add_argument("--no-truth", action="store_true", help="stages unknown: all N2")
    parser.add_argument("--count-only", action="store_true", help="both legs once, as a user would")
    given = parser.parse_args()
    channels, rate_hz = legs(given.night)
    staging = ["N2"] * (int(channels["L"].size / rate_hz / 30) + 1)
    breathing: list[tuple[float, float]] = []
    if not given.no_truth:
        beside = truth.truth_path(given.night)
        staging = truth.stages(beside) or staging
        breathing = truth.respiratory_events(beside)
    results: dict[str, Any] = {}
    for name in given.configuration or CONFIGURATIONS:
        try:
            legs_now = without_mains(channels, rate_hz) if name == NOTCHED else channels
            results[name] = score(
                legs_now, rate_hz, CONFIGURATIONS[name], staging, breathing, not given.count_only
            )
        except (RuntimeError, ValueError) as problem:
            results[name] = {"failure": str(problem)}
    version = psgscoring.__version__
    json.dump({"program": "psgscoring", "version": version, "results": results}, sys.stdout)


if __name__ == "__main__":
    main()
