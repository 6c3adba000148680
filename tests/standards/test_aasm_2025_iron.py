"""AASM 2025 on iron, clause by clause: values, the draw, and where we read it more narrowly."""

from __future__ import annotations

from datetime import date, time

import pytest

from ekbom.assessment.assess import assess
from ekbom.assessment.findings import Finding
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import Draw, LabResult, Patient, Person

DAY = date(2026, 5, 10)


def findings(
    ferritin: float, saturation: float, edition: str = "aasm-2025", born: str = "1960-03-14"
) -> dict[str, Finding]:
    day_of_birth = PartialDate.parse(born)
    assert day_of_birth is not None
    results = {
        "ferritin": LabResult("ferritin", ferritin, "ug/L", f"{ferritin}"),
        "transferrin-saturation": LabResult(
            "transferrin-saturation", saturation, "%", f"{saturation}"
        ),
        "crp": LabResult("crp", 1.0, "mg/L", "1"),
    }
    draw = Draw(DAY, results, time(8), 36.0)
    patient = Patient("clause", Person(day_of_birth, "male"), draws=(draw,))
    section = assess(patient, load(), DAY, {"iron": edition}).section("iron")
    return {finding.conclusion.id: finding for finding in section}


def state(ferritin: float, saturation: float, edition: str = "aasm-2025") -> str:
    return findings(ferritin, saturation, edition)["iron-status"].state


@pytest.mark.parametrize(
    ("ferritin", "saturation", "expected"),
    [
        (75.0, 30.0, "oral or IV iron may be discussed"),
        (75.1, 30.0, "only IV may be discussed"),
        (100.0, 30.0, "only IV may be discussed"),
        (100.1, 30.0, "no iron indication in RLS"),
        (85.0, 19.9, "oral or IV iron may be discussed"),
        (85.0, 20.0, "only IV may be discussed"),
        (100.0, 19.9, "oral or IV iron may be discussed"),
    ],
)
def test_ferritin_up_to_75_or_saturation_below_20_and_vein_up_to_100(
    ferritin: float, saturation: float, expected: str
) -> None:
    assert state(ferritin, saturation) == expected


@pytest.mark.parametrize("ferritin", [100.1, 300.0, 300.1])
def test_as_printed_a_low_saturation_has_no_upper_ferritin(ferritin: float) -> None:
    found = findings(ferritin, 19.9)
    assert found["R-FE-02"].conclusion.truth is Truth.YES
    assert found["R-FE-02"].state == "holds, but does not decide"


@pytest.mark.parametrize(
    ("ferritin", "expected"),
    [
        (100.1, "specialist review"),
        (300.0, "specialist review"),
        (300.1, "no iron indication in RLS"),
    ],
)
def test_our_narrower_reading_decides(ferritin: float, expected: str) -> None:
    assert state(ferritin, 19.9) == expected


@pytest.mark.parametrize("ferritin", [10.0, 75.0, 90.0, 200.0, 400.0])
@pytest.mark.parametrize("saturation", [45.0, 60.0])
def test_the_stop_limit_is_another_limit_than_the_low_one(
    ferritin: float, saturation: float
) -> None:
    assert state(ferritin, saturation) == "no iron: stop and refer"


@pytest.mark.parametrize(("ferritin", "truth"), [(49.9, Truth.YES), (50.0, Truth.NO)])
def test_children_below_50(ferritin: float, truth: Truth) -> None:
    found = findings(ferritin, 30.0, born="2015-03-14")
    assert found["R-FE-11"].conclusion.truth is truth


@pytest.mark.parametrize(
    ("clock", "hours", "truth"),
    [
        (time(8), 24.0, Truth.YES),
        (time(8), 23.9, Truth.NO),
        (time(12), 36.0, Truth.NO),
    ],
)
def test_drawn_in_the_morning_24_hours_after_iron(clock: time, hours: float, truth: Truth) -> None:
    results = {
        "ferritin": LabResult("ferritin", 40.0, "ug/L", "40"),
        "transferrin-saturation": LabResult("transferrin-saturation", 15.0, "%", "15"),
    }
    born = PartialDate.parse("1960-03-14")
    assert born is not None
    draw = Draw(DAY, results, clock, hours)
    patient = Patient("clause", Person(born, "male"), draws=(draw,))
    conclusion = assess(patient, load(), DAY).conclusion("R-FE-00")
    assert conclusion is not None
    assert conclusion.truth is truth


def test_it_is_the_edition_in_force_today() -> None:
    born = PartialDate.parse("1960-03-14")
    assert born is not None
    assert assess(Patient("clause", Person(born)), load(), DAY).editions["iron"] == "aasm-2025"
