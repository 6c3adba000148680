"""A scenario from a patient's record: people like this one, under courses that stand for a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import numpy as np

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelCourse
from ekbom.knowledge.treatment import Dose
from ekbom.mechanism.parameters import DEFAULT_VARIANT
from ekbom.mechanism.pharmacology import ACTS, IRON_BY_MOUTH, IRON_BY_VEIN, Acts
from ekbom.mechanism.scenarios.patient_medicines import Taken, changed_after, taken_on
from ekbom.mechanism.scenarios.patient_start import (
    Start,
    StartLimits,
    filtration_rates,
    has,
    latest_severity,
    said_yes,
    start_of,
)
from ekbom.mechanism.scenarios.scenario import Course, Scenario
from ekbom.mechanism.scenarios.written_lines import recorded_line
from ekbom.patient.patient import Patient

THREE_YEARS_D = 1095
AS_NOW = "As taken now"
_UNTREATED = "untreated"
_QUESTION = "How do people like this respond on average in the model?"
_PREGNANT = "pregnant"
_OVERLOAD, _KIDNEYS = "hemochromatosis", ("dialysis", "kidney-failure")
_TAKEN_ALREADY = {
    Acts.AGONIST: "a dopamine agonist is taken already",
    Acts.LIGAND: "an alpha-2-delta ligand is taken already",
    Acts.OPIOID: "an opioid is taken already",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A course that is not simulated, and why."""

    name: str
    because: str


