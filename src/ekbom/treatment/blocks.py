"""Hard blocks: what must never be put out in a situation, whatever a guideline says.

A block that is yes forbids; one that is unknown forbids until it is known. They have no edition:
safety does not travel in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.findings import NOTHING_SAID, Finding, Section, reached
from ekbom.assessment.person import is_child, pregnant
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.parameters import Sourced
from ekbom.knowledge.records import Words
from ekbom.knowledge.treatment import Action, Block
from ekbom.logic import Conclusion, Fact, Truth, all_of, negated, stated
from ekbom.patient.overrides import Override

# Code of the caveat of a block that a clinician lifted.
LIFTED = "block-lifted"
EMERGENCY = "emergency"
CRITERIA = "criteria-not-met"
CHILD = "child"
ABOVE_MAXIMUM = "dopamine-agonist-above-maximum"
_DIAGNOSTIC_STATE = "R-DX-06"
_FIRST_FOUR = ("R-DX-01", "R-DX-02", "R-DX-03", "R-DX-04")
_STATES = {
    Truth.YES: "blocks",
    Truth.NO: "does not block",
    Truth.UNKNOWN: "blocks until it is known",
}
_Known = Mapping[str, Conclusion]


@dataclass(frozen=True, slots=True)
class BlockLimits:
    """How long an override counts, days."""

    edition: str
    override_valid_for_d: Annotated[float, Param("safety/override-valid-for", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def blocks(case: Case, known: _Known) -> Section:
    """Every hard block and whether it holds for this patient."""
    found = [_finding(block, blocked(block, case, known)) for block in _all(case)]
    ordered = [f for truth in Truth for f in found if f.conclusion.truth is truth]
    return Section("blocks", "Hard blocks", tuple(ordered))


def _finding(block: Block, conclusion: Conclusion) -> Finding:
    lifted = next((str(one) for one in conclusion.caveats if one.code == LIFTED), "")
    state = lifted or _STATES[conclusion.truth]
    return Finding(block.name, conclusion, state, words_of(block, conclusion.truth))


def words_of(block: Block, truth: Truth) -> Words:
    """What a block says where it holds, where it may hold, and where it does not."""
    return {Truth.YES: block.words, Truth.UNKNOWN: block.unknown}.get(truth, NOTHING_SAID)


def _all(case: Case) -> tuple[Block, ...]:
    return tuple(case.knowledge.of(Block).values())


def applying(action: Action, case: Case) -> tuple[Block, ...]:
    """The blocks that apply to an action, whether they hold or not."""
    return tuple(block for block in _all(case) if _applies(block, action, case))


def _applies(block: Block, action: Action, case: Case) -> bool:
    members = {
        drug.name
        for class_id in block.classes
        for drug in case.knowledge.record(DrugClass, class_id).members
    }
    return action.kind in block.kinds or not members.union(block.drugs).isdisjoint(action.drugs)


def blocked(block: Block, case: Case, known: _Known, action: Action | None = None) -> Conclusion:
    """Whether a block holds.

    Parameters
    ----------
    block : Block
        The block.
    case : Case
        The patient on the day.
    known : Mapping of str to Conclusion
        Conclusions reached before, by id.
    action : Action, optional
        The action it is asked for; the criteria are read more widely for iron.
    """
    found = _BLOCKS[block.id](case, known)
    if block.id == CRITERIA and action is not None and action.kind == "iron":
        found = _first_four_not_met(known)
    id = f"block:{block.id}"
    return _lifted(block, case, found).named(id, block.name, block.citations)


def _lifted(block: Block, case: Case, found: Conclusion) -> Conclusion:
    """No where a clinician lifted it and recorded why."""
    override = _override(block, case)
    if override is None or not block.overridable or found.truth is Truth.NO:
        return found
    # What was answered with no stays: only what is open can be vouched for.
    if block.id == CRITERIA and found.truth is Truth.YES:
        return found
    fact = Fact(f"override:{block.id}", override.reason, "lifted", on=override.on)
    says = f"Lifted by {override.by} on {override.on} ({block.name}): {override.reason}"
    lifted = stated(replace(fact, path=override.path), Truth.NO, says)
    return Conclusion(
        Truth.NO,
        block.name,
        parts=(found, lifted),
        decided_by=(lifted,),
        caveats=(Caveat(LIFTED, f"{says}."),),
    )


def _override(block: Block, case: Case) -> Override | None:
    """The latest that lifts a block; none so old that somebody has to look again."""
    limit = case.fixed_limits(BlockLimits).override_valid_for_d
    of_block = [one for one in case.patient.overrides if one.block == block.id]
    latest = max(of_block, key=lambda one: one.on, default=None)
    return latest if latest is not None and (case.as_of - latest.on).days <= limit else None


# One function a block --------------------------------------------------------------------------


def _emergency(case: Case, known: _Known) -> Conclusion:
    statement = "An emergency is on record"
    return all_of(statement, reached(known, "emergency-raised", statement))


def _criteria_not_met(case: Case, known: _Known) -> Conclusion:
    return _not(known, _DIAGNOSTIC_STATE, "The criteria are met")


def _first_four_not_met(known: _Known) -> Conclusion:
    met = all_of(
        "The first four criteria are met",
        *(reached(known, id, f"Diagnostic criterion {id}") for id in _FIRST_FOUR),
    )
    return negated("The first four criteria are not met", met)


def _iron_without_saturation(case: Case, known: _Known) -> Conclusion:
    return _not(known, "R-FE-00", "The iron draw may be judged")


def _pregnancy(case: Case, known: _Known) -> Conclusion:
    return all_of("Pregnant", pregnant(case))


def _breastfeeding(case: Case, known: _Known) -> Conclusion:
    statement = "Breast-feeding"
    return all_of(statement, reached(known, "R-POP-01:breastfeeding", statement))


def _child(case: Case, known: _Known) -> Conclusion:
    return all_of("A child or adolescent", is_child(case))


def _without_clearance(case: Case, known: _Known) -> Conclusion:
    return _not(known, "creatinine-clearance-known", "The creatinine clearance is known")


def _with_benzodiazepine(case: Case, known: _Known) -> Conclusion:
    return all_of("A benzodiazepine or similar hypnotic is taken", case.takes("benzodiazepines"))


def _untreated_sleep_apnea(case: Case, known: _Known) -> Conclusion:
    statement = "Untreated sleep apnoea"
    return all_of(statement, reached(known, "sleep-apnea-untreated", statement))


def _ergot(case: Case, known: _Known) -> Conclusion:
    fact = Fact("block:ergot", "Cabergoline and pergolide", "blocked in everyone")
    return stated(fact, Truth.YES, "Blocked in everyone")


def _above_maximum(case: Case, known: _Known) -> Conclusion:
    statement = "A dopaminergic dose is above its maximum"
    return all_of(statement, reached(known, f"block:{ABOVE_MAXIMUM}", statement))


_BLOCKS: Mapping[str, Callable[[Case, _Known], Conclusion]] = {
    EMERGENCY: _emergency,
    CRITERIA: _criteria_not_met,
    "iron-without-saturation": _iron_without_saturation,
    "pregnancy": _pregnancy,
    "breastfeeding": _breastfeeding,
    CHILD: _child,
    "gabapentinoid-without-clearance": _without_clearance,
    "opioid-with-benzodiazepine": _with_benzodiazepine,
    "opioid-with-untreated-sleep-apnea": _untreated_sleep_apnea,
    "ergot-dopamine-agonist": _ergot,
    ABOVE_MAXIMUM: _above_maximum,
}


def _not(known: _Known, id: str, statement: str) -> Conclusion:
    says = f"Not shown: {statement[0].lower()}{statement[1:]}"
    return negated(says, reached(known, id, statement))
