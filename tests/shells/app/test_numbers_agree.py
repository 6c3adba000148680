"""One number, everywhere the same: page, viewer, every export, the record, and scored anew."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from ekbom.interop.night import score_files
from ekbom.knowledge.base import KnowledgeBase
from ekbom.report.results import MOVEMENT_COLUMNS, as_json
from ekbom.scoring.edits import Edit
from ekbom.scoring.movements import Part
from ekbom.scoring.score import score_edited
from ekbom.scoring.settings import settings
from ekbom.terms import Side

ROW = re.compile(r'<tr data-key="([^"]+)" data-onset="([^"]+)"(.*?)</tr>', re.DOTALL)
WHY = re.compile(r'<details class="why">.*?<p>(.*?)</p>', re.DOTALL)


def edited(client: TestClient, kept: str) -> dict[str, Any]:
    """The night with one movement rejected, one confirmed and one added, as JSON."""
    every = client.get(f"{kept}/movements.json").json()["movements"]
    both = [one["key"] for one in every if one["side"] == "both"]
    periodic = [one["key"] for one in every if one["is_periodic"]]
    for seen, (where, written) in enumerate(
        (
            ("reject", {"key": both[len(both) // 2]}),
            ("accept", {"key": periodic[-1]}),
            ("add", {"leg": "right", "onset": "3.25 s", "duration": "1.5"}),
        )
    ):
        answer = client.post(f"{kept}/{where}", data={"seen": str(seen), **written})
        assert answer.status_code == 303, answer.text[:1000]
    found: dict[str, Any] = client.get(f"{kept}/export/scoring.json").json()
    return found


def edits_of(found: dict[str, Any]) -> tuple[Edit, ...]:
    return tuple(
        Edit(
            one["kind"],
            tuple(Part(Side(p["side"]), p["onset_s"], p["offset_s"]) for p in one["parts"]),
            one["by"],
            one["id"],
        )
        for one in found["edits"]
    )


def test_what_is_taken_out_is_the_night_scored_anew(
    client: TestClient, kept: str, short_night: Path, knowledge: KnowledgeBase
) -> None:
    found = edited(client, kept)
    measured = score_files(short_night, rules="all")
    anew = as_json(
        score_edited(measured, settings(knowledge), edits_of(found)),
        per_leg=True,
    )
    anew["recording"]["name"] = found["recording"]["name"]
    assert found == anew


def test_page_viewer_and_table_hold_the_same_movements(client: TestClient, kept: str) -> None:
    found = edited(client, kept)["movements"]
    viewer = client.get(f"{kept}/movements.json").json()
    standing = [one for one in viewer["movements"] if one["state"] != "rejected"]
    shown = {"both": "bilateral"}
    assert [
        (one["onset_s"], one["offset_s"], shown.get(one["side"], one["side"]), one["is_candidate"])
        + (one["is_periodic"], one["series"], one["reasons"][0])
        for one in standing
    ] == [
        (one["onset_s"], one["offset_s"], one["side"], one["is_candidate"])
        + (one["is_periodic"], one["series"], one["reason"])
        for one in found
    ]
    head, *rows = client.get(f"{kept}/export/movements.tsv").text.splitlines()
    assert tuple(head.split("\t")) == MOVEMENT_COLUMNS
    assert [row.split("\t")[:3] for row in rows] == [
        [repr(one["onset_s"]), repr(one["offset_s"]), one["side"]] for one in found
    ]
    told: dict[str, tuple[str, str]] = {}
    n_pages = -(-len(viewer["movements"]) // 50)
    for number in range(1, n_pages + 1):
        for key, onset, rest in ROW.findall(client.get(f"{kept}?page={number}").text):
            why = WHY.search(rest)
            told[key] = (onset, html.unescape(why[1]) if why else "")
    assert told == {
        one["key"]: (str(one["onset_s"]), one["reasons"][0]) for one in viewer["movements"]
    }


def test_indices_are_those_of_the_data(client: TestClient, kept: str) -> None:
    indices = edited(client, kept)["indices"]
    of_viewer = client.get(f"{kept}/movements.json").json()["indices"]
    page = client.get(kept).text.partition('id="figures"')[2].partition("</section>")[0]
    for name, value in of_viewer.items():
        (row,) = re.findall(rf'<th scope="row">{re.escape(name)}<small>.*?</tr>', page, re.DOTALL)
        assert f"<td>{value}" in row or f'<td class="unknown">{value}' in row
    assert of_viewer["PLMS index"] == f"{indices['plms_per_h']:.1f}/h"
    assert of_viewer["PLMW index"] == f"{indices['plmw_per_h']:.1f}/h"
    assert of_viewer["Series"] == str(indices["n_series"])
    assert f"{indices['plms_per_h']:.1f}" in client.get(f"{kept}/export/report.html").text


def test_the_list_of_nights_says_which_index_it_shows(client: TestClient, kept: str) -> None:
    listed = client.get(kept.rpartition("/")[0]).text
    automatic = client.get(f"{kept}/export/scoring.json").json()["indices"]
    assert f"<b>{automatic['plms_nonrespiratory_per_h']:.1f}</b> per h of sleep" in listed
    assert "without respiratory movements" in listed
