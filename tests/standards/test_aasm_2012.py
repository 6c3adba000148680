"""AASM 2012 on treatment: kept as it was read, told as history, never current."""

from __future__ import annotations

from datetime import date

from ekbom.knowledge.loading import load
from ekbom.knowledge.records import InForce
from ekbom.knowledge.treatment import Action, Recommendation

BASE = load()
EDITION = "aasm-2012"
HELD = [one for one in BASE.of(Recommendation).values() if one.edition == EDITION]

# Intervention, direction, strength.
PRINTED = [
    ("pramipexole", "for", "standard"),
    ("ropinirole", "for", "standard"),
    ("levodopa", "for", "guideline"),
    ("opioids", "for", "guideline"),
    ("gabapentin-enacarbil", "for", "guideline"),
    ("cabergoline", "for", "guideline"),
    ("carbamazepine", "for", "option"),
    ("gabapentin", "for", "option"),
    ("pregabalin", "for", "option"),
    ("clonidine", "for", "option"),
    ("iron", "for", "option"),
    ("pergolide", "against", "standard"),
]


def test_every_row_stands_there_as_printed_and_no_other() -> None:
    assert [(one.action, one.direction, one.strength) for one in HELD] == PRINTED


def test_all_are_for_adults_were_read_in_the_abstract_and_were_not_graded_for_certainty() -> None:
    assert {(one.population, one.certainty, one.mark) for one in HELD} == {
        ("adult", "not graded", "abstract")
    }


def test_the_edition_is_superseded_and_in_force_until_the_next_one() -> None:
    assert BASE.edition(EDITION).status == "superseded"
    sequence = BASE.record(InForce, "treatment")
    assert sequence.edition_on(date(2014, 1, 1)) == EDITION
    assert sequence.edition_on(date(2026, 1, 1)) == "aasm-2025"


def test_what_it_set_as_standard_is_no_standard_today() -> None:
    for one in HELD:
        if one.strength == "standard" and one.direction == "for":
            now = BASE.record(Recommendation, f"aasm-2025:{one.action}:adult")
            assert now.direction == "against-standard-use"
            assert "S0-39" in one.history


def test_pergolide_is_against_for_harm_to_heart_valves() -> None:
    remark = BASE.record(Recommendation, "aasm-2012:pergolide:adult").remark
    assert "heart valves" in remark


def test_iron_of_that_edition_names_no_product() -> None:
    iron = BASE.record(Action, "iron")
    assert (iron.drugs, iron.by, iron.words.patient) == ((), "", "")
