"""Harms of the present regimen that have to be asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Missing, Truth, all_of, any_of, stated
from ekbom.patient.patient import MedicationUse

_NONE_TAKEN = "none taken"


@dataclass(frozen=True, slots=True)
class AskedEvery:
    """Days, d, for which a harm that was denied need not be asked about again."""

    edition: str
    dopaminergic: Annotated[float, Param("monitoring/impulse-control-every", "d")]
    gabapentinoid: Annotated[float, Param("monitoring/sedation-every", "d")]
    opioid: Annotated[float, Param("monitoring/opioid-every", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Medicines with the same harms: role, rule, what is said of them, questions by part."""

    role: str
    rule: str
    statement: str
    questions: Mapping[str, str]


_KINDS = (
    _Kind(
        "dopaminergic",
        "R-AUG-07",
        "A harm of the dopaminergic medicine is on record",
        {
            "compulsions-or-hallucinations": "new-compulsions-or-psychosis",
            "sleep-attacks": "sleep-attacks-or-drowsy-driving",
            "orthostasis": "dizzy-on-standing",
        },
    ),
    _Kind(
        "gabapentinoid",
        "R-HARM-01",
        "A harm of the alpha-2-delta ligand may be on record",
        {
            "sedation": "slow-breathing-or-sedation",
            "dizziness": "drowsy-or-dizzy-on-medicine",
            "falls": "unsteady-gait-or-falls",
            "swelling": "edema-of-legs",
            "mood": "low-mood",
            "suicide": "suicidal-thoughts",
            "misuse": "more-taken-than-prescribed",
        },
    ),
    _Kind(
        "opioid",
        "R-HARM-02",
        "A harm of the opioid may be on record",
        {
            "sedation": "slow-breathing-or-sedation",
            "falls": "unsteady-gait-or-falls",
            "mood": "low-mood",
            "harm-or-misuse": "opioid-harm-or-misuse",
        },
    ),
)
# The rule whose parts have words of their own.
_TOLD_SINGLY = "R-AUG-07"
_WEIGHED = "gabapentinoid"


def harms(case: Case, known: Mapping[str, Conclusion]) -> Section:
    """Impulse control, sleep attacks and other harms, by R-AUG-07.

    Parameters
    ----------
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    """
    findings = tuple(finding for kind in _KINDS for finding in _of_kind(case, kind))
    return Section("harms", "Harms of the present medicines", findings)


def _of_kind(case: Case, kind: _Kind) -> tuple[Finding, ...]:
    """The rule of a kind of medicines and, where it says so, each harm."""
    names = case.in_role(kind.role)
    uses = [use for use in case.patient.medications if use.drug in names]
    taken = _taken(case, kind, [use for use in uses if use.taken_on(case.as_of)])
    if taken.truth is not Truth.YES:
        state = _NONE_TAKEN if taken.truth is Truth.NO else "medicines not all known"
        conclusion = all_of(kind.statement, taken).named(kind.rule, kind.statement)
        return (by_rule(case, conclusion, state=state),)
    asked = {part: _asked(case, kind, question, uses) for part, question in kind.questions.items()}
    found = any_of(kind.statement, *asked.values())
    conclusion = all_of(kind.statement, taken, found).named(kind.rule, kind.statement)
    whole = by_rule(case, conclusion, state=_in_words(case, kind, asked, uses))
    if kind.rule != _TOLD_SINGLY:
        return (whole,)
    each = (
        by_rule(case, any_of(leaf.statement, leaf).named(f"{kind.rule}:{part}", leaf.statement))
        for part, leaf in asked.items()
    )
    return (whole, *each)


def _taken(case: Case, kind: _Kind, uses: list[MedicationUse]) -> Conclusion:
    fact = Fact(f"drug-role:{kind.role}", f"{kind.role.capitalize()} medicine")
    if not uses:
        statement = f"Takes a {kind.role} medicine"
        return stated(fact, case.none_of(case.taken()), statement, "A complete medication list")
    listed = ", ".join(dict.fromkeys(use.drug for use in uses))
    fact = replace(fact, value=listed, path=uses[0].path)
    return stated(fact, Truth.YES, f"Takes {listed}")


def _asked(case: Case, kind: _Kind, question_id: str, uses: list[MedicationUse]) -> Conclusion:
    """One harm: a yes on treatment stands; a no only from the latest visit, and not for ever."""
    question = case.knowledge.record(Question, question_id)
    starts = [use.started.last for use in uses if use.started]
    begun = min(starts) if len(starts) == len(uses) else None
    given = case.given(question_id)
    fact = Fact(f"question:{question_id}", question.name)
    on_treatment = given is not None and (begun is None or given.on > begun)
    if given is None or not on_treatment or given.value == "unknown":
        return stated(fact, Truth.UNKNOWN, question.name, question.ask)
    fact = replace(fact, value=given.value, on=given.on, path=given.path)
    leaf = stated(fact, Truth(str(given.value)), question.name)
    lasts_d: float = getattr(case.fixed_limits(AskedEvery), kind.role)
    latest_visit = max(answer.on for answer in case.patient.answers)
    if given.on == latest_visit and (case.as_of - given.on).days <= lasts_d:
        return leaf
    if leaf.truth is Truth.YES:
        return leaf.with_caveat(
            Caveat("answer-not-recent", f"Told on {given.on}; ask how it is now.")
        )
    ask = f"{question.ask} Last answered on {given.on}."
    return replace(leaf, truth=Truth.UNKNOWN, missing=(Missing(fact.key, ask),))


def _in_words(
    case: Case, kind: _Kind, asked: Mapping[str, Conclusion], uses: list[MedicationUse]
) -> str:
    names = {
        truth: ", ".join(part.replace("-", " ") for part, c in asked.items() if c.truth is truth)
        for truth in Truth
    }
    said = [f"on record: {names[Truth.YES]}"] if names[Truth.YES] else []
    said += [f"ask: {names[Truth.UNKNOWN]}"] if names[Truth.UNKNOWN] else []
    said += [_weight_in_words(case, uses)] if kind.role == _WEIGHED else []
    return "; ".join(part for part in said if part) or "asked and denied"


def _weight_in_words(case: Case, uses: list[MedicationUse]) -> str:
    """Weight before the first dose and now; empty where either is missing."""
    starts = [use.started.first for use in uses if use.started]
    if not starts:
        return ""
    before = [w for w in case.patient.weights if w.on <= min(starts)]
    after = [w for w in case.patient.weights if w.on > min(starts)]
    return f"weight {before[-1].kg:g} to {after[-1].kg:g} kg" if before and after else ""
