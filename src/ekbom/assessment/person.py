"""Age and pregnancy, as far as other rules depend on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.knowledge.binding import Param
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Truth, below, negated, stated


@dataclass(frozen=True, slots=True)
class PersonLimits:
    """Ages, a, and days of pregnancy, d, at which other rules hold."""

    edition: str
    adult_a: Annotated[float, Param("populations/adult-from", "a")]
    elderly_a: Annotated[float, Param("populations/elderly-from", "a")]
    clinician_below_a: Annotated[float, Param("diagnosis/clinician-entry-below-age", "a")]
    childbearing_from_a: Annotated[float, Param("populations/childbearing-from", "a")]
    childbearing_until_a: Annotated[float, Param("populations/childbearing-until", "a")]
    first_trimester_end_d: Annotated[float, Param("populations/first-trimester-end", "d")]
    second_trimester_end_d: Annotated[float, Param("populations/second-trimester-end", "d")]
    pregnancy_max_d: Annotated[float, Param("record/pregnancy-max", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def person_limits(case: Case) -> PersonLimits:
    """The limits; the same under every edition."""
    return case.fixed_limits(PersonLimits)


# Age -------------------------------------------------------------------------------------------


def is_adult(case: Case) -> Conclusion:
    """Whether the person is an adult, as far as the date of birth tells."""
    return _aged(case, "adult_a")


def is_child(case: Case) -> Conclusion:
    """Whether the person is a child or an adolescent on the day."""
    return negated("A child or adolescent", is_adult(case))


def is_young_child(case: Case) -> Conclusion:
    """Whether the person is too young for answers that no clinician has judged."""
    return negated("A young child", _aged(case, "clinician_below_a"))


def is_elderly(case: Case) -> Conclusion:
    """Whether the person has reached old age."""
    return _aged(case, "elderly_a")


def _aged(case: Case, name: str) -> Conclusion:
    limit = person_limits(case).provenance[name]
    years = float(limit.value)
    return replace(case.is_at_least(years, f"Aged {years:g} or over"), limit=limit)


def is_asked_of(question: Question, case: Case) -> bool:
    """Whether a question may concern the person; of what is not known, it may.

    Parameters
    ----------
    question : Question
        Of the knowledge base.
    case : Case
        The person on a day.
    """
    if question.asked_of == "children":
        return is_child(case).truth is not Truth.NO
    if question.asked_of == "childbearing-age":
        return case.patient.person.sex != "male" and no_childbearing_age(case) is None
    return True


# Pregnancy -------------------------------------------------------------------------------------


def pregnant(case: Case) -> Conclusion:
    """Whether the person is pregnant on the day.

    Unknown where a recorded pregnancy would have lasted longer than any, where the answer is
    older than that or told of a pregnancy that has ended, and where it was yes and pregnancy is
    said to be impossible since. No in men, where pregnancy is said to be impossible, and where
    nobody asked but age leaves no question.
    """
    recorded = _recorded_pregnancy(case)
    if recorded is not None:
        return recorded
    if case.patient.person.sex == "male":
        return _not_pregnant(Fact("person:sex", "Sex", "male", path="person.sex"))
    asked, past = _asked_lately(case), case.answer("past-childbearing")
    if past.truth is Truth.YES and past.fact is not None:
        return _denied(asked, past.fact)
    if asked.truth is not Truth.UNKNOWN:
        return replace(asked, statement="Pregnant")
    return no_childbearing_age(case) or replace(asked, statement="Pregnant")


def _denied(asked: Conclusion, impossible: Fact) -> Conclusion:
    """Impossible by one answer; where another told of a pregnancy, the later one may be a slip."""
    fact = asked.fact
    if asked.truth is not Truth.YES or fact is None or fact.on is None or impossible.on is None:
        return _not_pregnant(impossible)
    if fact.on >= impossible.on:
        return replace(asked, statement="Pregnant")
    return stated(
        Fact(fact.key, fact.name), Truth.UNKNOWN, "Pregnant", "Is the person pregnant now?"
    )


def no_childbearing_age(case: Case) -> Conclusion | None:
    """No to a pregnancy, from age alone; None at an age at which it has to be asked."""
    limits = person_limits(case)
    lowest, highest = case.patient.person.age_years(case.as_of)
    if limits.childbearing_from_a <= highest and lowest < limits.childbearing_until_a:
        return None
    age = Fact("person:age", "Age", float(lowest), "a", case.as_of, "person.born")
    return _not_pregnant(age)


def days_pregnant(case: Case) -> int | None:
    """Days since the last period of a pregnancy that goes on; None where no date is known."""
    going = [p for p in case.patient.pregnancies if p.ended is None or p.ended > case.as_of]
    return (case.as_of - going[-1].last_period).days if going else None


def trimester(case: Case) -> str:
    """``first``, ``second`` or ``third`` of a pregnancy that goes on; empty where not known."""
    days = days_pregnant(case)
    if days is None or pregnant(case).truth is not Truth.YES:
        return ""
    limits = person_limits(case)
    if days < limits.first_trimester_end_d:
        return "first"
    return "second" if days < limits.second_trimester_end_d else "third"


def first_trimester(case: Case) -> Conclusion:
    """Whether a pregnancy is in its first trimester; no where there is none."""
    expecting = pregnant(case)
    if expecting.truth is not Truth.YES:
        statement = "In the first trimester"
        return Conclusion(expecting.truth, statement, parts=(expecting,), decided_by=(expecting,))
    days = days_pregnant(case)
    value = None if days is None else float(days)
    fact = Fact("person:days-pregnant", "Days since the last period", value, "d", case.as_of)
    return below(fact, person_limits(case).provenance["first_trimester_end_d"])


def _asked_lately(case: Case) -> Conclusion:
    """What was answered, unless it says nothing of the day: too old, or of what has ended."""
    asked = case.answer("pregnant")
    fact = asked.fact
    if fact is None or fact.on is None:
        return asked
    lately = (case.as_of - fact.on).days <= person_limits(case).pregnancy_max_d
    if lately and not (asked.truth is Truth.YES and _ended_since(case, fact.on)):
        return asked
    return stated(
        Fact(fact.key, fact.name), Truth.UNKNOWN, asked.statement, "Is the person pregnant now?"
    )


def _ended_since(case: Case, day: date) -> bool:
    """Whether a recorded pregnancy of that day has ended."""
    recorded = case.patient.pregnancies
    return any(
        p.ended is not None and p.last_period <= day < p.ended <= case.as_of for p in recorded
    )


def _recorded_pregnancy(case: Case) -> Conclusion | None:
    days = days_pregnant(case)
    if days is None:
        return None
    fact = Fact("person:pregnant", "Pregnant", path=case.patient.pregnancies[-1].path)
    if days > person_limits(case).pregnancy_max_d:
        return stated(fact, Truth.UNKNOWN, "Pregnant", "When did the recorded pregnancy end?")
    return stated(replace(fact, value="yes"), Truth.YES, "Pregnant")


def _not_pregnant(fact: Fact) -> Conclusion:
    return stated(fact, Truth.NO, "Pregnant")
