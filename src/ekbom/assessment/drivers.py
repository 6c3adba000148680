"""Causes, aggravators and associations: which are present, and how well each link is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import NOTHING_SAID, Finding, Section, cited_by, weighed
from ekbom.assessment.known_facts import askable, known_facts
from ekbom.assessment.medication_drivers import medication_findings
from ekbom.knowledge.clinic import Driver, WorkUpTest
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Truth

RULE = "R-DRV-01"
PRESENT, ABSENT, NOT_KNOWN = "present", "not present", "not known"
ON_RECORD = "on record; link not shown"

# A link that is not shown never makes a driver of what is on record.
_NOT_SHOWN = ("insufficient", "hypothesis")
# What a patient is also told while it is open: what is worth asking about.
_WORTH_ASKING = ("established", "probable")
_READING_ORDER = (PRESENT, ON_RECORD, NOT_KNOWN, ABSENT)


def drivers(case: Case, concluded: Mapping[str, Conclusion]) -> Section:
    """Every driver of the knowledge base, those present first, then each medicine.

    Parameters
    ----------
    case : Case
        The patient on the day.
    concluded : Mapping of str to Conclusion
        Conclusions of the parts before it, those on iron among them.
    """
    known = known_facts(case, concluded)
    records = sorted(case.knowledge.of(Driver).values(), key=lambda driver: driver.order)
    found = [_finding(case, driver, known) for driver in records]
    found.sort(key=lambda finding: _READING_ORDER.index(finding.state))
    title = "Causes, aggravators and associations"
    return Section("drivers", title, (*found, *medication_findings(case)))


def _finding(case: Case, driver: Driver, known: Mapping[str, Conclusion]) -> Finding:
    lines = askable(driver.lines, known)
    conclusion = weighed(f"{RULE}:{driver.id}", f"Present: {driver.name}", lines, case, known)
    state = {Truth.YES: PRESENT, Truth.NO: ABSENT, Truth.UNKNOWN: NOT_KNOWN}[conclusion.truth]
    if state == PRESENT and driver.level in _NOT_SHOWN:
        state = ON_RECORD
        conclusion = replace(
            conclusion,
            truth=Truth.UNKNOWN,
            statement=f"{driver.name} plays a part in restless legs",
        )
    conclusion = replace(conclusion, citations=driver.citations)
    tests = [case.knowledge.record(WorkUpTest, test).name for test in driver.confirm]
    return Finding(
        name=driver.name,
        conclusion=cited_by(case, case.rule(RULE), conclusion),
        state=state,
        words=_words(driver, state),
        level=driver.level,
        settles=tuple(tests) if state != ABSENT else (),
    )


def _words(driver: Driver, state: str) -> Words:
    if state == ABSENT:
        return NOTHING_SAID
    told = state == PRESENT or (state == NOT_KNOWN and driver.level in _WORTH_ASKING)
    return Words(driver.words.clinician, driver.words.patient if told else "")
