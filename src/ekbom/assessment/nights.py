"""The numbers of a night beside their published limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.person import is_adult
from ekbom.caveats import Caveat
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Missing, Truth, above, all_of, any_of, at_least, negated
from ekbom.patient.patient import NightSummary
from ekbom.scoring.limits import Comparator, ImmobilizationLimits, PlmsLimits

_TEST_EDITION = "montplaisir-1998"
_INDEX_WITHOUT_BREATHING = "night:plms-index-without-breathing"
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


@dataclass(frozen=True, slots=True)
class BreathingLimits:
    """Apnoeas and hypopnoeas per hour of sleep; days for which a study with few of them holds."""

    edition: str
    apnea_hypopnea_index_min_per_h: Annotated[
        float, Param("differential/apnea-hypopnea-index-min", "/h")
    ]
    sleep_study_lasts_d: Annotated[float, Param("differential/sleep-study-lasts", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def measured(night: NightSummary | None, field_name: str, name: str, unit: str) -> Fact:
    """A number of a night; without a value where there is no night, or it has none.

    Parameters
    ----------
    night : NightSummary or None
        The night.
    field_name : str
        Its field, e.g. ``sleep_latency_min``.
    name : str
        What a reader calls the number.
    unit : str
        UCUM unit of the field.
    """
    key = f"night:{field_name.removesuffix('_per_h').replace('_', '-')}"
    value = None if night is None else getattr(night, field_name)
    if night is None or value is None:
        return Fact(key, name, unit=unit)
    return Fact(key, name, float(value), unit, night.on, f"{night.path}.{field_name}")


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
    return _open_if_breathing_was_disturbed(case, night, reached).with_caveat(*caveats)


def _open_if_breathing_was_disturbed(
    case: Case, night: NightSummary | None, reached: Conclusion
) -> Conclusion:
    """Open, where breathing was disturbed and its movements may have raised the index."""
    if night is None or night.respiratory_movements == "excluded" or reached.truth is not Truth.YES:
        return reached
    name = "Apnoea-hypopnoea index of that night"
    breathing = measured(night, "apnea_hypopnea_index_per_h", name, "/h")
    limits = case.fixed_limits(BreathingLimits)
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
        missing=(Missing(_INDEX_WITHOUT_BREATHING, ask),),
    )


def breathing_counts(raised: Conclusion) -> bool:
    """Whether a comparison of the index is open because breathing may have raised it."""
    return any(missing.key == _INDEX_WITHOUT_BREATHING for missing in raised.missing)


def immobilization_raised(case: Case) -> Conclusion:
    """Whether the index of the latest immobilization test is above its limit."""
    limits = bind(ImmobilizationLimits, case.knowledge, _TEST_EDITION)
    tested = [n for n in case.patient.nights if n.immobilization_plmw_index_per_h is not None]
    night = max(tested, key=lambda night: night.on, default=None)
    name = "PLMW index of the immobilization test"
    fact = measured(night, "immobilization_plmw_index_per_h", name, "/h")
    reached = _beside(fact, limits.provenance["plmw_per_h"], limits.comparator)
    return any_of("The index of the immobilization test is above its limit", reached)


def _index(night: NightSummary | None) -> Fact:
    """The index of a polysomnography; that of any other recording has no limit."""
    of_sleep = night is not None and night.method == "polysomnography"
    name = "PLMS index of a polysomnography"
    return measured(night if of_sleep else None, "plms_index_per_h", name, "/h")


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
