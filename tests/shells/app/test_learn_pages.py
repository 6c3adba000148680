"""Learn: every topic as it stands in the knowledge base, those that fit a patient, what is open."""

from __future__ import annotations

import html
import re

from starlette.testclient import TestClient

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.education import Topic


def test_every_question_is_offered_and_answered_word_for_word(
    client: TestClient, knowledge: KnowledgeBase
) -> None:
    index = html.unescape(client.get("/learn").text)
    for topic in knowledge.of(Topic).values():
        assert topic.question in index
        page = html.unescape(client.get(f"/learn/{topic.id}").text)
        assert topic.short in page
        assert all(part.text.strip() in page for part in (*topic.paragraphs, *topic.not_known))
        assert f"Checked {topic.checked.on}" in page


def test_what_nobody_knows_stands_together_with_its_sources(
    client: TestClient, knowledge: KnowledgeBase
) -> None:
    page = html.unescape(client.get("/learn/open-questions").text)
    parts = [part for topic in knowledge.of(Topic).values() for part in topic.not_known]
    assert all(part.text.strip() in page for part in parts)
    cited = set(re.findall(r'href="#(open-\d+)"', page))
    assert cited
    assert all(f'id="{one}"' in page for one in cited)


def test_words_are_looked_for_in_the_answers(client: TestClient) -> None:
    page = client.get("/learn?q=augmentation").text
    assert 'href="/learn/augmentation"' in page
    assert 'href="/learn/kidneys"' not in page
    assert "No answer holds all of" in client.get("/learn?q=nosuchword").text


def test_a_patient_is_offered_what_is_for_everyone_and_what_fits(
    client: TestClient, example: str, knowledge: KnowledgeBase
) -> None:
    page = client.get(f"{example}/learn").text
    offered = set(re.findall(r'<article class="article" id="([a-z-]+)"', page))
    assert {topic.id for topic in knowledge.of(Topic).values() if topic.for_everyone} <= offered
    assert "iron-treatment" in offered
    assert "pregnancy" not in offered


def test_a_topic_that_is_not_there_is_said(client: TestClient) -> None:
    assert client.get("/learn/none").status_code == 404
