"""What other editions make of the same facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ekbom.assessment.assess import Assessment, assess, assessed_topics
from ekbom.assessment.changes import against_newest, by_editions_of, changes, newest_editions
from ekbom.assessment.findings import Finding, Section
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Rule
from ekbom.logic import Conclusion, Fact, at_most
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import Patient, Person

DAY = date(2026, 5, 10)
FERRITIN = Fact("lab:ferritin", "Ferritin", 60.0, "ug/L", DAY)
BORN = PartialDate(date(1978, 1, 1), date(1978, 12, 31))


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load()


def limited(value: float) -> Conclusion:
    limit = Sourced(
        value, "ug/L", "iron/limit", "Limit", "e", "irlssg-2018-iron", "p", "abstract", DAY
    )
    return at_most(FERRITIN, limit).named("R-FE-02", "Iron is low")


def made(knowledge: KnowledgeBase, edition: str, *conclusions: Conclusion) -> Assessment:
    editions = dict(newest_editions(knowledge)) | {"iron": edition}
    found = tuple(Finding(c.id, c, str(c.truth)) for c in conclusions)
    return Assessment("p", DAY, editions, "", (Section("iron", "Iron", found),))


def test_another_limit_that_turns_the_conclusion_is_told(knowledge: KnowledgeBase) -> None:
    then = made(knowledge, "practice-before-2016", limited(50))
    now = made(knowledge, "aan-2016", limited(75))
    found = changes(then, now, assessed_topics(knowledge))
    (changed,) = found.conclusions
    assert changed.id == "R-FE-02"
    assert changed.is_other
    assert changed.then is not None and changed.then.state == "no"
    assert changed.now is not None and changed.now.state == "yes"
    (limit,) = changed.limits
    assert limit.then is not None and limit.now is not None
    assert (limit.then.value, limit.now.value) == (50, 75)


def test_another_limit_is_told_even_where_the_conclusion_stays(knowledge: KnowledgeBase) -> None:
    then = made(knowledge, "aan-2016", limited(75))
    now = made(knowledge, "irlssg-2018", limited(100))
    (changed,) = changes(then, now, assessed_topics(knowledge)).conclusions
    assert not changed.is_other
    assert len(changed.limits) == 1


def test_the_same_limit_and_conclusion_are_not_told(knowledge: KnowledgeBase) -> None:
    then, now = (made(knowledge, e, limited(75)) for e in ("aan-2016", "irlssg-2018"))
    assert changes(then, now, assessed_topics(knowledge)).conclusions == ()


@pytest.mark.parametrize("lost", ["then", "now"])
def test_a_rule_in_force_in_one_of_them_only_is_told(knowledge: KnowledgeBase, lost: str) -> None:
    whole = made(knowledge, "aasm-2025", limited(75))
    bare = made(knowledge, "aan-2016")
    pair = (bare, whole) if lost == "then" else (whole, bare)
    (changed,) = changes(*pair, assessed_topics(knowledge)).conclusions
    assert getattr(changed, lost) is None
    assert changed.is_other


def test_steps_between_two_editions_are_those_after_the_older(knowledge: KnowledgeBase) -> None:
    then, now = (made(knowledge, e) for e in ("aan-2016", "aasm-2025"))
    for pair in ((then, now), (now, then)):
        (change,) = changes(*pair, assessed_topics(knowledge)).editions
        assert [step.edition for step in change.steps] == ["irlssg-2018", "aasm-2025"]


def test_nothing_is_compared_where_the_newest_editions_answered(knowledge: KnowledgeBase) -> None:
    patient = Patient("p", Person(BORN))
    assert against_newest(assess(patient, knowledge, DAY), patient, knowledge) is None
    older = assess(patient, knowledge, date(2012, 1, 1))
    found = against_newest(older, patient, knowledge)
    assert found is not None
    assert "iron" in {change.topic for change in found.editions}


def test_days_are_compared_on_the_facts_of_the_last(knowledge: KnowledgeBase) -> None:
    patient = replace(Patient("p", Person(BORN)))
    days = [date(2025, 6, 1), date(2012, 1, 1)]
    found = by_editions_of(days, patient, knowledge)
    assert [day for day, _ in found] == sorted(days)
    assert {assessment.as_of for _, assessment in found} == {max(days)}
    assert [a.editions["iron"] for _, a in found] == ["practice-before-2016", "aasm-2025"]


@pytest.mark.parametrize(
    ("day", "early"),
    [
        (date(2004, 5, 1), {"plmd"}),
        (date(2005, 6, 1), set()),
        (date(2002, 1, 1), {"diagnosis", "iron", "plmd"}),
    ],
)
def test_an_edition_that_was_not_yet_out_is_named(
    knowledge: KnowledgeBase, day: date, early: set[str]
) -> None:
    assert assess(Patient("p", Person(BORN)), knowledge, day).not_yet_out == early


def test_only_topics_that_a_rule_belongs_to_are_answered(knowledge: KnowledgeBase) -> None:
    asked = {rule.topic for rule in knowledge.of(Rule).values() if rule.topic}
    # Options have a topic of their own, which no assessment answers by.
    asked.remove("treatment")
    assert set(assess(Patient("p", Person(BORN)), knowledge, DAY).editions) == asked
