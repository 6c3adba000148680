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
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import FilledQuestionnaire, Patient, Person
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


BORN = date(1970, 3, 14)


def with_scores(*scores: tuple[str, date, float]) -> Patient:
    filled = tuple(FilledQuestionnaire(name, on, total=total) for name, on, total in scores)
    return Patient("case", Person(PartialDate(BORN, BORN), "female"), questionnaires=filled)


def told(knowledge: KnowledgeBase, *scores: tuple[str, date, float]) -> list[str]:
    found = lead(assess(with_scores(*scores), knowledge, date(2025, 6, 1)))
    return [f"{one.name}: {one.state}" for one in found.severity]


def test_a_low_score_is_known_and_one_never_taken_is_not(knowledge: KnowledgeBase) -> None:
    recent = date(2025, 5, 2)
    assert told(knowledge, ("irls", recent, 6)) == ["IRLS: mild (6)"]
    assert told(knowledge, ("irls", recent, 0))[0].startswith("IRLS: ")
    assert told(knowledge) == []
    # A normal score of something else says nothing of restless legs.
    assert told(knowledge, ("ess", recent, 3)) == []


def test_an_incomplete_scale_is_told_as_such_and_not_left_out(knowledge: KnowledgeBase) -> None:
    patient = with_scores(("irls", date(2026, 5, 1), 24))
    later = FilledQuestionnaire("irls", date(2026, 5, 8), dict.fromkeys(range(1, 9), 2.0))
    patient = replace(patient, questionnaires=(*patient.questionnaires, later))
    found = lead(assess(patient, knowledge, date(2026, 5, 10)))
    assert [f"{one.name}: {one.state}" for one in found.severity] == ["IRLS: items 9, 10 missing"]


def test_an_old_score_is_told_as_old_and_one_without_a_limit_not_at_all(
    knowledge: KnowledgeBase,
) -> None:
    old, recent = date(2019, 11, 12), date(2025, 5, 2)
    assert told(knowledge, ("irls", old, 31)) == ["IRLS: very severe (31) on 2019-11-12, old"]
    assert told(knowledge, ("irls", recent, 8), ("asrs", old, 15)) == ["IRLS: mild (8)"]
    assert told(knowledge, ("asrs", recent, 15)) == ["ASRS: score 15"]
