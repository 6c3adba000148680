"""Assessment and overview: reasons, other days and editions, the form for what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from starlette.testclient import TestClient

from ekbom.app.consultations.missing import entered_at
from ekbom.assessment.assess import topics_of
from ekbom.interop.patient_files import example_names, example_patient
from ekbom.knowledge.base import KnowledgeBase
from ekbom.report.consultation.shown import consultation_shown

TODAY = date(2026, 11, 22)


def ids_of(text: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', text)


def test_every_line_unfolds_to_its_reasons_and_sources(
    client: TestClient, example: str, knowledge: KnowledgeBase
) -> None:
    text = client.get(f"{example}/assessment").text
    found = consultation_shown(
        example_patient("iron-deficient", knowledge, TODAY), knowledge, TODAY, {}
    ).consultation.assessment
    unfolding = re.findall(r'<details class="finding [a-z]+" id="([^"]+)"', text)
    assert set(unfolding) == {f.conclusion.id for f in found.findings() if f.conclusion.id}
    assert len(unfolding) == len(set(unfolding)) > 50
    sources = {c.source for f in found.findings() for c in f.conclusion.cited()}
    assert len(re.findall(r'<li id="basis-\d+"', text)) == len(sources) > 5


@pytest.mark.parametrize("room", ["", "/assessment", "/options", "/follow-up"])
@pytest.mark.parametrize("query", ["", "?view=patient"])
def test_links_within_a_page_lead_somewhere_and_no_id_stands_twice(
    client: TestClient, take: Callable[[str], str], room: str, query: str
) -> None:
    text = client.get(take("history-augmentation") + room + query).text
    ids = ids_of(text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_links_to_findings_of_other_rooms_lead_to_them(
    client: TestClient, take: Callable[[str], str]
) -> None:
    where = take("history-augmentation")
    day = "?as_of=2019-11-15"
    links = set(re.findall(r'href="([^"]+#[^"]+)"', client.get(where + day).text))
    rooms = {link.partition("#")[0] for link in links}
    told = {room: ids_of(client.get(room.replace("&amp;", "&")).text) for room in rooms}
    findings = {link for link in links if day in link}
    assert len(findings) > 10
    assert [
        link for link in findings if link.partition("#")[2] not in told[link.split("#")[0]]
    ] == []


def test_what_is_missing_leads_to_the_very_form(
    client: TestClient, take: Callable[[str], str]
) -> None:
    where = take("iron-deficient")
    pages = [client.get(where + room).text for room in ("", "/assessment", "/options")]
    asked = {link for text in pages for link in re.findall(r'class="asked" href="([^"]+)"', text)}
    assert len(asked) > 60
    rooms = {link.partition("#")[0] for link in asked}
    told = {}
    for room in rooms - {f"{where}/nights"}:
        answer = client.get(room)
        assert answer.status_code == 200, room
        told[room] = ids_of(answer.text)
    dead = [
        link
        for link in asked
        if "#" in link and link.partition("#")[2] not in told[link.partition("#")[0]]
    ]
    assert dead == []


@pytest.mark.parametrize("name", example_names())
def test_everything_that_can_be_missing_has_a_place(knowledge: KnowledgeBase, name: str) -> None:
    found = consultation_shown(example_patient(name, knowledge, TODAY), knowledge, TODAY, {})
    keys = {m.key for f in found.consultation.findings() for m in f.conclusion.all_missing()}
    homeless = [key for key in keys if not entered_at(key, knowledge)]
    assert [key for key in homeless if not key.startswith("conclusion:")] == []


def test_nothing_is_asked_next_that_the_record_knows(client: TestClient, example: str) -> None:
    before = client.get(example).text
    found = re.search(rf'class="asked" href="{example}/interview#question-([^"]+)"', before)
    assert found is not None
    answer = {"on": TODAY.isoformat(), f"q.{found[1]}": "no"}
    assert client.post(f"{example}/interview", data=answer).status_code == 303
    assert f"interview#question-{found[1]}" not in client.get(example).text


# Days and editions --------------------------------------------------------------------------------


def test_a_patient_is_led_to_answers_never_to_a_command(client: TestClient, example: str) -> None:
    shown = client.get(f"{example}/assessment?view=patient").text
    assert 'href="/learn/what-is-rls"' in shown
    printed = client.get(f"{example}/report/page?view=patient").text
    assert "What is restless legs syndrome?" in printed
    says = "Whoever gave you this page can print the answers"
    assert says in printed and says not in shown
    assert "ekbom explain" not in shown + printed


def test_another_day_takes_what_was_known_on_it(
    client: TestClient, take: Callable[[str], str]
) -> None:
    where = take("history-augmentation")
    text = client.get(f"{where}/assessment?as_of=2019-11-15").text
    assert "Facts known on 15 November 2019" in text
    assert "2025-03-07" not in text
    assert "Augmentation suspected" in text
    assert "Augmentation suspected" not in client.get(f"{where}/assessment").text


def test_the_edition_chosen_answers_and_the_newest_is_set_beside_it(
    client: TestClient, example: str
) -> None:
    text = client.get(f"{example}/assessment?by.iron=aan-2016").text
    assert "<b>iron</b> AAN 2016" in text
    assert "By the newest editions, on the same facts" in text
    assert '<option value="aan-2016" selected>' in text


def test_two_editions_stand_beside_each_other(client: TestClient, example: str) -> None:
    asked = "by.iron=aan-2016&beside.iron=irlssg-2018"
    text = client.get(f"{example}/assessment?{asked}").text
    assert "By the editions beside it, on the same facts" in text
    assert "answered by AAN 2016; the one beside it is IRLSSG 2018" in text
    assert "the newest is" not in text


def test_every_edition_on_file_can_be_chosen(
    client: TestClient, example: str, knowledge: KnowledgeBase
) -> None:
    text = client.get(f"{example}/assessment").text
    for topic in topics_of(knowledge).values():
        assert f'name="by.{topic.id}"' in text
        assert all(f'<option value="{step.edition}">' in text for step in topic.steps)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("as_of=2027-01-01", "still to come"),
        ("as_of=tomorrow", "is no day"),
        ("as_of=1890-01-01", "before"),
        ("by.iron=nobody-1999", "nobody-1999"),
    ],
)
def test_what_cannot_be_asked_is_said(
    client: TestClient, example: str, query: str, words: str
) -> None:
    answer = client.get(f"{example}/assessment?{query}")
    assert answer.status_code == 422
    assert words in answer.text


def test_what_an_address_says_is_never_code(client: TestClient, example: str) -> None:
    answer = client.get(f"{example}/assessment", params={"by.iron": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.text


# Kept ---------------------------------------------------------------------------------------------


def test_a_consultation_is_kept_and_set_beside_today(client: TestClient, example: str) -> None:
    assert client.post(f"{example}/assessment/kept").status_code == 303
    page = client.get(f"{example}/assessment").text
    (address,) = re.findall(rf'href="({example}/assessment/kept/[0-9a-f]+)"', page)
    same = client.get(address).text
    assert same.count("Nothing differs, to the last") == 2
    draw = {"on": TODAY.isoformat(), "at": "08:00", "fasting": "yes", "hours_since_iron": "48"}
    draw |= {"value.ferritin": "240", "unit.ferritin": "ng/mL"}
    draw |= {"value.transferrin-saturation": "35", "unit.transferrin-saturation": "%"}
    assert client.post(f"{example}/labs", data=draw).status_code == 303
    now = client.get(address).text
    # What was kept stays; only beside today's facts it differs.
    assert now.count("Nothing differs, to the last") == 1
    assert "Iron status" in now


def test_what_was_taken_back_before_stays_out_of_a_kept_consultation(
    client: TestClient, example: str
) -> None:
    (first, *_) = re.findall(r"/labs/(\d+)/take-back", client.get(f"{example}/labs").text)
    assert client.post(f"{example}/labs/{first}/take-back").status_code == 303
    client.post(f"{example}/assessment/kept")
    page = client.get(f"{example}/assessment").text
    (address,) = re.findall(rf'href="({example}/assessment/kept/[0-9a-f]+)"', page)
    assert client.get(address).text.count("Nothing differs, to the last") == 2


def test_a_kept_consultation_of_another_day_keeps_its_editions(
    client: TestClient, example: str
) -> None:
    asked = "?as_of=2026-06-01&by.iron=aan-2016"
    kept = client.post(f"{example}/assessment/kept{asked}")
    assert "by.iron=aan-2016" in kept.headers["location"]
    page = client.get(f"{example}/assessment").text
    (address,) = re.findall(rf'href="({example}/assessment/kept/[0-9a-f]+)"', page)
    text = client.get(address).text
    assert "iron <b>AAN 2016</b>" in text
    assert "<dd>2026-06-01</dd>" in text
    assert "Nothing differs, to the last" in text


def test_what_was_kept_can_be_had_as_a_file(client: TestClient, example: str) -> None:
    client.post(f"{example}/assessment/kept")
    page = client.get(f"{example}/assessment").text
    (address,) = re.findall(rf'href="({example}/assessment/kept/[0-9a-f]+)"', page)
    sent = client.get(f"{address}/file")
    assert sent.headers["content-disposition"].startswith("attachment")
    assert {"assessment", "follow_up", "plan", "editions", "knowledge"} <= sent.json().keys()


def test_nobody_sees_what_was_kept_of_another(
    client: TestClient, take: Callable[[str], str], example: str
) -> None:
    client.post(f"{example}/assessment/kept")
    page = client.get(f"{example}/assessment").text
    (result,) = re.findall(rf'href="{example}/assessment/kept/([0-9a-f]+)"', page)
    other = take("ssri-induced")
    assert client.get(f"{other}/assessment/kept/{result}").status_code == 404
