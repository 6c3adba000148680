"""What a record may not say, each named with line, path and what was expected."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Refused = Callable[..., str]
MAN = "id: case\nperson: {born: 1978-03-14, sex: male}\n"


def answers(said: str, on: str = "2026-05-02") -> str:
    return f"answers:\n  - on: {on}\n    answers: {{{said}}}\n"


def lab(said: str) -> str:
    return f"labs:\n  - on: 2026-05-03\n    results: {{{said}}}\n"


def irls(said: str) -> str:
    return f"questionnaires:\n  - {{instrument: irls, on: 2026-05-02, {said}}}\n"


TOO_MANY = "items: {1: 3, 2: 2, 3: 3, 4: 2, 5: 2, 6: 3, 7: 3, 8: 2, 9: 1, 10: 1}, total: 23"

OVERRIDE = "on: 2026-05-02, by: a clinician, reason: seen"

WRONG = {
    # Overrides.
    "a block nobody knows": (
        f"overrides: [{{block: opioids, {OVERRIDE}}}]",
        "overrides[0].block: no block 'opioids'",
    ),
    "a block that cannot be lifted": (
        f"overrides: [{{block: pregnancy, {OVERRIDE}}}]",
        "the block 'pregnancy' cannot be lifted",
        "opioid-with-benzodiazepine",
    ),
    "an override without a reason": (
        "overrides: [{block: criteria-not-met, on: 2026-05-02, by: me, reason: ' '}]",
        "overrides[0].reason: an override without reason",
    ),
    "an override in the future": (
        "overrides: [{block: criteria-not-met, on: 2027-05-02, by: me, reason: seen}]",
        "overrides[0].on: 2027-05-02 is in the future",
    ),
    # Keys and plain values.
    "typo in a section": ("medication: []", "unknown key 'medication'", "medications"),
    "typo in a field": ("labs: [{on: 2026-05-03, result: {}}]", "labs[0]: unknown key", "results"),
    "missing field": ("weights: [{on: 2026-05-03}]", "weights[0]: key 'kg' is missing"),
    "nothing after a key": ("labs:\n", "labs: nothing after the key"),
    "a word for a section": ("labs: none", "labs", "none"),
    "true": (answers("stress: true"), "answers[0].answers.stress: true", "yes, no or unknown"),
    "infinite": ("weights: [{on: 2026-05-03, kg: .inf}]", "weights[0].kg", "finite number"),
    "not a number": ("weights: [{on: 2026-05-03, kg: .nan}]", "weights[0].kg"),
    "hidden character": ('answers: [{on: 2026-05-03, by: "a\\u200bb", answers: {}}]', "by"),
    "empty text": ("medications: [{drug: ropinirole, form: ''}]", "form is ''", "left out"),
    "a number for text": ("medications: [{drug: 5}]", "medications[0].drug is 5", "expected: text"),
    "a word that is no choice": (
        "family: [{relation: aunt, restless_legs: yes, on: 2026-03-03}]",
        "family[0].relation is 'aunt' expected: 'mother', 'father'",
    ),
    # Answers.
    "unknown question": (answers("urge-to-move-leg: yes"), "no such question", "urge-to-move-legs"),
    "number for yes or no": (answers("stress: 1"), "stress: 1 is no answer", "yes, no, unknown"),
    "text for yes or no": (answers("stress: Yes"), "'Yes' is no answer"),
    "text for a number": (answers("symptom-days-per-week: often"), "a number in /wk, or unknown"),
    "number out of range": (answers("symptom-days-per-week: 8"), "8 /wk is out", "0 to 7 /wk"),
    "no clock": (answers("usual-onset-clock: 25:00"), "no clock time", "21:30"),
    "number for a clock": (answers("usual-onset-clock: 21"), "no answer", "21:30"),
    "onset after today": (answers("onset-age: 49"), "onset-age: 49 a is out of range"),
    "longer than life": (answers("symptom-months: 600"), "symptom-months"),
    # Days.
    "answer in the future": (answers("stress: yes", "2026-05-11"), "answers[0].on", "future"),
    "before birth": (answers("stress: yes", "1978-03-13"), "1978-03-13 is before birth"),
    "month for a day": (answers("stress: yes", "2026-05"), "no full date", "2026-05-02"),
    "no such day": (answers("stress: yes", "2026-02-30"), "record.yaml:4", "day is out of range"),
    "no date": ("conditions: [{condition: diabetes, since: spring}]", "'spring' is no date"),
    "stop before start": (
        "medications: [{drug: sertraline, started: 2026-02, stopped: 2026-01-31}]",
        "medications[0].stopped: 2026-01-31 is before its start (2026-02)",
    ),
    "end before beginning": (
        "conditions: [{condition: diabetes, since: 2020, until: 2019}]",
        "conditions[0].until",
    ),
    # Blood.
    "unknown analyte": (lab("feritin: 23 ng/mL"), "labs[0].results.feritin", "names: ferritin"),
    "symbol of an analyte": (lab("TSAT: 14 %"), "write transferrin-saturation"),
    "no unit": (lab("ferritin: 23"), "23 without a unit", "ug/L, ng/mL"),
    "no unit in text": (lab('ferritin: "23"'), "a number without a unit"),
    "other unit": (lab("ferritin: 23 mg/dL"), "ferritin", "ug/L, ng/mL"),
    "decimal comma": (lab('ferritin: "2,3 ng/mL"'), "comma"),
    "negative": (lab("ferritin: -3 ng/mL"), "negative"),
    "wrong by its unit": (
        lab("hemoglobin: 135 g/dL"),
        "hemoglobin",
        "135 would be plausible in g/L",
    ),
    "wrong in any unit": (lab("transferrin-saturation: 140 %"), "cannot be right", "1 to 120"),
    "no results": ("labs: [{on: 2026-05-03, results: {}}]", "labs[0].results: no results"),
    "iron after the draw": (
        "labs: [{on: 2026-05-03, hours_since_iron: -2, results: {ferritin: 3 ug/L}}]",
        "hours_since_iron",
    ),
    "iron years before the draw": (
        "labs: [{on: 2026-05-03, hours_since_iron: 9000, results: {ferritin: 3 ug/L}}]",
        "labs[0].hours_since_iron: 9000 h is out of range",
        "0 to 8760 h",
    ),
    "nothing measured": (lab("ferritin: 0 ng/mL"), "labs[0].results.ferritin", "cannot be right"),
    "below nothing": (lab('ferritin: "<0 ng/mL"'), "cannot be right"),
    # Digits of other scripts, which a computer would read and a reader might not.
    "day in other digits": (
        "conditions: [{condition: diabetes, since: \u0662\u0660\u0662\u0660-\u0660\u0661}]",
        "conditions[0].since",
        "is no date",
    ),
    "full day in other digits": (
        "labs: [{on: \uff12\uff10\uff12\uff16-05-03, results: {ferritin: 3 ug/L}}]",
        "is no full date",
    ),
    "number in other digits": ("weights: [{on: 2026-05-03, kg: \u0667\u0660}]", "weights[0].kg"),
    "dose in other digits": (
        'medications: [{drug: sertraline, dose: "\u0665\u0660 mg"}]',
        "is no dose",
    ),
    # Medicines.
    "clock time in other digits": (
        'medications: [{drug: sertraline, times: ["\u0660\u0669:\u0660\u0665"]}]',
        "medications[0].times[0]",
        "is no clock time",
    ),
    "no such hour": (
        'medications: [{drug: sertraline, times: ["24:00"]}]',
        "'24:00' is no clock time",
    ),
    "minute of one digit": (
        'medications: [{drug: sertraline, times: ["9:5"]}]',
        "'9:5' is no clock time",
    ),
    "form missing": (
        "medications: [{drug: pramipexole, dose: 0.25 mg}]",
        "form: one of base, salt",
    ),
    "no such form": (
        "medications: [{drug: pramipexole, form: gel}]",
        "medications[0].form",
        "salt",
    ),
    "dose without unit": ("medications: [{drug: sertraline, dose: 50}]", "50 without a unit"),
    "dose without number": ("medications: [{drug: sertraline, dose: some}]", "'some' is no dose"),
    "a comma in a dose": ('medications: [{drug: sertraline, dose: "0,5 mg"}]', "is no dose"),
    # Conditions, pregnancies.
    "unknown condition": (
        "conditions: [{condition: dialisis, since: 2019}]",
        "near names: dialysis",
    ),
    "no date of pregnancy": ("pregnancies: [{ended: 2020-01-01}]", "neither due nor last_period"),
    "two dates of one": (
        "pregnancies: [{due: 2026-09-01, last_period: 2025-11-25}]",
        "both due and last_period",
    ),
    "due too late": ("pregnancies: [{due: 2027-05-01}]", "pregnancies[0].due"),
    "too long": (
        "pregnancies: [{last_period: 2019-01-01, ended: 2020-01-01}]",
        "a pregnancy of 365 days",
    ),
    "ended before": (
        "pregnancies: [{last_period: 2019-05-01, ended: 2019-04-30}]",
        "2019-04-30 is before the last period",
    ),
    # Scores and measures.
    "unknown instrument": (irls("total: 3").replace("irls", "irsl"), "near names: irls"),
    "no such item": (irls("items: {11: 3}"), "questionnaires[0].items.11", "1 to 10"),
    "item by name": (irls("items: {one: 3}"), "irls has no item one"),
    "item beyond its range": (irls("items: {1: 5}"), "items.1: 5 is out of range", "0 to 4"),
    "half a point in a total": (irls("total: 21.5"), "21.5 is no whole number"),
    "half a point": (irls("items: {1: 2.5}"), "2.5 is no whole number"),
    "total that does not add up": (irls(TOO_MANY), "23 is not the sum", "22"),
    "total beyond what is left": (irls("items: {1: 4}, total: 41"), "41 is not", "4 to 40"),
    "total beyond its range": (irls("total: 41"), "total 41 is out of range", "0 to 40"),
    "nothing filled in": (irls("items: {}"), "neither items nor total"),
    "total where items stand alone": (irls("total: 8").replace("irls", "rls-6"), "has no total"),
    "weight": ("weights: [{on: 2026-05-03, kg: 7100}]", "weights[0].kg", "kg"),
    "severity": ('diary: [{on: 2026-05-03, began: "21:00", severity: 11}]', "0 to 10"),
    "efficiency": ("nights: [{on: 2026-05-03, sleep_efficiency_percent: 110}]", "0 to 100"),
    "index": ("nights: [{on: 2026-05-03, plms_index_per_h: 4000}]", "plms_index_per_h"),
    "rules nobody has": ("nights: [{on: 2026-05-03, rules: wasm}]", "no edition 'wasm'", "wasm-"),
    "minutes of a night": ("nights: [{on: 2026-05-03, sleep_latency_min: 2000}]", "sleep_latency"),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_a_fault_is_named_with_its_place_and_what_was_expected(case: str, refused: Refused) -> None:
    record, *said = WRONG[case]
    message = refused(record)
    assert message.startswith("record.yaml:")
    assert [part for part in said if part not in message] == [], message


def test_the_line_is_that_of_the_part(refused: Refused) -> None:
    message = refused(
        "labs:\n  - on: 2026-05-03\n    results:\n      crp: 3 mg/L\n      ferritin: 23\n"
    )
    assert message.startswith("record.yaml:7: labs[0].results.ferritin: 23 without a unit")


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("id: x\nperson: {born: 1878-03-14}\n", "person.born: born 1878-03-14, 148 years old"),
        ("id: x\nperson: {born: 2026-06-01}\n", "person.born: 2026-06-01 is in the future"),
        ("id: x\nperson: {born: 1978-13}\n", "person.born: '1978-13' is no date"),
        ("id: x\nperson: {born: 1978, sex: other}\n", "person.sex"),
        ("id: x\nperson: {}\n", "person: key 'born' is missing"),
        ("id: x\nperson: someone\n", "person: no keys"),
        ("id: x\n", "key 'person' is missing"),
        ("id: 7\nperson: {born: 1978}\n", "id is 7"),
        ('id: ""\nperson: {born: 1978}\n', "id is ''"),
    ],
)
def test_the_person_is_checked_first(person: str, said: str, refused: Refused) -> None:
    assert said in refused("", person)


CONTRADICTIONS = {
    "two answers of one day": (
        answers("stress: yes") + "  - {on: 2026-05-02, answers: {stress: no}}\n",
        "answers[1].answers.stress: contradicts answers[0].answers.stress",
    ),
    "two values of one draw": (
        lab("ferritin: 23 ug/L") + "  - {on: 2026-05-03, results: {ferritin: 32 ug/L}}\n",
        "labs[1].results.ferritin: contradicts labs[0].results.ferritin",
    ),
    "a saturation that its own iron denies": (
        lab("transferrin-saturation: 16 %, iron: 33 umol/L, tibc: 55 umol/L"),
        "transferrin-saturation: contradicts labs[0].results.iron",
    ),
    "a treatment that failed untried": (
        answers("iron-treatment-tried: no, iron-treatment-failed-or-not-tolerated: yes"),
        "iron-treatment-failed-or-not-tolerated: contradicts answers[0].answers.iron-treatment",
    ),
    "present and excluded": (
        "conditions:\n  - {condition: diabetes, since: 2019}\n"
        "  - {condition: diabetes, since: 2024-05-01, present: no}\n",
        "conditions[1]: contradicts conditions[0]",
    ),
    "excluded though implied": (
        "conditions:\n  - {condition: dialysis, since: 2019}\n"
        "  - {condition: chronic-kidney-disease, since: 2024-05-01, present: no}\n",
        "until: DATE, where dialysis has ended by then",
    ),
    "one medicine twice": (
        "medications:\n  - {drug: sertraline, started: 2025-01, stopped: 2025-09}\n"
        "  - {drug: Sertraline, started: 2025-06-30}\n",
        "medications[1]: contradicts medications[0]",
    ),
    "two forms of one medicine": (
        "medications:\n  - {drug: pramipexole, form: salt, started: 2025-01}\n"
        "  - {drug: pramipexole, form: base, started: 2026-01}\n",
        "medications[1]: contradicts medications[0]",
    ),
    "taken now, twice": (
        "medications:\n  - {drug: sertraline}\n  - {drug: sertraline}\n",
        "medications[1]: contradicts medications[0]",
    ),
    "two pregnancies at once": (
        "pregnancies:\n  - {last_period: 2019-01-01, ended: 2019-09-20}\n"
        "  - {last_period: 2019-06-01, ended: 2020-02-20}\n",
        "pregnancies[1]: contradicts pregnancies[0]",
    ),
    "a pregnancy that never ended": (
        "pregnancies:\n  - {last_period: 2019-01-01}\n" + answers("stress: no"),
        "pregnancies[0]: contradicts what is recorded on 2026-05-02",
    ),
    "a relative denied": (
        "family: [{relation: mother, restless_legs: yes, on: 2026-05-02}]\n"
        + answers("first-degree-relative-affected: no"),
        "first-degree-relative-affected: contradicts family[0]",
    ),
    "two fillings of a day": (
        irls("total: 20") + "  - {instrument: irls, on: 2026-05-02, total: 21}\n",
        "questionnaires[1]: contradicts questionnaires[0]",
    ),
    "pregnant, and not possible": (
        answers("past-childbearing: yes, pregnant: yes"),
        "answers.past-childbearing: contradicts answers[0].answers.pregnant",
    ),
    "two weights of a day": (
        "weights: [{on: 2026-05-02, kg: 67}, {on: 2026-05-02, kg: 99}]\n",
        "weights[1]: contradicts weights[0]",
    ),
    "two spells that begin at once": (
        'diary:\n  - {on: 2026-05-02, began: "20:00", severity: 1}\n'
        '  - {on: 2026-05-02, began: "20:00", severity: 9}\n',
        "diary[1]: contradicts diary[0]",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS, ids=str)
def test_a_contradiction_names_both_paths(case: str, refused: Refused) -> None:
    record, said = CONTRADICTIONS[case]
    assert said in refused(record)


def test_no_pregnancy_in_old_age(refused: Refused) -> None:
    said = refused("pregnancies: [{last_period: 2026-01-01}]\n", "id: x\nperson: {born: 1931}\n")
    assert "pregnancies[0]: a pregnancy at the age of 94" in said


@pytest.mark.parametrize("percent", ["0.82", "0.05"])
def test_a_fraction_is_no_percentage(percent: str, refused: Refused) -> None:
    night = f"nights: [{{on: 2026-04-11, sleep_efficiency_percent: {percent}}}]\n"
    assert "looks like a fraction" in refused(night)


def test_no_pregnancy_of_a_man(refused: Refused) -> None:
    assert "pregnancies[0]: a pregnancy of a man" in refused(
        "pregnancies: [{due: 2026-09-01}]", MAN
    )
    assert "contradicts person.sex" in refused(answers("pregnant: yes"), MAN)


COMPATIBLE = {
    "the same answer twice": answers("stress: yes")
    + "  - {on: 2026-05-02, answers: {stress: yes}}\n",
    "another answer on another day": answers("stress: yes")
    + "  - {on: 2026-05-03, answers: {stress: no}}\n",
    "two draws of a day": "labs:\n"
    '  - {on: 2026-05-03, at: "08:00", results: {ferritin: 23 ug/L}}\n'
    '  - {on: 2026-05-03, at: "18:00", results: {ferritin: 32 ug/L}}\n',
    "excluded before it came": "conditions:\n"
    "  - {condition: diabetes, since: 2024-05-01}\n"
    "  - {condition: diabetes, since: 2019-05-01, present: no}\n",
    "excluded after it ended": "conditions:\n"
    "  - {condition: anemia, since: 2019, until: 2020}\n"
    "  - {condition: anemia, since: 2024-05-01, present: no}\n",
    "changed on a day": "medications:\n"
    "  - {drug: sertraline, dose: 50 mg, started: 2025-01, stopped: 2025-06-30}\n"
    "  - {drug: sertraline, dose: 100 mg, started: 2025-06-30}\n",
    "changed in a month": "medications:\n"
    "  - {drug: sertraline, dose: 50 mg, started: 2025-01, stopped: 2025-06}\n"
    "  - {drug: sertraline, dose: 100 mg, started: 2025-06}\n",
    "unknown when it began": "medications:\n"
    "  - {drug: sertraline, stopped: 2025-01-01}\n"
    "  - {drug: sertraline, started: 2025-02-01}\n",
    "asked before the mother was": answers("first-degree-relative-affected: no", "2026-05-01")
    + "family: [{relation: mother, restless_legs: yes, on: 2026-05-02}]\n",
    "a cousin": answers("first-degree-relative-affected: no")
    + "family: [{relation: other, restless_legs: yes, on: 2026-05-02}]\n",
    "form without dose": "medications: [{drug: pramipexole, started: 2020}]\n",
}


@pytest.mark.parametrize("case", COMPATIBLE, ids=str)
def test_what_may_both_be_is_read(case: str, read: Callable[..., object]) -> None:
    read(COMPATIBLE[case])
