"""Do the answers match the published criteria for restless legs syndrome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.children import (
    categories_in_children,
    cues_in_children,
    for_clinician_to_judge,
)
from ekbom.assessment.criteria import (
    ANOTHER_CONDITION,
    MET_IN_HISTORY,
    MIMICS_OPEN,
    essential_criteria,
    first_four,
    is_met_in_history,
    rules_of,
    state_of,
)
from ekbom.assessment.findings import Finding, Section, by_rule, joined
from ekbom.assessment.person import pregnant
from ekbom.assessment.screening import screens
from ekbom.assessment.specifiers import clinical_significance, course, supportive_features
from ekbom.assessment.systems import three_systems
from ekbom.caveats import Caveat
from ekbom.knowledge.clinic import CriteriaSet
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Truth, all_of

_TOGETHER, _FIFTH, _FOUR, _PREGNANT = "R-DX-06", "R-DX-05", "R-DX-15", "R-DX-16"
_FOUR_ONLY = Caveat(
    "four-criteria-only",
    "Judged by the edition of 2003; since 2014 a fifth criterion is asked: not solely accounted "
    "for by another condition.",
)
_FOR_A_CLINICIAN = "for a clinician to judge"


def diagnosis(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Do the answers match the published criteria for restless legs syndrome.

    Parameters
    ----------
    case : Case
        The patient on the day.
    concluded : Mapping of str to Conclusion
        With the look-alikes weighed before; none of them settles a criterion by itself.
    """
    five = essential_criteria(case, concluded)
    together = _together(case, five)
    four = _four(case, five)
    criteria = [_criterion(case, c) for rule, c in five.items() if case.in_force(rule)]
    findings = (
        together,
        *criteria,
        four,
        *course(case, together.conclusion),
        *((by_rule(case, clinical_significance(case)),) if case.in_force("R-DX-08") else ()),
        *supportive_features(case),
        *three_systems(case, five, together.conclusion),
        *categories_in_children(case, five),
        *cues_in_children(case),
        *screens(case),
        _in_pregnancy(case),
    )
    return Section("diagnosis", "Diagnostic criteria", findings, _summary(case, together, findings))


def _in_pregnancy(case: Case) -> Finding:
    expecting = pregnant(case).named(_PREGNANT, "Pregnant")
    state = {Truth.YES: "pregnant", Truth.NO: "not pregnant"}.get(expecting.truth, "")
    return by_rule(case, expecting, state=state)


def _together(case: Case, five: Mapping[str, Conclusion]) -> Finding:
    """All criteria the edition asks, as one finding."""
    criteria = case.knowledge.record(CriteriaSet, case.editions["diagnosis"])
    asked = rules_of(criteria)
    statement = f"The answers match the criteria: {criteria.name}"
    reached = all_of(statement, *(five[rule] for rule in asked)).named(_TOGETHER, statement)
    if _FIFTH not in asked:
        reached = reached.with_caveat(_FOUR_ONLY)
    judged = for_clinician_to_judge(case, reached)
    withheld = judged.truth is not reached.truth
    state = _FOR_A_CLINICIAN if withheld else state_of(five, fifth_is_asked=_FIFTH in asked)
    finding = by_rule(case, judged, state=state)
    if _FIFTH in asked:
        return finding
    # The words of the rule speak of five criteria; four have a rule of their own.
    return replace(finding, words=case.rule(_FOUR).when[judged.truth.value])


def _four(case: Case, five: Mapping[str, Conclusion]) -> Finding:
    """The first four; a patient hears of them in the summary, where it hangs on them."""
    finding = by_rule(case, first_four(five).named(_FOUR, "The first four criteria are met"))
    return replace(finding, words=Words(finding.words.clinician))


def _criterion(case: Case, reached: Conclusion) -> Finding:
    state = MET_IN_HISTORY if is_met_in_history(reached) else ""
    return by_rule(case, reached, state=state)


def _summary(case: Case, together: Finding, findings: tuple[Finding, ...]) -> Words:
    """The criteria together and, where it hangs on the fifth, what is said of four and five."""
    wanted = {MIMICS_OPEN: (_FOUR, _FIFTH), ANOTHER_CONDITION: (_FIFTH,)}.get(together.state, ())
    truths = {finding.conclusion.id: finding.conclusion.truth for finding in findings}
    words = [
        together.words,
        *(case.rule(rule_id).when[truths[rule_id].value] for rule_id in wanted),
    ]
    return joined(words)
