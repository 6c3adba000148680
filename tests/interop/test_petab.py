"""The calibration written as a PEtab problem is whole, and its model is ours."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path

import libsbml
import numpy as np
import pytest
import roadrunner

from ekbom.errors import WritingError
from ekbom.interop.petab import SECTIONS, petab_of, write_petab
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelParameter, Trial
from ekbom.mechanism.calibration.trial_rows import row_id, rows_for, standard_error_of
from ekbom.mechanism.individual import individual
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.regimen import Arm, Line, layout_of, scheduled
from ekbom.mechanism.simulate import run
from ekbom.mechanism.symbolic.formula_rest import LEAD_D
from ekbom.mechanism.symbolic.trial_formulas import FIRST_NOON_D, condition_of

KNOWLEDGE = load(SECTIONS)
TRIALS = KNOWLEDGE.of(Trial)
PRIORS = Priors.of(KNOWLEDGE)
PROBLEM = petab_of(KNOWLEDGE)
# By the standard, version 1.
REQUIRED = {
    "conditions": {"conditionId"},
    "measurements": {"observableId", "simulationConditionId", "measurement", "time"},
    "observables": {"observableId", "observableFormula", "noiseFormula"},
    "parameters": {
        "parameterId",
        "parameterScale",
        "lowerBound",
        "upperBound",
        "nominalValue",
        "estimate",
    },
}
SUFFIXES = {"fit": "", "holdout": "-holdout"}


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(PROBLEM.files[f"{name}.tsv"]), delimiter="\t"))


def parameter_ids() -> set[str]:
    """Ids of the model's parameters."""
    document = libsbml.readSBMLFromString(PROBLEM.files["model.xml"])
    # The list lives as long as its document.
    return {each.getId() for each in document.getModel().getListOfParameters()}


@pytest.mark.parametrize("suffix", SUFFIXES.values())
def test_tables_have_the_columns_of_the_standard_and_unique_ids(suffix: str) -> None:
    for kind, columns in REQUIRED.items():
        rows = table(kind if kind == "conditions" else f"{kind}{suffix}")
        assert columns <= set(rows[0])
        assert all(None not in row.values() for row in rows)
        if kind != "measurements":
            ids = [row[f"{kind.removesuffix('s')}Id"] for row in rows]
            assert len(set(ids)) == len(ids)
            assert all(each.isidentifier() for each in ids)


@pytest.mark.parametrize(("use", "suffix"), SUFFIXES.items())
def test_every_row_is_measured_once_or_left_out_with_a_reason(use: str, suffix: str) -> None:
    rows = {row_id(*each): each for each in rows_for(TRIALS.values(), use)}  # type: ignore[arg-type]
    left_out = [row for row, its_use, reason in PROBLEM.left_out if its_use == use and reason]
    measured = {}
    ties = []
    for line in table(f"measurements{suffix}"):
        if line["datasetId"].startswith("tie of "):
            ties.append(line["datasetId"].removeprefix("tie of "))
            continue
        assert line["datasetId"] not in measured
        measured[line["datasetId"]] = line
    assert set(measured) | set(left_out) == set(rows)
    assert set(measured).isdisjoint(left_out)
    assert set(ties) <= set(measured)
    for name, line in measured.items():
        trial, row = rows[name]
        assert float(line["measurement"]) == row.value
        assert float(line["noiseParameters"]) == standard_error_of(trial, row).value
        # An hour after noon; saturation at six in the morning.
        hour = -6 if row.measure == "transferrin-saturation" else 1
        assert float(line["time"]) == pytest.approx(LEAD_D + 1 + 7 * row.week + hour / 24)


def test_every_fitted_row_is_in() -> None:
    assert not [row for row, use, _ in PROBLEM.left_out if use == "fit"]


def test_no_held_out_row_is_measured_in_the_fit() -> None:
    fitted = {line["datasetId"] for line in table("measurements")}
    held_out = {row_id(*each) for each in rows_for(TRIALS.values(), "holdout")}
    assert fitted.isdisjoint(held_out)


@pytest.mark.parametrize("suffix", SUFFIXES.values())
def test_every_id_leads_somewhere(suffix: str) -> None:
    ids = parameter_ids()
    parameters = {line["parameterId"] for line in table(f"parameters{suffix}")}
    conditions = table("conditions")
    observables = {line["observableId"]: line for line in table(f"observables{suffix}")}
    measured = table(f"measurements{suffix}")
    assert set(conditions[0]) - {"conditionId", "conditionName"} <= ids
    own = {each for line in conditions for each in line.values() if each in parameters}
    named = {line["observableParameters"] for line in measured} - {""}
    assert parameters <= ids | own | named
    assert named <= parameters
    assert {line["simulationConditionId"] for line in measured} <= {
        line["conditionId"] for line in conditions
    }
    assert {line["observableId"] for line in measured} == set(observables)
    for each, line in observables.items():
        words = set(re.findall(r"[A-Za-z_]\w*", line["observableFormula"])) - {"ln"}
        assert words - {f"observableParameter1_{each}"} <= ids
        assert line["noiseFormula"] == f"noiseParameter1_{each}"


