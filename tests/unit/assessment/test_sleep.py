"""Measures of the night, traces in the day, and associations told with their limits."""

from __future__ import annotations

from datetime import date

import pytest

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.assessment.habits import habits
from ekbom.assessment.sleep import sleep
from ekbom.knowledge.education import Habit, Risk
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import (
    FilledQuestionnaire,
    GivenAnswer,
    NightSummary,
    Patient,
    Person,
)

BASE = load()
DAY = date(2026, 5, 10)
PERSON = Person(PartialDate(date(1970, 1, 1), date(1970, 1, 1)))


def case_of(
    *answers: str,
    nights: tuple[NightSummary, ...] = (),
    questionnaires: tuple[FilledQuestionnaire, ...] = (),
) -> Case:
    """Answers are written ``question: yes``."""
    given = tuple(
        GivenAnswer(question, value, DAY)
        for question, value in (answer.split(": ") for answer in answers)
    )
    patient = Patient("p", PERSON, answers=given, nights=nights, questionnaires=questionnaires)
    return Case(patient, BASE, DAY, editions_on(DAY, BASE))


def found(case: Case, conclusion_id: str) -> Finding:
    return next(
        f for f in (*sleep(case, {}), *habits(case, {})) if f.conclusion.id == conclusion_id
    )


@pytest.mark.parametrize(
    ("measure", "field", "disturbed", "fine"),
    [
        ("sleep-efficiency", "sleep_efficiency_percent", 85.0, 85.1),
        ("sleep-latency", "sleep_latency_min", 30.0, 29.9),
        ("wake-after-sleep-onset", "wake_after_sleep_onset_min", 30.1, 30.0),
    ],
)
def test_boundaries_of_the_night(measure: str, field: str, disturbed: float, fine: float) -> None:
    for value, truth in ((disturbed, Truth.YES), (fine, Truth.NO), (None, Truth.UNKNOWN)):
        night = NightSummary(DAY, "polysomnography", **{field: value})  # type: ignore[arg-type]
        finding = found(case_of(nights=(night,)), f"R-SLP-01:{measure}")
        assert finding.conclusion.truth is truth


def test_a_computed_share_is_told_with_four_digits() -> None:
    night = NightSummary(DAY, "polysomnography", sleep_efficiency_percent=82.758620689)
    finding = found(case_of(nights=(night,)), "R-SLP-01:sleep-efficiency")
    assert finding.state == "82.76 %"


def test_actigraphy_is_not_taken_for_polysomnography() -> None:
    night = NightSummary(DAY, "actigraphy", sleep_efficiency_percent=60.0)
    finding = found(case_of(nights=(night,)), "R-SLP-01:sleep-efficiency")
    assert finding.conclusion.truth is Truth.UNKNOWN


def test_movements_with_an_arousal_are_told_beside_all_movements() -> None:
    night = NightSummary(
        DAY, "polysomnography", plms_index_per_h=34.0, plms_arousal_index_per_h=12.0
    )
    finding = found(case_of(nights=(night,)), "R-SLP-03:with-movements")
    assert finding.state == "12/h of 34/h periodic leg movements"
    assert "not each" in finding.words.clinician


@pytest.mark.parametrize(
    ("answers", "ess", "truth"),
    [
        ((), None, Truth.UNKNOWN),
        (("profound-sleepiness: no",), None, Truth.NO),
        (("profound-sleepiness: yes",), 3, Truth.YES),
        (("profound-sleepiness: no",), 11, Truth.YES),
        ((), 10, Truth.NO),
    ],
)
def test_sleepiness_by_answer_or_scale(
    answers: tuple[str, ...], ess: int | None, truth: Truth
) -> None:
    scale = () if ess is None else (FilledQuestionnaire("ess", DAY, total=ess),)
    finding = found(case_of(*answers, questionnaires=scale), "R-SLP-01:sleepiness")
    assert finding.conclusion.truth is truth


def test_what_this_patient_points_to_comes_first() -> None:
    risks = [
        f
        for f in sleep(case_of("work-impaired: yes", "arms-or-other-parts: no"), {})
        if f.conclusion.rule == "R-RISK-01"
    ]
    order = [f.conclusion.truth for f in risks]
    assert order == sorted(order, key=[Truth.YES, Truth.UNKNOWN, Truth.NO].index)
    assert risks[0].conclusion.id == "R-RISK-01:work"


def test_a_patient_hears_of_an_association_or_habit_only_where_it_was_found() -> None:
    case = case_of("work-impaired: yes", "fatigue: no", "smokes: yes", "stress: no")
    told = [
        f
        for f in (*sleep(case, {}), *habits(case, {}))
        if f.conclusion.rule in ("R-RISK-01", "R-HAB-01")
    ]
    assert {f.conclusion.truth for f in told if f.words.patient} == {Truth.YES}
    assert all(f.words.clinician for f in told)


def test_every_association_carries_its_level_and_no_figure() -> None:
    for finding in sleep(case_of(), {}):
        if finding.conclusion.rule == "R-RISK-01":
            assert finding.level
            assert not any(letter.isdigit() for letter in finding.words.clinician)


def test_no_association_is_called_established_as_a_harm_to_heart_mind_or_life() -> None:
    levels = {risk.id: risk.level for risk in BASE.of(Risk).values()}
    assert {levels[r] for r in ("heart-and-vessels", "thinking-and-memory", "course")} == {
        "possible"
    }


@pytest.mark.parametrize("habit", BASE.of(Habit))
def test_a_habit_is_raised_by_the_answer_it_waits_for_and_by_no_other(habit: str) -> None:
    [line] = BASE.of(Habit)[habit].lines
    question = line.fact.removeprefix("question:")
    other = "no" if line.value == "yes" else "yes"
    for answer, truth in ((line.value, Truth.YES), (other, Truth.NO), ("unknown", Truth.UNKNOWN)):
        finding = found(case_of(f"{question}: {answer}"), f"R-HAB-01:{habit}")
        assert finding.conclusion.truth is truth


def test_warmth_and_cold_and_supplements_are_no_habit_to_advise() -> None:
    said = " ".join(
        f"{habit.words.clinician} {habit.words.patient}" for habit in BASE.of(Habit).values()
    )
    assert not {"heat", "warmth", "cold", "magnesium", "vitamin", "supplement"} & set(
        said.lower().replace(",", " ").replace(".", " ").split()
    )
