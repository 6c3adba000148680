"""A rich assessment made by hand: every section, every truth, recalled and verified limits."""

from __future__ import annotations

from datetime import date, time

import pytest

from ekbom.assessment.assess import Assessment
from ekbom.assessment.findings import Finding, Section
from ekbom.caveats import Caveat
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Citation, Words
from ekbom.logic import Conclusion, Fact, Truth, all_of, any_of, at_least, at_most, below, stated
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import (
    ConditionFact,
    DiaryEntry,
    Draw,
    GivenAnswer,
    LabResult,
    MedicationUse,
    Patient,
    Person,
)
from ekbom.report.assessment.modes import Shown

DAY = date(2026, 5, 10)
EDITIONS = {
    "diagnosis": "irlssg-2014",
    "iron": "irlssg-2018",
    "plmd": "icsd-3-tr",
}
CRITERIA = Citation("irlssg-2014-criteria", "criterion list", "abstract")
IRON = Citation("irlssg-2018-iron", "abstract", "abstract")


def limit(name: str, value: float, unit: str, mark: str = "abstract") -> Sourced:
    """A limit of the edition on iron."""
    parameter = f"iron/{name.lower().replace(' ', '-')}"
    return Sourced(
        value, unit, parameter, name, "irlssg-2018", "irlssg-2018-iron", "table 2", mark, DAY
    )  # type: ignore[arg-type]


def draw(on: date, ferritin: float, saturation: float) -> Draw:
    results = {
        "ferritin": LabResult("ferritin", ferritin, "ug/L", f"{ferritin:g} ng/mL"),
        "transferrin-saturation": LabResult(
            "transferrin-saturation", saturation, "%", f"{saturation:g} %"
        ),
    }
    return Draw(on, results, at=time(8, 10), hours_since_iron=36)


PATIENT = Patient(
    "example",
    Person(PartialDate(date(1978, 3, 14), date(1978, 3, 14)), "female"),
    answers=(GivenAnswer("usual-onset-clock", "21:30", DAY),),
    draws=(draw(date(2021, 9, 1), 61, 24), draw(date(2024, 2, 3), 34, 19), draw(DAY, 23, 14)),
    medications=(
        MedicationUse("sertraline", PartialDate(date(2025, 9, 1), date(2025, 9, 30)), dose="50 mg"),
    ),
    conditions=(ConditionFact("diabetes", False, PartialDate(DAY, DAY)),),
    diary=(
        DiaryEntry(date(2026, 5, 1), time(21, 30), time(1, 30), 6),
        DiaryEntry(date(2026, 5, 2), time(20, 45), time(23, 30), 5),
        DiaryEntry(date(2026, 5, 4), time(22, 10), time(2, 15), 8),
    ),
)


def answered(question: str, name: str, truth: Truth) -> Conclusion:
    fact = Fact(
        f"question:{question}", name, None if truth is Truth.UNKNOWN else str(truth), on=DAY
    )
    return stated(fact, truth, name, f"{name}?")


def diagnosis() -> Section:
    met = [
        answered(id, name, Truth.YES)
        for id, name in [
            ("urge-to-move-legs", "Urge to move the legs"),
            ("worse-at-rest", "Begins or worsens at rest"),
            ("relief-by-movement", "Relieved by movement"),
            ("worse-evening-night", "Only or worse in the evening or night"),
        ]
    ]
    other = answered("solely-another-condition", "Not solely another condition", Truth.UNKNOWN)
    state = all_of("All five criteria are met", *met, other).named(
        "R-DX-06", "All five criteria are met", (CRITERIA,)
    )
    words = Words(
        "The answers match four of five published criteria; other conditions are not excluded.",
        "Your answers fit the published description of restless legs in four of five points.",
    )
    said = Finding("Criteria of 2014", state, "mimics not yet excluded", words)
    return Section("diagnosis", "Diagnostic criteria", (said,))


