"""What comes before anything else: flags, criteria, iron, drivers with their grounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ekbom.assessment.assess import assess
from ekbom.assessment.findings import Finding, Section
from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Missing, Truth
from ekbom.report.assessment.lead import grounds, lead, limit_notes
from ekbom.report.assessment.modes import Shown


def with_section(shown: Shown, section: Section) -> Shown:
    return replace(shown, assessment=replace(shown.assessment, sections=(section,)))


def asked_rule(truth: Truth) -> Section:
    question = "question:suicidal-thoughts"
    missing = (Missing(question, "Ask"),) if truth is Truth.UNKNOWN else ()
    conclusion = Conclusion(truth, "All asked", id="R-RF-02", missing=missing)
    words = Words("Ask now.", "Seek emergency help now if one of these is true.")
    return Section("red-flags", "Red flags", (Finding("Emergencies", conclusion, "ask", words),))


def test_what_an_edition_says_of_its_limit_is_told_where_it_answered(
    knowledge: KnowledgeBase,
) -> None:
    day = date(2026, 5, 20)
    patient = example_patient("iron-deficient", knowledge, day)
    for edition, said in (("aasm-2025", True), ("irlssg-2018", False)):
        found = lead(assess(patient, knowledge, day, {"iron": edition}))
        assert found.iron_status is not None
        notes = " ".join(limit_notes(found.iron_status))
        assert ("AASM 2025: Consensus of its authors" in notes) is said
        assert "AASM" not in found.iron_status.words.clinician


def test_red_flags_that_hold_are_apart_from_those_nobody_asked_about(shown: Shown) -> None:
    found = lead(shown.assessment)
    assert [flag.name for flag in found.raised] == ["Drowsy driving"]
    assert [flag.name for flag in found.open_flags] == ["Suicidality"]


def test_that_everything_was_asked_is_no_red_flag(shown: Shown) -> None:
    assert lead(with_section(shown, asked_rule(Truth.YES)).assessment).raised == ()


def test_a_driver_is_named_with_what_it_rests_on(shown: Shown) -> None:
    (ssri,) = lead(shown.assessment).drivers
    assert grounds(ssri) == "sertraline"
    low = next(f for f in shown.assessment.findings() if f.conclusion.id == "R-FE-02")
    assert grounds(low) == "Ferritin 23 µg/L, Transferrin saturation 14 %"


def test_a_scale_goes_by_its_short_name_where_we_stand(shown: Shown) -> None:
    score = Conclusion(Truth.YES, "At least moderate", id="R-SEV-01:irls")
    section = Section(
        "severity", "Severity", (Finding("IRLS: What it asks", score, "severe (24)"),)
    )
    found = lead(with_section(shown, section).assessment)
    assert [one.name for one in found.severity] == ["IRLS"]
