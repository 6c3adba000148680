"""Augmentation: the baseline, early signs, what else explains them, the criteria."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ekbom.assessment.case import Case
from ekbom.assessment.criteria import is_met_in_history
from ekbom.assessment.findings import Finding, Section, by_rule
from ekbom.caveats import Caveat
from ekbom.followup.augmentation_baseline import (
    NOT_EXPOSED,
    Exposure,
    baseline_finding,
    exposure_finding,
    surveillance,
    treatment,
    up_to_date_finding,
)
from ekbom.followup.augmentation_changes import as_of_today
from ekbom.followup.augmentation_criteria import AUGMENTATION, criteria, significant
from ekbom.followup.augmentation_explanations import explanation_finding, explanations
from ekbom.followup.augmentation_signs import RULE as SIGNS
from ekbom.followup.augmentation_signs import Seen, first_seen, sign_findings
from ekbom.logic import Conclusion, Truth, all_of, any_of

MET = "criteria met"
NOT_MET = "criteria not met"
MORE_NEEDED = "more needed"
_STATES = {Truth.YES: MET, Truth.NO: NOT_MET, Truth.UNKNOWN: MORE_NEEDED}
# The criteria of restless legs that severe augmentation can take away, and what they ask.
_ERASED = {
    "R-DX-02": "at rest",
    "R-DX-03": "relief by movement",
    "R-DX-04": "evening and night",
}
_RISKS = ("R-AUG-04:community", "R-AUG-04:levodopa", "R-AUG-04:trial")


def augmentation(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """Whether symptoms turn on a dopaminergic medicine, by R-AUG-01 to R-AUG-06.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    on = treatment(case)
    exposed = on.exposed.truth is Truth.YES
    found = tuple(_all(case, known, on) if exposed else _not_exposed(case, on))
    return Section(AUGMENTATION, "Augmentation", (*found, *_risk_and_prevention(case, on)))


def _not_exposed(case: Case, on: Exposure) -> Iterator[Finding]:
    """Where nothing of the kind is taken, or may be: only that is said, and only that asked."""
    state = NOT_EXPOSED if on.exposed.truth is Truth.NO else MORE_NEEDED
    yield exposure_finding(case, on)
    sign = all_of("An early sign of augmentation is there", on.exposed)
    yield by_rule(case, sign.named(SIGNS, sign.statement), state=state)
    met = all_of("The criteria of augmentation are met", on.exposed)
    yield by_rule(case, met.named(AUGMENTATION, met.statement), state=state)
    yield _suggested(case, met)


def _all(case: Case, known: Mapping[str, Conclusion], on: Exposure) -> Iterator[Finding]:
    seen = first_seen(case)
    others = explanations(case, known, on, seen.get(SIGNS, Seen()))
    clauses = criteria(case, on, others)
    early = sign_findings(case, on, seen)
    met, sign = clauses[AUGMENTATION], early[0].conclusion
    holds = any_of("A sign or the criteria hold", met, sign)
    alarm = by_rule(case, holds.named("R-AUG-03:false-alarms", holds.statement), state="told")
    erased = _erased(case, known)
    caveats = [Caveat("false-positives", alarm.words.clinician)] if alarm.words.clinician else []
    if erased is not None:
        text = f"Criteria of restless legs met in history only: {erased.state}."
        caveats.append(Caveat("met-in-history", text))
    met = met.with_caveat(*caveats)
    yield exposure_finding(case, on)
    yield baseline_finding(case, on)
    yield up_to_date_finding(case)
    yield by_rule(case, met, state=_STATES[met.truth])
    if met.truth is not Truth.NO:
        yield by_rule(case, significant(case, on, met))
    yield from early
    if holds.truth is Truth.YES:
        yield explanation_finding(case, on, others)
        yield alarm
    if erased is not None:
        yield erased
    yield from (by_rule(case, clause) for id, clause in clauses.items() if id != AUGMENTATION)
    yield _suggested(case, met)


def _erased(case: Case, known: Mapping[str, Conclusion]) -> Finding | None:
    """The criteria of restless legs that are met by the time before treatment only."""
    rules = [id for id in _ERASED if id in known and is_met_in_history(known[id])]
    if not rules:
        return None
    statement = "Criteria of restless legs rest on the time before treatment"
    conclusion = any_of(statement, *(known[id] for id in rules))
    named = conclusion.named("R-AUG-01:erased", statement)
    return by_rule(case, named, state=", ".join(_ERASED[id] for id in rules))


def _suggested(case: Case, met: Conclusion) -> Finding:
    """R-AUG-06."""
    statement = "What guidelines suggest for augmentation applies"
    return by_rule(case, any_of(statement, met).named("R-AUG-06", statement))


def _risk_and_prevention(case: Case, on: Exposure) -> Iterator[Finding]:
    """R-AUG-04 and R-AUG-05; where nothing is taken and nobody said more, they do not arise."""
    lasts_d = surveillance(case).every_d
    asked = case.answer("dopaminergic-considered")
    considered = as_of_today(case, asked, lasts_d, yes_stands=False)
    if on.exposed.truth is Truth.NO and considered.truth is Truth.UNKNOWN:
        return
    statement = "A dopaminergic medicine is taken or considered"
    concerns = any_of(statement, on.exposed, considered)
    yield by_rule(case, concerns.named("R-AUG-04", statement))
    if concerns.truth is Truth.YES:
        yield from (by_rule(case, concerns.named(rule, statement)) for rule in _RISKS)
    yield by_rule(case, concerns.named("R-AUG-05", statement))
