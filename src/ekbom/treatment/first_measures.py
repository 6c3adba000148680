"""What comes before any medicine: aggravators, sleep apnoea, habits (R-TX-01, R-TX-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.assess import Assessment
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule
from ekbom.assessment.medication_drivers import Culprit, culprit_taken, culprits
from ekbom.logic import Conclusion, Missing, Truth, any_of

RULE, ANTIDEPRESSANT = "R-TX-01", "R-TX-11"
_MEDICINE, _MEDICINES = "R-TX-01:medicine", "R-TX-01:medicines"
_SLEEP_APNEA, _EXPERIENCE = "R-TX-01:sleep-apnea", "R-TX-01:reported-experience"
_UNTREATED = "sleep-apnea-untreated"
# The habits that the guideline names among what worsens restless legs.
_AGGRAVATING = ("R-HAB-01:alcohol", "R-HAB-01:caffeine")
# The classes whose members are antidepressants that can worsen restless legs.
_ANTIDEPRESSANTS = (
    "ssri",
    "snri",
    "tca",
    "tetracyclic-antidepressants",
    "serotonergic-antidepressants",
)
# What is worth raising first, then what nobody asked.
_READING_ORDER = (Truth.YES, Truth.UNKNOWN, Truth.NO)


def first_measures(case: Case, assessment: Assessment, known: Mapping[str, Conclusion]) -> Section:
    """Aggravators to look at first, each with what to ask about.

    Parameters
    ----------
    case : Case
        The patient on the day.
    assessment : Assessment
        Of the same patient and day; words on medicines and habits are taken from it.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    medicines = _medicines(case, assessment)
    apnea = _sleep_apnea(case, known)
    habits = _habits(assessment)
    findings = (
        _leading(case, medicines, apnea, habits),
        *medicines,
        _antidepressant(case),
        apnea,
        *habits,
        _reported(case),
    )
    return Section("first", "First of all", findings, summary=findings[0].words)


def _leading(
    case: Case, medicines: tuple[Finding, ...], apnea: Finding, habits: tuple[Finding, ...]
) -> Finding:
    """R-TX-01: whether something that the guideline names is open, and what."""
    late = [f for f in habits if f.conclusion.id in _AGGRAVATING]
    statement = case.rule(RULE).name
    culprit = culprit_taken(case)
    parts = (culprit, apnea.conclusion, *(f.conclusion for f in late))
    reached = any_of(statement, *parts).named(RULE, statement)
    named = [
        *([f.name for f in medicines if _counts(f)] if culprit.truth is Truth.YES else []),
        *(f.name for f in (apnea, *late) if f.conclusion.truth is Truth.YES),
    ]
    states = {
        Truth.YES: f"open: {', '.join(named)}",
        Truth.NO: "none open",
        Truth.UNKNOWN: "not all asked",
    }
    return by_rule(case, reached, state=states[reached.truth])


# Medicines -------------------------------------------------------------------------------------


def _medicines(case: Case, assessment: Assessment) -> tuple[Finding, ...]:
    """Each culprit taken, the heaviest first; where none counts, what to ask."""
    told = {f.conclusion.id: f for f in assessment.section("drivers")}
    each = tuple(_medicine(case, one, told) for one in culprits(case))
    taken = culprit_taken(case)
    if taken.truth is Truth.YES:
        return each
    general = by_rule(case, any_of(taken.statement, taken).named(_MEDICINES, taken.statement))
    return (*each, general)


def _medicine(case: Case, culprit: Culprit, told: Mapping[str, Finding]) -> Finding:
    """A culprit with the state and the words it has in the assessment."""
    drug = culprit.use.drug
    taken = case.takes_drug(drug)
    statement = f"{drug} is taken, which can worsen restless legs"
    conclusion = any_of(statement, taken).named(
        f"{_MEDICINE}:{drug}", statement, culprit.drug_class.citations
    )
    finding = by_rule(case, conclusion, name=drug, state=f"suspicion {culprit.weight}")
    assessed = told.get(f"R-DRV-02:{drug}")
    if assessed is None:
        return finding
    return replace(finding, state=assessed.state, words=assessed.words)


def _counts(medicine: Finding) -> bool:
    return medicine.state.startswith(("suspicion high", "suspicion medium"))


def _antidepressant(case: Case) -> Finding:
    """R-TX-11: an antidepressant that can worsen restless legs is taken, or one may be needed."""
    statement = "An antidepressant matters here"
    parts = [case.takes(class_id) for class_id in _ANTIDEPRESSANTS]
    depression = case.condition("depression")
    if depression.truth is not Truth.UNKNOWN:
        # One that nobody recorded is not waited for.
        parts.append(depression)
    reached = any_of(statement, *parts)
    taken = [part for part in parts[: len(_ANTIDEPRESSANTS)] if part.truth is Truth.YES]
    names = ", ".join(str(part.fact.value) for part in taken if part.fact is not None)
    states = {
        Truth.YES: f"taken: {names}" if names else "if one is needed",
        Truth.NO: "not taken",
        Truth.UNKNOWN: "more needed",
    }
    named = reached.named(ANTIDEPRESSANT, statement)
    return by_rule(case, named, state=states[reached.truth])


# Sleep apnoea and habits -----------------------------------------------------------------------


def _sleep_apnea(case: Case, known: Mapping[str, Conclusion]) -> Finding:
    statement = case.rule(_SLEEP_APNEA).name
    reached = known.get(_UNTREATED)
    if reached is None:
        missing = (Missing("condition:obstructive-sleep-apnea", statement),)
        reached = Conclusion(Truth.UNKNOWN, statement, missing=missing)
    named = any_of(statement, reached).named(_SLEEP_APNEA, statement)
    states = {Truth.YES: "to be treated", Truth.NO: "none on record", Truth.UNKNOWN: "more needed"}
    return by_rule(case, named, state=states[named.truth])


def _habits(assessment: Assessment) -> tuple[Finding, ...]:
    """The habits as assessed, those worth raising first."""
    found = assessment.section("habits").findings
    return tuple(sorted(found, key=lambda f: _READING_ORDER.index(f.conclusion.truth)))


def _reported(case: Case) -> Finding:
    """What the person reports to ease the legs; experience, not advice."""
    asked = case.answer("eased-by-warmth-cold-or-rubbing")
    named = any_of(asked.statement, asked).named(_EXPERIENCE, asked.statement)
    return by_rule(case, named, state=_EASED[named.truth])


_EASED = {
    Truth.YES: "reported to ease",
    Truth.NO: "not reported to ease",
    Truth.UNKNOWN: "not asked",
}
