"""Iron status: every rule by itself, and the one that decides in their fixed order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import NOTHING_SAID, Finding, Section, by_rule, cited_by
from ekbom.assessment.hemoglobin import anemia
from ekbom.assessment.iron_rules import (
    IronCase,
    above_trials,
    child_consider,
    child_low,
    functional_deficiency,
    iron_is_low,
    kidney_failure,
    oral_or_vein,
    oral_suitable,
    prefer_vein,
    pregnancy_oral,
    pregnancy_vein,
    vein_blocked,
    vein_only,
)
from ekbom.assessment.iron_values import NEW_DRAW
from ekbom.assessment.kidney import kidneys_may_fail
from ekbom.assessment.person import pregnant
from ekbom.caveats import Caveat
from ekbom.knowledge.records import Answer, Words
from ekbom.logic import Conclusion, Truth

STATUS = "iron-status"
DISCUSS = "oral or IV iron may be discussed"
ORAL_ONLY = "only oral iron may be discussed"
VEIN_ONLY = "only IV may be discussed"
SPECIALIST = "specialist review"
STOP = "no iron: stop and refer"
NONE = "no iron indication in RLS"
REPEAT = "repeat the draw"
MORE_NEEDED = "more needed"

# In the order of the rules' numbers; each only in the editions that have it.
_RULES: Mapping[str, Callable[[IronCase], Conclusion]] = {
    "R-FE-02": oral_or_vein,
    "R-FE-03": vein_only,
    "R-FE-04": functional_deficiency,
    "R-FE-05": above_trials,
    "R-FE-06": oral_suitable,
    "R-FE-08": prefer_vein,
    "R-FE-09": vein_blocked,
    "R-FE-11": child_low,
    "R-FE-11:consider": child_consider,
    "R-FE-12": kidney_failure,
    "R-FE-13": pregnancy_oral,
    "R-FE-13:vein": pregnancy_vein,
    "iron-low": iron_is_low,
}
# On routes, by limits of adults; for a child the specialist decides.
_ADULTS_ONLY = ("R-FE-06", "R-FE-08")
_CRITERIA_OPEN = Caveat(
    "criteria-not-shown", "Holds for restless legs only; the criteria are not shown to be met."
)
_KIDNEYS_NOT_ASKED = Caveat(
    "kidney-failure-not-recorded",
    "Nobody recorded whether kidneys have failed; other limits hold then.",
)
# What a patient is told by itself; the rest is told by the status.
_TOLD = ("R-FE-14",)


@dataclass(frozen=True, slots=True)
class _Status:
    """How the rules decided: state, truth, the conclusion behind it, whose words say it."""

    state: str
    truth: Truth
    by: Conclusion
    words_of: str
    answer: Answer


def iron(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """The iron status, then every rule with its own answer.

    Parameters
    ----------
    case : Case
        The patient on the day.
    concluded : Mapping of str to Conclusion
        Conclusions of the parts before it; where ``R-DX-06`` is no, no iron is discussed.
    """
    on_day = IronCase.of(case)
    found = {"R-FE-00": on_day.values.valid, "R-FE-01": on_day.stop}
    left_out = _ADULTS_ONLY if on_day.adult.truth is Truth.NO else ()
    for rule_id, rule in _RULES.items():
        if rule_id not in left_out and case.in_force(rule_id.partition(":")[0]):
            found[rule_id] = rule(on_day)
    if on_day.values.after_iv_iron is not None:
        found["R-FE-10"] = on_day.values.after_iv_iron
    found["R-FE-14"] = anemia(case)
    status = _status(on_day, found, concluded.get("R-DX-06"))
    order = sorted(found, key=lambda id: (id == "iron-low", id))
    findings = [_finding(case, found[id], status) for id in order]
    leading = _leading(case, status, found, concluded.get("R-DX-06"))
    return Section("iron", "Iron", (leading, *findings), summary=leading.words)


# The order -----------------------------------------------------------------------------------


def _status(
    iron: IronCase, found: Mapping[str, Conclusion], criteria: Conclusion | None
) -> _Status:
    before = _before_any_limit(iron, found, criteria)
    if before is not None:
        return before
    adult = iron.adult
    if adult.truth is Truth.UNKNOWN:
        return _more_needed(adult)
    if adult.truth is Truth.NO:
        return _status_of_child(found, adult)
    group = _status_of_group(iron, found)
    return group if group is not None else _status_of_adult(iron, found)


def _before_any_limit(
    iron: IronCase, found: Mapping[str, Conclusion], criteria: Conclusion | None
) -> _Status | None:
    valid, stopped = found["R-FE-00"], found["R-FE-01"]
    overload = iron.case.condition("hemochromatosis").truth is Truth.YES
    if overload or (stopped.truth is Truth.YES and valid.truth is not Truth.NO):
        return _Status(STOP, Truth.NO, stopped, "R-FE-01", "yes")
    if valid.truth is Truth.NO:
        return _Status(REPEAT, Truth.UNKNOWN, valid, "R-FE-00", "no")
    if valid.truth is Truth.UNKNOWN:
        return _Status(MORE_NEEDED, Truth.UNKNOWN, valid, "R-FE-00", "unknown")
    if criteria is not None and criteria.truth is Truth.NO:
        return _Status(NONE, Truth.NO, criteria, STATUS, "no")
    return None


def _status_of_child(found: Mapping[str, Conclusion], child: Conclusion) -> _Status:
    for rule_id in ("R-FE-11", "R-FE-11:consider"):
        if rule_id not in found:
            return _Status(SPECIALIST, Truth.UNKNOWN, child, "R-FE-11", "unknown")
        if found[rule_id].truth is Truth.UNKNOWN:
            return _more_needed(found[rule_id])
        if found[rule_id].truth is Truth.YES:
            return _Status(SPECIALIST, Truth.YES, found[rule_id], rule_id, "yes")
    return _Status(NONE, Truth.NO, found["R-FE-11"], STATUS, "no")


def _status_of_group(iron: IronCase, found: Mapping[str, Conclusion]) -> _Status | None:
    """Kidney failure and pregnancy, where their own rules decide."""
    steps = (
        ("R-FE-12", VEIN_ONLY),
        ("R-FE-13:vein", VEIN_ONLY),
        ("R-FE-13", ORAL_ONLY),
    )
    kidneys = iron.case.condition("kidney-failure")
    if kidneys.truth is Truth.UNKNOWN and kidneys_may_fail(iron.case).truth is Truth.YES:
        return _more_needed(kidneys)
    belongs = {
        "R-FE-12": kidneys.truth is Truth.YES,
        "R-FE-13": pregnant(iron.case).truth is Truth.YES,
    }
    for rule_id, state in steps:
        if rule_id not in found or not belongs[rule_id.partition(":")[0]]:
            continue
        if found[rule_id].truth is Truth.YES:
            return _Status(state, Truth.YES, found[rule_id], rule_id, "yes")
        if found[rule_id].truth is Truth.UNKNOWN and rule_id != "R-FE-13:vein":
            return _more_needed(found[rule_id])
    return None


def _status_of_adult(iron: IronCase, found: Mapping[str, Conclusion]) -> _Status:
    kidneys, expecting = iron.case.condition("kidney-failure"), pregnant(iron.case)
    both = DISCUSS if "R-FE-03" in found else ORAL_ONLY
    steps = (
        ("R-FE-05", NONE, Truth.NO),
        ("R-FE-04", SPECIALIST, Truth.UNKNOWN),
        ("R-FE-02", both, Truth.YES),
        ("R-FE-03", VEIN_ONLY, Truth.YES),
    )
    for rule_id, state, truth in steps:
        rule = found.get(rule_id)
        if rule is None or rule.truth is Truth.NO:
            continue
        if rule.truth is Truth.UNKNOWN:
            return _more_needed(rule)
        if truth is Truth.YES and kidneys.truth is Truth.YES:
            return _Status(SPECIALIST, Truth.UNKNOWN, kidneys, "R-FE-12", "no")
        if truth is Truth.YES and expecting.truth is Truth.YES:
            return _Status(SPECIALIST, Truth.UNKNOWN, expecting, "R-FE-13", "no")
        if truth is Truth.YES and expecting.truth is Truth.UNKNOWN:
            return _more_needed(expecting)
        return _Status(state, truth, rule, rule_id, "yes")
    return _Status(NONE, Truth.NO, found["R-FE-02"], STATUS, "no")


def _more_needed(by: Conclusion) -> _Status:
    return _Status(MORE_NEEDED, Truth.UNKNOWN, by, STATUS, "unknown")


# Findings ------------------------------------------------------------------------------------


def _leading(
    case: Case, status: _Status, found: Mapping[str, Conclusion], criteria: Conclusion | None
) -> Finding:
    rule = case.rule(STATUS)
    conclusion = Conclusion(
        status.truth,
        "Iron treatment of restless legs may be discussed",
        id=STATUS,
        parts=tuple(found.values()),
        decided_by=(cited_by(case, case.rule(status.words_of), status.by),),
        missing=(NEW_DRAW,) if status.state == REPEAT else (),
        caveats=_caveats(case, status, criteria),
    )
    words = case.rule(status.words_of).when.get(status.answer, NOTHING_SAID)
    return Finding(rule.name, cited_by(case, rule, conclusion), status.state, words)


def _caveats(case: Case, status: _Status, criteria: Conclusion | None) -> tuple[Caveat, ...]:
    if status.state not in (DISCUSS, ORAL_ONLY, VEIN_ONLY, SPECIALIST):
        return ()
    caveats = []
    if criteria is None or criteria.truth is Truth.UNKNOWN:
        caveats.append(_CRITERIA_OPEN)
    recorded = case.condition("kidney-failure").truth is not Truth.UNKNOWN
    if not recorded and kidneys_may_fail(case).truth is not Truth.NO:
        caveats.append(_KIDNEYS_NOT_ASKED)
    return tuple(caveats)


def _finding(case: Case, conclusion: Conclusion, status: _Status) -> Finding:
    state = ""
    if conclusion.truth is Truth.YES and conclusion.id in _DECIDING:
        decides = conclusion.id == status.words_of and status.answer == "yes"
        state = "decides" if decides else "holds, but does not decide"
    finding = by_rule(case, conclusion, state=state)
    told = finding.words.patient if conclusion.rule in _TOLD else ""
    return replace(finding, words=Words(finding.words.clinician, told))


_DECIDING = (
    "R-FE-01",
    "R-FE-02",
    "R-FE-03",
    "R-FE-04",
    "R-FE-05",
    "R-FE-11",
    "R-FE-11:consider",
    "R-FE-12",
    "R-FE-13",
    "R-FE-13:vein",
)
