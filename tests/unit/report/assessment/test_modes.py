"""What comes first, what is missing most, and what a patient may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ekbom.assessment.assess import assess
from ekbom.assessment.changes import Changes
from ekbom.assessment.findings import Finding, Section
from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.education import Topic
from ekbom.knowledge.records import Rule, Words
from ekbom.logic import Conclusion, Missing, Truth
from ekbom.report.assessment.modes import (
    OF_A_CHILD,
    Shown,
    grounds,
    lead,
    limit_notes,
    patient_view,
    recorded_facts,
    wanted,
)


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


def test_a_patient_is_offered_topics_for_everyone_and_those_that_fit(shown: Shown) -> None:
    offered = {topic.id for topic in patient_view(shown).topics}
    assert {"what-is-rls", "living-with-it"} <= offered
    assert not {"kidneys", "pregnancy", "children"} & offered
    pregnant = Conclusion(Truth.YES, "Pregnant", id="R-POP-01:pregnant")
    section = Section("populations", "Situation", (Finding("Pregnant", pregnant, "yes"),))
    assert "pregnancy" in {t.id for t in patient_view(with_section(shown, section)).topics}


def test_every_topic_that_is_not_for_everyone_names_conclusions_of_rules(shown: Shown) -> None:
    rules = shown.knowledge.of(Rule)
    fits = [id for topic in shown.knowledge.of(Topic).values() for id in topic.fits]
    assert fits
    assert [id for id in fits if id.partition(":")[0] not in rules] == []


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


def test_a_patient_hears_of_a_flag_only_where_it_is_raised(shown: Shown) -> None:
    view = patient_view(shown)
    assert view.first == ("Please do not drive when drowsy.",)
    assert "Do you think of ending your life or harming yourself?" in view.asked_first


def test_a_patient_hears_of_an_alternative_only_where_it_is_supported(shown: Shown) -> None:
    said = [says for part in patient_view(shown).parts for says in part.says]
    assert "Nerve damage can feel alike." not in said
    assert "Some medicines" in said


def test_a_question_without_plain_words_is_not_put_to_a_patient(shown: Shown) -> None:
    view = patient_view(shown)
    assert view.asked == ("Are your feet numb, tingling or burning?",)


def test_a_test_without_a_result_is_something_to_ask_the_doctor(shown: Shown) -> None:
    section = Section("iron", "Iron", (waits("A", "lab:ferritin"),))
    assert patient_view(with_section(shown, section)).tests == ("ferritin",)


def test_recorded_medicines_come_without_their_dose(shown: Shown) -> None:
    facts = list(recorded_facts(shown.patient, shown.knowledge))
    assert ("sertraline", "taken", "since 2025-09") in facts
    assert not any("mg" in value for _, value, _ in facts)
    assert facts[0] == ("Ferritin", "23 ng/mL", "2026-05-10")


def asked_rule(truth: Truth) -> Section:
    question = "question:suicidal-thoughts"
    missing = (Missing(question, "Ask"),) if truth is Truth.UNKNOWN else ()
    conclusion = Conclusion(truth, "All asked", id="R-RF-02", missing=missing)
    words = Words("Ask now.", "Seek emergency help now if one of these is true.")
    return Section("red-flags", "Red flags", (Finding("Emergencies", conclusion, "ask", words),))


def test_that_everything_was_asked_is_no_red_flag(shown: Shown) -> None:
    assert lead(with_section(shown, asked_rule(Truth.YES)).assessment).raised == ()


def test_emergencies_nobody_asked_about_are_put_first_in_their_own_urgent_words(
    shown: Shown,
) -> None:
    view = patient_view(with_section(shown, asked_rule(Truth.UNKNOWN)))
    assert view.first == ("Seek emergency help now if one of these is true.",)
    assert view.asked_first == ()


def test_a_patient_is_told_that_older_guidance_was_used(shown: Shown) -> None:
    assert patient_view(shown).guidance == ""
    assert patient_view(replace(shown, changes=Changes((), ()))).guidance


def test_words_that_lack_their_subject_are_not_said_to_a_patient(shown: Shown) -> None:
    conclusion = Conclusion(Truth.YES, "Family", id="R-DX-09:family")
    said = Finding("Family", conclusion, "yes", Words("It supports.", "This fits."))
    section = Section("diagnosis", "Diagnostic criteria", (said,))
    assert patient_view(with_section(shown, section)).parts == ()


def test_a_driver_is_named_with_what_it_rests_on(shown: Shown) -> None:
    (ssri,) = lead(shown.assessment).drivers
    assert grounds(ssri) == "sertraline"
    low = next(f for f in shown.assessment.findings() if f.conclusion.id == "R-FE-02")
    assert grounds(low) == "Ferritin 23 µg/L, Transferrin saturation 14 %"


def test_the_page_of_a_child_speaks_to_who_reads_it_with_the_child(
    knowledge: KnowledgeBase,
) -> None:
    day = date(2026, 5, 20)
    for example, is_child in (("child-nine-years", True), ("iron-deficient", False)):
        patient = example_patient(example, knowledge, day)
        view = patient_view(Shown(assess(patient, knowledge, day), patient, knowledge))
        assert (OF_A_CHILD in view.guidance) is is_child


def test_a_scale_goes_by_its_short_name_where_we_stand(shown: Shown) -> None:
    score = Conclusion(Truth.YES, "At least moderate", id="R-SEV-01:irls")
    section = Section(
        "severity", "Severity", (Finding("IRLS: What it asks", score, "severe (24)"),)
    )
    found = lead(with_section(shown, section).assessment)
    assert [one.name for one in found.severity] == ["IRLS"]
