"""What a patient is shown, is asked and is offered to read."""

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
from ekbom.report.assessment.modes import Shown
from ekbom.report.assessment.patient_view import OF_A_CHILD, patient_view, recorded_facts


def waits(name: str, *keys: str) -> Finding:
    missing = tuple(Missing(key, f"Ask {key}") for key in keys)
    return Finding(name, Conclusion(Truth.UNKNOWN, name, id=name, missing=missing), "unknown")


def with_section(shown: Shown, section: Section) -> Shown:
    return replace(shown, assessment=replace(shown.assessment, sections=(section,)))


def asked_rule(truth: Truth) -> Section:
    question = "question:suicidal-thoughts"
    missing = (Missing(question, "Ask"),) if truth is Truth.UNKNOWN else ()
    conclusion = Conclusion(truth, "All asked", id="R-RF-02", missing=missing)
    words = Words("Ask now.", "Seek emergency help now if one of these is true.")
    return Section("red-flags", "Red flags", (Finding("Emergencies", conclusion, "ask", words),))


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


def test_the_page_of_a_child_speaks_to_who_reads_it_with_the_child(
    knowledge: KnowledgeBase,
) -> None:
    day = date(2026, 5, 20)
    for example, is_child in (("child-nine-years", True), ("iron-deficient", False)):
        patient = example_patient(example, knowledge, day)
        view = patient_view(Shown(assess(patient, knowledge, day), patient, knowledge))
        assert (OF_A_CHILD in view.guidance) is is_child
