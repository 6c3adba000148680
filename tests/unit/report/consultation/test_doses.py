"""Published doses as a clinician meets them: what holds for this patient stands first."""

from __future__ import annotations

from datetime import date

import pytest

from ekbom.assessment.assess import case_on
from ekbom.errors import PatientError
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import parse
from ekbom.knowledge.treatment import Action
from ekbom.patient.reading import patient_from
from ekbom.report.citations import Citations
from ekbom.report.consultation.doses import DoseShown, dose_shown
from ekbom.treatment.doses import dose_information

DAY = date(2026, 5, 10)
DIALYSIS = "conditions: [{condition: dialysis, since: 2020}]\n"
# (140 - 66) x 60 / 72 x 0.85 = 52.4 mL/min.
KIDNEYS = """\
labs: [{on: 2026-05-01, results: {creatinine: 1.0 mg/dL}}]
weights: [{on: 2026-05-01, kg: 60}]
"""


def shown(action: str, below: str = KIDNEYS) -> DoseShown:
    text = f"id: case\nperson: {{born: 1960-03-14, sex: female}}\n{below}"
    patient = patient_from(parse("record.yaml", text.encode(), PatientError), load(), DAY)
    found = dose_information(case_on(patient, load(), DAY), load().record(Action, action))
    return dose_shown(found[0], Citations(load()))


def taking(medicine: str) -> str:
    return f"medications: [{{{medicine}, started: 2024}}]\n"


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("gabapentin", "100 mg after dialysis"),
        ("gabapentin-enacarbil", "Not recommended on haemodialysis"),
        ("pregabalin", "supplementary dose after each haemodialysis"),
        ("ropinirole", "at most 3 mg a day"),
    ],
)
def test_what_is_said_of_dialysis_stands_before_any_clearance(action: str, says: str) -> None:
    one = shown(action, DIALYSIS + KIDNEYS)
    assert one.short.startswith("on dialysis: ") and says in one.short and one.is_limited
    assert "with these kidneys" not in one.short
    # Neither measure of the kidneys is called what a dose goes by.
    assert one.kidneys == () and one.renal.startswith("kidneys, lowest step")
    assert says not in " ".join(one.notes)
    assert not shown(action).short.startswith("on dialysis")
    assert len(shown(action).kidneys) == 2


def test_what_these_kidneys_leave_stands_first_off_dialysis() -> None:
    assert shown("gabapentin").short == "with these kidneys at most 1400 mg a day"


def test_without_anything_on_the_kidneys_the_usual_dose_stays_with_a_word_on_dialysis() -> None:
    one = shown("rotigotine", DIALYSIS)
    assert one.short == "1 to 3 mg/24 h" and "nothing else is on file" in " ".join(one.notes)


@pytest.mark.parametrize(
    ("dose", "warning"),
    [
        ("drug: ropinirole, dose: 3 mg, times: ['21:00']", ""),
        ("drug: ropinirole, dose: 4 mg, times: ['21:00']", "above what these kidneys leave"),
        ("drug: ropinirole, dose: 5 mg, times: ['21:00']", "above the maximum for restless legs"),
    ],
)
def test_the_kidneys_are_no_maximum_for_restless_legs(dose: str, warning: str) -> None:
    said = shown("ropinirole", DIALYSIS + KIDNEYS + taking(dose)).warning
    assert (warning in said) if warning else said == ""
    assert ("maximum" in said) is ("maximum" in warning)


def test_what_is_taken_only_when_needed_has_no_dose_a_day() -> None:
    one = shown("levodopa")
    assert one.short == "100 to 200 mg, only when needed, never every day"
    assert one.says.startswith("only when needed: ") and "a day" not in one.says
    assert "a day" in shown("ropinirole").short
