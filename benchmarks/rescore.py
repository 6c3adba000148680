"""Measure a night's legs once, keep their levels, and time scoring again with other thresholds."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from statistics import median

from ekbom.interop.edf import read_recording
from ekbom.knowledge.labels import LegLabels
from ekbom.knowledge.loading import load
from ekbom.recording.channels import find_legs
from ekbom.recording.events import Annotations
from ekbom.scoring.leg_movements import detect_leg_movements
from ekbom.scoring.measure import measure_legs
from ekbom.scoring.night import score_movements
from ekbom.scoring.score import score_recording
from ekbom.scoring.settings import SECTIONS, settings
from ekbom.terms import Side

# Onsets tried in turn, so that no two scorings in a row are alike.
ONSETS_UV = (8.0, 6.0, 10.0, 7.0, 9.0)
TIMES = 25


def main() -> None:
    """Print the median time of scoring again, and of measuring the legs beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("night", type=Path)
    given = parser.parse_args()
    base = load(SECTIONS)
    tried = [settings(base, overrides={"onset_above_rest_uv": onset}) for onset in ONSETS_UV]
    recording = read_recording(given.night)
    legs = find_legs(recording, LegLabels.of(base))
    started = time.perf_counter()
    levels = measure_legs(legs, None, tried[0].detection)
    first_stage_s = time.perf_counter() - started
    whole: list[float] = []
    bare: list[float] = []
    counts: dict[str, int] = {}
    for number in range(TIMES):
        chosen = tried[number % len(tried)]
        edition = chosen.editions[0]
        started = time.perf_counter()
        result = score_recording(recording, legs, levels, Annotations(), chosen)
        whole.append(time.perf_counter() - started)
        started = time.perf_counter()
        left, right = (
            detect_leg_movements(
                side, levels[side], edition.thresholds, chosen.detection.morphology
            )
            for side in (Side.LEFT, Side.RIGHT)
        )
        score_movements(left, right, Annotations(), edition.rules, edition.window)
        bare.append(time.perf_counter() - started)
        found = int(result.editions[edition.name].night.is_periodic.sum())
        counts[f"{ONSETS_UV[number % len(ONSETS_UV)]:g}"] = found
    answer = {
        "wall_s": median(whole),
        "wall_s_all": [round(wall, 5) for wall in whole],
        "movements_and_series_only_s": median(bare),
        "rounds": TIMES,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "first_stage_s": first_stage_s,
        "periodic_by_onset_uv": counts,
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
