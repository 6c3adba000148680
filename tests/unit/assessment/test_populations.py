"""Special situations: by age, pregnancy, sex and record; what is not known stays open."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ekbom.assessment.person import pregnant, trimester
from ekbom.assessment.populations import populations
from ekbom.knowledge.education import NeverSay
from ekbom.knowledge.loading import load
from ekbom.knowledge.records import Rule
from ekbom.logic import Truth
from ekbom.patient.patient import GivenAnswer, Pregnancy

RULES = {id: rule for id, rule in load().of(Rule).items() if id.startswith("R-POP-01:")}


def found(case) -> dict[str, Truth]:
    return {f.conclusion.id: f.conclusion.truth for f in populations(case, {})}


def test_every_situation_has_its_finding(case_of) -> None:
    assert set(found(case_of(born="2016-09-01"))) == set(RULES)


def test_nobody_asks_whether_an_adult_is_a_young_child(case_of) -> None:
    assert set(RULES) - set(found(case_of())) == {"R-POP-01:young-child"}
    assert "R-POP-01:young-child" in found(case_of(born="2008"))


def test_what_holds_comes_first_and_what_is_open_second(case_of) -> None:
    states = [f.conclusion.truth for f in populations(case_of(born="1990-01-01"), {})]
    assert states == sorted(states, key=[Truth.YES, Truth.UNKNOWN, Truth.NO].index)


def test_the_limit_of_an_age_is_cited(case_of) -> None:
    section = populations(case_of(born="1950-01-01"), {})
    elderly = next(f for f in section if f.conclusion.id == "R-POP-01:elderly")
    limits = [leaf.limit for leaf in elderly.conclusion.deciding_leaves() if leaf.limit]
    assert [limit.parameter for limit in limits] == ["populations/elderly-from"]
    assert "seed-001" in {citation.source for citation in elderly.conclusion.cited()}


@pytest.mark.parametrize(
    ("last_period", "part"),
    [
        (date(2026, 5, 9), "first"),
        (date(2026, 2, 2), "first"),
        (date(2026, 2, 1), "second"),
        (date(2025, 10, 27), "second"),
        (date(2025, 10, 26), "third"),
        (date(2025, 7, 1), "third"),
    ],
)
def test_trimester_counts_from_the_last_period(case_of, last_period: date, part: str) -> None:
    case = case_of(pregnancies=(Pregnancy(last_period),))
    assert trimester(case) == part


def test_a_pregnancy_longer_than_any_is_asked_about(case_of) -> None:
    case = case_of(pregnancies=(Pregnancy(date(2025, 6, 28)),))
    conclusion = pregnant(case)
    assert conclusion.truth is Truth.UNKNOWN
    assert [m.ask for m in conclusion.all_missing()] == ["When did the recorded pregnancy end?"]
    assert trimester(case) == ""


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_older_than_any_pregnancy_says_nothing_of_the_day(case_of, answer: str) -> None:
    case = case_of({"pregnant": answer})
    answered = case.patient.answers[0].on
    last = replace(case, as_of=answered + timedelta(days=315))
    assert pregnant(last).truth is Truth(answer)
    later = replace(case, as_of=answered + timedelta(days=316))
    assert pregnant(later).truth is Truth.UNKNOWN
    assert [missing.key for missing in pregnant(later).all_missing()] == ["question:pregnant"]


def answered(case_of, **said: tuple[str, date]) -> Truth:
    given = tuple(
        GivenAnswer(question.replace("_", "-"), value, on) for question, (value, on) in said.items()
    )
    case = case_of()
    patient = replace(case.patient, answers=tuple(sorted(given, key=lambda answer: answer.on)))
    return pregnant(replace(case, patient=patient)).truth


EARLIER, LATER = date(2026, 4, 1), date(2026, 5, 1)


def test_pregnancy_called_impossible_never_hides_one_that_was_told(case_of) -> None:
    yes_earlier, yes_later, no = ("yes", EARLIER), ("yes", LATER), ("no", LATER)
    assert answered(case_of, past_childbearing=yes_earlier) is Truth.NO
    assert answered(case_of, past_childbearing=yes_earlier, pregnant=no) is Truth.NO
    assert answered(case_of, past_childbearing=yes_earlier, pregnant=yes_later) is Truth.YES
    assert answered(case_of, past_childbearing=yes_later, pregnant=yes_later) is Truth.YES
    assert answered(case_of, past_childbearing=yes_later, pregnant=yes_earlier) is Truth.UNKNOWN


def test_what_was_told_in_a_pregnancy_that_has_ended_is_asked_again(case_of) -> None:
    ended = Pregnancy(date(2025, 6, 28), date(2026, 5, 5))
    case = case_of({"pregnant": "yes"}, pregnancies=(ended,))
    assert pregnant(case).truth is Truth.UNKNOWN
    before = replace(ended, ended=date(2026, 5, 1))
    assert pregnant(case_of({"pregnant": "yes"}, pregnancies=(before,))).truth is Truth.YES


def test_an_ended_pregnancy_is_none(case_of) -> None:
    ended = Pregnancy(date(2025, 6, 28), date(2026, 4, 1))
    assert pregnant(case_of(pregnancies=(ended,))).truth is Truth.UNKNOWN
    assert pregnant(case_of({"pregnant": "no"}, pregnancies=(ended,))).truth is Truth.NO


@pytest.mark.parametrize(
    ("born", "sex", "expected"),
    [
        ("2018-01-01", "female", Truth.NO),
        ("1990-01-01", "female", Truth.UNKNOWN),
        ("1990-01-01", None, Truth.UNKNOWN),
        ("1950-01-01", "female", Truth.NO),
        ("1990-01-01", "male", Truth.NO),
    ],
)
def test_pregnancy_and_breastfeeding_are_asked_of_those_who_may(
    case_of, born: str, sex: str | None, expected: Truth
) -> None:
    truths = found(case_of(born=born, sex=sex))
    assert truths["R-POP-01:pregnant"] is expected
    assert truths["R-POP-01:breastfeeding"] is expected


def test_nobody_asks_an_old_woman_about_breastfeeding_who_said_she_is_not_pregnant(case_of) -> None:
    case = case_of({"pregnant": "no"}, born="1950-01-01")
    assert found(case)["R-POP-01:breastfeeding"] is Truth.NO


def test_an_answer_weighs_more_than_age(case_of) -> None:
    case = case_of({"pregnant": "yes", "breastfeeding": "yes"}, born="1950-01-01")
    assert found(case)["R-POP-01:pregnant"] is Truth.YES
    assert found(case)["R-POP-01:breastfeeding"] is Truth.YES


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_what_holds_says_what_changes_in_allowed_words(rule: Rule) -> None:
    assert rule.when["yes"].clinician
    assert rule.when["yes"].patient
    for words in rule.when.values():
        for record in load().of(NeverSay).values():
            for mode in record.modes:
                assert not re.search(record.pattern, getattr(words, mode), re.IGNORECASE), record.id
