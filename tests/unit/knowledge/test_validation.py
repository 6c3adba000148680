"""A frozen dataclass is the one definition of a file: its checks and its schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

import pytest

from ekbom.errors import KnowledgeError
from ekbom.knowledge.strict_yaml import parse
from ekbom.knowledge.validation import schema, validated


@dataclass(frozen=True, slots=True)
class Part:
    """A nested part."""

    size: float
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A file."""

    id: str
    kind: Literal["small", "large"]
    parts: tuple[Part, ...] = ()
    named: Mapping[str, Part] = field(default_factory=dict)
    other: Part | None = None
    count: int | str = 0


WHOLE = """id: thing
kind: small
parts:
  - {size: 2}
  - {size: 2.5, on: 2026-05-03}
named: {first: {size: 1}}
other: {size: 3}
"""


def read(text: str) -> Thing:
    file = parse("thing.yaml", text.encode())
    return validated(Thing, file.data, file)


def test_nested_parts_become_their_dataclasses() -> None:
    thing = read(WHOLE)
    assert thing.parts == (Part(2), Part(2.5, date(2026, 5, 3)))
    assert thing.named == {"first": Part(1)}
    assert thing.other == Part(3)
    assert isinstance(thing.named, MappingProxyType)


def test_keys_with_a_default_may_be_left_out() -> None:
    assert read("id: thing\nkind: large\n") == Thing("thing", "large")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("id: thing", "name: thing", 1, "key 'id' is missing"),
        ("kind: small", "kind: medium", 2, "kind is 'medium'"),
        ("id: thing", "id: 3", 1, "id is 3"),
        ("id: thing", "id: ''", 1, "id is ''"),
        ("{size: 2}", "{size: '2'}", 4, r"parts\[0\].size is '2'"),
        ("{size: 2}", "{size: true}", 4, r"parts\[0\].size is True"),
        ("{size: 2}", "{size: 2, sice: 3}", 4, "unknown key 'sice'"),
        ("on: 2026-05-03", "on: May", 5, r"parts\[1\].on is 'May'"),
        ("{first: {size: 1}}", "{first: {}}", 6, "key 'size' is missing"),
        ("other: {size: 3}", "other: [3]", 7, "other is"),
        ("other: {size: 3}", "count: 1.5", 7, "count is 1.5"),
    ],
)
def test_the_first_fault_names_line_and_path(old: str, new: str, line: int, said: str) -> None:
    with pytest.raises(KnowledgeError, match=said) as caught:
        read(WHOLE.replace(old, new))
    assert caught.value.where == f"thing.yaml:{line}"


def test_a_part_of_a_file_is_named_by_its_place_in_it() -> None:
    file = parse("cases.yaml", b"cases:\n  - id: thing\n    kind: wrong\n")
    with pytest.raises(KnowledgeError, match=r"cases\[0\].kind is 'wrong'") as caught:
        validated(Thing, file.at(("cases", 0)), file, ("cases", 0))
    assert caught.value.where == "cases.yaml:3"


def test_the_schema_says_what_the_check_does() -> None:
    written: dict[str, Any] = schema(Thing, "Thing", "A thing.")
    assert written["required"] == ["id", "kind"]
    assert written["additionalProperties"] is False
    assert written["properties"]["kind"]["enum"] == ["small", "large"]
    assert (written["title"], written["description"]) == ("Thing", "A thing.")
