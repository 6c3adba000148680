"""Published doses beside this patient's kidneys and age; for clinicians only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.kidney import latest_clearance, latest_filtration_rate
from ekbom.assessment.person import is_child, is_elderly
from ekbom.followup.daily_doses import above_maximum, step_of, taken_per_day
from ekbom.knowledge.binding import Param
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.treatment import Action, Dose
from ekbom.logic import Fact, Truth
from ekbom.treatment.options import DoseInformation

_RULE = "R-DOS-01"


@dataclass(frozen=True, slots=True)
class DoseLimits:
    """How long, d, a creatinine and a weight last where a dose depends on them."""

    edition: str
    creatinine_lasts_d: Annotated[float, Param("regimen/creatinine-lasts", "d")]
    weight_lasts_d: Annotated[float, Param("regimen/weight-lasts", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def dose_information(case: Case, action: Action) -> tuple[DoseInformation, ...]:
    """The doses on file of an action, one for each form, as they read for this patient.

    Parameters
    ----------
    case : Case
        The patient on the day.
    action : Action
        A medicine.

    Returns
    -------
    tuple of DoseInformation
        Empty for a child and for whom may be one: no dose is shown for a child.
    """
    if is_child(case).truth is not Truth.NO:
        return ()
    doses = case.knowledge.of(Dose).values()
    return tuple(_information(case, dose) for dose in doses if dose.action == action.id)


def _information(case: Case, dose: Dose) -> DoseInformation:
    return DoseInformation(
        dose=dose,
        creatinine_clearance=latest_clearance(case),
        filtration_rate=latest_filtration_rate(case),
        renal=step_of(case, dose),
        taken_per_day=taken_per_day(case, dose),
        above_maximum=above_maximum(case, dose),
        above_label=above_maximum(case, dose, kidneys=False),
        on_dialysis=case.condition("dialysis").truth is Truth.YES,
        says=tuple(_says(case, dose)),
    )


def _says(case: Case, dose: Dose) -> Iterator[str]:
    """What holds for this patient first, then what holds for everyone."""
    if case.condition("dialysis").truth is Truth.YES:
        own = f"On dialysis: {dose.dialysis}" if dose.dialysis else ""
        yield own or _words(case, "dialysis", Truth.UNKNOWN)
        if dose.renal:
            yield _words(case, "dialysis")
    elif dose.renal:
        yield from _of_clearance(case)
    elderly = is_elderly(case).truth
    if dose.elderly and elderly is not Truth.NO:
        yield dose.elderly
    if dose.elderly and elderly is Truth.UNKNOWN:
        yield _words(case, "age-open")
    if dose.note:
        yield dose.note


def _of_clearance(case: Case) -> Iterator[str]:
    """What is missing for the clearance, or too old to rest a dose on."""
    clearance, limits = latest_clearance(case), case.fixed_limits(DoseLimits)
    if clearance.value is None:
        missing = ", ".join(_missing(case)) or "an adult age to the year"
        yield f"Missing: {missing}. {_words(case, 'clearance-unknown')}"
        return
    weighed = max((weight.on for weight in case.patient.weights), default=None)
    yield from _age(case, "Creatinine", clearance.on, limits.creatinine_lasts_d, "creatinine-old")
    yield from _age(case, "Weight", weighed, limits.weight_lasts_d, "weight-old")


def _missing(case: Case) -> Iterator[str]:
    creatinine: Fact = case.lab("creatinine")
    if creatinine.value is None:
        yield "creatinine"
    elif creatinine.bound:
        yield "creatinine as a number"
    if not case.patient.weights:
        yield "weight"
    if case.patient.person.sex is None:
        yield "sex"


def _age(case: Case, what: str, on: date | None, lasts_d: float, part: str) -> Iterator[str]:
    days = 0 if on is None else (case.as_of - on).days
    if days > lasts_d:
        yield f"{what} of {on}, {days} days old. {_words(case, part)}"


def _words(case: Case, part: str, truth: Truth = Truth.YES) -> str:
    return case.rule(f"{_RULE}:{part}").when[truth.value].clinician
