"""Vignettes: what an assessment must conclude of a person, and that no rule lacks a case."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from tests.cases.harness import Expected, differences

from ekbom.consultation import Consultation, consult
from ekbom.interop.patient_files import example_names, example_patient
from ekbom.knowledge.clinic import Mimic
from ekbom.knowledge.loading import load
from ekbom.knowledge.records import Rule
from ekbom.knowledge.strict_yaml import YamlFile, parse
from ekbom.knowledge.treatment import Block
from ekbom.knowledge.validation import validated
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from

FOLDER = Path(__file__).parent
# Histories have a form and a test of their own.
HISTORIES = "histories"
CASES = sorted(path for path in FOLDER.glob("*/*.yaml") if path.parent.name != HISTORIES)
TRUTHS = ("yes", "no", "unknown")

# Groups of rules of which each needs a case for yes, for no and for unknown.
COVERED = re.compile(r"R-(DX|PLM|SIT|FE|TX|AUG)-\d+")
MIMICS = "R-DDX-01"
# Blocks that hold whoever the patient is.
IN_EVERYONE = ("ergot-dopamine-agonist",)


@dataclass(frozen=True, kw_only=True)
class Vignette(Expected):
    """One case file, apart from ``patient``: a record, or ``{example: NAME}``.

    The record is read as of ``today``, by default ``as_of``: name a later day where the record
    holds facts that came after.
    """

    situation: str
    source: str
    as_of: date
    editions: Mapping[str, str] = field(default_factory=dict)
    today: date | None = None


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").as_posix()


@cache
def read(path: Path) -> tuple[Vignette, YamlFile]:
    file = parse(name_of(path), path.read_bytes())
    # The patient is checked by its own reader.
    vignette = {key: part for key, part in file.data.items() if key != "patient"}
    return validated(Vignette, vignette, file), file


def patient_of(path: Path) -> Patient:
    vignette, file = read(path)
    today = vignette.today or vignette.as_of
    record = file.data["patient"]
    if set(record) == {"example"}:
        return example_patient(str(record["example"]), load(), today)
    return patient_from(file, load(), today, path=("patient",))


def consulted(path: Path) -> Consultation:
    vignette, _ = read(path)
    return consult(patient_of(path), load(), vignette.as_of, vignette.editions)


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_case(path: Path) -> None:
    vignette, _ = read(path)
    wrong = list(differences(vignette, consulted(path)))
    if wrong:
        said = textwrap.fill(vignette.situation, 96)
        pytest.fail("\n".join([f"{name_of(path)}: {said}", *wrong]), pytrace=False)


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_source_of_a_case_is_there(path: Path) -> None:
    vignette, file = read(path)
    if vignette.source not in load().sources:
        raise file.fault(f"unknown source {vignette.source!r}", ("source",))


def wanted() -> set[str]:
    """Conclusions that need a case of each kind: rules by id, mimics by id and mimic."""
    rules = {rule_id for rule_id in load().of(Rule) if COVERED.fullmatch(rule_id)}
    return rules | {f"{MIMICS}:{mimic}" for mimic in load().of(Mimic)}


def covered(shown: set[tuple[str, str]], conclusion_id: str, truth: str) -> bool:
    """Whether a case concludes this; a rule that gives several counts by any of them."""
    return any(
        outcome == truth and (name == conclusion_id or name.partition(":")[0] == conclusion_id)
        for name, outcome in shown
    )


def test_every_rule_has_a_case_with_yes_with_no_and_with_unknown() -> None:
    shown = {(name, outcome) for path in CASES for name, outcome in read(path)[0].expect.items()}
    gaps = [
        f"{conclusion_id}: no case with {truth}"
        for conclusion_id in sorted(wanted())
        for truth in TRUTHS
        if not covered(shown, conclusion_id, truth)
    ]
    assert gaps == []


def test_what_the_gaps_are_looked_for_is_there() -> None:
    found = wanted()
    assert {"R-DX-01", "R-PLM-05", "R-SIT-01", "R-FE-02", f"{MIMICS}:akathisia"} <= found
    assert {"R-TX-00", "R-TX-11", "R-AUG-01", "R-AUG-07"} <= found
    assert not covered({("R-DX-01", "no"), ("R-DX-02", "yes")}, "R-DX-01", "yes")
    assert covered({("R-DX-07:intermittent", "yes")}, "R-DX-07", "yes")
    assert not covered({(f"{MIMICS}:akathisia", "yes")}, f"{MIMICS}:dermatitis-pruritus", "yes")


def block_gaps(shown: set[tuple[str, str]]) -> list[str]:
    """Blocks without a case that blocks (yes or unknown), or without one that does not."""
    gaps = []
    for block_id in load().of(Block):
        name = f"block:{block_id}"
        if not {(name, "yes"), (name, "unknown")} & shown:
            gaps.append(f"{name}: no case in which it blocks")
        if block_id not in IN_EVERYONE and (name, "no") not in shown:
            gaps.append(f"{name}: no case in which it does not")
    return gaps


def test_every_block_has_a_case_in_which_it_blocks_and_one_in_which_it_does_not() -> None:
    shown = {(name, outcome) for path in CASES for name, outcome in read(path)[0].expect.items()}
    assert block_gaps(shown) == []
    assert "block:pregnancy: no case in which it does not" in block_gaps(
        shown - {("block:pregnancy", "no")}
    )


def test_a_difference_is_told_with_what_was_found_and_why() -> None:
    path = FOLDER / "examples" / "nearly-empty.yaml"
    vignette, _ = read(path)
    turned = replace(
        vignette,
        expect={"R-DX-02": "no", "R-NO-99": "yes", "R-DX-01": "yes"},
        missing={"R-DX-02": ("question:urge-to-move-legs",)},
        states={"R-DX-01": "no"},
    )
    said = list(differences(turned, consulted(path)))
    assert said[0].startswith("R-DX-02: expected no, found unknown, because")
    assert "missing question:worse-at-rest" in said[0]
    assert said[1].startswith("R-NO-99: expected yes, found absent")
    assert said[2].startswith("R-DX-02: expected missing question:urge-to-move-legs, found ['que")
    assert said[3].startswith("R-DX-01: expected 'no', found 'yes'")
    assert len(said) == 4


def test_every_example_patient_has_a_case_or_a_history() -> None:
    used = {
        str(read(path)[1].data["patient"]["example"])
        for path in CASES
        if set(read(path)[1].data["patient"]) == {"example"}
    }
    files = (FOLDER / HISTORIES).glob("*.yaml")
    followed = {str(parse(file.stem, file.read_bytes()).data["example"]) for file in files}
    assert used | followed == set(example_names())
