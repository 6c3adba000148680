"""Clock windows across midnight, and what a diary makes of them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.circadian import circadian_pattern, touches, within
from ekbom.knowledge.loading import load
from ekbom.logic import Conclusion, Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import DiaryEntry, GivenAnswer, MedicationUse, Patient, Person

BASE = load()
DAY = date(2026, 5, 10)
ONSET = "usual-onset-clock"
PERSON = Person(PartialDate(date(1970, 1, 1), date(1970, 1, 1)))


def at(clock: str) -> time:
    return time.fromisoformat(clock)


def entry(began: str, ended: str = "", days_before: int = 0) -> DiaryEntry:
    return DiaryEntry(DAY - timedelta(days=days_before), at(began), at(ended) if ended else None)


def concluded(
    *diary: DiaryEntry,
    onsets: tuple[str, ...] = (),
    medications: tuple[MedicationUse, ...] = (),
    answers: tuple[GivenAnswer, ...] = (),
) -> dict[str, Conclusion]:
    given_onsets = tuple(
        GivenAnswer(ONSET, clock, date(2025, month, 1)) for month, clock in enumerate(onsets, 1)
    )
    patient = Patient(
        "p", PERSON, answers=(*given_onsets, *answers), medications=medications, diary=diary
    )
    case = Case(patient, BASE, DAY, editions_on(DAY, BASE))
    return {f.conclusion.id: f.conclusion for f in circadian_pattern(case, {})}


@pytest.mark.parametrize(
    ("clock_h", "inside"),
    [(18, True), (17.99, False), (23.5, True), (0, True), (3.99, True), (4, False), (12, False)],
)
def test_a_window_may_pass_midnight(clock_h: float, inside: bool) -> None:
    assert within(clock_h, 18, 4) is inside


@given(st.floats(0, 23.99), st.integers(0, 23), st.integers(0, 23))
def test_a_clock_time_lies_in_a_window_or_in_the_rest_of_the_day(
    clock_h: float, begins: int, ends: int
) -> None:
    if begins != ends:
        assert within(clock_h, begins, ends) is not within(clock_h, ends, begins)


@pytest.mark.parametrize(
    ("began", "ended", "reaches"),
    [
        ("09:00", "09:05", True),
        ("10:59", "", True),
        ("11:00", "12:00", False),
        ("22:00", "09:00", False),
        ("22:00", "09:01", True),
        ("22:00", "", None),
        ("11:00", "10:00", True),
        ("08:00", "08:00", False),
        ("00:15", "03:00", False),
    ],
)
def test_a_spell_reaches_the_protected_morning(
    began: str, ended: str, reaches: bool | None
) -> None:
    assert touches(entry(began, ended), 9, 11) is reaches


@pytest.mark.parametrize(
    ("n_evening", "n_day", "truth"),
    [(7, 3, Truth.YES), (6, 3, Truth.UNKNOWN), (5, 5, Truth.UNKNOWN), (4, 5, Truth.NO)],
)
def test_share_of_the_evening(n_evening: int, n_day: int, truth: Truth) -> None:
    diary = [entry("22:00", "23:00")] * n_evening + [entry("14:00", "15:00")] * n_day
    found = concluded(*diary)["R-CIRC-01"]
    assert found.truth is truth
    assert bool(found.all_missing()) is (truth is Truth.UNKNOWN)


@pytest.mark.parametrize(
    ("began", "truth"),
    [
        ("17:59", Truth.NO),
        ("18:00", Truth.YES),
        ("03:59", Truth.YES),
        ("04:00", Truth.NO),
    ],
)
def test_the_evening_begins_at_six_and_the_night_ends_at_four(began: str, truth: Truth) -> None:
    assert concluded(*[entry(began)] * 7)["R-CIRC-01"].truth is truth


@pytest.mark.parametrize(
    ("began", "truth"),
    [
        ("08:30", Truth.YES),
        ("09:00", Truth.NO),
        ("10:59", Truth.NO),
        ("11:00", Truth.YES),
    ],
)
def test_the_protected_morning_lasts_from_nine_to_eleven(began: str, truth: Truth) -> None:
    ended = "08:59" if began < "09:00" else "11:30"
    assert concluded(*[entry(began, ended)] * 7)["R-CIRC-02"].truth is truth


def test_one_bad_morning_in_ten_spells_is_allowed_and_two_are_not() -> None:
    calm, bad = [entry("22:00", "23:00")] * 8, entry("09:30", "10:00")
    assert concluded(*calm, calm[0], bad)["R-CIRC-02"].truth is Truth.YES
    assert concluded(*calm, bad, bad)["R-CIRC-02"].truth is Truth.NO


def test_spells_without_end_leave_the_morning_open_unless_enough_reach_it_anyway() -> None:
    open_end, bad = entry("22:00"), entry("09:30", "10:00")
    assert concluded(*[open_end] * 7)["R-CIRC-02"].truth is Truth.UNKNOWN
    assert concluded(*[open_end] * 7, bad, bad)["R-CIRC-02"].truth is Truth.NO


def test_six_spells_are_too_few_and_the_answer_decides() -> None:
    six = [entry("14:00", "15:00")] * 6
    assert concluded(*six)["R-CIRC-01"].truth is Truth.UNKNOWN
    assert concluded(*six, onsets=("22:00",))["R-CIRC-01"].truth is Truth.YES


def test_spells_of_an_older_month_are_left_out() -> None:
    old = [entry("14:00", "15:00", days_before=28)] * 20
    now = [entry("22:00", "23:00", days_before=n) for n in range(7)]
    assert concluded(*old, *now)["R-CIRC-01"].truth is Truth.YES


def test_an_onset_outside_the_morning_does_not_show_that_the_morning_is_free() -> None:
    assert concluded(onsets=("22:00",))["R-CIRC-02"].truth is Truth.UNKNOWN
    assert concluded(onsets=("09:30",))["R-CIRC-02"].truth is Truth.NO


def test_shift_work_leaves_the_pattern_open_with_a_caveat() -> None:
    shifts = GivenAnswer("circadian-rhythm-disorder", "yes", DAY)
    for conclusion in (
        concluded(onsets=("22:00",), answers=(shifts,))[name] for name in ("R-CIRC-01", "R-CIRC-02")
    ):
        assert conclusion.truth is Truth.UNKNOWN
        assert "unusual-hours" in [caveat.code for caveat in conclusion.all_caveats()]


@pytest.mark.parametrize(
    ("onsets", "truth"),
    [
        (("22:00", "20:00"), Truth.YES),
        (("22:00", "20:01"), Truth.NO),
        (("01:00", "23:00"), Truth.YES),
        (("23:00", "01:00"), Truth.NO),
        (("22:00", "23:30", "21:00"), Truth.YES),
        # By the whole day earlier, not a little later.
        (("22:00", "09:30"), Truth.YES),
        # Neither the end of the night nor the next morning for sure.
        (("22:00", "06:00"), Truth.UNKNOWN),
        (("06:00", "22:00", "19:00"), Truth.YES),
        (("22:00",), Truth.UNKNOWN),
    ],
)
def test_onset_that_moved_earlier_on_pramipexole(onsets: tuple[str, ...], truth: Truth) -> None:
    found = concluded(onsets=onsets, medications=(MedicationUse("pramipexole"),))
    assert found["R-CIRC-03"].truth is truth
    codes = [caveat.code for caveat in found["R-CIRC-01"].all_caveats()]
    assert ("earlier-onset" in codes) is (truth is Truth.YES)


def test_without_a_complete_list_of_medicines_an_earlier_onset_stays_open() -> None:
    assert concluded(onsets=("22:00", "19:00"))["R-CIRC-03"].truth is Truth.UNKNOWN


def test_windows_are_cited_with_their_sources() -> None:
    diary = [entry("22:00", "23:00")] * 7
    cited = {c.source for c in concluded(*diary)["R-CIRC-02"].cited()}
    assert "trenkwalder-1999" in cited
