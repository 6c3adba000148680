"""Iron by mouth: what it is kept apart from in the present regimen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ekbom.assessment.assess import case_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import GivenAnswer, MedicationUse, Patient, Person
from ekbom.treatment.iron_schedule import (
    classes_apart,
    infusion_schedule,
    kept_apart,
    oral_schedule,
)
from ekbom.treatment.options import Choice

DAY = date(2026, 5, 10)
BORN = PartialDate(date(1970, 3, 14), date(1970, 3, 14))


def case(*drugs: str, complete: bool = False) -> Case:
    answers: Any = (GivenAnswer("medication-list-complete", "yes", DAY),) if complete else ()
    uses = tuple(MedicationUse(drug) for drug in drugs)
    return case_on(
        Patient("case", Person(BORN, "male"), answers=answers, medications=uses), load(), DAY
    )


def apart(*drugs: str, complete: bool = False) -> dict[str, Finding]:
    return {f.conclusion.id: f for f in kept_apart(case(*drugs, complete=complete))}


def test_every_class_that_iron_is_kept_apart_from_is_there() -> None:
    assert set(classes_apart(case())) == {
        "levothyroxine",
        "levodopa",
        "acid-suppressants",
        "antacids-and-calcium",
        "magnesium-supplements",
        "iron-binding-antibiotics",
    }


@pytest.mark.parametrize(
    "drug",
    [
        drug.name
        for class_id in classes_apart(case())
        for drug in load().record(DrugClass, class_id).members
    ],
)
def test_every_member_taken_is_named_with_its_class(drug: str) -> None:
    found = apart(drug, complete=True)
    assert found.pop("R-FE-06:apart").conclusion.truth is Truth.YES
    assert found
    for finding in found.values():
        assert finding.conclusion.truth is Truth.YES
        assert drug in finding.state
        assert finding.words.clinician


def test_no_only_on_a_complete_list() -> None:
    assert apart("paracetamol", complete=True)["R-FE-06:apart"].conclusion.truth is Truth.NO
    unknown = apart("paracetamol")
    assert unknown["R-FE-06:apart"].conclusion.truth is Truth.UNKNOWN
    assert unknown["R-FE-06:apart"].conclusion.all_missing()
    assert list(unknown) == ["R-FE-06:apart"]


def test_the_patient_is_told_to_ask_the_pharmacist_and_no_hours() -> None:
    said = apart("levodopa")["R-FE-06:apart"].words.patient
    assert "pharmacist" in said
    assert not any(character.isdigit() for character in said)


def test_nothing_is_scheduled_that_is_not_offered() -> None:
    assert oral_schedule(case(), Choice()) == ()
    assert infusion_schedule(case(), Choice()) == ()
