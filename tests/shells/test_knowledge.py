"""``ekbom knowledge``: what a reader looks up stands there whole, as text and as JSON."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from ekbom.cli.code_names import named_in_code
from ekbom.cli.main import SUCCESS, USAGE, main
from ekbom.knowledge.catalogue import catalogue
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.loading import load
from ekbom.knowledge.record_kinds import RECORD_KINDS

BASE = load()
EVERYTHING = catalogue(BASE)
Output = pytest.CaptureFixture[str]


def said(capsys: Output, *arguments: str, status: int = SUCCESS) -> str:
    """What a task prints, white space joined."""
    assert main(["knowledge", *arguments]) == status
    return " ".join(capsys.readouterr().out.split())


def read(capsys: Output, *arguments: str, status: int = SUCCESS) -> Any:
    """What a task prints as JSON."""
    assert main(["knowledge", *arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_a_claim_is_shown_whole(capsys: Output) -> None:
    claim = BASE.record(Claim, "S0-05")
    text = said(capsys, "show", "S0-05")
    for part in (claim.statement, claim.status, claim.qualification, claim.place, claim.mark):
        assert " ".join(part.split()) in text
    assert BASE.source(claim.source).title in text
    assert f"checked {claim.checked.on}" in text
    assert "how C02 is resolved" in text
    assert "as claims by contradictions/C02" in text


@pytest.mark.parametrize("status", ["contested", "superseded", "unverified", "rejected"])
def test_a_claim_that_is_not_current_says_so_at_the_top(capsys: Output, status: str) -> None:
    id = next(claim.id for claim in BASE.of(Claim).values() if claim.status == status)
    main(["knowledge", "show", id])
    head = capsys.readouterr().out.splitlines()[:2]
    assert status in head[1] and "not to be read as current" in head[1]


def test_a_parameter_shows_all_its_editions_side_by_side(capsys: Output) -> None:
    text = said(capsys, "show", "scoring/imi-min")
    for edition, value in BASE.parameter("scoring/imi-min").editions.items():
        assert f"{edition} {value.value:g} s {value.mark}: " in text
        assert BASE.source(value.source).title in text
    assert "by the code, which names it" in text


def test_no_limit_is_said_in_words(capsys: Output) -> None:
    assert "no limit" in said(capsys, "show", "scoring/leg-movement-max-duration")
    values = read(capsys, "show", "scoring/leg-movement-max-duration")[0]["thing"]["editions"]
    assert values["wasm-2016"]["value"] == "no limit"


def test_a_source_shows_its_reference_and_who_rests_on_it(capsys: Output) -> None:
    text = said(capsys, "show", "aasm-2025-guideline")
    source = BASE.source("aasm-2025-guideline")
    assert f"{source.publication}. {source.year}. doi:{source.doi}. PMID {source.pmid}." in text
    assert "claims/S0-05" in text


@pytest.mark.parametrize("kind", ["sources", "editions", "parameters", "tables", *RECORD_KINDS])
def test_every_kind_can_be_shown_both_ways(capsys: Output, kind: str) -> None:
    key = next(key for key in EVERYTHING.things if key.kind == kind)
    assert said(capsys, "show", str(key)).startswith(str(key))
    (shown,) = read(capsys, "show", str(key))
    assert (shown["kind"], shown["id"]) == (key.kind, key.id)
    assert shown["thing"]["id"] == key.id
    users = [str(use.by) for use in EVERYTHING.used_by(key)]
    assert [use["by"] for use in shown["used_by"]] == users


def test_what_is_read_whole_is_not_called_unused(capsys: Output) -> None:
    assert "used by whatever goes through all drugs" in said(capsys, "show", "drugs/lithium")
    assert "used by nothing" in said(capsys, "show", "genes/meis1")


def test_an_id_of_two_kinds_shows_both(capsys: Output) -> None:
    assert {shown["kind"] for shown in read(capsys, "show", "akathisia")} == {
        "conditions",
        "mimics",
    }


def test_a_wrong_id_gets_near_ones(capsys: Output) -> None:
    assert main(["knowledge", "show", "S0-5"]) == USAGE
    assert "S0-05" in capsys.readouterr().err


def test_search_marks_what_is_not_current(capsys: Output) -> None:
    main(["knowledge", "search", "dopamine", "FIRST-LINE"])
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("claims/S0-39 ** superseded **") for line in lines)
    assert lines[-1] == f"{len(lines) - 1} found"
    hits = read(capsys, "search", "dopamine", "first-line")
    assert (
        [hit["key"]["id"] for hit in hits]
        == [
            re.match(r"[a-z-]+/(\S+)", line)[1]  # type: ignore[index]
            for line in lines[:-1]
        ]
    )


def test_search_without_a_hit_says_so(capsys: Output) -> None:
    assert said(capsys, "search", "qqqqqq", status=1) == "nothing found"


def test_the_audit_finds_what_is_stale_in_ten_years(capsys: Output) -> None:
    found = read(capsys, "audit", "--as-of", "2036-11-22", status=1)
    assert {one["check"] for one in found["findings"]} >= {"stale"}
    assert found["as_of"] == "2036-11-22"
    text = said(capsys, "audit", "--as-of", "2036-11-22", status=1)
    assert text.endswith("Not clean.")


def test_the_audit_finds_nothing_wrong(capsys: Output) -> None:
    found = read(capsys, "audit", "--as-of", "2026-11-22")
    assert found["findings"] == []


def test_the_audit_lists_what_is_only_recalled(capsys: Output) -> None:
    main(["knowledge", "audit", "--as-of", "2026-11-22", "--recalled"])
    out = capsys.readouterr().out
    marks = re.search(r"recalled (\d+)", out)
    listed = re.search(r"Not confirmed at a source yet: (\d+)\n((?:  .*\n)*)", out)
    assert marks and listed
    assert marks[1] == listed[1] == str(len(listed[2].splitlines()))


def test_without_a_day_the_audit_is_of_today(capsys: Output) -> None:
    main(["knowledge", "audit"])
    assert str(date.today()) in capsys.readouterr().out.splitlines()[0]


def test_a_day_that_is_none_is_refused(capsys: Output) -> None:
    assert main(["knowledge", "audit", "--as-of", "yesterday"]) == USAGE
    assert "a date such as" in capsys.readouterr().err


def test_coverage_counts_every_claim_and_leaves_none_open(capsys: Output) -> None:
    text = said(capsys, "coverage")
    assert f"all {len(BASE.of(Claim))}" in text
    rows = read(capsys, "coverage")
    assert sum(row["claims"] for row in rows) == len(BASE.of(Claim))
    assert sum(row["open"] for row in rows) == 0


def test_coverage_of_each_claim_is_one_line(capsys: Output) -> None:
    main(["knowledge", "coverage", "--claims"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(BASE.of(Claim))
    assert all(line.endswith("]") for line in lines)


def test_two_editions_stand_side_by_side(capsys: Output) -> None:
    text = said(capsys, "diff", "irlssg-2003", "irlssg-2014")
    assert "criterion E5 irlssg-2003 says nothing of it irlssg-2014" in text
    found = read(capsys, "diff", "irlssg-2003", "irlssg-2014")
    assert text.endswith(f"{len(found)} differences between irlssg-2003 and irlssg-2014")


def test_editions_on_different_topics_are_not_compared(capsys: Output) -> None:
    assert main(["knowledge", "diff", "irlssg-2003", "aasm-2025"]) == 2
    said = capsys.readouterr().err
    assert "irlssg-2003 is on diagnosis, aasm-2025 on iron" in said
    assert "irlssg-2014" in said


def test_a_search_for_nothing_is_refused(capsys: Output) -> None:
    assert main(["knowledge", "search", " "]) == 2
    assert "no word to search for" in capsys.readouterr().err


def test_an_unknown_edition_names_those_there_are(capsys: Output) -> None:
    assert main(["knowledge", "diff", "irlssg-2014", "irlssg-2041"]) == USAGE
    assert "irlssg-2018" in capsys.readouterr().err


def test_a_schema_is_printed(capsys: Output) -> None:
    assert main(["knowledge", "schema", "labs"]) == SUCCESS
    assert json.loads(capsys.readouterr().out)["title"] == "ekbom knowledge: labs"
    assert main(["knowledge", "schema", "lab"]) == USAGE


def test_what_the_code_names_is_found() -> None:
    named = named_in_code()
    assert {"scoring/imi-min", "transferrin-saturation", "R-FE-02"} <= named
    assert "no-such-id-anywhere" not in named
