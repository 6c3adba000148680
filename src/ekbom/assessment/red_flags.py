"""What comes before everything else: emergencies, urgent matters, referrals.

A flag that is raised stands alone. Questions nobody asked are listed together: those about
emergencies at once, those about urgent matters after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule, counted_line
from ekbom.assessment.kidney import latest_filtration_rate
from ekbom.assessment.person import is_child, pregnant
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param
from ekbom.knowledge.clinic import Question, RedFlag
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Line
from ekbom.logic import (
    Conclusion,
    Fact,
    Missing,
    Truth,
    all_of,
    any_of,
    at_least,
    below,
    stated,
)

RULE = "R-RF-01"
# The rule that says whether all questions of an urgency were asked, its statement and state.
_ASKED = {
    "emergency": ("R-RF-02", "Every question about an emergency has been answered", "ask now"),
    "urgent": ("R-RF-03", "Every question about an urgent matter has been answered", "ask"),
}
_Weighed = tuple[RedFlag, Conclusion]
_SELF_HARM_QUESTIONNAIRE = "phq-9"
_SELF_HARM_QUESTION = "suicidal-thoughts"
_ANEMIA = "R-FE-14"


@dataclass(frozen=True, slots=True)
class SafetyLimits:
    """Limits of the flags that rest on numbers."""

    edition: str
    self_harm_item: Annotated[int, Param("severity/self-harm-item", "1")]
    self_harm_item_min: Annotated[float, Param("safety/self-harm-item-min", "1")]
    egfr_low: Annotated[float, Param("safety/egfr-low", "mL/min/{1.73_m2}")]
    ferritin_deficient: Annotated[float, Param("safety/ferritin-deficient", "ug/L")]
    emergency_answer_lasts_d: Annotated[float, Param("safety/emergency-answer-lasts", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def red_flags(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """What comes before everything else: emergencies, urgent matters, referrals."""
    weighed = weighed_flags(case, concluded)
    raised = {
        urgency: [
            Finding(flag.name, conclusion, urgency, flag.words)
            for flag, conclusion in weighed
            if flag.urgency == urgency and conclusion.truth is Truth.YES
        ]
        for urgency in ("emergency", "urgent", "refer")
    }
    ordered = (
        *raised["emergency"],
        _asked(case, "emergency", weighed),
        *raised["urgent"],
        *raised["refer"],
        _asked(case, "urgent", weighed),
    )
    return Section("red-flags", "Red flags", ordered)


def weighed_flags(case: Case, concluded: Mapping[str, Conclusion]) -> tuple[_Weighed, ...]:
    """Every red flag with its conclusion, raised or not.

    Parameters
    ----------
    case : Case
        Patient, knowledge and day.
    concluded : Mapping of str to Conclusion
        What the parts before concluded; what they did not is unknown.
    """
    limits = case.fixed_limits(SafetyLimits)
    reached = {**concluded, **_derived(case, limits, concluded)}
    return tuple(
        (flag, _weigh(flag, case, reached, limits)) for flag in case.knowledge.of(RedFlag).values()
    )


def _weigh(
    flag: RedFlag, case: Case, reached: Mapping[str, Conclusion], limits: SafetyLimits
) -> Conclusion:
    """All needed lines and one of those for it; those that suggest are only told."""
    lines = [(line, _counted(line, flag, case, reached, limits)) for line in flag.lines]
    needed = [part for line, part in lines if line.role == "needed"]
    grounds = [
        part
        for line, part in lines
        if line.role == "for" and (line.awaited or part.truth is not Truth.UNKNOWN)
    ]
    if len(grounds) > 1:
        grounds = [any_of("At least one of these holds", *grounds)]
    needed += grounds
    conclusion = all_of(flag.name, *needed)
    told = tuple(p for line, p in lines if line.role == "suggests" and p.truth is Truth.YES)
    if conclusion.truth is Truth.YES:
        conclusion = replace(conclusion, decided_by=(*conclusion.decided_by, *told))
    citations = dict.fromkeys((*flag.citations, *case.rule(RULE).citations))
    return conclusion.named(f"{RULE}:{flag.id}", flag.name, citations)


def _counted(
    line: Line,
    flag: RedFlag,
    case: Case,
    reached: Mapping[str, Conclusion],
    limits: SafetyLimits,
) -> Conclusion:
    kind, _, name = line.fact.partition(":")
    if kind == "conclusion" and name not in reached:
        return stated(Fact(line.fact, line.says), Truth.UNKNOWN, line.says)
    counted = counted_line(line, case.fact(line.fact, reached))
    if flag.urgency != "emergency":
        return counted
    return _as_of_today(counted, case, limits, stands=flag.stands)


def _as_of_today(
    counted: Conclusion, case: Case, limits: SafetyLimits, *, stands: bool
) -> Conclusion:
    """An old answer is asked again; where an old yes stands, it says that it is old."""
    on = counted.fact.on if counted.fact else None
    if on is None or on >= case.as_of - timedelta(days=limits.emergency_answer_lasts_d):
        return counted
    if counted.truth is Truth.YES and stands:
        return counted.with_caveat(
            Caveat("answer-not-recent", f"Answered on {on}; ask whether it is so today.")
        )
    if counted.fact is None or counted.truth is Truth.UNKNOWN:
        return counted
    kind, _, name = counted.fact.key.partition(":")
    ask = case.knowledge.record(Question, name).ask if kind == "question" else counted.statement
    last = f"Last answered on {on}: {counted.truth}."
    missing = Missing(counted.fact.key, f"{ask} {last}")
    return replace(counted, truth=Truth.UNKNOWN, missing=(missing,))


def _asked(case: Case, urgency: str, weighed: tuple[_Weighed, ...]) -> Finding:
    """One finding for all flags of an urgency that nobody asked about."""
    rule_id, statement, state = _ASKED[urgency]
    of_urgency = [(flag, c) for flag, c in weighed if flag.urgency == urgency]
    of_urgency = [(f, c) for f, c in of_urgency if c.truth is Truth.YES or _may_concern(f, case)]
    unasked = [(flag, c) for flag, c in of_urgency if c.truth is Truth.UNKNOWN]
    answered = tuple(
        Conclusion(
            Truth.UNKNOWN if c.truth is Truth.UNKNOWN else Truth.YES,
            f"Answered: {flag.name}",
            missing=c.all_missing(),
        )
        for flag, c in of_urgency
    )
    finding = by_rule(
        case,
        all_of(statement, *answered).named(rule_id, statement),
        state=state if unasked else "asked",
    )
    return replace(finding, settles=tuple(flag.name for flag, _ in unasked))


def _may_concern(flag: RedFlag, case: Case) -> bool:
    """Whether one of the medicines it is about is taken, or may be."""
    taken = (case.takes(class_id).truth for class_id in flag.exposures)
    return not flag.exposures or any(truth is not Truth.NO for truth in taken)


# Facts that rest on a number or on several records --------------------------------------------


def _derived(
    case: Case, limits: SafetyLimits, concluded: Mapping[str, Conclusion]
) -> dict[str, Conclusion]:
    return {
        "person-a-child": is_child(case),
        "person-pregnant": pregnant(case),
        "self-harm-item": _self_harm_item(case, limits),
        "kidney-function-low": _kidney_function_low(case, limits),
        "iron-loss-unexplained": _iron_loss_unexplained(case, limits, concluded),
    }


def _self_harm_item(case: Case, limits: SafetyLimits) -> Conclusion:
    """The item on self-harm of the latest questionnaire, unless it was asked about later."""
    number = limits.self_harm_item
    name = f"PHQ-9 item {number}"
    key = f"questionnaire:{_SELF_HARM_QUESTIONNAIRE}"
    filled = [
        q
        for q in case.patient.questionnaires
        if q.instrument == _SELF_HARM_QUESTIONNAIRE and number in q.items
    ]
    latest = max(filled, key=lambda q: q.on, default=None)
    asked = case.given(_SELF_HARM_QUESTION)
    fact = Fact(key, name, unit="1")
    if latest is not None and (asked is None or asked.on <= latest.on):
        fact = Fact(key, name, latest.items[number], "1", latest.on, latest.path)
    return at_least(fact, limits.provenance["self_harm_item_min"])


def _kidney_function_low(case: Case, limits: SafetyLimits) -> Conclusion:
    return any_of(
        "Kidney function is severely reduced",
        below(latest_filtration_rate(case), limits.provenance["egfr_low"]),
        case.condition("kidney-failure"),
    )


def _iron_loss_unexplained(
    case: Case, limits: SafetyLimits, concluded: Mapping[str, Conclusion]
) -> Conclusion:
    """Anaemia or empty iron stores, and no cause on record; a cause not asked about is none."""
    known = case.answer("cause-of-iron-loss-known")
    cause = Truth.NO if known.truth is Truth.YES else Truth.YES
    # One that nobody recorded or concluded is not waited for.
    recorded = (concluded.get(_ANEMIA), case.condition("iron-deficiency"))
    return all_of(
        "Anaemia or iron deficiency without a known cause",
        any_of(
            "Anaemia or iron deficiency",
            below(case.lab("ferritin"), limits.provenance["ferritin_deficient"]),
            *(part for part in recorded if part is not None and part.truth is not Truth.UNKNOWN),
        ),
        Conclusion(cause, "No cause is on record", fact=known.fact),
    )
