"""Everything under one roof: found by id, kind or name; every reference known from both ends."""

from __future__ import annotations

import pytest

from ekbom.errors import UsageError
from ekbom.knowledge.catalogue import Key, Use, catalogue
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.loading import load
from ekbom.knowledge.records import Record

BASE = load()
EVERYTHING = catalogue(BASE)


def test_nothing_is_left_out() -> None:
    count = len(BASE.sources) + len(BASE.editions) + len(BASE.parameters) + len(BASE.tables)
    assert len(EVERYTHING.things) == count + sum(map(len, BASE.records.values()))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("S0-05", Key("claims", "S0-05")),
        ("s0-05", Key("claims", "S0-05")),
        ("claims/S0-05", Key("claims", "S0-05")),
        ("aasm-2025-guideline", Key("sources", "aasm-2025-guideline")),
        ("aasm-2025", Key("editions", "aasm-2025")),
        ("scoring/imi-max", Key("parameters", "scoring/imi-max")),
        ("labels/leg-channels", Key("tables", "labels/leg-channels")),
        ("C02", Key("contradictions", "C02")),
        ("ferritin", Key("labs", "ferritin")),
        ("TSAT", Key("labs", "transferrin-saturation")),
        ("escitalopram", Key("drugs", "ssri")),
        ("chlorphenamine", Key("drugs", "sedating-antihistamines")),
        (" R-FE-02 ", Key("rules", "R-FE-02")),
    ],
)
def test_a_thing_is_found_by_id_kind_or_name(written: str, key: Key) -> None:
    assert EVERYTHING.find(written) == (key,)


def test_an_id_of_several_kinds_finds_all_of_them() -> None:
    kinds = {key.kind for key in EVERYTHING.find("akathisia")}
    assert kinds == {"conditions", "mimics"}
    assert EVERYTHING.find("mimics/akathisia") == (Key("mimics", "akathisia"),)


@pytest.mark.parametrize(("written", "near"), [("S0-5", "S0-05"), ("escitaloprom", "ssri")])
def test_near_ids_are_offered_for_a_wrong_one(written: str, near: str) -> None:
    with pytest.raises(UsageError) as refusal:
        EVERYTHING.find(written)
    assert near in refusal.value.expected


def test_every_claim_of_a_record_knows_the_record() -> None:
    for key, thing in EVERYTHING.things.items():
        if isinstance(thing, Record):
            for how, ids in (("claims", thing.claims), ("history", thing.history)):
                for id in ids:
                    assert Use(key, how) in EVERYTHING.used_by(Key("claims", id))


def test_claims_inside_paragraphs_count_too() -> None:
    topics = {
        key: {claim for paragraph in thing.paragraphs for claim in paragraph.claims}
        for key, thing in EVERYTHING.things.items()
        if key.kind == "education"
    }
    assert any(topics.values())
    for key, claims in topics.items():
        for id in claims:
            assert Use(key, "claims") in EVERYTHING.used_by(Key("claims", id))


def test_facts_and_conclusions_of_lines_are_references() -> None:
    for key, thing in EVERYTHING.things.items():
        if key.kind == "mimics":
            for line in thing.lines:
                kind, _, id = line.fact.partition(":")
                folder = {"question": "questions", "condition": "conditions"}.get(kind)
                if folder:
                    assert Use(key, "fact") in EVERYTHING.used_by(Key(folder, id))


def test_a_drug_class_knows_who_names_one_of_its_ingredients() -> None:
    named = EVERYTHING.used_by(Key("drugs", "ssri"))
    assert Use(Key("actions", "ropinirole"), "fact") in named  # fluvoxamine
    taken = EVERYTHING.used_by(Key("drugs", "dopamine-agonists"))
    assert Use(Key("actions", "pramipexole"), "drugs") in taken
    assert Use(Key("blocks", "ergot-dopamine-agonist"), "drugs") in taken
    assert Use(Key("blocks", "dopamine-agonist-above-maximum"), "classes") in taken


def test_an_action_knows_what_editions_say_of_it_and_a_check_who_needs_it() -> None:
    said = {use.by.id for use in EVERYTHING.used_by(Key("actions", "gabapentin"))}
    assert {"aasm-2012:gabapentin:adult", "aasm-2025:gabapentin:adult"} <= said
    needed = EVERYTHING.used_by(Key("checks", "renal-function"))
    assert Use(Key("actions", "pregabalin"), "checks") in needed
    asked = EVERYTHING.used_by(Key("questions", "opioid-harm-or-misuse"))
    assert Use(Key("checks", "opioid-review"), "done_by") in asked


def test_an_edition_knows_the_values_that_stand_in_it() -> None:
    users = {use.by for use in EVERYTHING.used_by(Key("editions", "icsd-3"))}
    assert Key("parameters", "bands/plms-index-adult") in users


def test_a_contradiction_knows_the_claims_it_weighs() -> None:
    for claim in BASE.of(Claim).values():
        if claim.contradiction:
            uses = EVERYTHING.used_by(Key("contradictions", claim.contradiction))
            assert Use(Key("claims", claim.id), "contradiction") in uses
