"""Codes: every one is of the form its system gives it and belongs to one thing only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ekbom.knowledge.clinic import Condition
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.loading import load
from ekbom.knowledge.records import Code

BASE = load(("conditions", "drugs", "labs"))
FORM = {
    "loinc": r"[1-9]\d{0,4}-\d",
    "icd-10-cm": r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?",
    "snomed-ct": r"[1-9]\d{5,17}",
    "rxnorm": r"[1-9]\d{2,6}",
    "atc": r"[A-Z]\d{2}[A-Z]{2}\d{2}",
    "hpo": r"HP:\d{7}",
}
# Codes that circulate and are wrong, withdrawn, too broad or no leaf.
NEVER = {"29900-7", "1989-3", "N03AX12", "N03AX16", "G20", "O99.35", "HP:5200300", "HP:5200295"}


def codes() -> Iterator[tuple[str, str, Code]]:
    """What it is of, its system, and the code."""
    for condition in BASE.of(Condition).values():
        yield from ((condition.id, system, code) for system, code in condition.codes.items())
    for analyte in BASE.of(Analyte).values():
        yield from ((analyte.id, system, code) for system, code in analyte.codes.items())
    for drug_class in BASE.of(DrugClass).values():
        for drug in drug_class.members:
            yield from ((drug.name, system, code) for system, code in drug.codes.items())


def test_every_code_has_the_form_of_its_system_and_a_release() -> None:
    found = list(codes())
    assert len(found) > 150
    for thing, system, code in found:
        assert re.fullmatch(FORM[system], code.code), (thing, code)
        assert code.release, (thing, code)


def test_no_code_means_two_things() -> None:
    meaning = defaultdict(set)
    for thing, system, code in codes():
        meaning[system, code.code].add(thing)
    assert {key: things for key, things in meaning.items() if len(things) > 1} == {}


def test_no_code_is_a_known_wrong_one() -> None:
    assert [code for _, _, code in codes() if code.code in NEVER] == []


def test_loinc_ships_with_its_name() -> None:
    assert [
        thing for thing, system, code in codes() if system == "loinc" and not code.display
    ] == []


def test_a_snomed_code_carries_its_check_digit() -> None:
    for thing, system, code in codes():
        if system == "snomed-ct":
            assert verhoeff(code.code) == 0, thing


def verhoeff(number: str) -> int:
    """Zero for a number whose last digit checks out (Verhoeff's scheme)."""
    dihedral = [
        [(i + j) % 5 if j < 5 else 5 + (i + j) % 5 for j in range(10)] for i in range(5)
    ] + [[5 + (i - j) % 5 if j < 5 else (i - j) % 5 for j in range(10)] for i in range(5, 10)]
    turned = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        turned.append([turned[-1][turned[1][digit]] for digit in range(10)])
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = dihedral[check][turned[place % 8][int(digit)]]
    return check


def test_what_a_condition_implies_is_complete() -> None:
    """A record asks one step only, so every consequence of a consequence is written out."""
    conditions = BASE.of(Condition)
    for condition in conditions.values():
        for implied in condition.implies:
            assert set(conditions[implied].implies) <= set(condition.implies), condition.id
