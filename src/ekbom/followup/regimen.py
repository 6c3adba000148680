"""The regimen over time: daily doses, what is taken at once, what is above its maximum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ekbom.assessment.case import MEDICATION_LIST_COMPLETE, Case
from ekbom.assessment.findings import Finding, Section, by_rule, cited_by
from ekbom.followup.daily_doses import (
    FOR_SOMETHING_ELSE,
    common_to_all,
    current_uses,
    not_known,
    use_above,
)
from ekbom.followup.regimen_course import course_findings
from ekbom.followup.taken_at_once import at_once_findings
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.records import Words
from ekbom.knowledge.treatment import Block, Dose
from ekbom.logic import Conclusion, Fact, Truth, any_of, stated
from ekbom.patient.doses import daily_amount
from ekbom.patient.patient import MedicationUse

ABOVE_MAXIMUM = "dopamine-agonist-above-maximum"
_ABOVE_RULE = "R-REG-04"


@dataclass(frozen=True, slots=True)
class DailyDose:
    """One use of a medicine with its daily dose, as far as the record tells.

    Parameters
    ----------
    use : MedicationUse
        As recorded.
    per_day : float or None
        Dose times the number of clock times; of a patch its rate. None where the dose or its
        unit is not known, or no clock times say how often.
    unit : str
        UCUM unit per day, e.g. ``mg/d``; empty where not known.
    says_why : str
        Why there is no number; empty where there is one.
    ingredient : str
        Of a combination, the ingredient the number is of; otherwise the drug.
    """

    use: MedicationUse
    per_day: float | None = None
    unit: str = ""
    says_why: str = ""
    ingredient: str = ""


def daily_dose(use: MedicationUse, knowledge: KnowledgeBase) -> DailyDose:
    """The daily dose of one use, or why there is none."""
    amount = daily_amount(use, knowledge)
    unit = "" if amount.per_day is None else amount.unit
    return DailyDose(use, amount.per_day, unit, amount.why, amount.ingredient)


def regimen(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """What is wrong or doubtful in the regimen as recorded.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    findings = (
        _dopaminergic_above(case),
        *at_once_findings(case),
        *_above(case),
        *course_findings(case),
        *_not_known(case),
        _no_name(case),
    )
    by_truth = {truth: [f for f in findings if f.conclusion.truth is truth] for truth in Truth}
    ordered = (*by_truth[Truth.YES], *by_truth[Truth.UNKNOWN], *by_truth[Truth.NO])
    return Section("regimen", "Regimen", ordered)


# Above the maximum -------------------------------------------------------------------------------


def _dopaminergic_above(case: Case) -> Finding:
    """The hard block: a dopaminergic above its maximum; no option may raise it."""
    statement = "A dopaminergic medicine is taken above its maximum for restless legs"
    names = case.in_role("dopaminergic")
    taken = dict.fromkeys(use.drug for use in case.taken() if use.drug in names)
    parts = [_drug_above(case, drug) for drug in taken]
    conclusion = any_of(statement, *parts, _another(case, "dopaminergic medicine"))
    rule = case.rule(_ABOVE_RULE)
    block = case.knowledge.record(Block, ABOVE_MAXIMUM)
    named = conclusion.named(f"block:{ABOVE_MAXIMUM}", statement, block.citations)
    is_above = conclusion.truth is Truth.YES
    words = block.words if is_above else rule.when.get(conclusion.truth.value, Words(""))
    by_label = any(_drug_above(case, drug, kidneys=False).truth is Truth.YES for drug in taken)
    if is_above and not by_label:
        words = case.rule(f"{_ABOVE_RULE}:kidneys").when[Truth.YES.value]
    found = Finding(block.name, cited_by(case, rule, named), str(conclusion.truth), words)
    return _for_clinicians(found) if _for_something_else(conclusion) else found


def _for_clinicians(finding: Finding) -> Finding:
    return replace(finding, words=Words(finding.words.clinician))


