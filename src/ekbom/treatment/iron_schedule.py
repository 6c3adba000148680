"""How iron is taken or given: by mouth with what it is kept apart from, and by infusion."""

from __future__ import annotations

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, by_rule
from ekbom.followup.infusions import CARBOXYMALTOSE
from ekbom.knowledge.drugs import DrugClass
from ekbom.knowledge.records import Rule
from ekbom.logic import Conclusion, Truth, all_of, any_of
from ekbom.treatment.options import Choice, Option

BY_MOUTH, BY_VEIN = "mouth", "vein"
SCHEDULE = "R-FE-06:schedule"
# A rule of this id and the id of a drug class says why iron is kept apart from that class.
APART = "R-FE-06:apart"
_INFUSION = "R-FE-07:infusion"


def oral_schedule(case: Case, products: Choice) -> tuple[Finding, ...]:
    """How iron by mouth is taken; empty where none may be discussed.

    Parameters
    ----------
    case : Case
        The patient on the day.
    products : Choice
        Iron products, weighed.
    """
    offered = offered_by(products, BY_MOUTH)
    if not offered:
        return ()
    statement = "Iron by mouth may be discussed"
    taken = all_of(statement, *(option.conclusion for option in offered))
    return (by_rule(case, taken.named(SCHEDULE, statement)), *kept_apart(case))


def infusion_schedule(case: Case, products: Choice) -> tuple[Finding, ...]:
    """How ferric carboxymaltose was given in trials; empty where it may not be discussed."""
    offered = [o for o in offered_by(products, BY_VEIN) if CARBOXYMALTOSE in o.action.drugs]
    statement = "Ferric carboxymaltose may be discussed"
    return tuple(
        by_rule(case, all_of(statement, option.conclusion).named(_INFUSION, statement))
        for option in offered
    )


def offered_by(products: Choice, route: str) -> list[Option]:
    """The products of a route that may be discussed."""
    return [option for option in products.offered if option.action.by == route]


def kept_apart(case: Case) -> tuple[Finding, ...]:
    """Whether anything taken stands in the way of iron by mouth, then each class that does.

    Parameters
    ----------
    case : Case
        The patient on the day.
    """
    taken = {class_id: case.takes(class_id) for class_id in classes_apart(case)}
    statement = "A medicine is taken that iron by mouth is to be kept apart from"
    whole = by_rule(case, any_of(statement, *taken.values()).named(APART, statement))
    each = [
        _of_class(case, class_id, conclusion)
        for class_id, conclusion in taken.items()
        if conclusion.truth is Truth.YES
    ]
    return (whole, *each)


def classes_apart(case: Case) -> tuple[str, ...]:
    """The drug classes that a rule keeps iron by mouth apart from."""
    rules = case.knowledge.of(Rule)
    return tuple(id.removeprefix(f"{APART}:") for id in rules if id.startswith(f"{APART}:"))


def _of_class(case: Case, class_id: str, taken: Conclusion) -> Finding:
    name = case.knowledge.record(DrugClass, class_id).name
    state = str(taken.fact.value) if taken.fact is not None else ""
    found = any_of(taken.statement, taken).named(f"{APART}:{class_id}", taken.statement)
    return by_rule(case, found, name=f"Iron by mouth and {name[0].lower()}{name[1:]}", state=state)