def test_priors_are_those_of_the_records_on_their_scale() -> None:
    lines = {line["parameterId"]: line for line in table("parameters")}
    ids = parameter_ids()
    seen = 0
    for record in PRIORS.uncertain:
        slug = f"{record.drug.replace('-', '_')}_{record.symbol}".removeprefix("_")
        name = f"logit_{slug}" if record.scale == "logit" else slug
        if slug not in ids:
            continue
        line = lines[name]
        middle, spread = map(float, line["objectivePriorParameters"].split(";"))
        scaled = {
            "log": math.log(record.median),
            "logit": math.log(record.median / (1 - record.median)) if record.median < 1 else 0.0,
            "linear": record.median,
        }[record.scale]
        assert (middle, spread) == (scaled, record.spread)
        assert line["parameterScale"] == ("log" if record.scale == "log" else "lin")
        nominal = float(line["nominalValue"])
        assert nominal == pytest.approx(scaled if record.scale == "logit" else record.median)
        assert float(line["lowerBound"]) < nominal < float(line["upperBound"])
        seen += 1
    assert seen > 40
    hope = KNOWLEDGE.of(ModelParameter)["expectation-between-trials"].median
    assert lines["expectation_shift_oertel_2007"]["objectivePriorParameters"] == f"0;{hope:g}"


def test_a_condition_runs_as_its_arm_does_here() -> None:
    trial = TRIALS["oertel-2007"]
    arm = next(each for each in trial.arms if each.id == "pramipexole")
    settings = next(
        line for line in table("conditions") if line["conditionId"] == "oertel_2007__pramipexole"
    )
    document = libsbml.readSBMLFromString(PROBLEM.files["model.xml"])
    target = document.getModel()
    for name, value in settings.items():
        if name.startswith("condition"):
            continue
        # A trial's own effects at the middle of their priors.
        middle = {"person_expectation_shift": 0.0, "person_response_gain": 1.0}.get(name)
        target.getParameter(name).setValue(float(value) if middle is None else middle)
    runner = roadrunner.RoadRunner(libsbml.writeSBMLToString(document))
    runner.integrator.stiff = True
    runner.integrator.relative_tolerance = 1e-8
    # A single number would be scaled by each state's value, however near to nothing.
    n_states = len(runner.integrator.getAbsoluteToleranceVector())
    runner.integrator.absolute_tolerance = [1e-10] * n_states
    names = ["irls", "plms_index", "ferritin", "augmentation"]
    runner.timeCourseSelections = names
    n_days = 42
    begin = LEAD_D + 1 + 1 / 24
    theirs = np.array(runner.simulate(times=[0, begin, begin + n_days]))
    parameters = PRIORS.values(np, {})
    days = np.arange(n_days)
    lines = tuple(
        Line(
            dose.drug,
            float(dose.dose.removesuffix(" mg")),
            tuple(float(time.split(":")[0]) for time in dose.times),
            (days >= dose.from_day) & ((days < dose.to_day) | (dose.to_day < 0)),
        )
        for dose in arm.regimen
    )
    here = Arm(lines, np.ones(n_days, dtype=bool))
    layout = layout_of([here])
    movements = MovementIndex.of(KNOWLEDGE)
    person = condition_of(trial, arm, KNOWLEDGE, parameters.drugs).person
    assert theirs[1, :2] == pytest.approx([person.irls, person.plms_index], rel=1e-3)
    own, state = individual(np, person, parameters, layout, movements)
    doses = scheduled([here], layout, parameters.drugs, n_days)
    nights = run(layout, own, state, doses, movements).nights
    ours = [getattr(nights, name)[-1, 0] for name in names]
    assert theirs[2] == pytest.approx(ours, rel=0.01)


def test_the_lead_is_before_the_first_dose() -> None:
    firsts = [
        float(value)
        for line in table("conditions")
        for name, value in line.items()
        if name.endswith(("_first_d", "_from_d"))
    ]
    assert min(firsts) > FIRST_NOON_D - 1


def test_files_are_written_and_name_each_other(tmp_path: Path) -> None:
    write_petab(tmp_path / "problem", PROBLEM)
    written = {path.name for path in (tmp_path / "problem").iterdir()}
    assert written == {*PROBLEM.files, "left-out.tsv"}
    for name in ("problem.yaml", "problem-holdout.yaml"):
        text = (tmp_path / "problem" / name).read_text()
        assert set(re.findall(r"[\w-]+\.(?:tsv|xml)", text)) <= written


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(WritingError, match="folder could not be made"):
        write_petab(tmp_path / "taken", PROBLEM)
