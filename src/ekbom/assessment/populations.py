"""Childhood, pregnancy, breast-feeding, dialysis and old age: what changes for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, cited_by
from ekbom.assessment.person import is_child, is_elderly, is_young_child, pregnant, trimester
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Fact, Truth, stated

_NOTHING_SAID = Words("", "")


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
    past_question = pregnant(case)
    by_age = past_question.fact is not None and past_question.fact.key == "person:age"
    return replace(past_question, statement="Breast-feeding") if _open(asked) and by_age else asked


def _open(conclusion: Conclusion) -> bool:
    return conclusion.truth is Truth.UNKNOWN


def _finding(case: Case, name: str, conclusion: Conclusion, state: str = "") -> Finding:
    rule = case.rule(f"R-POP-01:{name}")
    named = cited_by(rule, replace(conclusion, id=rule.id, statement=rule.name))
    truth = conclusion.truth
    words = rule.when.get(truth.value, _NOTHING_SAID)
    return Finding(rule.name, named, state or truth.value, words)
