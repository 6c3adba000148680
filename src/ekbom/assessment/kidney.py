"""Kidney function over time, as far as the record tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.person import person_limits
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Missing, Truth, all_of, below
from ekbom.patient.labs import (
    CkdEpi,
    CockcroftGault,
    creatinine_clearance,
    filtration_rate,
    in_unit,
)
from ekbom.patient.patient import Draw, Sex

# The edition of the equation by which creatinine gives a filtration rate.
EQUATION = "ckd-epi-2021"
# And of that by which it gives a clearance.
CLEARANCE_EQUATION = "cockcroft-gault-1976"


@dataclass(frozen=True, slots=True)
class KidneyLimits:
    """Filtration rates, mL/min/1.73 m2, the days, d, between two, and an age, a."""

    edition: str
    reduced: Annotated[float, Param("kidney/egfr-reduced", "mL/min/{1.73_m2}")]
    failure: Annotated[float, Param("kidney/egfr-failure", "mL/min/{1.73_m2}")]
    apart_d: Annotated[float, Param("kidney/egfr-apart", "d")]
    measured_from_age: Annotated[float, Param("kidney/age-for-renal-function", "a")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def kidney_limits(case: Case) -> KidneyLimits:
    """The limits on kidney function."""
    return case.fixed_limits(KidneyLimits)


def filtration_rates(case: Case) -> tuple[Fact, ...]:
    """Every filtration rate, as reported or from creatinine, oldest first."""
    draws = sorted(case.patient.draws, key=lambda draw: draw.on)
    found = (_filtration_rate(case, draw) for draw in draws)
    return tuple(rate for rate in found if rate is not None)


def _filtration_rate(case: Case, draw: Draw) -> Fact | None:
    if "egfr" in draw.results:
        return case.lab("egfr", draw)
    sex = case.patient.person.sex
    return None if sex is None else _from_creatinine(case, draw, sex)


def _from_creatinine(case: Case, draw: Draw, sex: Sex) -> Fact | None:
    creatinine = draw.results.get("creatinine")
    age, _ = case.patient.person.age_years(draw.on)
    adult = age >= person_limits(case).adult_a
    if creatinine is None or creatinine.bound or not adult:
        return None
    equation = bind(CkdEpi, case.knowledge, EQUATION)
    value = filtration_rate(in_unit(creatinine, "mg/dL", case.knowledge), age, sex, equation)
    empty = replace(case.lab("egfr"), value=value, on=draw.on, path=creatinine.path, bound="")
    return replace(empty, name=f"{empty.name}, from creatinine")


def latest_filtration_rate(case: Case) -> Fact:
    """The latest filtration rate, as reported or from creatinine; without a value where none is."""
    rates = filtration_rates(case)
    return rates[-1] if rates else case.lab("egfr")


def latest_clearance(case: Case) -> Fact:
    """The creatinine clearance by Cockcroft and Gault, by which labels dose.

    Of the latest creatinine, with the weight recorded last; without a value where creatinine,
    weight, sex or the age to a year is not known.
    """
    empty = Fact("person:creatinine-clearance", "Creatinine clearance", unit="mL/min")
    holding = [d for d in case.patient.draws if "creatinine" in d.results]
    draw = max(holding, key=lambda d: d.on, default=None)
    weight = max(case.patient.weights, key=lambda w: w.on, default=None)
    sex = case.patient.person.sex
    if draw is None or weight is None or sex is None or draw.results["creatinine"].bound:
        return empty
    age, _ = case.patient.person.age_years(draw.on)
    if age < person_limits(case).adult_a:
        return empty
    creatinine = draw.results["creatinine"]
    equation = bind(CockcroftGault, case.knowledge, CLEARANCE_EQUATION)
    in_mg = in_unit(creatinine, "mg/dL", case.knowledge)
    value = creatinine_clearance(in_mg, age, weight.kg, sex, equation)
    return replace(empty, value=value, on=draw.on, path=creatinine.path)


def kidneys_may_fail(case: Case) -> Conclusion:
    """Whether the latest filtration rate is in the range of kidney failure.

    Where the sex is not recorded: yes or no where it would be so for either.
    """
    limit = kidney_limits(case).provenance["failure"]
    reached = below(latest_filtration_rate(case), limit)
    if reached.truth is not Truth.UNKNOWN or case.patient.person.sex is not None:
        return reached
    holding = [draw for draw in case.patient.draws if "creatinine" in draw.results]
    draw = max(holding, key=lambda draw: draw.on, default=None)
    sexes: tuple[Sex, ...] = ("female", "male")
    rates = () if draw is None else tuple(_from_creatinine(case, draw, sex) for sex in sexes)
    either = [below(rate, limit) for rate in rates if rate is not None]
    if len({one.truth for one in either}) != 1:
        return reached
    return all_of("In the range of kidney failure, whatever the sex", *either)


def kidney_function_reduced(case: Case) -> Conclusion:
    """Whether filtration was reduced twice, far enough apart, and not normal in between."""
    statement = "Kidney function is reduced for three months or longer"
    rates, limits = filtration_rates(case), kidney_limits(case)
    steps = [below(rate, limits.provenance["reduced"]) for rate in rates]
    if not steps:
        steps = [below(case.lab("egfr"), limits.provenance["reduced"])]
    latest = steps[-1]
    if latest.truth is not Truth.YES:
        return all_of(statement, latest)
    low = _reduced_without_break(steps)
    first, last = low[0].fact, latest.fact
    days = 0 if not (first and first.on and last and last.on) else (last.on - first.on).days
    if days >= limits.apart_d:
        return all_of(statement, low[0], latest)
    lasting = Missing("lab:egfr", "Filtration rate again after three months")
    return all_of(statement, latest, Conclusion(Truth.UNKNOWN, lasting.ask, missing=(lasting,)))


def _reduced_without_break(steps: list[Conclusion]) -> list[Conclusion]:
    """The low values at the end, oldest first."""
    low: list[Conclusion] = []
    for step in reversed(steps):
        if step.truth is not Truth.YES:
            break
        low.insert(0, step)
    return low
