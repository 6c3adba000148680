"""The view of a day: later facts change nothing, nor do units or the order of lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekbom.assessment.assess import assess
from ekbom.errors import PatientError
from ekbom.interop.patient_files import example_names, example_patient, example_text
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.laboratory import Analyte
from ekbom.knowledge.loading import load
from ekbom.knowledge.strict_yaml import YamlFile, parse
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from

TODAY = date(2026, 11, 22)
DAYS = st.integers(0, 4500).map(lambda back: date(2026, 5, 31) - timedelta(days=back))
LISTS = (
    "answers",
    "draws",
    "medications",
    "conditions",
    "pregnancies",
    "family",
    "questionnaires",
    "nights",
    "diary",
    "weights",
    "overrides",
)


def without_paths(facts: tuple[Any, ...]) -> list[Any]:
    """Facts apart from where they stand, which another order changes."""
    found = []
    for fact in facts:
        if hasattr(fact, "path"):
            fact = replace(fact, path="")
        if hasattr(fact, "results"):
            fact = replace(
                fact, results={k: replace(r, path="") for k, r in sorted(fact.results.items())}
            )
        found.append(fact)
    return found


def content(patient: Patient) -> Mapping[str, Any]:
    return {name: without_paths(getattr(patient, name)) for name in LISTS}


@cache
def example_file(name: str) -> YamlFile:
    return parse(f"{name}.yaml", example_text(name).encode(), PatientError)


@cache
def example(name: str) -> Patient:
    return example_patient(name, load(), TODAY)


def known_by(data: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The record as it could have been written on a day: later entries not yet made."""

    def made(entry: Mapping[str, Any]) -> bool:
        begun = str(entry.get("on", entry.get("since", entry.get("started", ""))))
        return begun <= day.isoformat()[: len(begun)]

    def as_written(entry: Mapping[str, Any]) -> dict[str, Any]:
        ends = ("stopped", "until", "ended")
        open_again = {
            end
            for end in ends
            if end in entry and not str(entry[end]) <= day.isoformat()[: len(str(entry[end]))]
        }
        # A clock time also stands under "ended", in a diary.
        open_again -= {"ended"} if "began" in entry else set()
        return {key: part for key, part in entry.items() if key not in open_again}

    return {
        key: tuple(as_written(entry) for entry in part if made(entry))
        if isinstance(part, tuple) and key != "pregnancies"
        else part
        for key, part in data.items()
    }


# Few days for each record, many in all.
@pytest.mark.parametrize("name", example_names())
@settings(max_examples=20)
@given(day=DAYS)
def test_what_was_written_later_changes_no_earlier_day(name: str, day: date) -> None:
    file, whole = example_file(name), example(name)
    if day < whole.person.born.last:
        return
    earlier = replace(file, data=known_by(file.data, day))
    then = patient_from(earlier, load(), TODAY)
    assert content(then.as_of(day)) == content(whole.as_of(day))


@given(day=DAYS, before=st.integers(0, 400))
def test_a_view_of_a_view_is_the_view_of_the_earlier_day(day: date, before: int) -> None:
    patient = example("long-term-dopamine-agonist")
    earlier = day - timedelta(days=before)
    assert patient.as_of(day).as_of(earlier) == patient.as_of(earlier)


def test_an_open_end_is_open_until_its_day(read: Callable[..., Patient]) -> None:
    patient = read(
        "medications: [{drug: sertraline, started: 2025-01-01, stopped: 2025-06-30}]\n"
        "conditions: [{condition: anemia, since: 2024, until: 2025-03}]\n"
        "pregnancies: [{last_period: 2019-02-01, ended: 2019-11-04}]\n"
    )
    before, after = patient.as_of(date(2025, 2, 28)), patient.as_of(date(2025, 6, 30))
    assert before.medications[0].stopped is None
    assert before.conditions[0].until is None
    assert str(after.medications[0].stopped) == "2025-06-30"
    assert patient.as_of(date(2019, 11, 3)).pregnancies[0].ended is None
    assert patient.as_of(date(2019, 1, 31)).pregnancies == ()


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[str, YamlFile]:
    name = draw(st.sampled_from(example_names()))
    file = example_file(name)
    data = {
        key: tuple(draw(st.permutations(part))) if isinstance(part, tuple) else part
        for key, part in file.data.items()
    }
    for key in ("answers", "labs"):
        inner = "answers" if key == "answers" else "results"
        data[key] = tuple(
            {**entry, inner: dict(draw(st.permutations(list(entry[inner].items()))))}
            for entry in data.get(key, ())
        )
    return name, replace(file, data=data)


