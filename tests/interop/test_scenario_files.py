"""Scenario files: what they come to, and what is refused, where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ekbom.errors import ScenarioError, UsageError
from ekbom.interop.plain_files import parsed
from ekbom.interop.scenario_files import (
    SCENARIO,
    example_scenario,
    example_scenario_names,
    example_scenario_text,
    read_scenario,
)
from ekbom.knowledge.loading import load
from ekbom.mechanism.scenarios.scenario import Scenario
from ekbom.mechanism.scenarios.scenario_file import scenario_from
from ekbom.mechanism.scenarios.scenario_record import scenario_schema

PLAIN: dict[str, Any] = {
    "title": "A try",
    "start": "2026-01-05",
    "days": 30,
    "person": {
        "sex": "female",
        "born": "1980",
        "labs": {"ferritin": "28 ng/mL", "transferrin-saturation": "15 %"},
    },
    "courses": [
        {"name": "nothing"},
        {
            "name": "agonist",
            "regimen": [
                {"drug": "pramipexole", "form": "salt", "dose": "0.25 mg", "times": ["20:00"]}
            ],
        },
    ],
}


def scenario(**changes: Any) -> Scenario:
    return scenario_from(parsed("s.json", json.dumps(PLAIN | changes).encode(), SCENARIO), load())


def line(**changes: Any) -> list[dict[str, Any]]:
    """One course with one line."""
    one = {"drug": "pregabalin", "dose": "150 mg", "times": ["21:00"]} | changes
    return [{"name": "one", "regimen": [one]}]


def person(**changes: Any) -> dict[str, Any]:
    return PLAIN["person"] | changes


@pytest.mark.parametrize("name", example_scenario_names())
def test_every_example_is_read(name: str) -> None:
    found = example_scenario(name, load())
    assert found.courses
    assert found.question.endswith("?")


def test_a_file_on_disk_is_read_like_the_example(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(example_scenario_text("missed-doses"), encoding="utf-8")
    found = read_scenario(path, load())
    days = [course.lines[0].days.mean() for course in found.courses]
    assert days[0] == 1
    assert abs(days[1] - 0.8) < 0.12
    assert abs(days[2] - 0.5) < 0.15


def test_missed_doses_are_the_same_at_every_reading() -> None:
    once, again = (example_scenario("missed-doses", load()) for _ in range(2))
    for one, other in zip(once.courses, again.courses, strict=True):
        assert np.array_equal(one.lines[0].days, other.lines[0].days)


def test_what_was_not_given_is_assumed_and_said() -> None:
    found = scenario()
    assert set(found.assumed) == {
        "body weight",
        "haemoglobin",
        "severity (IRLS)",
        "PLMS index",
        "waking after sleep onset",
        "awakenings",
    }
    assert found.person.ferritin_ug_per_l == 28


def test_what_lies_outside_of_what_trials_saw_is_named() -> None:
    labs = {"ferritin": "3 ng/mL", "hemoglobin": "6.5 g/dL"}
    found = scenario(person=person(labs=labs, irls=9, weight="180 kg"))
    named = [name for name in found.assumed if name.startswith("that trials tell of such")]
    assert [name.removeprefix("that trials tell of such a ") for name in named] == [
        "ferritin",
        "haemoglobin",
        "severity (IRLS)",
        "body weight",
    ]
    assert not any(name.startswith("that trials") for name in scenario().assumed)


def test_saturation_is_assumed_from_ferritin() -> None:
    low, high = (
        scenario(person=person(labs={"ferritin": f"{ferritin} ng/mL"})).person.tsat_percent
        for ferritin in (10, 150)
    )
    assert low < 20 < 25 < high


def test_movements_that_can_hardly_fall_are_said() -> None:
    near = "movements near the most of the model"
    assert near in scenario(person={"sex": "female", "plms_index_per_h": 88}).assumed
    assert near not in scenario(person={"sex": "female", "plms_index_per_h": 50}).assumed


def test_expectation_is_on_where_something_is_taken_unless_said() -> None:
    assert [course.hopes for course in scenario().courses] == [False, True]
    courses = [
        PLAIN["courses"][0] | {"expectation": "yes"},
        PLAIN["courses"][1] | {"expectation": "no"},
    ]
    assert [course.hopes for course in scenario(courses=courses).courses] == [True, False]


def test_base_is_counted_as_salt() -> None:
    salt = scenario(courses=line(drug="pramipexole", form="salt", dose="0.25 mg"))
    base = scenario(courses=line(drug="pramipexole", form="base", dose="0.18 mg"))
    doses = [one.courses[0].lines[0].dose_mg for one in (salt, base)]
    assert doses[0] == pytest.approx(doses[1], rel=0.03)


def test_days_of_a_line() -> None:
    def days(**changes: Any) -> list[int]:
        course = scenario(courses=line(**changes)).courses[0]
        return np.flatnonzero(course.lines[0].days).tolist()

    assert days(start="2026-01-07", stop="2026-01-10") == [2, 3, 4]
    assert days(every_days=10) == [0, 10, 20]
    assert days(on=["2026-01-05", "2026-01-08"]) == [0, 3]
    assert days(stop="2026-01-09", skipped=["2026-01-06"]) == [0, 2, 3]
    assert len(days()) == 30


def test_lost_blood_is_iron_by_haemoglobin() -> None:
    def lost(hemoglobin: str) -> float:
        labs = {"hemoglobin": hemoglobin}
        found = scenario(person=person(labs=labs), courses=line(drug="blood", dose="450 mL"))
        return found.courses[0].lines[0].dose_mg

    assert lost("14 g/dL") == pytest.approx(450 * 0.14 * 3.39)
    assert lost("7 g/dL") == pytest.approx(lost("14 g/dL") / 2)


def test_a_late_sleeper_has_a_late_clock() -> None:
    late = scenario(sleep={"lights_off": "02:00", "lights_on": "10:00"})
    assert late.person.phase_shift_h == pytest.approx(3)
    assert scenario().person.phase_shift_h == pytest.approx(0)


def test_genes_move_nothing_by_default_and_never_ferritin() -> None:
    quiet = scenario(genes={"meis1": 2})
    assert (quiet.person.barrier_shift, quiet.person.receptor_shift) == (0, 0)
    told = scenario(genes={"MEIS1": 2}, gene_pathway="barrier")
    assert told.person.barrier_shift < 0
    assert told.person.ferritin_ug_per_l == quiet.person.ferritin_ug_per_l


def test_what_was_taken_so_far_ends_with_the_start() -> None:
    so_far = [{"drug": "ropinirole", "dose": "1 mg", "times": ["20:00"], "start": "2025-10-01"}]
    found = scenario(taken_so_far=so_far)
    assert found.n_before == 96
    assert found.before[0].days.all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"days": 0}, "days: 0 days is out of range"),
        ({"days": 1_000_000}, "days: 1e+06 days is out of range"),
        ({"start": "9990-01-01", "days": 36000}, "36000 days from 9990-01-01"),
        ({"draws": 0}, "draws: 0 is out of range"),
        ({"seed": -1}, "-1 is negative"),
        ({"variant": "phlogiston"}, "no variant 'phlogiston'"),
        ({"courses": []}, "no course"),
        ({"courses": [{"name": "a"}, {"name": "a"}]}, "'a' stands twice"),
        ({"start": "2026-02-30"}, "is no full date"),
        ({"start": "1970-01-01"}, "1970-01-01 is before birth"),
        ({"typo": 1}, "unknown key 'typo'"),
        ({"days": "many"}, "a whole number"),
        ({"person": {"sex": "female", "born": "2015"}}, "under 18 years"),
        ({"person": {"sex": "female", "labs": {"ferritin": "0 ng/mL"}}}, "cannot be right"),
        ({"person": {"sex": "female", "labs": {"ferritin": "0.5 ng/mL"}}}, "is out of range"),
        ({"person": {"sex": "female", "labs": {"ferritin": "-5 ng/mL"}}}, "ferritin"),
        ({"person": {"sex": "female", "labs": {"ferritin": 30}}}, "30 without a unit"),
        ({"person": {"sex": "female", "labs": {"transferrin-saturation": "120 %"}}}, "120"),
        ({"person": {"sex": "female", "labs": {"ferritin": "<5 ng/mL"}}}, "only a bound"),
        ({"person": {"sex": "female", "labs": {"crp": "5 mg/L"}}}, "the model has no crp"),
        ({"person": {"sex": "female", "irls": 41}}, "person.irls: 41 is out of range"),
        ({"person": {"sex": "female", "weight": 70}}, "70 without a unit"),
        ({"person": {"sex": "female", "weight": "70 lb"}}, "70 lb"),
        ({"person": {"sex": "female", "plms_index_per_h": 500}}, "500 is out of range"),
        ({"sleep": {"lights_off": "23:00", "lights_on": "23:10"}}, "a night of"),
        ({"sleep": {"lights_off": "25:00"}}, "is no clock time"),
        ({"genes": {"xyz1": 1}}, "no odds on file for 'xyz1'"),
        ({"genes": {"meis1": 3}}, "3 is out of range"),
        ({"courses": line(drug="aspirin")}, "the model has no aspirin"),
        ({"courses": line(drug="levodopa")}, "levodopa"),
        ({"courses": line(drug="Mirapex")}, "brands are not known"),
        ({"courses": line(dose=150)}, "150 without a unit"),
        ({"courses": line(dose="150")}, "its unit is missing"),
        ({"courses": line(dose="-1 mg")}, "it is negative"),
        ({"courses": line(dose="3 tablets")}, "no dose"),
        ({"courses": line(dose="99 g")}, "out of range"),
        ({"courses": line(drug="pramipexole", dose="1 mg")}, "pramipexole without its form"),
        ({"courses": line(drug="blood", dose="450")}, "no volume"),
        ({"courses": line(drug="blood", dose="9000 mL")}, "out of range"),
        ({"courses": line(times=[])}, "no clock time"),
        ({"courses": line(times=["24:10"])}, "is no clock time"),
        ({"courses": line(start="1975-01-01")}, "1975-01-01 is before birth"),
        ({"courses": line(start="2027-01-01")}, "is outside"),
        ({"courses": line(start="2026-01-09", stop="2026-01-06")}, "it stops before it starts"),
        ({"courses": line(on=["2027-01-01"])}, "is outside"),
        ({"courses": line(on=["2026-01-06"], every_days=2)}, "both are written"),
        ({"courses": line(every_days=0)}, "out of range"),
        ({"courses": line(missed=1.5)}, "1.5 is out of range"),
        ({"taken_so_far": [{"drug": "ropinirole", "dose": "1 mg", "times": ["20:00"]}]}, "start"),
        (
            {
                "taken_so_far": [
                    {
                        "drug": "ropinirole",
                        "dose": "1 mg",
                        "times": ["20:00"],
                        "start": "2026-03-01",
                    }
                ]
            },
            "is not before",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(**changes)
    assert said in str(caught.value)
    assert str(caught.value).startswith("s.json")


def test_the_line_is_named(tmp_path: Path) -> None:
    text = example_scenario_text("missed-doses").replace("150 mg", "150", 1)
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"s\.yaml:14: courses\[0\]\.regimen\[0\]\.dose"):
        read_scenario(path, load())


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such file"):
        read_scenario(tmp_path / "none.yaml", load())
    with pytest.raises(ScenarioError, match="this is a folder"):
        read_scenario(tmp_path, load())
    empty = tmp_path / "empty.yaml"
    empty.touch()
    with pytest.raises(ScenarioError, match="the file is empty"):
        read_scenario(empty, load())
    with pytest.raises(UsageError, match="no example 'xyz'"):
        example_scenario("xyz", load())


def test_the_schema_on_file_is_current() -> None:
    root = Path(__file__).resolve().parents[2]
    assert json.loads((root / "docs/schemas/scenario.json").read_text()) == scenario_schema()
