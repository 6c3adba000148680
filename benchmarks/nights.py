"""Making the nights everything is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import truth
from processes import BENCH, EKBOM, ROOT, run

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
    "real-noise",
    "all-hard",
)
LIMIT_S = 600.0
CLIP = ROOT / "examples" / "data" / "SN5_sample.edf"


@dataclass(frozen=True, slots=True)
class Truth:
    """A night, and the true movements of its legs."""

    night: Path
    legs: dict[str, list[truth.Interval]]


def synthesise(out: Path, hours: float, seed: int, *options: str) -> Path:
    """One synthetic night by `ekbom synth`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    base: list[str | Path] = [EKBOM, "synth", out, "--profile", "rls", "--hours", f"{hours:g}"]
    done = run([*base, "--seed", str(seed), *options], LIMIT_S)
    if done.failure:
        raise RuntimeError(f"making a night: {done.failure}".replace(str(ROOT), "."))
    return out


def make(condition: str, seed: int, hours: float) -> Truth:
    """Two legs under one condition, in a folder of its own."""
    out = BENCH / "nights" / f"{condition}-{seed}" / "night.edf"
    synthesise(out, hours, seed, "--signals", "legs", "--condition", condition)
    return Truth(out, truth.leg_movements(truth.truth_path(out)))
