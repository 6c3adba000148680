"""Course, clinical significance and supportive features."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.assessment.specifiers import clinical_significance, course, supportive_features
from ekbom.logic import Conclusion, Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import MedicationUse, NightSummary, Relative

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
MET, NOT_MET = Conclusion(YES, "met"), Conclusion(NO, "not met")
PERSISTENT, INTERMITTENT = "R-DX-07:chronic-persistent", "R-DX-07:intermittent"
DAY = date(2026, 5, 1)
UNPROVOKED = {"course-provoked": "no"}
CaseOf = Callable[..., Case]


def by_id(findings: tuple[Finding, ...]) -> dict[str, Conclusion]:
    return {finding.conclusion.id: finding.conclusion for finding in findings}


@pytest.mark.parametrize(
    ("days", "events", "persistent", "intermittent"),
    [
        (7.0, None, YES, NO),
        (2.0, None, YES, NO),
        (1.9, 5.0, NO, YES),
        (1.9, 4.0, NO, NO),
        (1.9, None, NO, UNKNOWN),
        (None, 4.0, UNKNOWN, NO),
        (None, 200.0, UNKNOWN, UNKNOWN),
    ],
)
def test_course_in_an_adult(
    case_of: CaseOf,
    days: float | None,
    events: float | None,
    persistent: Truth,
    intermittent: Truth,
) -> None:
    numbers = {"symptom-days-per-week": days, "lifetime-events": events}
    answers = {**UNPROVOKED, **{q: v for q, v in numbers.items() if v is not None}}
    found = by_id(course(case_of(answers), MET))
    assert (found[PERSISTENT].truth, found[INTERMITTENT].truth) == (persistent, intermittent)


@pytest.mark.parametrize(
    ("born", "provoked", "criteria", "code"),
    [
        ("2014-01-01", "no", MET, "course-in-a-child"),
        ("1978-03-14", "yes", MET, "course-provoked"),
        ("1978-03-14", "no", NOT_MET, "course-without-criteria"),
    ],
)
def test_no_course_in_a_child_nor_while_provoked_nor_without_the_criteria(
    case_of: CaseOf, born: str, provoked: str, criteria: Conclusion, code: str
) -> None:
    answers = {"symptom-days-per-week": 5.0, "course-provoked": provoked}
    persistent = by_id(course(case_of(answers, born=born), criteria))[PERSISTENT]
    assert persistent.truth is UNKNOWN
    assert code in {caveat.code for caveat in persistent.caveats}


def test_a_course_named_while_the_criteria_are_open_says_so(case_of: CaseOf) -> None:
    answers = {"symptom-days-per-week": 5.0, **UNPROVOKED}
    for criteria, codes in ((MET, set()), (Conclusion(UNKNOWN, "?"), {"course-without-criteria"})):
        persistent = by_id(course(case_of(answers), criteria))[PERSISTENT]
        assert persistent.truth is YES
        assert {caveat.code for caveat in persistent.caveats} == codes


def test_course_on_the_18th_birthday_and_the_day_before(case_of: CaseOf) -> None:
    answers = {"symptom-days-per-week": 5.0, **UNPROVOKED}
    adult = by_id(course(case_of(answers, born="2008-05-10"), MET))[PERSISTENT]
    child = by_id(course(case_of(answers, born="2008-05-11"), MET))[PERSISTENT]
    assert (adult.truth, child.truth) == (YES, UNKNOWN)


@pytest.mark.parametrize(
    ("drug", "stopped", "codes"),
    [
        ("pregabalin", None, ["course-treated"]),
        ("pramipexole", None, ["course-treated"]),
        ("pramipexole", "2020", []),
        ("levothyroxine", None, []),
    ],
)
def test_course_of_someone_treated_carries_the_caveat(
    case_of: CaseOf, drug: str, stopped: str | None, codes: list[str]
) -> None:
    ended = PartialDate.parse(stopped) if stopped else None
    taken = MedicationUse(drug, started=PartialDate.parse("2019"), stopped=ended)
    answers = {"symptom-days-per-week": 5.0, **UNPROVOKED}
    persistent = by_id(course(case_of(answers, medications=(taken,)), MET))[PERSISTENT]
    assert persistent.truth is YES
    assert [caveat.code for caveat in persistent.caveats] == codes


@pytest.mark.parametrize("value", ["yes", "no", "unknown"])
def test_clinical_significance_is_distress_or_impairment(case_of: CaseOf, value: str) -> None:
    assert clinical_significance(case_of({"distress-or-impairment": value})).truth == value


def supportive(case: Case, part: str) -> Truth:
    return by_id(supportive_features(case))[f"R-DX-09:{part}"].truth


@pytest.mark.parametrize(
    ("relatives", "answer", "truth"),
    [
        ([("mother", "yes")], "unknown", YES),
        ([("mother", "yes")], "no", YES),
        ([("other", "yes")], "unknown", UNKNOWN),
        ([("mother", "no"), ("father", "no")], "unknown", UNKNOWN),
        ([("mother", "no")], "no", NO),
        ([], "yes", YES),
    ],
)
def test_family_by_list_or_answer(
    case_of: CaseOf, relatives: list[tuple[str, str]], answer: str, truth: Truth
) -> None:
    family = tuple(Relative(relation, legs, DAY) for relation, legs in relatives)  # type: ignore[arg-type]
    case = case_of({"first-degree-relative-affected": answer}, family=family)
    assert supportive(case, "family") is truth


@pytest.mark.parametrize(
    ("index", "test", "truth"),
    [
        (16.0, None, YES),
        (3.0, None, NO),
        (3.0, 41.0, YES),
        (None, 41.0, YES),
        (None, 12.0, UNKNOWN),
        (3.0, 12.0, NO),
        (None, None, UNKNOWN),
    ],
)
def test_movements_support_by_a_night_or_a_test(
    case_of: CaseOf, index: float | None, test: float | None, truth: Truth
) -> None:
    night = NightSummary(
        DAY, "polysomnography", plms_index_per_h=index, immobilization_plmw_index_per_h=test
    )
    assert supportive(case_of(nights=(night,)), "plms") is truth


@pytest.mark.parametrize(("value", "truth"), [("yes", NO), ("no", YES), ("unknown", UNKNOWN)])
def test_absence_of_profound_sleepiness_supports(case_of: CaseOf, value: str, truth: Truth) -> None:
    assert supportive(case_of({"profound-sleepiness": value}), "no-profound-sleepiness") is truth


def test_a_past_response_supports_and_no_trial_is_proposed(case_of: CaseOf) -> None:
    findings = supportive_features(case_of({"dopaminergic-response": "yes"}))
    (found,) = (f for f in findings if f.conclusion.id == "R-DX-09:dopaminergic-response")
    assert found.conclusion.truth is YES
    assert "not proposed" in found.words.clinician
    asked = [m.ask for f in findings for m in f.conclusion.all_missing()]
    assert not any("trial" in ask for ask in asked)
