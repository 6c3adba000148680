"""The 312 seed claims: whole, counted, and only those that may drive an output can do so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

import ekbom.knowledge
from ekbom.errors import KnowledgeError
from ekbom.knowledge.claims import Claim, Contradiction
from ekbom.knowledge.loading import load, load_folder
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.record_kinds import RECORD_KINDS

BASE = load()
CLAIMS = BASE.of(Claim)
DRIVING = [claim for claim in CLAIMS.values() if claim.may_drive]
NOT_DRIVING = [claim for claim in CLAIMS.values() if not claim.may_drive]
DATA = Path(ekbom.knowledge.__file__).parent / "data"

# How many claims each seed has, and each system: total, kept without and with a qualification,
# superseded, unverified, rejected, quarantined.
SEEDS = {"S0": 65, "S1": 49, "S2": 40, "S3": 126, "S4": 32}
SYSTEMS = {
    "diagnosis": (16, 14, 1, 1, 0, 0, 0),
    "differential": (18, 16, 1, 0, 0, 0, 1),
    "drivers": (50, 22, 13, 0, 14, 1, 0),
    "genetics": (10, 6, 4, 0, 0, 0, 0),
    "mechanism": (42, 28, 13, 0, 1, 0, 0),
    "circadian": (10, 4, 5, 0, 1, 0, 0),
    "plms": (9, 1, 8, 0, 0, 0, 0),
    "fragmentation": (22, 17, 3, 0, 0, 2, 0),
    "labs": (8, 1, 4, 0, 1, 1, 1),
    "tests": (22, 16, 6, 0, 0, 0, 0),
    "treatment": (28, 9, 10, 6, 2, 0, 1),
    "augmentation": (7, 6, 1, 0, 0, 0, 0),
    "lifestyle": (17, 12, 1, 0, 0, 0, 4),
    "risks": (16, 9, 5, 0, 2, 0, 0),
    "outcomes": (15, 12, 3, 0, 0, 0, 0),
    "epidemiology": (8, 8, 0, 0, 0, 0, 0),
    "education": (14, 10, 1, 0, 0, 0, 3),
}

# The claims that may not be said, as an output might put them.
SAID = {
    "S0-06": "IV iron reduces PLMS by 70%.",
    "S0-11": "Every PLM causes an arousal.",
    "S0-14": "Ferritin under 20 means you are in the high-risk band.",
    "S0-15": "See Wang et al. 2013.",
    "S0-17": "The diagnosis requires all four criteria.",
    "S0-31": "Each of these movements shows as an arousal on the EEG.",
    "S0-39": "Dopamine agonists are first-line.",
    "S0-42": "Iron is first-line if ferritin is below 50.",
    "S0-44": "Gabapentin is first-line if pain predominates.",
    "S0-57": "Oral iron if ferritin is < 50 ng/mL.",
    "S0-63": "The sensitivity of D2 receptors is lowest at night.",
    "S1-20": "Rheumatoid arthritis causes restless legs.",
    "S1-22": "Inflammation drives RLS.",
    "S1-29": "Low magnesium causes restless legs.",
    "S1-30": "Folate deficiency is linked to restless legs.",
    "S1-31": "A urine test of dopamine levels can guide treatment.",
    "S1-42": "Immune mechanisms cause RLS.",
    "S1-43": "Irritable bowel syndrome is associated with restless legs.",
    "S1-45": "Heat wraps stop the jerks.",
    "S1-46": "One reader writes that her burning feet turned out to be neuropathy.",
    "S1-47": "Magnesium 400 mg every day.",
    "S1-48": "Cold packs help the feet.",
    "S1-49": "Using a sleep aid is fine.",
    "S3-11": "The brain stays in alert mode.",
    "S3-33": "In kidney disease reduced erythropoietin leads to iron deficiency.",
    "S3-57": "Iron deficiency is behind 80 % of cases.",
    "S3-60": "Dopaminergic dysfunction: 75 %.",
    "S3-63": "Genetic factors explain 60 %.",
    "S3-66": "Sleep disorders make up 50 % of the drivers.",
    "S3-69": "Neuropathy accounts for 40 %.",
    "S3-72": "Kidney failure, 35 %.",
    "S3-75": "Medicines explain 30 % of cases.",
    "S3-78": "Pregnancy accounts for 25 % of cases.",
    "S3-80": "Magnesium deficiency: 20 %.",
    "S3-83": "Your specific migraine mechanism.",
    "S3-90": "Restless legs increase the risk of dementia.",
    "S3-95": "Earlier treatment leads to better outcomes.",
    "S3-112": "Evidence-based lifestyle modifications.",
    "S3-126": "Relief from chronic migraine.",
    "S4-21": "Medications for RLS include dopamine agonists.",
    "S4-22": "Medicines for restless legs are benzodiazepines.",
    "S4-32": "Schedule your appointment by telehealth.",
}


def named_in(record: object) -> Iterator[str]:
    """Claims that a record, or a part of it, carries or tells as history."""
    for field in fields(record):  # type: ignore[arg-type]
        value: Any = getattr(record, field.name)
        if field.name in ("claims", "history"):
            yield from value
            continue
        parts = value.values() if isinstance(value, Mapping) else value
        for part in parts if isinstance(value, (tuple, Mapping)) else (value,):
            if is_dataclass(part):
                yield from named_in(part)


# A contradiction weighs claims; it brings none of them before a reader.
USED = {
    claim_id
    for kind in RECORD_KINDS.values()
    if kind not in (Claim, Contradiction)
    for record in BASE.of(kind).values()
    for claim_id in named_in(record)
}


def ids(claims: list[Claim]) -> list[Any]:
    return [pytest.param(claim, id=claim.id) for claim in claims]


def test_the_ids_of_each_seed_are_complete() -> None:
    wanted = [f"{seed}-{n:02d}" for seed, count in SEEDS.items() for n in range(1, count + 1)]
    assert sorted(CLAIMS) == sorted(wanted)
    assert len(CLAIMS) == 312


def counts(claims: list[Claim]) -> tuple[int, ...]:
    by_status = Counter(claim.status for claim in claims)
    qualified = sum(claim.may_drive and bool(claim.qualification) for claim in claims)
    kept = sum(claim.may_drive for claim in claims) - qualified
    rest = (by_status[s] for s in ("superseded", "unverified", "rejected", "quarantined"))
    return (len(claims), kept, qualified, *rest)


def test_status_of_all_claims() -> None:
    assert counts(list(CLAIMS.values())) == (312, 191, 79, 7, 21, 4, 10)


@pytest.mark.parametrize("system", SYSTEMS)
def test_status_of_the_claims_of_a_system(system: str) -> None:
    of_system = [claim for claim in CLAIMS.values() if claim.system == system]
    assert counts(of_system) == SYSTEMS[system]


@pytest.mark.parametrize("claim", ids(list(CLAIMS.values())))
def test_a_claim_is_a_sentence_with_its_place(claim: Claim) -> None:
    assert claim.source == f"seed-00{claim.id[1]}"
    assert claim.statement[0].isupper()
    assert claim.statement.endswith(".")
    assert "to be given" not in claim.place
    for text in (claim.statement, claim.qualification, claim.place):
        assert not re.search(r"\bC\d\d\b|\b[VR][12+]|To be qualified", text), text


@pytest.mark.parametrize("claim", ids(list(CLAIMS.values())))
def test_a_mark_beyond_the_seed_has_evidence_of_that_mark(claim: Claim) -> None:
    if claim.mark != "seed":
        assert claim.mark in {citation.mark for citation in claim.evidence}
    assert all(citation.place.strip() for citation in claim.evidence)


@pytest.mark.parametrize("claim", ids([c for c in CLAIMS.values() if c.status == "superseded"]))
def test_a_superseded_claim_names_the_edition_that_replaced_it(claim: Claim) -> None:
    assert BASE.edition(claim.superseded_by).status == "current"


@pytest.mark.parametrize("claim", ids([c for c in CLAIMS.values() if c.status == "contested"]))
def test_a_contested_claim_says_against_what(claim: Claim) -> None:
    assert claim.contradiction
    assert claim.qualification


@pytest.mark.parametrize("claim", ids([c for c in CLAIMS.values() if c.contradiction]))
def test_a_contradiction_lists_the_claims_that_name_it(claim: Claim) -> None:
    contradiction = BASE.record(Contradiction, claim.contradiction)
    assert claim.id in (contradiction.claims if claim.may_drive else contradiction.history)


@pytest.mark.parametrize("contradiction", BASE.of(Contradiction).values(), ids=lambda c: c.id)
def test_a_contradiction_stands_in_full_sentences_with_sources(
    contradiction: Contradiction,
) -> None:
    assert contradiction.also
    for text in (contradiction.seeds_say, contradiction.evidence_says, contradiction.resolution):
        assert re.search(r"[.'!]$", text), text
        assert not re.search(r"\bS\d-\d\d|\bV[12]\b|\(R\+?\)|\bR\+|\*\*|`", text), text


def test_there_are_37_contradictions() -> None:
    assert list(BASE.of(Contradiction)) == [f"C{n:02d}" for n in range(1, 38)]


EDITION = """\
id: {id}
authority: Nobody
title: Newer edition
year: 2026
source: book
status: own-design
"""

RECORD_OF_A_CLAIM = """\
id: example
name: An example
source: book
place: page 1
mark: verified
checked: {{on: 2026-11-22, by: somebody}}
{key}: [{claim}]
ask: What?
"""


def with_claim(folder: Any, claim: Claim) -> Any:
    """The small knowledge folder with the real record of one claim and what it names."""
    name = f"claims/{claim.source}.yaml"
    head, *records = (DATA / name).read_text(encoding="utf-8").split("\n  - id: ")
    record = next(text for text in records if text.startswith(f"{claim.id}\n"))
    folder.write(name, f"{head}\n  - id: {record}\n")
    sources = {claim.source, *(citation.source for citation in claim.evidence)}
    if claim.superseded_by:
        edition = BASE.edition(claim.superseded_by)
        folder.write(f"editions/{edition.id}.yaml", EDITION.format(id=edition.id))
    for source in sources:
        file = f"sources/{source}.yaml"
        folder.write(file, (DATA / file).read_text(encoding="utf-8"))
    return folder


def example(key: str, claim: Claim) -> str:
    return RECORD_OF_A_CLAIM.format(key=key, claim=claim.id)


@pytest.mark.parametrize("claim", ids(NOT_DRIVING))
def test_a_claim_that_may_not_drive_makes_loading_fail_with_file_and_line(
    folder: Any, claim: Claim
) -> None:
    with_claim(folder, claim).write("questions/example.yaml", example("claims", claim))
    with pytest.raises(KnowledgeError) as caught:
        load_folder(folder.path, ("questions", "claims"))
    assert caught.value.where == "questions/example.yaml:7"
    assert claim.id in caught.value.found
    assert claim.status in caught.value.found


@pytest.mark.parametrize("claim", ids(NOT_DRIVING))
def test_the_same_claim_may_stand_under_history(folder: Any, claim: Claim) -> None:
    with_claim(folder, claim).write("questions/example.yaml", example("history", claim))
    assert claim.id in load_folder(folder.path, ("questions", "claims")).of(Claim)


@pytest.mark.parametrize("claim", ids(NOT_DRIVING))
def test_a_claim_that_may_not_drive_is_caught_when_an_output_says_it(claim: Claim) -> None:
    assert claim.never_say
    for sentence in (claim.statement, SAID[claim.id]):
        for mode in ("patient", "clinician"):
            assert claim.id in {found.id for found in spoken(sentence, BASE, mode)}, sentence


@pytest.mark.parametrize("claim", ids(DRIVING))
def test_a_claim_that_may_drive_is_not_forbidden(claim: Claim) -> None:
    assert claim.never_say == ()
    assert {found.id for found in spoken(claim.statement, BASE, "clinician")} & set(CLAIMS) == set()


@pytest.mark.parametrize("claim", ids(list(CLAIMS.values())))
def test_a_claim_is_used_or_says_why_not(claim: Claim) -> None:
    used = claim.id in USED
    assert used is not bool(claim.not_used_because), (
        "used and yet a reason why not" if used else "neither used nor a reason why not"
    )
