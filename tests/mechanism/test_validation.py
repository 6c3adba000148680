"""The validation: every row held out is judged or explained, and the page is current."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from ekbom.errors import KnowledgeError, UsageError
from ekbom.interop.posterior_files import calibration_report, posterior_draws
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelVariant, Trial
from ekbom.mechanism.calibration.calibrate import SECTIONS, problem_of
from ekbom.mechanism.calibration.trial_predictions import (
    at_week,
    why_not_predicted,
    withdrawal_week,
)
from ekbom.mechanism.calibration.trial_rows import row_id, rows_for
from ekbom.mechanism.calibration.validation import judged, log_score, new_trials, pooled

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = load(SECTIONS)
TRIALS = KNOWLEDGE.of(Trial)
HELD_OUT = rows_for(TRIALS.values(), "holdout")
VARIANTS = tuple(KNOWLEDGE.of(ModelVariant))
REPORT = calibration_report()


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_row_held_out_is_judged_or_explained(variant: str) -> None:
    judged_rows = {
        row["row"]: row for row in REPORT["variants"][variant]["asked"] if row["use"] == "holdout"
    }
    left_out = {row["row"]: row["why"] for row in REPORT["not_predicted"]}
    assert judged_rows.keys().isdisjoint(left_out)
    held_out = {row_id(trial, row) for trial, row in HELD_OUT}
    assert held_out <= judged_rows.keys() | left_out.keys()
    assert judged_rows.keys() <= held_out
    assert all(left_out.values())


@pytest.mark.parametrize("variant", VARIANTS)
def test_covered_means_inside_the_interval(variant: str) -> None:
    own = REPORT["variants"][variant]
    observed = {row_id(t, o): o for t in TRIALS.values() for o in t.observations}
    for row in (*own["fit"], *own["asked"]):
        assert row["observed"] == observed[row["row"]].value
        assert row["low"] <= row["median"] <= row["high"]
        if row["kind"] != "direction":
            assert row["covered"] is (row["low"] <= row["observed"] <= row["high"])


def test_the_claim_that_iron_cuts_movements_is_in_the_report() -> None:
    for variant in VARIANTS:
        rows = [row["row"] for row in REPORT["variants"][variant]["asked"]]
        assert "seed-iron-plms/carboxymaltose/plms-index@12" in rows
        assert REPORT["variants"][variant]["d2_by_hour"]["least_over_most"] <= 1


def test_few_rows_are_left_unpredicted() -> None:
    """Leaving a row out needs a reason that was there before the fit; these are all."""
    left_out = {row_id(t, o) for t, o in HELD_OUT if why_not_predicted(t, o)}
    assert left_out == {
        "bae-2021/carboxymaltose/relapse@52",
        "garcia-borreguero-2014-sleep/pregabalin-300-vs-placebo/slow-wave-sleep@4",
        "garcia-borreguero-2014-sleep/pregabalin-300-vs-pramipexole-0.5/slow-wave-sleep@4",
    }


def test_the_page_is_that_of_the_report() -> None:
    """Write it anew with: python scripts/calibrate.py --table."""
    path = ROOT / "scripts/calibration_table.py"
    spec = importlib.util.spec_from_file_location("calibration_table", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (ROOT / "docs/mechanism-validation.md").read_text(encoding="utf-8")
    assert page == module.table(REPORT)


def test_a_mean_over_trials_has_no_effect_of_its_own() -> None:
    assert pooled(TRIALS["qadri-2024"])
    assert not pooled(TRIALS["hogl-2011"])
    rows = tuple((t, o) for t, o in HELD_OUT if t.id in ("qadri-2024", "bae-2021"))
    problem = problem_of(KNOWLEDGE, tuple(r for r in rows if not why_not_predicted(*r)))
    n = len(problem.ids)
    points = new_trials(problem, np.zeros((50, n)), np.random.default_rng(0))
    for i, name in enumerate(problem.trials):
        effects = points[:, [n + i, n + len(problem.trials) + i]]
        assert bool(effects.std() > 0.5) is (name != "qadri-2024")


def test_intervals_and_scores_of_known_predictions() -> None:
    rows = tuple((t, o) for t, o in HELD_OUT if t.id == "treat-2")
    problem = problem_of(KNOWLEDGE, rows)
    exact = np.tile(problem.observed, (20000, 1))
    for row, error in zip(
        judged(problem, exact, np.random.default_rng(0)), problem.errors, strict=True
    ):
        assert row["covered"]
        assert row["high"] - row["low"] == pytest.approx(2 * 1.645 * error, rel=0.05)
    assert not any(
        row["covered"]
        for row in judged(problem, exact + 5 * problem.errors, np.random.default_rng(0))
    )
    expected = -np.sum(np.log(problem.errors * np.sqrt(2 * np.pi)))
    assert log_score(problem, exact, "holdout") == pytest.approx(expected, abs=0.01)


def test_weeks_between_readings_are_in_proportion() -> None:
    course = np.array([[0.0], [10.0], [30.0]])
    assert at_week(course, 1)[0] == 10
    assert at_week(course, 1.25)[0] == pytest.approx(15)


def test_only_a_medicine_is_withdrawn() -> None:
    assert withdrawal_week(TRIALS["bogan-2010"]) == 24
    assert withdrawal_week(TRIALS["cho-2018"]) is None


def test_an_unknown_variant_has_no_draws() -> None:
    with pytest.raises(UsageError, match="no posterior draws"):
        posterior_draws("serotonin")


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("a,b\n1,x\n", "no number"),
        ("a,b\n1,nan\n", "not finite"),
        ("a,b\n", "none"),
        ("", "none"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, table: str, why: str) -> None:
    (tmp_path / "one.csv").write_text(table)
    (tmp_path / "one.json").write_text(json.dumps({"seed": 1}))
    with pytest.raises(KnowledgeError, match=why):
        posterior_draws("one", tmp_path)


def test_facts_that_are_missing_are_named(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("a\n1\n")
    with pytest.raises(KnowledgeError, match="missing"):
        posterior_draws("one", tmp_path)
    (tmp_path / "one.json").write_text("{")
    with pytest.raises(KnowledgeError, match="no JSON"):
        posterior_draws("one", tmp_path)
