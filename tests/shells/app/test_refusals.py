"""Wrong input of every kind: refused at its field, in words, and nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

_GOOD = {
    "conditions": {"condition": "dialysis", "since": "2019", "present": "no"},
    "family": {"relation": "mother", "restless_legs": "yes", "on": "2026-11-01"},
    "pregnancies": {"last_period": "2026-09-01"},
    "weights": {"on": "2026-11-01", "kg": "70.5"},
    "nights": {"on": "2026-11-01", "plms_index_per_h": "22.5"},
    "overrides": {
        "block": "criteria-not-met",
        "on": "2026-11-01",
        "by": "Dr Example",
        "reason": "Seen in person",
    },
    "diary": {"on": "2026-11-01", "began": "23:30", "ended": "00:20", "severity": "6"},
}
_DRAW = {
    "on": "2026-11-20",
    "at": "08:00",
    "hours_since_iron": "36",
    "value.ferritin": "400",
    "unit.ferritin": "ng/mL",
    "value.transferrin-saturation": "22",
    "unit.transferrin-saturation": "%",
}


@dataclass(frozen=True, slots=True)
class AtRest:
    """A patient that every test leaves as they are."""

    client: TestClient
    patient: str
    before: bytes

    def is_unchanged(self) -> bool:
        """Whether the record is as it was."""
        return self.client.get(f"{self.patient}/record.yaml").content == self.before


@pytest.fixture(scope="module")
def at_rest(lasting: TestClient) -> AtRest:
    """None of these tests writes."""
    person = {"name": "P-1", "born": "1990", "sex": "female"}
    patient = lasting.post("/patients/new", data=person).headers["location"]
    return AtRest(lasting, patient, lasting.get(f"{patient}/record.yaml").content)


_BAD = [
    ("weights", "kg", "abc", "is no number"),
    ("weights", "kg", "-3", "out of range"),
    ("weights", "kg", "100000000000", "out of range"),
    ("weights", "kg", "７０", "a number"),
    ("weights", "kg", "😀", "a number"),
    ("weights", "kg", "", "nothing was entered"),
    ("weights", "on", "2027-01-01", "in the future"),
    ("weights", "on", "yesterday", "no full date"),
    ("weights", "on", "٢٠٢٦-٠١-٠١", "plain digits"),
    ("diary", "began", "25:00", "clock time"),
    ("diary", "severity", "11", "out of range"),
    ("diary", "severity", "9" * 10_000, "10000 characters"),
    ("conditions", "condition", "dialysiss", "dialysis"),
    ("conditions", "since", "1880", "before birth"),
    ("conditions", "present", "maybe", "maybe"),
    ("family", "relation", "<script>", "&lt;script&gt;"),
    ("pregnancies", "last_period", "2024-02-30", "no full date"),
    ("nights", "sleep_efficiency_percent", "0.85", "looks like a fraction"),
    ("nights", "plms_index_per_h", "-1", "out of range"),
    ("nights", "rules", "wasm", "wasm"),
    ("overrides", "block", "child", "cannot be lifted"),
    ("overrides", "reason", "x" * 10_000, "10000 characters"),
    ("overrides", "reason", "a\u202eb", "cannot be seen"),
]


@pytest.mark.parametrize(("section", "field", "value", "words"), _BAD)
def test_a_wrong_value_is_refused_at_its_field_and_nothing_is_written(
    at_rest: AtRest, section: str, field: str, value: str, words: str
) -> None:
    written = {**_GOOD[section], field: value}
    page = at_rest.client.post(f"{at_rest.patient}/entries/{section}", data=written)
    assert page.status_code == 422
    assert words in page.text
    assert "What to do:" in page.text
    assert f"{section}[" not in page.text
    assert 'aria-invalid="true"' in page.text
    assert at_rest.is_unchanged()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hours_since_iron", "1e9", "is no number"),
        ("hours_since_iron", "x" * 10_000, "a text of 10000 characters"),
        ("fasting", "perhaps", "perhaps"),
        ("on", "2026-11-23", "in the future"),
        ("at", "\u0660\u0668:\u0660\u0660", "plain digits"),
        ("value.ferritin", "\u0664\u0660", "no number with a unit"),
        ("value.ferritin", "-4", "a negative number"),
    ],
)
def test_a_wrong_value_of_a_draw_is_refused_and_nothing_is_written(
    at_rest: AtRest, field: str, value: str, words: str
) -> None:
    page = at_rest.client.post(f"{at_rest.patient}/labs", data={**_DRAW, field: value})
    assert page.status_code == 422
    assert words in page.text
    assert "labs[" not in page.text
    assert at_rest.is_unchanged()


@pytest.mark.parametrize("section", ["labs", "answers", "medications", "nothing", "__class__"])
def test_sections_with_a_form_of_their_own_have_none_here(at_rest: AtRest, section: str) -> None:
    assert (
        at_rest.client.post(
            f"{at_rest.patient}/entries/{section}", data={"on": "2026-01-01"}
        ).status_code
        == 404
    )
