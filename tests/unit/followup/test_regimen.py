"""The regimen of a day: above a maximum, taken at once, not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from ekbom.assessment.assess import case_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.errors import PatientError
from ekbom.followup.daily_doses import current_uses, limits_of, renal_step
from ekbom.followup.regimen import daily_dose, regimen
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.records import Rule
from ekbom.knowledge.strict_yaml import parse
from ekbom.knowledge.treatment import Dose
from ekbom.logic import Truth
from ekbom.patient.reading import patient_from

DAY = date(2026, 5, 10)
BLOCK = "block:dopamine-agonist-above-maximum"
ALL_LISTED = "answers: [{on: 2026-05-02, answers: {medication-list-complete: yes}}]\n"
YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def case(medicines: Sequence[str], below: str = ALL_LISTED, as_of: date = DAY) -> Case:
    """A woman born in 1960 with these medicines; the list is complete unless said otherwise."""
    listed = "".join(f"  - {{{one}}}\n" for one in medicines)
    text = "id: case\nperson: {born: 1960-03-14, sex: female}\n" + below
    text += f"medications:\n{listed}" if medicines else ""
    file = parse("record.yaml", text.encode(), PatientError)
    return case_on(patient_from(file, load(), DAY), load(), as_of)


def found(medicines: Sequence[str], below: str = ALL_LISTED) -> Mapping[str, Finding]:
    return {f.conclusion.id: f for f in regimen(case(medicines, below), {})}


def truth(medicines: Sequence[str], conclusion: str, below: str = ALL_LISTED) -> Truth | None:
    one = found(medicines, below).get(conclusion)
    return None if one is None else one.conclusion.truth


# Above the maximum -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("medicine", "expected"),
    [
        ('drug: pramipexole, form: salt, dose: 0.25 mg, times: ["18:00", "21:00"]', NO),
        ('drug: pramipexole, form: salt, dose: 0.26 mg, times: ["18:00", "21:00"]', YES),
        ('drug: pramipexole, form: base, dose: 0.18 mg, times: ["18:00", "21:00"]', NO),
        ('drug: pramipexole, form: base, dose: 0.5 mg, times: ["21:00"]', YES),
        ("drug: pramipexole, form: salt, dose: 0.75 mg", YES),
        ("drug: pramipexole, form: salt, dose: 0.5 mg", UNKNOWN),
        ("drug: pramipexole", UNKNOWN),
        ('drug: ropinirole, dose: 3 mg, times: ["21:00"]', NO),
        # In failed kidneys 3 mg are the most; nothing is known of these.
        ('drug: ropinirole, dose: 4 mg, times: ["21:00"]', UNKNOWN),
        ('drug: ropinirole, dose: 4.1 mg, times: ["21:00"]', YES),
        ("drug: rotigotine, dose: 3 mg/24 h", NO),
        ("drug: rotigotine, dose: 4 mg/24 h", YES),
        ("drug: rotigotine, dose: 13.5 mg", UNKNOWN),
        ('drug: carbidopa/levodopa, dose: 25/100 mg, times: ["18:00", "21:00"]', NO),
        ('drug: carbidopa/levodopa, dose: 50/200 mg, times: ["18:00", "21:00"]', YES),
        ('drug: cabergoline, dose: 2 mg, times: ["21:00"]', UNKNOWN),
    ],
)
def test_a_dopaminergic_is_held_against_the_strictest_label(medicine: str, expected: Truth) -> None:
    assert truth([f"{medicine}, started: 2024"], BLOCK) is expected


def test_no_dopaminergic_is_above_only_on_a_complete_list() -> None:
    low = ['drug: ropinirole, dose: 1 mg, times: ["21:00"], started: 2024']
    assert truth([], BLOCK) is NO
    assert truth([], BLOCK, "") is UNKNOWN
    assert truth(low, BLOCK) is NO
    assert truth(low, BLOCK, "") is UNKNOWN
    assert truth([*low, "drug: foozine, started: 2024"], BLOCK) is UNKNOWN


def test_between_two_labels_the_stricter_decides_and_is_cited() -> None:
    one = found(['drug: pramipexole, form: base, dose: 0.54 mg, times: ["21:00"], started: 2024'])
    conclusion = one[BLOCK].conclusion
    (leaf,) = conclusion.deciding_leaves()
    assert leaf.limit is not None
    assert (leaf.limit.value, leaf.limit.source) == (0.5, "pramipexole-label")
    assert leaf.limit.parameter == "doses/pramipexole-salt"
    assert leaf.statement == "Pramipexole taken a day (as salt) 0.75 mg/d is above 0.5 mg/d"
    assert {"pramipexole-label", "ekbom-design"} <= {c.source for c in conclusion.cited()}


def test_what_is_taken_for_another_disease_is_said_and_does_not_alarm() -> None:
    parkinson = 'drug: ropinirole, dose: 8 mg, times: ["08:00", "20:00"], started: 2024, for: '
    for_it = found([f"{parkinson}Parkinson disease"])[BLOCK]
    assert [c.code for c in for_it.conclusion.all_caveats()] == ["taken-for-something-else"]
    assert (for_it.conclusion.truth, for_it.words.patient) == (YES, "")
    for named in ("Restless legs", "RLS", "Willis-Ekbom disease"):
        for_legs = found([f"{parkinson}{named}"])[BLOCK]
        assert for_legs.conclusion.all_caveats() == ()
        assert "do not change it yourself" in for_legs.words.patient


def test_the_dose_of_the_day_is_that_of_the_use_that_came_last() -> None:
    steps = [
        'drug: ropinirole, dose: 6 mg, times: ["21:00"], started: 2024, stopped: 2026-05-10',
        'drug: ropinirole, dose: 3 mg, times: ["21:00"], started: 2026-05-10',
    ]
    assert [use.dose for use in current_uses(case(steps), "ropinirole")] == ["3 mg"]
    assert truth(steps, BLOCK) is NO
    before = case(steps, as_of=date(2026, 5, 9))
    above = {f.conclusion.id: f.conclusion.truth for f in regimen(before, {})}
    assert above[BLOCK] is YES


CLEARANCE = (
    "labs: [{{on: 2026-05-01, results: {{creatinine: {mg} mg/dL}}}}]\n"
    "weights: [{{on: 2026-05-01, kg: 60}}]\n"
)
# (140 - 66) x 60 / (72 x mg) x 0.85: 52.4 mL/min at 1 mg/dL.
GABAPENTIN = 'drug: gabapentin, dose: {} mg, times: ["21:00"], started: 2024'


@pytest.mark.parametrize(
    ("dose", "creatinine", "expected"),
    [
        (2400, 0.8, NO),
        (2500, 0.8, YES),
        (1400, 1.0, NO),
        (1401, 1.0, YES),
        (700, 2.5, NO),
        (701, 2.5, YES),
        (300, 5.0, NO),
        (301, 5.0, YES),
        (300, None, NO),
        (301, None, UNKNOWN),
        (2500, None, YES),
    ],
)
def test_what_the_kidneys_allow_counts_as_a_maximum(
    dose: int, creatinine: float | None, expected: Truth
) -> None:
    kidneys = "" if creatinine is None else CLEARANCE.format(mg=creatinine)
    below = ALL_LISTED + kidneys
    one = found([GABAPENTIN.format(dose)], below)["R-REG-03:gabapentin"]
    assert one.conclusion.truth is expected
    if expected is UNKNOWN:
        missing = [m.key for m in one.conclusion.all_missing()]
        assert missing == ["person:creatinine-clearance"]


def test_ropinirole_on_dialysis_has_a_maximum_of_its_own() -> None:
    dose = ['drug: ropinirole, dose: 4 mg, times: ["21:00"], started: 2024']
    healthy = ALL_LISTED + CLEARANCE.format(mg=0.8)
    dialysis = "conditions: [{condition: dialysis, since: 2020}]\n"
    assert truth(dose, BLOCK, healthy) is NO
    assert truth(dose, BLOCK, dialysis + healthy) is YES
    words = found(dose, dialysis + healthy)[BLOCK].words
    assert "not above the maximum" in words.clinician and "kidneys" in words.patient
    more = ['drug: ropinirole, dose: 5 mg, times: ["21:00"], started: 2024']
    assert "not above" not in found(more, dialysis + healthy)[BLOCK].words.clinician


def test_dialysis_takes_the_lowest_step_whatever_creatinine_says() -> None:
    dialysis = "conditions: [{condition: dialysis, since: 2020}]\n"
    below = ALL_LISTED + dialysis + CLEARANCE.format(mg=0.8)
    assert truth([GABAPENTIN.format(301)], "R-REG-03:gabapentin", below) is YES
    assert truth([GABAPENTIN.format(300)], "R-REG-03:gabapentin", below) is NO


def test_the_patient_hears_of_a_maximum_and_not_of_a_usual_range() -> None:
    usual = found(['drug: oxycodone, dose: 40 mg, times: ["20:00"], started: 2024'])
    assert usual["R-REG-03:oxycodone"].conclusion.truth is YES
    assert usual["R-REG-03:oxycodone"].words.patient == ""
    label = found(['drug: gabapentin-enacarbil, dose: 1200 mg, times: ["17:00"], started: 2024'])
    assert label["R-REG-03:gabapentin-enacarbil"].conclusion.truth is YES
    assert "do not change it yourself" in label["R-REG-03:gabapentin-enacarbil"].words.patient


@pytest.mark.parametrize("dose", load().of(Dose).values(), ids=lambda dose: dose.id)
def test_a_step_holds_from_its_lower_end_to_below_its_upper(dose: Dose) -> None:
    ends = [step.from_ml_per_min for step in dose.renal if step.from_ml_per_min is not None]
    for number, end in enumerate(ends):
        assert renal_step(dose, end) is dose.renal[number]
        assert renal_step(dose, end - 0.01) is dose.renal[number + 1]
    assert renal_step(dose, 200.0) is (dose.renal[0] if dose.renal else None)


def test_the_upper_end_of_a_step_is_not_part_of_it() -> None:
    gabapentin = load().record(Dose, "gabapentin")
    alone = replace(gabapentin, renal=gabapentin.renal[1:2])
    assert renal_step(alone, 59.9) is gabapentin.renal[1]
    assert renal_step(alone, 60.0) is None
    assert renal_step(alone, 29.9) is None


def test_limits_know_where_they_came_from() -> None:
    doses = load().of(Dose)
    fda, ema = limits_of(doses["pramipexole-salt"])
    assert (fda.value, fda.unit, ema.value, ema.mark) == (0.5, "mg/d", 0.75, "verified")
    assert "(FDA)" in fda.name
    (levodopa,) = limits_of(doses["carbidopa-levodopa"])
    assert (levodopa.value, levodopa.mark) == (200.0, "recalled")
    assert limits_of(doses["gabapentin"]) == ()
    (usual,) = limits_of(doses["gabapentin"], usual=True)
    assert (usual.value, usual.name) == (
        2400.0,
        "Gabapentin: upper end of the usual range in restless legs",
    )


# Not known ---------------------------------------------------------------------------------------


def test_a_daily_dose_that_is_not_on_record_is_asked_for() -> None:
    one = found(["drug: ropinirole, dose: 1 mg, started: 2024"])["R-REG-06:ropinirole"]
    (missing,) = one.conclusion.all_missing()
    assert one.conclusion.truth is UNKNOWN
    assert missing.ask == "Daily dose of ropinirole: no clock times say how often a day"
    known = found(['drug: ropinirole, dose: 1 mg, times: ["20:00"], started: 2024'])
    assert known["R-REG-06:ropinirole"].state == "1 mg/d"
    assert "R-REG-06:sertraline" not in found(["drug: sertraline, started: 2024"])


def test_an_unknown_medicine_is_named_and_never_matched() -> None:
    one = found(["drug: pramipexol, dose: 9 mg, started: 2024"])
    assert one["R-REG-05"].state == "pramipexol"
    assert one["R-REG-05"].conclusion.truth is YES
    assert one[BLOCK].conclusion.truth is UNKNOWN
    assert not any(id.startswith(("R-REG-03", "R-REG-06")) for id in one)
    assert truth(["drug: pramipexole, started: 2024"], "R-REG-05") is NO


def test_the_daily_dose_of_a_use_says_why_there_is_none() -> None:
    patient = case(
        [
            'drug: carbidopa/levodopa, dose: 25/100 mg, times: ["20:00", "02:00"], started: 2024',
            "drug: gabapentin, dose: 1 capsule, started: 2025",
        ]
    ).patient
    levodopa, gabapentin = (daily_dose(use, load()) for use in patient.medications)
    assert (levodopa.per_day, levodopa.unit, levodopa.ingredient) == (200.0, "mg/d", "levodopa")
    assert (gabapentin.per_day, gabapentin.unit) == (None, "")
    assert gabapentin.says_why == "the dose is not written in g, mg or ug"


def test_what_holds_stands_first() -> None:
    order = [f.conclusion.truth for f in regimen(case(["drug: foozine"], ""), {})]
    assert order == sorted(order, key=[YES, UNKNOWN, NO].index)


# Words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [r for r in load().of(Rule) if r.startswith(("R-REG", "R-DOS"))])
def test_words_are_allowed(rule: str) -> None:
    for words in load().record(Rule, rule).when.values():
        assert spoken(words.clinician, load(), "clinician") == ()
        assert spoken(words.patient, load(), "patient") == ()
        assert not any(letter.isdigit() for letter in words.patient)


def test_what_slows_breathing_is_told_to_a_patient_in_one_sentence() -> None:
    rules = load().of(Rule)
    pairs = ("opioid-and-benzodiazepine", "opioid-and-gabapentinoid")
    assert len({rules[f"R-REG-02:{pair}"].when["yes"].patient for pair in pairs}) == 1
