"""Childhood, pregnancy, breast-feeding, dialysis and old age: what changes for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, cited_by
from ekbom.assessment.pregnancy import days_pregnant, pregnant
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Fact, Truth, negated, stated

EDITION = "ekbom-assessment-1"
_NOTHING_SAID = Words("", "")


@dataclass(frozen=True, slots=True)
class PopulationLimits:
    """Ages, a, and days of pregnancy, d, at which other rules hold."""

    edition: str
    adult_a: Annotated[float, Param("diagnosis/adult-age", "a")]
    own_words_a: Annotated[float, Param("diagnosis/clinician-entry-below-age", "a")]
    elderly_a: Annotated[float, Param("populations/elderly-from", "a")]
    childbearing_a: Annotated[float, Param("populations/childbearing-from", "a")]
    first_trimester_end_d: Annotated[float, Param("iron/first-trimester-end", "d")]
    second_trimester_end_d: Annotated[float, Param("iron/second-trimester-end", "d")]
    pregnancy_max_d: Annotated[float, Param("record/pregnancy-max", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def populations(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Childhood, pregnancy, breast-feeding, dialysis and old age: what changes for them."""
    part = trimester(case)
    child = is_child(case)
    young = () if child.truth is Truth.NO else (_is_young_child(case),)
    findings = (
        _finding(case, "child", child),
        *(_finding(case, "young-child", conclusion) for conclusion in young),
        _finding(case, "pregnant", is_pregnant(case), f"{part} trimester" if part else ""),
        _finding(case, "breastfeeding", _is_breastfeeding(case)),
        _finding(case, "dialysis", case.condition("dialysis")),
        _finding(case, "elderly", _aged(case, "elderly_a")),
    )
    by_truth = {truth: [f for f in findings if f.conclusion.truth is truth] for truth in Truth}
    ordered = (*by_truth[Truth.YES], *by_truth[Truth.UNKNOWN], *by_truth[Truth.NO])
    return Section("populations", "Special situations", ordered)


def is_child(case: Case) -> Conclusion:
    """Whether the person is a child or an adolescent on the day."""
    return negated("A child or adolescent", _aged(case, "adult_a"))


def is_pregnant(case: Case) -> Conclusion:
    """Whether the person is pregnant on the day.

    Unknown where a recorded pregnancy would have lasted longer than any; no where nobody asked
    and age leaves no question.
    """
    days = days_pregnant(case)
    if days is not None and days > _limits(case).pregnancy_max_d:
        fact = Fact("person:pregnant", "Pregnant", path=case.patient.pregnancies[-1].path)
        return stated(fact, Truth.UNKNOWN, "Pregnant", "When did the recorded pregnancy end?")
    found = pregnant(case)
    grown = _aged(case, "childbearing_a")
    if found.truth is Truth.UNKNOWN and grown.truth is Truth.NO:
        return replace(grown, statement="Pregnant")
    return found


def trimester(case: Case) -> str:
    """``first``, ``second`` or ``third`` of a pregnancy that goes on; empty where not known."""
    days = days_pregnant(case)
    if days is None or is_pregnant(case).truth is not Truth.YES:
        return ""
    limits = _limits(case)
    if days < limits.first_trimester_end_d:
        return "first"
    return "second" if days < limits.second_trimester_end_d else "third"


def _is_young_child(case: Case) -> Conclusion:
    """Whether the person is too young to be asked in words of their own."""
    return negated("A young child", _aged(case, "own_words_a"))


def _is_breastfeeding(case: Case) -> Conclusion:
    """Whether the person is breast-feeding; no for a man, and at an age without children."""
    person = case.patient.person
    if person.sex == "male":
        fact = Fact("person:sex", "Sex", "male", path="person.sex")
        return stated(fact, Truth.NO, "Breast-feeding")
    asked = case.answer("breastfeeding")
    past_question = is_pregnant(case)
    by_age = past_question.fact is not None and past_question.fact.key == "person:age"
    return replace(past_question, statement="Breast-feeding") if _open(asked) and by_age else asked


def _open(conclusion: Conclusion) -> bool:
    return conclusion.truth is Truth.UNKNOWN


def _aged(case: Case, name: str) -> Conclusion:
    limit = _limits(case).provenance[name]
    reached = case.is_at_least(float(limit.value), f"Aged {limit.value:g} or over")
    return replace(reached, limit=limit)


def _limits(case: Case) -> PopulationLimits:
    return bind(PopulationLimits, case.knowledge, EDITION)


def _finding(case: Case, name: str, conclusion: Conclusion, state: str = "") -> Finding:
    rule = case.rule(f"R-POP-01:{name}")
    named = cited_by(rule, replace(conclusion, id=rule.id, statement=rule.name))
    truth = conclusion.truth
    words = rule.when.get(truth.value, _NOTHING_SAID)
    return Finding(rule.name, named, state or truth.value, words)
