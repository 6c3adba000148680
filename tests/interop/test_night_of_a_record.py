"""A scored night joins a record: on which evening, by which rules, in place of which other."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ekbom.errors import PatientError
from ekbom.interop.scored_nights import night_began, night_rules, with_night
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import NightSummary, Patient, Person

BORN = PartialDate(date(1978, 3, 14), date(1978, 3, 14))
FIRST, TODAY = date(2026, 1, 10), date(2026, 5, 13)
EDITIONS = ("wasm-2016", "aasm-3")


def patient(*nights: NightSummary) -> Patient:
    return Patient("anna", Person(BORN, "female"), nights=nights)


@pytest.mark.parametrize(
    ("start", "evening"),
    [
        (datetime(2026, 5, 6, 22, 30), date(2026, 5, 6)),
        (datetime(2026, 5, 7, 0, 15), date(2026, 5, 6)),
        (datetime(2026, 5, 6, 12, 0), date(2026, 5, 6)),
        (datetime(2026, 5, 1, 1, 0), date(2026, 4, 30)),
    ],
)
def test_a_night_belongs_to_the_evening_on_which_it_began(start: datetime, evening: date) -> None:
    assert night_began(start, "night.edf") == evening


def test_a_recording_without_a_date_asks_for_it() -> None:
    with pytest.raises(PatientError, match="--night-on"):
        night_began(None, "night.edf")


def test_a_night_joins_by_the_rules_of_the_nights_before() -> None:
    before = NightSummary(FIRST, rules="aasm-3")
    other = NightSummary(FIRST, rules="visual")
    assert night_rules(patient(before), EDITIONS) == "aasm-3"
    assert night_rules(patient(other), EDITIONS) == "wasm-2016"
    assert night_rules(patient(), EDITIONS) == "wasm-2016"


def test_a_night_takes_its_place_among_the_others() -> None:
    later = NightSummary(date(2026, 4, 1), rules="aasm-3")
    new = NightSummary(FIRST, rules="wasm-2016")
    assert with_night(patient(later), new, TODAY).nights == (new, later)


def test_a_night_of_the_same_evening_and_rules_gives_way_and_no_other() -> None:
    same, other = NightSummary(FIRST, rules="wasm-2016"), NightSummary(FIRST, rules="aasm-3")
    new = NightSummary(FIRST, rules="wasm-2016", plms_index_per_h=20.0)
    found = with_night(patient(same, other), new, TODAY).nights
    assert same not in found
    assert set(found) == {new, other}


@pytest.mark.parametrize(
    ("on", "says"), [(date(2026, 5, 14), "after 2026-05-13"), (date(1970, 1, 1), "before birth")]
)
def test_a_night_outside_the_life_known_of_is_refused(on: date, says: str) -> None:
    with pytest.raises(PatientError, match=says):
        with_night(patient(), NightSummary(on), TODAY)
