"""How people like this respond on average in the model: beside the options, never one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ekbom.assessment.iron import STATUS
from ekbom.consultation import Consultation
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.mechanism import ModelCourse, ModelVariant
from ekbom.knowledge.treatment import Action, Block
from ekbom.logic import Truth
from ekbom.mechanism.draws import Draws
from ekbom.mechanism.limits_of_use import LimitsOfUse
from ekbom.mechanism.scenarios.from_patient import (
    AS_NOW,
    THREE_YEARS_D,
    Asked,
    LeftOut,
    PatientScenario,
    scenario_of,
)
from ekbom.mechanism.scenarios.scenario import Simulation, simulate
from ekbom.report.consultation.decide import AUGMENTATION as _CRITERIA
from ekbom.report.consultation.options import withheld_reasons
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.report.simulation.outcomes import AUGMENTATION, IRLS
from ekbom.report.simulation.summary import (
    Interval,
    difference_at,
    floor_index,
    interval_at,
    moments,
)
from ekbom.report.simulation.wording import draws_text
from ekbom.treatment.options import Option
from ekbom.treatment.plan import Plan

# Enough for a median and its range; many more would cost seconds.
N_DRAWS, SEED = 100, 1
_BLOCK = "block:"
# Nights that are told, and those between them that cost little.
EVERY_D = 91
_PLACEBO = "placebo"
_WITHOUT_TREATMENT = frozenset({"untreated", _PLACEBO})
# The moment at which courses are set beside placebo.
_BESIDE = "1 year"
_MEDICINE, _IRON = "medicine", "iron"
_GOES_ON = "What is taken now goes on unchanged, and nothing new is hoped for."
_DRAW_VALID = "R-FE-00"


@dataclass(frozen=True, slots=True)
class CourseInTheModel:
    """One course.

    Parameters
    ----------
    id, name, says : str
        Of its record: what it is, and what it stands for.
    plan : str
        How the plan stands to it; empty where there is no such option.
    irls : tuple of Interval
        Severity at each moment, IRLS points.
    beside_placebo : Interval or None
        Severity after a year less that on placebo, taken draw by draw; None for both without
        treatment.
    augmentation : Interval
        Per cent who met the criteria at least once up to the end.
    """

    id: str
    name: str
    says: str
    plan: str
    irls: tuple[Interval, ...]
    beside_placebo: Interval | None
    augmentation: Interval


@dataclass(frozen=True, slots=True)
class InTheModel:
    """The section of a consultation.

    Parameters
    ----------
    refused : tuple of str
        Why nothing is shown; then there are no courses.
    limits : str
        What the model may not say.
    read : tuple of str
        What of the record it stands on.
    assumed : Mapping of str to str
        What the record does not tell, and what was taken instead.
    moments : tuple of str
        Names of the moments of ``irls``.
    courses : tuple of CourseInTheModel
        In their order.
    beside_at : int
        Which moment courses are set beside placebo at.
    left_out : tuple of LeftOut
        Courses that are not shown, and why.
    floor : Interval or None
        Per cent who met the criteria of augmentation without any agonist; None where unknown.
    draws, structure : str
        Where the parameters come from, and which structure was run.
    simulation : Simulation or None
        What it was read from.
    """

    refused: tuple[str, ...]
    limits: str
    read: tuple[str, ...] = ()
    assumed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    moments: tuple[str, ...] = ()
    courses: tuple[CourseInTheModel, ...] = ()
    beside_at: int = 0
    left_out: tuple[LeftOut, ...] = ()
    floor: Interval | None = None
    draws: str = ""
    structure: str = ""
    simulation: Simulation | None = None


def in_the_model(
    shown: ShownConsultation,
    draws: Draws,
    n_draws: int = N_DRAWS,
    seed: int = SEED,
    n_days: int = THREE_YEARS_D,
) -> InTheModel:
    """What the model makes of people like the patient of a consultation.

    Parameters
    ----------
    shown : ShownConsultation
        The consultation; what its plan blocks is left out.
    draws : Draws
        Of the structure that is run.
    n_draws, seed, n_days : int
        As of a scenario.
    """
    found, knowledge = shown.consultation, shown.knowledge
    limits = LimitsOfUse.of(knowledge).in_short
    refused = tuple(refusals(found, knowledge))
    if refused:
        return InTheModel(refused, limits)
    barred = left_out(found, knowledge)
    asked = Asked(
        n_days=n_days,
        n_draws=min(n_draws, len(draws)),
        seed=seed,
        variant=draws.variant,
        left_out=barred,
    )
    made = scenario_of(shown.patient, knowledge, found.as_of, asked)
    if made.scenario is None:
        return InTheModel(made.refused, limits)
    if not set(made.course_ids) - _WITHOUT_TREATMENT:
        return InTheModel(("no kind of treatment is left",), limits, left_out=made.left_out)
    simulation = simulate(made.scenario, draws, knowledge, every_days=EVERY_D)
    return _told(found, knowledge, limits, made, simulation)


# What is not shown -------------------------------------------------------------------------------


def refusals(found: Consultation, knowledge: KnowledgeBase) -> Iterator[str]:
    """What stands against all treatment alike, and augmentation, whose end is not in the model.

    Parameters
    ----------
    found : Consultation
        With its plan.
    knowledge : KnowledgeBase
        All sections.
    """
    known = knowledge.of(Block)
    for section in found.plan.sections:
        for finding in section if section.id == "blocks" else ():
            block = known.get(finding.conclusion.id.removeprefix(_BLOCK))
            of_all = block is not None and _MEDICINE in block.kinds
            if of_all and finding.conclusion.truth is Truth.YES:
                yield f"{finding.name} ({finding.state})"
    criteria = found.conclusion(_CRITERIA)
    if criteria is not None and criteria.truth is Truth.YES:
        yield (
            "the criteria of augmentation are met: the model has how often that happens, not what "
            "becomes of it"
        )


def left_out(found: Consultation, knowledge: KnowledgeBase) -> Mapping[str, str]:
    """Courses the plan of a consultation does not let stand, by id, and why.

    Left out is what may not be discussed, and what a block or the gate holds back until something
    is known. What only waits to be asked about stays.

    Parameters
    ----------
    found : Consultation
        With its plan.
    knowledge : KnowledgeBase
        All sections.
    """
    reasons = {
        course.id: why_held_back(knowledge.record(Action, course.action), found)
        for course in knowledge.of(ModelCourse).values()
        if course.action
    }
    return {id: why for id, why in reasons.items() if why}


def why_held_back(action: Action, found: Consultation) -> str:
    """Why the plan of a consultation does not let an action stand; empty where it does.

    Parameters
    ----------
    action : Action
        Of the knowledge base.
    found : Consultation
        With its plan.
    """
    option = option_of(found.plan, action.id)
    if option is not None:
        return _held_back(option)
    if action.kind == _IRON and found.plan.iron is None:
        states = (f.state for f in found.assessment.section("iron") if f.conclusion.id == STATUS)
        return f"no iron may be discussed: {next(states, 'iron is not assessed')}"
    gate = found.plan.gate
    if gate.conclusion.truth is not Truth.YES:
        return f"before options: {gate.state}"
    return "the edition used says nothing of it for this group of people"


def option_of(plan: Plan, action_id: str) -> Option | None:
    """The option of an action; None where it was not weighed.

    Parameters
    ----------
    plan : Plan
        Of a consultation.
    action_id : str
        Of its record.
    """
    return next((one for one in plan.weighed if one.action.id == action_id), None)


def _held_back(option: Option) -> str:
    """Why an option may not be discussed, or what blocks it; empty where neither holds."""
    if option.conclusion.truth is Truth.NO:
        return _in_a_row([*withheld_reasons(option.conclusion)]) or option.state
    blocks = [
        f"{inner.statement}: {'blocks' if inner.truth is Truth.YES else 'blocks until it is known'}"
        for part in option.conclusion.parts
        for inner in part.parts
        if inner.id.startswith(_BLOCK) and inner.truth is not Truth.NO
    ]
    return _in_a_row(blocks)


def _in_a_row(says: list[str]) -> str:
    return "; ".join(one.removesuffix(".") for one in says)


# What is told ------------------------------------------------------------------------------------


def _told(
    found: Consultation,
    knowledge: KnowledgeBase,
    limits: str,
    made: PatientScenario,
    simulation: Simulation,
) -> InTheModel:
    when, records = moments(simulation), knowledge.of(ModelCourse)
    beside = next((one for one in when if one.name == _BESIDE), when[-1])
    by_id = dict(zip(made.course_ids, simulation.courses, strict=True))
    courses = []
    for id, course in by_id.items():
        compared = id not in _WITHOUT_TREATMENT and _PLACEBO in by_id
        option = option_of(found.plan, records[id].action)
        courses.append(
            CourseInTheModel(
                id,
                course.name,
                _GOES_ON if course.name == AS_NOW else records[id].says,
                "" if option is None else standing(option),
                tuple(interval_at(course, IRLS, moment) for moment in when),
                difference_at(course, by_id[_PLACEBO], IRLS, beside) if compared else None,
                interval_at(course, AUGMENTATION, when[-1]),
            )
        )
    return InTheModel(
        (),
        limits,
        made.read,
        {**simulation.scenario.assumed, **dict(_doubt(found))},
        tuple(one.name for one in when),
        tuple(courses),
        when.index(beside),
        made.left_out,
        _floor(simulation),
        draws_text(simulation.draws, simulation.scenario.seed),
        knowledge.record(ModelVariant, simulation.variant).says,
        simulation,
    )


def standing(option: Option) -> str:
    """How the plan stands to an option.

    Parameters
    ----------
    option : Option
        That was weighed.
    """
    by_shared_decision = option.route == "shared-decision" and not option.is_offered
    return f"{option.state}, by shared decision only" if by_shared_decision else option.state


def _floor(simulation: Simulation) -> Interval | None:
    """How often the criteria are met where no agonist is taken."""
    index = floor_index(simulation.scenario)
    if index is None:
        return None
    return interval_at(simulation.courses[index], AUGMENTATION, moments(simulation)[-1])


def _doubt(found: Consultation) -> Iterator[tuple[str, str]]:
    """Iron values that the rules do not judge by, and stand in the model all the same."""
    valid = found.conclusion(_DRAW_VALID)
    if valid is not None and valid.truth is not Truth.YES:
        yield "iron values", "as drawn, though the rules do not judge by this draw"
