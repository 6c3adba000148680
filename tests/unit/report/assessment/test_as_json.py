"""An assessment for machines: the whole tree for professionals, little for patients."""

from __future__ import annotations

import json
from typing import Any

from ekbom.report.assessment.as_json import as_json
from ekbom.report.assessment.modes import Shown


def finding(page: dict[str, Any], id: str) -> dict[str, Any]:
    found = [f for s in page["sections"] for f in s["findings"] if f["id"] == id]
    assert len(found) == 1
    return dict(found[0])


def test_a_limit_comes_with_its_edition_source_place_and_mark(shown: Shown) -> None:
    page = as_json(shown)
    parts = finding(page, "R-FE-02")["conclusion"]["parts"]
    assert [part["limit"]["value"] for part in parts] == [75, 20]
    assert parts[1]["limit"] == {
        "parameter": "iron/low-saturation",
        "name": "Low saturation",
        "value": 20,
        "unit": "%",
        "edition": "irlssg-2018",
        "source": "irlssg-2018-iron",
        "place": "table 2",
        "mark": "recalled",
        "checked_on": "2026-05-10",
    }
    assert parts[0]["fact"]["value"] == 23.0
    assert parts[0]["fact"]["path"] == "labs[2].results.ferritin"


def test_what_decided_is_named_by_its_place_among_the_parts(shown: Shown) -> None:
    conclusion = finding(as_json(shown), "R-DX-06")["conclusion"]
    assert conclusion["decided_by"] == [4]
    assert conclusion["parts"][4]["truth"] == "unknown"
    assert [part["truth"] for part in conclusion["parts"][:4]] == ["yes"] * 4


def test_it_is_json_without_special_numbers(shown: Shown) -> None:
    for mode in ("clinician", "patient"):
        text = json.dumps(as_json(shown, mode), allow_nan=False)
        assert json.loads(text)["mode"] == mode


def test_the_stamp_names_editions_and_knowledge(shown: Shown) -> None:
    page = as_json(shown)
    assert page["knowledge"] == shown.knowledge.content_hash
    assert page["editions"]["iron"] == "irlssg-2018"
    assert page["as_of"] == "2026-05-10"


def test_a_patient_gets_no_conclusion_no_limit_and_no_word_for_clinicians(shown: Shown) -> None:
    page = as_json(shown, "patient")
    text = json.dumps(page)
    assert "sections" not in page
    assert "CLINICIAN-ONLY" not in text
    assert "conclusion" not in text
    assert "R-FE-02" not in text
