"""The demo: makes, scores and reports, once."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ekbom.cli.demo_model import night_back
from ekbom.cli.main import main
from ekbom.interop.edf import read_recording
from ekbom.interop.night import score_files
from ekbom.interop.patient_files import example_patient, read_patient
from ekbom.interop.scored_nights import night_began
from ekbom.knowledge.loading import load
from ekbom.mechanism.draws import prior_draws
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.scenarios.from_patient import Asked, scenario_of
from ekbom.mechanism.scenarios.scenario import simulate


def test_demo_scores_night_and_clip_and_makes_the_night_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "demo"
    assert main(["demo", "--hours", "0.3", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert {path.name for path in out.iterdir()} == {
        "rls-night.edf",
        "rls-night.truth.tsv",
        "rls-night.made-from.json",
        "rls-night.json",
        "patient.yaml",
        "report.html",
        "for-the-patient.html",
        "model.html",
        "real-clip.html",
    }
    truth = score_files(events=out / "rls-night.truth.tsv", rules="all")
    left = [len(edition.night.left) for edition in truth.editions.values()]
    row = re.search(r"movements, left leg +(\d+) +\d+ +(\d+) +\d+", said.out)
    assert row and list(map(int, row.groups())) == left
    assert re.search(r"left leg: a movement from 4\.\d to 6\.\d s", said.out)
    assert "is there already" not in said.err
    assert "WHERE WE STAND" in said.out
    for course in ("Untreated", "Placebo", "Iron by mouth", "Iron by vein", "Dopamine agonist"):
        assert re.search(rf"^  {course} +\d+", said.out, re.MULTILINE)
    assert said.out.count("PLMS index of the model") == 2
    assert "Simulation of the model" in (out / "model.html").read_text()
    last = said.out.rstrip().splitlines()[-2:]
    assert f"serve --store {out / 'store'} --patient {out / 'patient.yaml'}" in last[0]
    assert last[1].endswith("rls-night.edf")

    page = (out / "report.html").read_text()
    assert page.index("Consultation as of") < page.index("Leg movements in one night")
    index = json.loads((out / "rls-night.json").read_text())["editions"]["wasm-2016"]["indices"]
    base = load()
    (night,) = read_patient(out / "patient.yaml", base, date(2026, 5, 13)).nights
    assert night_began(read_recording(out / "rls-night.edf").start, "") == night.on
    assert night.plms_index_per_h == index["plms_nonrespiratory_per_h"]
    assert "Leg movements in one night" not in (out / "for-the-patient.html").read_text()

    made = (out / "rls-night.edf").stat().st_mtime_ns
    assert main(["demo", "--hours", "0.3", "--out", str(out)]) == 0
    again = capsys.readouterr()
    assert "is there already" in again.err
    assert again.out == said.out
    assert (out / "rls-night.edf").stat().st_mtime_ns == made

    assert main(["demo", "--hours", "0.2", "--out", str(out)]) == 0
    assert (out / "rls-night.edf").stat().st_mtime_ns != made


def test_a_night_of_a_course_is_scored_back_within_its_sampling_error() -> None:
    base, day = load(), date(2026, 11, 22)
    patient = example_patient("iron-deficient", base, day)
    made = scenario_of(patient, base, day, Asked(n_days=20, n_draws=3))
    assert made.scenario is not None
    draws = prior_draws(Priors.of(base), 3, np.random.default_rng(1))
    simulation = simulate(made.scenario, draws, base, every_days=20)
    nights = [night_back(simulation.courses[k], simulation, base, 3.0) for k in (0, -1)]
    for one in nights:
        assert one.scored_per_h is not None
        assert abs(one.scored_per_h - one.expected_per_h) < 3 * one.error_per_h
    assert nights[0].expected_per_h > nights[1].expected_per_h


def test_demo_says_where_it_may_not_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["demo", "--out", str(tmp_path / "file" / "demo")]) == 3
    assert "--out" in capsys.readouterr().err
