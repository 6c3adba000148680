"""plan: what could be done for one patient on one day, first things first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ekbom.assessment.assess import Assessment
from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_id
from ekbom.assessment.iron import STATUS
from ekbom.assessment.known_facts import known_facts
from ekbom.followup.review import FollowUp
from ekbom.knowledge.treatment import Action, Block
from ekbom.logic import Conclusion, Truth
from ekbom.treatment.blocks import blocked, blocks
from ekbom.treatment.course import (
    REFRACTORY,
    UNSUITABLE,
    course,
    first_line_unsuitable,
    refractory,
)
from ekbom.treatment.eligibility import Situation, option
from ekbom.treatment.facts import treatment_facts
from ekbom.treatment.first_measures import first_measures
from ekbom.treatment.gate import gate
from ekbom.treatment.iron_recheck import further_infusion
from ekbom.treatment.iron_therapy import iron_section, iron_therapy
from ekbom.treatment.options import Choice, IronTherapy, Option
from ekbom.treatment.ordering import ordered, precedences
from ekbom.treatment.phases import phases
from ekbom.treatment.recommendations import population, recommendations
from ekbom.treatment.special import special


@dataclass(frozen=True, slots=True)
class Plan:
    """Options for one patient on one day; never an order.

    Parameters
    ----------
    gate : Finding
        R-TX-00: whether options can be shown, and what is needed before.
    choice : Choice
        Medicines, devices and supplements.
    iron : IronTherapy or None
        Iron; None where no iron may be discussed.
    sections : tuple of Section
        What else there is to say, in the order of reading: ``first`` (aggravators and habits),
        ``iron-therapy``, ``course`` (rules that lead from one option to the next), ``special``
        (pregnancy, kidneys, age and what else changes it), ``options`` (the reasons of every
        one), ``blocks`` and ``phases``.
    """

    gate: Finding
    choice: Choice
    iron: IronTherapy | None
    sections: tuple[Section, ...]

    @property
    def weighed(self) -> tuple[Option, ...]:
        """Every option that is shown: offered, withheld or advised against; iron too."""
        choices = (self.choice, *([self.iron.products] if self.iron else []))
        return tuple(option for choice in choices for option in choice.weighed)

    def findings(self) -> Iterator[Finding]:
        """All findings, in order; the gate first."""
        yield self.gate
        for section in self.sections:
            yield from section.findings

    def concluded(self) -> Mapping[str, Conclusion]:
        """Every conclusion by id."""
        return by_id(self.findings())


def plan(case: Case, assessment: Assessment, follow_up: FollowUp) -> Plan:
    """What could be done for a patient on the day.

    Parameters
    ----------
    case : Case
        The patient on the day.
    assessment : Assessment
        Of the same patient and day.
    follow_up : FollowUp
        Of the same patient and day.
    """
    known = {**assessment.concluded(), **follow_up.concluded()}
    known |= {**known_facts(case, known), **treatment_facts(case, assessment, known)}
    first = first_measures(case, assessment, known)
    passed = gate(case, known)
    known |= by_id(first.findings) | {passed.conclusion.id: passed.conclusion}
    known[REFRACTORY] = refractory(case)
    status = next(f for f in assessment.section("iron") if f.conclusion.id == STATUS)
    further = further_infusion(case, known, status)
    known |= by_id(further)
    options = _weighed(Situation(case, known, population(case, known), status.state))
    known |= {option.conclusion.id: option.conclusion for option in options}
    known[UNSUITABLE] = first_line_unsuitable(case, options)
    products = _choice(case, [o for o in options if o.action.kind == "iron"])
    others = [o for o in options if o.action.kind != "iron"]
    therapy = iron_therapy(case, status, products, further)
    stages = course(case, known, options, names_medicines=_may_name_medicines(case, passed, known))
    return Plan(
        passed,
        _choice(case, others) if passed.conclusion.truth is Truth.YES else Choice(),
        therapy,
        (
            first,
            iron_section(case, status, products, therapy, further),
            stages,
            special(case, known),
            _reasons(options),
            blocks(case, known),
            phases(case, known | by_id(stages.findings)),
        ),
    )


def _may_name_medicines(case: Case, gate: Finding, known: Mapping[str, Conclusion]) -> bool:
    """Whether rules may name medicines: the gate is open, and no block forbids all of them."""
    of_all = (block for block in case.knowledge.of(Block).values() if "medicine" in block.kinds)
    barred = any(blocked(block, case, known).truth is not Truth.NO for block in of_all)
    return gate.conclusion.truth is Truth.YES and not barred


def _weighed(situation: Situation) -> tuple[Option, ...]:
    """Every action the edition used speaks of; what is late only after what is not."""
    case, known = situation.case, dict(situation.known)
    spoken = tuple(recommendations(case, situation.group).values())
    late = [one for one in spoken if case.knowledge.record(Action, one.action).late]
    before = {one.action: option(situation, one) for one in spoken if one not in late}
    known[UNSUITABLE] = first_line_unsuitable(case, tuple(before.values()))
    then = {one.action: option(replace(situation, known=known), one) for one in late}
    return tuple((before | then)[one.action] for one in spoken)


def _choice(case: Case, options: Sequence[Option]) -> Choice:
    against = tuple(o for o in options if _is_against(o))
    offered = [o for o in options if o.is_offered]
    return Choice(
        ordered(case, offered),
        precedences(case, offered),
        tuple(o for o in options if not o.is_offered and o not in against),
        against,
    )


def _is_against(option: Option) -> bool:
    return option.recommendation is not None and option.recommendation.direction == "against"


def _reasons(options: Sequence[Option]) -> Section:
    """The reasons of every option, to be unfolded."""
    findings = (Finding(o.action.name, o.conclusion, o.state, o.action.words) for o in options)
    return Section("options", "Options, one by one", tuple(findings))
