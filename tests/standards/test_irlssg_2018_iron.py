"""IRLSSG 2018 on iron, clause by clause, and how it differs from what came before."""

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
    ferritin: float, saturation: float, edition: str = "irlssg-2018", born: str = "1960-03-14"
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


def state(ferritin: float, saturation: float, edition: str = "irlssg-2018") -> str:
    return findings(ferritin, saturation, edition)["iron-status"].state


@pytest.mark.parametrize(
    ("ferritin", "expected"),
    [
        (75.0, "oral or IV iron may be discussed"),
        (75.1, "only IV may be discussed"),
        (100.0, "only IV may be discussed"),
        (100.1, "no iron indication in RLS"),
    ],
)
def test_oral_up_to_75_and_vein_up_to_100(ferritin: float, expected: str) -> None:
    assert state(ferritin, 30.0) == expected


@pytest.mark.parametrize(
    ("saturation", "expected"),
    [(44.9, "only IV may be discussed"), (45.0, "no iron: stop and refer")],
)
def test_only_with_a_saturation_below_45(saturation: float, expected: str) -> None:
    assert state(90.0, saturation) == expected


def test_a_low_saturation_alone_is_not_enough() -> None:
    assert findings(150.0, 15.0)["R-FE-02"].conclusion.truth is Truth.NO


@pytest.mark.parametrize(("ferritin", "truth"), [(300.0, Truth.NO), (300.1, Truth.YES)])
def test_trials_of_intravenous_iron_end_at_300(ferritin: float, truth: Truth) -> None:
    assert findings(ferritin, 30.0)["R-FE-05"].conclusion.truth is truth


@pytest.mark.parametrize(("ferritin", "truth"), [(49.9, Truth.YES), (50.0, Truth.NO)])
def test_children_below_50(ferritin: float, truth: Truth) -> None:
    found = findings(ferritin, 30.0, born="2015-03-14")
    assert found["R-FE-11"].conclusion.truth is truth
    assert found["R-FE-02"].conclusion.truth is Truth.NO


def test_kidney_failure_has_no_rule_of_its_own_yet() -> None:
    assert "R-FE-12" not in findings(60.0, 15.0)


@pytest.mark.parametrize(
    ("edition", "ferritin", "expected"),
    [
        ("practice-before-2016", 49.9, "only oral iron may be discussed"),
        ("practice-before-2016", 50.0, "no iron indication in RLS"),
        ("aan-2016", 75.0, "only oral iron may be discussed"),
        ("aan-2016", 75.1, "no iron indication in RLS"),
    ],
)
def test_before_it_only_iron_by_mouth(edition: str, ferritin: float, expected: str) -> None:
    assert state(ferritin, 30.0, edition) == expected
    assert not {"R-FE-03", "R-FE-04", "R-FE-05", "R-FE-11"} & set(findings(60.0, 30.0, edition))
