"""What a patient is shown: each thing once, in plain names, nothing that reassures wrongly."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.loading import load
from ekbom.knowledge.outcomes import Target
from ekbom.report.assessment.patient_view import PatientPart
from ekbom.report.consultation.patient_view import patient_consultation, said_once
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown

READ_ON = date(2026, 11, 22)
VISITS = [
    ("history-augmentation", date(2018, 9, 11)),
    ("history-augmentation", date(2019, 11, 12)),
    ("history-augmentation", date(2021, 6, 15)),
    ("history-pregnancy", date(2021, 4, 13)),
    ("history-iron-repletion", date(2021, 7, 12)),
]


def at(example: str, day: date) -> ShownConsultation:
    base = load()
    return consultation_shown(example_patient(example, base, READ_ON), base, day)


def sentences(parts: tuple[PatientPart, ...]) -> Counter[str]:
    texts = (text for part in parts for text in part.says)
    return Counter(one for text in texts for one in re.split(r"(?<=[.!?]) ", text))


@pytest.mark.parametrize(("example", "day"), VISITS)
def test_each_sentence_is_said_once(example: str, day: date) -> None:
    view = patient_consultation(at(example, day))
    for parts in (view.course, view.plan):
        assert set(sentences(parts).values()) <= {1}


def test_what_is_said_once_is_said_and_nothing_else_is_lost() -> None:
    tell = "Tell your doctor soon."
    parts = (
        PatientPart("a", "A", (f"One changed. {tell}", tell)),
        PatientPart("b", "B", (f"Two changed. {tell} More.",)),
        PatientPart("c", "C", (tell,)),
    )
    said = [(part.id, part.says) for part in said_once(parts)]
    assert said == [("a", (f"One changed. {tell}",)), ("b", ("Two changed. More.",))]
    assert [part.id for part in said_once(parts, ["One changed.", tell])] == ["b"]


def test_augmentation_tells_to_speak_up_and_reassures_nowhere() -> None:
    view = patient_consultation(at("history-augmentation", date(2019, 11, 12)))
    said = " ".join(sentences(view.course))
    assert said.count("Tell your doctor soon, and do not change the medicine by yourself.") == 1
    assert "good news" not in said and "not clearly better" not in said
    assert "somewhat worse" in said


def test_an_aim_has_a_name_that_patients_read() -> None:
    scales = re.compile(r"[A-Z]{2,}|-7|-9|baseline|target|limit|score")
    for target in load().of(Target).values():
        assert bool(target.for_patient) is (target.outcome == "patient")
        assert not scales.search(target.for_patient)
    view = patient_consultation(at("history-augmentation", date(2019, 11, 12)))
    assert "Sleep that your legs no longer disturb: Not there yet." in view.targets
    assert not any("IRLS" in says for says in view.targets)
