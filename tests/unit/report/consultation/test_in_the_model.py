"""The model beside a consultation: what stands there, what is left out, and to whom."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from ekbom.interop.patient_files import example_patient
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.loading import load
from ekbom.knowledge.mechanism import ModelCourse
from ekbom.knowledge.never_say import spoken
from ekbom.logic import Truth
from ekbom.mechanism.draws import Draws, prior_draws
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.parameters import Priors
from ekbom.report.consultation.as_json import as_json
from ekbom.report.consultation.html import render_consultation
from ekbom.report.consultation.in_the_model import InTheModel, in_the_model, left_out
from ekbom.report.consultation.model_shown import FIRST, NOT_OPTIONS, model_text
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown
from ekbom.report.consultation.text import text

TODAY = date(2026, 11, 22)
N_DRAWS, N_DAYS = 3, 30
# Example, day, courses that are shown.
SHOWN = [
    (
        "iron-deficient",
        TODAY,
        ["untreated", "placebo", "iron-by-mouth", "iron-by-vein", "ligand", "agonist"],
    ),
    ("hemochromatosis", TODAY, ["untreated", "placebo", "ligand", "agonist"]),
    # What is taken goes on; above its maximum no agonist is added.
    (
        "long-term-dopamine-agonist",
        TODAY,
        ["untreated", "placebo", "iron-by-mouth", "iron-by-vein", "ligand"],
    ),
    # Iron by mouth failed.
    (
        "history-iron-repletion",
        date(2021, 6, 7),
        ["untreated", "placebo", "iron-by-vein", "ligand", "agonist"],
    ),
]
REFUSED = [
    ("antipsychotic-akathisia", TODAY, "Criteria of restless legs not met"),
    ("child-nine-years", TODAY, "Child"),
    ("dialysis", TODAY, "dialysis"),
    ("pregnant-third-trimester", TODAY, "pregnancy"),
    ("history-pregnancy", date(2022, 1, 18), "Breast-feeding"),
    ("history-augmentation", date(2019, 11, 12), "criteria of augmentation are met"),
    ("nearly-empty", TODAY, "no kind of treatment is left"),
]


@cache
def base() -> KnowledgeBase:
    return load()


@cache
def draws() -> Draws:
    return prior_draws(Priors.of(base()), N_DRAWS, np.random.default_rng(1))


@cache
def consulted(name: str, on: date) -> ShownConsultation:
    return consultation_shown(example_patient(name, base(), TODAY), base(), on)


@cache
def modelled(name: str, on: date) -> ShownConsultation:
    shown = consulted(name, on)
    return replace(shown, model=in_the_model(shown, draws(), N_DRAWS, n_days=N_DAYS))


def model_of(name: str, on: date) -> InTheModel:
    found = modelled(name, on).model
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "on", "courses"), SHOWN)
def test_what_the_plan_blocks_is_left_out_and_told(name: str, on: date, courses: list[str]) -> None:
    found = model_of(name, on)
    assert [one.id for one in found.courses] == courses
    assert len(found.courses) + len(found.left_out) == 6
    said = "\n".join(model_text(found))
    for one in found.left_out:
        assert one.because
        assert one.name in said


@pytest.mark.parametrize(("name", "on", "why"), REFUSED)
def test_where_nothing_can_be_said_the_reason_stands_there(name: str, on: date, why: str) -> None:
    found = model_of(name, on)
    assert found.courses == ()
    assert any(why in one for one in found.refused)
    assert "NOT SHOWN" in "\n".join(model_text(found))


@pytest.mark.parametrize(("name", "on", "courses"), SHOWN)
def test_what_may_be_discussed_is_never_barred_and_what_may_not_always(
    name: str, on: date, courses: list[str]
) -> None:
    found = consulted(name, on).consultation
    barred = left_out(found, base())
    options = {option.action.id: option for option in found.plan.weighed}
    for course in base().of(ModelCourse).values():
        option = options.get(course.action)
        if option is not None and option.is_offered:
            assert course.id not in barred
        if course.action and (option is None or option.conclusion.truth is Truth.NO):
            assert course.id in barred
            assert course.id not in courses


def test_the_difference_from_placebo_is_taken_draw_by_draw() -> None:
    found = model_of("iron-deficient", TODAY)
    assert found.simulation is not None
    ligand, placebo = (
        found.simulation.courses[[one.id for one in found.courses].index(id)].nights.irls[-1]
        for id in ("ligand", "placebo")
    )
    shown = next(one.beside_placebo for one in found.courses if one.id == "ligand")
    assert shown is not None
    assert shown.median == pytest.approx(np.median(ligand - placebo))


def test_only_an_agonist_lifts_augmentation_above_its_floor() -> None:
    found = model_of("iron-deficient", TODAY)
    assert found.floor is not None
    for one in found.courses:
        assert (one.augmentation.median > found.floor.median) == (one.id == "agonist")


# Wording, place and reader -------------------------------------------------------------------


@pytest.mark.parametrize(("name", "on"), [one[:2] for one in (*SHOWN, *REFUSED)])
def test_the_section_says_nothing_that_must_never_be_said(name: str, on: date) -> None:
    shown = modelled(name, on)
    page = render_consultation(shown)
    section = page[page.index('id="in-the-model"') :]
    section = section[: section.index("</section>")]
    said = [
        re.sub(r"<[^>]*>", "", part).strip() for part in re.split(r"</?(?!b>)[a-z][^>]*>", section)
    ]
    said += list(model_text(shown.model) if shown.model else ())
    said += list(texts(as_json(shown)["in_the_model"]))
    assert not [(one, found.id) for one in set(said) for found in spoken(one, base(), "clinician")]
    limits = LimitsOfUse.of(base()).in_short.replace("'", "&#39;")
    assert limits in section
    assert FIRST in section


def texts(part: Any) -> list[str]:
    """Every text of plain data."""
    if isinstance(part, dict):
        return [text for one in part.values() for text in texts(one)]
    if isinstance(part, list):
        return [text for one in part for text in texts(one)]
    return [part] if isinstance(part, str) else []


def test_it_stands_after_options_and_reasons_and_never_on_the_first_page() -> None:
    shown = modelled("iron-deficient", TODAY)
    page = render_consultation(shown)
    place = page.index('id="in-the-model"')
    assert page.count(FIRST) == 1
    for before in ('id="plan"', 'class="reasons"'):
        assert page.index(before) < place
    lines = list(text(shown, why=True))
    assert lines.index("OPTIONS TO DISCUSS") < lines.index("IN THE MODEL")
    assert " ".join(" ".join(lines).split()).count(NOT_OPTIONS) == 1


def test_a_patient_sees_nothing_of_it() -> None:
    plain, shown = consulted("iron-deficient", TODAY), modelled("iron-deficient", TODAY)
    assert render_consultation(shown, "patient") == render_consultation(plain, "patient")
    assert as_json(shown, "patient") == as_json(plain, "patient")
    assert list(text(shown, "patient")) == list(text(plain, "patient"))


def test_parts_of_a_consultation_do_not_hold_it() -> None:
    shown = modelled("iron-deficient", TODAY)
    assert "IN THE MODEL" not in text(shown, part="plan")
    assert "in_the_model" not in as_json(shown, part="follow")


def test_without_the_model_a_consultation_is_as_before() -> None:
    plain, shown = consulted("iron-deficient", TODAY), modelled("iron-deficient", TODAY)
    whole = as_json(shown)
    del whole["in_the_model"]
    assert as_json(plain) == whole
    section, lines = list(model_text(model_of("iron-deficient", TODAY))), list(text(shown))
    place = lines.index("IN THE MODEL") - 1
    assert lines[:place] + lines[place + len(section) :] == list(text(plain))
