"""Options as a clinician meets them."""

from __future__ import annotations

from pathlib import Path

from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.logic import Missing, Truth
from ekbom.patient.reading import patient_from
from ekbom.report.citations import Citations
from ekbom.report.consultation.decide import Decision, cite_consultation, decision
from ekbom.report.consultation.options import asked_together
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown
from ekbom.treatment.options import Choice, Precedence
from ekbom.treatment.ordering import strength_text


def decided(shown: ShownConsultation) -> Decision:
    citations = Citations(shown.knowledge)
    cite_consultation(shown, citations)
    return decision(shown, citations)


def test_an_option_carries_grade_edition_and_where_it_stands(by_newest: ShownConsultation) -> None:
    one = next(o for o in decided(by_newest).choice.offered if o.id == "gabapentin")
    assert one.grade == "for · strong · certainty moderate"
    assert one.edition == "AASM 2025"
    assert one.reference and one.reference.number is not None
    assert one.reasons == ()


def test_a_dose_names_its_unit_both_clearances_and_where_it_stands(
    by_newest: ShownConsultation,
) -> None:
    options = decided(by_newest).choice.offered
    doses = [dose for one in options for dose in one.doses]
    assert doses
    for dose in doses:
        assert "mg" in dose.says.partition(",")[2]
        assert "mg" in dose.short
        assert dose.reference.number is not None
    (gabapentin,) = next(o for o in options if o.id == "gabapentin").doses
    assert "Cockcroft-Gault" in gabapentin.kidneys[0] and "labels go by" in gabapentin.kidneys[0]
    assert "CKD-EPI" in gabapentin.kidneys[1] and "do not use it" in gabapentin.kidneys[1]


def test_only_offered_options_show_doses_and_effects(by_newest: ShownConsultation) -> None:
    choice = decided(by_newest).choice
    withheld = [one for group in choice.withheld for one in group.options]
    assert withheld and choice.against
    assert not any(one.doses or one.effects for one in (*withheld, *choice.against))


def test_what_is_withheld_says_why_or_what_it_waits_for(by_newest: ShownConsultation) -> None:
    for group in decided(by_newest).choice.withheld:
        assert group.reasons or group.missing
        assert all(reason.endswith((".", "?")) for reason in group.reasons)


def test_what_is_not_known_is_asked_and_not_told_as_if_it_held(
    by_newest: ShownConsultation,
) -> None:
    for option in by_newest.consultation.plan.choice.offered:
        held = {
            one.consideration.says for one in option.weighings if one.conclusion.truth is Truth.YES
        }
        shown = next(o for o in decided(by_newest).choice.offered if o.id == option.action.id)
        assert {*shown.favours, *shown.cautions} <= held
        assert not held & set(shown.open)


def test_the_order_is_told_once_a_reason(by_newest: ShownConsultation) -> None:
    choice = by_newest.consultation.plan.choice
    lines = decided(by_newest).choice.order
    assert 0 < len(lines) < len(choice.order)
    pairs = {
        (first, then)
        for line in lines
        for first in line.first.split(", ")
        for then in line.then.split(", ")
    }
    names = {option.action.id: option.action.name for option in choice.offered}
    assert pairs == {(names[one.first], names[one.then]) for one in choice.order}


def test_a_level_counts_what_stands_before() -> None:
    order = (
        Precedence("a", "b", "", ""),
        Precedence("b", "c", "", ""),
        Precedence("a", "c", "", ""),
    )
    assert [Choice(order=order).level(id) for id in "abc"] == [0, 1, 2]


def test_an_unknown_block_is_not_told_as_if_it_held(shut: ShownConsultation) -> None:
    blocks = decided(shut).blocks
    unknown = [one for one in blocks if one.conclusion.truth is Truth.UNKNOWN]
    assert unknown
    assert {one.words.clinician for one in unknown} == {""}


def test_a_shut_gate_says_what_is_missing_and_shows_no_option(shut: ShownConsultation) -> None:
    found = decided(shut)
    assert found.gate_missing
    assert found.choice.offered == ()


def test_a_usual_dose_that_the_kidneys_do_not_leave_is_not_told_first() -> None:
    base = load()
    path = Path(__file__).parents[3] / "cases" / "treatment" / "dialysis.yaml"
    file = parse(path.name, path.read_bytes())
    patient = patient_from(file, base, file.data["as_of"], path=("patient",))
    shown = consultation_shown(patient, base, file.data["as_of"], file.data.get("editions"))
    one = next(o for o in decided(shown).choice.offered if o.id == "gabapentin")
    (dose,) = one.doses
    assert dose.is_limited
    assert dose.short.startswith("on dialysis: 100 mg after dialysis, at most 200 to 300 mg")
    assert any("dialysis" in note for note in dose.notes)
    assert dose.general not in dose.notes


def test_conditions_to_ask_about_make_one_question() -> None:
    asked = [
        Missing("condition:obesity", "Obesity"),
        Missing("question:qt", "Is the QT interval long?"),
        Missing("condition:copd", "Chronic obstructive pulmonary disease"),
        Missing("condition:obesity", "Obesity"),
    ]
    assert list(asked_together(asked)) == [
        "Present or excluded: obesity, chronic obstructive pulmonary disease?",
        "Is the QT interval long?",
    ]
    assert list(asked_together(asked[:1])) == ["Obesity: present or excluded?"]


def test_a_level_is_written_as_its_edition_prints_it() -> None:
    said = [strength_text(one) for one in ("level-b", "strong", "option")]
    assert said == ["level B", "strong", "option"]
