"""Histories: one patient over years, each visit consulted from what was known on its day."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.cases.harness import Expected, differences

from ekbom.consultation import Consultation, consult
from ekbom.interop.patient_files import RECORD, example_patient, example_text
from ekbom.interop.plain_files import parsed
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import YamlFile, parse
from ekbom.knowledge.validation import validated
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from

FOLDER = Path(__file__).parent / "histories"
FILES = sorted(FOLDER.glob("*.yaml"))
FEWEST_VISITS = 10
TODAY = date(2026, 11, 22)

# The day from which an entry of each list of a record is known, and the day that may end it.
DATED = {
    "answers": ("on", ""),
    "labs": ("on", ""),
    "medications": ("started", "stopped"),
    "conditions": ("since", "until"),
    "pregnancies": ("last_period", "ended"),
    "family": ("on", ""),
    "questionnaires": ("on", ""),
    "nights": ("on", ""),
    "diary": ("on", ""),
    "weights": ("on", ""),
    "overrides": ("on", ""),
}


@dataclass(frozen=True, kw_only=True)
class Visit(Expected):
    """One visit: its day, what the clinician saw, what the consultation must make of it."""

    on: date
    situation: str


@dataclass(frozen=True, kw_only=True)
class History:
    """One file: an example patient and every visit."""

    example: str
    source: str
    visits: tuple[Visit, ...]


@cache
def history(path: Path) -> tuple[History, YamlFile]:
    file = parse(path.stem, path.read_bytes())
    return validated(History, file.data, file), file


@cache
def whole(example: str) -> Patient:
    return example_patient(example, load(), TODAY)


@cache
def consulted(example: str, on: date) -> Consultation:
    return consult(whole(example), load(), on)


def day(written: object) -> str:
    """A day, month or year as its first day, so that text sorts as time does."""
    return (str(written) + "-01-01")[:10]


def cut(record: Mapping[str, Any], on: date) -> Mapping[str, Any]:
    """The record as it stood in the clinic on a day: later entries and later ends not yet there."""
    last = on.isoformat()
    kept = dict(record)
    for name, (begins, ends) in DATED.items():
        there = [entry for entry in record.get(name, ()) if day(entry[begins]) <= last]
        kept[name] = [
            {k: v for k, v in entry.items() if k != ends or day(v) <= last} for entry in there
        ]
    return kept


def as_it_stood(example: str, on: date) -> Patient:
    """The example read on a day from what had been written by then."""
    record = parsed(f"{example}.yaml", example_text(example).encode(), RECORD).data
    content = json.dumps(cut(record, on), default=str)
    return patient_from(parsed(f"{example}.json", content.encode(), RECORD), load(), on)


VISITS = [
    pytest.param(history(path)[0].example, visit, id=f"{path.stem}:{visit.on}")
    for path in FILES
    for visit in history(path)[0].visits
]


@pytest.mark.parametrize(("example", "visit"), VISITS)
def test_visit(example: str, visit: Visit) -> None:
    wrong = list(differences(visit, consulted(example, visit.on)))
    if wrong:
        said = textwrap.fill(visit.situation, 96)
        pytest.fail("\n".join([f"{example} on {visit.on}: {said}", *wrong]), pytrace=False)


@pytest.mark.parametrize(("example", "visit"), VISITS)
def test_what_came_later_plays_no_part(example: str, visit: Visit) -> None:
    then = consult(as_it_stood(example, visit.on), load(), visit.on)
    assert then == consulted(example, visit.on)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_history_has_every_visit_of_its_record_in_order(path: Path) -> None:
    told, file = history(path)
    days = [visit.on for visit in told.visits]
    assert days == sorted({answer.on for answer in whole(told.example).answers})
    assert len(days) >= FEWEST_VISITS
    if told.source not in load().sources:
        raise file.fault(f"unknown source {told.source!r}", ("source",))


def test_each_history_of_the_examples_is_followed() -> None:
    assert {history(path)[0].example for path in FILES} >= {
        "history-augmentation",
        "history-iron-repletion",
        "history-pregnancy",
    }


def test_a_later_fact_is_cut_and_would_be_seen() -> None:
    """The cut takes something away, and a consultation of more is another one."""
    example, first = "history-iron-repletion", whole("history-iron-repletion").answers[0].on
    stood = as_it_stood(example, first)
    assert len(stood.draws) < len(whole(example).draws)
    assert not stood.medications
    other = replace(stood, draws=(replace(stood.draws[0], results={}),))
    assert consult(other, load(), first) != consulted(example, first)


def test_a_check_or_an_option_otherwise_than_told_is_a_difference() -> None:
    path = FOLDER / "augmentation.yaml"
    visit = next(one for one in history(path)[0].visits if one.on == date(2020, 1, 14))
    turned = replace(
        visit,
        expect={},
        states={},
        due=("iron-recheck-oral",),
        offers=("pramipexole",),
        withholds=("pregabalin",),
    )
    said = list(differences(turned, consulted(history(path)[0].example, visit.on)))
    assert [one.partition(":")[0] for one in said] == ["offers", "withholds", "due"]
    assert "found ['iron-recheck-oral', 'weight-and-oedema']" in said[-1]
