"""Learn: questions people ask, answered in plain words with sources, and what nobody knows yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ekbom.app.desk import Desk, desk_of
from ekbom.app.rendering import page
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.education import Paragraph, Topic
from ekbom.knowledge.sources import Source
from ekbom.report.assessment.patient_view import fitting_topics
from ekbom.report.education import FOR_INFORMATION, paragraph_sources, sources_of
from ekbom.report.sources import reference_for_patients
from ekbom.store.errors import NotFoundError

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ParagraphShown:
    """A paragraph with the numbers of its sources."""

    text: str
    numbers: tuple[int, ...]


@router.get("/learn")
def questions(request: Request, q: str = "") -> Response:
    """The questions there are, or those whose answer holds some words."""
    base = desk_of(request).knowledge
    words = q.casefold().split()
    found = [topic for topic in base.of(Topic).values() if _holds(topic, words)]
    return page(
        request,
        "learn.html.j2",
        title="Learn",
        topics=found,
        q=q.strip(),
        n_open=sum(len(topic.not_known) for topic in base.of(Topic).values()),
    )


@router.get("/learn/open-questions")
def open_questions(request: Request) -> Response:
    """What nobody knows yet, by topic."""
    base = desk_of(request).knowledge
    with_open = [topic for topic in base.of(Topic).values() if topic.not_known]
    met = dict.fromkeys(
        source
        for t in with_open
        for part in t.not_known
        for source in paragraph_sources(part, base)
    )
    numbers = {source: number for number, source in enumerate(met, 1)}
    return page(
        request,
        "learn_open.html.j2",
        title="What nobody knows yet",
        groups=[(t, list(_shown(t.not_known, base, numbers))) for t in with_open],
        sources=list(_sources([base.source(id) for id in met])),
        note=FOR_INFORMATION,
    )


@router.get("/learn/{topic_id}")
def one(request: Request, topic_id: str) -> Response:
    """One question with its answer."""
    base = desk_of(request).knowledge
    return page(
        request,
        "learn_one.html.j2",
        title=_topic(base, topic_id).question,
        answers=[_answer(_topic(base, topic_id), base)],
        person=None,
        note=FOR_INFORMATION,
    )


@router.get("/patients/{person_id}/learn")
def for_patient(request: Request, person_id: str) -> Response:
    """The topics that fit a patient, each with its answer, to read together or to print."""
    desk = desk_of(request)
    person = desk.person(person_id)
    return page(
        request,
        "learn_patient.html.j2",
        title="To read",
        person=person,
        answers=[_answer(topic, desk.knowledge) for topic in _fitting(desk, person_id)],
        note=FOR_INFORMATION,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A topic as a page shows it.

    Parameters
    ----------
    topic : Topic
        The question and the short answer.
    paragraphs, not_known : tuple of ParagraphShown
        The answer, and what nobody knows.
    see : tuple of Topic
        Related ones.
    sources : tuple of tuple
        Number and reference.
    """

    topic: Topic
    paragraphs: tuple[ParagraphShown, ...]
    not_known: tuple[ParagraphShown, ...]
    see: tuple[Topic, ...]
    sources: tuple[tuple[int, str], ...]


def _answer(topic: Topic, base: KnowledgeBase) -> Answer:
    sources = sources_of(topic, base)
    numbers = {source.id: number for number, source in enumerate(sources, 1)}
    return Answer(
        topic,
        tuple(_shown(topic.paragraphs, base, numbers)),
        tuple(_shown(topic.not_known, base, numbers)),
        tuple(_topic(base, id) for id in topic.see),
        tuple(_sources(sources)),
    )


def _sources(sources: list[Source]) -> Iterator[tuple[int, str]]:
    for number, source in enumerate(sources, 1):
        yield number, reference_for_patients(source)


def _shown(
    paragraphs: tuple[Paragraph, ...], base: KnowledgeBase, numbers: dict[str, int]
) -> Iterator[ParagraphShown]:
    for paragraph in paragraphs:
        cited = sorted(numbers[source] for source in paragraph_sources(paragraph, base))
        yield ParagraphShown(paragraph.text.strip(), tuple(cited))


def _fitting(desk: Desk, person_id: str) -> list[Topic]:
    """Those that the assessment of the patient offers."""
    person = desk.person(person_id)
    shown = desk.consulted(person, desk.today(), {})
    return list(fitting_topics(shown.consultation.assessment, desk.knowledge))


def _topic(base: KnowledgeBase, topic_id: str) -> Topic:
    found = base.of(Topic).get(topic_id)
    if found is None:
        raise NotFoundError(
            "there is no such topic", what_to_do="choose one from the list of questions"
        )
    return found


def _holds(topic: Topic, words: list[str]) -> bool:
    parts = (topic.name, topic.question, topic.short, *(part.text for part in topic.paragraphs))
    whole = "\n".join(parts).casefold()
    return all(word in whole for word in words)
