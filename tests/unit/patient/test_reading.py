"""A record as read: every fact with its day, its path and the unit of the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest

from ekbom.errors import KnowledgeError, PatientError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import NightSummary, Patient
from ekbom.patient.reading import patient_from

Read = Callable[..., Patient]

WHOLE = """\
answers:
  - on: 2026-05-02
    by: interview
    answers: {urge-to-move-legs: yes, symptom-days-per-week: 5, usual-onset-clock: "21:30"}
labs:
  - on: 2026-05-03
    at: "08:10"
    hours_since_iron: 36
    fasting: yes
    results: {ferritin: 23 ng/mL, crp: <5 mg/L, vitamin-b12: 150 pg/mL}
medications:
  - drug: Pramipexole
    form: salt
    dose: 0.25 mg
    times: ["20:00", "9:30"]
    started: 2015-06
    stopped: 2020-01-31
    for: restless legs
conditions:
  - {condition: dialysis, since: 2019}
  - {condition: hemochromatosis, since: 2020-02-03, present: no}
pregnancies:
  - {due: 2026-09-01}
family:
  - {relation: mother, restless_legs: yes, on: 2026-05-02}
questionnaires:
  - instrument: irls
    on: 2026-05-02
    items: {1: 3, 2: 2, 3: 3, 4: 2, 5: 2, 6: 3, 7: 3, 8: 2, 9: 1, 10: 1}
nights:
  - on: 2026-04-11
    method: polysomnography
    rules: wasm-2016
    plms_index_per_h: 34
    respiratory_movements: excluded
    sleep_efficiency_percent: 78
diary:
  - {on: 2026-05-01, began: "21:30", ended: "01:30", severity: 6}
weights:
  - {on: 2026-05-01, kg: 71}
