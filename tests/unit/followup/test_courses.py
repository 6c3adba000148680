"""Courses: the baseline of a measure, nights counted alike, onsets on the clock."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.followup.people import ON_GABAPENTIN, followed, measures, person, scored, truth

from ekbom.followup.courses import Point
from ekbom.logic import Truth

# The baseline


@pytest.mark.parametrize(
    ("on", "is_baseline"), [("2026-01-09", True), ("2026-01-10", True), ("2026-01-11", False)]
)
def test_a_value_up_to_the_first_day_of_treatment_is_the_baseline(
    on: str, is_baseline: bool
) -> None:
    course = measures(scored(("irls", on, 28)))["questionnaire:irls"][0]
    assert course.baseline == (course.points[0] if is_baseline else None)


def test_the_last_value_before_treatment_is_the_baseline() -> None:
    patient = scored(
        ("irls", "2025-10-01", 20), ("irls", "2025-12-20", 28), ("irls", "2026-05-02", 18)
    )
    course = measures(patient)["questionnaire:irls"][0]
    assert course.baseline == Point(date(2025, 12, 20), 28.0, "questionnaires[1]")
    assert course.change == -10


def test_the_first_value_on_treatment_is_never_the_baseline() -> None:
    found = followed(scored(("irls", "2026-02-01", 30), ("irls", "2026-05-02", 10)))
    assert truth(found, "R-OUT-06") is Truth.NO
    assert truth(found, "R-OUT-01") is truth(found, "R-OUT-03:irls") is Truth.UNKNOWN
    assert found["R-OUT-01"].state == "no baseline"
    told = "no baseline; first on record 30 on 2026-02-01, which is no baseline"
    assert found["R-OUT-06"].state == found["R-OUT-03:irls"].state == told


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-01-01", Truth.YES),
        ("2026-01-02", Truth.UNKNOWN),
        ("2026-01-31", Truth.UNKNOWN),
        ("2026-02-01", Truth.NO),
    ],
)
def test_a_start_known_by_month_counts_from_its_earliest_day(on: str, expected: Truth) -> None:
    medicines = "medications:\n  - {drug: pramipexole, form: salt, started: 2026-01}\n"
    found = followed(scored(("irls", on, 28), medicines=medicines))
    assert truth(found, "R-OUT-06") is expected
    missing = [m.key for m in found["R-OUT-06"].conclusion.all_missing()]
    assert missing == (["start:pramipexole"] if expected is Truth.UNKNOWN else [])


def test_a_treatment_without_a_first_day_leaves_the_baseline_open() -> None:
    medicines = "medications:\n  - {drug: ropinirole}\n"
    found = followed(scored(("irls", "2026-02-01", 28), medicines=medicines))
    assert truth(found, "R-OUT-06") is Truth.UNKNOWN
    assert found["R-OUT-01"].state == "baseline not known"
    assert "start of ropinirole is not on record" in found["R-OUT-06"].state


def test_one_undated_treatment_leaves_open_what_a_dated_one_would_settle() -> None:
    medicines = ON_GABAPENTIN + "  - {drug: ropinirole}\n"
    early, late = (
        scored(("irls", on, 28), medicines=medicines) for on in ("2026-01-02", "2026-05-02")
    )
    assert truth(followed(early), "R-OUT-06") is Truth.UNKNOWN
    assert truth(followed(late), "R-OUT-06") is Truth.NO


def test_a_treatment_that_ended_undated_had_begun_by_its_end() -> None:
    medicines = "medications:\n  - {drug: ropinirole, stopped: 2025-01-31}\n"
    found = followed(scored(("irls", "2026-02-01", 28), medicines=medicines))
    assert truth(found, "R-OUT-06") is Truth.NO


@pytest.mark.parametrize(
    ("use", "treats"),
    [
        ("drug: levodopa", True),
        ("drug: levodopa, for: restless legs", True),
        ("drug: levodopa, for: Parkinson disease", False),
        ("drug: oxycodone", True),
        ("drug: oxycodone, for: back pain", False),
        ("drug: ferrous-sulfate", True),
        ("drug: ferrous-sulfate, for: iron deficiency", True),
        ("drug: ferric-carboxymaltose, for: low ferritin", True),
        ("drug: ferrous-sulfate, for: pregnancy", False),
        ("drug: gabapentin, for: neuropathy without iron deficiency", False),
        ("drug: clonazepam", False),
        ("drug: clonazepam, for: RLS", True),
        ("drug: dipyridamole", False),
        ("drug: dipyridamole, for: restless legs syndrome", True),
        ("drug: sertraline", False),
    ],
)
def test_what_counts_as_treatment_of_restless_legs(use: str, treats: bool) -> None:
    medicines = f"medications:\n  - {{{use}, started: 2026-01-10}}\n"
    course = measures(scored(("irls", "2026-02-01", 28), medicines=medicines))
    assert (course["questionnaire:irls"][0].baseline is None) is treats


def test_a_device_told_of_is_a_treatment_begun_by_that_day() -> None:
    used = "answers:\n  - {on: 2026-03-01, answers: {uses-nerve-stimulation: yes}}\n"
    denied = "  - {on: 2026-01-15, answers: {uses-nerve-stimulation: no}}\n"
    early, late = ("irls", "2026-01-10", 28), ("irls", "2026-02-10", 20)
    assert truth(followed(scored(early, late, medicines=used)), "R-OUT-06") is Truth.UNKNOWN
    both = followed(scored(early, late, medicines=used + denied))
    assert truth(both, "R-OUT-06") is Truth.YES
    assert both["R-OUT-06"].state == "28 on 2026-01-10"


def test_a_baseline_taken_on_another_acting_medicine_says_so() -> None:
    medicines = ON_GABAPENTIN + (
        "  - {drug: levodopa, for: Parkinson disease, started: 2020-01-01}\n"
    )
    found = followed(
        scored(("irls", "2026-01-02", 28), ("irls", "2026-05-02", 18), medicines=medicines)
    )
    caveats = {c.code for c in found["R-OUT-03:irls"].conclusion.caveats}
    assert "baseline-on-another-medicine" in caveats
    assert truth(found, "R-OUT-03:irls") is Truth.YES


def test_a_baseline_long_before_treatment_says_so() -> None:
    found = followed(scored(("irls", "2024-01-02", 28), ("irls", "2026-05-02", 18)))
    caveats = {c.code for c in found["R-OUT-03:irls"].conclusion.caveats}
    assert "baseline-long-before" in caveats


def test_before_any_treatment_the_latest_value_is_the_baseline_so_far() -> None:
    found = followed(scored(("irls", "2026-05-02", 28), medicines=""))
    assert truth(found, "R-OUT-06") is Truth.YES
    assert found["R-OUT-01"].state == "no treatment on record"
    nothing = followed(person())
    assert truth(nothing, "R-OUT-06") is truth(nothing, "R-OUT-01") is Truth.UNKNOWN
    assert nothing["R-OUT-06"].state == "to be taken before treatment begins"


# Nights and onsets


def night(on: str, **told: str) -> str:
    said = {"method": "polysomnography", "rules": "wasm-2016", "respiratory_movements": "excluded"}
    written = ", ".join(f"{key}: {value}" for key, value in (said | told).items() if value)
    return f"  - {{on: {on}, {written}, plms_index_per_h: 20, sleep_efficiency_percent: 80}}\n"


@pytest.mark.parametrize(
    ("told", "ways", "expected"),
    [
        ({}, 1, Truth.NO),
        ({"rules": "aasm-3"}, 2, Truth.YES),
        ({"rules": ""}, 2, Truth.UNKNOWN),
        ({"respiratory_movements": "included"}, 2, Truth.YES),
        ({"respiratory_movements": "unknown"}, 2, Truth.UNKNOWN),
        ({"method": "actigraphy"}, 2, Truth.YES),
    ],
)
def test_only_nights_counted_alike_are_compared(
    told: dict[str, str], ways: int, expected: Truth
) -> None:
    patient = person("nights:\n" + night("2025-12-01") + night("2026-04-01", **told))
    index = measures(patient)["night:plms-index"]
    assert len(index) == ways
    if ways > 1:
        assert [len(course.points) for course in index] == [1, 1]
        assert [course.change for course in index] == [None, None]
    assert truth(followed(patient), "R-OUT-07") is expected


def test_two_nights_without_rules_are_not_compared_with_each_other() -> None:
    patient = person("nights:\n" + night("2025-12-01", rules="") + night("2026-04-01", rules=""))
    assert len(measures(patient)["night:plms-index"]) == 2
    assert truth(followed(patient), "R-OUT-07") is Truth.UNKNOWN


def test_sleep_measures_depend_on_the_recording_and_not_on_rules_of_movements() -> None:
    patient = person(
        "nights:\n"
        + night("2025-12-01")
        + night("2026-04-01", rules="aasm-3")
        + night("2026-04-02", method="actigraphy")
    )
    efficiency = measures(patient)["night:sleep-efficiency-percent"]
    assert [len(course.points) for course in efficiency] == [2, 1]


def test_one_night_or_none_needs_no_comparison() -> None:
    assert "R-OUT-07" not in followed(person("nights:\n" + night("2025-12-01")))


@pytest.mark.parametrize(
    ("then", "now", "change"),
    [
        ("22:30", "00:30", 2.0),
        ("00:30", "22:30", -2.0),
        ("22:00", "09:00", -13.0),
        ("22:00", "03:59", 5.983),
        ("22:00", "04:00", None),
        ("22:00", "08:59", None),
    ],
)
def test_an_onset_is_compared_within_a_day_that_turns_in_the_morning(
    then: str, now: str, change: float | None
) -> None:
    patient = person(
        ON_GABAPENTIN + "answers:\n"
        f'  - {{on: 2026-01-02, answers: {{usual-onset-clock: "{then}"}}}}\n'
        f'  - {{on: 2026-05-02, answers: {{usual-onset-clock: "{now}"}}}}\n'
    )
    course = measures(patient)["question:usual-onset-clock"][0]
    assert course.change == (None if change is None else pytest.approx(change, abs=1e-3))
