"""The diagnostic section: what is told, in which words, and that doubt never flips it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekbom.assessment.assess import editions_on
from ekbom.assessment.case import Case
from ekbom.assessment.diagnosis import diagnosis
from ekbom.assessment.findings import Finding
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import GivenAnswer, Patient, Person

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
DAY = date(2026, 5, 10)
FOUR = {
    "urge-to-move-legs": "yes",
    "worse-at-rest": "yes",
    "relief-by-movement": "yes",
    "worse-evening-night": "yes",
}
ALL = {**FOUR, "solely-another-condition": "no"}
CaseOf = Callable[..., Case]


def findings(case: Case) -> dict[str, Finding]:
    return {finding.conclusion.id: finding for finding in diagnosis(case, {})}


@pytest.mark.parametrize(
    ("answers", "truth", "state"),
    [
        (ALL, YES, "criteria met"),
        (FOUR, UNKNOWN, "mimics not yet excluded"),
        ({**ALL, "solely-another-condition": "unknown"}, UNKNOWN, "mimics not yet excluded"),
        ({**ALL, "solely-another-condition": "yes"}, NO, "accounted for by another condition"),
        ({**ALL, "worse-at-rest": "no"}, NO, "criteria not met, consider differential"),
        ({**ALL, "worse-at-rest": "unknown"}, UNKNOWN, "not all answered"),
        ({}, UNKNOWN, "not all answered"),
    ],
)
def test_criteria_together(
    case_of: CaseOf, answers: dict[str, str], truth: Truth, state: str
) -> None:
    together = findings(case_of(answers))["R-DX-06"]
    assert (together.conclusion.truth, together.state) == (truth, state)


def test_met_in_history_is_told(case_of: CaseOf) -> None:
    answers = {
        **ALL,
        "worse-evening-night": "no",
        "worse-evening-night-earlier": "yes",
        "very-severe": "yes",
    }
    found = findings(case_of(answers))
    assert found["R-DX-04"].state == "met in history"
    assert found["R-DX-06"].state == "criteria met"
    codes = {caveat.code for caveat in found["R-DX-06"].conclusion.all_caveats()}
    assert codes == {"met-in-history"}


def test_in_2010_four_criteria_answer_and_the_fifth_is_told_as_later(case_of: CaseOf) -> None:
    found = findings(case_of(FOUR, editions={"diagnosis": "irlssg-2003"}))
    together = found["R-DX-06"]
    assert together.conclusion.truth is YES
    assert "fifth" in together.words.clinician
    assert "2014" in together.words.clinician
    assert {caveat.code for caveat in together.conclusion.caveats} == {"four-criteria-only"}
    later = {"R-DX-05", "R-DX-07:chronic-persistent", "R-DX-08"}
    assert later.isdisjoint(found)


@pytest.mark.parametrize("truth", [YES, NO, UNKNOWN])
def test_words_of_2003_speak_of_four_and_not_of_five(case_of: CaseOf, truth: Truth) -> None:
    answers = {**FOUR, "worse-at-rest": truth.value}
    summary = diagnosis(case_of(answers, editions={"diagnosis": "irlssg-2003"}), {}).summary
    assert "first four" in summary.clinician
    assert "five" not in summary.clinician + summary.patient


@pytest.mark.parametrize("solely", ["yes", "no", "unknown"])
@pytest.mark.parametrize("rest", ["yes", "no", "unknown"])
def test_summary_names_the_criteria_and_never_tells_anyone_what_they_have(
    case_of: CaseOf, solely: str, rest: str
) -> None:
    answers = {**ALL, "solely-another-condition": solely, "worse-at-rest": rest}
    summary = diagnosis(case_of(answers), {}).summary
    for words in (summary.clinician, summary.patient):
        assert "five published criteria (IRLSSG 2014)" in words
        assert "you have" not in words.lower()


def test_four_of_five_is_told_apart_from_answers_that_are_missing(case_of: CaseOf) -> None:
    four = diagnosis(case_of(FOUR), {}).summary
    nothing = diagnosis(case_of(), {}).summary
    assert "first four criteria are met" in four.clinician
    assert "first four criteria are met" not in nothing.clinician


def test_every_conclusion_has_sources_and_every_unknown_says_what_is_missing(
    case_of: CaseOf,
) -> None:
    for answers in ({}, FOUR, ALL):
        for finding in diagnosis(case_of(answers), {}):
            assert finding.conclusion.cited(), finding.conclusion.id
            if finding.conclusion.truth is UNKNOWN and finding.state != "criteria met":
                named = finding.conclusion.all_missing() or finding.conclusion.all_caveats()
                assert named, finding.conclusion.id


def test_pregnancy_changes_the_words_and_not_the_criteria(case_of: CaseOf) -> None:
    pregnant = findings(case_of({**ALL, "pregnant": "yes"}))
    man = findings(case_of(ALL, sex="male"))
    assert pregnant["R-DX-16"].conclusion.truth is YES
    assert "third trimester" in pregnant["R-DX-16"].words.clinician
    assert man["R-DX-16"].conclusion.truth is NO
    assert not man["R-DX-16"].words.clinician
    assert pregnant["R-DX-06"].conclusion.truth is man["R-DX-06"].conclusion.truth is YES


# A known answer that is forgotten -----------------------------------------------------------------

ASKED = (
    *ALL,
    "worse-at-rest-earlier",
    "relief-by-movement-earlier",
    "worse-evening-night-earlier",
    "very-severe",
    "medication-list-complete",
    "dopaminergic-response",
    "augmentation-suspected",
    "clinician-judged-young-child",
    "own-words",
    "course-provoked",
)
# Mostly met, so that one answer can matter.
NEARLY_ALL = {
    question: st.sampled_from([value] * 3 + ["yes", "no"]) for question, value in ALL.items()
}
ANYTHING = {question: st.sampled_from(["yes", "no", "unknown"]) for question in ASKED}
ANSWERS = st.fixed_dictionaries({**ANYTHING, **NEARLY_ALL})
EDITIONS = st.sampled_from(["irlssg-2003", "irlssg-2014"])


def together(answers: dict[str, str], born: str, edition: str) -> Truth:
    day = PartialDate.parse(born)
    assert day is not None
    patient = Patient(
        "property", Person(day), answers=tuple(GivenAnswer(q, v, DAY) for q, v in answers.items())
    )
    knowledge = load()
    case = Case(patient, knowledge, DAY, editions_on(DAY, knowledge, {"diagnosis": edition}))
    return findings(case)["R-DX-06"].conclusion.truth


# Every answer of each is forgotten in turn, and each time the criteria are judged anew.
@settings(max_examples=30)
@given(ANSWERS, st.sampled_from(["1978", "2020", "2021-06"]), EDITIONS)
def test_forgetting_one_answer_never_turns_yes_into_no_or_no_into_yes(
    answers: dict[str, str], born: str, edition: str
) -> None:
    known = together(answers, born, edition)
    for question, value in answers.items():
        if value == "unknown":
            continue
        for forgotten in (
            {**answers, question: "unknown"},
            {q: v for q, v in answers.items() if q != question},
        ):
            then = together(forgotten, born, edition)
            assert {known, then} != {YES, NO}, question


@pytest.mark.parametrize(("answers", "told"), [(FOUR, True), (ALL, False), ({}, False)])
def test_a_patient_hears_of_four_and_five_only_where_it_hangs_on_the_fifth(
    case_of: CaseOf, answers: dict[str, str], told: bool
) -> None:
    section = diagnosis(case_of(answers), {})
    words = [section.summary.patient, *(finding.words.patient for finding in section)]
    assert any("Today a fifth is asked" in said for said in words) is told
