"""Early signs, at the first visit that shows them; the scale that grades them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.followup.augmentation import augmentation
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
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
START, FIRST, SECOND, THIRD = (
    date(2020, 1, 10),
    date(2022, 10, 3),
    date(2023, 4, 12),
    date(2023, 9, 20),
)
USES = (MedicationUse("pramipexole", PartialDate(START, START), form="salt"),)
Visits = Mapping[date, Mapping[str, str | float]]
BEFORE: Mapping[str, str | float] = {
    "usual-onset-clock": "23:30",
    "arms-or-other-parts": "no",
    "latency-at-rest-min": 30.0,
}
DENIED: Mapping[str, str | float] = {
    **BEFORE,
    "earlier-or-higher-dose-asked": "no",
    "augmentation-suspected": "no",
}


def findings(
    visits: Visits, as_of: date = THIRD, scores: tuple[FilledQuestionnaire, ...] = ()
) -> dict[str, Finding]:
    given = tuple(
        GivenAnswer(question, value, day)
        for day, answers in {START: BEFORE, **visits}.items()
        for question, value in answers.items()
    )
    patient = Patient(
        "p", Person(BORN), answers=given, medications=USES, questionnaires=scores
    ).as_of(as_of)
    case = Case(patient, BASE, as_of, editions_on(as_of, BASE))
    return {f.conclusion.id: f for f in augmentation(case, {})}


def sign(visits: Visits, as_of: date = THIRD) -> tuple[Truth, str]:
    found = findings(visits, as_of)["R-AUG-02"]
    return found.conclusion.truth, found.state


@pytest.mark.parametrize(
    ("onset", "met"),
    [("21:30", YES), ("21:31", NO), ("19:30", YES), ("01:30", NO), ("14:00", YES)],
)
def test_an_onset_two_hours_earlier_is_a_sign(onset: str, met: Truth) -> None:
    found = findings({THIRD: {**DENIED, "usual-onset-clock": onset}})
    assert found["R-AUG-02:onset"].conclusion.truth is met
    assert found["R-AUG-02"].conclusion.truth is met


def test_an_onset_at_the_turn_of_the_day_asks_for_the_hours() -> None:
    found = findings({THIRD: {"usual-onset-clock": "06:30"}})["R-AUG-02:onset"]
    assert found.conclusion.truth is UNKNOWN
    asked = {missing.key for missing in found.conclusion.all_missing()}
    assert asked == {"question:onset-earlier-than-before-treatment-h"}


@pytest.mark.parametrize(
    ("question", "value", "part"),
    [
        ("arms-or-other-parts", "yes", "body-part"),
        ("spread-since-treatment", "yes", "body-part"),
        ("latency-at-rest-min", 20.0, "latency"),
        ("quicker-at-rest-since-treatment", "yes", "latency"),
        ("earlier-or-higher-dose-asked", "yes", "request"),
        ("augmentation-suspected", "yes", "told"),
    ],
)
def test_any_one_sign_suffices(question: str, value: str | float, part: str) -> None:
    found = findings({THIRD: {question: value}})
    assert found[f"R-AUG-02:{part}"].conclusion.truth is YES
    assert found["R-AUG-02"].conclusion.truth is YES


def test_all_signs_denied_is_no_and_one_not_asked_is_open() -> None:
    assert sign({THIRD: DENIED}) == (NO, "none")
    for question in set(DENIED) - {"augmentation-suspected"}:
        some = {name: value for name, value in DENIED.items() if name != question}
        assert sign({THIRD: some}) == (UNKNOWN, "more needed")


def test_a_change_told_outright_is_not_waited_for() -> None:
    signs = {name: value for name, value in DENIED.items() if name != "augmentation-suspected"}
    assert sign({THIRD: signs})[0] is NO


def test_a_change_told_outright_with_every_sign_denied_is_open() -> None:
    found = findings({THIRD: {**DENIED, "augmentation-suspected": "yes"}})["R-AUG-02"]
    assert found.conclusion.truth is UNKNOWN
    assert "answers-differ" in {caveat.code for caveat in found.conclusion.all_caveats()}
    asked = {missing.key for missing in found.conclusion.all_missing()}
    assert asked == {"question:augmentation-suspected"}


def test_answers_that_differ_leave_it_open_and_are_asked_again() -> None:
    told = {**DENIED, "latency-at-rest-min": 10.0, "quicker-at-rest-since-treatment": "no"}
    found = findings({THIRD: told})["R-AUG-02:latency"]
    assert found.conclusion.truth is UNKNOWN
    assert "answers-differ" in {caveat.code for caveat in found.conclusion.all_caveats()}
    assert len(found.conclusion.all_missing()) == 2


# Over the visits -----------------------------------------------------------------------------


def test_a_sign_is_found_at_the_first_visit_that_shows_it() -> None:
    earlier = {**DENIED, "usual-onset-clock": "21:30"}
    visits = {FIRST: DENIED, SECOND: earlier, THIRD: {**earlier, "arms-or-other-parts": "yes"}}
    assert sign(visits, FIRST) == (NO, "none")
    assert sign(visits, SECOND) == (YES, "first seen on 2023-04-12: earlier onset")
    assert sign(visits, THIRD) == (
        YES,
        "first seen on 2023-04-12: earlier onset, new part of the body",
    )
    found = findings(visits)
    assert found["R-AUG-02:onset"].state == "2 h earlier, since 2023-04-12"
    assert found["R-AUG-02:body-part"].state == "since 2023-09-20"


def test_a_visit_that_did_not_ask_does_not_end_a_sign() -> None:
    visits: Visits = {
        FIRST: {"augmentation-suspected": "yes"},
        SECOND: {"low-mood": "no"},
        THIRD: {"augmentation-suspected": "yes"},
    }
    assert sign(visits)[1].startswith("first seen on 2022-10-03")


def test_a_sign_that_is_gone_is_told_as_gone() -> None:
    visits = {FIRST: {"augmentation-suspected": "yes"}, THIRD: DENIED}
    assert sign(visits) == (NO, "none; seen before, first on 2022-10-03")


def test_a_sign_that_came_back_is_dated_from_its_return() -> None:
    told = {**DENIED, "earlier-or-higher-dose-asked": "yes"}
    visits = {FIRST: told, SECOND: DENIED, THIRD: told}
    assert sign(visits)[1].startswith("first seen on 2023-09-20")


@pytest.mark.parametrize(("as_of", "met"), [(date(2024, 3, 20), NO), (date(2024, 3, 21), UNKNOWN)])
def test_a_denial_holds_for_half_a_year(as_of: date, met: Truth) -> None:
    assert sign({THIRD: DENIED}, as_of)[0] is met


def test_an_old_sign_stands_and_says_that_it_is_old() -> None:
    found = findings({FIRST: {"augmentation-suspected": "yes"}}, date(2026, 1, 1))["R-AUG-02"]
    assert found.conclusion.truth is YES
    assert "answer-not-recent" in {caveat.code for caveat in found.conclusion.all_caveats()}


@pytest.mark.parametrize(("days", "met"), [(30, YES), (31, UNKNOWN)])
def test_worse_days_of_the_past_week_are_asked_again_after_a_month(days: int, met: Truth) -> None:
    as_of = date.fromordinal(THIRD.toordinal() + days)
    found = findings({THIRD: {"worse-days-past-week": 6.0}}, as_of)["MPI-A1"]
    assert found.conclusion.truth is met


def test_signs_told_before_treatment_do_not_count() -> None:
    assert sign({date(2019, 5, 1): {"augmentation-suspected": "yes"}})[0] is UNKNOWN


# The scale -----------------------------------------------------------------------------------

SCALE = {1: 4.0, 2: 5.0, 3: 3.0}
SIGN: Visits = {SECOND: {"augmentation-suspected": "yes"}}


def test_the_scale_is_asked_for_where_a_sign_is_there() -> None:
    found = findings(SIGN)["R-AUG-02:asrs"]
    assert (found.conclusion.truth, found.state) == (UNKNOWN, "not filled in")
    assert {missing.key for missing in found.conclusion.all_missing()} == {"questionnaire:asrs"}
    assert "R-AUG-02:asrs" not in findings({THIRD: DENIED})


def test_the_scale_is_told_by_total_and_items_without_a_limit() -> None:
    scale = FilledQuestionnaire("asrs", THIRD, SCALE, 12.0)
    found = findings(SIGN, scores=(scale,))["R-AUG-02:asrs"]
    assert found.conclusion.truth is YES
    assert found.state == "total 12; items 1: 4, 2: 5, 3: 3 (2023-09-20)"


def test_a_scale_with_an_item_missing_has_no_total() -> None:
    scale = FilledQuestionnaire("asrs", THIRD, {1: 4.0, 3: 3.0})
    found = findings(SIGN, scores=(scale,))["R-AUG-02:asrs"]
    assert found.conclusion.truth is UNKNOWN
    assert found.state == "no total; items 1: 4, 3: 3; missing 2 (2023-09-20)"


def test_a_scale_from_before_the_sign_does_not_count() -> None:
    scale = FilledQuestionnaire("asrs", FIRST, SCALE, 12.0)
    assert findings(SIGN, scores=(scale,))["R-AUG-02:asrs"].conclusion.truth is UNKNOWN
