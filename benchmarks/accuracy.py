"""Every program on the same synthetic nights: which movements it finds, and how many it counts."""

from __future__ import annotations

import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matching
import nights
import truth
from processes import EKBOM, PEER_PYTHON, PEERS, run

# The overlap psgscoring's own documentation uses per leg; the stricter one is kept beside it.
LEAST_OVERLAP = 0.2
STRICT_OVERLAP = 0.5

LIMIT_S = 900.0
PEER_PROGRAMS = ("psgscoring", "luna")

# Whose count of periodic movements is held against which edition's count on the truth.
EDITIONS = {"ekbom": "wasm-2016", "ekbom aasm-3": "aasm-3", "psgscoring": "aasm-3"}
SIDES = {"left": "L", "right": "R"}
OTHER_EDITION = "wasm-2016"


@dataclass(slots=True)
class Tally:
    """What one program in one configuration did under one condition."""

    legs: list[matching.Agreement] = field(default_factory=list)
    strict: list[matching.Agreement] = field(default_factory=list)
    periodic: list[int] = field(default_factory=list)
    periodic_truth: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NightResult:
    """One night: its truth, ekbom's counts on the truth, and what every program found."""

    true: nights.Truth
    counts: dict[str, int]
    results: dict[str, dict[str, Any]]


def edition_of(program: str) -> str:
    """Rule set whose count on the truth a program is held against."""
    known = [name for name in EDITIONS if program == name or program.startswith(f"{name}:")]
    return EDITIONS[max(known, key=len)] if known else OTHER_EDITION


def n_periodic(scored: dict[str, Any], edition: str) -> int:
    """Periodic movements of an `ekbom score --json` report.

    Luna leaves no movement out, psgscoring leaves out those of respiratory events: each is held
    against the count made in the same way.
    """
    flag = "is_periodic_nonrespiratory" if edition == "aasm-3" else "is_periodic"
    return sum(bool(movement[flag]) for movement in scored["movements"])


def ekbom_on_truth(night: Path) -> dict[str, int]:
    """Periodic movements when ekbom counts the true movements, by edition."""
    counts = {}
    for edition in sorted({*EDITIONS.values(), OTHER_EDITION}):
        marks = truth.truth_path(night)
        command: list[str | Path] = [EKBOM, "score", "--events", marks, "--rules", edition]
        done = run([*command, "--json"], LIMIT_S)
        if done.failure:
            raise RuntimeError(f"counting the truth by {edition}: {done.failure}")
        counts[edition] = n_periodic(json.loads(done.output), edition)
    return counts


def ekbom_events(night: Path, edition: str) -> dict[str, Any]:
    """What ekbom finds in a signal, in the form the peers answer in."""
    command: list[str | Path] = [EKBOM, "score", night, "--rules", edition]
    done = run([*command, "--per-leg", "--json"], LIMIT_S)
    if done.failure:
        return {"failure": done.failure}
    scored = json.loads(done.output)
    return {
        "leg_movements": [
            {**movement, "side": SIDES[movement["side"]]} for movement in scored["leg_movements"]
        ],
        "n_periodic": n_periodic(scored, edition),
        "work_s": done.wall_s,
    }


def ekbom_results(night: Path) -> dict[str, dict[str, Any]]:
    """What ekbom finds in a night, by both editions; stages and breathing stand in the file."""
    return {name: ekbom_events(night, EDITIONS[name]) for name in ("ekbom", "ekbom aasm-3")}


def peer_results(program: str, night: Path, *options: str) -> dict[str, dict[str, Any]]:
    """What a peer finds, by configuration."""
    done = run([PEER_PYTHON, PEERS / f"{program}_adapter.py", night, *options], LIMIT_S)
    if done.failure:
        return {program: {"failure": done.failure}}
    answer = json.loads(done.output)
    return {f"{program}: {name}": found for name, found in answer["results"].items()}


def add(tally: Tally, found: dict[str, Any], true: nights.Truth) -> None:
    """Add one night of one program to its tally."""
    if "failure" in found:
        tally.failures.append(found["failure"])
        return
    for side, movements in true.legs.items():
        mine = [
            (float(movement["onset_s"]), float(movement["offset_s"]))
            for movement in found["leg_movements"]
            if movement["side"] == side
        ]
        tally.legs.append(matching.agreement(movements, mine, LEAST_OVERLAP))
        tally.strict.append(matching.agreement(movements, mine, STRICT_OVERLAP))
    tally.periodic.append(found["n_periodic"])


def summary(tally: Tally) -> dict[str, Any]:
    """The figures of one program under one condition."""
    differences = [
        mine - theirs for mine, theirs in zip(tally.periodic, tally.periodic_truth, strict=True)
    ]
    total = sum(tally.periodic_truth)
    return {
        **matching.pool(tally.legs),
        "f1_iou_50": matching.pool(tally.strict)["f1"],
        "periodic": tally.periodic,
        "periodic_truth": tally.periodic_truth,
        "periodic_error_percent": 100 * sum(map(abs, differences)) / total if total else None,
        "nights": len(tally.periodic),
        "failures": tally.failures,
    }


def one_night(condition: str, seed: int, hours: float, peers: tuple[str, ...]) -> NightResult | str:
    """Make a night, let every program score it, delete it; or why that could not be done."""
    try:
        true = nights.make(condition, seed, hours)
        counts = ekbom_on_truth(true.night)
    except (RuntimeError, OSError) as problem:
        return f"seed {seed}: {problem}"
    results = ekbom_results(true.night)
    for program in peers:
        results |= peer_results(program, true.night)
    shutil.rmtree(true.night.parent)
    print(f"accuracy: {condition}, seed {seed} done", file=sys.stderr, flush=True)
    return NightResult(true, counts, results)


def measure(
    conditions: tuple[str, ...], n_seeds: int, hours: float, n_luna: int, n_jobs: int
) -> dict[str, Any]:
    """Figures by condition and program; `n_jobs` nights at a time, Luna on the first `n_luna`."""

    def peers(seed: int) -> tuple[str, ...]:
        return tuple(name for name in PEER_PROGRAMS if name != "luna" or seed <= n_luna)

    with ThreadPoolExecutor(n_jobs) as pool:
        waiting = {
            condition: [
                pool.submit(one_night, condition, seed, hours, peers(seed))
                for seed in range(1, n_seeds + 1)
            ]
            for condition in conditions
        }
        return {
            condition: figures_of([night.result() for night in submitted])
            for condition, submitted in waiting.items()
        }


def figures_of(outcomes: list[NightResult | str]) -> dict[str, Any]:
    """The figures of one condition from its nights."""
    tallies: dict[str, Tally] = {}
    for night in outcomes:
        if isinstance(night, str):
            continue
        for program, found in night.results.items():
            tally = tallies.setdefault(program, Tally())
            add(tally, found, night.true)
            if "failure" not in found:
                tally.periodic_truth.append(night.counts[edition_of(program)])
    return {
        "programs": {name: summary(tally) for name, tally in tallies.items()},
        "trouble": [night for night in outcomes if isinstance(night, str)],
    }


def measure_clip() -> dict[str, Any]:
    """What every program finds in the one real recording there is."""
    print("accuracy: the real clip", file=sys.stderr, flush=True)
    if not nights.CLIP.exists():
        return {}
    results = {"ekbom": ekbom_events(nights.CLIP, EDITIONS["ekbom"])}
    for program in PEER_PROGRAMS:
        results |= peer_results(program, nights.CLIP, "--no-truth")
    return results
