"""What must hold of every whole assessment: one answer forgotten turns nothing round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from ekbom.assessment.assess import assess
from ekbom.interop.patient_files import example_names, example_patient
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.patient import GivenAnswer, Patient

TODAY = date(2026, 11, 22)
TURNED = {(Truth.YES, Truth.NO), (Truth.NO, Truth.YES)}
# Said of the record, not of the person: a test is due until it is known to be done, and restless
# legs come first until another condition is known to account for them.
OF_THE_RECORD = ("R-WU-01", "R-RF-03", "R-PLM-09")


@cache
def read(name: str) -> Patient:
    return example_patient(name, load(), TODAY)


def truths(patient: Patient) -> Mapping[str, Truth]:
    day = max(answer.on for answer in patient.answers)
    found = (finding.conclusion for finding in assess(patient, load(), day).findings())
    return {c.id: c.truth for c in found if c.rule not in OF_THE_RECORD}


def without(patient: Patient, question: str) -> Patient:
    """The patient as if nobody had ever known the answer."""
    answers = (
        replace(a, value="unknown") if a.question == question else a for a in patient.answers
    )
    return replace(patient, answers=tuple(answers))


def with_answers(patient: Patient, **answers: str) -> Patient:
    day = max(answer.on for answer in patient.answers)
    named = {question.replace("_", "-"): value for question, value in answers.items()}
    kept = [answer for answer in patient.answers if answer.question not in named]
    given = [GivenAnswer(question, value, day) for question, value in named.items()]
    return replace(patient, answers=(*kept, *given))


def movements_explained_otherwise() -> Patient:
    """Movements in sleep beside the four criteria, which another condition accounts for."""
    four = dict.fromkeys(
        ("urge_to_move_legs", "worse_at_rest", "relief_by_movement", "worse_evening_night"), "yes"
    )
    others = {"solely_another_condition": "yes", "plms_disturbance": "yes"}
    return with_answers(read("plmd-without-rls"), **four, **others)


PATIENTS = {name: read(name) for name in example_names()}
PATIENTS["movements-explained-otherwise"] = movements_explained_otherwise()


@pytest.mark.parametrize("name", PATIENTS)
def test_an_answer_that_is_forgotten_turns_no_conclusion_round(name: str) -> None:
    patient = PATIENTS[name]
    known = truths(patient)
    turned = [
        f"{conclusion_id}: {known[conclusion_id]} to {truth} without {question}"
        for question in dict.fromkeys(answer.question for answer in patient.answers)
        for conclusion_id, truth in truths(without(patient, question)).items()
        if (known.get(conclusion_id), truth) in TURNED
    ]
    assert turned == []
