"""The keys of a scenario file, from which its checks and its JSON Schema follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ekbom.knowledge.validation import schema
from ekbom.mechanism.parameters import DEFAULT_VARIANT
from ekbom.patient.record import BareNumber, ClockText, Day, PartialDay, QuantityText


@dataclass(frozen=True, slots=True)
class WrittenModelPerson:
    """``person``: who it is about; what is left out is assumed, and said to be."""

    sex: Literal["female", "male"]
    born: PartialDay | None = None
    weight: QuantityText | BareNumber = ""
    irls: float | None = None
    plms_index_per_h: float | None = None
    wake_after_sleep_onset_min: float | None = None
    awakenings: float | None = None
    creatinine_clearance: QuantityText | BareNumber = ""
    iron_loss_mg_per_d: float = 0.0
    labs: Mapping[str, QuantityText | BareNumber] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WrittenSleep:
    """``sleep``: the habitual night."""

    lights_off: ClockText = ""
    lights_on: ClockText = ""


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """One line of a regimen: on given days, or from a day on."""

    drug: str
    dose: QuantityText | BareNumber
    times: tuple[ClockText, ...]
    form: str = ""
    start: Day | None = None
    stop: Day | None = None
    every_days: int = 1
    on: tuple[Day, ...] = ()
    missed: float = 0.0
    skipped: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenCourse:
    """``courses[]``: one course of treatment."""

    name: str
    regimen: tuple[WrittenLine, ...] = ()
    expectation: Literal["yes", "no"] | None = None


@dataclass(frozen=True, slots=True)
class ScenarioRecord:
    """A whole scenario."""

    title: str
    start: Day
    days: int
    person: WrittenModelPerson
    courses: tuple[WrittenCourse, ...]
    question: str = ""
    sleep: WrittenSleep = field(default_factory=WrittenSleep)
    taken_so_far: tuple[WrittenLine, ...] = ()
    genes: Mapping[str, int] = field(default_factory=dict)
    gene_pathway: Literal["risk-only", "barrier", "receptors"] = "risk-only"
    draws: int = 200
    seed: int = 1
    variant: str = DEFAULT_VARIANT
    spread: Literal["mean", "people"] = "mean"


def scenario_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file."""
    return schema(ScenarioRecord, "Scenario", "One person, some courses, and what the model does.")