@given(given_order=shuffled())
def test_the_order_of_lists_changes_nothing(given_order: tuple[str, YamlFile]) -> None:
    name, file = given_order
    patient = patient_from(file, load(), TODAY)
    assert content(patient) == content(patient_from(example_file(name), load(), TODAY))


SAME_DAY = [
    "{on: 2026-05-03, results: {ferritin: 23 ug/L}}",
    "{on: 2026-05-03, results: {crp: 3 mg/L, hemoglobin: 12 g/dL}}",
    '{on: 2026-05-03, at: "08:00", results: {ferritin: 25 ug/L}}',
    '{on: 2026-05-03, at: "18:00", results: {ferritin: 21 ug/L}}',
]
SAME_EVENING = [
    "{on: 2026-05-03, rules: aasm-3, plms_index_per_h: 12}",
    "{on: 2026-05-03, rules: wasm-2016, plms_index_per_h: 14}",
    "{on: 2026-05-03, immobilization_plmw_index_per_h: 40}",
]


@given(draws=st.permutations(SAME_DAY), nights=st.permutations(SAME_EVENING))
def test_nor_does_it_among_facts_of_one_day(draws: list[str], nights: list[str]) -> None:
    def read(draws: list[str], nights: list[str]) -> Patient:
        lists = f"labs: [{', '.join(draws)}]\nnights: [{', '.join(nights)}]\n"
        record = f"id: x\nperson: {{born: 1980}}\n{lists}"
        return patient_from(parse("r.yaml", record.encode(), PatientError), load(), TODAY)

    assert content(read(draws, nights)) == content(read(SAME_DAY, SAME_EVENING))


def analytes_and_units(base: KnowledgeBase) -> list[tuple[Analyte, str]]:
    return [(a, unit) for a in base.of(Analyte).values() for unit in a.factors]


@given(pair=st.sampled_from(analytes_and_units(load())), share=st.floats(0.01, 0.99))
def test_a_value_is_the_same_in_every_unit(pair: tuple[Analyte, str], share: float) -> None:
    analyte, unit = pair
    value = analyte.minimum + share * (analyte.maximum - analyte.minimum)
    own, other = f"{value:.12f}", f"{value / analyte.factors[unit]:.12f}"
    results = [
        patient_from(
            parse(
                "record.yaml",
                f"id: x\nperson: {{born: 1980}}\nlabs:\n  - on: 2026-05-03\n    results:\n"
                f'      {analyte.id}: "{number} {written}"\n'.encode(),
                PatientError,
            ),
            load(),
            TODAY,
        )
        .draws[0]
        .results[analyte.id]
        for number, written in ((own, analyte.unit), (other, unit))
    ]
    assert results[1].value == pytest.approx(results[0].value, rel=1e-9)
    assert results[0].unit == results[1].unit == analyte.unit
    assert results[1].entered.endswith(unit)


def test_units_change_no_conclusion() -> None:
    text = example_text("iron-deficient")
    other = (
        text.replace("iron: 9.1 umol/L", "iron: 50.82 ug/dL")
        .replace("ferritin: 23 ng/mL", "ferritin: 23 ug/L")
        .replace("hemoglobin: 11.6 g/dL", "hemoglobin: 116 g/L")
    )
    assert other.count("50.82") == other.count("23 ug/L") == other.count("116 g/L") == 1
    found = []
    for written in (text, other):
        patient = patient_from(parse("r.yaml", written.encode(), PatientError), load(), TODAY)
        assessment = assess(patient, load(), date(2026, 5, 10))
        found.append({f.conclusion.id: f.conclusion.truth for f in assessment.findings()})
    assert found[0] == found[1]
    assert found[0]
