"""``ekbom consult``, ``plan`` and ``follow``: text, JSON, pages, a night, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ekbom.cli.main import UNREADABLE, USAGE, main

EXAMPLE, DAY = "history-augmentation", "2019-11-15"
Said = Callable[..., str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs a verb on the example; what it prints."""

    def run(verb: str, *arguments: object, as_of: str = DAY) -> str:
        given = [verb, "--example", EXAMPLE, "--as-of", as_of, *map(str, arguments)]
        assert main(given) == 0
        return capsys.readouterr().out

    return run


def as_json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    return found


def test_consult_says_first_things_first(said: Said) -> None:
    text = said("consult")
    headings = ["RED FLAGS", "WHERE WE STAND", "WHAT BECAME OF IT", "BEFORE OPTIONS", "WHAT IS DUE"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "none is\nordered" in text


def test_plan_and_follow_show_their_part_and_the_red_flags(said: Said) -> None:
    plan, follow = said("plan"), said("follow")
    assert "RED FLAGS" in plan and "RED FLAGS" in follow
    assert "BEFORE OPTIONS" in plan and "WHAT BECAME OF IT" not in plan
    assert "WHAT BECAME OF IT" in follow and "BEFORE OPTIONS" not in follow


def test_what_nobody_asked_about_habits_stands_under_its_own_heading(said: Said) -> None:
    before, _, _ = said("plan").partition("  not known: Regular moderate exercise")
    assert before.rstrip().endswith("FIRST OF ALL")


def test_what_is_only_counted_says_where_it_is_named(said: Said) -> None:
    assert "points, named by ekbom plan" in said("consult")


def test_why_shows_reasons_and_sources_of_the_part_asked_for(said: Said) -> None:
    text = said("follow", "--why")
    assert "R-AUG" not in text.partition("SOURCES")[0] or "source: [" in text
    assert "\nSOURCES\n" in text
    assert "OPTIONS ONE BY ONE" not in text


@pytest.mark.parametrize(
    ("verb", "holds", "lacks"),
    [
        ("consult", {"assessment", "follow_up", "plan", "newest"}, set()),
        ("plan", {"plan", "newest"}, {"assessment", "follow_up"}),
        ("follow", {"follow_up", "newest"}, {"assessment", "plan"}),
    ],
)
def test_json_holds_the_part_asked_for(
    said: Said, verb: str, holds: set[str], lacks: set[str]
) -> None:
    found = as_json(said(verb, "--json"))
    assert holds <= found.keys()
    assert not lacks & found.keys()
    assert found["mode"] == "clinician"
    assert found["editions"]["treatment"] == "aan-2016"


def test_what_is_told_elsewhere_in_the_json_is_there(said: Said) -> None:
    found = as_json(said("consult", "--json"))
    told: set[str] = set()
    seen: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if "see" in part:
                seen.add(part["see"])
            elif "conclusion" in part and isinstance(part["conclusion"], dict):
                told.add(part["conclusion"]["id"])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(found)
    assert seen
    assert seen <= told


def test_patient_json_has_names_and_words_and_no_recommendation(said: Said) -> None:
    found = as_json(said("consult", "--json", "--mode", "patient", "--edition=treatment=aasm-2025"))
    assert found["to_discuss"]
    assert {frozenset(one) for one in found["to_discuss"]} == {frozenset({"id", "name", "says"})}
    names = [one["name"] for one in found["to_discuss"]]
    assert names == sorted(names)
    assert not {"plan", "follow_up", "assessment", "newest"} & found.keys() - {"plan"}
    assert {frozenset(part) for part in found["plan"]} == {frozenset({"id", "heading", "says"})}


def test_the_newest_editions_are_set_beside_older_ones(said: Said) -> None:
    found = as_json(said("plan", "--json"))
    changed = {one["id"]: one for one in found["newest"]["options"]}
    assert "AAN 2016" in changed["pramipexole"]["then"]
    assert "AASM 2025" in changed["pramipexole"]["now"]
    assert "OPTIONS BY TODAY'S EDITIONS" in said("plan")


def test_compare_sets_editions_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--example", EXAMPLE, "--compare", "2013-01-01,2026-01-01"]) == 0
    text = capsys.readouterr().out
    assert "The same facts (as of 2026-01-01)" in text
    assert "AASM 2012" in text and "AASM 2025" in text


def test_a_comparison_in_which_nothing_is_laid_out_says_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["plan", "--example", "iron-deficient", "--compare", "2013-01-01,2026-01-01"]) == 0
    text = capsys.readouterr().out
    assert "No action is laid out: more needed before options can be shown." in text
    assert "- Is the person pregnant?" in text


