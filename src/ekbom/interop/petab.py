"""The calibration as a PEtab problem, for other fitting programs; nothing is read back from it."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ekbom.errors import WritingError
from ekbom.interop.files import write_whole
from ekbom.interop.petab_observables import Observable, observable_of, tie_of
from ekbom.interop.sbml import written_as_sbml
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelParameter, Observation, Trial, Use
from ekbom.mechanism.calibration.trial_rows import arm_of, row_id, rows_for, standard_error_of
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.movement_index import MovementIndex
from ekbom.mechanism.parameters import DEFAULT_VARIANT, Priors
from ekbom.mechanism.symbolic.formulas import Formulas, slug
from ekbom.mechanism.symbolic.trial_formulas import (
    FIRST_NOON_D,
    Condition,
    condition_of,
    formulas_of_conditions,
    logit_id,
    settings_of,
)

SECTIONS: Final = (
    "model-parameters",
    "model-variants",
    "model-statements",
    "scoring",
    "trials",
)
TITLE = "ekbom: calibration on trials, one mean person an arm"
# Bounds this many prior standard deviations from the median.
_BOUND_SD = 4.0
# The other arm's value is tied to the model within this share of the row's standard error.
_TIE = 0.05
# A night is read an hour after the noon that ends it.
_READ_D = FIRST_NOON_D + 1 / 24
# Saturation is read at six in the morning, before a tablet of iron.
_FASTING_D = FIRST_NOON_D - 6 / 24
_EXPECTATION_SD, _GAIN_SD = "expectation-between-trials", "trial-gain-sd"

Row = tuple[Trial, Observation]
Table = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class PetabProblem:
    """Files of a PEtab problem, by name.

    Parameters
    ----------
    files : mapping of str to str
        ``problem.yaml`` and what it names, with the rows that are fitted; the same with
        ``-holdout`` in the name, with rows that no fit may see.
    left_out : tuple of (str, str, str)
        Rows that are in neither: id, use, and why.
    """

    files: Mapping[str, str]
    left_out: tuple[tuple[str, str, str], ...]


def petab_of(knowledge: KnowledgeBase, *, variant: str = DEFAULT_VARIANT) -> PetabProblem:
    """The calibration of one variant as a PEtab problem, version 1.

    One mean person stands for each arm; trials differ by a shift of expectation. What that
    leaves out stands in the guide on exchange.

    Parameters
    ----------
    knowledge : KnowledgeBase
        With the sections of `SECTIONS`.
    variant : str
        Structure of the chain.
    """
    priors = Priors.of(knowledge, variant)
    trials = list(knowledge.of(Trial).values())
    uses: tuple[Use, ...] = ("fit", "holdout")
    rows = {use: rows_for(trials, use) for use in uses}
    drugs = priors.values(np, {}).drugs
    conditions: dict[tuple[str, str], Condition] = {}
    for trial, row in (*rows["fit"], *rows["holdout"]):
        found = observable_of(trial, row)
        if isinstance(found, str):
            continue
        for arm in (row.arm, row.against if found.tied else ""):
            if arm and (trial.id, arm) not in conditions:
                own = condition_of(trial, arm_of(trial, arm), knowledge, drugs)
                conditions[trial.id, arm] = own
    model = formulas_of_conditions(conditions.values(), priors, MovementIndex.of(knowledge))
    limits = LimitsOfUse.of(knowledge).in_short
    files = {
        "model.xml": written_as_sbml(model, TITLE, limits),
        "conditions.tsv": _tsv(_conditions(conditions.values(), model)),
    }
    for use, suffix in zip(uses, ("", "-holdout"), strict=True):
        used = [(trial, row) for trial, row in rows[use] if _is_in(trial, row)]
        measurements, ties = _measurements(used)
        files[f"measurements{suffix}.tsv"] = _tsv(measurements)
        files[f"observables{suffix}.tsv"] = _tsv(_observables(used))
        shifted = sorted({each.trial.id for each in conditions.values()})
        parameters = _parameters(model, priors, shifted, knowledge) + ties
        files[f"parameters{suffix}.tsv"] = _tsv(parameters)
        files[f"problem{suffix}.yaml"] = _yaml(suffix)
    left_out = tuple(
        (row_id(trial, row), row.use, found)
        for use in uses
        for trial, row in rows[use]
        if isinstance(found := observable_of(trial, row), str)
    )
    return PetabProblem(files, left_out)


def write_petab(folder: str | os.PathLike[str], problem: PetabProblem) -> None:
    """Write the files of a problem, each whole or not at all, those that name others last.

    Parameters
    ----------
    folder : str or os.PathLike
        Made where it does not exist.
    problem : PetabProblem
        See `petab_of`.

    Raises
    ------
    WritingError
        The folder or a file cannot be written.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WritingError(
            f"the folder could not be made ({error.strerror or error})",
            where=str(target),
            what_to_do="name another folder",
        ) from error
    for name in sorted(problem.files, key=lambda name: (name.endswith(".yaml"), name)):
        write_whole(target / name, problem.files[name].encode())
    columns = ("row", "use", "reason")
    left_out = [dict(zip(columns, each, strict=True)) for each in problem.left_out]
    write_whole(target / "left-out.tsv", _tsv(left_out, columns).encode())


