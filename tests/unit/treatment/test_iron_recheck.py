"""When iron is looked at again: days counted from the start on record, partial dates left open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from ekbom.assessment.assess import assessed, case_on
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.assessment.iron import STATUS
from ekbom.followup.infusions import last_infusion
from ekbom.followup.outcomes import OutcomeLimits
from ekbom.knowledge.loading import load
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import (
    ConditionFact,
    Draw,
    FilledQuestionnaire,
    GivenAnswer,
    LabResult,
    MedicationUse,
    Patient,
    Person,
    Pregnancy,
)
from ekbom.treatment.iron_recheck import (
    RecheckLimits,
    further_infusion,
    rechecks,
)

DAY = date(2026, 5, 10)
FCM = "ferric-carboxymaltose"


def use(drug: str, started: str, stopped: str = "") -> MedicationUse:
    return MedicationUse(drug, PartialDate.parse(started), PartialDate.parse(stopped))


def infusion(days_ago: int, drug: str = FCM) -> MedicationUse:
    day = (DAY - timedelta(days=days_ago)).isoformat()
    return use(drug, day, day)


def draw(days_ago: int, **values: float) -> Draw:
    units = {"ferritin": "ug/L", "transferrin_saturation": "%", "phosphate": "mmol/L"}
    results = {
        name.replace("_", "-"): LabResult(name.replace("_", "-"), value, units[name], "")
        for name, value in values.items()
    }
    return Draw(DAY - timedelta(days=days_ago), results)


def both(days_ago: int, ferritin: float = 80.0, saturation: float = 22.0) -> Draw:
    return draw(days_ago, ferritin=ferritin, transferrin_saturation=saturation)


def case(*uses: MedicationUse, born: str = "1978-03-14", **record: Any) -> Case:
    day_of_birth = PartialDate.parse(born)
    assert day_of_birth is not None
    patient = Patient("case", Person(day_of_birth, "male"), medications=uses, **record)
    return case_on(patient, load(), DAY)


def found(on_day: Case, *, by_mouth: bool = True, by_vein: bool = True) -> dict[str, Finding]:
    findings = rechecks(on_day, by_mouth=by_mouth, by_vein=by_vein)
    return {finding.conclusion.id: finding for finding in findings}


# Windows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "drug", "days", "truth"),
    [
        ("R-FE-06:recheck", "ferrous-sulfate", 55, Truth.NO),
        ("R-FE-06:recheck", "ferrous-sulfate", 56, Truth.YES),
        ("R-FE-06:recheck", "ferrous-sulfate", 200, Truth.YES),
        ("R-FE-10:recheck", FCM, 55, Truth.NO),
        ("R-FE-10:recheck", FCM, 56, Truth.YES),
        ("R-FE-10:effect", FCM, 41, Truth.NO),
        ("R-FE-10:effect", FCM, 42, Truth.YES),
    ],
)
def test_days_from_the_start(rule: str, drug: str, days: int, truth: Truth) -> None:
    started = (DAY - timedelta(days=days)).isoformat()
    given = infusion(days) if drug == FCM else use(drug, started)
    assert found(case(given))[rule].conclusion.truth is truth


def test_dates_are_computed_from_the_record() -> None:
    on_day = case(use("ferrous-sulfate", "2026-04-01"), infusion(20))
    states = {id: finding.state for id, finding in found(on_day).items()}
    assert states["R-FE-06:recheck"] == "2026-05-27 to 2026-06-24"
    assert states["R-FE-10:recheck"] == "from 2026-06-15 on"
    assert states["R-FE-10:effect"] == "2026-06-01 to 2026-07-13"


def test_without_a_start_the_weeks_are_told_and_nothing_is_due() -> None:
    complete = (GivenAnswer("medication-list-complete", "yes", DAY),)
    findings = found(case(answers=complete))
    assert findings["R-FE-06:recheck"].state == "8 to 12 weeks after it"
    assert findings["R-FE-10:recheck"].state == "from 8 weeks on after it"
    assert findings["R-FE-10:effect"].state == "6 to 12 weeks after it"
    assert {finding.conclusion.truth for finding in findings.values()} == {Truth.NO}


def test_whether_iron_is_taken_is_unknown_on_an_incomplete_list() -> None:
    finding = found(case())["R-FE-06:recheck"]
    assert finding.conclusion.truth is Truth.UNKNOWN
    assert finding.conclusion.all_missing()


@pytest.mark.parametrize(
    ("month", "truth"), [("2026-05", Truth.NO), ("2026-03", Truth.UNKNOWN), ("2026-02", Truth.YES)]
)
def test_a_month_is_every_day_of_it(month: str, truth: Truth) -> None:
    conclusion = found(case(use(FCM, month, month)))["R-FE-10:recheck"].conclusion
    assert conclusion.truth is truth
    assert bool(conclusion.all_missing()) is (truth is Truth.UNKNOWN)


def test_an_infusion_without_a_date_leaves_all_open_however_old_another_is() -> None:
    on_day = case(infusion(400), MedicationUse(FCM))
    given = last_infusion(on_day)
    assert given is not None and given.days is None
    assert found(on_day)["R-FE-10:recheck"].conclusion.truth is Truth.UNKNOWN


def test_a_course_without_an_end_may_have_gone_on_until_the_day() -> None:
    going_on = MedicationUse(FCM, PartialDate.parse("2025-01-10"))
    filled = FilledQuestionnaire("irls", DAY - timedelta(days=9), total=12)
    draws = (draw(9, ferritin=80.0, transferrin_saturation=22.0, phosphate=1.0),)
    findings = found(case(going_on, draws=draws, questionnaires=(filled,)))
    for rule in ("R-FE-10:recheck", "R-FE-10:effect", "R-FE-09:phosphate"):
        assert findings[rule].conclusion.truth is Truth.UNKNOWN


def test_whether_iron_was_infused_is_unknown_on_an_incomplete_list() -> None:
    conclusion = found(case())["R-FE-10:recheck"].conclusion
    assert conclusion.truth is Truth.UNKNOWN
    assert "Whether intravenous iron was given" in {m.ask for m in conclusion.all_missing()}


def test_only_a_draw_of_both_values_late_enough_counts_as_done() -> None:
    given = infusion(100)
    for drawn, truth in (
        (both(100 - 56), Truth.NO),
        (both(100 - 55), Truth.YES),
        (draw(10, ferritin=80.0), Truth.YES),
    ):
        finding = found(case(given, draws=(drawn,)))["R-FE-10:recheck"]
        assert finding.conclusion.truth is truth
    done = found(case(given, draws=(both(10),)))["R-FE-10:recheck"]
    assert done.state == f"done on {DAY - timedelta(days=10)}"


def test_the_effect_is_done_when_severity_was_scored_in_time() -> None:
    for days_ago, truth in ((50, Truth.NO), (59, Truth.YES)):
        filled = FilledQuestionnaire("irls", DAY - timedelta(days=days_ago), total=12)
        on_day = case(infusion(100), questionnaires=(filled,))
        assert found(on_day)["R-FE-10:effect"].conclusion.truth is truth


def test_a_route_neither_offered_nor_on_record_is_left_out() -> None:
    assert found(case(), by_mouth=False, by_vein=False) == {}
    assert list(found(case(), by_mouth=False)) == ["R-FE-10:recheck", "R-FE-10:effect"]
    assert list(found(case(), by_vein=False)) == ["R-FE-06:recheck"]


# Phosphate -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measured_days_ago", "truth"),
    [(None, Truth.YES), (101, Truth.YES), (100, Truth.YES), (99, Truth.NO)],
)
def test_phosphate_since_the_last_infusion(measured_days_ago: int | None, truth: Truth) -> None:
    draws = () if measured_days_ago is None else (draw(measured_days_ago, phosphate=1.0),)
    finding = found(case(infusion(100), draws=draws))["R-FE-09:phosphate"]
    assert finding.conclusion.truth is truth


def test_phosphate_is_the_matter_of_ferric_carboxymaltose_alone() -> None:
    assert "R-FE-09:phosphate" not in found(case(infusion(100, "iron-sucrose")))
    undated = case(MedicationUse(FCM), draws=(draw(5, phosphate=1.0),))
    assert found(undated)["R-FE-09:phosphate"].conclusion.truth is Truth.UNKNOWN


# A further infusion ----------------------------------------------------------------------------

WELL_ASKED = {"better-after-iron-then-worse": "yes", "reaction-after-iv-iron": "no"}


def repeat(
    days_ago: int = 120,
    ferritin: float = 80.0,
    saturation: float = 22.0,
    answers: dict[str, str] | None = None,
    conditions: tuple[ConditionFact, ...] = (),
    **others: Any,
) -> Finding | None:
    since = PartialDate(DAY, DAY)
    absent = tuple(
        ConditionFact(name, False, since)
        for name in ("active-infection", "hemochromatosis")
        if name not in {one.condition for one in conditions}
    )
    given = tuple(GivenAnswer(q, v, DAY) for q, v in {**WELL_ASKED, **(answers or {})}.items() if v)
    on_day = case(
        infusion(days_ago),
        draws=(both(3, ferritin, saturation),),
        answers=given,
        conditions=(*absent, *conditions),
        **others,
    )
    assessment = assessed(on_day)
    status = next(f for f in assessment.section("iron") if f.conclusion.id == STATUS)
    findings = further_infusion(on_day, assessment.concluded(), status)
    return findings[0] if findings else None


@pytest.mark.parametrize(
    ("changes", "truth"),
    [
        ({}, Truth.YES),
        ({"days_ago": 84}, Truth.YES),
        ({"days_ago": 83}, Truth.NO),
        ({"ferritin": 299.9}, Truth.YES),
        ({"ferritin": 300.0}, Truth.NO),
        ({"saturation": 44.9}, Truth.YES),
        ({"saturation": 45.0}, Truth.NO),
        ({"answers": {"better-after-iron-then-worse": "no"}}, Truth.NO),
        ({"answers": {"better-after-iron-then-worse": ""}}, Truth.UNKNOWN),
        ({"answers": {"reaction-after-iv-iron": "yes"}}, Truth.NO),
        ({"answers": {"reaction-after-iv-iron": ""}}, Truth.UNKNOWN),
        ({"answers": {"urge-to-move-legs": "no"}}, Truth.NO),
        (
            {"conditions": (ConditionFact("hemochromatosis", True, PartialDate(DAY, DAY)),)},
            Truth.NO,
        ),
    ],
)
def test_a_further_infusion(changes: dict[str, Any], truth: Truth) -> None:
    finding = repeat(**changes)
    assert finding is not None
    assert finding.conclusion.truth is truth


def test_where_the_edition_does_not_ask_for_iron_the_wider_rule_says_so() -> None:
    wider, usual = repeat(ferritin=200.0), repeat(ferritin=80.0)
    assert wider is not None and usual is not None
    code = "iron-status-does-not-ask-for-it"
    assert code in {one.code for one in wider.conclusion.all_caveats()}
    assert code not in {one.code for one in usual.conclusion.all_caveats()}


def test_a_ferritin_before_the_infusion_says_nothing() -> None:
    on_day = case(infusion(120), draws=(both(130),))
    assessment = assessed(on_day)
    status = next(f for f in assessment.section("iron") if f.conclusion.id == STATUS)
    [finding] = further_infusion(on_day, assessment.concluded(), status)
    assert finding.conclusion.truth is Truth.UNKNOWN


@pytest.mark.parametrize(
    "changes",
    [
        {"born": "2012-01-01"},
        {"conditions": (ConditionFact("kidney-failure", True, PartialDate(DAY, DAY)),)},
        {"pregnancies": (Pregnancy(DAY - timedelta(days=150)),)},
    ],
    ids=["child", "kidney failure", "pregnancy"],
)
def test_other_rules_decide_in_children_kidney_failure_and_pregnancy(changes: Any) -> None:
    assert repeat(**changes) is None


def test_the_effect_of_an_infusion_is_judged_by_one_number_everywhere() -> None:
    case = case_on(Patient("case", Person(PartialDate.parse("1970-03-14"))), load(), DAY)
    followed = case.fixed_limits(OutcomeLimits).provenance["iron_effect_by_d"]
    planned = case.fixed_limits(RecheckLimits).provenance["effect_by_d"]
    assert followed.parameter == planned.parameter == "monitoring/iron-effect-iv-by"


def test_another_strength_of_the_same_iron_begins_no_new_weeks() -> None:
    steps = (
        use("ferrous-sulfate", "2026-02-01", "2026-03-31"),
        use("ferrous-sulfate", "2026-04-01"),
    )
    recheck = found(case(*steps))["R-FE-06:recheck"]
    assert recheck.conclusion.truth is Truth.YES
    assert recheck.state == "due: 2026-03-29 to 2026-04-26"
