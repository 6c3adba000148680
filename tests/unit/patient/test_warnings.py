"""What a record is warned of: order, unknown medicines, doses; nothing is dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ekbom.knowledge.base import KnowledgeBase
from ekbom.patient.patient import Patient
from ekbom.patient.warnings import warnings_of

TODAY = date(2026, 5, 10)
Read = Callable[..., Patient]
OUT_OF_ORDER = """\
answers:
  - {on: 2026-03-01, answers: {urge-to-move-legs: yes}}
  - {on: 2025-04-01, answers: {worse-at-rest: yes}}
  - {on: 2026-05-01, answers: {relief-by-movement: yes}}
labs:
  - {on: 2026-05-03, results: {ferritin: 23 ug/L, crp: 3 mg/L}}
  - {on: 2026-05-02, results: {ferritin: 24 ug/L}}
"""


def medicine(said: str) -> str:
    return f"medications: [{{started: 2020, {said}}}]\n"


@pytest.fixture
def warned(read: Read, knowledge: KnowledgeBase) -> Callable[[str], tuple[str, ...]]:
    return lambda below: warnings_of(read(below), knowledge, TODAY)


def test_visits_out_of_order_are_named_once_a_section_and_kept(
    read: Read, knowledge: KnowledgeBase
) -> None:
    patient = read(OUT_OF_ORDER)
    found = warnings_of(patient, knowledge, TODAY)
    assert [line.partition(" stands")[0] for line in found] == [
        "answers[1]: 2025-04-01",
        "labs[1]: 2026-05-02",
    ]
    assert "check the date" in found[0]
    assert len(patient.answers) == 3
    assert [draw.on.day for draw in patient.draws] == [2, 3]


def test_visits_in_order_are_not_named(warned: Callable[[str], tuple[str, ...]]) -> None:
    in_order = OUT_OF_ORDER.replace("2025-04-01", "2026-03-01").replace("05-02", "05-03")
    in_order = in_order.replace("{ferritin: 24 ug/L}", "{iron: 50 ug/dL}")
    assert warned(in_order) == ()


@pytest.mark.parametrize(
    ("said", "warning"),
    [
        ("drug: foozine, dose: 3 mg", "'foozine' is not known and plays no part in any rule"),
        ("drug: ropinirole, dose: 1 mg", "how much a day cannot be told; no clock times"),
        ("drug: rotigotine, dose: 4.5 mg, times: ['08:00']", "its rate is not stated"),
        ("drug: gabapentin, dose: 1 capsule, times: ['20:00']", "not written in g, mg or ug"),
        ("drug: pramipexole, form: salt, dose: 1 mg, times: ['20:00']", "above the lowest maximum"),
        ("drug: carbidopa/levodopa, dose: 125 mg, times: ['20:00']", "which number is of which"),
    ],
)
def test_a_doubtful_medicine_is_kept_and_named(
    said: str, warning: str, read: Read, knowledge: KnowledgeBase
) -> None:
    patient = read(medicine(said))
    (found,) = warnings_of(patient, knowledge, TODAY)
    assert found.startswith("medications[0]: ")
    assert warning in found
    assert len(patient.medications) == 1


@pytest.mark.parametrize(
    "said",
    [
        "drug: pramipexole, form: salt, dose: 0.5 mg, times: ['20:00']",
        "drug: pramipexole, form: base, dose: 0.18 mg, times: ['18:00', '20:00']",
        "drug: rotigotine, dose: 3 mg/24 h",
        "drug: gabapentin, dose: 3600 mg/d",
        "drug: sertraline, dose: 1 tablet",
    ],
)
def test_a_sound_dose_is_not_warned_of(said: str, warned: Callable[[str], tuple[str, ...]]) -> None:
    assert warned(medicine(said)) == ()


def test_no_warning_tells_the_maximum(warned: Callable[[str], tuple[str, ...]]) -> None:
    (found,) = warned(medicine("drug: ropinirole, dose: 9 mg, times: ['20:00']"))
    assert "4" not in found