def _is_in(trial: Trial, row: Observation) -> bool:
    return isinstance(observable_of(trial, row), Observable)


def _conditions(conditions: Iterable[Condition], model: Formulas) -> Table:
    """One line an arm; every line sets every value that any line sets."""
    own = {each.id: each.value for each in model.quantities if each.kind == "constant"}
    settings = [(each, settings_of(each)) for each in conditions]
    columns = sorted({name for _, values in settings for name in values if name in own})
    table = []
    for condition, values in settings:
        line = {
            "conditionId": condition.id,
            "conditionName": f"{condition.trial.name}: {condition.arm.id}",
        }
        line |= {name: _text(values.get(name, own[name])) for name in columns}
        shift, gain = _effects_of(condition.trial.id)
        line |= {"person_expectation_shift": shift, "person_response_gain": gain}
        table.append(line)
    return table


def _measurements(rows: Sequence[Row]) -> tuple[Table, Table]:
    """Measurements, and parameters that stand for the other arm of a difference."""
    table: Table = []
    parameters: Table = []
    for trial, row in rows:
        found = observable_of(trial, row)
        if isinstance(found, str):
            continue
        error = standard_error_of(trial, row).value
        other = f"other_arm_{len(parameters) + 1}" if found.tied else ""
        table.append(_measured(found.id, trial, row.arm, row, row.value, error, other))
        if found.tied:
            tie = tie_of(found).id
            own = _measured(tie, trial, row.against, row, 0.0, error * _TIE, other)
            table.append({**own, "datasetId": f"tie of {row_id(trial, row)}"})
            parameters.append(_free(other, f"value of {row.against} in {row_id(trial, row)}"))
    return table, parameters


def _measured(
    observable: str,
    trial: Trial,
    arm: str,
    row: Observation,
    value: float,
    error: float,
    other: str,
) -> dict[str, str]:
    condition = "__".join(slug(each).replace(".", "_") for each in (trial.id, arm))
    read_d = _FASTING_D if row.measure == "transferrin-saturation" else _READ_D
    return {
        "observableId": observable,
        "simulationConditionId": condition,
        "measurement": _text(value),
        "time": _text(7 * row.week + read_d),
        "observableParameters": other,
        "noiseParameters": _text(error),
        "datasetId": row_id(trial, row),
    }


