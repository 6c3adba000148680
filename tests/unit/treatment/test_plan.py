"""Gate, blocks, routes and what an older edition makes of the same patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ekbom.consultation import Consultation
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.overrides import Override
from ekbom.patient.patient import ConditionFact, MedicationUse

DAY = date(2026, 5, 20)
ConsultedWith = Callable[..., Consultation]
LIGANDS = {"gabapentin-enacarbil", "gabapentin", "pregabalin"}


def offered(consultation: Consultation) -> set[str]:
    return {option.action.id for option in consultation.plan.choice.offered}


def withheld(consultation: Consultation) -> dict[str, Truth]:
    return {o.action.id: o.conclusion.truth for o in consultation.plan.choice.withheld}


def asked(consultation: Consultation) -> set[str]:
    return {missing.key for missing in consultation.plan.gate.conclusion.all_missing()}


def lifted(block: str) -> tuple[Override, ...]:
    return (Override(block, DAY, "a specialist", "seen, palliative care", "overrides[0]"),)


def has(condition: str) -> ConditionFact:
    return ConditionFact(condition, True, PartialDate(DAY, DAY))


def test_with_everything_known_the_gate_is_open_and_ligands_are_offered(
    consulted_with: ConsultedWith,
) -> None:
    found = consulted_with()
    assert found.plan.gate.conclusion.truth is Truth.YES
    assert offered(found) == LIGANDS
    assert all(option.route == "usual" for option in found.plan.choice.offered)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"answers": {"solely-another-condition": None}}, "question:solely-another-condition"),
        ({"answers": {"medication-list-complete": None}}, "question:medication-list-complete"),
        ({"answers": {"medication-list-complete": "no"}}, "question:medication-list-complete"),
        ({"answers": {"pregnant": None}}, "question:pregnant"),
        ({"answers": {"osa-screened": None}}, "question:osa-screened"),
        ({"answers": {"osa-screened": "no"}}, "question:osa-screened"),
        ({"labs": {"transferrin-saturation": None}}, "lab:transferrin-saturation"),
        ({"labs": {"creatinine": None}}, "lab:egfr"),
        ({"medications": (MedicationUse("Neuvega", known=False),)}, "drug:Neuvega"),
    ],
)
def test_gate_names_what_is_missing_and_shows_no_action(
    consulted_with: ConsultedWith, change: dict[str, Any], missing: str
) -> None:
    found = consulted_with(**change)
    assert found.plan.gate.conclusion.truth is Truth.UNKNOWN
    assert missing in asked(found)
    choice = found.plan.choice
    assert (choice.offered, choice.withheld, choice.advised_against) == ((), (), ())


def test_a_criterion_that_is_denied_closes_the_gate_and_no_override_opens_it(
    consulted_with: ConsultedWith,
) -> None:
    found = consulted_with({"worse-at-rest": "no"}, overrides=lifted("criteria-not-met"))
    assert found.plan.gate.conclusion.truth is Truth.NO
    assert offered(found) == set()


def test_a_specialist_may_vouch_for_what_is_open_and_it_is_told(
    consulted_with: ConsultedWith,
) -> None:
    answers = {"solely-another-condition": None}
    found = consulted_with(answers, overrides=lifted("criteria-not-met"))
    assert offered(found) == LIGANDS
    section = next(s for s in found.plan.sections if s.id == "blocks")
    states = {finding.conclusion.id: finding.state for finding in section}
    assert states["block:criteria-not-met"].startswith("Lifted by a specialist on 2026-05-20")
    caveats = found.plan.gate.conclusion.all_caveats()
    assert any("a specialist" in str(c) and "palliative" in str(c) for c in caveats)


def test_an_emergency_closes_the_list(consulted_with: ConsultedWith) -> None:
    found = consulted_with({"suicidal-thoughts": "yes"})
    assert found.plan.gate.state == "closed: an emergency comes first"
    assert offered(found) == set()


def test_without_weight_no_gabapentinoid_is_offered(consulted_with: ConsultedWith) -> None:
    found = consulted_with(weights=())
    assert offered(found).isdisjoint(LIGANDS)
    ligand = next(o for o in found.plan.choice.withheld if o.action.id == "pregabalin")
    assert {m.key for m in ligand.conclusion.all_missing()} == {"weight:kg"}


def test_opioids_come_late_and_need_no_benzodiazepine_and_treated_breathing(
    consulted_with: ConsultedWith,
) -> None:
    assert withheld(consulted_with())["opioids"] is Truth.UNKNOWN
    assert withheld(consulted_with({"refractory": "no", "alpha-2-delta-unsuitable": "no"}))[
        "opioids"
    ] in (Truth.NO, Truth.UNKNOWN)
    refractory = {"refractory": "yes"}
    assert "opioids" in offered(consulted_with(refractory))
    clonazepam = (MedicationUse("clonazepam"),)
    assert "opioids" not in offered(consulted_with(refractory, medications=clonazepam))
    over = lifted("opioid-with-benzodiazepine")
    assert "opioids" in offered(consulted_with(refractory, medications=clonazepam, overrides=over))
    apnea = (has("obstructive-sleep-apnea"),)
    assert "opioids" not in offered(consulted_with(refractory, conditions=apnea))
    treated = {**refractory, "osa-treated": "yes"}
    assert "opioids" in offered(consulted_with(treated, conditions=apnea))


def test_dopamine_agonists_are_reached_by_shared_decision_only_and_stand_last(
    consulted_with: ConsultedWith,
) -> None:
    assert withheld(consulted_with())["pramipexole"] is Truth.UNKNOWN
    found = consulted_with({"dopamine-agonist-by-shared-decision": "yes"})
    agonist = next(o for o in found.plan.choice.offered if o.action.id == "pramipexole")
    assert agonist.route == "shared-decision"
    before = {one.first for one in found.plan.choice.order if one.then == "pramipexole"}
    assert before >= LIGANDS
    assert "augmentation-surveillance" in {check.id for check in agonist.checks}


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"pregnant": "yes"}},
        {"answers": {"breastfeeding": "yes"}},
        {"born": "2014-05-01"},
    ],
)
def test_pregnancy_lactation_and_childhood_leave_no_medicine(
    consulted_with: ConsultedWith, change: dict[str, Any]
) -> None:
    assert offered(consulted_with(**change)) == set()


def test_an_intermittent_course_is_offered_no_daily_medicine(consulted_with: ConsultedWith) -> None:
    found = consulted_with({"symptom-days-per-week": 1, "lifetime-events": 40})
    assert offered(found) == set()
    assert found.conclusion("R-TX-02").truth is Truth.YES  # type: ignore[union-attr]


def test_in_kidney_failure_only_its_own_recommendations_speak(
    consulted_with: ConsultedWith,
) -> None:
    labs = {"ferritin": 150.0, "transferrin-saturation": 15.0, "creatinine": 600.0}
    conditions = (has("kidney-failure"), has("dialysis"))
    found = consulted_with(labs=labs, conditions=conditions)
    assert offered(found) == {"gabapentin", "vitamin-c"}
    assert found.plan.iron is not None
    products = {option.action.id for option in found.plan.iron.products.offered}
    assert products == {"iv-iron-sucrose"}


def test_in_2012_dopamine_agonists_were_standard_and_the_newest_edition_says_otherwise(
    consulted_with: ConsultedWith,
) -> None:
    then = consulted_with(editions={"treatment": "aasm-2012"})
    first = [option.action.id for option in then.plan.choice.offered][:2]
    assert set(first) == {"pramipexole", "ropinirole"}
    now = consulted_with({"dopamine-agonist-by-shared-decision": "no"})
    assert offered(now) == LIGANDS
    agonist = next(o for o in now.plan.choice.withheld if o.action.id == "pramipexole")
    assert [one.edition for one in agonist.said_elsewhere] == ["aasm-2012", "aan-2016"]


def pairs(consultation: Consultation) -> set[tuple[str, str]]:
    return {(one.first, one.then) for one in consultation.plan.choice.order}


def test_what_weighs_against_a_class_takes_its_precedence_away_and_gives_none(
    consulted_with: ConsultedWith,
) -> None:
    answers = {"bleeding-tendency": "no", "medicine-misuse-risk": "no"}
    assert ("pregabalin", "dipyridamole") in pairs(consulted_with(answers))
    found = pairs(consulted_with({**answers, "medicine-misuse-risk": "yes"}))
    assert ("pregabalin", "dipyridamole") not in found
    assert ("dipyridamole", "pregabalin") not in found


def test_where_the_gate_is_shut_no_rule_names_a_medicine(consulted_with: ConsultedWith) -> None:
    for change in ({"osa-screened": None}, {"pregnant": "yes"}, {"suicidal-thoughts": "yes"}):
        sections = {section.id: section for section in consulted_with(change).plan.sections}
        assert [finding.words.clinician for finding in sections["course"]] == [""] * 6
    open_ = {section.id: section for section in consulted_with().plan.sections}
    assert any("lpha-2-delta" in finding.words.clinician for finding in open_["course"])


def test_a_further_infusion_follows_its_own_rule(consulted_with: ConsultedWith) -> None:
    low = {"ferritin": 60.0}
    before = (PartialDate(date(2026, 1, 10), date(2026, 1, 10)),) * 2
    infused = (MedicationUse("ferric-carboxymaltose", *before, indication="restless legs"),)
    relapsed = {"better-after-iron-then-worse": "yes"}

    def products(found: Consultation) -> set[str]:
        return {o.action.id for o in found.plan.iron.products.offered} if found.plan.iron else set()

    assert "iv-ferric-carboxymaltose" in products(consulted_with(labs=low))
    never = {"better-after-iron-then-worse": "no"}
    assert products(consulted_with(never, labs=low, medications=infused)) == {"ferrous-sulfate"}
    asked = {**relapsed, "reaction-after-iv-iron": "no"}
    well = (ConditionFact("active-infection", False, PartialDate(DAY, DAY)),)
    again = consulted_with(asked, labs=low, medications=infused, conditions=well)
    assert "iv-ferric-carboxymaltose" in products(again)


def test_every_conclusion_a_consideration_names_is_reached_by_the_newest_editions(
    consulted_with: ConsultedWith,
) -> None:
    kidneys = {"labs": {"creatinine": 600.0}, "conditions": (has("kidney-failure"),)}
    for found in (consulted_with(), consulted_with(**kidneys)):
        for option in (*found.plan.choice.withheld, *found.plan.choice.offered):
            if not option.taken:
                assert len(option.weighings) == len(option.action.considerations)