@dataclass(frozen=True, slots=True)
class PatientScenario:
    """What a record gives the model.

    Parameters
    ----------
    scenario : Scenario or None
        None where the model has nothing to say of this person.
    refused : tuple of str
        Why there is none.
    read : tuple of str
        What of the record it stands on, each with its day.
    left_out : tuple of LeftOut
        Courses that are not simulated.
    course_ids : tuple of str
        Ids of the records of the courses, in the order of the scenario.
    """

    scenario: Scenario | None
    refused: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    course_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the model.

    Parameters
    ----------
    n_days, n_draws, seed, variant
        As of a `Scenario`.
    left_out : Mapping of str to str
        Courses that must not be simulated, by id of their record, and why.
    courses : tuple of ModelCourse
        Courses in place of those of the knowledge base; empty for those.
    """

    n_days: int = THREE_YEARS_D
    n_draws: int = 100
    seed: int = 1
    variant: str = DEFAULT_VARIANT
    left_out: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    courses: tuple[ModelCourse, ...] = ()


EVERYTHING = Asked()


def scenario_of(
    patient: Patient, knowledge: KnowledgeBase, as_of: date, asked: Asked = EVERYTHING
) -> PatientScenario:
    """The scenario of a patient: untreated, placebo, and one course for each kind of treatment.

    Where medicines that the model knows are taken, what is compared is added to them, and the
    first course goes on with them: what their end would do is not in the model.

    Parameters
    ----------
    patient : Patient
        The whole record; facts after ``as_of`` play no part.
    knowledge : KnowledgeBase
        All sections.
    as_of : datetime.date
        Day 0.
    asked : Asked
        Length, draws, structure, and courses that must not be simulated.

    Returns
    -------
    PatientScenario
        With a scenario, or with why there is none.
    """
    known = patient.as_of(as_of)
    limits = StartLimits.of(knowledge)
    taken = taken_on(known, knowledge, as_of)
    refused = tuple(_refusals(known, knowledge, limits, taken, as_of))
    if refused:
        return PatientScenario(None, refused)
    start = start_of(known, knowledge, limits)
    courses = asked.courses or tuple(knowledge.of(ModelCourse).values())
    records = sorted(courses, key=lambda one: one.order)
    because = {
        one.id: asked.left_out.get(one.id) or _why_not(one, known, knowledge, limits, start, taken)
        for one in records
    }
    kept = [one for one in records if not because[one.id]]
    return PatientScenario(
        _scenario(known, as_of, asked, start, taken, kept),
        read=(*start.read, *(one.says for one in taken.lines)),
        left_out=tuple(LeftOut(one.name, because[one.id]) for one in records if because[one.id]),
        course_ids=tuple(one.id for one in kept),
    )


def _scenario(
    patient: Patient,
    as_of: date,
    asked: Asked,
    start: Start,
    taken: Taken,
    courses: Sequence[ModelCourse],
) -> Scenario:
    before, n_before = taken.before(as_of)
    return Scenario(
        title=f"{patient.id}, {as_of}",
        question=_QUESTION,
        start=as_of,
        n_days=asked.n_days,
        person=start.person,
        courses=tuple(_course(one, taken, asked.n_days) for one in courses),
        before=before,
        n_before=n_before,
        n_draws=asked.n_draws,
        seed=asked.seed,
        variant=asked.variant,
        assumed={**start.assumed, **taken.assumed},
    )


# What the model has nothing to say of ------------------------------------------------------------


def _refusals(
    patient: Patient, knowledge: KnowledgeBase, limits: StartLimits, taken: Taken, as_of: date
) -> Iterator[str]:
    youngest, _ = patient.person.age_years(as_of)
    if youngest < limits.adult_a:
        yield f"under {limits.adult_a:g} years, or perhaps: the trials of the model were of adults"
    if _is_pregnant(patient, limits, as_of):
        yield "pregnancy: nothing of it is in the model"
    if any(has(patient, one) for one in _KIDNEYS) or any(
        rate < limits.failure for rate in filtration_rates(patient, knowledge)
    ):
        yield "kidney failure or dialysis: neither its iron nor its doses are in the model"
    for name in taken.unknown:
        yield f"{name} is taken: it acts on restless legs, and the model does not know it"
    severity = latest_severity(patient)
    if severity is not None:
        for name in changed_after(patient, knowledge, severity.on, as_of):
            yield (
                f"{name} was begun, changed or ended after the latest severity on record "
                f"(IRLS of {severity.on}): what severity is now is not known"
            )


def _is_pregnant(patient: Patient, limits: StartLimits, as_of: date) -> bool:
    """A pregnancy on record that has not ended, or one that was told of lately."""
    lasting = (
        one.ended is None and (as_of - one.last_period).days <= limits.pregnancy_max_d
        for one in patient.pregnancies
    )
    told = [one for one in patient.answers if one.question == _PREGNANT]
    latest = max(told, key=lambda one: one.on, default=None)
    told_lately = (
        said_yes(patient, _PREGNANT)
        and latest is not None
        and (as_of - latest.on).days <= limits.pregnancy_max_d
    )
    return any(lasting) or told_lately


# The courses -------------------------------------------------------------------------------------


def _why_not(
    course: ModelCourse,
    patient: Patient,
    knowledge: KnowledgeBase,
    limits: StartLimits,
    start: Start,
    taken: Taken,
) -> str:
    """Why a course is left out; empty where it is simulated."""
    drugs = {line.drug for line in course.regimen}
    if drugs & {*IRON_BY_MOUTH, *IRON_BY_VEIN}:
        if has(patient, _OVERLOAD):
            return "haemochromatosis is on record"
        saturation = start.saturation_percent
        if saturation is not None and saturation >= limits.saturation_stop:
            return f"transferrin saturation is {saturation:g} %, at or above the stop limit"
    for drug in sorted(drugs):
        if ACTS.get(drug) in taken.acts:
            return f"{_TAKEN_ALREADY[ACTS[drug]]}"
        if _is_cut(drug, knowledge, start.clearance_ml_per_min):
            return "published doses are cut at this creatinine clearance, and this course is not"
    return ""


def _is_cut(drug: str, knowledge: KnowledgeBase, clearance: float | None) -> bool:
    """Whether kidneys of this clearance get less than others, or nothing is on file for them."""
    doses = [one for one in knowledge.of(Dose).values() if one.drug == drug]
    if clearance is None:
        return False
    for step in (step for dose in doses for step in dose.renal):
        low = -np.inf if step.from_ml_per_min is None else step.from_ml_per_min
        high = np.inf if step.below_ml_per_min is None else step.below_ml_per_min
        is_lowest = step.from_ml_per_min is None
        if low <= clearance < high and (step.maximum is not None or is_lowest):
            return True
    return False


def _course(record: ModelCourse, taken: Taken, n_days: int) -> Course:
    own = tuple(recorded_line(one, n_days, f"model-courses/{record.id}") for one in record.regimen)
    going_on = tuple(one.line(n_days) for one in taken.lines)
    return Course(_name(record, taken), (*going_on, *own), record.hopes)


def _name(record: ModelCourse, taken: Taken) -> str:
    """The name of a course; where something is taken already, the others are added to it."""
    if not taken.acts:
        return record.name
    return AS_NOW if record.id == _UNTREATED else f"{record.name}, added"
