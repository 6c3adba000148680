"""Childhood, pregnancy, breast-feeding, dialysis and old age: what changes for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule
from ekbom.assessment.person import (
    is_child,
    is_elderly,
    is_young_child,
    no_childbearing_age,
    pregnant,
    trimester,
)
from ekbom.logic import Conclusion, Fact, Truth, stated


def populations(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Childhood, pregnancy, breast-feeding, dialysis and old age: what changes for them."""
    part = trimester(case)
    child = is_child(case)
    young = () if child.truth is Truth.NO else (is_young_child(case),)
    findings = (
        _finding(case, "child", child),
        *(_finding(case, "young-child", conclusion) for conclusion in young),
        _finding(case, "pregnant", pregnant(case), f"{part} trimester" if part else ""),
        _finding(case, "breastfeeding", _is_breastfeeding(case)),
        _finding(case, "dialysis", case.condition("dialysis")),
        _finding(case, "elderly", is_elderly(case)),
    )
    by_truth = {truth: [f for f in findings if f.conclusion.truth is truth] for truth in Truth}
    ordered = (*by_truth[Truth.YES], *by_truth[Truth.UNKNOWN], *by_truth[Truth.NO])
    return Section("populations", "Special situations", ordered)


def _is_breastfeeding(case: Case) -> Conclusion:
    """Whether the person is breast-feeding; no for a man, and at an age without children."""
    person = case.patient.person
    if person.sex == "male":
        fact = Fact("person:sex", "Sex", "male", path="person.sex")
        return stated(fact, Truth.NO, "Breast-feeding")
    asked = case.answer("breastfeeding")
    by_age = no_childbearing_age(case)
    return replace(by_age, statement="Breast-feeding") if _open(asked) and by_age else asked


def _open(conclusion: Conclusion) -> bool:
    return conclusion.truth is Truth.UNKNOWN


def _finding(case: Case, name: str, conclusion: Conclusion, state: str = "") -> Finding:
    rule = case.rule(f"R-POP-01:{name}")
    return by_rule(case, replace(conclusion, id=rule.id, statement=rule.name), state=state)
