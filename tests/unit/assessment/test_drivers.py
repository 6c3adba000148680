"""Drivers: present only where a link is shown, in an order that shows no number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.drivers import ABSENT, NOT_KNOWN, ON_RECORD, PRESENT, drivers
from ekbom.assessment.findings import Finding
from ekbom.assessment.iron import iron
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.clinic import Driver
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import ConditionFact, Draw, LabResult

DRIVERS = load().of(Driver)
NOT_SHOWN = {id for id, driver in DRIVERS.items() if driver.level in ("insufficient", "hypothesis")}
CONDITIONS = {
    id: line.fact.partition(":")[2]
    for id, driver in DRIVERS.items()
    for line in driver.lines
    if line.fact.startswith("condition:")
}
DAY = PartialDate.parse("2024-05-01")
ENOUGH_IRON = Draw(
    date(2026, 5, 1),
    {
        "ferritin": LabResult("ferritin", 150.0, "ug/L", "150 ug/L"),
        "transferrin-saturation": LabResult("transferrin-saturation", 30.0, "%", "30 %"),
    },
)


def found(case: Case) -> dict[str, Finding]:
    concluded = {finding.conclusion.id: finding.conclusion for finding in iron(case, {})}
    return {finding.conclusion.id: finding for finding in drivers(case, concluded)}


def recorded(condition: str, present: bool) -> ConditionFact:
    assert DAY is not None
    return ConditionFact(condition, present, DAY)


@pytest.mark.parametrize("driver", sorted(CONDITIONS))
def test_a_recorded_condition_makes_a_driver_only_where_the_link_is_shown(
    case_of: Callable[..., Case], driver: str
) -> None:
    case = case_of(conditions=(recorded(CONDITIONS[driver], True),), draws=(ENOUGH_IRON,))
    finding = found(case)[f"R-DRV-01:{driver}"]
    if driver in NOT_SHOWN:
        assert (finding.state, finding.conclusion.truth) == (ON_RECORD, Truth.UNKNOWN)
        assert not finding.words.patient
    else:
        assert (finding.state, finding.conclusion.truth) == (PRESENT, Truth.YES)


@pytest.mark.parametrize("driver", sorted(DRIVERS))
def test_nothing_on_record_is_never_taken_for_absence(
    case_of: Callable[..., Case], driver: str
) -> None:
    finding = found(case_of())[f"R-DRV-01:{driver}"]
    assert finding.conclusion.truth is Truth.UNKNOWN
    assert finding.state == NOT_KNOWN
    assert finding.level == DRIVERS[driver].level
    assert finding.conclusion.all_missing()


def test_a_claim_that_is_unverified_never_carries_a_driver() -> None:
    claims = load().of(Claim)
    for driver in DRIVERS.values():
        assert all(claims[claim].may_drive for claim in driver.claims)
        if driver.history and not driver.claims:
            assert driver.level in ("insufficient", "hypothesis")


def test_the_numbers_of_the_seeds_are_nowhere() -> None:
    seeds = re.compile(r"\b(80|75|60|50|40|35|30|25|20|15)\s?(%|per cent)")
    for driver in DRIVERS.values():
        for text in (driver.words.clinician, driver.words.patient, driver.name):
            assert not seeds.search(text), driver.id


def test_those_present_come_first(case_of: Callable[..., Case]) -> None:
    case = case_of(conditions=(recorded("migraine", True), recorded("stroke", False)))
    states = [finding.state for id, finding in found(case).items() if id.startswith("R-DRV-01")]
    order = [PRESENT, ON_RECORD, NOT_KNOWN, ABSENT]
    assert states == sorted(states, key=order.index)
    assert states[0] == PRESENT
    assert states[-1] == ABSENT


def test_what_is_absent_is_not_explained(case_of: Callable[..., Case]) -> None:
    finding = found(case_of(conditions=(recorded("migraine", False),)))["R-DRV-01:migraine"]
    assert (finding.words.clinician, finding.words.patient, finding.settles) == ("", "", ())


def test_no_response_does_not_exclude_disturbed_signalling(case_of: Callable[..., Case]) -> None:
    finding = found(case_of({"dopaminergic-response": "no"}))["R-DRV-01:dopamine-signalling"]
    assert finding.conclusion.truth is Truth.UNKNOWN
    assert finding.settles == ()


def test_iron_and_kidneys_alone_are_established_among_major_diseases() -> None:
    established = {id for id, driver in DRIVERS.items() if driver.level == "established"}
    assert established == {"iron-deficiency", "kidney-disease", "family", "pregnancy"}
