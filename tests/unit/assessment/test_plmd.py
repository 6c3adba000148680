"""What an index rests on, and when it is a disorder, a finding or neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.assessment.plmd import periodic_limb_movements
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import ConditionFact, NightSummary

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
SINCE = PartialDate.parse("2024")
assert SINCE is not None
PRECLUDING = ("narcolepsy", "obstructive-sleep-apnea", "rem-sleep-behavior-disorder")
NO_URGE = {"urge-to-move-legs": "no"}
DISORDER = {**NO_URGE, "plms-disturbance": "yes", "plms-better-explained": "no"}
FOUR = {
    "urge-to-move-legs": "yes",
    "worse-at-rest": "yes",
    "relief-by-movement": "yes",
    "worse-evening-night": "yes",
}
CaseOf = Callable[..., Case]


def night(index: float | None = 34.0, day: int = 1, **others: Any) -> NightSummary:
    known = {
        "method": "polysomnography",
        "rules": "wasm-2016",
        "respiratory_movements": "excluded",
        **others,
    }
    return NightSummary(date(2026, 4, day), plms_index_per_h=index, **known)


def conditions(**present: bool) -> tuple[ConditionFact, ...]:
    assert SINCE is not None
    states = {**dict.fromkeys(PRECLUDING, False)}
    states |= {name.replace("_", "-"): there for name, there in present.items()}
    return tuple(ConditionFact(name, there, SINCE) for name, there in states.items())


def findings(case: Case) -> dict[str, Finding]:
    return {f.conclusion.id: f for f in periodic_limb_movements(case, {})}


def truth(case: Case, rule: str) -> Truth:
    return findings(case)[rule].conclusion.truth


@pytest.mark.parametrize(
    ("others", "truths"),
    [
        ({}, (YES, YES, YES, UNKNOWN)),
        ({"plms_arousal_index_per_h": 12.0}, (YES, YES, YES, YES)),
        ({"rules": ""}, (UNKNOWN, UNKNOWN, YES, UNKNOWN)),
        ({"rules": "", "scored_by_ekbom": True}, (YES, YES, YES, UNKNOWN)),
        ({"rules": "laboratory rules of 1995"}, (UNKNOWN, NO, YES, UNKNOWN)),
        ({"rules": "irlssg-2014"}, (UNKNOWN, NO, YES, UNKNOWN)),
        ({"method": "actigraphy", "rules": ""}, (NO, UNKNOWN, YES, NO)),
        ({"method": "unknown"}, (UNKNOWN, YES, YES, UNKNOWN)),
        ({"respiratory_movements": "included"}, (YES, YES, NO, UNKNOWN)),
        ({"respiratory_movements": "unknown"}, (YES, YES, UNKNOWN, UNKNOWN)),
    ],
)
def test_what_the_number_rests_on(
    case_of: CaseOf, others: dict[str, Any], truths: tuple[Truth, ...]
) -> None:
    found = findings(case_of(nights=(night(**others),)))
    rules = ("R-PLM-01", "R-PLM-02", "R-PLM-03", "R-PLM-04")
    assert tuple(found[rule].conclusion.truth for rule in rules) == truths


def test_without_a_night_everything_is_open_but_restless_legs(case_of: CaseOf) -> None:
    found = findings(case_of())
    assert {f.conclusion.truth for f in found.values()} == {UNKNOWN}
    assert all(f.conclusion.all_missing() for f in found.values())


def test_criteria_a_to_d(case_of: CaseOf) -> None:
    case = case_of(DISORDER, nights=(night(),), conditions=conditions())
    assert truth(case, "R-PLM-06") is YES


@pytest.mark.parametrize(
    ("answers", "present", "others", "expected"),
    [
        ({}, {}, {"method": "actigraphy"}, UNKNOWN),
        ({}, {}, {"rules": ""}, UNKNOWN),
        ({}, {}, {"index": 15.0}, NO),
        ({}, {}, {"respiratory_movements": "included"}, UNKNOWN),
        ({}, {}, {"index": 3.0, "respiratory_movements": "included"}, NO),
        ({"plms-disturbance": "no"}, {}, {}, NO),
        ({"plms-disturbance": "unknown"}, {}, {}, UNKNOWN),
        ({"plms-better-explained": "yes"}, {}, {}, NO),
        ({"plms-better-explained": "unknown"}, {}, {}, UNKNOWN),
        ({}, {"narcolepsy": True}, {}, NO),
        ({}, {"rem_sleep_behavior_disorder": True}, {}, NO),
        ({}, {"obstructive_sleep_apnea": True}, {}, UNKNOWN),
        ({"osa-treated": "no"}, {"obstructive_sleep_apnea": True}, {}, NO),
        ({"osa-treated": "yes"}, {"obstructive_sleep_apnea": True}, {}, YES),
        (FOUR, {}, {}, UNKNOWN),
        (FOUR, {"restless_legs_syndrome": True}, {}, NO),
        (FOUR, {"restless_legs_syndrome": False}, {}, UNKNOWN),
        ({**FOUR, "solely-another-condition": "no"}, {}, {}, NO),
        ({**FOUR, "solely-another-condition": "yes"}, {}, {}, YES),
        ({"urge-to-move-legs": "unknown"}, {}, {}, UNKNOWN),
        ({"urge-to-move-legs": "unknown"}, {"restless_legs_syndrome": False}, {}, YES),
        ({}, {"restless_legs_syndrome": True}, {}, NO),
    ],
)
def test_each_criterion_of_the_disorder(
    case_of: CaseOf,
    answers: dict[str, str],
    present: dict[str, bool],
    others: dict[str, Any],
    expected: Truth,
) -> None:
    case = case_of(
        {**DISORDER, **answers}, nights=(night(**others),), conditions=conditions(**present)
    )
    assert truth(case, "R-PLM-06") is expected


@pytest.mark.parametrize("name", PRECLUDING)
def test_a_precluding_disorder_nobody_looked_for_leaves_it_open(case_of: CaseOf, name: str) -> None:
    known = tuple(fact for fact in conditions() if fact.condition != name)
    found = findings(case_of(DISORDER, nights=(night(),), conditions=known))["R-PLM-06"]
    assert found.conclusion.truth is UNKNOWN
    assert f"condition:{name}" in {missing.key for missing in found.conclusion.all_missing()}


def test_restless_legs_take_precedence_and_it_is_said(case_of: CaseOf) -> None:
    answers = {**DISORDER, **FOUR, "solely-another-condition": "no"}
    found = findings(case_of(answers, nights=(night(),), conditions=conditions()))
    assert found["R-PLM-06"].state == "restless legs takes precedence"
    assert found["R-PLM-07"].conclusion.truth is NO
    assert found["R-PLM-09"].conclusion.truth is YES
    section = periodic_limb_movements(case_of(answers, nights=(night(),)), {})
    assert "takes precedence" in section.summary.clinician


def test_while_the_fifth_criterion_is_open_so_is_the_disorder(case_of: CaseOf) -> None:
    answers = {**DISORDER, **FOUR, "solely-another-condition": "unknown"}
    found = findings(case_of(answers, nights=(night(),), conditions=conditions()))
    missing = {missing.key for missing in found["R-PLM-06"].conclusion.all_missing()}
    assert missing == {"question:solely-another-condition"}
    assert found["R-PLM-09"].conclusion.truth is YES


def test_actigraphy_after_a_polysomnography_changes_nothing(case_of: CaseOf) -> None:
    worn = NightSummary(date(2026, 4, 9), method="actigraphy", plms_index_per_h=3.0)
    case = case_of(DISORDER, nights=(night(), worn), conditions=conditions())
    assert truth(case, "R-PLM-06") is YES


def test_actigraphy_alone_asks_for_a_polysomnography(case_of: CaseOf) -> None:
    case = case_of(DISORDER, nights=(night(method="actigraphy"),), conditions=conditions())
    missing = findings(case)["R-PLM-06"].conclusion.all_missing()
    assert "night:polysomnography" in {part.key for part in missing}


@pytest.mark.parametrize(
    ("answers", "index", "expected"),
    [
        ({**NO_URGE, "plms-disturbance": "no"}, 34.0, YES),
        ({**NO_URGE, "plms-disturbance": "no"}, 3.0, NO),
        ({**NO_URGE, "plms-disturbance": "yes"}, 34.0, NO),
        (NO_URGE, 34.0, UNKNOWN),
        ({**FOUR, "plms-disturbance": "no"}, 34.0, UNKNOWN),
        ({**FOUR, "plms-disturbance": "no", "solely-another-condition": "no"}, 34.0, NO),
        ({**FOUR, "plms-disturbance": "no", "solely-another-condition": "yes"}, 34.0, YES),
    ],
)
def test_isolated_finding(
    case_of: CaseOf, answers: dict[str, str], index: float, expected: Truth
) -> None:
    assert truth(case_of(answers, nights=(night(index),)), "R-PLM-07") is expected


@pytest.mark.parametrize(
    ("nights", "expected"),
    [
        ((night(3.0),), YES),
        ((night(34.0),), NO),
        ((night(3.0, 1), night(4.0, 2)), NO),
        ((night(3.0, 1), night(4.0, 2, method="actigraphy")), YES),
        ((night(None),), UNKNOWN),
    ],
)
def test_one_normal_night_leaves_it_open(
    case_of: CaseOf, nights: tuple[NightSummary, ...], expected: Truth
) -> None:
    assert truth(case_of(nights=nights), "R-PLM-08") is expected


def test_nights_under_different_rules_are_not_compared(case_of: CaseOf) -> None:
    mixed = (night(3.0, 1, rules="aasm-3"), night(4.0, 2))
    same = (night(3.0, 1), night(4.0, 2))
    codes = [
        {caveat.code for caveat in findings(case_of(nights=nights))["R-PLM-08"].conclusion.caveats}
        for nights in (mixed, same)
    ]
    assert codes == [{"nights-not-comparable"}, set()]


def test_a_normal_night_is_never_said_to_exclude_restless_legs(case_of: CaseOf) -> None:
    found = findings(case_of(nights=(night(3.0),)))
    assert "does not exclude restless legs syndrome" in found["R-PLM-05"].words.clinician
    assert "can be there without such movements" in found["R-PLM-05"].words.patient


def test_every_conclusion_has_a_source(case_of: CaseOf) -> None:
    for case in (case_of(), case_of(DISORDER, nights=(night(),), conditions=conditions())):
        assert all(f.conclusion.cited() for f in periodic_limb_movements(case, {}))


def test_a_patient_without_a_recording_hears_nothing_about_one(case_of: CaseOf) -> None:
    section = periodic_limb_movements(case_of(FOUR), {})
    assert section.summary.clinician
    assert not section.summary.patient
    assert not any(finding.words.patient for finding in section)
