"""Two editions side by side: all that differs, and nothing else."""

from __future__ import annotations

import pytest

from ekbom.errors import KnowledgeError
from ekbom.knowledge.differences import differences
from ekbom.knowledge.loading import load

BASE = load()


def differing(first: str, second: str) -> dict[str, tuple[str, str]]:
    return {one.id: (one.first.says, one.second.says) for one in differences(BASE, first, second)}


def test_an_edition_does_not_differ_from_itself() -> None:
    for edition in BASE.editions:
        assert differences(BASE, edition, edition) == ()


def test_two_scoring_standards_differ_where_their_values_do() -> None:
    found = differing("wasm-2016", "aasm-3")
    assert found["scoring/imi-min"] == ("10 s", "5 s")
    assert "scoring/imi-max" not in found
    for parameter in BASE.parameters.values():
        values = [parameter.editions.get(edition) for edition in ("wasm-2016", "aasm-3")]
        says = [None if value is None else value.value for value in values]
        assert (parameter.id in found) is (says[0] != says[1])


def test_the_fifth_criterion_came_in_2014() -> None:
    found = differing("irlssg-2003", "irlssg-2014")
    assert found["E5"][0] == "" and found["E5"][1]
    assert "R-DX-05" in found


def test_the_other_way_round_the_sides_change_places() -> None:
    there, back = differing("irlssg-2018", "aasm-2025"), differing("aasm-2025", "irlssg-2018")
    assert there
    assert back == {id: (second, first) for id, (first, second) in there.items()}


def test_every_side_that_says_something_cites_it() -> None:
    for one in differences(BASE, "irlssg-2003", "irlssg-2014"):
        for side in (one.first, one.second):
            assert bool(side.says) is (side.citation is not None)


def test_an_unknown_edition_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="no edition"):
        differences(BASE, "irlssg-2014", "irlssg-2041")
