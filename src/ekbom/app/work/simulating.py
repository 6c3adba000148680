"""The work of a what if: record and question to a scenario, to draws of every structure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from typing import Any

import numpy as np

from ekbom.app.work.task import Outcome, Task, Told
from ekbom.errors import PatientError, UsageError
from ekbom.interop.model_draws import draws_on_file
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelVariant
from ekbom.knowledge.strict_yaml import parse
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.parameters import DEFAULT_VARIANT
from ekbom.mechanism.scenarios.scenario import Scenario, Simulation
from ekbom.mechanism.scenarios.scenario import simulate as run
from ekbom.mechanism.scenarios.what_if import from_plain
from ekbom.mechanism.schedule import WEEK_D
from ekbom.patient.reading import patient_from
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown
from ekbom.report.consultation.what_if import N_DRAWS, SEED, prepared, refused, result

_RESULT = "what-if.json"
# Of the bar: reading before the model runs, drawing after it.
_READ, _RAN = 0.05, 0.92
# A night a week is enough for a year and more; for some weeks one in three days.
_WEEKS_OF_FEW = 26
_EVERY_FEW_D = 3


def simulate(task: Task, told: Told) -> Outcome:
    """Run the model on what is asked, in every structure.

    Parameters
    ----------
    task : Task
        With the ``record`` as the text of a file, the day ``as_of``, and what is ``asked``.
    told : callable
        Told how far it is.

    Raises
    ------
    UsageError
        The model has nothing to say of this patient, or of what is asked.
    """
    told(0.0, "reading the record")
    arguments = task.arguments
    knowledge = load()
    shown = _consulted(arguments, knowledge)
    asked = from_plain(arguments["asked"])
    made = prepared(shown, asked)
    reasons = refused(shown, made)
    if reasons or made.scenario is None:
        raise UsageError(
            "the model has nothing to say of this: " + "; ".join(reasons),
            what_to_do="read on the page of options what may be discussed",
        )
    every = [DEFAULT_VARIANT, *(v for v in knowledge.of(ModelVariant) if v != DEFAULT_VARIANT)]
    draws = [draws_on_file(knowledge, variant, N_DRAWS, SEED) for variant in every]
    simulations = list(_simulated(made.scenario, draws, knowledge, told))
    told(_RAN, "drawing")
    found = result(simulations, made, asked, shown)
    text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    (task.folder / _RESULT).write_text(text, encoding="utf-8")
    return Outcome(
        _RESULT,
        _inputs(arguments, draws),
        knowledge.content_hash,
        dict(shown.consultation.editions),
        version("ekbom"),
    )


def _consulted(arguments: Any, knowledge: KnowledgeBase) -> ShownConsultation:
    as_of = date.fromisoformat(arguments["as_of"])
    file = parse("record.yaml", arguments["record"].encode(), PatientError)
    patient = patient_from(file, knowledge, as_of)
    return consultation_shown(patient, knowledge, as_of)


def _simulated(
    scenario: Scenario, draws: list[Draws], knowledge: KnowledgeBase, told: Told
) -> Iterator[Simulation]:
    few = scenario.n_days <= _WEEKS_OF_FEW * WEEK_D
    every_days = _EVERY_FEW_D if few else WEEK_D
    for k, own in enumerate(draws):

        def progress(share: float, done: int = k) -> None:
            ran = (done + share) / len(draws)
            told(_READ + (_RAN - _READ) * ran, f"structure {done + 1} of {len(draws)}")

        asked = replace(scenario, variant=own.variant, n_draws=min(N_DRAWS, len(own)))
        # What comes to no number is refused in words; a warning would say less.
        with np.errstate(invalid="ignore", divide="ignore"):
            yield run(asked, own, knowledge, every_days=every_days, progress=progress)


def _inputs(arguments: Any, draws: list[Draws]) -> dict[str, Any]:
    """Everything the result follows from, beside knowledge and version."""
    return {
        "asked": arguments["asked"],
        "as_of": arguments["as_of"],
        "record_sha256": hashlib.sha256(arguments["record"].encode()).hexdigest(),
        "n_draws": N_DRAWS,
        "seed": SEED,
        "variants": [
            {"id": one.variant, "draws": one.kind, "fit": dict(one.about)} for one in draws
        ],
    }
