"""Fit every variant of the mechanism to the trials, and write what the package ships of it.

    python scripts/calibrate.py                 all variants, checks of the method included
    python scripts/calibrate.py --table         only write the table anew from the report

It reads the records of the package and writes ``src/ekbom/mechanism/posterior`` and
``docs/mechanism-validation.md``. Run it with ``make calibrate``.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from calibration_checks import nuts_check, rank_check
from calibration_table import table

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelVariant, Trial
from ekbom.mechanism.calibration.calibrate import (
    SECTIONS,
    Predict,
    Problem,
    Rows,
    data_hash,
    inputs,
    predictor,
    problem_of,
)
from ekbom.mechanism.calibration.fitting import fitted
from ekbom.mechanism.calibration.trial_predictions import why_not_predicted
from ekbom.mechanism.calibration.trial_rows import row_id, rows_for
from ekbom.mechanism.calibration.validation import judged, log_score, new_trials
from ekbom.mechanism.circadian import dopamine_rhythm
from ekbom.mechanism.circadian import wave as wave_of
from ekbom.mechanism.dopamine import occupancies

HERE = Path(__file__).resolve().parent.parent
POSTERIOR = HERE / "src/ekbom/mechanism/posterior"
PAGE = HERE / "docs/mechanism-validation.md"
SCRIPT = "scripts/calibrate.py"
SEED = 20261122
DRAWS = 400
DECIMALS = 4


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--table", action="store_true", help="only write the table anew")
    options.add_argument("--variants", nargs="*", help="only these, for a trial run")
    options.add_argument("--out", type=Path, default=POSTERIOR, help="folder to write to")
    options.add_argument("--no-checks", action="store_true", help="leave out NUTS and ranks")
    chosen = options.parse_args()
    if not chosen.table:
        calibrate(chosen.out, chosen.variants, checks=not chosen.no_checks)
    report = json.loads((chosen.out / "report.json").read_text())
    page = PAGE if chosen.out == POSTERIOR else chosen.out / PAGE.name
    page.write_text(table(report))
    return 0


def calibrate(out: Path, only: list[str] | None, *, checks: bool) -> None:
    import jax

    jax.config.update("jax_enable_x64", True)
    start = time.time()
    out.mkdir(parents=True, exist_ok=True)
    knowledge = load(SECTIONS)
    trials = knowledge.of(Trial).values()
    fit_rows = rows_for(trials, "fit")
    wanted = [*rows_for(trials, "holdout"), *rows_for(trials, "claim")]
    told = [(t, o) for t, o in rows_for(trials, "told") if t.weeks == 0 and o.against]
    asked: Rows = tuple((t, o) for t, o in [*wanted, *told] if not why_not_predicted(t, o))
    variants = only or list(knowledge.of(ModelVariant))
    predict_fit = predictor(problem_of(knowledge, fit_rows))
    predict_new = predictor(problem_of(knowledge, asked))
    made = {
        "script": SCRIPT,
        "seed": SEED,
        "draws": DRAWS,
        "made_on": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("jax", "numpy", "numpyro")},
    }
    report: dict[str, Any] = {"made": made, "variants": {}}
    for name in variants:
        report["variants"][name] = one_variant(
            knowledge, name, (fit_rows, asked), (predict_fit, predict_new), made, out
        )
        said(start, f"{name} done")
    report["not_predicted"] = [
        {"row": row_id(t, o), "use": o.use, "why": why_not_predicted(t, o)}
        for t, o in wanted
        if why_not_predicted(t, o)
    ]
    if checks:
        report["nuts"] = nuts_check(knowledge, SEED)
        said(start, "NUTS done")
        report["ranks"] = rank_check(knowledge, SEED)
    report["minutes"] = round((time.time() - start) / 60, 1)
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    said(start, "report written")


def said(start: float, text: str) -> None:
    print(f"{(time.time() - start) / 60:5.1f} min  {text}", file=sys.stderr, flush=True)


def one_variant(
    knowledge: KnowledgeBase,
    name: str,
    rows: tuple[Rows, Rows],
    predict: tuple[Predict, Predict],
    made: Mapping[str, Any],
    out: Path,
) -> dict[str, Any]:
    problem = problem_of(knowledge, rows[0], name)
    began = time.time()
    fit = fitted(problem, predict[0], np.random.default_rng(SEED), draws=DRAWS)
    said(began, f"{name}: chi2 {fit.mode.chi2:.1f}, k {fit.pareto:.2f}, {fit.mended.accepted:.2f}")
    n = len(problem.ids)
    scores = fit.mended.points[:, :n].round(DECIMALS)
    with (out / f"{name}.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(problem.ids)
        writer.writerows([[f"{cell:.{DECIMALS}f}" for cell in line] for line in scores])
    spread = np.sqrt(np.diag(fit.mode.covariance))
    mode_rows = predict[0](*inputs(problem, np, fit.mode.point[None]))[0]
    facts = {
        **made,
        "variant": name,
        "data_hash": data_hash(problem),
        "mode": named(problem, fit.mode.point),
        "mode_rows": dict(zip(problem.row_ids, mode_rows.round(6).tolist(), strict=True)),
        "chi2": round(fit.mode.chi2, 2),
        "rows": len(problem.rows),
        "mode_steps": fit.mode.steps,
        "effective_parameters": round(fit.mode.effective(0, n), 2),
        "effective_trial_effects": round(fit.mode.effective(n, problem.size), 2),
        "pareto_shape": round(fit.pareto, 2),
        "importance_sample_size": round(fit.sample_size, 1),
        "steps_accepted": round(fit.mended.accepted, 3),
        "drift": round(fit.mended.drift, 3),
    }
    (out / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")
    rng = np.random.default_rng(SEED + 1)
    own = predict[0](*inputs(problem, np, fit.mended.points))
    asked = problem_of(knowledge, rows[1], name)
    points = new_trials(asked, scores, rng)
    new = predict[1](*inputs(asked, np, points))
    judged_new = judged(asked, new, rng)
    return {
        "contraction": [
            {
                "id": id_,
                "mean": round(float(scores[:, i].mean()), 3),
                "sd": round(float(scores[:, i].std()), 3),
                "laplace_mean": round(float(fit.mode.point[i]), 3),
                "laplace_sd": round(float(spread[i]), 3),
            }
            for i, id_ in enumerate(problem.ids)
        ],
        "fit": judged(problem, own, rng),
        "asked": judged_new,
        "log_score": log_score(asked, new, "holdout"),
        "d2_by_hour": d2_by_hour(problem, fit.mode.point),
        **{key: facts[key] for key in list(facts)[-9:]},
    }


def d2_by_hour(problem: Problem, point: np.ndarray) -> dict[str, float]:
    """At which clock hours dopamine holds the fewest and the most D2/D3 receptors, untreated."""
    values, _, _ = inputs(problem, np, point)
    wave = wave_of(np, np.arange(24) + 0.5, values.body.peak_h, values.body.trough_h)
    rhythm = dopamine_rhythm(np, wave, values.body.dopamine_amplitude)
    held, _ = occupancies(rhythm, 0.0, values.body)
    return {
        "least_held_at_h": float(np.argmin(held)) + 0.5,
        "most_held_at_h": float(np.argmax(held)) + 0.5,
        "least_over_most": round(float(held.min() / held.max()), 3),
    }


def named(problem: Problem, point: np.ndarray) -> dict[str, Any]:
    n, k = len(problem.ids), len(problem.trials)
    rounded = point.round(6).tolist()
    return {
        "scores": dict(zip(problem.ids, rounded[:n], strict=True)),
        "shifts": dict(zip(problem.trials, rounded[n : n + k], strict=True)),
        "gains": dict(zip(problem.trials, rounded[n + k :], strict=True)),
    }


if __name__ == "__main__":
    sys.exit(main())