def _observables(rows: Sequence[Row]) -> Table:
    found: dict[str, Observable] = {}
    for trial, row in rows:
        own = observable_of(trial, row)
        if isinstance(own, Observable):
            found[own.id] = own
            if own.tied:
                found[tie_of(own).id] = tie_of(own)
    return [
        {
            "observableId": each.id,
            "observableName": each.name,
            "observableFormula": each.formula,
            "observableTransformation": "lin",
            "noiseFormula": f"noiseParameter1_{each.id}",
            "noiseDistribution": "normal",
        }
        for each in found.values()
    ]


def _parameters(
    model: Formulas, priors: Priors, shifted: Sequence[str], knowledge: KnowledgeBase
) -> Table:
    known = {each.id for each in model.quantities}
    table = []
    for record in priors.uncertain:
        each = f"{slug(record.drug)}_{record.symbol}" if record.drug else record.symbol
        if each in known:
            table.append(_prior(each, record))
    known_spread = knowledge.of(ModelParameter)
    hope, gains = (known_spread[each].median for each in (_EXPECTATION_SD, _GAIN_SD))
    for trial in shifted:
        shift, gain = _effects_of(trial)
        table.append(_normal(shift, f"{trial}: shift of expectation", "lin", 0.0, 0.0, hope))
        table.append(_normal(gain, f"{trial}: factor on responses", "log", 1.0, 0.0, gains))
    return table


def _prior(each: str, record: ModelParameter) -> dict[str, str]:
    if record.scale == "log":
        middle = math.log(record.median)
        return _normal(each, record.name, "log", record.median, middle, record.spread)
    if record.scale == "logit":
        middle = math.log(record.median / (1 - record.median))
        return _normal(
            logit_id(each), f"{record.name}, logit", "lin", middle, middle, record.spread
        )
    own = _normal(each, record.name, "lin", record.median, record.median, record.spread)
    if record.lower is not None and record.upper is not None:
        own |= {"lowerBound": _text(record.lower), "upperBound": _text(record.upper)}
    return own


def _normal(
    each: str, name: str, scale: str, nominal: float, middle: float, spread: float
) -> dict[str, str]:
    """A parameter with a normal prior on its scale; bounds and nominal value are unscaled."""
    ends = (middle - _BOUND_SD * spread, middle + _BOUND_SD * spread)
    low, high = (math.exp(end) if scale == "log" else end for end in ends)
    return {
        "parameterId": each,
        "parameterName": name,
        "parameterScale": scale,
        "lowerBound": _text(low),
        "upperBound": _text(high),
        "nominalValue": _text(nominal),
        "estimate": "1",
        "objectivePriorType": "parameterScaleNormal",
        "objectivePriorParameters": f"{_text(middle)};{_text(spread)}",
    }


def _free(each: str, name: str) -> dict[str, str]:
    """A parameter that the tie to the model determines."""
    own = _normal(each, name, "lin", 0.0, 0.0, 1.0)
    bounds = {"lowerBound": "-1000", "upperBound": "1000"}
    prior = {
        "objectivePriorType": "parameterScaleUniform",
        "objectivePriorParameters": "-1000;1000",
    }
    return {**own, **bounds, **prior}


def _effects_of(trial: str) -> tuple[str, str]:
    """Ids of a trial's own shift of expectation and factor on responses."""
    return f"expectation_shift_{slug(trial)}", f"response_gain_{slug(trial)}"


def _text(value: object) -> str:
    number = float(value)  # type: ignore[arg-type]
    return str(int(number)) if number == int(number) else repr(number)


def _tsv(table: Table, columns: Sequence[str] = ()) -> str:
    """A table with tabs between columns, as the standard asks for."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(table[0]), delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def _yaml(suffix: str) -> str:
    return (
        "format_version: 1\n"
        f"parameter_file: parameters{suffix}.tsv\n"
        "problems:\n"
        "  - sbml_files:\n      - model.xml\n"
        "    condition_files:\n      - conditions.tsv\n"
        f"    measurement_files:\n      - measurements{suffix}.tsv\n"
        f"    observable_files:\n      - observables{suffix}.tsv\n"
    )
