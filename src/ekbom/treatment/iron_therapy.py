"""Iron treatment: products, oral schedule, total deficit, when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ekbom.assessment.case import Case
from ekbom.assessment.findings import Finding, Section, by_rule
from ekbom.assessment.iron import DISCUSS, ORAL_ONLY, SPECIALIST, VEIN_ONLY
from ekbom.assessment.iron_limits import DrawLimits
from ekbom.assessment.person import is_adult, pregnant
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import bind
from ekbom.logic import (
    Conclusion,
    Fact,
    Missing,
    Truth,
    all_of,
    any_of,
    at_most,
    below,
    stated,
)
from ekbom.treatment.ganzoni import FORMULA, Ganzoni, total_iron_deficit
from ekbom.treatment.iron_recheck import oral_iron, rechecks
from ekbom.treatment.iron_schedule import (
    BY_MOUTH,
    BY_VEIN,
    infusion_schedule,
    kept_apart,
    offered_by,
    oral_schedule,
)
from ekbom.treatment.options import Choice, IronTherapy

PRODUCTS, DEFICIT = "R-FE-07", "R-FE-07:deficit"
# The states of the iron status in which iron may be discussed.
DISCUSSED = (DISCUSS, ORAL_ONLY, VEIN_ONLY)

_NOT_A_DOSE = Caveat(
    "deficit-is-no-dose",
    "Trials in restless legs gave fixed doses; the formula was made for anaemia. Not a dose order.",
)
_OTHER_TARGET = Caveat(
    "deficit-not-computed",
    "In pregnancy, kidney failure, children and light adults other targets hold; not computed.",
)
_OBESE = Caveat(
    "deficit-in-obesity", "In obesity the formula takes the ideal weight; this did not."
)
_PRODUCT_STATES = {
    Truth.YES: "at least one may be discussed",
    Truth.NO: "none",
    Truth.UNKNOWN: "more needed",
}
_DEFICIT_STATES = {
    Truth.YES: "computed; information, no dose",
    Truth.NO: "haemoglobin at the target; only the allowance for stores",
    Truth.UNKNOWN: "not computed",
}


def iron_therapy(
    case: Case, status: Finding, products: Choice, further: Sequence[Finding] = ()
) -> IronTherapy | None:
    """What iron treatment would be; None where no iron may be discussed.

    Parameters
    ----------
    case : Case
        The patient on the day.
    status : Finding
        The iron status of the assessment.
    products : Choice
        The actions of kind ``iron``, weighed.
    further : sequence of Finding, optional
        On a further infusion, as `further_infusion` gives it; empty where none was given.
    """
    if status.state not in DISCUSSED:
        return None
    deficit, number = total_deficit(case)
    again = rechecks(
        case,
        by_mouth=bool(offered_by(products, BY_MOUTH)),
        by_vein=bool(offered_by(products, BY_VEIN)),
    )
    return IronTherapy(
        status=status,
        products=products,
        oral_schedule=oral_schedule(case, products),
        total_deficit=deficit,
        total_deficit_mg=number,
        recheck=(*again, *further),
    )


def iron_section(
    case: Case,
    status: Finding,
    products: Choice,
    therapy: IronTherapy | None,
    further: Sequence[Finding] = (),
) -> Section:
    """Iron treatment as findings, the products first.

    Where no iron may be discussed, only why not, and what follows from iron on record.

    Parameters
    ----------
    case : Case
        The patient on the day.
    status : Finding
        The iron status of the assessment.
    products : Choice
        The actions of kind ``iron``, weighed.
    therapy : IronTherapy or None
        What `iron_therapy` made of the same.
    further : sequence of Finding, optional
        On a further infusion, as `further_infusion` gives it; empty where none was given.
    """
    found = [product_list(case, status, products)]
    # What is taken meets in the gut, whether or not it may be discussed now.
    swallowed = kept_apart(case) if oral_iron(case) is not None else ()
    if therapy is None:
        found += [
            *swallowed,
            *rechecks(case, by_mouth=False, by_vein=False),
            *further,
        ]
        return Section("iron-therapy", "Iron treatment", tuple(found))
    deficit = therapy.total_deficit
    found += [
        *(therapy.oral_schedule or swallowed),
        *infusion_schedule(case, products),
        by_rule(case, deficit, state=_DEFICIT_STATES[deficit.truth]),
        *therapy.recheck,
    ]
    return Section("iron-therapy", "Iron treatment", tuple(found))


def product_list(case: Case, status: Finding, products: Choice) -> Finding:
    """R-FE-07: whether at least one iron product may be discussed.

    Parameters
    ----------
    case : Case
        The patient on the day.
    status : Finding
        The iron status of the assessment.
    products : Choice
        The actions of kind ``iron``, weighed.
    """
    statement = "At least one iron product may be discussed"
    weighed = [option.conclusion for option in (*products.offered, *products.withheld)]
    if status.state == SPECIALIST:
        # What a specialist decides is open here, whatever the values.
        ask = Missing("specialist:iron", "A specialist's view on iron")
        found = Conclusion(Truth.UNKNOWN, statement, parts=(status.conclusion,), missing=(ask,))
    elif status.conclusion.truth is Truth.UNKNOWN:
        # What bars products until the status is known does not make it a no.
        found = all_of(statement, status.conclusion)
    else:
        one = any_of("A product may be discussed", *weighed)
        found = all_of(statement, status.conclusion, one)
    named = found.named(PRODUCTS, statement)
    return by_rule(case, named, state=_PRODUCT_STATES[named.truth])


# Total deficit ---------------------------------------------------------------------------------


def total_deficit(case: Case) -> tuple[Conclusion, Fact]:
    """R-FE-07:deficit: whether haemoglobin lacks iron by the formula, and the deficit, mg.

    Yes below the target of haemoglobin; no at or above it, where only the allowance for stores
    is left; unknown where weight or haemoglobin is missing or too old, or where the formula does
    not hold.

    Parameters
    ----------
    case : Case
        The patient on the day.
    """
    formula = bind(Ganzoni, case.knowledge, FORMULA)
    hemoglobin, weight = case.lab("hemoglobin"), _weight(case)
    statement = "Haemoglobin is below the target of the formula"
    number = Fact("iron:total-deficit", "Total iron deficit by the formula", unit="mg")
    if _other_target(case, weight, formula):
        unknown = Conclusion(Truth.UNKNOWN, statement, caveats=(_OTHER_TARGET,))
        return unknown.named(DEFICIT, statement), number
    lacking = below(hemoglobin, formula.provenance["target_g_per_dl"])
    of_late = [_of_late(case, fact) for fact in (hemoglobin, weight)]
    waiting = [step for step in (*of_late, lacking) if step.truth is Truth.UNKNOWN]
    if waiting or hemoglobin.bound:
        # A bound may settle which side of the target it is on, but gives no number.
        missing = () if waiting else (Missing(hemoglobin.key, f"{hemoglobin.name} as a number"),)
        unknown = Conclusion(
            Truth.UNKNOWN,
            statement,
            parts=(*of_late, lacking),
            decided_by=tuple(waiting),
            missing=missing,
            caveats=(_NOT_A_DOSE,),
        )
        return unknown.named(DEFICIT, statement), number
    value = total_iron_deficit(float(weight.value or 0), float(hemoglobin.value or 0), formula)
    constants = formula.provenance["factor"], formula.provenance["stores_mg"]
    used = (Conclusion(Truth.YES, f"With {one.name}", limit=one) for one in constants)
    found = Conclusion(
        lacking.truth,
        statement,
        parts=(*of_late, lacking, *used),
        decided_by=(lacking,),
        caveats=(_NOT_A_DOSE, *_obesity(case)),
    )
    return found.named(DEFICIT, statement), replace(number, value=value, on=hemoglobin.on)


def _weight(case: Case) -> Fact:
    latest = max(case.patient.weights, key=lambda weight: weight.on, default=None)
    empty = Fact("weight:kg", "Body weight", unit="kg")
    return empty if latest is None else replace(empty, value=latest.kg, on=latest.on)


def _of_late(case: Case, fact: Fact) -> Conclusion:
    """Whether a value is there and stands for the day: yes, or unknown."""
    statement = f"{fact.name} is known, and of late"
    if fact.value is None or fact.on is None:
        return stated(fact, Truth.UNKNOWN, statement, fact.name)
    limit = case.fixed_limits(DrawLimits).provenance["valid_for_d"]
    days = float((case.as_of - fact.on).days)
    age = at_most(Fact(fact.key, f"Age of {fact.name.lower()}", days, "d", fact.on), limit)
    if age.truth is Truth.YES:
        return age
    missing = (Missing(fact.key, f"{fact.name} anew; the last is too old"),)
    return Conclusion(Truth.UNKNOWN, statement, parts=(age,), missing=missing)


def _other_target(case: Case, weight: Fact, formula: Ganzoni) -> bool:
    """Whether other weights and targets hold than those of the formula."""
    light = weight.value is not None and float(weight.value) < formula.weight_from_kg
    return (
        light
        or is_adult(case).truth is not Truth.YES
        or pregnant(case).truth is Truth.YES
        or case.condition("kidney-failure").truth is Truth.YES
    )


def _obesity(case: Case) -> tuple[Caveat, ...]:
    return (_OBESE,) if case.condition("obesity").truth is not Truth.NO else ()
