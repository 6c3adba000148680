"""The rooms of a consultation say what `ekbom consult --json` says, finding by finding."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from ekbom.cli.main import main

FINDING = re.compile(
    r'<details class="finding (\w+)" id="([^"]+)">\s*<summary>.*?<span class="name">(.*?)</span>'
    r'(?:<span class="state">(.*?)</span>)?',
    re.DOTALL,
)
CARD = re.compile(r'<article class="option" id="card-([^"]+)">')
DAYS = ("2026-11-22", "2026-05-20")
Told = tuple[str, str, str, str]


def on_page(text: str) -> list[Told]:
    """Id, truth, name and state of each finding."""
    found = (tuple(map(html.unescape, one)) for one in FINDING.findall(text))
    return sorted((id, truth, name, state or truth) for truth, id, name, state in found)


def in_data(sections: Iterable[dict[str, Any]]) -> Iterator[Told]:
    for section in sections:
        for one in section["findings"]:
            # What the sign says is not said twice.
            yield one["id"], one["conclusion"]["truth"], one["name"], one["state"]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", ["history-augmentation", "child-nine-years", "iron-deficient"])
def test_every_finding_and_option_is_that_of_consult(
    client: TestClient, capsys: pytest.CaptureFixture[str], name: str, day: str
) -> None:
    patient = client.post("/patients/example", data={"name": name}).headers["location"]
    capsys.readouterr()
    assert main(["consult", "--example", name, "--as-of", day, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    plan, follow_up = said["plan"], said["follow_up"]
    rooms = {
        "assessment": said["assessment"]["sections"],
        "options": [*plan["sections"], {"findings": [plan["gate"]]}],
        "follow-up": follow_up["sections"],
    }
    for room, sections in rooms.items():
        page = client.get(f"{patient}/{room}?as_of={day}").text
        told = [one for one in on_page(page) if not one[0].startswith("check:")]
        assert told == sorted(in_data(sections)), room
        if room == "options":
            offered = [*plan["offered"], *(plan["iron"] or {}).get("offered", [])]
            assert sorted(CARD.findall(page)) == sorted(one["id"] for one in offered)
        if room == "follow-up":
            words = html.unescape(re.sub(r"<[^>]+>", " ", page))
            assert all(one["name"] in words and one["due_on"] in words for one in follow_up["due"])
