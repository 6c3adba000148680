"""What every program of the mechanism's benchmark runs: an agonist every evening for a year."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from ekbom.knowledge.loading import load
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.regimen import Arm, Line, layout_of, scheduled
from ekbom.mechanism.schedule import Doses, Layout
from ekbom.mechanism.states import Person

YEAR_D = 365.25
WEEKS = 52
DRUG, DOSE_MG, CLOCK_H = "pramipexole", 0.5, 20.0
# What each patient's year leaves behind, once a week.
MEASURES = ("irls", "plms_index", "wake_min", "ferritin", "tsat", "augmentation")
KNOWLEDGE = load(("model-parameters", "model-variants", "scoring"))
PRIORS = Priors.of(KNOWLEDGE)
MOVEMENTS = MovementIndex.of(KNOWLEDGE)


def pin(core: int) -> None:
    """Keep this process, and every thread it starts, on one core."""
    os.sched_setaffinity(0, {core})


def person(ferritin_ug_per_l: Any = 40.0, irls: Any = 25.0) -> Person:
    """A patient; the rest of the measurements are the same for all."""
    return Person(
        weight_kg=75.0,
        ferritin_ug_per_l=ferritin_ug_per_l,
        tsat_percent=20.0,
        hemoglobin_g_per_dl=13.5,
        irls=irls,
        plms_index=35.0,
        wake_min=70.0,
        awakenings=12.0,
        bed_h=23.0,
        rise_h=7.0,
    )


def regimen(n_days: int) -> tuple[Layout, Doses]:
    """What is given, one lane, from the first noon with a dose after it."""
    every_day = np.ones(n_days, bool)
    arms = [Arm((Line(DRUG, DOSE_MG, (CLOCK_H,), every_day),), every_day)]
    layout = layout_of(arms)
    led = scheduled(arms, layout, PRIORS.values(np, {}).drugs, n_days)
    (taken,) = led.taken
    return layout, Doses((taken[1:],), (), led.oral_iron[1:], led.bled[1:], led.treated[1:])


def peak_since_reset_mb() -> float:
    """Largest resident set since `reset_peak`, as the kernel counts it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


def reset_peak() -> None:
    """Let the kernel count the peak of memory anew from here."""
    Path("/proc/self/clear_refs").write_text("5")


def timed(task: Callable[[], object], repeats: int, patient_years: float) -> dict[str, Any]:
    """Processor and wall time of a task, median of repeats after one that does not count."""
    task()
    reset_peak()
    found = [once(task) for _ in range(repeats)]
    return figures(found, patient_years) | {"peak_mb": peak_since_reset_mb()}


def once(task: Callable[[], object]) -> tuple[float, float]:
    """Processor and wall time of one run."""
    cpu, wall = time.process_time(), time.perf_counter()
    task()
    return time.process_time() - cpu, time.perf_counter() - wall


def figures(found: list[tuple[float, float]], patient_years: float) -> dict[str, Any]:
    """Medians, and how far repeats lie apart."""
    cpu = [pair[0] for pair in found]
    return {
        "patient_years": patient_years,
        "cpu_s": median(cpu),
        "cpu_s_all": [round(value, 4) for value in cpu],
        "wall_s": median(pair[1] for pair in found),
        "per_cpu_s": patient_years / median(cpu),
        "spread": (max(cpu) - min(cpu)) / median(cpu),
    }
