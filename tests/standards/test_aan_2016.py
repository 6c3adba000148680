"""AAN 2016 on treatment: kept as it was read, told as history, never current."""

from __future__ import annotations

from datetime import date

import pytest

from ekbom.knowledge.loading import load
from ekbom.knowledge.records import InForce
from ekbom.knowledge.treatment import Recommendation

BASE = load()
EDITION = "aan-2016"
HELD = [one for one in BASE.of(Recommendation).values() if one.edition == EDITION]

PRINTED = [
    ("pramipexole", "level-a"),
    ("rotigotine", "level-a"),
    ("cabergoline", "level-a"),
    ("gabapentin-enacarbil", "level-a"),
    ("ropinirole", "level-b"),
    ("pregabalin", "level-b"),
    ("iv-ferric-carboxymaltose", "level-b"),
    ("ferrous-sulfate", "level-b"),
    ("pneumatic-compression", "level-b"),
    ("levodopa", "level-c"),
    ("opioids", "level-c"),
    ("near-infrared-light", "level-c"),
    ("magnetic-stimulation", "level-c"),
]


def test_every_row_stands_there_as_printed_and_no_other() -> None:
    assert [(one.action, one.strength) for one in HELD] == PRINTED


def test_all_are_for_adults_in_favour_read_in_the_abstract_and_not_graded_for_certainty() -> None:
    assert {(one.population, one.direction, one.certainty, one.mark) for one in HELD} == {
        ("adult", "for", "not graded", "abstract")
    }


def test_the_edition_is_superseded_and_in_force_until_the_next_one() -> None:
    assert BASE.edition(EDITION).status == "superseded"
    sequence = BASE.record(InForce, "treatment")
    assert sequence.edition_on(date(2018, 1, 1)) == EDITION
    assert sequence.edition_on(date(2025, 1, 1)) == "aasm-2025"


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("ferrous-sulfate", ("vitamin C", "75 ng/mL or less")),
        ("opioids", ("oxycodone with naloxone", "other treatments failed")),
        ("cabergoline", ("heart valves",)),
    ],
)
def test_conditions_stand_beside_the_recommendation(action: str, words: tuple[str, ...]) -> None:
    remark = BASE.record(Recommendation, f"aan-2016:{action}:adult").remark
    assert all(word in remark for word in words)


def test_gabapentin_without_enacarbil_was_not_among_them() -> None:
    assert "aan-2016:gabapentin:adult" not in BASE.of(Recommendation)
