"""What a message offers in place of a name that is not there."""

from __future__ import annotations

import pytest

from ekbom.errors import near, near_names

MANY = [f"name-{letter}" for letter in "abcdefghijklmnop"]


def test_the_nearest_comes_first() -> None:
    assert near("feritin", ["ferrous", "ferritin", "iron"])[0] == "ferritin"
    assert near("qqq", ["ferritin", "iron"]) == []


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (["ferritin", "crp"], "near names: ferritin"),
        (["crp", "iron"], "one of: crp, iron"),
        ([], "nothing here"),
        (MANY, "see the list"),
    ],
)
def test_where_no_name_is_near_few_are_all_named(known: list[str], said: str) -> None:
    assert near_names("feritin", known, "see the list") == said
