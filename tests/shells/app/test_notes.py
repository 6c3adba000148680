"""Beside a draw and a medicine stands at once what the assessment says of it."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from ekbom.app.forms.notes import draw_note, medicine_notes
from ekbom.errors import PatientError
from ekbom.interop.patient_files import example_text
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from
from ekbom.report.consultation.shown import consultation_shown

_TODAY = date(2026, 11, 22)
_DRAW = {
    "on": "2026-11-20",
    "at": "08:00",
    "hours_since_iron": "36",
    "value.ferritin": "400",
    "unit.ferritin": "ng/mL",
    "value.transferrin-saturation": "22",
    "unit.transferrin-saturation": "%",
}


@pytest.fixture
def patient(client: TestClient) -> str:
    """Address of somebody of whom only birth and sex are known."""
    made = client.post("/patients/new", data={"name": "P-1", "born": "1970", "sex": "female"})
    return made.headers["location"]


def _example(name: str, knowledge: KnowledgeBase) -> Patient:
    file = parse(f"{name}.yaml", example_text(name).encode(), PatientError)
    return patient_from(file, knowledge, _TODAY)


def _after(client: TestClient, patient: str, **more: str) -> str:
    kept = client.post(f"{patient}/labs", data={**_DRAW, **more})
    assert kept.status_code == 303
    return client.get(kept.headers["location"]).text


def test_a_draw_of_the_afternoon_may_not_be_judged(client: TestClient, patient: str) -> None:
    text = _after(client, patient, at="15:10")
    assert "repeat the draw" in text
    assert "Clock time of the draw 15:10" in text and "is before 12:00" in text
    assessment = client.get(f"{patient}/assessment").text
    assert "15.1667" not in assessment and "12 h" not in assessment


def test_a_draw_soon_after_iron_may_not_be_judged(client: TestClient, patient: str) -> None:
    assert "Hours since iron 3 h" in _after(client, patient, hours_since_iron="3")


def test_a_draw_after_an_infusion_may_not_be_judged(client: TestClient, patient: str) -> None:
    given = {"product": "ferric-carboxymaltose", "amount": "1000 mg", "given": "2026-11-01"}
    assert client.post(f"{patient}/medicines/infusion", data=given).status_code == 303
    assert "Days from ferric-carboxymaltose to the draw 19 days" in _after(client, patient)


def test_a_high_ferritin_with_raised_crp_is_not_trusted(client: TestClient, patient: str) -> None:
    inflamed = _after(client, patient, **{"value.crp": "40", "unit.crp": "mg/L"})
    assert "falsely high" in inflamed


def test_a_high_ferritin_with_normal_crp_is_not_doubted(client: TestClient, patient: str) -> None:
    assert "falsely high" not in _after(client, patient, **{"value.crp": "1", "unit.crp": "mg/L"})


def test_what_was_not_recorded_of_a_draw_is_said(client: TestClient, patient: str) -> None:
    text = _after(client, patient, at="", hours_since_iron="")
    assert "The clock time of the iron draw is not on record" in text
    assert "fasting not recorded" in text


def test_an_implausible_value_is_refused_at_once(client: TestClient, patient: str) -> None:
    sent = {**_DRAW, "value.hemoglobin": "135", "unit.hemoglobin": "g/dL"}
    page = client.post(f"{patient}/labs", data=sent)
    assert page.status_code == 422
    assert "cannot be right" in page.text


def test_a_note_is_of_the_draw_it_stands_beside(knowledge: KnowledgeBase) -> None:
    person = _example("iron-deficient", knowledge)
    places = [next(iter(draw.results.values())).path.partition(".")[0] for draw in person.draws]
    today = [draw_note(person, knowledge, place, _TODAY) for place in places]
    assert [note is not None for note in today] == [False, True]
    then = draw_note(person, knowledge, places[0], person.draws[0].on)
    assert then is not None


def test_a_medicine_has_its_suspicion_and_only_its_own(knowledge: KnowledgeBase) -> None:
    person = _example("elderly-many-medicines", knowledge)
    found = consultation_shown(person, knowledge, _TODAY, {})
    said = {
        use.drug: " ".join(
            f"{note.name} {note.state}" for note in medicine_notes(found, use, _TODAY)
        )
        for use in person.medications
    }
    assert "suspicion high" in said["mirtazapine"]
    assert "suspicion low" in said["bisoprolol"]
    assert "mirtazapine" not in said["bisoprolol"]
    assert said["ramipril"] == ""


def test_a_dose_taken_stands_beside_the_kidneys(client: TestClient, patient: str) -> None:
    taken = {"drug": "pregabalin", "dose": "150 mg", "times": "20:00", "started": "2026-01-01"}
    assert client.post(f"{patient}/medicines", data=taken).status_code == 303
    text = client.get(f"{patient}/medicines").text
    assert "Daily dose of pregabalin: 150 mg/d" in text
    assert "pregabalin, kidneys: not known, and the dose depends on them" in text
    client.post(f"{patient}/entries/weights", data={"on": "2026-11-20", "kg": "60"})
    poor = {"value.creatinine": "4", "unit.creatinine": "mg/dL"}
    assert client.post(f"{patient}/labs", data={**_DRAW, **poor}).status_code == 303
    text = client.get(f"{patient}/medicines").text
    assert "creatinine clearance (Cockcroft-Gault) 15.1 mL/min" in text
    assert "What is taken is above what these kidneys leave" in text


def test_an_infusion_is_a_medicine_of_one_day(client: TestClient, patient: str) -> None:
    given = {"product": "ferric-carboxymaltose", "amount": "1000 mg", "given": "2026-11-01"}
    kept = client.post(f"{patient}/medicines/infusion", data=given)
    text = client.get(kept.headers["location"]).text
    assert text.count('<span class="day">2026-11-01</span>') == 2
    late = client.post(f"{patient}/medicines/infusion", data={**given, "given": "2027-01-01"})
    assert late.status_code == 422
    assert "in the future" in late.text
    other = client.post(f"{patient}/medicines/infusion", data={**given, "product": "aspirin"})
    assert other.status_code == 422
    assert "no iron given by vein" in other.text
