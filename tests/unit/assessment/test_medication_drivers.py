"""Medicines that can worsen restless legs: weight, completeness and time relation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.medication_drivers import (
    culprit_taken,
    culprits,
    medication_findings,
    opioid_stopped,
)
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import MedicationUse

CULPRITS = sorted(
    (drug.name, drug.culprit or drug_class.culprit)
    for drug_class in load().of(DrugClass).values()
    for drug in drug_class.members
    if (drug.culprit or drug_class.culprit) != "none"
)


def use(drug: str, started: str = "", stopped: str = "", known: bool = True) -> MedicationUse:
    return MedicationUse(drug, PartialDate.parse(started), PartialDate.parse(stopped), known=known)


@pytest.mark.parametrize("drug", sorted({name for name, _ in CULPRITS}))
def test_every_culprit_taken_is_a_finding_of_its_own(
    case_of: Callable[..., Case], drug: str
) -> None:
    found = {f.conclusion.id: f for f in medication_findings(case_of(medications=(use(drug),)))}
    finding = found[f"R-DRV-02:{drug}"]
    heaviest = min(
        ("high", "medium", "low").index(weight) for name, weight in CULPRITS if name == drug
    )
    assert finding.state.startswith(f"suspicion {('high', 'medium', 'low')[heaviest]};")
    assert finding.words.patient
    assert finding.conclusion.cited()


def test_a_patient_is_told_to_ask_and_not_to_stop(case_of: Callable[..., Case]) -> None:
    finding = medication_findings(case_of(medications=(use("escitalopram"),)))[0]
    assert "Do not stop" in finding.words.patient
    assert "prescribe" in finding.words.patient


def test_no_only_on_a_complete_list_without_unknown_names(case_of: Callable[..., Case]) -> None:
    complete = {"medication-list-complete": "yes"}
    assert culprit_taken(case_of()).truth is Truth.UNKNOWN
    assert culprit_taken(case_of(complete)).truth is Truth.NO
    unknown = (use("a remedy from abroad", known=False),)
    assert culprit_taken(case_of(complete, medications=unknown)).truth is Truth.UNKNOWN
    assert culprit_taken(case_of(medications=(use("mirtazapine"),))).truth is Truth.YES


def test_a_drug_of_two_classes_is_listed_once(case_of: Callable[..., Case]) -> None:
    assert [c.use.drug for c in culprits(case_of(medications=(use("promethazine"),)))] == [
        "promethazine"
    ]


@pytest.mark.parametrize(
    ("months", "started", "truth"),
    [
        (3, "2025-12-20", Truth.YES),
        (3, "2025-11-20", Truth.YES),
        (3, "2025-10-01", Truth.NO),
        (3, "2026-02-05", Truth.NO),
        (3, "2026-01-02", Truth.UNKNOWN),
        (3, "2026", Truth.UNKNOWN),
        (3, "", Truth.UNKNOWN),
        (None, "2026-01-02", Truth.UNKNOWN),
    ],
)
def test_time_relation(
    case_of: Callable[..., Case], months: float | None, started: str, truth: Truth
) -> None:
    answers = {} if months is None else {"symptom-months": months}
    on_day = case_of(answers, medications=(use("escitalopram", started),))
    finding = medication_findings(on_day)[0]
    assert finding.conclusion.truth is truth
    assert bool(finding.conclusion.all_missing()) is (truth is Truth.UNKNOWN)


ARIPIPRAZOLE = "R-DRV-02:aripiprazole"


@pytest.mark.parametrize(
    ("uses", "truth", "said"),
    [
        ((("2025-01-01", "2025-08-31"), ("2025-09-01", "")), Truth.NO, "begun long before"),
        ((("2026-01-20", "2026-02-28"), ("2026-03-01", "")), Truth.YES, "of its start"),
        ((("2025-01-01", "2026-01-20"), ("2026-01-21", "")), Truth.YES, "change of its dose"),
        ((("2025-01-01", "2025-06-30"), ("2026-04-01", "")), Truth.NO, "there before"),
    ],
)
def test_a_dose_written_as_a_use_of_its_own_is_no_new_medicine(
    case_of: Callable[..., Case], uses: tuple[tuple[str, str], ...], truth: Truth, said: str
) -> None:
    # Symptoms began between 2026-02-08 and 2026-03-10.
    medications = tuple(use("aripiprazole", *days) for days in uses)
    found = medication_findings(case_of({"symptom-months": 2.0}, medications=medications))
    finding = next(f for f in found if f.conclusion.id == ARIPIPRAZOLE)
    assert (finding.conclusion.truth, said in finding.state) == (truth, True), finding.state


def test_age_at_onset_narrows_the_time_too(case_of: Callable[..., Case]) -> None:
    on_day = case_of({"onset-age": 40.0}, born="1978-03-14", medications=(use("lithium", "2024"),))
    finding = medication_findings(on_day)[0]
    assert finding.conclusion.truth is Truth.NO
    assert "before it was begun" in finding.state


def test_contradicting_onsets_settle_nothing(case_of: Callable[..., Case]) -> None:
    answers = {"onset-age": 20.0, "symptom-months": 3.0}
    on_day = case_of(answers, born="1978-03-14", medications=(use("lithium", "2024"),))
    assert medication_findings(on_day)[0].conclusion.truth is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("stopped", "truth"),
    [("2026-04-12", Truth.YES), ("2026-04-11", Truth.UNKNOWN), ("", Truth.UNKNOWN)],
)
def test_opioid_that_ended(case_of: Callable[..., Case], stopped: str, truth: Truth) -> None:
    on_day = case_of(medications=(use("oxycodone", "2025-01-01", stopped),))
    assert opioid_stopped(on_day).truth is truth


def test_one_opioid_in_place_of_another_is_no_withdrawal(case_of: Callable[..., Case]) -> None:
    taken = (use("tramadol", "2025", "2026-05-01"), use("methadone", "2026-05-01"))
    assert (
        opioid_stopped(case_of(medications=taken, as_of=date(2026, 5, 10))).truth is Truth.UNKNOWN
    )
