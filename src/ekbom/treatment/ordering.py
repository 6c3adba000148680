"""An explained partial order of options: pairs with a reason, never a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

from ekbom.assessment.case import Case
from ekbom.logic import Truth
from ekbom.treatment.eligibility import is_ligand
from ekbom.treatment.options import Option, Precedence

BY_PATIENT = "order-by-patient"
# Grades of one edition, the firmest first; grades of different editions are never compared.
_FIRMNESS = (
    ("strong", "conditional"),
    ("standard", "guideline", "option"),
    ("level-a", "level-b", "level-c"),
)


def ordered(case: Case, options: Sequence[Option]) -> tuple[Option, ...]:
    """Options in an order that breaks no precedence; else as the edition lists them."""
    order = precedences(case, options)
    remaining, found = list(options), []
    while remaining:
        behind = {one.then for one in order if one.first in {o.action.id for o in remaining}}
        found.append(next(o for o in remaining if o.action.id not in behind))
        remaining.remove(found[-1])
    return tuple(found)


def precedences(case: Case, options: Sequence[Option]) -> tuple[Precedence, ...]:
    """Every ordered pair, with the first reason that orders it.

    Parameters
    ----------
    case : Case
        The patient on the day, with the edition used.
    options : sequence of Option
        Those that may be discussed.
    """
    pairs = permutations(options, 2)
    return tuple(found for first, then in pairs if (found := _precedence(case, first, then)))


def _precedence(case: Case, first: Option, then: Option) -> Precedence | None:
    """The first reason by which one comes before the other; no later one may turn it round.

    What weighs against a class or grade in this patient takes its precedence away, and gives the
    other none.
    """
    for reason in (_by_route, _by_class, _by_strength, _by_patient):
        before, because, rule = reason(case, first, then)
        after, _, _ = reason(case, then, first)
        if before and reason in (_by_class, _by_strength) and _is_outweighed(first):
            return None
        if before:
            return Precedence(first.action.id, then.action.id, because, rule)
        if after:
            return None
    return None


def _is_outweighed(option: Option) -> bool:
    """Whether a caution holds that takes precedence away."""
    held = option.of_role("cautions", Truth.YES)
    return any(weighing.consideration.outweighs for weighing in held)


_Reason = tuple[bool, str, str]


def _by_route(case: Case, first: Option, then: Option) -> _Reason:
    routes = ("usual", "late", "shared-decision")
    before = routes.index(first.route) < routes.index(then.route)
    if then.route == "shared-decision":
        says = f"{then.action.name} is not for standard use: only by shared decision"
    else:
        says = f"{then.action.name} is looked at when others do not suit or have failed"
    return before, says, "R-TX-04"


def _by_class(case: Case, first: Option, then: Option) -> _Reason:
    """Alpha-2-delta ligands first, in the editions that say so."""
    belongs = [is_ligand(case, option.action) for option in (first, then)]
    before = case.in_force("R-TX-03") and belongs == [True, False]
    return before, "Alpha-2-delta ligands are looked at first", "R-TX-03"


def _by_strength(case: Case, first: Option, then: Option) -> _Reason:
    if first.recommendation is None or then.recommendation is None:
        return False, "", ""
    a, b = first.recommendation.strength, then.recommendation.strength
    scale = next((grades for grades in _FIRMNESS if a in grades and b in grades), ())
    before = bool(scale) and scale.index(a) < scale.index(b)
    says = f"Recommended more firmly ({strength_text(a)} against {strength_text(b)})"
    return before, says, first.recommendation.id


def strength_text(strength: str) -> str:
    """A strength as its edition prints it: ``level-a`` becomes level A."""
    name, _, letter = strength.partition("-")
    return f"{name} {letter.upper()}" if name == "level" else strength.replace("-", " ")


def _by_patient(case: Case, first: Option, then: Option) -> _Reason:
    """More speaks for the one and no more against it, or less against it and no less for it."""
    good, bad = _held(first, "favours"), _held(first, "cautions")
    other_good, other_bad = _held(then, "favours"), _held(then, "cautions")
    no_worse = good.keys() >= other_good.keys() and bad.keys() <= other_bad.keys()
    speaks = " ".join(says for fact, says in good.items() if fact not in other_good)
    spares = " ".join(says for fact, says in other_bad.items() if fact not in bad)
    told = {"for the former": speaks, "against the latter": spares}
    reasons = " ".join(f"{name}: {says}" for name, says in told.items() if says)
    return no_worse and bool(reasons), f"In this patient, {reasons}", BY_PATIENT


def _held(option: Option, role: str) -> Mapping[str, str]:
    """Considerations of a role that hold: what they say, by fact."""
    held = (weighing.consideration for weighing in option.of_role(role, Truth.YES))
    return {f"{one.fact}={one.value}": one.says for one in held}
