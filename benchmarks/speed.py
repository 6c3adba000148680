"""Time and memory of whole programs on one large night, interleaved, page cache warm."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from statistics import median
from typing import Any

import nights
from processes import BENCH, EKBOM, EKBOM_PYTHON, PEER_PYTHON, PEERS, Run, run

LIMIT_S = 1800.0
# A program slower than this is run in fewer rounds, and the table says in how many.
PATIENCE_S = 60.0
FEWER_ROUNDS = 3

RESCORE = "re-score from kept envelope"

GOALS = {
    "ekbom score": {"wall_s": 1.5, "peak_rss_mb": 400.0},
    "ekbom --help": {"wall_s": 0.3},
    RESCORE: {"wall_s": 0.015},
}


def programs(night: Path) -> dict[str, list[str | Path]]:
    """What is timed, by name."""
    psgscoring: list[str | Path] = [PEER_PYTHON, PEERS / "psgscoring_adapter.py", night]
    luna: list[str | Path] = [PEER_PYTHON, PEERS / "luna_adapter.py", night]
    options: list[str | Path] = ["--no-truth", "--count-only", "--configuration"]
    return {
        "cat of the file": ["cat", night],
        "ekbom --help": [EKBOM, "--help"],
        "ekbom score": [EKBOM, "score", night, "--json"],
        "psgscoring: 2 uV end": [*psgscoring, *options, "2 uV end"],
        "luna: default": [*luna, *options, "default"],
    }


def failure_of(done: Run, name: str) -> str | None:
    """Why a run does not count: the process failed, or a peer said so in its answer."""
    if done.failure or ":" not in name:
        return done.failure
    results: dict[str, Any] = json.loads(done.output)["results"]
    return next((one["failure"] for one in results.values() if "failure" in one), None)


def enough(runs: list[Run]) -> bool:
    """Whether a slow program has been run often enough."""
    return len(runs) >= FEWER_ROUNDS and median(one.wall_s for one in runs) > PATIENCE_S


def rounds_of(commands: dict[str, list[str | Path]], rounds: int) -> dict[str, Any]:
    """Run every command once a round, in turn."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    failures: dict[str, str] = {}
    for number in range(rounds):
        for name, command in commands.items():
            if name in failures or enough(runs[name]):
                continue
            print(f"speed: round {number + 1}, {name}", file=sys.stderr, flush=True)
            done = run(command, LIMIT_S, keep_output=":" in name)
            why = failure_of(done, name)
            if why:
                failures[name] = why
            else:
                runs[name].append(done)
    return {
        name: {"failure": failures[name]} if name in failures else figures(runs[name])
        for name in commands
    }


def figures(runs: list[Run]) -> dict[str, Any]:
    """Medians of one program's runs."""
    return {
        "wall_s": median(one.wall_s for one in runs),
        "wall_s_all": [round(one.wall_s, 4) for one in runs],
        "cpu_s": median(one.cpu_s for one in runs),
        "peak_rss_mb": median(one.peak_rss_mb for one in runs),
        "rounds": len(runs),
    }


def rescoring(night: Path) -> dict[str, Any]:
    """Scoring again from a kept envelope with new thresholds, timed inside one process."""
    print("speed: re-scoring from a kept envelope", file=sys.stderr, flush=True)
    done = run([EKBOM_PYTHON, Path(__file__).with_name("rescore.py"), night], LIMIT_S)
    if done.failure:
        return {RESCORE: {"failure": done.failure}}
    answer: dict[str, Any] = json.loads(done.output)
    part = {"wall_s": answer["movements_and_series_only_s"], "rounds": answer["rounds"]}
    return {RESCORE: answer, "of which movements and series": part}


def measure(rounds: int, hours: float) -> dict[str, Any]:
    """Times and memory on one night of many signals."""
    folder = BENCH / "nights" / "speed"
    try:
        night = nights.synthesise(folder / "night.edf", hours, 1, "--signals", "full")
    except RuntimeError as problem:
        return {"trouble": str(problem)}
    commands = programs(night)
    run(commands["cat of the file"], LIMIT_S, keep_output=False)
    timed = rounds_of(commands, rounds)
    timed |= rescoring(night)
    size_mb = night.stat().st_size / 1e6
    shutil.rmtree(folder)
    return {"hours": hours, "size_mb": size_mb, "goals": GOALS, "programs": timed}
