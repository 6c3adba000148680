"""What studies, guidelines and seeds say of outcomes, clause by clause, and what is made of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ekbom.consultation import Consultation, consult
from ekbom.knowledge.claims import Claim
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.loading import load
from ekbom.knowledge.outcomes import Check, Target
from ekbom.knowledge.records import Rule
from ekbom.logic import Truth
from ekbom.patient.dates import PartialDate
from ekbom.patient.patient import (
    Draw,
    FilledQuestionnaire,
    LabResult,
    MedicationUse,
    NightSummary,
    Patient,
    Person,
)

BASE = load()
DAY = date(2026, 5, 10)
STARTED = date(2026, 1, 10)
BEFORE, NOW = date(2026, 1, 2), date(2026, 5, 2)
BORN = date(1970, 3, 14)


def exactly(day: date) -> PartialDate:
    return PartialDate(day, day)


def on_gabapentin(
    *questionnaires: FilledQuestionnaire,
    nights: tuple[NightSummary, ...] = (),
    draws: tuple[Draw, ...] = (),
) -> Consultation:
    use = MedicationUse("gabapentin", exactly(STARTED))
    patient = Patient(
        "clause",
        Person(exactly(BORN), "female"),
        medications=(use,),
        questionnaires=questionnaires,
        nights=nights,
        draws=draws,
    )
    return consult(patient, BASE, DAY)


def irls(before: float, now: float) -> Consultation:
    return on_gabapentin(
        FilledQuestionnaire("irls", BEFORE, total=before),
        FilledQuestionnaire("irls", NOW, total=now),
    )


def truth(consultation: Consultation, conclusion_id: str) -> Truth:
    conclusion = consultation.conclusion(conclusion_id)
    assert conclusion is not None
    return conclusion.truth


def state(consultation: Consultation, conclusion_id: str) -> str:
    return next(f.state for f in consultation.findings() if f.conclusion.id == conclusion_id)


# Minimal clinically important change within patients (pooled trials of rotigotine)


@pytest.mark.parametrize(
    ("fall", "told"),
    [(9, "minimally to much improved"), (10, "minimally to much improved"), (11, "very much")],
)
def test_nine_and_eleven_points_in_one_patient(fall: int, told: str) -> None:
    found = irls(30, 30 - fall)
    assert truth(found, "R-OUT-03:irls") is Truth.YES
    assert told in state(found, "R-OUT-03:irls")


# Allen 2013: three points, between groups


@pytest.mark.parametrize("fall", [3, 4, 8])
def test_three_points_between_groups_say_nothing_of_one_patient(fall: int) -> None:
    found = irls(30, 30 - fall)
    assert truth(found, "R-OUT-01") is Truth.NO
    assert "not for one patient" in state(found, "R-OUT-03:irls")


def test_the_three_points_are_recalled_and_stay_so() -> None:
    smallest = BASE.record(Instrument, "irls").changes[0]
    assert (smallest.points, smallest.source, smallest.place) == (3, "allen-2013-irls", "Recalled")


# Hogl 2011: responders, and what placebo did


@pytest.mark.parametrize(("now", "expected"), [(16, Truth.NO), (15, Truth.YES), (14, Truth.YES)])
def test_a_fall_by_half_made_a_responder(now: int, expected: Truth) -> None:
    assert truth(irls(30, now), "R-OUT-05:trial") is expected


def test_what_placebo_did_is_told_with_every_improvement() -> None:
    conclusion = irls(30, 10).conclusion("R-OUT-01")
    assert conclusion is not None
    told = next(c for c in conclusion.all_caveats() if c.code == "placebo-improves-too")
    assert "13.7 on the medicine and by 11.1 on placebo" in told.statement


# The cohort of repeated carboxymaltose: more than 40 %


@pytest.mark.parametrize(("now", "expected"), [(18, Truth.NO), (17, Truth.YES)])
def test_a_fall_of_more_than_two_fifths_made_a_responder_to_iron(now: int, expected: Truth) -> None:
    assert truth(irls(30, now), "R-OUT-05:iron-cohort") is expected


# The guideline of 2025: outcomes that patients care about; contradictions C15 and C16


def night(on: date, index: float) -> NightSummary:
    return NightSummary(on, "polysomnography", "wasm-2016", False, index, "excluded")


def test_an_index_is_no_success_by_itself() -> None:
    found = on_gabapentin(
        FilledQuestionnaire("irls", BEFORE, total=30),
        FilledQuestionnaire("irls", NOW, total=29),
        nights=(night(BEFORE, 40), night(NOW, 1)),
    )
    assert truth(found, "target:movements-below-5") is Truth.YES
    assert truth(found, "R-OUT-01") is Truth.NO
    assert state(found, "R-OUT-02") == "only markers have improved; that is not success"


def test_no_guideline_sets_a_target_for_the_index() -> None:
    target = BASE.record(Target, "movements-below-5")
    kinds = {BASE.sources[c.source].kind for c in (target.citations[0],)}
    assert (kinds, target.outcome, target.mark) == ({"seed"}, "marker", "seed")
    assert "No guideline treats restless legs to an index" in target.words.clinician


@pytest.mark.parametrize(
    ("edition", "ferritin", "expected"),
    [
        ("aasm-2025", 75.0, Truth.NO),
        ("aasm-2025", 75.1, Truth.YES),
        ("practice-before-2016", 50.0, Truth.NO),
        ("practice-before-2016", 50.1, Truth.YES),
    ],
)
def test_enough_iron_is_above_the_limit_of_the_edition(
    edition: str, ferritin: float, expected: Truth
) -> None:
    results = {
        "ferritin": LabResult("ferritin", ferritin, "ug/L", f"{ferritin}"),
        "transferrin-saturation": LabResult("transferrin-saturation", 30.0, "%", "30"),
        "crp": LabResult("crp", 1.0, "mg/L", "1"),
    }
    person = Person(exactly(BORN), "female")
    patient = Patient("clause", person, draws=(Draw(NOW, results, None, 36.0),))
    found = consult(patient, BASE, DAY, {"iron": edition})
    assert truth(found, "target:iron-supply") is expected


# The seeds' list of success


def test_every_target_of_the_seeds_is_carried_by_a_target_or_by_what_lasts() -> None:
    carried = {claim for target in BASE.of(Target).values() for claim in target.claims}
    carried |= set(BASE.record(Rule, "R-OUT-08").claims)
    listed = {f"S3-{number}" for number in range(113, 126)}
    assert listed <= set(BASE.of(Claim))
    assert listed <= carried


@pytest.mark.parametrize(
    ("parameter", "value", "mark"),
    [
        ("outcomes/plms-target", 5, "seed"),
        ("outcomes/ess-target", 10, "seed"),
        ("outcomes/ferritin-target", 50, "seed"),
        ("sleep/efficiency-target", 85, "seed"),
        ("sleep/latency-target", 30, "seed"),
        ("outcomes/sustained-after", 183, "seed"),
        ("outcomes/sustained-long", 365, "seed"),
        ("outcomes/ferritin-guard", 300, "recalled"),
        ("iron/saturation-stop", 45, "secondary"),
        ("outcomes/responder-fall", 50, "abstract"),
        ("monitoring/iron-recheck-oral-after", 56, "recalled"),
        ("iron/iv-iron-settling", 56, "recalled"),
        ("monitoring/iron-effect-iv-after", 42, "recalled"),
        ("monitoring/iron-effect-iv-by", 84, "abstract"),
        ("monitoring/augmentation-every", 182, "design"),
    ],
)
def test_numbers_are_those_of_their_source_and_no_mark_is_raised(
    parameter: str, value: float, mark: str
) -> None:
    sourced = BASE.sourced(parameter, OWN_CHOICES)
    assert (sourced.value, sourced.mark) == (value, mark)


# Checks that guidelines and labels ask for


@pytest.mark.parametrize(
    ("check", "source"),
    [
        ("augmentation-surveillance", "irlssg-2016-augmentation"),
        ("mood-and-suicidality", "gabapentin-enacarbil-label"),
        ("iron-studies", "aasm-2025-guideline"),
        ("iron-effect-iv", "trenkwalder-2017"),
    ],
)
def test_checks_cite_who_asks_for_them(check: str, source: str) -> None:
    assert source in {citation.source for citation in BASE.record(Check, check).citations}


@pytest.mark.parametrize(("weeks", "expected"), [(7, Truth.NO), (8, Truth.YES)])
def test_iron_by_mouth_is_rechecked_from_eight_weeks(weeks: int, expected: Truth) -> None:
    use = MedicationUse("ferrous-sulfate", exactly(DAY - timedelta(weeks=weeks)))
    patient = Patient("clause", Person(exactly(BORN), "female"), medications=(use,))
    due = consult(patient, BASE, DAY).follow_up.due
    found = next(one for one in due if one.check.id == "iron-recheck-oral")
    assert found.conclusion.truth is expected
