"""The gate (R-TX-00): what has to be known before options can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import MEDICATION_LIST_COMPLETE, Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.assessment.iron_values import NEW_DRAW
from ekbom.assessment.person import pregnant
from ekbom.knowledge.binding import Param
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.treatment import Block
from ekbom.logic import Conclusion, Fact, Missing, Truth, all_of, negated, stated
from ekbom.treatment.blocks import CHILD, CRITERIA, EMERGENCY, blocked
from ekbom.treatment.facts import filtration_known, iron_given_lately, sleep_apnea_screened

GATE = "R-TX-00"
_STATES = {
    Truth.YES: "open: options can be shown",
    Truth.NO: "closed",
    Truth.UNKNOWN: "more needed before options can be shown",
}
# The blocks that close it: what has to hold instead, and what is said where it does not.
_CLOSING = {
    EMERGENCY: ("No emergency is on record", "an emergency comes first"),
    CRITERIA: ("Criteria are met", "criteria not met"),
    CHILD: ("Not a child or adolescent", "a child or adolescent"),
}
_DEPRESSANTS = ("opioids", "benzodiazepines")


@dataclass(frozen=True, slots=True)
class GateLimits:
    """How long an answer counts before options, days."""

    edition: str
    list_valid_for_d: Annotated[float, Param("safety/medication-list-valid-for", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def gate(case: Case, known: Mapping[str, Conclusion]) -> Finding:
    """Whether options can be shown.

    No only in an emergency, in a child and where the criteria are not met; all else that is
    lacking leaves it open.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    closing = {id: blocked(case.knowledge.record(Block, id), case, known) for id in _CLOSING}
    passed = all_of(
        "Everything needed before options is known",
        *(negated(statement, closing[id]) for id, (statement, _) in _CLOSING.items()),
        _iron_known(case, known),
        _list_complete(case),
        _depressants_known(case),
        _pregnancy_known(case),
        filtration_known(case),
        _failure_known(case, known),
        sleep_apnea_screened(case),
    )
    found = by_rule(case, passed.named(GATE, passed.statement), state=_STATES[passed.truth])
    closed_by = next((id for id, one in closing.items() if one.truth is Truth.YES), None)
    if closed_by is None:
        return found
    words = case.knowledge.record(Block, closed_by).words
    return replace(found, state=f"closed: {_CLOSING[closed_by][1]}", words=words)


def _iron_known(case: Case, known: Mapping[str, Conclusion]) -> Conclusion:
    """Values from a draw that may be judged, a known reason against iron, or iron just given."""
    statement = "Iron values may be judged"
    valid, stop = known.get("R-FE-00"), known.get("R-FE-01")
    for settled in (valid, stop, iron_given_lately(case)):
        if settled is not None and settled.truth is Truth.YES:
            return Conclusion(Truth.YES, statement, parts=(settled,), decided_by=(settled,))
    missing = (NEW_DRAW,) if valid is None or valid.truth is Truth.NO else valid.all_missing()
    parts = () if valid is None else (valid,)
    return Conclusion(Truth.UNKNOWN, statement, parts=parts, missing=missing)


def _list_complete(case: Case) -> Conclusion:
    answered = case.answer(MEDICATION_LIST_COMPLETE)
    statement, fact = "All medicines were reviewed", answered.fact
    if answered.truth is Truth.YES and fact is not None and fact.on is not None:
        age_d = (case.as_of - fact.on).days
        if age_d > case.fixed_limits(GateLimits).list_valid_for_d:
            ask = case.knowledge.record(Question, MEDICATION_LIST_COMPLETE).ask
            says = f"{ask} Last answered on {fact.on}: yes."
            return stated(Fact(fact.key, fact.name), Truth.UNKNOWN, statement, says)
    return _yes_or_unknown(case, answered, statement, MEDICATION_LIST_COMPLETE)


def _depressants_known(case: Case) -> Conclusion:
    """Whether opioids and other sedatives on the list are known; an unknown drug may be one."""
    statement = "Opioids and sedatives taken are known"
    taken = tuple(case.takes(class_id) for class_id in _DEPRESSANTS)
    if all(one.truth is not Truth.UNKNOWN for one in taken):
        return Conclusion(Truth.YES, statement, parts=taken, decided_by=taken)
    unknown = [use for use in case.taken() if not use.known]
    missing = [Missing(f"drug:{use.drug}", f"The generic name of {use.drug!r}") for use in unknown]
    waiting = tuple(missing) or (Missing(f"question:{MEDICATION_LIST_COMPLETE}", statement),)
    return Conclusion(Truth.UNKNOWN, statement, parts=taken, missing=waiting)


def _pregnancy_known(case: Case) -> Conclusion:
    expecting = pregnant(case)
    statement = "Whether there is a pregnancy is known"
    truth = Truth.UNKNOWN if expecting.truth is Truth.UNKNOWN else Truth.YES
    return Conclusion(truth, statement, parts=(expecting,), decided_by=(expecting,))


def _failure_known(case: Case, known: Mapping[str, Conclusion]) -> Conclusion:
    """Whether kidneys have failed is known: other recommendations hold then."""
    failed, measured = known["kidneys-failed"], filtration_known(case)
    statement = "Whether kidneys have failed is known"
    if failed.truth is Truth.UNKNOWN and measured.truth is Truth.UNKNOWN:
        return all_of(statement, measured)
    truth = Truth.UNKNOWN if failed.truth is Truth.UNKNOWN else Truth.YES
    return Conclusion(truth, statement, parts=(failed,), decided_by=(failed,))


def _yes_or_unknown(
    case: Case, answered: Conclusion, statement: str, question_id: str
) -> Conclusion:
    """Yes, or not yet: a no is something to be done, not a reason against options."""
    if answered.truth is Truth.YES:
        return all_of(statement, answered)
    ask = case.knowledge.record(Question, question_id).ask
    fact = answered.fact or Fact(f"question:{question_id}", statement)
    return stated(fact, Truth.UNKNOWN, statement, ask)
