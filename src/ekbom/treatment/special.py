"""People for whom other rules hold: pregnancy, kidneys, age, illnesses beside it."""

from __future__ import annotations

from collections.abc import Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Section, by_rule, reached
from ekbom.assessment.person import is_child, is_elderly, no_childbearing_age, pregnant
from ekbom.logic import Conclusion, Truth, all_of, any_of, negated

_HELD_FIRST = (Truth.YES, Truth.UNKNOWN, Truth.NO)
# Illnesses and states beside it, by the rule that says what each changes.
_BESIDE = {
    "special:pain": (
        "condition:peripheral-neuropathy",
        "condition:fibromyalgia",
        "question:chronic-pain",
    ),
    "special:insomnia": ("condition:insomnia-disorder", "question:insomnia"),
    "special:depression": ("condition:depression", "question:low-mood"),
    "special:substance-use": (
        "condition:substance-use-disorder",
        "condition:alcohol-use-disorder",
        "question:medicine-misuse-risk",
    ),
}


def special(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """What pregnancy, kidneys, age and other illnesses change; what holds comes first.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    found = {
        "R-TX-08": all_of("Pregnant", pregnant(case)),
        "R-TX-08:planned": _pregnancy_may_come(case),
        "R-TX-08:lactation": reached(known, "R-POP-01:breastfeeding", "Breast-feeding"),
        "R-TX-09": reached(known, "kidneys-failed", "Kidneys have failed"),
        "R-TX-10": all_of("A child or adolescent", is_child(case)),
        "special:elderly": is_elderly(case),
        **{
            id: any_of("At least one is on record", *(case.fact(fact) for fact in facts))
            for id, facts in _BESIDE.items()
        },
    }
    findings = [
        by_rule(case, all_of(case.rule(id).name, one).named(id, case.rule(id).name))
        for id, one in found.items()
    ]
    ordered = (f for truth in _HELD_FIRST for f in findings if f.conclusion.truth is truth)
    return Section("special", "What this person changes", tuple(ordered))


def _pregnancy_may_come(case: Case) -> Conclusion:
    """Whether a pregnancy is wished for or not ruled out; no where there can be none."""
    expecting = pregnant(case)
    cannot = case.patient.person.sex == "male" or no_childbearing_age(case) is not None
    past = case.answer("past-childbearing")
    if expecting.truth is Truth.YES or cannot:
        return Conclusion(Truth.NO, "May come", parts=(expecting,), decided_by=(expecting,))
    if past.truth is Truth.YES:
        return negated("May come", past)
    return case.answer("pregnancy-planned")
