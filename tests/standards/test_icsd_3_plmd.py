"""ICSD-3, periodic limb movement disorder: criteria A to D and their notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from ekbom.assessment.assess import assess
from ekbom.assessment.findings import Finding
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import ConditionFact, GivenAnswer, NightSummary, Patient, Person

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
DAY = date(2026, 5, 10)
SINCE = PartialDate(DAY, DAY)
PRECLUDING = ("narcolepsy", "obstructive-sleep-apnea", "rem-sleep-behavior-disorder")
NIGHT = {
    "method": "polysomnography",
    "rules": "aasm-3",
    "respiratory_movements": "excluded",
    "plms_index_per_h": 34.0,
}
MET = {"urge-to-move-legs": "no", "plms-disturbance": "yes", "plms-better-explained": "no"}
RESTLESS_LEGS = {
    "urge-to-move-legs": "yes",
    "worse-at-rest": "yes",
    "relief-by-movement": "yes",
    "worse-evening-night": "yes",
    "solely-another-condition": "no",
}


def findings(
    answers: Mapping[str, str] = MET,
    *,
    present: tuple[str, ...] = (),
    born: str = "1960-01-01",
    **night: Any,
) -> dict[str, Finding]:
    day_of_birth = PartialDate.parse(born)
    assert day_of_birth is not None
    patient = Patient(
        "clause",
        Person(day_of_birth, "male"),
        answers=tuple(GivenAnswer(question, value, DAY) for question, value in answers.items()),
        conditions=tuple(ConditionFact(name, name in present, SINCE) for name in PRECLUDING),
        nights=(NightSummary(DAY, **{**NIGHT, **night}),),
    )
    section = assess(patient, load(), DAY, {"plmd": "icsd-3"}).section("plmd")
    return {finding.conclusion.id: finding for finding in section}


def disorder(*args: Any, **kwargs: Any) -> Truth:
    return findings(*args, **kwargs)["R-PLM-06"].conclusion.truth


def test_a_to_d_together() -> None:
    assert disorder() is YES


def test_a_needs_polysomnography() -> None:
    assert disorder(method="actigraphy") is UNKNOWN


def test_a_needs_movements_scored_by_the_manual() -> None:
    assert disorder(rules="") is UNKNOWN


@pytest.mark.parametrize(("index", "met"), [(15.1, YES), (15.0, NO), (5.1, NO)])
def test_b_more_than_15_an_hour_in_adults(index: float, met: Truth) -> None:
    assert disorder(plms_index_per_h=index) is met


@pytest.mark.parametrize(("index", "met"), [(15.1, YES), (5.1, YES), (5.0, NO)])
def test_b_more_than_5_an_hour_in_children(index: float, met: Truth) -> None:
    assert disorder(born="2014-01-01", plms_index_per_h=index) is met


@pytest.mark.parametrize(("caused", "met"), [("yes", YES), ("no", NO), ("unknown", UNKNOWN)])
def test_c_the_movements_cause_disturbance_or_impairment(caused: str, met: Truth) -> None:
    assert disorder({**MET, "plms-disturbance": caused}) is met


def test_c_insomnia_or_sleepiness_beside_them_is_not_enough() -> None:
    asked = {key: value for key, value in MET.items() if key != "plms-disturbance"}
    assert disorder({**asked, "insomnia": "yes", "profound-sleepiness": "yes"}) is UNKNOWN


@pytest.mark.parametrize(("better", "met"), [("yes", NO), ("no", YES), ("unknown", UNKNOWN)])
def test_d_not_better_explained(better: str, met: Truth) -> None:
    assert disorder({**MET, "plms-better-explained": better}) is met


def test_d_movements_with_apnoeas_do_not_count() -> None:
    assert disorder(respiratory_movements="included") is UNKNOWN


@pytest.mark.parametrize("condition", ["narcolepsy", "rem-sleep-behavior-disorder"])
def test_note_not_diagnosed_beside_narcolepsy_or_rem_sleep_behaviour_disorder(
    condition: str,
) -> None:
    assert disorder(present=(condition,)) is NO


@pytest.mark.parametrize(("treated", "met"), [("no", NO), ("yes", YES)])
def test_note_not_diagnosed_beside_untreated_sleep_apnoea(treated: str, met: Truth) -> None:
    assert disorder({**MET, "osa-treated": treated}, present=("obstructive-sleep-apnea",)) is met


def test_note_restless_legs_take_precedence_and_movements_are_noted() -> None:
    found = findings({**MET, **RESTLESS_LEGS})
    assert found["R-PLM-06"].conclusion.truth is NO
    assert found["R-PLM-06"].state == "restless legs takes precedence"
    assert found["R-PLM-05"].conclusion.truth is YES


def test_note_movements_without_consequence_are_a_finding() -> None:
    found = findings({**MET, "plms-disturbance": "no"})
    assert found["R-PLM-06"].conclusion.truth is NO
    assert found["R-PLM-07"].conclusion.truth is YES
