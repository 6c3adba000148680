"""Work-up: tier 1 for everyone, tier 2 on a trigger, tier 3 never."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest

from ekbom.assessment import work_up as module
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding
from ekbom.assessment.iron import iron
from ekbom.assessment.iron_limits import DrawLimits
from ekbom.assessment.work_up import work_up
from ekbom.knowledge.binding import bind
from ekbom.knowledge.clinic import WorkUpTest
from ekbom.knowledge.loading import load
from ekbom.logic import Conclusion, Truth
from ekbom.patient.patient import Draw, LabResult, NightSummary

TESTS = load().of(WorkUpTest)
TODAY = date(2026, 5, 10)


def found(case: Case, before: Mapping[str, Conclusion] | None = None) -> dict[str, Finding]:
    concluded = {finding.conclusion.id: finding.conclusion for finding in iron(case, {})}
    return {f.conclusion.id: f for f in work_up(case, {**concluded, **(before or {})})}


def urge(truth: Truth) -> dict[str, Conclusion]:
    return {"R-DX-01": Conclusion(truth, "Urge to move the legs", id="R-DX-01")}


def of_tier(tier: int) -> list[str]:
    return sorted(id for id, test in TESTS.items() if test.tier == tier)


@pytest.mark.parametrize("test", of_tier(1))
@pytest.mark.parametrize("truth", [Truth.YES, Truth.UNKNOWN])
def test_tier_1_is_due_while_the_urge_is_not_denied(
    case_of: Callable[..., Case], test: str, truth: Truth
) -> None:
    finding = found(case_of(), urge(truth))[f"R-WU-01:{test}"]
    assert (finding.state, finding.conclusion.truth) == (module.DUE, Truth.YES)
    assert finding.words.patient


@pytest.mark.parametrize("test", of_tier(1))
def test_tier_1_is_not_needed_without_an_urge(case_of: Callable[..., Case], test: str) -> None:
    finding = found(case_of(), urge(Truth.NO))[f"R-WU-01:{test}"]
    assert (finding.state, finding.conclusion.truth) == (module.NOT_NEEDED, Truth.NO)


@pytest.mark.parametrize("test", of_tier(2))
def test_tier_2_is_never_due_without_a_trigger(case_of: Callable[..., Case], test: str) -> None:
    finding = found(case_of(), urge(Truth.YES))[f"R-WU-01:{test}"]
    assert finding.conclusion.truth is not Truth.YES
    assert not finding.words.patient


@pytest.mark.parametrize("test", of_tier(2))
def test_tier_2_is_due_on_each_answer_that_triggers_it(
    case_of: Callable[..., Case], test: str
) -> None:
    questions = [
        line.fact.partition(":")[2]
        for line in TESTS[test].triggers
        if line.fact.startswith("question:")
    ]
    for question in questions:
        finding = found(case_of({question: "yes"}))[f"R-WU-01:{test}"]
        assert finding.state == module.DUE, question


@pytest.mark.parametrize("test", of_tier(3))
def test_research_is_never_due(case_of: Callable[..., Case], test: str) -> None:
    answers = {line.fact.partition(":")[2]: "yes" for t in TESTS.values() for line in t.triggers}
    asked = {fact: "yes" for fact in answers if fact in ("refractory", "diagnosis-uncertain")}
    finding = found(case_of(asked), urge(Truth.YES))[f"R-WU-01:{test}"]
    assert (finding.state, finding.conclusion.truth) == (module.RESEARCH, Truth.NO)
    assert not finding.words.patient


def test_no_test_of_dopamine_exists() -> None:
    for test in TESTS.values():
        assert "dopamin" not in f"{test.id} {test.name} {test.words.clinician}".lower()
        assert "neurotransmitter" not in test.words.clinician.lower()


def test_tiers_come_in_order_and_what_is_due_first(case_of: Callable[..., Case]) -> None:
    findings = list(found(case_of({"muscle-cramps": "yes"})).values())
    tiers = [TESTS[f.conclusion.id.partition(":")[2]].tier for f in findings]
    assert tiers == sorted(tiers)
    second = [f.state for f, tier in zip(findings, tiers, strict=True) if tier == 2]
    assert second[0] == module.DUE
    assert module.DUE not in second[second.count(module.DUE) :]


def test_iron_studies_age_as_the_iron_rules_let_a_draw_age() -> None:
    assert (
        TESTS["iron-studies"].outdated_after_d
        == bind(DrawLimits, load(), "ekbom-assessment-1").valid_for_d
    )


@pytest.mark.parametrize(
    ("days", "hours", "state"),
    [(365, 36.0, module.DONE), (366, 36.0, module.OUTDATED), (7, 2.0, module.OUTDATED)],
)
def test_iron_studies_by_their_age_and_validity(
    case_of: Callable[..., Case], days: int, hours: float, state: str
) -> None:
    results = {
        "ferritin": LabResult("ferritin", 140.0, "ug/L", "140"),
        "iron": LabResult("iron", 18.0, "umol/L", "18"),
        "tibc": LabResult("tibc", 60.0, "umol/L", "60"),
    }
    draw = Draw(TODAY - timedelta(days=days), results, None, hours)
    assert found(case_of(draws=(draw,)))["R-WU-01:iron-studies"].state == state


def test_all_that_a_test_needs_is_as_old_as_its_oldest_part(case_of: Callable[..., Case]) -> None:
    old = LabResult("hemoglobin", 14.0, "g/dL", "14")
    new = LabResult("crp", 2.0, "mg/L", "2")
    draws = (
        Draw(TODAY - timedelta(days=400), {"hemoglobin": old}),
        Draw(TODAY, {"crp": new}),
    )
    assert found(case_of(draws=draws))["R-WU-01:blood-count-and-crp"].state == module.OUTDATED


def test_a_night_on_record_shows_that_polysomnography_was_done(
    case_of: Callable[..., Case],
) -> None:
    night = NightSummary(TODAY, "polysomnography")
    asked = {"witnessed-apneas": "yes"}
    assert found(case_of(asked))["R-WU-01:polysomnography"].state == module.DUE
    done = found(case_of(asked, nights=(night,)))["R-WU-01:polysomnography"]
    assert done.state == module.DONE


def test_a_man_needs_no_pregnancy_test(case_of: Callable[..., Case]) -> None:
    assert found(case_of(sex="male"))["R-WU-01:pregnancy-status"].state == module.NOT_NEEDED
