"""Published doses beside one patient: both measures of the kidneys, the step, what else holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ekbom.assessment.assess import case_on
from ekbom.assessment.case import Case
from ekbom.errors import PatientError
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.knowledge.treatment import Action
from ekbom.logic import Truth
from ekbom.patient.reading import patient_from
from ekbom.treatment.doses import dose_information
from ekbom.treatment.options import DoseInformation

DAY = date(2026, 5, 10)
# (140 - 66) x 60 / 72 x 0.85 = 52.4 mL/min.
KIDNEYS = """\
labs: [{on: 2026-05-01, results: {creatinine: 1.0 mg/dL}}]
weights: [{on: 2026-05-01, kg: 60}]
"""


def case(below: str = KIDNEYS, person: str = "born: 1960-03-14, sex: female") -> Case:
    text = f"id: case\nperson: {{{person}}}\n{below}"
    file = parse("record.yaml", text.encode(), PatientError)
    return case_on(patient_from(file, load(), DAY), load(), DAY)


def shown(action: str, one: Case) -> Mapping[str, DoseInformation]:
    found = dose_information(one, load().record(Action, action))
    return {information.dose.id: information for information in found}


def of(drug: str, below: str = KIDNEYS, person: str = "born: 1960-03-14, sex: female") -> str:
    return " ".join(shown(drug, case(below, person))[drug].says)


def test_each_form_is_a_record_of_its_own() -> None:
    assert set(shown("pramipexole", case())) == {"pramipexole-base", "pramipexole-salt"}
    assert set(shown("gabapentin", case())) == {"gabapentin"}
    assert set(shown("opioids", case())) == {
        "oxycodone",
        "oxycodone-naloxone",
        "methadone",
        "buprenorphine",
    }


def test_clearance_and_filtration_rate_stand_side_by_side_each_by_its_name() -> None:
    one = shown("gabapentin", case())["gabapentin"]
    assert one.creatinine_clearance.value == pytest.approx(52.4, abs=0.05)
    assert one.creatinine_clearance.name == "Creatinine clearance"
    assert one.creatinine_clearance.unit == "mL/min"
    assert one.filtration_rate.value == pytest.approx(62.0, abs=0.5)
    assert one.filtration_rate.unit == "mL/min/{1.73_m2}"
    # The clearance decides: by the filtration rate no step would hold.
    assert one.renal is not None
    assert one.renal.says.startswith("400 to 1400 mg a day")
    assert one.says == (one.dose.note,)


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        ("labs", "Missing: creatinine."),
        ("weights", "Missing: weight."),
        ("both", "Missing: creatinine, weight."),
    ],
)
def test_what_is_missing_for_the_clearance_is_said(left_out: str, missing: str) -> None:
    lines = [line for line in KIDNEYS.splitlines() if not line.startswith(left_out)]
    below = "" if left_out == "both" else "\n".join(lines)
    one = shown("gabapentin", case(below))["gabapentin"]
    assert one.renal is None
    assert one.says[0].startswith(missing)
    assert "filtration rate does not stand in" in one.says[0]


def test_a_reported_filtration_rate_is_no_clearance() -> None:
    below = "labs: [{on: 2026-05-01, results: {egfr: 25 mL/min/1.73m2}}]\n"
    one = shown("gabapentin", case(below))["gabapentin"]
    assert (one.filtration_rate.value, one.creatinine_clearance.value) == (25.0, None)
    assert one.renal is None


def test_sex_and_a_bound_are_asked_for() -> None:
    assert "Missing: sex." in of("gabapentin", person="born: 1960-03-14")
    bound = KIDNEYS.replace("1.0 mg/dL", "<0.3 mg/dL")
    assert "Missing: creatinine as a number." in of("gabapentin", bound)


@pytest.mark.parametrize(("on", "is_old"), [("2025-05-10", False), ("2025-05-09", True)])
def test_an_old_creatinine_and_an_old_weight_are_said(on: str, is_old: bool) -> None:
    old_labs = KIDNEYS.replace("labs: [{on: 2026-05-01", f"labs: [{{on: {on}")
    old_weight = KIDNEYS.replace("weights: [{on: 2026-05-01", f"weights: [{{on: {on}")
    assert (f"Creatinine of {on}, 366 days old." in of("gabapentin", old_labs)) is is_old
    assert (f"Weight of {on}, 366 days old." in of("gabapentin", old_weight)) is is_old
    assert ("days old" in of("gabapentin", old_labs)) is is_old
    assert ("days old" in of("gabapentin", old_weight)) is is_old


def test_kidneys_are_not_asked_for_where_no_step_is_on_file() -> None:
    one = shown("rotigotine", case(""))["rotigotine"]
    assert one.says == (one.dose.note,)


@pytest.mark.parametrize(
    ("action", "dose", "says"),
    [
        ("gabapentin", "gabapentin", "100 mg after dialysis, at most 200 to 300 mg (R-TX-09,"),
        ("gabapentin-enacarbil", "gabapentin-enacarbil", "On dialysis: Not recommended"),
        ("ropinirole", "ropinirole", "at most 3 mg a day"),
        ("pramipexole", "pramipexole-salt", "On dialysis: Nothing for restless legs is on file"),
        ("pregabalin", "pregabalin", "a supplementary dose after each haemodialysis"),
        ("rotigotine", "rotigotine", "nothing else is on file"),
    ],
)
def test_dialysis_comes_first_and_takes_the_lowest_step(action: str, dose: str, says: str) -> None:
    dialysis = f"conditions: [{{condition: dialysis, since: 2020}}]\n{KIDNEYS}"
    one = shown(action, case(dialysis))[dose]
    assert says in one.says[0]
    assert one.renal is (one.dose.renal[-1] if one.dose.renal else None)


@pytest.mark.parametrize(
    ("born", "said"),
    [("1961-05-11", False), ("1961-05-10", True), ("1961", True), ("1940-01-01", True)],
)
def test_old_age_is_said_where_it_matters(born: str, said: bool) -> None:
    person = f"born: {born}, sex: female"
    text = of("gabapentin-enacarbil", person=person)
    assert ("Over 65 years consider 300 mg." in text) is said
    assert ("leaves open" in text) is (born == "1961")
    assert "Over 65" not in of("gabapentin", person=person)


@pytest.mark.parametrize(
    ("born", "is_shown"),
    [("2008-05-11", False), ("2008", False), ("2008-05-10", True)],
)
def test_no_dose_is_shown_for_a_child_or_who_may_be_one(born: str, is_shown: bool) -> None:
    one = case(KIDNEYS, f"born: {born}, sex: female")
    assert bool(shown("gabapentin", one)) is is_shown


# What is taken -----------------------------------------------------------------------------------

LISTED = KIDNEYS + "answers: [{on: 2026-05-01, answers: {medication-list-complete: yes}}]\n"


def taking(medicine: str) -> str:
    return f"{LISTED}medications: [{{{medicine}, started: 2024}}]\n"


def test_what_is_taken_stands_with_the_form_it_is_taken_in() -> None:
    salt = 'drug: pramipexole, form: salt, dose: 0.25 mg, times: ["18:00", "21:00", "23:00"]'
    both = shown("pramipexole", case(taking(salt)))
    assert both["pramipexole-salt"].taken_per_day.value == 0.75
    assert both["pramipexole-salt"].above_maximum.truth is Truth.YES
    assert both["pramipexole-base"].taken_per_day.value is None
    assert both["pramipexole-base"].above_maximum.truth is Truth.NO
    assert "recorded as salt" in both["pramipexole-base"].above_maximum.statement


def test_without_its_form_a_drug_is_in_neither() -> None:
    both = shown("pramipexole", case(taking("drug: pramipexole")))
    truths = {id: one.above_maximum.truth for id, one in both.items()}
    assert set(truths.values()) == {Truth.UNKNOWN}
    assert {one.taken_per_day.value for one in both.values()} == {None}


@pytest.mark.parametrize(("below", "truth"), [(LISTED, Truth.NO), (KIDNEYS, Truth.UNKNOWN)])
def test_what_is_not_on_the_list_is_not_taken_only_if_the_list_is_complete(
    below: str, truth: Truth
) -> None:
    one = shown("ropinirole", case(below))["ropinirole"]
    assert (one.above_maximum.truth, one.taken_per_day.value) == (truth, None)


def test_where_nobody_set_a_maximum_the_kidneys_alone_may_be_exceeded() -> None:
    dose = 'drug: gabapentin, dose: {} mg, times: ["21:00"]'
    at_most = shown("gabapentin", case(taking(dose.format(1400))))["gabapentin"]
    above = shown("gabapentin", case(taking(dose.format(1500))))["gabapentin"]
    assert (at_most.above_maximum.truth, above.above_maximum.truth) == (Truth.NO, Truth.YES)
    citations = {(one.source, one.mark) for one in above.above_maximum.cited()}
    assert ("gabapentin-label", "recalled") in citations
    assert (at_most.above_label.truth, above.above_label.truth) == (Truth.UNKNOWN, Truth.UNKNOWN)


def test_above_the_step_for_the_kidneys_is_not_above_the_maximum() -> None:
    dose = 'drug: ropinirole, dose: {} mg, times: ["21:00"]'
    dialysis = "conditions: [{condition: dialysis, since: 2020}]\n"
    step = shown("ropinirole", case(dialysis + taking(dose.format(4))))["ropinirole"]
    both = shown("ropinirole", case(dialysis + taking(dose.format(5))))["ropinirole"]
    assert (step.above_maximum.truth, step.above_label.truth) == (Truth.YES, Truth.NO)
    assert (both.above_maximum.truth, both.above_label.truth) == (Truth.YES, Truth.YES)
