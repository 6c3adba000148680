"""Red flags: raised ones first, what nobody asked in one list, an old no asked again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from ekbom.assessment.red_flags import red_flags, weighed_flags
from ekbom.knowledge.clinic import Question, RedFlag
from ekbom.knowledge.education import NeverSay
from ekbom.knowledge.loading import load
from ekbom.logic import Conclusion, Missing, Truth
from ekbom.patient.patient import (
    ConditionFact,
    Draw,
    FilledQuestionnaire,
    GivenAnswer,
    LabResult,
    MedicationUse,
)

FLAGS = load().of(RedFlag)
EMERGENCIES = {id for id, flag in FLAGS.items() if flag.urgency == "emergency"}
# A flag of each urgency that one answer raises.
ONE_EACH = {
    "augmentation-suspected": "augmentation",
    "injurious-sleep-behaviour": "injurious-sleep-behaviour",
    "chest-pain-or-syncope": "chest-pain-or-syncope",
}


def asked_by(id: str) -> list[str]:
    lines = FLAGS[id].lines
    return [
        line.fact.removeprefix("question:")
        for line in lines
        if line.fact.startswith("question:") and line.role != "suggests"
    ]


def truth_of(case, id: str, concluded=MappingProxyType({})) -> Truth:
    return next(c.truth for flag, c in weighed_flags(case, concluded) if flag.id == id)


def stood(id: str, truth: Truth) -> dict[str, Conclusion]:
    missing = (Missing("lab:hemoglobin", "Haemoglobin"),) if truth is Truth.UNKNOWN else ()
    return {id: Conclusion(truth, id, id=id, missing=missing)}


@pytest.mark.parametrize("id", [id for id in FLAGS if asked_by(id)])
def test_a_yes_raises_a_no_does_not_and_silence_is_unknown(case_of, id: str) -> None:
    question = asked_by(id)[0]
    assert truth_of(case_of({question: "yes"}), id) is Truth.YES
    assert truth_of(case_of({question: "no"}), id) is Truth.NO
    assert truth_of(case_of({question: "unknown"}), id) is Truth.UNKNOWN
    assert truth_of(case_of(), id) is Truth.UNKNOWN


def test_raised_flags_stand_in_order_of_urgency_and_others_do_not_stand_at_all(case_of) -> None:
    section = red_flags(case_of(dict.fromkeys(ONE_EACH, "yes")), {})
    assert [(f.conclusion.id, f.state) for f in section] == [
        ("R-RF-01:chest-pain-or-syncope", "emergency"),
        ("R-RF-02", "ask now"),
        ("R-RF-01:injurious-sleep-behaviour", "urgent"),
        ("R-RF-01:augmentation", "refer"),
        ("R-RF-03", "ask"),
    ]


def test_every_emergency_nobody_asked_about_is_in_the_one_list(case_of) -> None:
    section = red_flags(case_of({"chest-pain-or-syncope": "no"}), {})
    ask_now = next(f for f in section if f.conclusion.id == "R-RF-02")
    unasked = EMERGENCIES - {"chest-pain-or-syncope"}
    assert set(ask_now.settles) == {FLAGS[id].name for id in unasked}
    missing = {missing.key for missing in ask_now.conclusion.all_missing()}
    assert missing == {f"question:{question}" for id in unasked for question in asked_by(id)}
    assert "emergency help now" in ask_now.words.patient


def test_where_all_were_asked_nothing_is_left_to_ask(case_of) -> None:
    answers = {question: "no" for id in EMERGENCIES for question in asked_by(id)}
    section = red_flags(case_of(answers), {})
    ask_now = next(f for f in section if f.conclusion.id == "R-RF-02")
    assert (ask_now.state, ask_now.settles) == ("asked", ())
    assert ask_now.conclusion.truth is Truth.YES
    assert ask_now.words.patient == ""


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_old_answer_is_asked_again_in_the_words_of_the_question(case_of, answer: str) -> None:
    old = (GivenAnswer("chest-pain-or-syncope", answer, date(2025, 5, 2)),)
    case = _with_answers(case_of(), old)
    conclusion = next(c for f, c in weighed_flags(case, {}) if f.id == "chest-pain-or-syncope")
    ask = load().record(Question, "chest-pain-or-syncope").ask
    assert conclusion.truth is Truth.UNKNOWN
    assert [missing.ask for missing in conclusion.all_missing()] == [
        f"{ask} Last answered on 2025-05-02: {answer}."
    ]


def test_an_old_yes_to_thoughts_of_suicide_stands_and_says_that_it_is_old(case_of) -> None:
    case = _with_answers(case_of(), (GivenAnswer("suicidal-thoughts", "yes", date(2025, 5, 2)),))
    conclusion = next(c for f, c in weighed_flags(case, {}) if f.id == "suicidal-thoughts")
    assert conclusion.truth is Truth.YES
    assert [caveat.code for caveat in conclusion.all_caveats()] == ["answer-not-recent"]


@pytest.mark.parametrize(
    ("complete", "taken", "asked"),
    [
        ("yes", (), False),
        ("unknown", (), True),
        ("yes", (MedicationUse("pramipexole"),), True),
        ("yes", (MedicationUse("sertraline"),), False),
    ],
)
def test_nobody_is_asked_about_a_medicine_that_is_not_taken(
    case_of, complete: str, taken: tuple[MedicationUse, ...], asked: bool
) -> None:
    case = case_of({"medication-list-complete": complete}, medications=taken)
    urgent = next(f for f in red_flags(case, {}) if f.conclusion.id == "R-RF-03")
    assert (FLAGS["new-compulsions-or-psychosis"].name in urgent.settles) is asked


def _with_answers(case, answers):
    return replace(case, patient=replace(case.patient, answers=answers))


@pytest.mark.parametrize(
    ("score", "on", "asked", "expected"),
    [
        (1.0, date(2026, 5, 2), "no", Truth.YES),
        (0.0, date(2026, 5, 2), "no", Truth.NO),
        (2.0, date(2026, 5, 1), "no", Truth.NO),
        (2.0, date(2026, 5, 1), "yes", Truth.YES),
        (1.0, date(2026, 1, 2), None, Truth.YES),
        (0.0, date(2026, 5, 2), None, Truth.UNKNOWN),
    ],
)
def test_the_self_harm_item_counts_unless_it_was_asked_about_later(
    case_of, score: float, on: date, asked: str | None, expected: Truth
) -> None:
    filled = (FilledQuestionnaire("phq-9", on, {9: score}),)
    answers = {"suicidal-thoughts": asked} if asked else {}
    assert truth_of(case_of(answers, questionnaires=filled), "suicidal-thoughts") is expected


def test_another_questionnaire_has_no_self_harm_item(case_of) -> None:
    filled = (FilledQuestionnaire("irls", date(2026, 5, 2), {9: 3.0}),)
    assert truth_of(case_of(questionnaires=filled), "suicidal-thoughts") is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("result", "told_as"),
    [
        (LabResult("egfr", 22.0, "mL/min/{1.73_m2}", "22"), "22"),
        # A laboratory that prints creatinine alone says the same.
        (LabResult("creatinine", 300.0, "umol/L", "300 umol/L"), "from creatinine"),
    ],
)
def test_kidney_function_is_told_beside_confusion_and_not_waited_for(
    case_of, result: LabResult, told_as: str
) -> None:
    draw = Draw(date(2026, 5, 3), {result.analyte: result})
    case = case_of({"confusion-or-myoclonus": "yes"}, draws=(draw,))
    conclusion = next(c for f, c in weighed_flags(case, {}) if f.id == "confusion-on-gabapentinoid")
    told = " ".join(leaf.statement for leaf in conclusion.deciding_leaves())
    assert told_as in told
    assert truth_of(case_of({"confusion-or-myoclonus": "yes"}), "confusion-on-gabapentinoid") is (
        Truth.YES
    )


@pytest.mark.parametrize("reached", list(Truth))
def test_the_stop_of_iron_is_taken_from_the_iron_rules(case_of, reached: Truth) -> None:
    assert truth_of(case_of(), "iron-overload", stood("R-FE-01", reached)) is reached


def test_a_rule_that_was_not_in_force_leaves_its_flag_unknown(case_of) -> None:
    assert truth_of(case_of(), "iron-overload") is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("anemia", "cause", "expected"),
    [
        (Truth.YES, None, Truth.YES),
        (Truth.YES, "no", Truth.YES),
        (Truth.YES, "unknown", Truth.YES),
        (Truth.YES, "yes", Truth.NO),
        (Truth.UNKNOWN, None, Truth.UNKNOWN),
    ],
)
def test_a_cause_nobody_asked_about_is_no_known_cause(
    case_of, anemia: Truth, cause: str | None, expected: Truth
) -> None:
    case = case_of({"cause-of-iron-loss-known": cause} if cause else {})
    assert truth_of(case, "iron-loss-unexplained", stood("R-FE-14", anemia)) is expected


@pytest.mark.parametrize(
    "drug",
    [
        "pramipexole",
        "gabapentin",
        "oxycodone",
        "tramadol",
        "clonazepam",
        "levodopa",
        "dipyridamole",
    ],
)
def test_pregnancy_on_any_medicine_for_restless_legs(case_of, drug: str) -> None:
    case = case_of({"pregnant": "yes"}, medications=(MedicationUse(drug),))
    assert truth_of(case, "pregnant-on-medicine") is Truth.YES


def test_no_pregnancy_no_flag_whatever_is_taken(case_of) -> None:
    case = case_of({"pregnant": "no"}, medications=(MedicationUse("pramipexole"),))
    assert truth_of(case, "pregnant-on-medicine") is Truth.NO


def test_dialysis_refers(case_of) -> None:
    since = case_of().patient.person.born
    fact = (ConditionFact("dialysis", True, since),)
    assert truth_of(case_of(conditions=fact), "dialysis") is Truth.YES
    assert truth_of(case_of(), "dialysis") is Truth.UNKNOWN


def test_supported_akathisia_refers(case_of) -> None:
    reached = stood("R-DDX-01:akathisia", Truth.YES)
    assert truth_of(case_of(), "onset-after-dopamine-blocker", reached) is Truth.YES


# The records -------------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", FLAGS.values(), ids=lambda flag: flag.id)
def test_words_are_allowed(flag: RedFlag) -> None:
    for record in load().of(NeverSay).values():
        pattern = re.compile(record.pattern, re.IGNORECASE)
        for mode in record.modes:
            assert not pattern.search(getattr(flag.words, mode)), record.id


@pytest.mark.parametrize("id", sorted(EMERGENCIES))
def test_an_emergency_tells_the_patient_to_seek_help_now_without_a_telephone_number(
    id: str,
) -> None:
    said = FLAGS[id].words.patient
    assert "emergency" in said
    assert " now" in said
    assert not re.search(r"\d", said)


def test_a_possible_source_of_iron_loss_is_told_and_settles_nothing(case_of) -> None:
    anaemia = stood("R-FE-14", Truth.YES)
    for answers in ({}, {"heavy-periods": "yes", "iron-poor-diet": "no"}):
        flags = {flag.id: c for flag, c in weighed_flags(case_of(answers), anaemia)}
        flag = flags["iron-loss-unexplained"]
        told = " ".join(part.statement for part in flag.decided_by)
        assert flag.truth is Truth.YES
        assert ("Menstrual loss is heavy" in told) is bool(answers)
        assert "diet is poor" not in told
