"""The iron values that stand for the day: which draw, whether it may be judged, what to doubt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ekbom.assessment.case import Case
from ekbom.assessment.iron_limits import DrawLimits
from ekbom.caveats import Caveat
from ekbom.knowledge.laboratory import Analyte
from ekbom.logic import (
    Conclusion,
    Fact,
    Missing,
    Truth,
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    negated,
    stated,
)
from ekbom.patient.labs import Saturation, derived_saturation, transferrin_saturation
from ekbom.patient.patient import Draw

FERRITIN, SATURATION = "ferritin", "transferrin-saturation"
_INFLAMMATION = (
    "chronic-inflammation",
    "active-infection",
    "rheumatic-disease",
    "rheumatoid-arthritis",
)

_NO_CLOCK = Caveat(
    "draw-time-unknown", "The clock time of the iron draw is not on record; it should be morning."
)
_NO_HOURS = Caveat(
    "hours-since-iron-unknown", "Hours since the last iron before the draw are not on record."
)
_IV_IRON_UNDATED = Caveat(
    "iv-iron-undated", "Intravenous iron is on record, but not when it was last given."
)
_DERIVED = Caveat(
    "saturation-computed",
    "Transferrin saturation computed from iron and iron-binding capacity of the same draw.",
)
_ESTIMATED = Caveat(
    "saturation-estimated",
    "A saturation estimated from transferrin does not count for an indication.",
)
_NOT_JUDGED = Caveat("draw-not-valid", "The draw may not be judged; see the validity of the draw.")
_MAY_BE_HIGH = Caveat(
    "ferritin-may-be-falsely-high",
    "Ferritin may be falsely high from inflammation or fever; one above a limit is not trusted.",
)
_MAY_BE_LOW = Caveat(
    "saturation-may-be-falsely-low", "Inflammation can lower the transferrin saturation."
)

NEW_DRAW = Missing(
    "draw:iron",
    "Ferritin, iron and iron-binding capacity from a new, valid morning draw; after intravenous "
    "iron only when its wait is over",
)
_AFTER_INFLAMMATION = Missing(
    "draw:iron",
    "Iron values again once inflammation or fever has passed; a specialist's view where it stays",
)


@dataclass(frozen=True, slots=True)
class IronValues:
    """What the record says of iron on the day.

    Parameters
    ----------
    ferritin, saturation : Fact
        Of one draw; without a value where it lacks them.
    estimate : Fact or None
        Saturation estimated from transferrin, where that is all there is.
    arithmetic : tuple of Fact
        Saturation computed from iron and capacity beside a reported one; empty where it is not.
    valid : Conclusion
        R-FE-00.
    after_iv_iron : Conclusion or None
        R-FE-10; None where no intravenous iron is on record.
    inflamed : Conclusion
        Whether ferritin may be falsely high.
    limits : DrawLimits
        The limits used.
    """

    ferritin: Fact
    saturation: Fact
    estimate: Fact | None
    arithmetic: tuple[Fact, ...]
    valid: Conclusion
    after_iv_iron: Conclusion | None
    inflamed: Conclusion
    limits: DrawLimits


def iron_values(case: Case) -> IronValues:
    """The values of the latest draw with iron values, and what is to be said of that draw."""
    limits = case.fixed_limits(DrawLimits)
    draw = _latest_draw(case)
    ferritin = case.lab(FERRITIN, draw) if draw else _without_value(case, FERRITIN)
    saturation = _saturation(case, draw)
    after_iv_iron = _after_iv_iron(case, draw, limits)
    return IronValues(
        ferritin=ferritin,
        saturation=saturation,
        estimate=_estimate(case, draw),
        arithmetic=_arithmetic(case, draw),
        valid=_valid(case, draw, (ferritin, saturation), after_iv_iron, limits),
        after_iv_iron=after_iv_iron,
        inflamed=_inflamed(case, draw, limits),
        limits=limits,
    )


# Comparisons that know what to doubt ---------------------------------------------------------


def inside(values: IronValues, comparison: Conclusion) -> Conclusion:
    """A comparison that says yes to a low ferritin; a high one is doubted in inflammation."""
    return comparison if comparison.truth is not Truth.NO else _doubted(values, comparison)


def exceeding(values: IronValues, comparison: Conclusion) -> Conclusion:
    """A comparison that says yes to a high ferritin, which is doubted in inflammation."""
    return comparison if comparison.truth is not Truth.YES else _doubted(values, comparison)


def _doubted(values: IronValues, comparison: Conclusion) -> Conclusion:
    doubted = comparison.unless(values.inflamed, _MAY_BE_HIGH)
    if doubted.truth is comparison.truth:
        return doubted
    return _waiting_for(doubted, _AFTER_INFLAMMATION)


def low_saturation(values: IronValues, comparison: Conclusion) -> Conclusion:
    """A comparison that says yes to a low saturation, with what inflammation does to it."""
    inflamed = values.inflamed.truth is Truth.YES and comparison.truth is Truth.YES
    return comparison.with_caveat(_MAY_BE_LOW) if inflamed else comparison


def judged(values: IronValues, conclusion: Conclusion) -> Conclusion:
    """The conclusion, unknown where the draw may not be judged."""
    if values.valid.truth is Truth.YES:
        return conclusion
    if values.valid.truth is Truth.UNKNOWN:
        return conclusion.with_caveat(*values.valid.caveats)
    invalid = negated("The draw may not be judged", values.valid)
    doubted = conclusion.unless(invalid, _NOT_JUDGED)
    return _waiting_for(doubted, NEW_DRAW) if doubted is not conclusion else conclusion


def _waiting_for(doubted: Conclusion, missing: Missing) -> Conclusion:
    """The doubted conclusion, with what would settle it."""
    settles = Conclusion(Truth.UNKNOWN, missing.ask, missing=(missing,))
    return replace(doubted, decided_by=(*doubted.decided_by, settles))


def stop(case: Case, values: IronValues) -> Conclusion:
    """R-FE-01: saturation at the stop limit, or known haemochromatosis."""
    limit = values.limits.provenance["saturation_stop"]
    overload = case.condition("hemochromatosis")
    high = any_of(
        "Transferrin saturation, as reported or as computed, is at the limit",
        at_least(values.saturation, limit),
        *(at_least(fact, limit) for fact in values.arithmetic),
    )
    if values.saturation.value is None and values.estimate is not None:
        estimated = at_least(values.estimate, limit)
        if estimated.truth is Truth.YES:
            high = estimated.with_caveat(_ESTIMATED)
    if high.truth is Truth.NO and values.valid.truth is Truth.NO:
        high = judged(values, high)
    statement = "Iron would be unsafe"
    if overload.truth is Truth.UNKNOWN:
        # The rule asks for known haemochromatosis: one that nobody recorded is not known.
        return any_of(statement, high)
    return any_of(statement, high, overload)


# The draw ------------------------------------------------------------------------------------


def _without_value(case: Case, analyte_id: str) -> Fact:
    analyte = case.knowledge.record(Analyte, analyte_id)
    return Fact(f"lab:{analyte_id}", analyte.name, unit=analyte.unit)


def _latest_draw(case: Case) -> Draw | None:
    def rank(draw: Draw) -> tuple[object, bool]:
        complete = FERRITIN in draw.results and _saturation(case, draw).value is not None
        return (draw.on, complete)

    holding = [
        draw
        for draw in case.patient.draws
        if FERRITIN in draw.results or _saturation(case, draw).value is not None
    ]
    return max(holding, key=rank, default=None)


def _saturation(case: Case, draw: Draw | None) -> Fact:
    """Measured, or computed from iron and iron-binding capacity of the same draw."""
    found = None if draw is None else transferrin_saturation(draw, case.knowledge)
    if draw is None or found is None or found.is_estimated:
        return _without_value(case, SATURATION)
    return _as_fact(case, draw, found)


def _estimate(case: Case, draw: Draw | None) -> Fact | None:
    """Estimated from transferrin, where that is all there is."""
    found = None if draw is None else transferrin_saturation(draw, case.knowledge)
    if draw is None or found is None or not found.is_estimated:
        return None
    return _as_fact(case, draw, found)


def _arithmetic(case: Case, draw: Draw | None) -> tuple[Fact, ...]:
    """What iron and capacity give where the laboratory reported a saturation too."""
    derived = None if draw is None else derived_saturation(draw, case.knowledge)
    if draw is None or derived is None or derived.is_estimated or SATURATION not in draw.results:
        return ()
    return (_as_fact(case, draw, derived),)


def _as_fact(case: Case, draw: Draw, found: Saturation) -> Fact:
    empty, result = _without_value(case, SATURATION), found.result
    return replace(empty, value=result.value, on=draw.on, path=result.path, bound=result.bound)


def _valid(
    case: Case,
    draw: Draw | None,
    values: tuple[Fact, Fact],
    after_iv_iron: Conclusion | None,
    limits: DrawLimits,
) -> Conclusion:
    present = [
        stated(fact, Truth.UNKNOWN if fact.value is None else Truth.YES, f"{fact.name} was drawn")
        for fact in values
    ]
    statement = "The iron draw may be judged"
    if draw is None:
        return all_of(statement, *present).named("R-FE-00", statement)
    known, caveats = list(present), []
    age = Fact("draw:age", "Age of the draw", float((case.as_of - draw.on).days), "d", draw.on)
    known.append(at_most(age, limits.provenance["valid_for_d"]))
    if draw.at is None:
        caveats.append(_NO_CLOCK)
    else:
        hour = draw.at.hour + draw.at.minute / 60
        name = "Clock time of the draw"
        clock = Fact("draw:clock", name, hour, "h", draw.on, is_clock=True)
        known.append(below(clock, limits.provenance["before_clock"]))
    if draw.hours_since_iron is None:
        caveats.append(_NO_HOURS)
    else:
        hours = Fact("draw:hours-since-iron", "Hours since iron", draw.hours_since_iron, "h")
        known.append(at_least(hours, limits.provenance["hours_off_iron"]))
    if after_iv_iron is not None and after_iv_iron.truth is Truth.UNKNOWN:
        caveats.append(_IV_IRON_UNDATED)
    elif after_iv_iron is not None:
        known.append(after_iv_iron)
    if SATURATION not in draw.results and values[1].value is not None:
        caveats.append(_DERIVED)
    if _estimate(case, draw) is not None:
        caveats.append(_ESTIMATED)
    return all_of(statement, *known).named("R-FE-00", statement).with_caveat(*caveats)


def _after_iv_iron(case: Case, draw: Draw | None, limits: DrawLimits) -> Conclusion | None:
    products = case.members("iv-iron")
    given = [use for use in case.patient.medications if use.drug in products]
    if not given or draw is None:
        return None
    limit = limits.provenance["iv_iron_settling_d"]
    parts = []
    for use in given:
        first = use.started.first if use.started else None
        last = use.stopped.last if use.stopped else None
        earliest = use.stopped.first if use.stopped else first
        fact = Fact("draw:days-after-iv-iron", f"Days from {use.drug} to the draw", unit="d")
        if last is not None:
            # The shortest time decides first: what is long enough then is long enough.
            shortest = at_least(replace(fact, value=float((draw.on - last).days)), limit)
            if shortest.truth is Truth.YES:
                parts.append(shortest)
                continue
        longest = None if earliest is None else float((draw.on - earliest).days)
        longest_step = at_least(replace(fact, value=longest), limit)
        too_soon = longest is not None and longest_step.truth is Truth.NO
        parts.append(longest_step if too_soon else at_least(fact, limit))
    statement = "The draw came long enough after intravenous iron"
    return all_of(statement, *parts).named("R-FE-10", statement)


def _inflamed(case: Case, draw: Draw | None, limits: DrawLimits) -> Conclusion:
    statement = "Ferritin may be falsely high"
    crp_fact = case.lab("crp", draw) if draw is not None else _without_value(case, "crp")
    raised = above(crp_fact, limits.provenance["crp_raised"])
    signs = [
        case.answer("febrile-illness-within-4-weeks"),
        *(case.condition(name) for name in _INFLAMMATION),
    ]
    found = [sign for sign in signs if sign.truth is Truth.YES]
    # A normal C-reactive protein of the same draw answers where nobody asked about the rest.
    return any_of(statement, raised, *found)