"""


@pytest.fixture(scope="module")
def whole(read: Read) -> Patient:
    return read(WHOLE)


def test_person(whole: Patient) -> None:
    assert whole.id == "case"
    assert whole.person.sex == "female"
    assert whole.person.age_years(date(2026, 3, 13)) == (47, 47)


def test_answers_carry_day_path_and_who(whole: Patient) -> None:
    found = {a.question: (a.value, a.on, a.by, a.path) for a in whole.answers}
    day = date(2026, 5, 2)
    at = "answers[0].answers."
    assert found == {
        "urge-to-move-legs": ("yes", day, "interview", at + "urge-to-move-legs"),
        "symptom-days-per-week": (5.0, day, "interview", at + "symptom-days-per-week"),
        "usual-onset-clock": ("21:30", day, "interview", at + "usual-onset-clock"),
    }


def test_blood_values_are_in_the_unit_of_the_rules_and_as_entered(whole: Patient) -> None:
    (draw,) = whole.draws
    assert (draw.at, draw.hours_since_iron, draw.fasting) == (time(8, 10), 36, "yes")
    ferritin, crp, b12 = (draw.results[name] for name in ("ferritin", "crp", "vitamin-b12"))
    assert (ferritin.value, ferritin.unit, ferritin.entered) == (23, "ug/L", "23 ng/mL")
    assert (crp.value, crp.bound) == (5, "<")
    assert b12.value == pytest.approx(110.67, abs=0.01)
    assert b12.path == "labs[0].results.vitamin-b12"


def test_a_medicine_is_named_as_the_knowledge_base_does(whole: Patient) -> None:
    (use,) = whole.medications
    assert (use.drug, use.known, use.form, use.dose) == ("pramipexole", True, "salt", "0.25 mg")
    assert use.times == (time(9, 30), time(20, 0))
    assert use.indication == "restless legs"
    assert use.started == PartialDate(date(2015, 6, 1), date(2015, 6, 30))


def test_an_unknown_medicine_is_kept_as_written(read: Read) -> None:
    (use,) = read("medications: [{drug: Wonderpill 3}]").medications
    assert (use.drug, use.known, use.started) == ("Wonderpill 3", False, None)


def test_conditions_are_present_or_excluded(whole: Patient) -> None:
    found = {c.condition: (c.present, str(c.since)) for c in whole.conditions}
    assert found == {"dialysis": (True, "2019"), "hemochromatosis": (False, "2020-02-03")}


def test_a_due_date_gives_the_last_period(whole: Patient) -> None:
    (pregnancy,) = whole.pregnancies
    assert pregnancy.last_period == date(2025, 11, 25)
    assert (date(2026, 9, 1) - pregnancy.last_period).days == 280


def test_a_questionnaire_adds_up(whole: Patient) -> None:
    (form,) = whole.questionnaires
    assert (form.total, form.items[10]) == (22, 1)


def test_an_open_item_leaves_the_total_open(read: Read) -> None:
    (form,) = read(
        "questionnaires: [{instrument: irls, on: 2026-05-02, items: {1: 3, 2: 2}}]"
    ).questionnaires
    assert form.total is None


def test_night_diary_weight_and_relative(whole: Patient) -> None:
    (night,) = whole.nights
    assert night.plms_index_per_h == 34
    assert (night.sleep_efficiency_percent, night.sleep_latency_min) == (78, None)
    assert (whole.diary[0].ended, whole.diary[0].severity) == (time(1, 30), 6)
    assert whole.weights[0].kg == 71
    assert (whole.family[0].relation, whole.family[0].path) == ("mother", "family[0]")


def test_only_id_and_person_are_needed(read: Read) -> None:
    bare = read("", "id: x\nperson: {born: 1980}\n")
    assert bare.person.sex is None
    assert bare.answers == bare.draws == bare.medications == ()


def test_facts_are_in_the_order_of_their_days(read: Read) -> None:
    found = read(
        "weights: [{on: 2026-05-01, kg: 71}, {on: 2025-05-01, kg: 70}]\n"
        "answers:\n"
        "  - {on: 2026-05-02, answers: {stress: yes}}\n"
        "  - {on: 2024-05-02, answers: {stress: no}}\n"
    )
    assert [w.kg for w in found.weights] == [70, 71]
    assert [a.value for a in found.answers] == ["no", "yes"]


def test_a_record_may_be_a_part_of_a_file(knowledge: KnowledgeBase) -> None:
    content = (
        "situation: x\npatient:\n  id: inner\n  person: {born: 1980}\n"
        "  weights:\n    - {on: 2026-05-01, kg: 0}\n"
    )
    file = parse("case.yaml", content.encode())
    with pytest.raises(KnowledgeError, match=r"case.yaml:6: weights\[0\]\.kg: 0 kg is out of"):
        patient_from(file, knowledge, date(2026, 5, 10), path=("patient",))


def test_a_scored_night_fills_what_the_record_leaves_open(knowledge: KnowledgeBase) -> None:
    asked = []

    def scored_night(name: str, on: date, rules: str) -> NightSummary:
        asked.append((name, on, rules))
        return NightSummary(on=on, method="polysomnography", rules="aasm-3", plms_index_per_h=12.5)

    record = (
        "id: x\nperson: {born: 1980}\nnights:\n"
        "  - {on: 2026-04-12, file: night.json, rules: aasm-3, apnea_hypopnea_index_per_h: 3}\n"
    )
    file = parse("record.yaml", record.encode(), PatientError)
    (night,) = patient_from(file, knowledge, date(2026, 5, 10), scored_night=scored_night).nights
    assert asked == [("night.json", date(2026, 4, 12), "aasm-3")]
    assert (night.plms_index_per_h, night.apnea_hypopnea_index_per_h) == (12.5, 3)
    assert night.path == "nights[0]"
    twice = parse(
        "record.yaml",
        record.replace("apnea_hyp", "plms_index_per_h: 3, apnea_hyp").encode(),
        PatientError,
    )
    with pytest.raises(PatientError, match=r"nights\[0\]\.plms_index_per_h: also in night.json"):
        patient_from(twice, knowledge, date(2026, 5, 10), scored_night=scored_night)
    with pytest.raises(PatientError, match="another file"):
        patient_from(file, knowledge, date(2026, 5, 10))
