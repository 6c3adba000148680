"""Follow-up: what is due first, every value with its day, augmentation."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.testclient import TestClient


def test_what_is_due_stands_first_with_its_day_and_reason(
    client: TestClient, take: Callable[[str], str]
) -> None:
    text = client.get(f"{take('history-augmentation')}/follow-up").text
    assert text.index('id="next"') < text.index('id="became"') < text.index('id="history"')
    (row, *_) = re.findall(r'<tr class="now">(.*?)</tr>', text, re.DOTALL)
    assert "due since 2025-06-11" in row
    assert "last done 2025-03-11" in row


def test_every_value_of_a_measure_stands_with_its_day(
    client: TestClient, take: Callable[[str], str]
) -> None:
    text = client.get(f"{take('history-augmentation')}/follow-up").text
    part = text[text.index('id="values"') :]
    days = re.findall(r'<th scope="row">(\d{4}-\d\d-\d\d)</th><td>([^<]+)</td>', part)
    assert ("2025-03-11", "8") in days
    assert ("2013-05-10", "62 µg/L") in days
    assert ("2019-11-04", "57 per hour") in days


def test_augmentation_is_watched_over(client: TestClient, take: Callable[[str], str]) -> None:
    where = take("history-augmentation")
    then = client.get(f"{where}/follow-up?as_of=2019-11-15").text
    assert "Early signs of augmentation" in then
    assert "criteria met" in then[then.index('id="became"') :]
    assert "not on a dopaminergic medicine" in client.get(f"{where}/follow-up").text


def test_without_any_course_a_page_says_what_to_do(client: TestClient) -> None:
    made = client.post("/patients/new", data={"name": "P-1", "born": "1970", "sex": "female"})
    where = made.headers["location"]
    for room in ("", "/assessment", "/options", "/follow-up", "/report", "/report/page"):
        for view in ("", "?view=patient"):
            assert client.get(where + room + view).status_code == 200
    assert "Nothing with a date yet" in client.get(f"{where}/follow-up").text
    assert f'href="{where}/interview"' in client.get(where).text
