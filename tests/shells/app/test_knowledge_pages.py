"""Knowledge: found by words, shown in full with its sources, as of a day, editions compared."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.catalogue import catalogue
from ekbom.knowledge.claims import Claim, Contradiction
from ekbom.knowledge.records import InForce
from ekbom.report.knowledge_page import KINDS


def test_without_words_the_page_says_what_is_in_force_and_what_there_is(
    client: TestClient, knowledge: KnowledgeBase
) -> None:
    page = client.get("/knowledge").text
    for topic in knowledge.of(InForce).values():
        assert topic.name in page
        assert f"since {topic.steps[-1].since}" in page
    assert "What there is" in page


def test_all_words_are_looked_for_and_what_is_not_current_says_so(client: TestClient) -> None:
    page = client.get("/knowledge?q=dopamine+agonists+first-line").text
    assert "Dopamine agonists are first-line pharmacotherapy." in page
    found = page[page.index('href="/knowledge/claims/S0-39"') :]
    assert found.index("superseded") < found.index("Dopamine agonists are first-line")
    assert "Nothing holds all of" in client.get("/knowledge?q=dopamine+nosuchword").text


def test_an_id_finds_its_entry_before_those_that_name_it(client: TestClient) -> None:
    page = client.get("/knowledge?q=C01").text
    listed = re.findall(r'href="/knowledge/contradictions/(C\d+)"', page)
    assert listed[0] == "C01"


def test_a_kind_is_listed_whole(client: TestClient, knowledge: KnowledgeBase) -> None:
    page = client.get("/knowledge?kind=claims").text
    assert all(f'href="/knowledge/claims/{id}"' in page for id in knowledge.of(Claim))


def test_what_is_searched_for_is_shown_as_text(client: TestClient) -> None:
    page = client.get("/knowledge", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_an_entry_of_every_kind_has_a_page_whose_links_lead_somewhere(
    client: TestClient, knowledge: KnowledgeBase
) -> None:
    things = catalogue(knowledge).things
    known = {f"/knowledge/{one}" for one in things}
    known |= {f"/knowledge/{room}" for room in ("editions", "differences", "contradictions")}
    assert {key.kind for key in things} == set(KINDS)
    for kind in KINDS:
        page = client.get(f"/knowledge/{next(key for key in things if key.kind == kind)}")
        assert page.status_code == 200, kind
        assert set(re.findall(r'href="(/knowledge/[^"?#]+)', page.text)) <= known, kind


def test_a_claim_stands_with_its_qualification_dispute_and_sources(client: TestClient) -> None:
    page = client.get("/knowledge/claims/S0-39").text
    assert "Not to be read as current" in page
    assert "To be said with it" in page
    assert "So here" in page
    assert "Last compared with them" in page
    assert 'href="/knowledge/sources/aasm-2012-guideline"' in page


def test_a_value_that_is_recalled_is_marked_so(
    client: TestClient, knowledge: KnowledgeBase
) -> None:
    recalled = next(
        p.id
        for p in knowledge.parameters.values()
        if any(value.mark == "recalled" for value in p.editions.values())
    )
    assert ">recalled</span>" in client.get(f"/knowledge/parameters/{recalled}").text


def test_what_was_not_yet_superseded_on_a_day_says_so(client: TestClient) -> None:
    then = client.get("/knowledge/claims/S0-39?on=2020-01-01").text
    now = client.get("/knowledge/claims/S0-39?on=2026-01-01").text
    assert "not superseded yet" in then
    assert "not superseded yet" not in now


def test_the_edition_that_answers_is_the_one_of_the_day(client: TestClient) -> None:
    page = client.get("/knowledge/editions?on=2017-01-01").text
    here = re.findall(r'class="here".*?editions/([a-z0-9-]+)"', page, re.DOTALL)
    assert here == ["irlssg-2014", "aan-2016", "icsd-3", "aan-2016"]
    assert (
        "None of these was out on 1999-01-01"
        in client.get("/knowledge/editions?on=1999-01-01").text
    )


def test_two_editions_stand_side_by_side_with_sources(client: TestClient) -> None:
    page = client.get("/knowledge/differences?first=irlssg-2003&second=irlssg-2014").text
    assert "6 differences" in page
    assert "says nothing of it" in page
    assert 'href="/knowledge/sources/irlssg-2014-criteria"' in page


def test_editions_of_different_topics_are_not_compared(client: TestClient) -> None:
    page = client.get("/knowledge/differences?first=icsd-3&second=aasm-2025")
    assert page.status_code == 200
    assert "neither speaks of the other" in page.text


def test_between_two_days_what_changed_is_told_whichever_comes_first(client: TestClient) -> None:
    page = client.get("/knowledge/differences?since=2015-01-01&until=2025-06-01").text
    assert "2025-01-01" in page
    assert page.count("<table") == 3
    assert client.get("/knowledge/differences?since=2025-06-01&until=2015-01-01").text.count(
        "<table"
    ) == page.count("<table")
    same = client.get("/knowledge/differences?since=2025-06-01&until=2025-06-02").text
    assert "On both days the same editions" in same


def test_every_contradiction_is_told_with_its_resolution(
    client: TestClient, knowledge: KnowledgeBase
) -> None:
    page = client.get("/knowledge/contradictions").text
    assert all(f'id="{id}"' in page for id in knowledge.of(Contradiction))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/knowledge/claims/none", 404),
        ("/knowledge/nothing/S0-39", 404),
        ("/knowledge/differences?first=x&second=y", 404),
        ("/knowledge?on=tomorrow", 422),
    ],
)
def test_what_is_not_there_is_said(client: TestClient, address: str, status: int) -> None:
    page = client.get(address)
    assert page.status_code == status
    assert "What to do" in page.text
