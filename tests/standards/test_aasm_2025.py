"""AASM 2025 on treatment, row by row: no row lost, no grade changed, no mark raised."""

from __future__ import annotations

import re

import pytest

from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.loading import load
from ekbom.knowledge.never_say import spoken
from ekbom.knowledge.treatment import Action, Recommendation

BASE = load()
ACTIONS = list(BASE.of(Action).values())
IRON = "Where the iron status is appropriate."

# Intervention, population, direction, strength, certainty, and the weakest mark of the three.
PRINTED = [
    ("gabapentin-enacarbil", "adult", "for", "strong", "moderate", "secondary"),
    ("gabapentin", "adult", "for", "strong", "moderate", "secondary"),
    ("pregabalin", "adult", "for", "strong", "moderate", "secondary"),
    ("iv-ferric-carboxymaltose", "adult", "for", "strong", "moderate", "secondary"),
    ("ferrous-sulfate", "adult", "for", "conditional", "moderate", "secondary"),
    ("iv-iron-dextran", "adult", "for", "conditional", "very low", "secondary"),
    ("iv-ferumoxytol", "adult", "for", "conditional", "very low", "secondary"),
    ("dipyridamole", "adult", "for", "conditional", "low", "secondary"),
    ("opioids", "adult", "for", "conditional", "moderate", "secondary"),
    ("peroneal-nerve-stimulation", "adult", "for", "conditional", "moderate", "secondary"),
    ("levodopa", "adult", "against-standard-use", "conditional", "very low", "recalled"),
    ("pramipexole", "adult", "against-standard-use", "conditional", "moderate", "secondary"),
    ("ropinirole", "adult", "against-standard-use", "conditional", "moderate", "recalled"),
    ("rotigotine", "adult", "against-standard-use", "conditional", "low", "recalled"),
    ("bupropion", "adult", "against", "conditional", "moderate", "recalled"),
    ("carbamazepine", "adult", "against", "conditional", "low", "recalled"),
    ("clonazepam", "adult", "against", "conditional", "very low", "recalled"),
    ("valerian", "adult", "against", "conditional", "very low", "recalled"),
    ("valproic-acid", "adult", "against", "conditional", "low", "recalled"),
    ("cabergoline", "adult", "against", "strong", "moderate", "recalled"),
    ("gabapentin", "adult-kidney-failure", "for", "conditional", "very low", "secondary"),
    ("iv-iron-sucrose", "adult-kidney-failure", "for", "conditional", "moderate", "secondary"),
    ("vitamin-c", "adult-kidney-failure", "for", "conditional", "low", "secondary"),
    ("levodopa", "adult-kidney-failure", "against-standard-use", "conditional", "low", "recalled"),
    (
        "rotigotine",
        "adult-kidney-failure",
        "against-standard-use",
        "conditional",
        "very low",
        "recalled",
    ),
    ("triazolam", "adult-plmd", "against", "conditional", "very low", "recalled"),
    ("valproic-acid", "adult-plmd", "against", "conditional", "very low", "recalled"),
    ("ferrous-sulfate", "child", "for", "conditional", "very low", "recalled"),
]
DOPAMINERGIC = ("levodopa", "pramipexole", "ropinirole", "rotigotine")


def recommendation(action: str, population: str = "adult") -> Recommendation:
    return BASE.record(Recommendation, f"aasm-2025:{action}:{population}")


def test_every_row_stands_there_as_printed_and_no_other() -> None:
    held = {
        (one.action, one.population, one.direction, one.strength, one.certainty, one.mark)
        for one in BASE.of(Recommendation).values()
        if one.edition == "aasm-2025"
    }
    assert held == set(PRINTED)


def test_every_id_says_edition_action_and_population() -> None:
    for one in BASE.of(Recommendation).values():
        assert one.id == f"{one.edition}:{one.action}:{one.population}"


def test_rows_stand_in_the_order_of_the_edition() -> None:
    held = [one for one in BASE.of(Recommendation).values() if one.edition == "aasm-2025"]
    assert [(one.action, one.population) for one in held] == [row[:2] for row in PRINTED]


@pytest.mark.parametrize("action", DOPAMINERGIC)
def test_direction_and_strength_of_dopaminergic_medicines_were_read_in_the_own_summary(
    action: str,
) -> None:
    cited = {(one.source, one.mark): one.place for one in recommendation(action).citations}
    assert cited["aasm-2025-summary", "verified"] == "direction and strength"
    assert "certainty" in recommendation(action).place
    assert "certainty" in recommendation(action).notes


