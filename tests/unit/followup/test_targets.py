"""Targets: reached or not, by whom they were set, markers that never count alone, what lasts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.unit.followup.people import followed, person, truth

from ekbom.followup.targets import OVERALL
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.outcomes import Target
from ekbom.logic import Truth
from ekbom.patient.patient import Patient

ON_IRON = "medications:\n  - {drug: ferrous-sulfate, started: 2025-06-01}\n"
SAME_IRLS = (
    "questionnaires:\n"
    "  - {instrument: irls, on: 2025-05-20, total: 28}\n"
    "  - {instrument: irls, on: 2026-05-02, total: 27}\n"
)


def scored(instrument: str, total: float, on: str = "2026-05-02") -> Patient:
    return person(f"questionnaires:\n  - {{instrument: {instrument}, on: {on}, total: {total}}}\n")


def slept(**measured: float) -> Patient:
    said = ", ".join(f"{name}: {value}" for name, value in measured.items())
    return person(
        "nights:\n  - {on: 2026-04-11, method: polysomnography, rules: wasm-2016, "
        f"respiratory_movements: excluded, {said}}}\n"
    )


def drawn(ferritin: str, saturation: str = "30 %", *, crp: str = "1 mg/L", more: str = "") -> str:
    saturated = f", transferrin-saturation: {saturation}" if saturation else ""
    return (
        '  - {on: 2026-05-03, at: "08:10", hours_since_iron: 36, '
        f"results: {{ferritin: {ferritin} ng/mL, crp: {crp}{saturated}}}}}\n{more}"
    )


# Each target


@pytest.mark.parametrize(
    ("target", "instrument", "reached", "missed"),
    [
        ("sleepiness-normal", "ess", 10, 11),
        ("sleepiness-seed", "ess", 9, 10),
        ("insomnia-below-limit", "isi", 14, 15),
        ("sleep-quality", "psqi", 5, 6),
        ("mood-depression", "phq-9", 9, 10),
        ("mood-anxiety", "gad-7", 9, 10),
    ],
)
def test_targets_of_scores(target: str, instrument: str, reached: int, missed: int) -> None:
    key = f"target:{target}"
    assert truth(followed(scored(instrument, reached)), key) is Truth.YES
    assert truth(followed(scored(instrument, missed)), key) is Truth.NO
    empty = followed(person())
    assert truth(empty, key) is Truth.UNKNOWN
    assert [m.key for m in empty[key].conclusion.all_missing()] == [f"questionnaire:{instrument}"]


@pytest.mark.parametrize(
    ("target", "measure", "reached", "missed"),
    [
        ("sleep-efficiency", "sleep_efficiency_percent", 85.1, 85),
        ("sleep-latency", "sleep_latency_min", 29.9, 30),
        ("movements-below-5", "plms_index_per_h", 4.9, 5),
    ],
)
def test_targets_of_a_night(target: str, measure: str, reached: float, missed: float) -> None:
    key = f"target:{target}"
    assert truth(followed(slept(**{measure: reached})), key) is Truth.YES
    assert truth(followed(slept(**{measure: missed})), key) is Truth.NO
    assert truth(followed(person()), key) is Truth.UNKNOWN


def test_an_index_of_actigraphy_reaches_no_target() -> None:
    told = "on: 2026-04-11, method: actigraphy, plms_index_per_h: 3"
    found = followed(person(f"nights:\n  - {{{told}}}\n"))
    assert truth(found, "target:movements-below-5") is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("target", "question", "reached"),
    [
        ("sits-still", "cannot-sit-still", "no"),
        ("sleep-undisturbed", "sleep-disturbed-by-symptoms", "no"),
        ("daily-life", "distress-or-impairment", "no"),
        ("less-medicine", "less-symptomatic-medicine", "yes"),
    ],
)
def test_targets_that_are_answered(target: str, question: str, reached: str) -> None:
    def answered(value: str) -> Truth:
        patient = person(f"answers:\n  - {{on: 2026-05-02, answers: {{{question}: {value}}}}}\n")
        return truth(followed(patient), f"target:{target}")

    missed = "no" if reached == "yes" else "yes"
    assert [answered(value) for value in (reached, missed, "unknown")] == [
        Truth.YES,
        Truth.NO,
        Truth.UNKNOWN,
    ]
    assert truth(followed(person()), f"target:{target}") is Truth.UNKNOWN


@pytest.mark.parametrize(("now", "expected"), [(19, Truth.YES), (20, Truth.NO)])
def test_the_target_of_the_irls_is_a_change_since_the_baseline(now: int, expected: Truth) -> None:
    scores = (
        "questionnaires:\n  - {instrument: irls, on: 2025-05-20, total: 28}\n"
        f"  - {{instrument: irls, on: 2026-05-02, total: {now}}}\n"
    )
    assert truth(followed(person(ON_IRON + scores)), "target:irls-reduced") is expected
    late = scores.replace("2025-05-20", "2025-06-20")
    without = followed(person(ON_IRON + late))["target:irls-reduced"]
    assert (without.conclusion.truth, without.state) == (Truth.UNKNOWN, "no baseline")


@pytest.mark.parametrize(("age_d", "expected"), [(92, Truth.YES), (93, Truth.UNKNOWN)])
def test_an_old_value_reaches_nothing(age_d: int, expected: Truth) -> None:
    day = date(2026, 5, 2) + timedelta(days=age_d)
    found = followed(scored("ess", 4), day)["target:sleepiness-normal"]
    assert found.conclusion.truth is expected
    assert ("too old for today" in found.state) is (expected is Truth.UNKNOWN)


def test_a_target_met_before_treatment_says_so() -> None:
    scores = "questionnaires:\n" + "".join(
        f"  - {{instrument: ess, on: {on}, total: 4}}\n" for on in ("2025-05-20", "2026-05-02")
    )
    state = followed(person(ON_IRON + scores))["target:sleepiness-normal"].state
    assert state == "reached (2026-05-02); already so at the baseline"


def test_every_target_says_who_set_it_and_whether_the_person_lives_it() -> None:
    found = followed(person())
    levels = {
        target.id: found[f"target:{target.id}"].level for target in load().of(Target).values()
    }
    assert levels["movements-below-5"] == "target of a seed; a marker"
    assert levels["iron-supply"] == "our own target; a marker"
    assert levels["sleepiness-seed"] == "target of a seed; lived by the person"
    assert levels["sleepiness-normal"] == "published scale or study; lived by the person"


def test_nights_and_blood_are_markers_and_what_people_tell_is_lived() -> None:
    for target in load().of(Target).values():
        is_marker = target.measure.startswith(("night:", "lab:"))
        assert (target.outcome == "marker") is is_marker, target.id


# Markers alone


def improved(iron: str = "", scores: str = SAME_IRLS, nights: str = "") -> Patient:
    before = (
        '  - {on: 2025-05-20, at: "08:10", hours_since_iron: 36, '
        "results: {ferritin: 20 ng/mL, transferrin-saturation: 14 %, crp: 1 mg/L}}\n"
    )
    return person(ON_IRON + ("labs:\n" + before + iron if iron else "") + scores + nights)


@pytest.mark.parametrize("ferritin", ["21", "60", "120", "299"])
def test_a_ferritin_that_rose_is_not_success(ferritin: str) -> None:
    found = followed(improved(drawn(ferritin)))
    assert truth(found, OVERALL) is Truth.NO
    assert truth(found, "R-OUT-02") is Truth.YES
    assert found["R-OUT-02"].state == "only markers have improved; that is not success"


def test_a_ferritin_that_rose_is_not_success_where_nobody_asked_about_symptoms() -> None:
    found = followed(improved(drawn("120"), scores=""))
    assert truth(found, OVERALL) is Truth.UNKNOWN
    assert truth(found, "R-OUT-02") is Truth.YES


@pytest.mark.parametrize(("before", "now"), [(34, 33), (34, 3), (34, 0)])
def test_an_index_that_fell_is_not_success(before: float, now: float) -> None:
    nights = "nights:\n" + "".join(
        f"  - {{on: {on}, method: polysomnography, rules: wasm-2016, "
        f"respiratory_movements: excluded, plms_index_per_h: {index}}}\n"
        for on, index in (("2025-05-11", before), ("2026-04-11", now))
    )
    found = followed(improved(nights=nights))
    assert truth(found, OVERALL) is Truth.NO
    assert truth(found, "R-OUT-02") is Truth.YES


def test_indices_counted_in_different_ways_improve_nothing() -> None:
    nights = "nights:\n" + "".join(
        f"  - {{on: {on}, method: polysomnography, rules: {rules}, "
        f"respiratory_movements: excluded, plms_index_per_h: {index}}}\n"
        for on, rules, index in (("2025-05-11", "wasm-2016", 34), ("2026-04-11", "aasm-3", 20))
    )
    assert truth(followed(improved(nights=nights)), "R-OUT-02") is Truth.UNKNOWN


@pytest.mark.parametrize("now", [19, 10])
def test_markers_beside_clearly_better_symptoms_do_not_stand_alone(now: int) -> None:
    found = followed(improved(drawn("120"), SAME_IRLS.replace("total: 27", f"total: {now}")))
    assert truth(found, "R-OUT-02") is Truth.NO


def test_no_marker_that_improved_is_a_no_and_nothing_measured_is_unknown() -> None:
    assert truth(followed(improved(drawn("20", "14 %"))), "R-OUT-02") is Truth.NO
    nothing = followed(improved())
    assert truth(nothing, "R-OUT-02") is Truth.UNKNOWN
    assert nothing["R-OUT-02"].state == "nothing to compare"


def test_before_treatment_no_marker_has_improved_by_it() -> None:
    found = followed(person("labs:\n" + drawn("120")))
    assert truth(found, "target:iron-supply") is Truth.YES
    assert found["R-OUT-02"].state == "no treatment on record"


@pytest.mark.parametrize("ferritin", ["60", "120", "299"])
@pytest.mark.parametrize("index", [0, 4])
def test_no_marker_makes_symptoms_better_whatever_it_is(ferritin: str, index: int) -> None:
    night = (
        "nights:\n  - {on: 2026-04-11, method: polysomnography, rules: wasm-2016, "
        f"respiratory_movements: excluded, plms_index_per_h: {index}, "
        "sleep_efficiency_percent: 95, sleep_latency_min: 5}\n"
    )
    for scores in ("", SAME_IRLS):
        found = followed(improved(drawn(ferritin), scores, night))
        assert truth(found, OVERALL) is not Truth.YES
        assert truth(found, "R-OUT-08:six-months") is not Truth.YES
        assert truth(found, "R-OUT-02") is Truth.YES


# What lasts


def still(*told: tuple[str, str]) -> Patient:
    answers = "".join(
        f"  - {{on: {on}, answers: {{cannot-sit-still: {value}}}}}\n" for on, value in told
    )
    return person(ON_IRON + "answers:\n" + answers, day=date(2027, 12, 31))


BEFORE, REACHED = ("2025-05-20", "yes"), ("2025-07-01", "no")


@pytest.mark.parametrize(
    ("until", "expected"),
    [("2025-12-30", Truth.NO), ("2025-12-31", Truth.YES), ("2026-06-30", Truth.YES)],
)
def test_lasting_is_from_the_first_to_the_last_value_at_the_target(
    until: str, expected: Truth
) -> None:
    found = followed(still(BEFORE, REACHED, (until, "no")), date.fromisoformat(until))
    assert truth(found, "R-OUT-08:six-months") is expected


@pytest.mark.parametrize(
    ("until", "expected"), [("2026-06-30", Truth.NO), ("2026-07-01", Truth.YES)]
)
def test_lasting_for_a_year(until: str, expected: Truth) -> None:
    found = followed(still(BEFORE, REACHED, (until, "no")), date.fromisoformat(until))
    assert truth(found, "R-OUT-08:twelve-months") is expected


def test_spans_read_as_words_and_a_patient_hears_of_one() -> None:
    found = followed(scored("irls", 20))
    assert found["R-OUT-08:six-months"].name == "Improvement that lasts: six months"
    treated = followed(person(ON_IRON + SAME_IRLS))
    assert treated["R-OUT-08:six-months"].words.patient
    assert not treated["R-OUT-08:twelve-months"].words.patient


def test_time_that_passed_without_a_value_does_not_count() -> None:
    found = followed(still(BEFORE, REACHED), date(2026, 5, 10))["R-OUT-08:six-months"]
    assert (found.conclusion.truth, found.state) == (Truth.UNKNOWN, "no late value")
    missing = [m.key for m in found.conclusion.all_missing()]
    assert missing == ["question:cannot-sit-still"]


def test_what_was_lost_again_does_not_last_and_begins_anew() -> None:
    lost = followed(still(BEFORE, REACHED, ("2026-05-01", "yes")))["R-OUT-08:six-months"]
    assert (lost.conclusion.truth, lost.state) == (Truth.NO, "lost again: Can sit still")
    anew = (("2026-01-01", "yes"), ("2026-02-01", "no"), ("2026-05-01", "no"))
    found = followed(still(BEFORE, REACHED, *anew))
    assert truth(found, "R-OUT-08:six-months") is Truth.NO


def test_what_was_so_before_treatment_is_not_reached_by_it() -> None:
    already = still(("2025-05-20", "no"), REACHED, ("2026-05-01", "no"))
    found = followed(already)["R-OUT-08:six-months"]
    assert (found.conclusion.truth, found.state) == (
        Truth.NO,
        "nothing reached on treatment yet",
    )


def test_without_treatment_nothing_is_said_of_lasting() -> None:
    assert truth(followed(person()), "R-OUT-08:six-months") is Truth.UNKNOWN


def test_every_target_that_was_reached_has_to_last() -> None:
    scores = "questionnaires:\n" + "".join(
        f"  - {{instrument: irls, on: {on}, total: {total}}}\n"
        for on, total in (("2025-05-20", 30), ("2025-07-01", 12), ("2026-05-01", 29))
    )
    answers = "answers:\n" + "".join(
        f"  - {{on: {on}, answers: {{cannot-sit-still: {value}}}}}\n"
        for on, value in (BEFORE, REACHED, ("2026-05-01", "no"))
    )
    found = followed(person(ON_IRON + scores + answers))["R-OUT-08:six-months"]
    assert found.conclusion.truth is Truth.NO
    assert found.state.startswith("lost again: IRLS clearly lower")


# Words


def test_no_word_of_targets_is_one_that_may_not_be_said() -> None:
    for target in load().of(Target).values():
        assert spoken(target.words.clinician, load(), "clinician") == ()
        assert spoken(target.words.patient, load(), "patient") == ()
        assert target.words.patient
    for finding in followed(improved(drawn("120"))).values():
        said = f"{finding.state}. {finding.words.patient}"
        assert spoken(said, load(), "patient") == ()