@pytest.mark.parametrize("verb", ["consult", "plan", "follow"])
def test_a_record_that_is_warned_of_is_pointed_to_beside_the_output(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "p.yaml"
    head = "id: x\nperson: {born: 1980-05}\n"
    record.write_text(head + "medications: [{drug: foozine, started: 2020}]\n")
    assert main([verb, str(record), "--json"]) == 0
    printed = capsys.readouterr()
    as_json(printed.out)
    assert f"1 warning on this record; see: ekbom patient check {record}" in printed.err
    record.write_text(head)
    assert main([verb, str(record), "--json"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("mode", ["clinician", "patient"])
def test_a_page_loads_nothing_and_runs_nothing(said: Said, tmp_path: Path, mode: str) -> None:
    page = tmp_path / "page.html"
    for _ in range(2):
        said("consult", "--html", page, "--mode", mode)
    text = page.read_text()
    assert text.startswith("<!DOCTYPE html>")
    for loads in ("<script", "<link", "src=", "@import", "url("):
        assert loads not in text


def test_a_night_is_scored_added_and_shown(sound: Path, said: Said, tmp_path: Path) -> None:
    page, stages = tmp_path / "page.html", tmp_path / "stages.txt"
    stages.write_text("N2\nN2\nN2\nR\n")
    night = ["--night", sound, "--stages", stages, "--epoch-s", "30", "--night-on", "2019-11-14"]
    night += ["--html", page]
    text = said("consult", *night, "--json")
    courses = [c for c in as_json(text)["follow_up"]["courses"] if c["id"].startswith("night:")]
    assert "2019-11-14" in {point["on"] for course in courses for point in course["points"]}
    assert "Leg movements in one night" in page.read_text()
    said("consult", *night, "--mode", "patient")
    assert "Leg movements in one night" not in page.read_text()


def test_the_model_is_shown_where_it_is_asked_for(said: Said, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    day = "2018-09-11"
    plain = said("consult", as_of=day)
    text = said("consult", "--model", "--html", page, as_of=day)
    assert "IN THE MODEL" not in plain
    assert text.index("WHAT IS DUE") < text.index("IN THE MODEL")
    assert "As taken now" in text
    assert 'id="in-the-model"' in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ([], USAGE, "no patient record"),
        (["--example", "nobody"], USAGE, "no example 'nobody'"),
        (["--example", "nobody"], USAGE, "ekbom patient examples"),
        (["EXAMPLE", "--mode", "patient", "--why"], USAGE, "--mode clinician only"),
        (["EXAMPLE", "--json", "--why"], USAGE, "--json with --why"),
        (["EXAMPLE", "--mode", "patient", "--model"], USAGE, "--mode clinician only"),
        (["EXAMPLE", "--events", "x.tsv"], USAGE, "--events without --night"),
        (["EXAMPLE", "--night-on", "2019-01-01"], USAGE, "--night-on without --night"),
        (["EXAMPLE", "--edition", "treatment=new"], USAGE, "no edition 'new' on treatment"),
        (["EXAMPLE", "--as-of", "1900-01-01"], USAGE, "before birth"),
        (["EXAMPLE", "--night", "NIGHT", "--night-on", "2019-11-16"], UNREADABLE, "lies after"),
        (["EXAMPLE", "--night", "NIGHT", "--night-on", "1901-01-01"], UNREADABLE, "before birth"),
    ],
)
def test_a_wrong_call_says_what_was_expected(
    sound: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    says: str,
) -> None:
    names = {"EXAMPLE": ["--example", EXAMPLE, "--as-of", DAY], "NIGHT": [str(sound)]}
    given = [part for a in arguments for part in names.get(a, [a])]
    assert main(["consult", *given]) == status
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--compare", "2020-01-01", "--json"], "--compare with --json"),
        (["--compare", "2020-01-01", "--mode", "patient"], "--compare with --mode patient"),
    ],
)
def test_a_comparison_of_plans_stands_alone(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(["plan", "--example", EXAMPLE, *arguments]) == USAGE
    assert says in capsys.readouterr().err
