"""Topics in plain words: as text for a terminal, with numbered sources, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from ekbom.errors import UsageError, near
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.education import Paragraph, Topic
from ekbom.knowledge.sources import Source
from ekbom.report.sources import reference_for_patients

WIDTH = 80
FOR_INFORMATION = (
    "For information. It says nothing about one person and replaces no talk with a doctor."
)


def topics(base: KnowledgeBase) -> Iterator[str]:
    """The topics, each with the question it answers."""
    known = base.of(Topic)
    width = max((len(topic_id) for topic_id in known), default=0)
    for topic_id, topic in known.items():
        yield f"{topic_id:{width}}  {topic.question}"


def find_topic(base: KnowledgeBase, name: str) -> Topic:
    """The topic of an id.

    Raises
    ------
    UsageError
        There is none; the message names what is near.
    """
    known = base.of(Topic)
    wanted = "-".join(name.lower().split())
    if wanted in known:
        return known[wanted]
    found = dict.fromkeys(near(wanted, known))
    words = [word for word in wanted.split("-") if word]
    headed = {topic_id: f"{topic_id} {t.name} {t.question}" for topic_id, t in known.items()}
    told = {topic_id: " ".join(part.text for part in t.paragraphs) for topic_id, t in known.items()}
    found.update(dict.fromkeys(_holding(words, headed) or _holding(words, told)))
    expected = ", ".join(found) if found else "a topic that 'ekbom explain' lists"
    raise UsageError(f"no topic {name!r}", expected=expected)


def _holding(words: list[str], texts: dict[str, str]) -> list[str]:
    """Ids of the texts that hold all words."""
    return [i for i, said in texts.items() if words and all(w in said.lower() for w in words)]


def text(topic: Topic, base: KnowledgeBase) -> Iterator[str]:
    """Lines of a topic: question, answer, what is not known, sources."""
    sources = sources_of(topic, base)
    numbers = {source.id: number for number, source in enumerate(sources, 1)}
    yield from textwrap.wrap(topic.question, WIDTH)
    yield ""
    yield from textwrap.wrap(topic.short, WIDTH)
    for paragraph in topic.paragraphs:
        yield ""
        yield from textwrap.wrap(_with_numbers(paragraph, base, numbers), WIDTH)
    if topic.not_known:
        yield from ("", "What is not known")
        for paragraph in topic.not_known:
            said = _with_numbers(paragraph, base, numbers)
            yield from textwrap.wrap(said, WIDTH, initial_indent="- ", subsequent_indent="  ")
    if topic.see:
        yield ""
        see = f"See also: {', '.join(topic.see)}"
        yield from textwrap.wrap(see, WIDTH, break_on_hyphens=False)
    yield from ("", "Sources")
    for source in sources:
        number = f"[{numbers[source.id]}] "
        said = f"{number}{reference_for_patients(source)}"
        yield from textwrap.wrap(said, WIDTH, subsequent_indent=" " * len(number))
    yield ""
    yield from textwrap.wrap(f"{FOR_INFORMATION} Checked {topic.checked.on}.", WIDTH)


def as_json(topic: Topic, base: KnowledgeBase) -> dict[str, Any]:
    """Everything of a topic, with the sources of each paragraph by id."""
    return {
        "id": topic.id,
        "name": topic.name,
        "question": topic.question,
        "short": topic.short,
        "paragraphs": [_paragraph_as_json(part, base) for part in topic.paragraphs],
        "not_known": [_paragraph_as_json(part, base) for part in topic.not_known],
        "see": list(topic.see),
        "sources": [_source_as_json(source) for source in sources_of(topic, base)],
        "checked_on": topic.checked.on.isoformat(),
        "note": FOR_INFORMATION,
        "knowledge": base.content_hash,
    }


def sources_of(topic: Topic, base: KnowledgeBase) -> list[Source]:
    """The sources of a topic, in the order they are met."""
    parts = (*topic.paragraphs, *topic.not_known)
    met = dict.fromkeys(source for part in parts for source in paragraph_sources(part, base))
    return [base.source(source_id) for source_id in met]


def paragraph_sources(paragraph: Paragraph, base: KnowledgeBase) -> list[str]:
    """Ids of the sources of a paragraph: those of its claims, and its own."""
    claims = [base.record(Claim, claim_id) for claim_id in paragraph.claims]
    found = dict.fromkeys(claim.source for claim in claims)
    found.update(dict.fromkeys(c.source for claim in claims for c in claim.evidence))
    if paragraph.source:
        found[paragraph.source] = None
    return list(found)


def _with_numbers(paragraph: Paragraph, base: KnowledgeBase, numbers: dict[str, int]) -> str:
    cited = sorted(numbers[source] for source in paragraph_sources(paragraph, base))
    marks = f" [{', '.join(map(str, cited))}]" if cited else ""
    return f"{paragraph.text.strip()}{marks}"


def _paragraph_as_json(paragraph: Paragraph, base: KnowledgeBase) -> dict[str, Any]:
    return {
        "text": paragraph.text.strip(),
        "claims": list(paragraph.claims),
        "sources": paragraph_sources(paragraph, base),
        "place": paragraph.place,
    }


def _source_as_json(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "kind": source.kind,
        "title": source.title.strip(),
        "authors": list(source.authors),
        "year": source.year,
        "access": source.access,
    }
