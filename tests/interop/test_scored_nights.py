"""A night that ``ekbom score --json`` wrote, as a record keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ekbom.cli.main import main
from ekbom.errors import PatientError
from ekbom.interop.patient_files import read_patient
from ekbom.interop.scored_nights import read_scored_night, written_night
from ekbom.knowledge.loading import load
from ekbom.patient.patient import NightSummary

EVENING = date(2026, 4, 12)


def run(*arguments: object) -> None:
    assert main([str(argument) for argument in arguments]) == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic hour with a sleeper who stops breathing, scored by one edition and by all."""
    folder = tmp_path_factory.mktemp("nights")
    run("synth", folder / "n.edf", "--hours", "1", "--profile", "sleep-apnea")
    return folder


def scored(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> Path:
    capsys.readouterr()
    run("score", "--events", folder / "n.truth.tsv", "--json", *options)
    path = folder / "night.json"
    path.write_text(capsys.readouterr().out)
    return path


@pytest.fixture
def one(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    return scored(folder, capsys)


def test_numbers_are_those_of_the_scoring(one: Path) -> None:
    night, found = read_scored_night(one, EVENING), json.loads(one.read_text())
    indices, sleep = found["indices"], found["sleep"]
    assert night == NightSummary(
        on=EVENING,
        method="polysomnography",
        rules="wasm-2016",
        scored_by_ekbom=True,
        plms_index_per_h=indices["plms_nonrespiratory_per_h"],
        respiratory_movements="excluded",
        plms_arousal_index_per_h=indices["plms_arousal_per_h"],
        arousal_index_per_h=sleep["arousal_index_per_h"],
        sleep_efficiency_percent=sleep["sleep_efficiency_percent"],
        sleep_latency_min=sleep["sleep_latency_min"],
        wake_after_sleep_onset_min=sleep["wake_after_sleep_onset_min"],
        total_sleep_time_min=sleep["total_sleep_time_min"],
        plmw_index_per_h=indices["plmw_per_h"],
    )
    assert indices["plms_nonrespiratory_per_h"] < indices["plms_with_respiratory_per_h"]


def test_without_breathing_events_nobody_knows_what_was_excluded(one: Path) -> None:
    found = json.loads(one.read_text())
    found["caveats"].append({"code": "no-respiratory-events", "statement": "", "where": ""})
    one.write_text(json.dumps(found))
    assert read_scored_night(one, EVENING).respiratory_movements == "unknown"


def test_of_several_editions_the_record_names_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = scored(folder, capsys, "--rules", "all")
    with pytest.raises(PatientError, match="several editions: wasm-2016, aasm-3"):
        read_scored_night(path, EVENING)
    assert read_scored_night(path, EVENING, "aasm-3").rules == "aasm-3"
    with pytest.raises(PatientError, match="not scored by ferri-2006"):
        read_scored_night(path, EVENING, "ferri-2006")


def test_an_immobilization_test_is_no_night_of_sleep(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = scored(folder, capsys, "--immobilization-test")
    night, found = read_scored_night(path, EVENING), json.loads(path.read_text())
    value = found["immobilization_test"]["finding"]["value_per_h"]
    assert night.immobilization_plmw_index_per_h == value
    assert (night.plms_index_per_h, night.method) == (None, "unknown")


def record(path: Path, night: str) -> Any:
    path.write_text(f"id: x\nperson: {{born: 1980}}\nnights:\n  - {{on: 2026-04-12, {night}}}\n")
    return read_patient(path, load(), date(2026, 5, 10))


def test_the_name_is_relative_to_the_record(one: Path) -> None:
    (night,) = record(one.with_name("record.yaml"), "file: night.json").nights
    assert night.scored_by_ekbom
    assert night.path == "nights[0]"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("{", "not JSON"),
        ("[]", "no scored night"),
        ('{"rules": "wasm-2016"}', "no scored night"),
        ('{"rules": "wasm-2016", "recording": {}, "caveats": []}', "no scored night"),
        ('{"rules": "w", "recording": {}, "caveats": [], "sleep": 3, "indices": 4}', "no scored"),
        ('{"editions": {}, "recording": {}, "caveats": []}', "no scored night"),
        ('{"editions": {"a": 1}, "recording": {}, "caveats": []}', "no scored night"),
    ],
)
def test_another_file_is_refused_with_its_place_in_the_record(
    content: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "night.json").write_text(content)
    with pytest.raises(PatientError, match=said) as caught:
        record(tmp_path / "record.yaml", "file: night.json")
    assert str(caught.value).startswith("record.yaml:4: nights[0].file: ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PatientError, match=r"nights\[0\]\.file: none.json: there is no such file"):
        record(tmp_path / "record.yaml", "file: none.json")


def test_scored_night_written_into_a_record_is_read_back_as_the_same(
    one: Path, tmp_path: Path
) -> None:
    night = read_scored_night(one, EVENING)
    record = {"id": "n", "person": {"born": 1960}, "nights": [written_night(night)]}
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record))
    (read,) = read_patient(path, load(), date(2026, 5, 1)).nights
    assert replace(read, path="") == night


def test_night_of_another_scorer_is_written_without_one() -> None:
    written = written_night(NightSummary(on=EVENING, plms_index_per_h=0.0))
    assert written == {"on": "2026-04-12", "plms_index_per_h": 0.0}
