"""The mechanism's speed: the compiled day-step beside solvers of the same model, one core."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
from pathlib import Path
from typing import Any

import mechanism_tables
from benchmark import machine
from processes import BENCH, EKBOM_PYTHON, PEER_PYTHON, PEERS, ROOT, run
from publishing import publish

HERE = Path(__file__).resolve().parent
LIMIT_S = 3600.0
MILLION = 1_000_000
SOLVERS = ("Tsit5", "Kvaerno5")


def worker(command: list[str | Path], core: int) -> dict[str, Any]:
    """What one measuring process found, or why it found nothing."""
    print(f"mechanism: {' '.join(str(part) for part in command[1:])}", file=sys.stderr, flush=True)
    os.environ["PYTHONPATH"] = os.pathsep.join((str(HERE), str(ROOT / "src")))
    # Compiling is not measured: a program compiled in an earlier round is taken up again.
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(BENCH / "jax-cache")
    done = run([*command, "--core", str(core)], LIMIT_S)
    if done.failure:
        return {"failure": done.failure}
    answer: dict[str, Any] = json.loads(done.output)
    return answer | {"process_peak_mb": done.peak_rss_mb}


def measure(core: int, rounds: int, sizes: list[int]) -> dict[str, Any]:
    """Every part in turn, so often; the parts that take long only once."""
    parts: dict[str, list[str | Path]] = {
        **{kind: [EKBOM_PYTHON, HERE / "mechanism_kernel.py", kind] for kind in ("f32", "f64")},
        **{
            part: [EKBOM_PYTHON, HERE / "mechanism_others.py", part]
            for part in ("numpy", "lsoda", "roadrunner", "gradient", "population")
        },
        **{
            f"diffrax {solver}": [PEER_PYTHON, PEERS / "diffrax_adapter.py", solver]
            for solver in SOLVERS
        },
    }
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in parts}
    for number in range(rounds):
        for name, command in parts.items():
            extra: list[str | Path] = []
            if name in ("f32", "f64"):
                now = [size for size in sizes if size < MILLION or number == 0]
                extra = ["--sizes", *(str(size) for size in now)]
            found[name].append(worker([*command, *extra], core))
    truth = worker([EKBOM_PYTHON, HERE / "mechanism_others.py", "truth"], core)
    return {"rounds": found, "truth_two_weeks": truth}


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="benchmarks/mechanism.py", description=__doc__)
    parser.add_argument("--core", type=int, default=(os.cpu_count() or 1) - 1)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="one round, no million patients")
    parser.add_argument("--no-write", action="store_true", help="leave results and docs alone")
    given = parser.parse_args()
    sizes = [256, 10_000] + ([] if given.quick else [MILLION])
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    load_before = os.getloadavg()
    results = measure(given.core, 1 if given.quick else given.rounds, sizes)
    results["about"] = {
        "date": today,
        "machine": machine(),
        "load": [round(load_before[0], 1), round(os.getloadavg()[0], 1)],
        "quick": given.quick,
        "rounds": 1 if given.quick else given.rounds,
    }
    publish(f"mechanism-{today}", results, mechanism_tables.render(results), given)


if __name__ == "__main__":
    BENCH.mkdir(exist_ok=True)
    main()
