"""Report: the page to print is the report, under the policy of the app; a file to send."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from starlette.testclient import TestClient

from ekbom.app.security import CONTENT_SECURITY_POLICY
from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.base import KnowledgeBase
from ekbom.report.consultation.html import render_consultation
from ekbom.report.consultation.shown import consultation_shown

TODAY = date(2026, 11, 22)


def body_of(page: str) -> str:
    return page[page.index("<header>") : page.rindex("</main>" if "</main>" in page else "</body>")]


@pytest.mark.parametrize("mode", ["clinician", "patient"])
def test_the_file_to_send_is_the_report_and_the_page_holds_its_body(
    client: TestClient, take: Callable[[str], str], knowledge: KnowledgeBase, mode: str
) -> None:
    where = take("history-augmentation")
    shown = consultation_shown(
        example_patient("history-augmentation", knowledge, TODAY), knowledge, TODAY, {}
    )
    report = render_consultation(shown, "patient" if mode == "patient" else "clinician")
    sent = client.get(f"{where}/report/file?view={mode}")
    assert sent.text == report
    disposition = sent.headers["content-disposition"]
    assert disposition.startswith("attachment")
    assert "augmentation" not in disposition
    page = client.get(f"{where}/report/page?view={mode}")
    assert body_of(page.text).split() == body_of(report).split()
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("view", ["", "?view=patient"])
def test_nothing_on_the_page_to_print_needs_a_weaker_policy(
    client: TestClient, example: str, view: str
) -> None:
    text = client.get(f"{example}/report/page{view}").text
    assert "<style" not in text
    assert not re.search(r"\sstyle=|\son[a-z]+=", text)
    assert re.findall(r"<script(?! src=)", text) == []
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    assert len(styles) >= 5
    for style in styles:
        answer = client.get(style.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/css")
        assert "{%" not in answer.text


def test_the_edge_of_each_sheet_names_patient_and_day_and_is_not_kept(
    client: TestClient, example: str
) -> None:
    sheet = client.get(f"{example}/report/sheet.css?as_of=2026-06-01")
    assert "example-iron-deficient · 2026-06-01" in sheet.text
    assert sheet.headers["cache-control"] == "no-store"
    assert "iron-deficient" not in client.get(f"{example}/report/sheet.css?view=patient").text


def test_a_name_cannot_leave_the_text_of_the_sheet(client: TestClient) -> None:
    name = 'a"} body{display:none} @import "x'
    made = client.post("/patients/new", data={"name": name, "born": "1970"})
    if made.status_code == 303:
        sheet = client.get(f"{made.headers['location']}/report/sheet.css").text
        assert 'a"}' not in sheet
        assert '@import "' not in sheet


def test_the_model_stands_in_it_where_it_is_asked_for_and_never_for_a_patient(
    client: TestClient,
    take: Callable[[str], str],
) -> None:
    where = take("history-iron-repletion")
    asked = "as_of=2021-06-07&model=yes"
    assert 'id="in-the-model"' in client.get(f"{where}/report/page?{asked}").text
    assert 'id="in-the-model"' not in client.get(f"{where}/report/page?as_of=2021-06-07").text
    for place in ("page", "file"):
        assert "In the model" not in client.get(f"{where}/report/{place}?{asked}&view=patient").text


def test_a_night_stands_below_the_consultation_and_never_on_the_page_for_the_patient(
    client: TestClient, kept: str
) -> None:
    where, _, night = kept.rpartition("/nights/")
    assert f'<option value="{night}">2026-05-12</option>' in client.get(f"{where}/report").text
    for place in ("page", "file"):
        asked = f"{where}/report/{place}?night={night}"
        text = client.get(asked).text
        assert 'class="night"' in text
        assert not re.search(r"\sstyle=", text)
        assert 'class="night"' not in client.get(f"{asked}&view=patient").text


def test_a_night_can_be_printed_alone(client: TestClient, kept: str) -> None:
    where, _, night = kept.rpartition("/nights/")
    text = client.get(f"{where}/report/page?view=night&night={night}").text
    assert "Leg movements in one night" in text
    assert "Consultation as of" not in text
    sent = client.get(f"{where}/report/file?view=night&night={night}")
    assert sent.headers["location"] == f"{kept}/export/report.html"
    assert client.get(sent.headers["location"]).status_code == 200
    assert client.get(f"{where}/report/sheet.css?view=night&night={night}").text == ""
    none = client.get(f"{where}/report/page?view=night")
    assert none.status_code == 422
    assert "no night is chosen" in none.text


def test_a_night_that_is_not_there_is_said(client: TestClient, example: str) -> None:
    answer = client.get(f"{example}/report/page?night=nobody")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_the_choice_of_parts_works_without_script(client: TestClient, example: str) -> None:
    text = client.get(f"{example}/report").text
    assert f'method="get" action="{example}/report/page"' in text
    assert f'formaction="{example}/report/file"' in text
    assert "Save as PDF" in text
    sent = {"view": "", "as_of": TODAY.isoformat(), "night": ""}
    assert client.get(f"{example}/report/page", params=sent).status_code == 200
