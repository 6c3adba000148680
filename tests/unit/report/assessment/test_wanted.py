"""What is missing most is asked first."""

from __future__ import annotations

from dataclasses import replace

from ekbom.assessment.findings import Finding, Section
from ekbom.logic import Conclusion, Missing, Truth
from ekbom.report.assessment.modes import Shown
from ekbom.report.assessment.wanted import wanted


def waits(name: str, *keys: str) -> Finding:
    missing = tuple(Missing(key, f"Ask {key}") for key in keys)
    return Finding(name, Conclusion(Truth.UNKNOWN, name, id=name, missing=missing), "unknown")


def with_section(shown: Shown, section: Section) -> Shown:
    return replace(shown, assessment=replace(shown.assessment, sections=(section,)))


def test_what_most_conclusions_wait_for_is_wanted_first(shown: Shown) -> None:
    section = Section(
        "iron", "Iron", (waits("A", "lab:x"), waits("B", "lab:y"), waits("C", "lab:y"))
    )
    found = wanted(with_section(shown, section).assessment)
    assert [one.missing.key for one in found] == ["lab:y", "lab:x"]
    assert found[0].waiting == ("B", "C")


def test_what_criteria_and_iron_wait_for_comes_before_what_many_wait_for(shown: Shown) -> None:
    def named(name: str, id: str, *keys: str) -> Finding:
        finding = waits(name, *keys)
        return replace(finding, conclusion=replace(finding.conclusion, id=id))

    many = tuple(waits(f"Test {k}", "lab:many") for k in range(5))
    sections = (
        Section("work-up", "Work-up", many),
        Section("mimics", "Mimics", (waits("Cramps", "question:cramps"),)),
        Section("drivers", "Drivers", (waits("Drugs", "question:medication-list-complete"),)),
        Section("iron", "Iron", (named("Iron status", "iron-status", "lab:ferritin"),)),
        Section("diagnosis", "Diagnosis", (named("State", "R-DX-06", "question:fifth"),)),
    )
    found = wanted(replace(shown.assessment, sections=sections))
    assert [one.missing.key for one in found] == [
        "question:fifth",
        "lab:ferritin",
        "question:medication-list-complete",
        "question:cramps",
        "lab:many",
    ]
    assert found[-1].sections == ("work-up",)
