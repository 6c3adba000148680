"""Facts that options depend on and that no single record holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ekbom.assessment.assess import Assessment
from ekbom.assessment.case import Case
from ekbom.assessment.kidney import kidneys_may_fail, latest_clearance, latest_filtration_rate
from ekbom.assessment.nights import BreathingLimits
from ekbom.assessment.person import is_elderly
from ekbom.caveats import Caveat
from ekbom.followup.infusions import last_infusion
from ekbom.knowledge.clinic import Question
from ekbom.logic import Conclusion, Fact, Missing, Truth, all_of, any_of, stated
from ekbom.treatment.iron_recheck import RecheckLimits

_SLEEP_APNEA, _TREATED = "obstructive-sleep-apnea", "osa-treated"
_SLEEP_APNEA_WEIGHED = f"R-DDX-01:{_SLEEP_APNEA}"
_FAILURE = "kidney-failure"


def treatment_facts(
    case: Case, assessment: Assessment, concluded: Mapping[str, Conclusion]
) -> Mapping[str, Conclusion]:
    """What considerations name beside the conclusions reached before, by id."""
    return {
        "emergency-raised": emergency_raised(assessment),
        "creatinine-clearance-known": clearance_known(case),
        "kidneys-failed": kidneys_failed(case),
        "person-elderly": is_elderly(case),
    }


def emergency_raised(assessment: Assessment) -> Conclusion:
    """Whether an emergency is on record; what nobody asked about is asked, and raises none."""
    raised = tuple(
        finding.conclusion
        for finding in assessment.section("red-flags")
        if finding.state == "emergency" and finding.conclusion.truth is Truth.YES
    )
    statement = "An emergency is on record"
    if raised:
        return any_of(statement, *raised)
    return stated(Fact("red-flags:emergency", "Emergencies", "none raised"), Truth.NO, statement)


def clearance_known(case: Case) -> Conclusion:
    """Whether the creatinine clearance is known: yes, or unknown with what it needs."""
    fact = latest_clearance(case)
    statement = "The creatinine clearance is known"
    if fact.value is not None:
        return stated(fact, Truth.YES, statement)
    missing = tuple(_wanting(case)) or (Missing(fact.key, "Creatinine clearance"),)
    return Conclusion(Truth.UNKNOWN, statement, fact=fact, missing=missing)


def _wanting(case: Case) -> list[Missing]:
    """What the equation lacks."""
    lacks = []
    if not any("creatinine" in draw.results for draw in case.patient.draws):
        lacks.append(Missing("lab:creatinine", "Serum creatinine"))
    if not case.patient.weights:
        lacks.append(Missing("weight:kg", "Body weight"))
    if case.patient.person.sex is None:
        lacks.append(Missing("person:sex", "Sex, as the equation asks for it"))
    return lacks


def kidneys_failed(case: Case) -> Conclusion:
    """Whether kidneys have failed: as recorded; no where filtration is well above that range."""
    recorded = case.condition(_FAILURE)
    if recorded.truth is not Truth.UNKNOWN:
        return recorded
    in_range = kidneys_may_fail(case)
    if in_range.truth is Truth.NO:
        return all_of("Kidneys have failed", in_range)
    return recorded


def filtration_known(case: Case) -> Conclusion:
    """Whether a filtration rate is known: yes, or unknown."""
    fact = latest_filtration_rate(case)
    truth = Truth.UNKNOWN if fact.value is None else Truth.YES
    return stated(fact, truth, "The filtration rate is known", "Creatinine or filtration rate")


def iron_given_lately(case: Case) -> Conclusion | None:
    """Intravenous iron so short a while ago that values cannot tell yet; None otherwise."""
    last = last_infusion(case)
    if last is None or last.days is None:
        return None
    settling_d = case.fixed_limits(RecheckLimits).vein_after_d
    if (case.as_of - last.days.first).days >= settling_d:
        return None
    fact = Fact("medications:iv-iron", "Intravenous iron", str(last.days), on=last.days.last)
    says = "Intravenous iron was given a short while ago; values are looked at when they settle"
    awaited = f"Intravenous iron was given ({last.days}): what it does is not to be judged yet."
    return stated(fact, Truth.YES, says).with_caveat(Caveat("iron-effect-awaited", awaited))


def sleep_apnea_screened(case: Case) -> Conclusion:
    """Whether sleep apnoea was looked for: yes, or unknown; a screen does not last for ever."""
    statement = "Sleep apnoea was looked for"
    screened, present = case.answer("osa-screened"), case.condition(_SLEEP_APNEA)
    night = case.latest_night()
    measured = night is not None and night.apnea_hypopnea_index_per_h is not None
    if present.truth is Truth.YES or _lasts(case, present):
        return Conclusion(Truth.YES, statement, parts=(present,), decided_by=(present,))
    if screened.truth is Truth.YES and _lasts(case, screened):
        return all_of(statement, screened)
    if measured and night is not None and _is_recent(case, night.on):
        fact = Fact("night:apnea-hypopnea-index", "Apnoea-hypopnoea index", "measured", on=night.on)
        return stated(fact, Truth.YES, statement)
    ask = case.knowledge.record(Question, "osa-screened").ask
    last = screened.fact.on if screened.fact else None
    when = f" Last answered on {last}." if screened.truth is Truth.YES else ""
    fact = Fact("question:osa-screened", "Screened for sleep apnoea")
    return stated(fact, Truth.UNKNOWN, statement, f"{ask}{when}")


def _lasts(case: Case, answered: Conclusion) -> bool:
    """Whether something was answered, and lately enough to stand."""
    on = answered.fact.on if answered.fact else None
    return answered.truth is not Truth.UNKNOWN and on is not None and _is_recent(case, on)


def _is_recent(case: Case, on: date) -> bool:
    return (case.as_of - on).days <= case.fixed_limits(BreathingLimits).sleep_study_lasts_d
