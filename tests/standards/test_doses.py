"""Doses for restless legs as the labels and tables print them, and the traps among them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.drugs import find_drug
from ekbom.knowledge.loading import load
from ekbom.knowledge.treatment import Action, Dose

BASE: KnowledgeBase = load()
DOSES: Mapping[str, Dose] = BASE.of(Dose)
# Start, usual range and maximum, each a day, as printed.
PRINTED = {
    "pramipexole-salt": ("mg/d", 0.125, 0.125, 0.125, 0.5, 0.5),
    "pramipexole-base": ("mg/d", 0.088, 0.088, 0.088, 0.35, 0.35),
    "ropinirole": ("mg/d", 0.25, 0.25, 0.25, 4, 4),
    "rotigotine": ("mg/(24.h)", 1, 1, 1, 3, 3),
    "gabapentin-enacarbil": ("mg/d", 600, 600, 600, 600, 600),
    "gabapentin": ("mg/d", 100, 300, 300, 2400, None),
    "pregabalin": ("mg/d", 50, 75, 75, 450, None),
    "carbidopa-levodopa": ("mg/d", 100, 100, 100, 200, 200),
    "oxycodone": ("mg/d", 5, 5, 10, 30, None),
    "oxycodone-naloxone": ("mg/d", 5, 5, 10, 30, None),
    "methadone": ("mg/d", 2.5, 2.5, 5, 20, None),
    "buprenorphine": ("mg/d", 0.5, 0.5, 0.5, 6, None),
    "dipyridamole": ("mg/d", 100, 100, 200, 400, None),
}
RENAL = {
    "gabapentin-enacarbil": [(60, None, None), (30, 60, 600), (15, 30, 300), (None, 15, 150)],
    "gabapentin": [(60, None, None), (30, 60, 1400), (15, 30, 700), (None, 15, 300)],
    "pregabalin": [(60, None, None), (30, 60, 225), (15, 30, 112.5), (None, 15, 75)],
    "pramipexole-salt": [(60, None, None), (20, 60, None), (None, 20, None)],
    "ropinirole": [(30, None, None), (None, 30, 3)],
    "pramipexole-base": [(60, None, None), (20, 60, None), (None, 20, None)],
}
LABELS = {
    "pramipexole-salt": {"FDA": (True, 0.5, "verified"), "EMA": (True, 0.75, "verified")},
    "pramipexole-base": {"FDA": (True, 0.35, "verified"), "EMA": (True, 0.54, "verified")},
    "ropinirole": {"FDA": (True, 4, "verified"), "EMA": (True, 4, "secondary")},
    "rotigotine": {"FDA": (True, 3, "verified"), "EMA": (True, 3, "verified")},
    "gabapentin-enacarbil": {"FDA": (True, 600, "secondary")},
    "gabapentin": {"FDA": (False, None, "secondary")},
    "pregabalin": {"FDA": (False, None, "secondary")},
    "carbidopa-levodopa": {"FDA": (False, None, "recalled")},
    "oxycodone-naloxone": {"EMA": (True, None, "secondary")},
}
TABLETS = ((0.088, 0.125), (0.18, 0.25), (0.35, 0.5), (0.7, 1.0))
RECALLED = (
    "carbidopa-levodopa",
    "oxycodone-naloxone",
    "buprenorphine",
    "dipyridamole",
)


def test_every_drug_and_form_has_a_record_and_no_other() -> None:
    assert set(DOSES) == set(PRINTED)


@pytest.mark.parametrize("id", PRINTED)
def test_numbers_are_those_printed(id: str) -> None:
    dose = DOSES[id]
    numbers = (dose.start_from, dose.start_to, dose.usual_from, dose.usual_to, dose.maximum)
    assert (dose.unit, *numbers) == PRINTED[id]


@pytest.mark.parametrize("id", PRINTED)
def test_labels_and_marks(id: str) -> None:
    found = {
        label.authority: (label.approved, label.maximum, label.mark) for label in DOSES[id].labels
    }
    assert found == LABELS.get(id, {})


@pytest.mark.parametrize("id", PRINTED)
def test_steps_of_the_kidneys_and_their_order(id: str) -> None:
    found = [(s.from_ml_per_min, s.below_ml_per_min, s.maximum) for s in DOSES[id].renal]
    assert found == RENAL.get(id, [])


@pytest.mark.parametrize("dose", DOSES.values(), ids=lambda dose: dose.id)
def test_the_maximum_is_that_of_the_strictest_label(dose: Dose) -> None:
    maxima = [label.maximum for label in dose.labels if label.maximum is not None]
    if maxima:
        assert dose.maximum == min(maxima)
    assert dose.maximum is None or dose.usual_to <= dose.maximum
    assert dose.start_from <= dose.start_to <= dose.usual_to
    assert dose.usual_from <= dose.usual_to


@pytest.mark.parametrize("dose", DOSES.values(), ids=lambda dose: dose.id)
def test_every_dose_belongs_to_an_action_of_its_drug(dose: Dose) -> None:
    action = BASE.record(Action, dose.action)
    assert dose.drug in action.drugs
    assert find_drug(BASE, dose.drug) is not None


def test_base_and_salt_are_told_apart_by_the_strengths_that_are_printed() -> None:
    base, salt = DOSES["pramipexole-base"], DOSES["pramipexole-salt"]
    assert base.strengths == salt.strengths == TABLETS
    assert {dose.form for dose in DOSES.values() if dose.drug == "pramipexole"} == {"base", "salt"}
    assert (base.start_from, salt.start_from) == TABLETS[0]
    assert (base.maximum, salt.maximum) == TABLETS[2]
    drug = find_drug(BASE, "pramipexole")
    assert drug is not None
    assert drug.drug.forms == ("base", "salt")


def test_gabapentin_and_its_prodrug_are_never_merged() -> None:
    enacarbil, gabapentin = DOSES["gabapentin-enacarbil"], DOSES["gabapentin"]
    assert (enacarbil.drug, gabapentin.drug) == ("gabapentin-enacarbil", "gabapentin")
    assert "313 mg" in enacarbil.note
    assert "Not interchangeable" in enacarbil.note
    assert "Not interchangeable" in gabapentin.note


def test_doses_of_other_diseases_are_no_limit_here() -> None:
    # Daily doses of the World Health Organization, made for Parkinson's disease.
    other = {"pramipexole-salt": 2.5, "pramipexole-base": 2.5, "ropinirole": 6, "rotigotine": 6}
    for id, number in other.items():
        dose = DOSES[id]
        maxima = [label.maximum or 0 for label in dose.labels]
        assert max(maxima) < number
        assert dose.maximum is not None
        assert dose.maximum < number


def test_steps_for_gabapentin_say_that_they_come_from_other_diseases() -> None:
    gabapentin = DOSES["gabapentin"]
    for step in gabapentin.renal[1:]:
        assert "epilepsy and postherpetic neuralgia" in step.says
    assert "labels for other diseases" in gabapentin.note
    assert "100 mg after dialysis, at most 200 to 300 mg (R-TX-09," in gabapentin.dialysis


def test_what_is_recalled_says_so() -> None:
    for id in RECALLED:
        assert DOSES[id].mark == "recalled", id


@pytest.mark.parametrize("id", RENAL)
def test_steps_of_the_kidneys_are_as_pages_quote_them_or_recalled(id: str) -> None:
    kidneys = {one.mark for one in DOSES[id].also if "kidneys" in one.place}
    assert kidneys == {"gabapentin": {"recalled"}, "ropinirole": {"recalled", "secondary"}}.get(
        id, {"secondary"}
    )


@pytest.mark.parametrize("id", ["methadone", "oxycodone"])
def test_the_range_of_opioids_was_read_and_what_to_start_with_is_recalled(id: str) -> None:
    dose = DOSES[id]
    assert (dose.source, dose.mark) == ("silber-2018-opioids", "abstract")
    assert [one.mark for one in dose.also] == ["recalled"]
    assert "What to start with is recalled" in dose.note


def test_ropinirole_is_not_for_kidneys_that_failed_without_dialysis() -> None:
    ropinirole = DOSES["ropinirole"]
    assert "contraindicated" in ropinirole.renal[-1].says
    assert "at most 3 mg" in ropinirole.dialysis


def test_below_the_last_row_of_the_table_gabapentin_falls_further() -> None:
    assert "in proportion" in DOSES["gabapentin"].renal[-1].says


def test_levodopa_is_for_now_and_then() -> None:
    levodopa = DOSES["carbidopa-levodopa"]
    assert levodopa.as_needed and "Never every day" in levodopa.timing
