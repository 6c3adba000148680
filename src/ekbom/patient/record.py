"""The file of a patient record: its keys, from which its checks and its JSON Schema follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from ekbom.knowledge.validation import schema

YesNo = Literal["yes", "no", "unknown"]


def _text_like(pattern: str, example: str) -> Any:
    """Told to editors by the schema; the reader refuses with better words than a pattern's."""
    return Field(json_schema_extra={"pattern": pattern, "examples": [example]})


DayText = Annotated[str, _text_like(r"^\d{4}-\d{2}-\d{2}$", "2026-05-02")]
PartialDayText = Annotated[str, _text_like(r"^\d{4}(-\d{2}(-\d{2})?)?$", "2026-05")]
ClockText = Annotated[str, _text_like(r"^([01]?\d|2[0-3]):[0-5]\d$", "21:30")]
QuantityText = Annotated[str, _text_like(r"^[<>]?\s*\d.*\S$", "23 ng/mL")]
# Read only to say what is missing: the unit.
BareNumber = Annotated[float, SkipJsonSchema()]

Day = date | DayText
PartialDay = date | int | PartialDayText


@dataclass(frozen=True, slots=True)
class WrittenPerson:
    """``person``: birth as day, month or year, and sex."""

    born: PartialDay
    sex: Literal["female", "male"] | None = None


@dataclass(frozen=True, slots=True)
class WrittenAnswers:
    """``answers[]``: what was answered on one day, by question id."""

    on: Day
    answers: Mapping[str, str | float]
    by: str = ""


@dataclass(frozen=True, slots=True)
class WrittenDraw:
    """``labs[]``: one blood sample; each result a number with its unit."""

    on: Day
    results: Mapping[str, QuantityText | BareNumber]
    at: ClockText = ""
    hours_since_iron: float | None = None
    fasting: YesNo = "unknown"


@dataclass(frozen=True, slots=True)
class WrittenMedication:
    """``medications[]``: one medicine from a day to a day."""

    drug: str
    started: PartialDay | None = None
    stopped: PartialDay | None = None
    form: str = ""
    dose: QuantityText | BareNumber = ""
    times: tuple[ClockText, ...] = ()
    for_: str = ""


@dataclass(frozen=True, slots=True)
class WrittenCondition:
    """``conditions[]``: a condition that is present, or with ``present: no`` was excluded."""

    condition: str
    since: PartialDay
    until: PartialDay | None = None
    present: Literal["yes", "no"] = "yes"


@dataclass(frozen=True, slots=True)
class WrittenPregnancy:
    """``pregnancies[]``: dated by the due date or by the last period."""

    due: Day | None = None
    last_period: Day | None = None
    ended: Day | None = None


@dataclass(frozen=True, slots=True)
class WrittenRelative:
    """``family[]``: a relative and whether that person has restless legs."""

    relation: Literal["mother", "father", "sister", "brother", "child", "other"]
    restless_legs: YesNo
    on: Day


@dataclass(frozen=True, slots=True)
class WrittenQuestionnaire:
    """``questionnaires[]``: scores by item number, or the total alone."""

    instrument: str
    on: Day
    items: Mapping[str, float] = field(default_factory=dict)
    total: float | None = None


@dataclass(frozen=True, slots=True)
class WrittenNight:
    """``nights[]``: the numbers of a night, or a ``file`` that ``ekbom score --json`` wrote."""

    on: Day
    file: str = ""
    method: Literal["polysomnography", "actigraphy", "unknown"] = "unknown"
    rules: str = ""
    scored_by: Literal["ekbom", "unknown"] = "unknown"
    respiratory_movements: Literal["excluded", "included", "unknown"] = "unknown"
    plms_index_per_h: float | None = None
    plms_arousal_index_per_h: float | None = None
    arousal_index_per_h: float | None = None
    apnea_hypopnea_index_per_h: float | None = None
    sleep_efficiency_percent: float | None = None
    sleep_latency_min: float | None = None
    wake_after_sleep_onset_min: float | None = None
    total_sleep_time_min: float | None = None
    plmw_index_per_h: float | None = None
    immobilization_plmw_index_per_h: float | None = None


@dataclass(frozen=True, slots=True)
class WrittenSpell:
    """``diary[]``: one spell of symptoms, its severity from 0 to 10."""

    on: Day
    began: ClockText
    ended: ClockText = ""
    severity: float | None = None


@dataclass(frozen=True, slots=True)
class WrittenWeight:
    """``weights[]``: body weight, kg."""

    on: Day
    kg: float


@dataclass(frozen=True, slots=True)
class WrittenOverride:
    """``overrides[]``: a block that a clinician lifts, for a reason that is kept."""

    block: str
    on: Day
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """A whole record as its file writes it; only ``id`` and ``person`` must be there."""

    id: str
    person: WrittenPerson
    answers: tuple[WrittenAnswers, ...] = ()
    labs: tuple[WrittenDraw, ...] = ()
    medications: tuple[WrittenMedication, ...] = ()
    conditions: tuple[WrittenCondition, ...] = ()
    pregnancies: tuple[WrittenPregnancy, ...] = ()
    family: tuple[WrittenRelative, ...] = ()
    questionnaires: tuple[WrittenQuestionnaire, ...] = ()
    nights: tuple[WrittenNight, ...] = ()
    diary: tuple[WrittenSpell, ...] = ()
    weights: tuple[WrittenWeight, ...] = ()
    overrides: tuple[WrittenOverride, ...] = ()


def record_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a patient record."""
    return schema(
        PatientRecord,
        "Patient record",
        "One person as recorded for ekbom; see docs/patient-record.md.",
    )
