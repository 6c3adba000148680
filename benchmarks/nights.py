"""Making the nights everything is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import truth
from processes import BENCH, EKBOM, ROOT, run

REAL_NOISE = "real-noise"
CONDITIONS = (
    "typical",
    "clean",
    "noise",
    "drift",
    "steps",
    "ecg",
    "mains",
    "weak",
    "artefact",
    "one-noisy-leg",
    REAL_NOISE,
    "all-hard",
)
LIMIT_S = 600.0
CLIP = ROOT / "src" / "ekbom" / "examples" / "SN5_sample.edf"
# The clip's movement lies at 3.7-7.0 s and small activity follows until 13 s; from here on both
# legs are quiet to the end, by eye and by the 0.5 s RMS (left below 2, right below 4 uV).
CLIP_REST_S = ("14", "149")


@dataclass(frozen=True, slots=True)
class Truth:
    """A night, and the true movements of its legs."""

    night: Path
    legs: dict[str, list[truth.Interval]]


def synthesise(out: Path, hours: float, seed: int, *options: str) -> Path:
    """One synthetic night by `ekbom synth`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    base: list[str | Path] = [EKBOM, "synth", out, "--profile", "rls", "--hours", f"{hours:g}"]
    done = run([*base, "--seed", str(seed), "--overwrite", *options], LIMIT_S)
    if done.failure:
        raise RuntimeError(f"making a night: {done.failure}")
    return out


def make(condition: str, seed: int, hours: float) -> Truth:
    """Two legs under one condition, in a folder of its own."""
    out = BENCH / "nights" / f"{condition}-{seed}" / "night.edf"
    options = ["--signals", "legs", "--condition", condition]
    if condition == REAL_NOISE:
        options += ["--rest-from", str(CLIP), "--rest-span", *CLIP_REST_S]
    synthesise(out, hours, seed, *options)
    return Truth(out, truth.leg_movements(truth.truth_path(out)))
