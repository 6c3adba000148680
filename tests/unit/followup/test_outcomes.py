"""Change against the baseline: how much means something, and what may be said of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.followup.people import (
    DAY,
    ON_GABAPENTIN,
    case_of,
    followed,
    measures,
    person,
    scored,
    truth,
)

from ekbom.assessment.findings import Finding
from ekbom.followup.outcomes import courses, outcomes, targets
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.logic import Conclusion, Truth
from ekbom.patient.patient import Patient


def irls(before: int, now: int, *others: tuple[str, str, int]) -> Patient:
    return scored(("irls", "2026-01-02", before), ("irls", "2026-05-02", now), *others)


# The change in one patient


@pytest.mark.parametrize(
    ("now", "expected", "state"),
    [
        (20, Truth.NO, "better by 8"),
        (19, Truth.YES, "better by 9"),
        (18, Truth.YES, "better by 10"),
        (28, Truth.NO, "no change"),
        (36, Truth.NO, "worse by 8"),
        (37, Truth.NO, "worse by 9"),
    ],
)
def test_the_irls_is_better_from_the_change_that_means_something(
    now: int, expected: Truth, state: str
) -> None:
    found = followed(irls(28, now))
    assert truth(found, "R-OUT-03:irls") is truth(found, "R-OUT-01") is expected
    assert found["R-OUT-03:irls"].state.startswith(state)


@pytest.mark.parametrize(
    ("now", "overall", "worse"),
    [
        (19, "better", Truth.NO),
        (20, "somewhat better, by less than what is certain in one patient", Truth.NO),
        (28, "no change", Truth.NO),
        (36, "somewhat worse, by less than what is certain in one patient", Truth.NO),
        (37, "worse", Truth.YES),
    ],
)
def test_worse_counts_as_much_as_better(now: int, overall: str, worse: Truth) -> None:
    found = followed(irls(28, now))
    assert found["R-OUT-01"].state == overall
    assert truth(found, "R-OUT-04") is worse


def test_a_slight_worsening_is_never_told_as_nothing_worse() -> None:
    found = followed(irls(26, 31))
    assert "somewhat worse" in found["R-OUT-04"].state and "IRLS" in found["R-OUT-04"].state
    said = f"{found['R-OUT-01'].words.clinician} {found['R-OUT-01'].words.patient}"
    assert "somewhat worse" in said and "not clearly better" not in said
    assert followed(irls(26, 40))["R-OUT-01"].words.clinician.startswith("Symptoms are clearly w")
    assert "somewhat worse" not in followed(irls(26, 26))["R-OUT-04"].state


@pytest.mark.parametrize(
    ("now", "trial", "state"),
    [
        (13, Truth.YES, "fall of 50 %"),
        (26, Truth.NO, "no change"),
        (31, Truth.NO, "rise of 19.2 %"),
    ],
)
def test_a_rise_is_no_negative_fall(now: int, trial: Truth, state: str) -> None:
    found = followed(irls(26, now))["R-OUT-05:trial"]
    assert found.state == state and found.conclusion.truth is trial


# A baseline that leaves no room


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (10, 4, Truth.UNKNOWN),
        (11, 4, Truth.NO),
        (10, 1, Truth.YES),
        (10, 10, Truth.NO),
        (10, 15, Truth.NO),
        (5, 1, Truth.UNKNOWN),
    ],
)
def test_a_mild_baseline_leaves_a_fall_open(before: int, now: int, expected: Truth) -> None:
    found = followed(irls(before, now))
    for id in ("R-OUT-01", "R-OUT-03:irls", "target:irls-reduced"):
        assert truth(found, id) is expected
    is_open = expected is Truth.UNKNOWN
    assert found["R-OUT-01"].state.startswith("baseline too mild") is is_open
    assert ("not clearly better" in found["R-OUT-01"].words.patient) is (
        now in (4, 10) and not is_open
    )


def test_what_changed_from_a_mild_baseline_is_said() -> None:
    state = followed(irls(10, 4))["R-OUT-01"].state
    assert "better by 6: 10 (mild) to 4 (mild)" in state


def test_no_score_falls_by_more_than_it_was() -> None:
    found = followed(irls(28, 10, ("phq-9", "2026-01-02", 4), ("phq-9", "2026-05-02", 1)))
    assert truth(found, "R-OUT-03:phq-9") is Truth.UNKNOWN
    assert "too mild" in found["R-OUT-03:phq-9"].state


def test_the_change_between_groups_is_told_as_not_for_one_patient_and_decides_nothing() -> None:
    state = followed(irls(28, 24))["R-OUT-03:irls"].state
    assert "not for one patient" in state and "less than the 9" in state
    assert "much to very much improved" in followed(irls(30, 19))["R-OUT-03:irls"].state
    assert "very much" not in followed(irls(30, 20))["R-OUT-03:irls"].state


def test_bands_are_told_then_and_now() -> None:
    state = followed(irls(31, 10))["R-OUT-03:irls"].state
    assert state.startswith("better by 21: 31 (very severe) to 10 (mild)")


def test_an_improvement_carries_what_placebo_did_and_no_change_does_not() -> None:
    better = followed(irls(28, 10))["R-OUT-01"].conclusion.all_caveats()
    told = next(c.statement for c in better if c.code == "placebo-improves-too")
    assert "13.7" in told and "11.1" in told
    same = followed(irls(28, 27))["R-OUT-01"].conclusion.all_caveats()
    assert "placebo-improves-too" not in {c.code for c in same}


def test_a_score_with_a_missing_item_is_no_value() -> None:
    items = "{1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1}"
    patient = person(
        ON_GABAPENTIN + "questionnaires:\n"
        "  - {instrument: irls, on: 2026-01-02, total: 28}\n"
        f"  - {{instrument: irls, on: 2026-05-02, items: {items}}}\n"
    )
    found = followed(patient)
    assert truth(found, "R-OUT-01") is Truth.UNKNOWN
    assert found["R-OUT-01"].state == "no value since the baseline"
    assert [m.key for m in found["R-OUT-01"].conclusion.all_missing()] == ["questionnaire:irls"]


@pytest.mark.parametrize(("age_d", "is_old"), [(91, False), (92, False), (93, True)])
def test_an_old_score_leaves_the_whole_open(age_d: int, is_old: bool) -> None:
    day = date(2026, 5, 2) + timedelta(days=age_d)
    found = followed(irls(28, 10), day)
    was = "last value too old; better on 2026-05-02"
    assert found["R-OUT-01"].state == (was if is_old else "better")
    assert truth(found, "R-OUT-01") is (Truth.UNKNOWN if is_old else Truth.YES)
    codes = {c.code for c in found["R-OUT-03:irls"].conclusion.caveats}
    assert ("old-score" in codes) is is_old


# Other outcomes


@pytest.mark.parametrize(
    ("instrument", "before", "now", "worse"),
    [("phq-9", 4, 8, False), ("phq-9", 4, 9, True), ("gad-7", 3, 7, True), ("isi", 8, 13, False)],
)
def test_better_symptoms_and_a_worse_mood_or_sleep_is_no_plain_better(
    instrument: str, before: int, now: int, worse: bool
) -> None:
    others = (instrument, "2026-01-02", before), (instrument, "2026-05-02", now)
    found = followed(irls(28, 10, *others))
    assert truth(found, "R-OUT-01") is (Truth.UNKNOWN if worse else Truth.YES)
    assert found["R-OUT-01"].state.startswith("symptoms better, clearly worse") is worse
    assert truth(found, "R-OUT-04") is (Truth.YES if worse else Truth.NO)


def test_better_sleep_alone_does_not_make_symptoms_better() -> None:
    found = followed(irls(28, 27, ("isi", "2026-01-02", 20), ("isi", "2026-05-02", 8)))
    assert truth(found, "R-OUT-03:isi") is Truth.YES
    assert truth(found, "R-OUT-01") is Truth.NO


def test_a_scale_without_a_size_on_file_is_told_and_concludes_nothing() -> None:
    found = followed(irls(28, 10, ("ess", "2026-01-02", 18), ("ess", "2026-05-02", 4)))
    ess = found["R-OUT-03:ess"]
    assert ess.conclusion.truth is Truth.UNKNOWN
    assert ess.state == (
        "better by 14: 18 (abnormal) to 4 (normal); how much matters in one patient is not on file"
    )


def test_quality_of_life_is_better_upwards_and_items_of_the_rls_6_stand_alone() -> None:
    patient = person(
        ON_GABAPENTIN + "questionnaires:\n"
        "  - {instrument: rls-qol, on: 2026-01-02, total: 40}\n"
        "  - {instrument: rls-qol, on: 2026-05-02, total: 60}\n"
        "  - {instrument: rls-6, on: 2026-05-02, items: {3: 7}}\n"
    )
    found = followed(patient)
    assert found["R-OUT-03:rls-qol"].state.startswith("better by 20")
    assert set(measures(patient)) == {"questionnaire:rls-qol", "questionnaire:rls-6:3"}


def test_measures_of_change_have_no_baseline_and_a_screen_is_no_outcome() -> None:
    patient = scored(
        ("asrs", "2026-01-02", 3),
        ("stop-bang", "2026-01-02", 3),
        ("cgi-improvement", DAY.isoformat(), 2),
    )
    assert [c.baseline for c in measures(patient)["questionnaire:asrs"]] == [None]
    assert "questionnaire:stop-bang" not in measures(patient)
    assert "R-OUT-03:asrs" not in followed(patient)


@pytest.mark.parametrize(
    ("score", "on", "expected"),
    [
        (2, "2026-05-02", Truth.YES),
        (3, "2026-05-02", Truth.NO),
        (2, "2026-01-02", Truth.UNKNOWN),
    ],
)
def test_the_clinicians_judgement_of_change(score: int, on: str, expected: Truth) -> None:
    assert truth(followed(scored(("cgi-improvement", on, score))), "R-OUT-09") is expected
    assert "R-OUT-09" not in followed(irls(28, 10))


@pytest.mark.parametrize(
    ("now", "trial", "iron"),
    [(15, Truth.YES, Truth.YES), (16, Truth.NO, Truth.YES), (18, Truth.NO, Truth.NO)],
)
def test_responders_as_studies_defined_them(now: int, trial: Truth, iron: Truth) -> None:
    found = followed(irls(30, now))
    assert truth(found, "R-OUT-05:trial") is trial
    assert truth(found, "R-OUT-05:iron-cohort") is iron
    assert {c.source for c in found["R-OUT-05:trial"].conclusion.cited()} >= {"hogl-2011"}


def test_no_share_of_a_baseline_of_zero() -> None:
    assert truth(followed(irls(0, 0)), "R-OUT-05:trial") is Truth.UNKNOWN


@pytest.mark.parametrize(("day", "may_come"), [("2026-05-10", True), ("2026-07-01", False)])
def test_an_infusion_whose_effect_may_still_come_is_told(day: str, may_come: bool) -> None:
    medicines = (
        "medications:\n"
        "  - {drug: ferric-carboxymaltose, started: 2026-04-08, stopped: 2026-04-08}\n"
    )
    patient = scored(("irls", "2026-04-01", 28), ("irls", "2026-05-08", 27), medicines=medicines)
    found = followed(patient, date.fromisoformat(day))
    codes = {c.code for c in found["R-OUT-01"].conclusion.caveats}
    assert ("iron-effect-may-come" in codes) is may_come


def test_a_course_of_infusions_without_an_end_is_not_told_as_given_on_the_day() -> None:
    medicines = "medications:\n  - {drug: ferric-carboxymaltose, started: 2026-04-08}\n"
    patient = scored(("irls", "2026-04-01", 28), ("irls", "2026-05-08", 27), medicines=medicines)
    caveats = followed(patient, date(2026, 5, 10))["R-OUT-01"].conclusion.caveats
    [told] = [str(c) for c in caveats if c.code == "iron-effect-may-come"]
    assert "from 2026-04-08 to 2026-05-10" in told


# Words, and time


def test_no_word_of_outcomes_is_one_that_may_not_be_said() -> None:
    patients = [
        irls(28, 10),
        irls(28, 37),
        irls(28, 27),
        person(),
        irls(28, 10, ("phq-9", "2026-01-02", 2), ("phq-9", "2026-05-02", 20)),
    ]
    for patient in patients:
        for finding in followed(patient).values():
            said = f"{finding.state}. {finding.words.clinician}"
            assert spoken(said, load(), "clinician") == ()
            assert spoken(f"{finding.state}. {finding.words.patient}", load(), "patient") == ()


def test_a_patient_hears_of_better_and_of_worse() -> None:
    better, worse = followed(irls(28, 10)), followed(irls(10, 28))
    assert "good news" in better["R-OUT-01"].words.patient
    assert "Tell the people who treat you soon" in worse["R-OUT-04"].words.patient
    assert better["R-OUT-03:irls"].words.patient.startswith("Severity of symptoms in the legs")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 40)),
        min_size=1,
        max_size=6,
        unique_by=lambda value: value[0],
    ),
    st.tuples(st.integers(1, 400), st.integers(0, 40)),
)
def test_a_later_value_never_changes_an_earlier_view(
    values: list[tuple[int, int]], later: tuple[int, int]
) -> None:
    first = date(2025, 6, 1)
    told = [("irls", (first + timedelta(days=d)).isoformat(), v) for d, v in values]
    seen_on = first + timedelta(days=500)
    after = ("irls", (seen_on + timedelta(days=later[0])).isoformat(), later[1])
    far = date(2028, 1, 1)
    medicines = ON_GABAPENTIN
    lines = [f"  - {{instrument: {i}, on: {on}, total: {t}}}\n" for i, on, t in told]
    text = medicines + "questionnaires:\n" + "".join(lines)
    extra = f"  - {{instrument: irls, on: {after[1]}, total: {after[2]}}}\n"
    before, with_later = person(text, day=far), person(text + extra, day=far)
    assert measures(before, seen_on) == measures(with_later, seen_on)
    seen = followed(before, seen_on)
    assert {i: (f.conclusion, f.state) for i, f in seen.items()} == {
        i: (f.conclusion, f.state) for i, f in followed(with_later, seen_on).items()
    }


# What else is to be told


def beside(patient: Patient, alarm: str) -> dict[str, Finding]:
    """Outcomes and targets beside augmentation or a sign of it."""
    case = case_of(patient)
    known = {alarm: Conclusion(Truth.YES, "Augmentation or a sign of it", id=alarm)}
    section = outcomes(case, known, courses(case))
    known |= {finding.conclusion.id: finding.conclusion for finding in section}
    both = (*section, *targets(case, known, courses(case)))
    return {finding.conclusion.id: finding for finding in both}


@pytest.mark.parametrize(
    ("alarm", "code", "state"),
    [
        ("augmentation", "augmentation-criteria-met", "the criteria of augmentation are met"),
        ("R-AUG-02", "augmentation-sign", "an early sign of augmentation is there"),
    ],
)
@pytest.mark.parametrize(
    ("now", "expected"), [(10, Truth.UNKNOWN), (26, Truth.NO), (31, Truth.NO), (40, Truth.NO)]
)
def test_no_outcome_reassures_beside_augmentation_or_a_sign_of_it(
    alarm: str, code: str, state: str, now: int, expected: Truth
) -> None:
    found = beside(irls(28, now), alarm)
    assert truth(found, "R-OUT-01") is expected
    assert state in found["R-OUT-01"].state
    assert truth(found, "R-OUT-04") is (Truth.YES if now == 40 else Truth.UNKNOWN)
    codes = {caveat.code for caveat in found["R-OUT-01"].conclusion.caveats}
    assert code in codes
    for finding in found.values():
        said = f"{finding.state} {finding.words.clinician} {finding.words.patient}".casefold()
        assert "good news" not in said and "nothing known to be worse" not in said
        is_better = finding.conclusion.truth is Truth.YES
        assert not (is_better and "clearly better" in finding.words.patient)
        assert "no certain change" not in said


@pytest.mark.parametrize(("born", "told"), [("2014-01-01", True), ("1970-01-01", False)])
def test_a_scale_made_for_adults_says_so_of_a_child(born: str, told: bool) -> None:
    record = "questionnaires:\n  - {instrument: irls, on: 2026-05-02, total: 20}\n"
    found = followed(person(record, born=born))["R-OUT-03:irls"]
    assert ("scale-for-adults" in {c.code for c in found.conclusion.caveats}) is told