def _for_something_else(conclusion: Conclusion) -> bool:
    """Whether it is taken for another disease: then the number is no news to the patient."""
    return any(caveat.code == FOR_SOMETHING_ELSE for caveat in conclusion.all_caveats())


def _another(case: Case, what: str) -> Conclusion:
    """Whether one may be taken that is not on record."""
    fact = Fact(f"question:{MEDICATION_LIST_COMPLETE}", "Medication list complete")
    truth = case.none_of(case.taken())
    return stated(fact, truth, f"Another {what}, not on record", "A complete medication list")


def _above(case: Case) -> Iterator[Finding]:
    """Other medicines on file: above the maximum, or the usual range where nobody set one."""
    dopaminergic = case.in_role("dopaminergic")
    on_file = {dose.drug for dose in case.knowledge.of(Dose).values()} - dopaminergic
    for drug in dict.fromkeys(use.drug for use in case.taken() if use.drug in on_file):
        conclusion = _drug_above(case, drug, usual=True)
        statement = f"More {drug} is taken than published for restless legs"
        named = conclusion.named(f"R-REG-03:{drug}", statement, conclusion.citations)
        found = by_rule(case, named, name=f"Dose of {drug}")
        # Above the usual range, where nobody set a maximum, there is nothing to alarm with.
        alarms = _drug_above(case, drug).truth is Truth.YES and not _for_something_else(conclusion)
        yield found if alarms else _for_clinicians(found)


def _drug_above(case: Case, drug: str, *, usual: bool = False, kidneys: bool = True) -> Conclusion:
    uses = current_uses(case, drug)
    parts = [use_above(case, use, usual=usual, kidneys=kidneys) for use in uses]
    return common_to_all(f"More {drug} is taken than published for restless legs", parts)


# What the record does not tell -------------------------------------------------------------------


def _not_known(case: Case) -> Iterator[Finding]:
    """Medicines for restless legs whose daily dose is not on record."""
    wanted = case.in_role("dopaminergic", "gabapentinoid", "opioid") | {
        dose.drug for dose in case.knowledge.of(Dose).values()
    }
    for drug in dict.fromkeys(use.drug for use in case.taken() if use.drug in wanted):
        parts = [_dose_known(case, use) for use in current_uses(case, drug)]
        conclusion = common_to_all(f"The daily dose of {drug} is on record", parts)
        state = _amounts(case, drug) if conclusion.truth is Truth.YES else "not known"
        named = conclusion.named(f"R-REG-06:{drug}", f"The daily dose of {drug} is on record")
        yield by_rule(case, named, name=f"Daily dose of {drug}", state=state)


def _dose_known(case: Case, use: MedicationUse) -> Conclusion:
    amount = daily_amount(use, case.knowledge)
    key, name = f"medication:{use.drug}:dose", f"Daily dose of {use.drug}"
    if amount.per_day is None:
        missing = (not_known(use, amount),)
        return Conclusion(Truth.UNKNOWN, name, fact=Fact(key, name, path=use.path), missing=missing)
    fact = Fact(key, name, amount.per_day, amount.unit, path=use.path)
    return stated(fact, Truth.YES, f"{fact}")


def _amounts(case: Case, drug: str) -> str:
    amounts = [daily_amount(use, case.knowledge) for use in current_uses(case, drug)]
    return " or ".join(f"{a.per_day:g} {a.unit}" for a in amounts)


def _no_name(case: Case) -> Finding:
    """Medicines the knowledge base does not know: kept and named, never matched."""
    parts = [
        stated(
            Fact("medications:unknown", "Medicine", use.drug, path=use.path),
            Truth.YES,
            f"{use.drug} is not known and plays no part in any rule",
        )
        for use in case.taken()
        if not use.known
    ]
    conclusion = any_of("A medicine on record is not known by its name", *parts)
    names = ", ".join(use.drug for use in case.taken() if not use.known)
    return by_rule(case, conclusion.named("R-REG-05", conclusion.statement), state=names or "none")
