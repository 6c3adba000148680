"""A consultation on a terminal, for a patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from ekbom.report.assessment.patient_view import N_ASKED, PatientPart
from ekbom.report.consultation.patient_view import (
    QUESTIONS,
    PatientConsultation,
    patient_consultation,
)
from ekbom.report.consultation.shown import PATIENT_USE, ShownConsultation
from ekbom.report.lines import bulleted, wrapped


def patient_text(
    shown: ShownConsultation, part: Literal["consult", "plan", "follow"] = "consult"
) -> Iterator[str]:
    """The consultation in plain words, line by line; parts as in `ekbom.report.consultation.text`.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    part : str
        Which part of it.
    """
    view = patient_consultation(shown)
    yield from wrapped(PATIENT_USE)
    yield from wrapped(view.assessed.guidance)
    yield from bulleted("FIRST OF ALL", view.assessed.first)
    urgent = "TELL YOUR DOCTOR SOON IF ONE OF THE ANSWERS IS YES"
    yield from bulleted(urgent, view.assessed.asked_first)
    if part != "plan":
        yield from _parts(view.course)
        yield from _watch(view)
        due = [f"{one.when}: {one.says}" for one in view.due]
        yield from bulleted("WHAT IS DUE", due)
        yield from bulleted("WHAT ONE COULD AIM FOR", view.targets)
    if part != "follow":
        yield from _parts(view.plan)
        yield from _to_discuss(view)
    if part == "consult":
        yield from _assessed(view)


def _parts(parts: Sequence[PatientPart]) -> Iterator[str]:
    for part in parts:
        yield from bulleted(part.heading.upper(), part.says)


def _watch(view: PatientConsultation) -> Iterator[str]:
    said = [f"{one.name}: {one.says}" for one in view.watch]
    yield from bulleted("WHAT TO WATCH WITH WHAT YOU TAKE", said)


_BY_NAME = "They stand in the order of the alphabet, which says nothing about what is better."


def _to_discuss(view: PatientConsultation) -> Iterator[str]:
    said = [f"{one.name}: {one.says}" for one in view.to_discuss]
    yield from bulleted("WHAT GUIDELINES SAY CAN BE TALKED ABOUT WITH YOUR DOCTOR", said)
    if said:
        yield from wrapped(_BY_NAME, indent=2)
        yield from bulleted("QUESTIONS FOR THAT TALK", QUESTIONS)


def _assessed(view: PatientConsultation) -> Iterator[str]:
    yield from _parts(view.assessed.parts)
    facts = [": ".join(fact[:2]) + f" ({fact[2]})" for fact in view.assessed.facts]
    yield from bulleted("WHAT IS ON RECORD", facts)
    asked = view.assessed.asked
    yield from bulleted("QUESTIONS NOBODY HAS ASKED YOU YET", asked[:N_ASKED])
    if len(asked) > N_ASKED:
        yield f"  and {len(asked) - N_ASKED} more, which can wait"
    tests = [f"Has {name} been measured, and what was the result?" for name in view.assessed.tests]
    yield from bulleted("TO ASK YOUR DOCTOR", tests)
    topics = [f"{topic.question} (ekbom explain {topic.id})" for topic in view.assessed.topics]
    yield from bulleted("TO READ", topics)
