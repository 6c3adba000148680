"""What if, as a result one can keep: tables and drawings of one course, beside no change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from markupsafe import Markup

from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelVariant
from ekbom.knowledge.treatment import Action
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.parameters import DEFAULT_VARIANT
from ekbom.mechanism.scenarios.from_patient import Asked, PatientScenario
from ekbom.mechanism.scenarios.scenario import Scenario, SimulatedCourse, Simulation
from ekbom.mechanism.scenarios.seen_in_trials import seen_in_trials
from ekbom.mechanism.scenarios.what_if import (
    ASKED,
    WhatIf,
    as_plain,
    beyond_trials,
    what_if_scenario,
)
from ekbom.report.consultation.in_the_model import (
    option_of,
    refusals,
    standing,
    why_held_back,
)
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.report.figures.interval_rows import mark
from ekbom.report.simulation import outcomes
from ekbom.report.simulation.figures import (
    Figure,
    day_figure,
    end_figure,
    moment_figure,
    outcome_figure,
)
from ekbom.report.simulation.html import before_texts, signed
from ekbom.report.simulation.outcomes import Outcome
from ekbom.report.simulation.outcomes import shown as in_print
from ekbom.report.simulation.summary import (
    Interval,
    Moment,
    difference_at,
    interval_at,
    moments,
    untreated_index,
)
from ekbom.report.simulation.wording import (
    NOT_BY_TASTE,
    all_draws_text,
    course_texts,
    person_facts,
    placebo_text,
    range_text,
    reading_texts,
)

Json = dict[str, Any]
FORMAT: Final = 1
N_DRAWS: Final = 200
SEED: Final = 1
# As `Assumed.beyond_trials` begins what lies outside of them.
_BEYOND = "that trials tell of such a "
_NOW, _PLACEBO, _ASKED = 0, 1, 2


# Before it is run --------------------------------------------------------------------------------


def refused(shown: ShownConsultation, made: PatientScenario) -> tuple[str, ...]:
    """Why the model has nothing to say of this patient, or of what is asked; empty where it has.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    made : PatientScenario
        See `prepared`.
    """
    against = tuple(refusals(shown.consultation, shown.knowledge))
    left_out = tuple(one.because for one in made.left_out)
    return against or made.refused or left_out


def prepared(
    shown: ShownConsultation,
    asked: WhatIf,
    variant: str = DEFAULT_VARIANT,
    n_draws: int = N_DRAWS,
) -> PatientScenario:
    """The scenario of a patient for what is asked, held to what the plan lets stand.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation; what its plan holds back is left out.
    asked : WhatIf
        That was checked.
    variant, n_draws
        As of a scenario.
    """
    reasons = [held_back(shown, drug) for drug in asked.drugs]
    because = "; ".join(reason for reason in reasons if reason)
    run = Asked(
        n_draws=n_draws,
        seed=SEED,
        variant=variant,
        left_out={ASKED: because} if because else {},
    )
    found = shown.consultation
    return what_if_scenario(shown.patient, shown.knowledge, found.as_of, asked, run)


def held_back(shown: ShownConsultation, drug: str) -> str:
    """Why the plan does not let a medicine or an iron product stand; empty where it does.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    drug : str
        As the model calls it.
    """
    action = _action(shown, drug)
    if action is None:
        return "the plan knows no such option"
    return why_held_back(action, shown.consultation)


def plan_says(shown: ShownConsultation, drug: str) -> str:
    """How the plan stands to a medicine or an iron product; empty where it was not weighed.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation.
    drug : str
        As the model calls it.
    """
    action = _action(shown, drug)
    option = None if action is None else option_of(shown.consultation.plan, action.id)
    return "" if option is None else standing(option)


def _action(shown: ShownConsultation, drug: str) -> Action | None:
    return next((one for one in shown.knowledge.of(Action).values() if drug in one.drugs), None)


# The result --------------------------------------------------------------------------------------


def result(
    simulations: Sequence[Simulation],
    made: PatientScenario,
    asked: WhatIf,
    shown: ShownConsultation,
) -> Json:
    """Everything that is kept and shown, as plain values; drawings as text of SVG.

    Parameters
    ----------
    simulations : sequence of Simulation
        One a structure, that of the bands first.
    made : PatientScenario
        What they ran.
    asked : WhatIf
        What was asked.
    shown : ShownConsultation
        The consultation.
    """
    first, knowledge = simulations[0], shown.knowledge
    when = moments(first)
    return {
        "format": FORMAT,
        **_question(first.scenario, made, asked, shown),
        "draws": all_draws_text(simulations),
        "moments": [moment.name for moment in when],
        "table": [_rows(first, outcome, when) for outcome in outcomes.TOLD],
        "variants": [_variant(one, k, knowledge) for k, one in enumerate(simulations)],
        "rivals": _rivals(simulations, when[-1]),
        "not_by_taste": NOT_BY_TASTE,
        "figures": {name: _plain(figure) for name, figure in _figures(simulations, when)},
    }


def _question(
    scenario: Scenario, made: PatientScenario, asked: WhatIf, shown: ShownConsultation
) -> Json:
    """What was asked, from where it starts, and how it may be read."""
    limits = LimitsOfUse.of(shown.knowledge)
    plan = ((drug, plan_says(shown, drug)) for drug in asked.drugs)
    return {
        "asked": as_plain(asked),
        "start": scenario.start.isoformat(),
        "days": scenario.n_days,
        "limits": limits.in_short,
        "to_a_patient": limits.to_a_patient,
        "given": course_texts(scenario.courses[_ASKED], scenario.start),
        "now": course_texts(scenario.courses[_NOW], scenario.start),
        "before": before_texts(scenario),
        "beside": scenario.courses[_NOW].name,
        "in_the_plan": [f"{drug.replace('-', ' ')}: {says}" for drug, says in plan if says],
        "outside": list(_outside(scenario, asked, shown.knowledge)),
        "read": list(made.read),
        "assumed": [
            {"name": fact.name, "says": fact.says}
            for fact in person_facts(scenario)
            if fact.is_assumed and not fact.name.startswith(_BEYOND)
        ],
        "reading": [placebo_text(scenario), range_text(scenario), *reading_texts(scenario)],
        "has_untreated": untreated_index(scenario) is not None,
    }


def _outside(scenario: Scenario, asked: WhatIf, knowledge: KnowledgeBase) -> Iterator[str]:
    yield from beyond_trials(asked, seen_in_trials(knowledge))
    for name, says in scenario.assumed.items():
        if name.startswith(_BEYOND):
            yield f"{name.removeprefix(_BEYOND)} of {says.replace('; they saw', ': trials saw')}"


def _figures(
    simulations: Sequence[Simulation], when: Sequence[Moment]
) -> Iterator[tuple[str, Figure]]:
    first = simulations[0]
    yield "severity", outcome_figure(first, outcomes.IRLS, "all")
    yield "movements", outcome_figure(first, outcomes.PLMS_INDEX)
    yield "ferritin", outcome_figure(first, outcomes.FERRITIN, "iron")
    yield "saturation", outcome_figure(first, outcomes.TSAT, "iron")
    yield "day", day_figure(first)
    yield "sleep", outcome_figure(first, outcomes.WAKE)
    yield "augmentation", outcome_figure(first, outcomes.AUGMENTATION)
    compared = (outcomes.PLMS_INDEX, outcomes.WAKE, outcomes.AUGMENTATION)
    if len(simulations) > 1:
        yield "rivals_severity", moment_figure(simulations, outcomes.IRLS, when)
        yield "rivals", end_figure(simulations, compared, when[-1])


def _plain(figure: Figure) -> Json:
    plain = asdict(figure)
    panels = [{**panel, "drawing": str(panel["drawing"])} for panel in plain["panels"]]
    return {**plain, "panels": panels}


def _variant(simulation: Simulation, index: int, knowledge: KnowledgeBase) -> Json:
    record = knowledge.record(ModelVariant, simulation.variant)
    return {
        "id": record.id,
        "name": record.name,
        "says": record.says,
        "draws": simulation.draws.kind,
        "fit": dict(simulation.draws.about),
        "mark": str(mark(7.0, 7.0, index)),
    }


# In numbers --------------------------------------------------------------------------------------


def _rows(simulation: Simulation, outcome: Outcome, when: Sequence[Moment]) -> Json:
    asked, placebo = simulation.courses[_ASKED], simulation.courses[_PLACEBO]
    rows = [_row(course, outcome, when) for course in simulation.courses]
    less = [difference_at(asked, placebo, outcome, moment) for moment in when]
    return {
        "id": outcome.id,
        "name": outcome.name,
        "unit": outcome.unit,
        "rows": rows,
        "less_placebo": [_signed_cell(outcome, one) for one in less],
    }


def _row(course: SimulatedCourse, outcome: Outcome, when: Sequence[Moment]) -> Json:
    cells = [_cell(outcome, interval_at(course, outcome, moment)) for moment in when]
    return {"name": course.name, "cells": cells}


def _cell(outcome: Outcome, one: Interval) -> Json:
    names = ("low", "lower", "median", "upper", "high")
    return {name: in_print(outcome, getattr(one, name)) for name in names}


def _signed_cell(outcome: Outcome, one: Interval) -> Json:
    names = ("low", "lower", "median", "upper", "high")
    return {name: signed(outcome, getattr(one, name)) for name in names}


def _rivals(simulations: Sequence[Simulation], end: Moment) -> list[Json]:
    """What each structure says of the end, less placebo; and whether they agree on its sign."""
    if len(simulations) < 2:
        return []
    found = []
    for outcome in (outcomes.IRLS, outcomes.PLMS_INDEX, outcomes.WAKE):
        each = [
            difference_at(one.courses[_ASKED], one.courses[_PLACEBO], outcome, end)
            for one in simulations
        ]
        medians = [float(in_print(outcome, one.median)) for one in each]
        found.append(
            {
                "name": outcome.name,
                "unit": outcome.unit,
                "cells": [_signed_cell(outcome, one) for one in each],
                "lowest": signed(outcome, min(medians)),
                "highest": signed(outcome, max(medians)),
                "disagree": min(medians) < 0 < max(medians),
            }
        )
    return found


# Shown again -------------------------------------------------------------------------------------


def with_drawings(kept: Mapping[str, Any]) -> Json:
    """A result as it was kept, its drawings ready for a page.

    Parameters
    ----------
    kept : Mapping
        What `result` made; of no other origin, since its drawings are not escaped.
    """
    figures = {
        name: {
            **figure,
            "panels": [{**one, "drawing": Markup(one["drawing"])} for one in figure["panels"]],
        }
        for name, figure in kept["figures"].items()
    }
    variants = [{**one, "mark": Markup(one["mark"])} for one in kept["variants"]]
    return {**kept, "figures": figures, "variants": variants}
