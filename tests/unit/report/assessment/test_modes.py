"""What comes first, what is missing most, and what a patient may be shown."""

from __future__ import annotations

from dataclasses import replace

from ekbom.assessment.changes import Changes
from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.records import Words
from ekbom.logic import Conclusion, Missing, Truth
from ekbom.report.assessment.modes import (
    Shown,
    grounds,
    lead,
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
    assert patient_view(with_section(shown, section)).tests == ("Ferritin",)


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
