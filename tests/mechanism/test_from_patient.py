"""A scenario from a record: what it reads, what it assumes and says, and whom it refuses."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelCourse
from ekbom.knowledge.strict_yaml import parse
from ekbom.knowledge.treatment import Action, Dose
from ekbom.mechanism.draws import prior_draws
from ekbom.mechanism.parameters import Priors
from ekbom.mechanism.regimen import KNOWN
from ekbom.mechanism.scenarios.from_patient import AS_NOW, Asked, PatientScenario, scenario_of
from ekbom.mechanism.scenarios.patient_medicines import MOST_DAYS_BEFORE
from ekbom.mechanism.scenarios.scenario import simulate
from ekbom.patient.doses import published_dose, read_dose
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from

DAY = date(2026, 6, 1)
SHORT = Asked(n_days=60, n_draws=4)
WHOLE: dict[str, Any] = {
    "id": "a",
    "person": {"born": "1970-02-03", "sex": "female"},
    "labs": [
        {"on": "2026-01-05", "results": {"ferritin": "61 ng/mL"}},
        {
            "on": "2026-05-05",
            "at": "08:00",
            "results": {
                "ferritin": "29 ng/mL",
                "transferrin-saturation": "15 %",
                "hemoglobin": "12.8 g/dL",
                "creatinine": "0.8 mg/dL",
            },
        },
        {"on": "2026-07-01", "results": {"ferritin": "200 ng/mL"}},
    ],
    "weights": [{"on": "2026-05-04", "kg": 67}],
    "questionnaires": [
        {"instrument": "irls", "on": "2026-01-04", "total": 30},
        {"instrument": "irls", "on": "2026-05-04", "total": 21},
    ],
    "nights": [
        {
            "on": "2026-05-06",
            "method": "polysomnography",
            "plms_index_per_h": 40,
            "wake_after_sleep_onset_min": 55,
        },
        {"on": "2026-05-20", "method": "actigraphy", "plms_index_per_h": 5},
    ],
}
PRAMIPEXOLE = {
    "drug": "pramipexole",
    "form": "base",
    "dose": "0.18 mg",
    "times": ["20:30"],
    "started": "2026-03-03",
}


@cache
def base() -> KnowledgeBase:
    return load()


def patient(**parts: Any) -> Patient:
    data = {**WHOLE, **parts}
    text = json.dumps({name: part for name, part in data.items() if part is not None})
    # Days are no texts in a record.
    dated = re.sub(r'"(\d{4}(?:-\d\d)*)"', r"\1", text)
    return patient_from(parse("a.yaml", dated.encode()), base(), date(2026, 8, 1))


def of(asked: Asked = SHORT, **parts: Any) -> PatientScenario:
    return scenario_of(patient(**parts), base(), DAY, asked)


def names(found: PatientScenario) -> list[str]:
    assert found.scenario is not None
    return [course.name for course in found.scenario.courses]


# What is read --------------------------------------------------------------------------------


def test_the_latest_values_up_to_the_day_are_taken() -> None:
    found = of()
    assert found.scenario is not None
    person = found.scenario.person
    assert (person.ferritin_ug_per_l, person.tsat_percent, person.hemoglobin_g_per_dl) == (
        29.0,
        15.0,
        12.8,
    )
    assert (person.irls, person.weight_kg, person.wake_min) == (21.0, 67.0, 55.0)
    # Movements of an ankle by actigraphy are others.
    assert person.plms_index == 40.0
    assert 0.8 < person.clearance_share < 0.95
    assert {"awakenings", "hours in bed"} == set(found.scenario.assumed)
    assert "IRLS 21 (2026-05-04)" in found.read


def test_what_the_record_does_not_tell_is_assumed_and_said() -> None:
    found = of(
        labs=[{"on": "2026-05-05", "results": {"ferritin": "<5 ng/mL"}}],
        weights=None,
        questionnaires=None,
        nights=None,
        person={"born": "1970"},
    )
    assert found.scenario is not None
    said = found.scenario.assumed
    assert {
        "body weight",
        "haemoglobin",
        "transferrin saturation",
        "severity (IRLS)",
        "PLMS index",
        "waking after sleep onset",
        "sex",
        "renal clearance",
        "ferritin",
    } <= set(said)
    assert said["ferritin"] == "<5 ng/mL taken as 5 ug/L"


def test_blood_values_beyond_the_model_start_at_its_ends_and_it_is_said() -> None:
    results = {"ferritin": "0.2 ng/mL", "transferrin-saturation": "112 %"}
    found = of(labs=[{"on": "2026-05-05", "results": results}])
    assert found.scenario is not None
    person = found.scenario.person
    assert (person.ferritin_ug_per_l, person.tsat_percent) == (1, 100)
    said = found.scenario.assumed
    assert said["ferritin"].startswith("1 ug/L")
    assert said["transferrin saturation"].startswith("100 %")


def test_what_has_no_number_in_the_model_is_said() -> None:
    found = of(
        answers=[{"on": "2026-05-04", "answers": {"heavy-periods": "yes"}}],
        medications=[
            {"drug": "ferrous-sulfate", "dose": "325 mg", "times": ["07:00"], "started": "2026"},
            {"drug": "sertraline", "dose": "50 mg", "times": ["08:00"], "started": "2025"},
        ],
    )
    assert found.scenario is not None
    said = found.scenario.assumed
    assert "heavy periods" in said["further loss of iron"]
    assert "iron values" in said["ferrous sulfate, taken now"]
    assert "sertraline" in said["other medicines"]
    # Neither is in any course: no dose of the record was read for it.
    assert {line.drug for course in found.scenario.courses for line in course.lines} <= set(KNOWN)
    assert names(found)[0] == "Untreated"


# Medicines taken so far ----------------------------------------------------------------------


def test_a_medicine_that_is_taken_goes_on_and_others_are_added_to_it() -> None:
    found = of(medications=[PRAMIPEXOLE])
    assert found.scenario is not None
    (line,) = found.scenario.before
    assert line.drug == "pramipexole"
    assert line.dose_mg == pytest.approx(0.18 * 1.42)
    assert line.clock_h == (20.5,)
    assert found.scenario.n_before == (DAY - date(2026, 3, 3)).days == line.days.sum()
    assert names(found)[:2] == [AS_NOW, "Placebo, added"]
    assert all(course.lines[0].drug == "pramipexole" for course in found.scenario.courses)
    assert [one.name for one in found.left_out] == ["Dopamine agonist"]


def test_years_of_a_medicine_are_cut_and_it_is_said() -> None:
    found = of(medications=[{**PRAMIPEXOLE, "started": "2015"}])
    assert found.scenario is not None
    assert found.scenario.n_before == MOST_DAYS_BEFORE
    assert str(MOST_DAYS_BEFORE) in found.scenario.assumed["medicines taken so far"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"dose": None}, "dose"),
        ({"times": None}, "clock"),
        ({"started": None}, "since when"),
    ],
)
def test_a_dose_or_a_time_is_never_guessed(change: dict[str, None], why: str) -> None:
    use = {name: part for name, part in {**PRAMIPEXOLE, **change}.items() if part is not None}
    found = of(medications=[use])
    assert found.scenario is not None
    assert found.scenario.before == ()
    assert why in found.scenario.assumed["pramipexole, taken now"]
    assert "Dopamine agonist" in [one.name for one in found.left_out]


def test_a_patch_is_read_by_its_rate_and_a_pair_by_what_the_model_knows() -> None:
    found = of(
        medications=[
            {
                "drug": "rotigotine",
                "dose": "2 mg/24 h",
                "times": ["18:00"],
                "started": "2026-02-01",
            },
            {
                "drug": "oxycodone/naloxone",
                "dose": "10/5 mg",
                "times": ["08:00", "20:00"],
                "started": "2026-02-01",
            },
        ]
    )
    assert found.scenario is not None
    assert {line.drug: line.dose_mg for line in found.scenario.before} == {
        "rotigotine": 2.0,
        "oxycodone": 10.0,
    }


# Who is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"person": {"born": "2012-05-05", "sex": "female"}}, "under 18"),
        ({"pregnancies": [{"last_period": "2026-03-01"}]}, "pregnancy"),
        ({"answers": [{"on": "2026-05-04", "answers": {"pregnant": "yes"}}]}, "pregnancy"),
        ({"conditions": [{"condition": "dialysis", "since": "2025"}]}, "dialysis"),
        (
            {"labs": [{"on": "2026-05-05", "results": {"creatinine": "7 mg/dL"}}]},
            "kidney failure",
        ),
        (
            {
                "medications": [
                    {"drug": "carbidopa/levodopa", "dose": "25/100 mg", "started": "2025"}
                ]
            },
            "carbidopa/levodopa is taken",
        ),
        (
            {"medications": [{"drug": "methadone", "dose": "5 mg", "started": "2025"}]},
            "methadone is taken",
        ),
        ({"medications": [{**PRAMIPEXOLE, "started": "2026-05-20"}]}, "after the latest severity"),
        (
            {"medications": [{**PRAMIPEXOLE, "stopped": "2026-05-20"}]},
            "after the latest severity",
        ),
    ],
)
def test_where_the_model_has_nothing_to_say_there_is_a_reason_and_no_scenario(
    parts: dict[str, Any], why: str
) -> None:
    found = of(**parts)
    assert found.scenario is None
    assert any(why in one for one in found.refused)


@pytest.mark.parametrize(
    "parts",
    [
        {"conditions": [{"condition": "hemochromatosis", "since": "2020"}]},
        {
            "labs": [
                {
                    "on": "2026-05-05",
                    "results": {"ferritin": "80 ng/mL", "transferrin-saturation": "45 %"},
                }
            ]
        },
    ],
)
def test_no_iron_where_iron_would_be_unsafe(parts: dict[str, Any]) -> None:
    found = of(**parts)
    assert [one.name for one in found.left_out] == ["Iron by mouth", "Iron by vein"]
    assert found.scenario is not None
    drugs = {line.drug for course in found.scenario.courses for line in course.lines}
    assert drugs == {"pregabalin", "pramipexole"}


def test_a_renal_medicine_is_left_out_where_its_dose_is_cut() -> None:
    found = of(labs=[{"on": "2026-05-05", "results": {"creatinine": "1.6 mg/dL"}}])
    assert "Alpha-2-delta ligand" in [one.name for one in found.left_out]


def test_what_the_caller_leaves_out_is_not_simulated() -> None:
    found = of(Asked(n_days=60, n_draws=4, left_out={"agonist": "impulse control"}))
    assert "agonist" not in found.course_ids
    assert [(one.name, one.because) for one in found.left_out] == [
        ("Dopamine agonist", "impulse control")
    ]


# What comes of it ----------------------------------------------------------------------------


@pytest.mark.parametrize("total", [0, 21, 40])
def test_the_scenario_runs_from_the_record_as_measured(total: int) -> None:
    questionnaires = [{"instrument": "irls", "on": "2026-05-04", "total": total}]
    found = of(questionnaires=questionnaires, medications=[PRAMIPEXOLE])
    assert found.scenario is not None
    draws = prior_draws(Priors.of(base()), 4, np.random.default_rng(2))
    result = simulate(found.scenario, draws, base(), every_days=60)
    for course in result.courses:
        assert course.nights.irls[0] == pytest.approx(found.scenario.person.irls, abs=0.05)
        assert np.isfinite(course.nights.irls).all()
    assert abs(found.scenario.person.irls - total) <= 0.5


# The courses that stand for a kind -----------------------------------------------------------


@pytest.mark.parametrize("course", base().of(ModelCourse).values(), ids=lambda one: one.id)
def test_a_course_stays_inside_the_published_doses(course: ModelCourse) -> None:
    if course.action:
        drugs = base().record(Action, course.action).drugs
        assert {line.drug for line in course.regimen} <= set(drugs)
    for line in course.regimen:
        form = "salt" if line.drug == "pramipexole" else ""
        dose = published_dose(line.drug, form, base())
        found = read_dose(line.dose)
        assert found is not None
        if dose is not None:
            assert isinstance(dose, Dose)
            assert dose.usual_to is not None
            assert dose.start_from is not None
            assert dose.start_from <= found.amounts_mg[0] * len(line.times) <= dose.usual_to


def test_only_the_untreated_course_is_without_the_response_to_being_treated() -> None:
    hopes = {one.id: one.hopes for one in base().of(ModelCourse).values()}
    assert [id for id, hoped in hopes.items() if not hoped] == ["untreated"]
