"""Interview, labs and medicines: only what was changed is kept; a refusal loses nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

TODAY = "2026-11-22"


@pytest.fixture
def patient(client: TestClient) -> str:
    """Address of somebody of whom only birth and sex are known."""
    made = client.post("/patients/new", data={"name": "P-1", "born": "1970", "sex": "female"})
    return made.headers["location"]


def record(client: TestClient, patient: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(client.get(f"{patient}/record.yaml").text)
    return found


def first(client: TestClient, room: str) -> str:
    """Number of the first entry of a room that its page can take back."""
    found = re.search(rf"{re.escape(room)}/(\d+)/take-back", client.get(room).text)
    assert found is not None
    return found[1]


class Form(HTMLParser):
    """What a browser would send of the form of an address, were nothing in it touched."""

    def __init__(self, text: str, action: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._action, self._inside, self._select = action, False, ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = given.get("action") == self._action
        elif not self._inside:
            return
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in self.sent or "selected" in given):
            self.sent[self._select] = value
        elif tag == "input" and (
            given.get("type") not in ("radio", "checkbox") or "checked" in given
        ):
            self.sent[name] = value


# Interview ----------------------------------------------------------------------------------------


def test_answers_of_a_visit_are_one_fact_and_hold_only_what_was_changed(
    client: TestClient, patient: str
) -> None:
    room = f"{patient}/interview"
    answers = {"on": TODAY, "q.urge-to-move-legs": "yes", "q.symptom-days-per-week": "5"}
    assert client.post(room, data={**answers, "q.pregnant": ""}).status_code == 303
    said = record(client, patient)["answers"]
    assert [one["answers"] for one in said] == [
        {"urge-to-move-legs": "yes", "symptom-days-per-week": 5}
    ]
    known = {**answers, "was.urge-to-move-legs": "yes", "was.symptom-days-per-week": "5"}
    again = client.post(room, data=known)
    assert again.status_code == 422
    assert "nothing was answered anew" in again.text
    given = client.post(room, data={**known, "q.pregnant": "no"})
    assert given.status_code == 303
    assert record(client, patient)["answers"][1]["answers"] == {"pregnant": "no"}


def test_no_question_is_asked_twice_and_known_answers_are_prefilled(
    client: TestClient, example: str
) -> None:
    text = client.get(f"{example}/interview").text
    names = re.findall(r'type="hidden" name="was\.([^"]+)"', text)
    assert len(names) == len(set(names)) > 100
    assert "Known: <b>yes</b>, 2026-05-02" in text


def test_an_answer_of_the_same_day_is_corrected_and_can_be_taken_back(
    client: TestClient, patient: str
) -> None:
    room = f"{patient}/interview"
    client.post(room, data={"on": TODAY, "q.urge-to-move-legs": "yes", "q.pregnant": "no"})
    changed = {"on": TODAY, "q.urge-to-move-legs": "no", "was.urge-to-move-legs": "yes"}
    changed |= {"q.pregnant": "no", "was.pregnant": "no"}
    assert client.post(room, data=changed).status_code == 303
    (visit,) = record(client, patient)["answers"]
    assert visit["answers"] == {"urge-to-move-legs": "no", "pregnant": "no"}
    seq = first(client, room)
    back = client.post(f"{room}/{seq}/take-back", data={"back.pregnant": "yes"})
    assert back.status_code == 303
    (visit,) = record(client, patient)["answers"]
    assert visit["answers"] == {"urge-to-move-legs": "no"}


def test_an_answer_changed_in_another_window_is_not_overwritten(
    client: TestClient, patient: str
) -> None:
    room = f"{patient}/interview"
    client.post(room, data={"on": TODAY, "q.pregnant": "yes"})
    late = client.post(room, data={"on": TODAY, "q.pregnant": "no", "was.pregnant": ""})
    assert late.status_code == 409
    assert record(client, patient)["answers"][0]["answers"] == {"pregnant": "yes"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("q.symptom-days-per-week", "12", "out of range"),
        ("q.symptom-days-per-week", "five", "is no number"),
        ("q.usual-onset-clock", "25:00", "is no clock time"),
        ("on", "2199-01-01", "in the future"),
    ],
)
def test_a_refused_answer_stays_in_the_form(
    client: TestClient, patient: str, field: str, value: str, words: str
) -> None:
    written = {"on": TODAY, "q.usual-onset-clock": "21:45", field: value}
    written.setdefault("q.symptom-days-per-week", "4")
    page = client.post(f"{patient}/interview", data=written)
    assert page.status_code == 422
    assert words in page.text
    assert "What to do:" in page.text
    assert "answers[" not in page.text
    assert all(f'value="{one}"' in page.text for one in written.values())
    assert 'aria-invalid="true"' in page.text
    assert "answers" not in record(client, patient)


def test_a_questionnaire_is_numbers_by_item(client: TestClient, patient: str) -> None:
    room = f"{patient}/interview/questionnaires"
    items = {f"item.{number}": "2" for number in range(1, 11)}
    written = {"on": TODAY, **items}
    wrong = client.post(f"{room}/new/irls", data={**written, "item.3": "7"})
    assert wrong.status_code == 422
    assert "7 is out of range" in wrong.text
    assert 'value="7"' in wrong.text
    assert client.post(f"{room}/new/irls", data=written).status_code == 303
    (form,) = record(client, patient)["questionnaires"]
    assert form["items"] == {str(number): 2 for number in range(1, 11)}
    assert re.search(r'data-label="Total">20</td>', client.get(room).text)
    seq = first(client, room)
    kept = Form(client.get(f"{room}/{seq}").text, f"{room}/{seq}").sent
    assert kept == {**written, "total": ""}
    assert client.post(f"{room}/{seq}", data={**kept, "item.1": ""}).status_code == 303
    assert "without item 1" in client.get(room).text
    assert client.post(f"{room}/{seq}", data=kept).status_code == 409
    seq = first(client, room)
    assert client.post(f"{room}/{seq}/take-back").status_code == 303
    assert "questionnaires" not in record(client, patient)


def test_the_interview_as_shown_changes_nothing(client: TestClient, example: str) -> None:
    room = f"{example}/interview"
    before = record(client, example)
    sent = Form(client.get(room).text, room).sent
    page = client.post(room, data=sent)
    assert page.status_code == 422
    assert "nothing was answered anew" in page.text
    assert record(client, example) == before
    kept = client.post(room, data={**sent, "q.symptom-days-per-week": "2"})
    assert kept.status_code == 303
    assert record(client, example)["answers"][-1]["answers"] == {"symptom-days-per-week": 2}


@pytest.mark.parametrize("value", ["1_0", "nan", "inf", "5,5", "\u0665"])
def test_only_plain_digits_are_a_number(client: TestClient, patient: str, value: str) -> None:
    sent = {"on": TODAY, "q.symptom-days-per-week": value}
    page = client.post(f"{patient}/interview", data=sent)
    assert page.status_code == 422
    assert "is no number" in page.text


def test_a_refused_day_is_shown_at_its_own_form(client: TestClient, patient: str) -> None:
    written = {"on": "2199-01-01", "total": "20"}
    page = client.post(f"{patient}/interview/questionnaires/new/irls", data=written)
    assert page.status_code == 422
    assert re.search(r'name="on"[^>]*value="2199-01-01"[^>]*aria-invalid', page.text)
    assert page.text.count('aria-invalid="true"') == 1
    assert "questionnaires" not in record(client, patient)


def test_a_known_answer_given_again_is_kept_and_an_emptied_one_refused(
    client: TestClient, patient: str
) -> None:
    room = f"{patient}/interview"
    client.post(room, data={"on": "2026-05-01", "q.symptom-days-per-week": "5"})
    known = {"on": TODAY, "was.symptom-days-per-week": "5"}
    emptied = client.post(room, data={**known, "q.symptom-days-per-week": ""})
    assert emptied.status_code == 422
    assert "the known answer is missing" in emptied.text
    again = {"q.symptom-days-per-week": "5", "again.symptom-days-per-week": "yes"}
    assert client.post(room, data={**known, **again}).status_code == 303
    said = record(client, patient)["answers"]
    assert [one["on"] for one in said] == ["2026-05-01", TODAY]


# Labs ---------------------------------------------------------------------------------------------


def test_a_draw_is_kept_as_printed_corrected_and_taken_back(
    client: TestClient, patient: str
) -> None:
    room = f"{patient}/labs"
    draw = {"on": TODAY, "at": "08:10", "fasting": "yes", "hours_since_iron": "36"}
    draw |= {"value.ferritin": "23", "unit.ferritin": "ng/mL"}
    draw |= {"value.crp": "<5", "unit.crp": "mg/L", "unit.iron": "umol/L"}
    assert client.post(room, data=draw).status_code == 303
    (kept,) = record(client, patient)["labs"]
    assert kept["results"] == {"ferritin": "23 ng/mL", "crp": "<5 mg/L"}
    assert (kept["at"], kept["fasting"], kept["hours_since_iron"]) == ("08:10", "yes", 36)
    seq = first(client, room)
    form = client.get(f"{room}/{seq}").text
    assert 'name="value.ferritin" value="23"' in form
    assert '<option value="ng/mL" selected>' in form
    assert client.post(f"{room}/{seq}", data={**draw, "value.ferritin": "32"}).status_code == 303
    (kept,) = record(client, patient)["labs"]
    assert kept["results"]["ferritin"] == "32 ng/mL"
    late = client.post(f"{room}/{seq}", data={**draw, "value.ferritin": "99"})
    assert late.status_code == 409
    assert 'value="99"' in late.text
    assert client.post(f"{room}/{first(client, room)}/take-back").status_code == 303
    assert "labs" not in record(client, patient)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("135", "g/dL", "135 would be plausible in g/L"),
        ("13,5", "g/dL", "a comma"),
        ("13.5", "", "unit"),
    ],
)
def test_an_implausible_value_is_refused_at_its_field(
    client: TestClient, patient: str, value: str, unit: str, words: str
) -> None:
    written = {"on": TODAY, "value.hemoglobin": value, "unit.hemoglobin": unit}
    page = client.post(f"{patient}/labs", data=written)
    assert page.status_code == 422
    assert words in page.text
    assert re.search(rf'name="value.hemoglobin" value="{value}"[^>]*aria-invalid="true"', page.text)
    assert "labs" not in record(client, patient)


def test_the_same_sample_cannot_be_kept_twice_with_two_values(
    client: TestClient, patient: str
) -> None:
    draw = {"on": TODAY, "value.ferritin": "23", "unit.ferritin": "ng/mL"}
    assert client.post(f"{patient}/labs", data=draw).status_code == 303
    second = client.post(f"{patient}/labs", data={**draw, "value.ferritin": "43"})
    assert second.status_code == 422
    assert 'value="43"' in second.text
    assert len(record(client, patient)["labs"]) == 1


@pytest.mark.parametrize(("room", "section"), [("labs", "labs"), ("medicines", "medications")])
def test_a_correction_sent_untouched_leaves_the_entry_as_it_was(
    client: TestClient, room: str, section: str
) -> None:
    taken = client.post("/patients/example", data={"name": "history-augmentation"})
    where = taken.headers["location"]
    before = record(client, where)[section]
    seq = first(client, f"{where}/{room}")
    address = f"{where}/{room}/{seq}"
    sent = Form(client.get(address).text, address).sent
    assert client.post(address, data=sent).status_code == 303
    assert record(client, where)[section] == before
    assert first(client, f"{where}/{room}") != seq


# Medicines ----------------------------------------------------------------------------------------


def test_a_medicine_is_kept_stopped_and_taken_back(client: TestClient, patient: str) -> None:
    room = f"{patient}/medicines"
    written = {"drug": "pramipexole", "form": "salt", "dose": "0.25 mg", "times": "20:00, 22:00"}
    assert client.post(room, data={**written, "started": "2025-03"}).status_code == 303
    (use,) = record(client, patient)["medications"]
    assert use == {**written, "times": ["20:00", "22:00"], "started": "2025-03"}
    seq = first(client, room)
    early = client.post(f"{room}/{seq}/stop", data={"stopped": "2024-01-01"})
    assert early.status_code == 422
    assert "2024-01-01" in early.text
    assert client.post(f"{room}/{seq}/stop", data={"stopped": "2026-11-01"}).status_code == 303
    (use,) = record(client, patient)["medications"]
    assert use["stopped"] == "2026-11-01"
    assert client.post(f"{room}/{first(client, room)}/take-back").status_code == 303
    assert "medications" not in record(client, patient)


def test_a_dose_without_its_form_is_refused_and_stays(client: TestClient, patient: str) -> None:
    page = client.post(
        f"{patient}/medicines", data={"drug": "pramipexole", "dose": "0.25 mg", "times": "20:00"}
    )
    assert page.status_code == 422
    assert "does not say of which form" in page.text
    assert 'value="0.25 mg"' in page.text
    assert 'value="20:00"' in page.text


def test_an_unknown_medicine_is_kept_with_a_warning(client: TestClient, patient: str) -> None:
    room = f"{patient}/medicines"
    assert client.post(room, data={"drug": "Fantasin", "started": "2026"}).status_code == 303
    assert "is not known and plays no part in any rule" in client.get(room).text


@pytest.mark.parametrize("room", ["labs", "medicines"])
def test_an_entry_of_another_kind_cannot_be_taken_back_here(
    client: TestClient, patient: str, room: str
) -> None:
    before = record(client, patient)
    for seq in (1, 2):
        assert client.post(f"{patient}/{room}/{seq}/take-back").status_code == 409
    assert record(client, patient) == before