@pytest.mark.parametrize("action", ["levodopa", "rotigotine"])
def test_in_kidney_failure_only_the_direction_is_quoted(action: str) -> None:
    one = recommendation(action, "adult-kidney-failure")
    assert [(c.mark, c.place) for c in one.citations] == [
        ("recalled", "strength and certainty, recalled"),
        ("secondary", "direction, as pages quote it"),
    ]


@pytest.mark.parametrize("action", ["bupropion", "carbamazepine", "cabergoline"])
def test_of_what_is_advised_against_only_direction_and_strength_are_quoted(action: str) -> None:
    assert [(c.mark, c.place) for c in recommendation(action).citations] == [
        ("recalled", "certainty, recalled"),
        ("secondary", "direction and strength, as a page quotes them"),
    ]


def test_only_the_summary_of_the_academy_was_read_itself() -> None:
    for one in BASE.of(Recommendation).values():
        if one.edition == "aasm-2025":
            read = {c.source for c in one.citations if c.mark in ("verified", "abstract")}
            assert read <= {"aasm-2025-summary"}, one.id


@pytest.mark.parametrize(
    ("action", "population", "remark"),
    [
        ("iv-ferric-carboxymaltose", "adult", IRON),
        ("ferrous-sulfate", "adult", IRON),
        ("iv-iron-dextran", "adult", IRON),
        ("iv-ferumoxytol", "adult", IRON),
        ("ferrous-sulfate", "child", IRON),
        (
            "iv-iron-sucrose",
            "adult-kidney-failure",
            "Ferritin below 200 ng/mL and transferrin saturation below 20 %.",
        ),
    ],
)
def test_what_is_said_of_iron_carries_its_condition(
    action: str, population: str, remark: str
) -> None:
    assert recommendation(action, population).remark == remark


def test_every_dopamine_agonist_is_against_standard_use_or_against() -> None:
    agonists = {drug.name for drug in BASE.record(DrugClass, "dopamine-agonists").members}
    agonists |= {drug.name for drug in BASE.record(DrugClass, "levodopa").members}
    for one in BASE.of(Recommendation).values():
        if one.edition == "aasm-2025" and agonists & set(BASE.record(Action, one.action).drugs):
            expected = "against" if one.action == "cabergoline" else "against-standard-use"
            assert one.direction == expected, one.id


@pytest.mark.parametrize("population", ["adult", "adult-kidney-failure"])
def test_against_standard_use_is_said_not_to_be_a_ban(population: str) -> None:
    told = [
        one
        for one in BASE.of(Recommendation).values()
        if one.direction == "against-standard-use" and one.population == population
    ]
    assert told
    assert all("not a ban" in one.remark for one in told)


# Actions ----------------------------------------------------------------------------------------


def test_gabapentin_and_gabapentin_enacarbil_are_never_merged() -> None:
    assert BASE.record(Action, "gabapentin").drugs == ("gabapentin",)
    assert BASE.record(Action, "gabapentin-enacarbil").drugs == ("gabapentin-enacarbil",)


def test_no_ingredient_belongs_to_two_actions() -> None:
    belongs: dict[str, str] = {}
    for action in ACTIONS:
        for drug in action.drugs:
            assert belongs.setdefault(drug, action.id) == action.id


def test_every_action_was_judged_by_an_edition() -> None:
    assert {one.action for one in BASE.of(Recommendation).values()} == {a.id for a in ACTIONS}


def test_only_opioids_are_late() -> None:
    assert [action.id for action in ACTIONS if action.late] == ["opioids"]
    opioids = {d.name for d in BASE.record(DrugClass, "opioids").members} | {"tramadol"}
    assert set(BASE.record(Action, "opioids").drugs) == opioids


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_every_effect_and_every_consideration_names_its_source(
    action: Action,
) -> None:
    cited = [*action.citations, *(one.citation for one in action.considerations)]
    assert all(c.source in BASE.sources and c.place for c in cited)
    for effect in action.effects:
        assert BASE.source(effect.source).kind in ("trial", "review", "cohort", "instrument")
        assert effect.place


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_to_a_patient_no_dose_and_nothing_that_may_not_be_said(action: Action) -> None:
    for text in (action.words.patient, action.tell.patient):
        assert spoken(text, BASE, "patient") == ()
        assert not re.search(r"\d+([.,]\d+)? ?(mg|µg|ug|mcg|g|mL|ml|tablets?|times)\b", text)
        assert "%" not in text
    for text in (action.words.clinician, action.tell.clinician):
        assert spoken(text, BASE, "clinician") == ()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_line_of_an_action_can_be_shown(action: Action) -> None:
    said = [*(one.says for one in action.considerations), *(one.says for one in action.effects)]
    assert all(text[0].isupper() or text[0].isdigit() for text in said)
    assert all(text.endswith(".") for text in said)
    assert len(said) == len(set(said))
    assert all(spoken(text, BASE, "clinician") == () for text in said)


