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


def test_a_near_name_is_never_told_without_the_word_on_brands(
    warned: Callable[[str], tuple[str, ...]],
) -> None:
    (found,) = warned(medicine("drug: Mirapex"))
    assert "(near names: mirtazapine; write the generic name, if this is a brand)" in found


def test_an_incomplete_questionnaire_names_what_it_lacks(
    warned: Callable[[str], tuple[str, ...]],
) -> None:
    eight = ", ".join(f"{number}: 2" for number in range(1, 9))
    form = f"questionnaires: [{{instrument: irls, on: 2026-05-02, items: {{{eight}}}}}]\n"
    (found,) = warned(form)
    assert found.startswith("questionnaires[0]: irls of 2026-05-02 without item 9, 10: ")
    assert warned(form.replace("8: 2", "8: 2, 9: 2, 10: 2")) == ()
    assert warned("questionnaires: [{instrument: irls, on: 2026-05-02, total: 20}]\n") == ()


@pytest.mark.parametrize(("kg", "is_warned"), [(100.5, False), (101, True), (44.6, True)])
def test_a_weight_that_leaps_is_named(
    kg: float, is_warned: bool, warned: Callable[[str], tuple[str, ...]]
) -> None:
    found = warned(f"weights: [{{on: 2026-04-01, kg: 67}}, {{on: 2026-05-01, kg: {kg}}}]\n")
    assert [line.partition(":")[0] for line in found] == ["weights[1]"] * is_warned


def test_pregnant_after_pregnancy_was_called_impossible_is_named(
    warned: Callable[[str], tuple[str, ...]],
) -> None:
    said = (
        "answers:\n"
        "  - {on: 2026-02-01, answers: {past-childbearing: yes}}\n"
        "  - {on: 2026-05-01, answers: {pregnant: yes}}\n"
    )
    (found,) = warned(said)
    assert found.startswith("answers[1].answers.pregnant: yes, though answers[0].answers.past-")
    assert warned(said.replace("2026-02-01", "2026-05-02").replace("2026-05-01", "2026-02-01")) == (
        "answers[1]: 2026-02-01 stands behind 2026-05-02 (answers[0]); everything is kept and read "
        "in the order of days: check the date",
    )
