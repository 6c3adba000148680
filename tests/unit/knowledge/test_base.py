"""Looking things up: the value with its provenance, or near names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ekbom.errors import KnowledgeError
from ekbom.knowledge.loading import load_folder
from ekbom.knowledge.parameters import Sourced


def test_a_sourced_value_knows_where_it_came_from(folder: Any) -> None:
    assert load_folder(folder.path).sourced("limits/gap", "first") == Sourced(
        value=0.5,
        unit="s",
        parameter="limits/gap",
        name="Gap",
        edition="first",
        source="book",
        place="page 1",
        mark="verified",
        checked_on=date(2026, 11, 22),
        note="As printed.",
    )


def test_a_value_missing_in_an_edition_names_the_editions_that_have_it(folder: Any) -> None:
    with pytest.raises(KnowledgeError, match="editions that have it: first\n") as caught:
        load_folder(folder.path).sourced("limits/bound", "second")
    assert caught.value.found == "limits/bound has no value in edition second"


@pytest.mark.parametrize(
    ("kind", "wrong", "near"),
    [
        ("parameter", "limits/gab", "limits/gap"),
        ("edition", "frist", "first"),
        ("source", "bock", "book"),
        ("table", "lists/leg", "lists/legs"),
    ],
)
def test_an_unknown_name_lists_near_names(folder: Any, kind: str, wrong: str, near: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        getattr(load_folder(folder.path), kind)(wrong)
    assert caught.value.found == f"no {kind} {wrong!r}"
    assert near in caught.value.expected


def test_a_name_from_a_section_not_read_says_so(folder: Any) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_folder(folder.path, ("lists",)).parameter("limits/gap")
    assert "load section 'limits' too" in caught.value.what_to_do
