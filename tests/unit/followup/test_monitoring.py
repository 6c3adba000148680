"""Which check applies and when it is due: the day before, the day, the day after."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.followup.people import (
    DAY,
    IRON_VALUES,
    answered,
    check,
    checks,
    drawn,
    due,
    on,
    person,
)

from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.outcomes import Check
from ekbom.logic import Truth
from ekbom.patient.patient import Patient

BASE = load()
AGREED = {
    "augmentation-surveillance",
    "impulse-control",
    "sedation-and-breathing",
    "mood-and-suicidality",
    "weight-and-oedema",
    "renal-function",
    "iron-recheck-oral",
    "iron-recheck-iv",
    "phosphate-after-iv-iron",
    "opioid-review",
    "outcome-irls",
    "device-skin",
    "blood-pressure",
}


def days(parameter: str) -> int:
    return int(float(BASE.sourced(parameter, OWN_CHOICES).value))


def around(day: date) -> list[date]:
    return [day - timedelta(days=1), day, day + timedelta(days=1)]


DUE_FROM_THE_DAY = [Truth.NO, Truth.YES, Truth.YES]


# Which apply


@pytest.mark.parametrize(
    ("drug", "expected"),
    [
        (
            "pramipexole, form: salt",
            {"augmentation-surveillance", "impulse-control", "renal-function", "blood-pressure"},
        ),
        ("ropinirole", {"augmentation-surveillance", "impulse-control", "blood-pressure"}),
        ("levodopa", {"augmentation-surveillance", "impulse-control", "blood-pressure"}),
        ("tramadol", {"augmentation-surveillance", "sedation-and-breathing", "opioid-review"}),
        (
            "gabapentin",
            {
                "sedation-and-breathing",
                "mood-and-suicidality",
                "weight-and-oedema",
                "renal-function",
            },
        ),
        ("oxycodone", {"sedation-and-breathing", "opioid-review"}),
        ("dipyridamole, for: restless legs", {"blood-pressure"}),
        ("ferrous-sulfate", {"iron-recheck-oral"}),
        ("ferric-carboxymaltose, stopped: 2026-01-10", {"iron-recheck-iv", "iron-effect-iv"}),
    ],
)
def test_what_a_medicine_brings_with_it(drug: str, expected: set[str]) -> None:
    found = set(checks(person(on(drug))))
    assert found == expected | {"outcome-irls", "iron-studies"}


def test_without_treatment_nothing_is_to_be_checked_again() -> None:
    assert checks(person()) == {}
    assert checks(person(on("sertraline"))) == {}


def test_a_medicine_that_was_stopped_brings_no_check_with_it() -> None:
    found = checks(person(on("pramipexole, form: salt", stopped="2026-04-01")))
    assert set(found) == {"outcome-irls", "iron-studies"}


def test_a_device_in_use_asks_for_a_look_at_the_skin() -> None:
    used = answered(("2026-05-01", "uses-nerve-stimulation: yes"))
    assert due(used, "device-skin", DAY) is Truth.YES
    assert check(used, "device-skin").due_on == DAY
    looked = answered(("2026-05-01", "uses-nerve-stimulation: yes, leg-skin-damaged: no"))
    again = date(2026, 5, 1) + timedelta(days=days("monitoring/device-skin-every"))
    assert [due(looked, "device-skin", day) for day in around(again)] == DUE_FROM_THE_DAY


def test_phosphate_only_after_a_repeated_infusion_of_carboxymaltose() -> None:
    once = on("ferric-carboxymaltose", "2025-10-01", stopped="2025-10-01")
    again = "  - {drug: ferric-carboxymaltose, started: 2026-04-01, stopped: 2026-04-01}\n"
    other = "  - {drug: iron-sucrose, started: 2026-04-01, stopped: 2026-04-01}\n"
    assert "phosphate-after-iv-iron" not in checks(person(once))
    assert "phosphate-after-iv-iron" not in checks(person(once + other))
    first = date(2026, 4, 1) + timedelta(days=days("monitoring/phosphate-after"))
    repeated = once + again
    found = [due(repeated, "phosphate-after-iv-iron", day) for day in around(first)]
    assert found == DUE_FROM_THE_DAY
    done = repeated + drawn((first.isoformat(), "phosphate: 0.9 mmol/L"))
    assert due(done, "phosphate-after-iv-iron", DAY) is Truth.NO
    assert check(done, "phosphate-after-iv-iron").due_on is None


def test_two_doses_written_as_one_course_are_repeated() -> None:
    course = on("ferric-carboxymaltose", "2026-04-01", stopped="2026-04-08")
    assert "phosphate-after-iv-iron" in checks(person(course))


# First day


@pytest.mark.parametrize(
    ("check_id", "drug", "parameter"),
    [
        ("sedation-and-breathing", "gabapentin", "monitoring/sedation-first-after"),
        ("mood-and-suicidality", "gabapentin", "monitoring/mood-first-after"),
        ("weight-and-oedema", "gabapentin", "monitoring/weight-first-after"),
        ("opioid-review", "oxycodone", "monitoring/opioid-first-after"),
        ("blood-pressure", "ropinirole", "monitoring/blood-pressure-first-after"),
        ("iron-recheck-oral", "ferrous-sulfate", "monitoring/iron-recheck-oral-after"),
    ],
)
def test_first_due_so_long_after_the_start(check_id: str, drug: str, parameter: str) -> None:
    first = date(2026, 1, 10) + timedelta(days=days(parameter))
    assert [due(on(drug), check_id, day) for day in around(first)] == DUE_FROM_THE_DAY
    assert check(on(drug), check_id, first).due_on == first


@pytest.mark.parametrize(
    ("check_id", "drug"),
    [
        ("augmentation-surveillance", "pramipexole, form: salt"),
        ("impulse-control", "pramipexole, form: salt"),
        ("renal-function", "gabapentin"),
    ],
)
def test_what_has_to_be_known_before_is_due_on_the_first_day(check_id: str, drug: str) -> None:
    found = check(on(drug, "2026-05-10"), check_id)
    assert (found.conclusion.truth, found.due_on) == (Truth.YES, date(2026, 5, 10))


@pytest.mark.parametrize("parameter", ["iron/iv-iron-settling"])
def test_iron_values_after_an_infusion_wait_until_it_has_settled(parameter: str) -> None:
    given = on("ferric-carboxymaltose", "2026-01-10", stopped="2026-01-10")
    settled = date(2026, 1, 10) + timedelta(days=days(parameter))
    assert days(parameter) == 56
    assert [due(given, "iron-recheck-iv", day) for day in around(settled)] == DUE_FROM_THE_DAY
    early, late = settled - timedelta(days=1), settled
    too_early = given + drawn((early.isoformat(), IRON_VALUES))
    assert due(too_early, "iron-recheck-iv", DAY) is Truth.YES
    done = given + drawn((late.isoformat(), IRON_VALUES))
    assert due(done, "iron-recheck-iv", DAY) is Truth.NO
    assert check(done, "iron-recheck-iv").due_on is None


def test_the_last_of_several_infusions_counts() -> None:
    given = on("iron-sucrose", "2026-01-10", stopped="2026-01-10")
    again = "  - {drug: iron-sucrose, started: 2026-03-10, stopped: 2026-03-10}\n"
    drawn_between = drawn(("2026-03-09", IRON_VALUES))
    found = check(given + again + drawn_between, "iron-recheck-iv")
    assert found.due_on == date(2026, 3, 10) + timedelta(days=56)


def test_the_effect_of_an_infusion_is_judged_after_six_weeks() -> None:
    given = on("ferric-carboxymaltose", "2026-01-10", stopped="2026-01-10")
    first = date(2026, 1, 10) + timedelta(days=days("monitoring/iron-effect-iv-after"))
    assert days("monitoring/iron-effect-iv-after") == 42
    assert [due(given, "iron-effect-iv", day) for day in around(first)] == DUE_FROM_THE_DAY
    filled = f"questionnaires:\n  - {{instrument: irls, on: {first}, total: 12}}\n"
    assert due(given + filled, "iron-effect-iv", DAY) is Truth.NO


# Again


@pytest.mark.parametrize(
    ("check_id", "drug", "parameter", "done"),
    [
        (
            "augmentation-surveillance",
            "ropinirole",
            "monitoring/augmentation-every",
            answered(("2026-02-10", 'usual-onset-clock: "21:00", arms-or-other-parts: no')),
        ),
        (
            "impulse-control",
            "ropinirole",
            "monitoring/impulse-control-every",
            answered(
                (
                    "2026-02-10",
                    "new-compulsions-or-psychosis: no, sleep-attacks-or-drowsy-driving: no",
                )
            ),
        ),
        (
            "renal-function",
            "gabapentin",
            "monitoring/renal-every",
            drawn(("2026-02-10", "creatinine: 0.9 mg/dL")),
        ),
        (
            "iron-studies",
            "gabapentin",
            "iron/draw-valid-for",
            drawn(("2026-02-10", IRON_VALUES)),
        ),
        (
            "outcome-irls",
            "gabapentin",
            "severity/score-stale-after",
            "questionnaires:\n  - {instrument: irls, on: 2026-02-10, total: 12}\n",
        ),
        (
            "mood-and-suicidality",
            "gabapentin",
            "monitoring/mood-every",
            answered(("2026-02-10", "suicidal-thoughts: no")),
        ),
        (
            "mood-and-suicidality",
            "gabapentin",
            "monitoring/mood-every",
            "questionnaires:\n  - {instrument: phq-9, on: 2026-02-10, total: 3}\n",
        ),
        (
            "weight-and-oedema",
            "gabapentin",
            "monitoring/weight-every",
            answered(("2026-02-10", "edema-of-legs: no"))
            + "weights:\n  - {on: 2026-02-10, kg: 71}\n",
        ),
        (
            "opioid-review",
            "oxycodone",
            "monitoring/opioid-every",
            answered(("2026-02-10", "opioid-harm-or-misuse: no")),
        ),
    ],
)
def test_due_again_so_long_after_it_was_done(
    check_id: str, drug: str, parameter: str, done: str
) -> None:
    again = date(2026, 2, 10) + timedelta(days=days(parameter))
    record = on(drug) + done
    assert [due(record, check_id, day) for day in around(again)] == DUE_FROM_THE_DAY
    found = check(record, check_id, again)
    assert (found.due_on, found.last_done) == (again, date(2026, 2, 10))


@pytest.mark.parametrize(
    "done",
    [
        answered(("2026-04-10", 'usual-onset-clock: "21:00"')),
        answered(("2026-04-10", 'usual-onset-clock: "21:00", arms-or-other-parts: unknown')),
        answered(
            ("2026-04-10", 'usual-onset-clock: "21:00"'), ("2026-04-11", "arms-or-other-parts: no")
        ),
    ],
)
def test_a_look_for_augmentation_needs_all_of_it_on_one_day(done: str) -> None:
    found = check(on("ropinirole") + done, "augmentation-surveillance")
    assert (found.conclusion.truth, found.last_done) == (Truth.YES, None)


def test_ferritin_without_saturation_is_no_recheck_and_iron_with_capacity_is() -> None:
    alone = drawn(("2026-05-01", "ferritin: 60 ng/mL"))
    assert due(on("ferrous-sulfate") + alone, "iron-recheck-oral", DAY) is Truth.YES
    computed = drawn(("2026-05-01", "ferritin: 60 ng/mL, iron: 80 ug/dL, tibc: 300 ug/dL"))
    assert due(on("ferrous-sulfate") + computed, "iron-recheck-oral", DAY) is Truth.NO
    estimated = drawn(("2026-05-01", "ferritin: 60 ng/mL, iron: 80 ug/dL, transferrin: 2.4 g/L"))
    assert due(on("ferrous-sulfate") + estimated, "iron-recheck-oral", DAY) is Truth.YES


def test_a_questionnaire_with_a_missing_item_was_not_done() -> None:
    items = "{1: 1, 2: 1, 3: 1}"
    filled = f"questionnaires:\n  - {{instrument: irls, on: 2026-05-01, items: {items}}}\n"
    assert due(on("gabapentin") + filled, "outcome-irls", DAY) is Truth.YES


def test_what_was_done_before_the_start_counts_where_no_first_day_is_named() -> None:
    before = drawn(("2026-01-02", "creatinine: 0.9 mg/dL"))
    assert due(on("gabapentin") + before, "renal-function", DAY) is Truth.NO
    long_before = drawn(("2024-01-02", "creatinine: 0.9 mg/dL"))
    found = check(on("gabapentin") + long_before, "renal-function")
    assert (found.conclusion.truth, found.due_on) == (Truth.YES, date(2026, 1, 10))
    asked = answered(("2026-01-02", "suicidal-thoughts: no"))
    assert due(on("gabapentin") + asked, "mood-and-suicidality", DAY) is Truth.YES


def test_what_is_overdue_is_due_since_the_day_it_was_due() -> None:
    filled = "questionnaires:\n  - {instrument: irls, on: 2025-02-10, total: 12}\n"
    found = check(on("gabapentin", "2025-01-10") + filled, "outcome-irls")
    assert found.due_on == date(2025, 2, 10) + timedelta(days=92)
    assert found.conclusion.truth is Truth.YES


# The whole list


def regimen() -> str:
    return on("pramipexole, form: salt", "2025-01-10") + (
        "  - {drug: gabapentin, started: 2026-04}\n"
        "  - {drug: ferrous-sulfate, started: 2026-04-20}\n"
    )


def test_what_is_due_comes_first_the_longest_overdue_before_the_rest() -> None:
    found = list(checks(person(regimen())).values())
    order = [Truth.YES, Truth.UNKNOWN, Truth.NO]
    places = [order.index(one.conclusion.truth) for one in found]
    assert places == sorted(places) and set(places) == {0, 1, 2}
    for one, after in pairwise(found):
        if one.conclusion.truth is after.conclusion.truth and one.due_on and after.due_on:
            assert one.due_on <= after.due_on


def test_due_and_not_due_agree_with_the_day_named() -> None:
    for one in checks(person(regimen())).values():
        if one.conclusion.truth is Truth.YES:
            assert one.due_on is not None and one.due_on <= DAY
        if one.conclusion.truth is Truth.NO and one.due_on is not None:
            assert one.due_on > DAY


def test_a_check_says_what_makes_it_apply_and_cites_its_sources() -> None:
    found = check(regimen(), "augmentation-surveillance")
    assert found.because == "A dopamine agonist is taken. (pramipexole since 2025-01-10)"
    assert found.conclusion.id == "check:augmentation-surveillance"
    cited = {citation.source for citation in found.conclusion.cited()}
    assert {"irlssg-2016-augmentation", "ekbom-design"} <= cited


def test_the_checks_that_other_parts_name_are_there_and_may_be_said() -> None:
    records = BASE.of(Check)
    assert set(records) >= AGREED
    for record in records.values():
        assert spoken(record.words.clinician, BASE, "clinician") == ()
        assert spoken(record.words.patient, BASE, "patient") == ()
        assert record.words.patient


@settings(max_examples=25, deadline=None)
@given(
    done=st.lists(st.integers(0, 700), max_size=4, unique=True),
    later=st.integers(1, 500),
    start=st.integers(0, 400),
)
def test_a_later_value_never_changes_an_earlier_list(
    done: list[int], later: int, start: int
) -> None:
    first, far = date(2024, 1, 1), date(2028, 1, 1)
    day = first + timedelta(days=700)

    def record(offsets: list[int]) -> Patient:
        told = [((first + timedelta(days=n)).isoformat(), "suicidal-thoughts: no") for n in offsets]
        begun = (first + timedelta(days=start)).isoformat()
        return person(on("gabapentin", begun) + (answered(*told) if told else ""), day=far)

    assert checks(record(done), day) == checks(record([*done, 700 + later]), day)


@settings(max_examples=40, deadline=None)
@given(done=st.lists(st.integers(0, 500), max_size=4, unique=True), ahead=st.integers(0, 400))
def test_what_is_due_stays_due_until_it_is_done(done: list[int], ahead: int) -> None:
    first = date(2025, 1, 1)
    told = [((first + timedelta(days=n)).isoformat(), "opioid-harm-or-misuse: no") for n in done]
    patient = person(
        on("oxycodone", "2025-03") + (answered(*told) if told else ""), day=date(2028, 1, 1)
    )
    day = first + timedelta(days=500)
    now = checks(patient, day)["opioid-review"].conclusion.truth
    then = checks(patient, day + timedelta(days=ahead))["opioid-review"].conclusion.truth
    if now is Truth.YES:
        assert then is Truth.YES