def test_one_fact_in_one_role_is_said_in_the_same_words_by_the_alpha_2_delta_ligands() -> None:
    ligands = ("gabapentin-enacarbil", "gabapentin", "pregabalin")
    shared = [
        {
            (one.fact, one.role): one.says
            for one in BASE.record(Action, id).considerations
            if one.fact not in ("condition:dialysis", "drug-class:antacids-and-calcium")
        }
        for id in ligands
    ]
    assert shared[0] == shared[1] == shared[2]


@pytest.mark.parametrize(
    "action",
    ["gabapentin-enacarbil", "gabapentin", "pregabalin", "dipyridamole", "opioids"]
    + ["pramipexole", "ropinirole", "rotigotine"],
)
def test_a_daily_medicine_needs_a_chronic_course_that_matters(action: str) -> None:
    considered = BASE.record(Action, action).considerations
    needed = {one.fact for one in considered if one.role == "needed"}
    assert needed == {"conclusion:R-DX-07:chronic-persistent", "conclusion:R-DX-08"}


@pytest.mark.parametrize("action", [a.id for a in ACTIONS if a.kind == "iron"])
def test_no_iron_without_the_iron_status(action: str) -> None:
    found = BASE.record(Action, action)
    assert ("conclusion:iron-status", "needed") in {(c.fact, c.role) for c in found.considerations}
    stops = {"conclusion:R-FE-01", "conclusion:R-FE-09"}
    assert stops & {c.fact for c in found.considerations if c.role == "blocks"}


@pytest.mark.parametrize("action", DOPAMINERGIC)
def test_a_dopaminergic_medicine_is_blocked_by_augmentation_and_by_dopamine_blockers(
    action: str,
) -> None:
    blocks = {c.fact for c in BASE.record(Action, action).considerations if c.role == "blocks"}
    assert {
        "conclusion:augmentation",
        "drug-class:antipsychotics",
        "drug-class:dopamine-blocking-antiemetics",
        "question:new-compulsions-or-psychosis",
    } <= blocks


def test_ergot_derivatives_and_history_are_not_told_to_a_patient() -> None:
    silent = {action.id for action in ACTIONS if not action.words.patient}
    assert silent == {"cabergoline", "pergolide", "iron"}


def test_numbers_of_effects_are_those_of_the_trials() -> None:
    told = {(action.id, effect.source): effect for action in ACTIONS for effect in action.effects}
    earley = told["iv-ferric-carboxymaltose", "earley-2024"].says
    assert all(number in earley for number in ("209", "-8.0", "-4.8"))
    trenkwalder = told["iv-ferric-carboxymaltose", "trenkwalder-2017"].says
    assert all(number in trenkwalder for number in ("110", "2.5", "4.66", "0.021"))
    pregabalin = told["pregabalin", "allen-2014-pregabalin"]
    assert all(n in pregabalin.says for n in ("2.1 %", "7.7 %", "1.7 %", "9.0 %", "checked"))
    assert pregabalin.mark == "secondary"
    assert "133" in told["peroneal-nerve-stimulation", "restful-2023"].says


def test_most_of_what_pramipexole_did_in_a_trial_placebo_did_too() -> None:
    effects = BASE.record(Action, "pramipexole").effects
    hogl = " ".join(effect.says for effect in effects if effect.source == "hogl-2011")
    assert all(number in hogl for number in ("-13.7", "-11.1", "9.2 %", "6.0 %"))
    assert "placebo too" in hogl


def test_bupropion_as_a_treatment_and_as_an_antidepressant_stay_two_statements() -> None:
    words = BASE.record(Action, "bupropion").words.clinician
    assert recommendation("bupropion").direction == "against"
    assert "does not make it a treatment of restless legs" in words
    assert "As an antidepressant" in words
    assert BASE.record(DrugClass, "bupropion").culprit == "none"


def test_nothing_says_that_iron_cuts_movements_by_70_per_cent() -> None:
    for action in ACTIONS:
        assert "70 %" not in " ".join(effect.says for effect in action.effects)