def mimics() -> Section:
    akathisia = any_of(
        "Akathisia is supported",
        answered("inner-restlessness-whole-body", "Inner restlessness of the whole body", Truth.NO),
    ).named("R-DDX-01:akathisia", "Akathisia is supported", (CRITERIA,))
    neuropathy = any_of(
        "Neuropathy is supported",
        answered("sensory-loss", "Sensory loss on examination", Truth.UNKNOWN),
        answered("numbness-or-burning", "Numb or burning feet", Truth.UNKNOWN),
    ).named("R-DDX-01:neuropathy", "Neuropathy is supported", (CRITERIA,))
    words = Words("CLINICIAN-ONLY sensory signs decide.", "Nerve damage can feel alike.")
    return Section(
        "mimics",
        "What else it could be",
        (
            Finding("Neuropathy", neuropathy, "open", words, settles=("Nerve conduction study",)),
            Finding("Akathisia", akathisia, "against", words),
        ),
    )


def iron() -> Section:
    ferritin = Fact("lab:ferritin", "Ferritin", 23.0, "ug/L", DAY, "labs[2].results.ferritin")
    saturation = Fact("lab:transferrin-saturation", "Transferrin saturation", 14.0, "%", DAY)
    low = any_of(
        "Iron is low for restless legs",
        at_most(ferritin, limit("Ferritin for iron by mouth", 75, "ug/L")),
        below(saturation, limit("Low saturation", 20, "%", "recalled")),
    ).named("R-FE-02", "Iron is low for restless legs", (IRON,))
    stop = at_least(saturation, limit("Saturation to stop", 45, "%", "recalled")).named(
        "R-FE-01", "Iron overload has to be excluded", (IRON,)
    )
    caveat = Caveat("inflammation-unknown", "Ferritin may be falsely high; CRP is not known.")
    words = Words(
        "Both values are below the limits: discuss iron.",
        "Your iron values are below the limits that guidance uses. Talk about it.",
    )
    return Section(
        "iron",
        "Iron",
        (
            Finding("Iron to discuss", low.with_caveat(caveat), "discuss", words),
            Finding("No iron", stop, "no"),
        ),
        Words("Ferritin 23 µg/L and saturation 14 % are both low.", "Your iron is low."),
    )


def flags() -> Section:
    raised = answered("sleep-attacks-or-drowsy-driving", "Drowsy driving", Truth.YES)
    asked = answered("suicidal-thoughts", "Thoughts of suicide or self-harm", Truth.UNKNOWN)
    words = Words("Drowsy at the wheel: no driving until seen.", "Please do not drive when drowsy.")
    hidden = Words("CLINICIAN-ONLY assess risk today.", "HIDDEN-UNLESS-RAISED call for help now.")
    return Section(
        "red-flags",
        "Red flags",
        (
            Finding("Drowsy driving", raised.named("RED:drowsy", "Drowsy"), "urgent", words),
            Finding("Suicidality", asked.named("RED:suicide", "Suicide"), "unknown", hidden),
        ),
    )


def drivers() -> Section:
    fact = Fact("drug-class:ssri", "SSRI", "sertraline", on=date(2025, 9, 1))
    takes = stated(fact, Truth.YES, "Takes sertraline (SSRI)")
    words = Words("CLINICIAN-ONLY onset after the start; weigh alternatives.", "Some medicines")
    finding = Finding(
        "Antidepressant",
        takes.named("R-DRV-01:ssri", "An SSRI worsens symptoms", (CRITERIA,)),
        "present",
        words,
        level="probable",
    )
    return Section("drivers", "What may drive it", (finding,))


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session")
def shown(knowledge: KnowledgeBase) -> Shown:
    return by_hand(knowledge)


def by_hand(knowledge: KnowledgeBase) -> Shown:
    """The whole assessment."""
    sections = (flags(), diagnosis(), mimics(), iron(), drivers())
    found = Assessment("example", DAY, EDITIONS, knowledge.content_hash, sections)
    return Shown(found, PATIENT, knowledge)
