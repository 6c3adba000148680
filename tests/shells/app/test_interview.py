"""The interview asks what concerns this person; other questions are folded, none is left out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.clinic import Question

OTHERS = re.compile(
    r'<details class="of-others"( open)?><summary>(.*?)</summary>(.*?)</details>', re.S
)
MAN, WOMAN = "ssri-induced", "iron-deficient"
OLD_WOMAN, CHILD = "long-term-dopamine-agonist", "child-nine-years"


def folded(page: str) -> list[tuple[str, set[str]]]:
    """The lines that questions are folded under, each with its questions."""
    found = OTHERS.findall(page)
    return [(says, set(re.findall(r'id="question-([a-z0-9-]+)"', part))) for _, says, part in found]


def hidden_in(page: str) -> set[str]:
    return set().union(*(questions for _, questions in folded(page)))


def of(who: str, knowledge: KnowledgeBase) -> set[str]:
    return {one.id for one in knowledge.of(Question).values() if one.asked_of == who}


@pytest.mark.parametrize(
    ("name", "set_apart"),
    [
        (MAN, {"children", "childbearing-age"}),
        (OLD_WOMAN, {"children", "childbearing-age"}),
        (WOMAN, {"children"}),
        # A girl of ten may be asked, as the rules have it.
        (CHILD, set()),
    ],
)
def test_questions_for_others_are_folded_and_can_be_answered(
    client: TestClient,
    take: Callable[[str], str],
    knowledge: KnowledgeBase,
    name: str,
    set_apart: set[str],
) -> None:
    page = client.get(f"{take(name)}/interview").text
    assert hidden_in(page) == set().union(*(of(who, knowledge) for who in set_apart))
    every = set(re.findall(r'id="question-([a-z0-9-]+)"', page))
    assert every == set(knowledge.of(Question))
    assert all(re.match(r"\d+ questions? for ", says) for says, _ in folded(page))


def test_what_was_answered_in_a_fold_is_said_and_what_is_refused_there_is_in_sight(
    client: TestClient, take: Callable[[str], str]
) -> None:
    address = take(MAN) + "/interview"
    written = {"on": "2026-11-20", "q.growing-pains": "yes", "was.growing-pains": ""}
    assert client.post(address, data=written).status_code == 303
    assert any(says.endswith(", 1 answered") for says, _ in folded(client.get(address).text))
    wrong = {"on": "2026-11-20", "q.restless-sleep": "perhaps", "was.restless-sleep": ""}
    refused = client.post(address, data=wrong)
    assert refused.status_code == 422
    (opened,) = (part for is_open, _, part in OTHERS.findall(refused.text) if is_open)
    assert 'id="question-restless-sleep"' in opened


@pytest.mark.parametrize("name", [MAN, "hemochromatosis", OLD_WOMAN, CHILD])
def test_nobody_is_asked_next_what_is_for_others(
    client: TestClient, take: Callable[[str], str], knowledge: KnowledgeBase, name: str
) -> None:
    address = take(name)
    hidden = hidden_in(client.get(f"{address}/interview").text)
    for room in ("", "/assessment", "/options", "/follow-up"):
        asked = re.findall(r"/interview#question-([a-z0-9-]+)", client.get(address + room).text)
        assert hidden & set(asked) == set(), room
