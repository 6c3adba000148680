"""The numbers of a night beside their published limits."""

from __future__ import annotations

from ekbom.assessment.case import Case
from ekbom.assessment.mimics import DifferentialLimits
from ekbom.assessment.person import is_adult
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import bind
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Missing, Truth, above, all_of, any_of, at_least, negated
from ekbom.patient.patient import NightSummary
from ekbom.scoring.limits import Comparator, ImmobilizationLimits, PlmsLimits

_TEST_EDITION = "montplaisir-1998"
_RESPIRATORY = {
    "included": Caveat(
        "respiratory-movements-included",
        "Movements that go with breathing events are in the index; without them it may be lower.",
    ),
    "unknown": Caveat(
        "respiratory-movements-unknown",
        "Whether movements that go with breathing events are in the index is not on record.",
    ),
}


def measured_nights(case: Case) -> tuple[NightSummary, ...]:
    """The polysomnographies with an index, oldest first."""
    nights = [
        night
        for night in case.patient.nights
        if night.method == "polysomnography" and night.plms_index_per_h is not None
    ]
    return tuple(sorted(nights, key=lambda night: night.on))


def night_on_record(case: Case) -> NightSummary | None:
    """The night an index rests on: the latest measured one, else the latest of any kind."""
    measured = measured_nights(case)
    if measured:
        return measured[-1]
    return case.latest_night() or max(case.patient.nights, key=lambda night: night.on, default=None)


def index_raised(case: Case) -> Conclusion:
    """Whether the index of the latest measured night is above the limit for the age.

    Without an age, only what holds for both limits is said.
    """
    limits = case.limits(PlmsLimits, "plmd")
    night = night_on_record(case)
    fact = _index(night)
    adult = _beside(fact, limits.provenance["adult_per_h"], limits.comparator)
    child = _beside(fact, limits.provenance["child_per_h"], limits.comparator)
    grown = is_adult(case)
    statement = "The index of periodic leg movements in sleep is raised"
    if grown.truth is Truth.YES:
        reached = any_of(statement, adult)
    elif grown.truth is Truth.NO:
        reached = any_of(statement, child)
    else:
        raised_in_child = all_of("Raised for a child", negated("A child", grown), child)
        reached = any_of(statement, adult, raised_in_child)
    caveats = _caveats(night, reached, adult, child, grown)
    return _without_breathing(case, night, reached).with_caveat(*caveats)


def _without_breathing(case: Case, night: NightSummary | None, reached: Conclusion) -> Conclusion:
    """Open, where breathing was disturbed and its movements may have raised the index."""
    if night is None or night.respiratory_movements == "excluded" or reached.truth is not Truth.YES:
        return reached
    key, name = "night:apnea-hypopnea-index", "Apnoea-hypopnoea index of that night"
    breathing = Fact(key, name, night.apnea_hypopnea_index_per_h, "/h", night.on, night.path)
    limits = case.fixed_limits(DifferentialLimits)
    disturbed = any_of(
        "Breathing was disturbed in that night",
        at_least(breathing, limits.provenance["apnea_hypopnea_index_min_per_h"]),
        case.condition("obstructive-sleep-apnea"),
    )
    if disturbed.truth is not Truth.YES:
        return reached
    ask = "PLMS index without the movements that go with breathing events"
    return Conclusion(
        Truth.UNKNOWN,
        reached.statement,
        parts=(reached, disturbed),
        decided_by=(disturbed,),
        missing=(Missing("night:plms-index-without-breathing", ask),),
    )


def immobilization_raised(case: Case) -> Conclusion:
    """Whether the index of the latest immobilization test is above its limit."""
    limits = bind(ImmobilizationLimits, case.knowledge, _TEST_EDITION)
    tested = [n for n in case.patient.nights if n.immobilization_plmw_index_per_h is not None]
    night = max(tested, key=lambda night: night.on, default=None)
    key, name = "night:immobilization-plmw-index", "PLMW index of the immobilization test"
    fact = Fact(key, name, unit="/h")
    if night is not None:
        value = night.immobilization_plmw_index_per_h
        fact = Fact(key, name, value, "/h", night.on, night.path)
    reached = _beside(fact, limits.provenance["plmw_per_h"], limits.comparator)
    return any_of("The index of the immobilization test is above its limit", reached)


def _index(night: NightSummary | None) -> Fact:
    """The index of a polysomnography; that of any other recording has no limit."""
    key, name = "night:plms-index", "PLMS index of a polysomnography"
    if night is None or night.method != "polysomnography":
        return Fact(key, name, unit="/h")
    return Fact(key, name, night.plms_index_per_h, "/h", night.on, night.path)


def _beside(fact: Fact, limit: Sourced, comparator: Comparator) -> Conclusion:
    compared = at_least if comparator == "at-or-above" else above
    reached = compared(fact, limit)
    if fact.value is None or round(float(fact.value), 1) != round(float(limit.value), 1):
        return reached
    text = f"Equal to the limit of {limit.value:g}/h; sources print both 'above' and 'at or above'."
    return reached.with_caveat(Caveat("index-on-boundary", text))


def _caveats(
    night: NightSummary | None,
    reached: Conclusion,
    adult: Conclusion,
    child: Conclusion,
    grown: Conclusion,
) -> tuple[Caveat, ...]:
    """How far the comparison of a night holds."""
    found = []
    if night is not None and night.method == "actigraphy" and night.plms_index_per_h is not None:
        text = "An index from actigraphy is on record; the published limits do not apply to it."
        found.append(Caveat("index-of-actigraphy", text))
    if reached.truth is Truth.YES and night is not None:
        # Of the index as counted, whatever is concluded from it.
        caveat = _RESPIRATORY.get(night.respiratory_movements)
        found.extend([caveat] if caveat else [])
    if grown.truth is Truth.UNKNOWN and adult.truth is not child.truth:
        text = "Without the full date of birth it is open which limit applies."
        found.append(Caveat("age-open", text))
    return tuple(found)
