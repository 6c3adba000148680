"""Exposure, baseline, surveillance, risk and what guidelines suggest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekbom.assessment.assess import assess, editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.followup.augmentation import augmentation
from ekbom.knowledge.loading import load
from ekbom.logic import Conclusion, Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import (
    FilledQuestionnaire,
    GivenAnswer,
    MedicationUse,
    Patient,
    Person,
)

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
BASE = load()
BORN = PartialDate(date(1960, 1, 1), date(1960, 1, 1))
START, VISIT = date(2020, 1, 10), date(2026, 5, 10)
COMPLETE = GivenAnswer("medication-list-complete", "yes", VISIT)
BEFORE: Mapping[str, str | float] = {
    "usual-onset-clock": "23:30",
    "arms-or-other-parts": "no",
    "latency-at-rest-min": 30.0,
}
LOOKED_AT: Mapping[str, str | float] = {
    "usual-onset-clock": "23:30",
    "arms-or-other-parts": "no",
    "latency-at-rest-min": 30.0,
    "earlier-or-higher-dose-asked": "no",
    "augmentation-suspected": "no",
}


def answers(on: date, given: Mapping[str, str | float]) -> tuple[GivenAnswer, ...]:
    return tuple(GivenAnswer(question, value, on) for question, value in given.items())


def on_pramipexole(started: str = "2020-01-10", **more: Any) -> MedicationUse:
    begun = PartialDate.parse(started) if started else None
    return MedicationUse("pramipexole", begun, form="salt", dose="0.25 mg", **more)


def findings(
    *given: GivenAnswer,
    uses: tuple[MedicationUse, ...] = (on_pramipexole(),),
    known: Mapping[str, Conclusion] | None = None,
    as_of: date = VISIT,
    **record: Any,
) -> dict[str, Finding]:
    patient = Patient("p", Person(BORN, "female"), answers=given, medications=uses, **record)
    case = Case(patient.as_of(as_of), BASE, as_of, editions_on(as_of, BASE))
    return {f.conclusion.id: f for f in augmentation(case, known or {})}


def truths(*given: GivenAnswer, **more: Any) -> dict[str, Truth]:
    return {id: f.conclusion.truth for id, f in findings(*given, **more).items()}


def missing(finding: Finding) -> set[str]:
    return {missing.key for missing in finding.conclusion.all_missing()}


# Exposure ------------------------------------------------------------------------------------


@pytest.mark.parametrize("drug", ["ropinirole", "rotigotine", "levodopa", "carbidopa/levodopa"])
def test_a_dopaminergic_medicine_calls_for_surveillance(drug: str) -> None:
    assert truths(uses=(MedicationUse(drug),))["R-AUG-01"] is YES


def test_tramadol_counts_and_says_that_this_is_recalled() -> None:
    found = findings(uses=(MedicationUse("tramadol", PartialDate(START, START)),))["R-AUG-01"]
    assert found.conclusion.truth is YES
    assert "tramadol-recalled" in {caveat.code for caveat in found.conclusion.all_caveats()}


def test_tramadol_taken_before_does_not_move_the_start_of_a_dopaminergic_medicine() -> None:
    earlier = MedicationUse("tramadol", PartialDate.parse("2012"))
    found = findings(uses=(earlier, on_pramipexole()))["R-AUG-01"]
    assert found.state == "pramipexole; first dose 2020-01-10"


def test_nothing_of_the_kind_on_a_complete_list_is_said_briefly() -> None:
    found = findings(COMPLETE, uses=())
    assert set(found) == {"R-AUG-01", "R-AUG-02", "augmentation", "R-AUG-06"}
    assert {finding.conclusion.truth for finding in found.values()} == {NO}
    assert found["augmentation"].state == "not on a dopaminergic medicine"


@pytest.mark.parametrize("uses", [(), (MedicationUse("somecure", known=False),)])
def test_without_a_complete_list_of_known_medicines_it_is_open(
    uses: tuple[MedicationUse, ...],
) -> None:
    given = (COMPLETE,) if uses else ()
    found = findings(*given, uses=uses)
    for rule in ("R-AUG-01", "R-AUG-02", "augmentation", "R-AUG-06"):
        assert found[rule].conclusion.truth is UNKNOWN
        assert missing(found[rule]) == {"drug-role:dopaminergic"}


def test_a_medicine_that_was_stopped_is_no_exposure() -> None:
    stopped = on_pramipexole(stopped=PartialDate.parse("2025-01-01"))
    assert truths(COMPLETE, uses=(stopped,))["R-AUG-01"] is NO


# Baseline ------------------------------------------------------------------------------------


def test_a_baseline_is_complete_with_irls_relief_and_dose() -> None:
    relief = GivenAnswer("relief-after-dose-h", 9.0, date(2020, 4, 1))
    scale = FilledQuestionnaire("irls", START, total=24.0)
    found = findings(*answers(START, BEFORE), relief, questionnaires=(scale,))
    baseline = found["R-AUG-01:baseline"]
    assert (baseline.conclusion.truth, baseline.state) == (YES, "complete")


@pytest.mark.parametrize("question", BEFORE)
def test_a_gap_in_the_baseline_is_named(question: str) -> None:
    kept = {name: value for name, value in BEFORE.items() if name != question}
    found = findings(*answers(START, kept))["R-AUG-01:baseline"]
    assert found.conclusion.truth is UNKNOWN
    assert f"baseline:{question}" in missing(found)


def test_a_missing_baseline_is_a_finding_of_its_own() -> None:
    found = findings()["R-AUG-01:baseline"]
    assert found.state.startswith("missing: usual onset on the clock before treatment")
    assert "baseline:irls" in missing(found)


def test_the_day_of_the_first_dose_is_still_before_and_the_next_is_not() -> None:
    now = GivenAnswer("usual-onset-clock", "19:30", VISIT)
    for day, met in ((START, YES), (date(2020, 1, 11), UNKNOWN)):
        before = GivenAnswer("usual-onset-clock", "23:30", day)
        assert truths(before, now)["MPI-C1"] is met


def test_the_latest_answer_before_treatment_is_the_baseline() -> None:
    older = GivenAnswer("usual-onset-clock", "23:30", date(2015, 1, 1))
    latest = GivenAnswer("usual-onset-clock", "21:00", START)
    now = GivenAnswer("usual-onset-clock", "19:30", VISIT)
    assert truths(older, latest, now)["MPI-C1"] is NO


def test_an_answer_within_the_month_of_the_start_is_neither_before_nor_after() -> None:
    uses = (on_pramipexole("2020-01"),)
    within = GivenAnswer("usual-onset-clock", "23:30", START)
    now = GivenAnswer("usual-onset-clock", "19:30", VISIT)
    assert truths(within, now, uses=uses)["MPI-C1"] is UNKNOWN
    before = GivenAnswer("usual-onset-clock", "23:30", date(2020, 1, 1))
    assert truths(before, now, uses=uses)["MPI-C1"] is YES


def test_what_is_told_within_the_month_of_the_start_is_not_yet_on_treatment() -> None:
    for day, met in ((date(2020, 1, 31), UNKNOWN), (date(2020, 2, 1), YES)):
        told = GivenAnswer("spread-since-treatment", "yes", day)
        assert truths(told, uses=(on_pramipexole("2020-01"),))["MPI-C2b"] is met


def test_without_a_day_of_the_first_dose_there_is_no_baseline() -> None:
    earlier = on_pramipexole("", stopped=PartialDate.parse("2022"))
    later = on_pramipexole("2023-01-01")
    found = findings(*answers(START, BEFORE), uses=(earlier, later))
    assert missing(found["R-AUG-01:baseline"]) == {"baseline:start"}
    assert found["R-AUG-01"].state == "pramipexole; start not on record"
    told = GivenAnswer("onset-earlier-than-before-treatment-h", 5.0, VISIT)
    assert truths(told, uses=(earlier, later))["MPI-C1"] is YES


@pytest.mark.parametrize(
    ("hours_told", "sooner", "met"),
    [(3.0, "yes", YES), (3.0, "no", UNKNOWN), (1.0, "yes", UNKNOWN), (5.0, "no", YES)],
)
def test_clock_and_hours_that_differ_leave_no_doubt_where_either_suffices(
    hours_told: float, sooner: str, met: Truth
) -> None:
    # By the clock eight hours: C1. Three hours as told: C2, with a further sign.
    before, now = (
        GivenAnswer("usual-onset-clock", clock, on)
        for clock, on in (("23:30", START), ("15:30", VISIT))
    )
    told = GivenAnswer("onset-earlier-than-before-treatment-h", hours_told, VISIT)
    at_rest = GivenAnswer("quicker-at-rest-since-treatment", sooner, VISIT)
    others = (
        GivenAnswer(question, "no", VISIT)
        for question in (
            "spread-since-treatment",
            "more-intense-than-before-treatment",
            "relief-shorter-than-at-first",
        )
    )
    assert truths(before, now, told, at_rest, *others)["MPI-C"] is met


@pytest.mark.parametrize(("again", "is_told"), [("2021-04-01", False), ("2021-04-02", True)])
def test_a_long_pause_is_told_beside_the_baseline(again: str, is_told: bool) -> None:
    # Ninety days from the first of January are the first of April.
    first = on_pramipexole("2020-01-10", stopped=PartialDate.parse("2021-01-01"))
    found = findings(uses=(first, on_pramipexole(again)))["R-AUG-01:baseline"]
    codes = {caveat.code for caveat in found.conclusion.all_caveats()}
    assert ("old-baseline" in codes) is is_told


@pytest.mark.parametrize(("asked_on", "met"), [("2025-11-09", YES), ("2025-11-08", UNKNOWN)])
def test_surveillance_is_up_to_date_for_half_a_year(asked_on: str, met: Truth) -> None:
    found = findings(*answers(date.fromisoformat(asked_on), LOOKED_AT))["R-AUG-01:up-to-date"]
    assert found.conclusion.truth is met


def test_one_sign_not_asked_about_is_named() -> None:
    kept = {name: value for name, value in LOOKED_AT.items() if name != "latency-at-rest-min"}
    found = findings(*answers(VISIT, kept))["R-AUG-01:up-to-date"]
    assert found.state == "last asked 2026-05-10; 1 of 4 signs to be asked"
    assert missing(found) == {"question:latency-at-rest-min"}


# History -------------------------------------------------------------------------------------


def test_criteria_that_rest_on_history_are_told() -> None:
    given = answers(
        VISIT,
        {
            "urge-to-move-legs": "yes",
            "worse-at-rest": "no",
            "worse-at-rest-earlier": "yes",
            "relief-by-movement": "yes",
            "worse-evening-night": "no",
            "worse-evening-night-earlier": "yes",
        },
    )
    patient = Patient("p", Person(BORN), answers=given, medications=(on_pramipexole(),))
    known = assess(patient, BASE, VISIT).concluded()
    found = findings(*given, known=known)
    assert found["R-AUG-01:erased"].state == "at rest, evening and night"
    codes = {caveat.code for caveat in found["augmentation"].conclusion.all_caveats()}
    assert "met-in-history" in codes


def test_criteria_met_today_are_not_called_history() -> None:
    assert "R-AUG-01:erased" not in findings(*answers(VISIT, LOOKED_AT))


# What may explain it, how often it deceives --------------------------------------------------


def test_the_rate_on_placebo_is_told_where_a_sign_holds_and_only_there() -> None:
    denied = findings(*answers(START, BEFORE), *answers(VISIT, LOOKED_AT))
    assert denied["R-AUG-02"].conclusion.truth is NO
    assert not {"R-AUG-03", "R-AUG-03:false-alarms"} & set(denied)
    sign = GivenAnswer("augmentation-suspected", "yes", VISIT)
    found = findings(sign)
    assert "9.2 %" in found["R-AUG-03:false-alarms"].words.clinician
    assert "%" not in found["R-AUG-03:false-alarms"].words.patient
    codes = {caveat.code for caveat in found["augmentation"].conclusion.all_caveats()}
    assert "false-positives" in codes


# Risk, prevention, what is suggested ---------------------------------------------------------


@pytest.mark.parametrize(("considered", "expected"), [("yes", YES), ("no", NO), ("unknown", None)])
def test_risk_and_prevention_arise_for_who_takes_or_considers_one(
    considered: str, expected: Truth | None
) -> None:
    found = truths(COMPLETE, GivenAnswer("dopaminergic-considered", considered, VISIT), uses=())
    assert found.get("R-AUG-04") is expected
    assert found.get("R-AUG-05") is expected
    assert ("R-AUG-04:community" in found) is (expected is YES)
    assert truths()["R-AUG-04"] is YES
    assert truths(uses=())["R-AUG-05"] is UNKNOWN


def test_that_one_was_considered_once_does_not_hold_for_ever() -> None:
    considered = GivenAnswer("dopaminergic-considered", "yes", date(2025, 1, 1))
    assert "R-AUG-04" not in truths(COMPLETE, considered, uses=())


def test_a_patient_hears_no_percentage_and_no_instruction_on_the_medicine() -> None:
    given: dict[str, str | float] = {"augmentation-suspected": "yes", "worse-days-past-week": 6.0}
    for finding in findings(*answers(VISIT, given)).values():
        assert "%" not in finding.words.patient
        assert not any(word in finding.words.patient for word in (" mg", "taper", "opioid"))


def test_when_found_the_dose_is_not_raised_and_nothing_ends_abruptly() -> None:
    met: dict[str, str | float] = {
        "worse-days-past-week": 7.0,
        "worsening-otherwise-explained": "no",
        "dopaminergic-response": "yes",
        "onset-earlier-than-before-treatment-h": 5.0,
    }
    found = findings(*answers(VISIT, met))["R-AUG-06"]
    assert found.conclusion.truth is YES
    assert "not raised" in found.words.clinician
    assert "never an abrupt end" in found.words.clinician
    assert "do not change the medicine by yourself" in found.words.patient
    still_open = findings()["R-AUG-06"]
    assert "not raised" in still_open.words.clinician


# Whatever is forgotten -----------------------------------------------------------------------

YES_OR_NO = (
    "arms-or-other-parts",
    "spread-since-treatment",
    "quicker-at-rest-since-treatment",
    "relief-shorter-than-at-first",
    "more-intense-than-before-treatment",
    "earlier-or-higher-dose-asked",
    "augmentation-suspected",
    "worse-after-dose-increase",
    "better-after-dose-decrease",
    "worsening-otherwise-explained",
    "dopaminergic-response",
    "augmentation-affects-life",
    "doses-missed",
    "osa-treated",
)
NUMBERS: Mapping[str, list[str | float]] = {
    "latency-at-rest-min": [10.0, 30.0],
    "worse-days-past-week": [4.0, 5.0],
    "relief-after-dose-h": [4.0, 8.0],
    "onset-earlier-than-before-treatment-h": [0.0, 2.0, 4.0],
    "usual-onset-clock": ["23:30", "21:30", "19:30", "06:00", "02:00"],
}
ANSWER: st.SearchStrategy[tuple[str, str | float]] = st.one_of(
    st.tuples(st.sampled_from(YES_OR_NO), st.sampled_from(["yes", "no"])),
    st.sampled_from([(question, v) for question, values in NUMBERS.items() for v in values]),
)
DAYS = (date(2019, 6, 1), START, date(2023, 3, 1), date(2025, 9, 1), VISIT)
RECORDS = st.dictionaries(
    st.tuples(st.sampled_from(DAYS), st.integers(0, 11)), ANSWER, min_size=1, max_size=24
)


@given(RECORDS)
def test_a_question_that_is_forgotten_turns_no_yes_into_no_nor_no_into_yes(
    record: Mapping[tuple[date, int], tuple[str, str | float]],
) -> None:
    by_day = {(day, question): value for (day, _), (question, value) in record.items()}
    given = tuple(GivenAnswer(question, value, day) for (day, question), value in by_day.items())
    known = truths(*given)
    for forgotten in {question for _, question in by_day}:
        kept = tuple(
            GivenAnswer(a.question, "unknown" if a.question == forgotten else a.value, a.on)
            for a in given
        )
        for id, truth in truths(*kept).items():
            if id in known:
                assert (known[id], truth) not in {(YES, NO), (NO, YES)}, (forgotten, id)
