"""What other editions on treatment say of the same patient: options gained, lost, told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ekbom.knowledge.records import InForce, Step
from ekbom.treatment.options import Option
from ekbom.treatment.plan import Plan


@dataclass(frozen=True, slots=True)
class OptionChange:
    """One action that came out differently by another edition.

    Parameters
    ----------
    action, name : str
        Id and name of the action.
    then, now : Option or None
        None where the edition does not speak of it, or options are not shown.
    """

    action: str
    name: str
    then: Option | None
    now: Option | None

    @property
    def matters(self) -> bool:
        """Whether it may be discussed by one of them, or is taken."""
        there = [option for option in (self.then, self.now) if option is not None]
        return any(option.is_offered or option.taken for option in there)


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """How two plans for the same facts differ.

    Parameters
    ----------
    then, now : str
        The edition each used.
    steps : tuple of Step
        The editions published between the two, with what each changed; oldest first.
    options : tuple of OptionChange
        Actions whose recommendation or outcome differs.
    """

    then: str
    now: str
    steps: tuple[Step, ...]
    options: tuple[OptionChange, ...]


def plan_changes(then: Plan, now: Plan, editions: tuple[str, str], topic: InForce) -> PlanChanges:
    """How two plans for the same patient as of the same day differ.

    Parameters
    ----------
    then, now : Plan
        By two editions.
    editions : tuple of str
        The two editions.
    topic : InForce
        The sequence of editions on treatment.
    """
    before, after = _by_action(then), _by_action(now)
    changed = (
        OptionChange(
            name, _name(before.get(name), after.get(name)), before.get(name), after.get(name)
        )
        for name in dict.fromkeys((*after, *before))
        if _outcome(before.get(name)) != _outcome(after.get(name))
    )
    first, last = sorted(topic.position(edition) or 0 for edition in editions)
    return PlanChanges(*editions, topic.steps[first + 1 : last + 1], tuple(changed))


def _by_action(plan: Plan) -> Mapping[str, Option]:
    return {option.action.id: option for option in plan.weighed}


def _name(then: Option | None, now: Option | None) -> str:
    either = now or then
    return "" if either is None else either.action.name


def _outcome(option: Option | None) -> tuple[str, ...] | None:
    if option is None or option.recommendation is None:
        return None
    said = option.recommendation
    return (said.direction, said.strength, option.state)
