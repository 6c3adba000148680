"""Making the nights everything is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import truth
from processes import BENCH, EKBOM, EKBOM_PYTHON, ROOT, run

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
    done = run([*base, "--seed", str(seed), "--overwrite", *options], LIMIT_S)
    if done.failure:
        raise RuntimeError(f"making a night: {done.failure}")
    return out


def on_real_rest(out: Path, hours: float, seed: int) -> Path:
    """One synthetic night on the resting EMG of the real clip."""
    if not CLIP.exists():
        raise RuntimeError(f"{CLIP.relative_to(ROOT)} is not there")
    out.parent.mkdir(parents=True, exist_ok=True)
    script = Path(__file__).with_name("real_noise.py")
    command: list[str | Path] = [EKBOM_PYTHON, script, CLIP, out, "--hours", f"{hours:g}"]
    done = run([*command, "--seed", str(seed)], LIMIT_S)
    if done.failure:
        raise RuntimeError(f"making a night: {done.failure}")
    return out


def make(condition: str, seed: int, hours: float) -> Truth:
    """Two legs under one condition, in a folder of its own."""
    out = BENCH / "nights" / f"{condition}-{seed}" / "night.edf"
    if condition == REAL_NOISE:
        on_real_rest(out, hours, seed)
    else:
        synthesise(out, hours, seed, "--signals", "legs", "--condition", condition)
    return Truth(out, truth.leg_movements(truth.truth_path(out)))
