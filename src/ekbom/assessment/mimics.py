"""Conditions that may be taken for restless legs, each weighed line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import NOTHING_SAID, Finding, Section, weighed
from ekbom.assessment.nights import BreathingLimits, measured
from ekbom.assessment.person import is_child
from ekbom.knowledge.clinic import Mimic, WorkUpTest
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Missing, Truth, all_of, any_of, at_least

RULE = "R-DDX-01"
_STATES = {Truth.YES: "supported", Truth.UNKNOWN: "not settled", Truth.NO: "against"}
_RANK = {Truth.YES: 0, Truth.UNKNOWN: 1, Truth.NO: 2}
_AKATHISIA_MEDICINES = ("antipsychotics", "dopamine-blocking-antiemetics", "ssri")


def mimics(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Conditions that may be taken for restless legs, each weighed line by line."""
    reached = {**concluded, **_derived(case)}
    child = is_child(case).truth
    found = [
        finding
        for mimic in case.knowledge.of(Mimic).values()
        if not (mimic.children_only and child is Truth.NO)
        for finding in (_finding(case, mimic, reached),)
        if not (mimic.adults_only and child is Truth.YES and not _pointed_to(finding))
    ]
    ordered = tuple(sorted(found, key=_place))
    return Section("mimics", "What else it could be", ordered, summary=_summary(case, ordered))


def _place(finding: Finding) -> tuple[int, bool]:
    """Supported first, then what something points to, then what is open, then the rest."""
    return _RANK[finding.conclusion.truth], not _pointed_to(finding)


def _pointed_to(finding: Finding) -> bool:
    """Whether a line of it holds, for or against."""
    return any(part.truth is Truth.YES for part in finding.conclusion.decided_by)


def _finding(case: Case, mimic: Mimic, reached: Mapping[str, Conclusion]) -> Finding:
    statement = f"What is on record fits {mimic.name}"
    conclusion = weighed(f"{RULE}:{mimic.id}", statement, mimic.lines, case, reached)
    sources = dict.fromkeys((*mimic.citations, *case.rule(RULE).citations))
    open_still = conclusion.truth is not Truth.NO
    return Finding(
        name=mimic.name,
        conclusion=replace(conclusion, citations=tuple(sources)),
        state=_STATES[conclusion.truth],
        words=mimic.words if open_still else NOTHING_SAID,
        settles=_tests(case, mimic) if open_still else (),
    )


def _tests(case: Case, mimic: Mimic) -> tuple[str, ...]:
    return tuple(case.knowledge.record(WorkUpTest, test).name for test in mimic.tests)


def _summary(case: Case, findings: tuple[Finding, ...]) -> Words:
    truth = any_of("A mimic is supported", *(f.conclusion for f in findings)).truth
    return case.rule(RULE).when[truth.value]


# Facts that several lines share, or that need more than one answer ---------------------------


def _derived(case: Case) -> dict[str, Conclusion]:
    return {
        "restless-legs-pattern": _pattern(case),
        "onset-after-akathisia-medicine": _onset_after_medicine(case),
        "apnea-hypopnea-index-raised": _apnea_index_raised(case),
    }


def _pattern(case: Case) -> Conclusion:
    """The urge with its three companions, as they are now."""
    return all_of(
        "An urge in the legs that rest brings, movement eases and the evening worsens",
        case.answer("urge-to-move-legs"),
        case.answer("worse-at-rest"),
        case.answer("relief-by-movement"),
        case.answer("worse-evening-night"),
    )


def _onset_after_medicine(case: Case) -> Conclusion:
    """Exposure alone is not enough: restlessness began soon after it."""
    exposed = (case.takes(class_id) for class_id in _AKATHISIA_MEDICINES)
    return any_of(
        "Began within weeks of a medicine known for akathisia",
        case.answer("began-after-dopamine-blocker"),
        all_of(
            "Began after a new medicine, and such a medicine is taken",
            case.answer("onset-date-after-drug"),
            any_of("Takes a medicine known for akathisia", *exposed),
        ),
    )


def _apnea_index_raised(case: Case) -> Conclusion:
    night = case.latest_night()
    fact = measured(night, "apnea_hypopnea_index_per_h", "Apnoea-hypopnoea index", "/h")
    limits = case.fixed_limits(BreathingLimits)
    raised = at_least(fact, limits.provenance["apnea_hypopnea_index_min_per_h"])
    if raised.truth is Truth.NO and night is not None:
        old = (case.as_of - night.on).days > limits.sleep_study_lasts_d
        missing = (Missing(fact.key, f"{fact.name} in a new sleep study"),)
        return replace(raised, truth=Truth.UNKNOWN, missing=missing) if old else raised
    return raised
