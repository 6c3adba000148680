"""The rules on iron, one function each; the order in which they decide stands in `iron`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ekbom.assessment.case import Case
from ekbom.assessment.iron_limits import (
    TOPIC,
    ChildIronLimits,
    IntravenousIronLimits,
    KidneyFailureIronLimits,
    LowSaturation,
    OralIronLimits,
    PregnancyIronLimits,
)
from ekbom.assessment.iron_values import (
    IronValues,
    exceeding,
    inside,
    iron_values,
    judged,
    low_saturation,
    stop,
)
from ekbom.assessment.person import first_trimester, is_adult, pregnant
from ekbom.caveats import Caveat
from ekbom.logic import Conclusion, Truth, above, all_of, any_of, at_most, below, negated

_ATOPY = Caveat("asthma-or-atopy", "Asthma or atopy: reactions to intravenous iron are commoner.")
_OVERLOAD_NOT_ASKED = Caveat(
    "haemochromatosis-not-recorded", "Nobody recorded whether there is haemochromatosis."
)


@dataclass(frozen=True, slots=True)
class IronCase:
    """A case with its iron values and what every rule needs of it.

    Parameters
    ----------
    case : Case
        The patient on the day.
    values : IronValues
        The draw that counts.
    stop : Conclusion
        R-FE-01.
    """

    case: Case
    values: IronValues
    stop: Conclusion

    @classmethod
    def of(cls, case: Case) -> IronCase:
        """The iron values of a case and whether iron would be unsafe."""
        values = iron_values(case)
        stopped = stop(case, values).named("R-FE-01", "Iron would be unsafe")
        if case.condition("hemochromatosis").truth is Truth.UNKNOWN:
            stopped = stopped.with_caveat(_OVERLOAD_NOT_ASKED)
        return cls(case, values, stopped)

    @property
    def adult(self) -> Conclusion:
        """Whether the rules for adults hold."""
        return is_adult(self.case)

    def indicated(self, rule: str, statement: str, *parts: Conclusion) -> Conclusion:
        """All parts hold, iron would not be unsafe, and the draw may be judged."""
        safe = negated("Iron would not be unsafe", self.stop)
        return self.named_if_valid(rule, statement, all_of(statement, *parts, safe))

    def named_if_valid(self, rule: str, statement: str, found: Conclusion) -> Conclusion:
        """The conclusion of a rule, unknown where the draw may not be judged."""
        return judged(self.values, found).named(rule, statement)


def ferritin_low_for_adults(iron: IronCase) -> Conclusion:
    """Ferritin inside the limit of the edition for iron by mouth."""
    limits = iron.case.limits(OralIronLimits, TOPIC)
    compare = below if limits.comparator == "below" else at_most
    return inside(iron.values, compare(iron.values.ferritin, limits.provenance["ferritin_max"]))


def _low_for_adults(iron: IronCase) -> Conclusion:
    """Ferritin low, or saturation low where the edition lets it suffice."""
    parts = [ferritin_low_for_adults(iron)]
    if iron.case.limits(OralIronLimits, TOPIC).saturation_alone == "counts":
        limit = iron.case.limits(LowSaturation, TOPIC).provenance["saturation_low"]
        parts.append(low_saturation(iron.values, below(iron.values.saturation, limit)))
    return any_of("Ferritin or saturation is low", *parts)


def oral_or_vein(iron: IronCase) -> Conclusion:
    """R-FE-02."""
    statement = "Iron by mouth or by vein may be discussed"
    return iron.indicated("R-FE-02", statement, iron.adult, _low_for_adults(iron))


def _above_oral_limit(iron: IronCase) -> Conclusion:
    limit = iron.case.limits(OralIronLimits, TOPIC).provenance["ferritin_max"]
    return exceeding(iron.values, above(iron.values.ferritin, limit))


def _in_range_of_vein(iron: IronCase) -> Conclusion:
    limit = iron.case.limits(IntravenousIronLimits, TOPIC).provenance["ferritin_max"]
    return all_of(
        "Ferritin is in the range of the vein",
        _above_oral_limit(iron),
        inside(iron.values, at_most(iron.values.ferritin, limit)),
    )


def vein_only(iron: IronCase) -> Conclusion:
    """R-FE-03."""
    statement = "Only intravenous iron may be discussed"
    return iron.indicated("R-FE-03", statement, iron.adult, _in_range_of_vein(iron))


def functional_deficiency(iron: IronCase) -> Conclusion:
    """R-FE-04."""
    limits = iron.case.limits(IntravenousIronLimits, TOPIC).provenance
    ferritin, saturation = iron.values.ferritin, iron.values.saturation
    return iron.indicated(
        "R-FE-04",
        "Functional iron deficiency is possible",
        iron.adult,
        exceeding(iron.values, above(ferritin, limits["ferritin_max"])),
        inside(iron.values, at_most(ferritin, limits["ferritin_trial_max"])),
        low_saturation(iron.values, below(saturation, limits["saturation_functional"])),
    )


def above_trials(iron: IronCase) -> Conclusion:
    """R-FE-05."""
    limit = iron.case.limits(IntravenousIronLimits, TOPIC).provenance["ferritin_trial_max"]
    found = exceeding(iron.values, above(iron.values.ferritin, limit))
    return iron.named_if_valid("R-FE-05", "Ferritin is above that of the trials", found)


def _poorly_absorbed(iron: IronCase) -> tuple[Conclusion, ...]:
    return tuple(
        iron.case.condition(name)
        for name in ("malabsorption", "celiac-disease", "bariatric-surgery")
    )


def _oral_failed(iron: IronCase) -> Conclusion:
    """Whether iron by mouth failed or was not tolerated; what was never tried did not fail."""
    failed = iron.case.answer("iron-treatment-failed-or-not-tolerated")
    tried = iron.case.answer("iron-treatment-tried")
    if failed.truth is Truth.UNKNOWN and tried.truth is Truth.NO:
        return replace(failed, truth=Truth.NO, missing=(), parts=(tried,), decided_by=(tried,))
    return failed


def oral_suitable(iron: IronCase) -> Conclusion:
    """R-FE-06."""
    impaired = any_of("Absorption is impaired", *_poorly_absorbed(iron))
    failed = _oral_failed(iron)
    statement = "Iron by mouth is a suitable route"
    return iron.indicated(
        "R-FE-06",
        statement,
        _low_for_adults(iron),
        negated("Absorption is not impaired", impaired),
        negated("Iron by mouth has not failed and was tolerated", failed),
    )


def prefer_vein(iron: IronCase) -> Conclusion:
    """R-FE-08."""
    statement = "There is a reason to prefer the vein"
    return any_of(
        statement,
        *_poorly_absorbed(iron),
        _oral_failed(iron),
        iron.case.answer("iron-needed-quickly"),
        iron.case.condition("chronic-kidney-disease"),
        judged(iron.values, _in_range_of_vein(iron)),
    ).named("R-FE-08", statement)


def vein_blocked(iron: IronCase) -> Conclusion:
    """R-FE-09."""
    statement = "Intravenous iron is blocked"
    found = any_of(
        statement,
        iron.stop,
        iron.case.answer("reaction-after-iv-iron"),
        iron.case.condition("active-infection"),
        first_trimester(iron.case),
    ).named("R-FE-09", statement)
    atopic = iron.case.condition("asthma-or-atopy").truth is Truth.YES
    return found.with_caveat(_ATOPY) if atopic else found


def _child(iron: IronCase) -> Conclusion:
    return negated("A child", iron.adult)


def child_low(iron: IronCase) -> Conclusion:
    """R-FE-11."""
    limit = iron.case.limits(ChildIronLimits, TOPIC).provenance["ferritin_max"]
    low = inside(iron.values, below(iron.values.ferritin, limit))
    return iron.indicated("R-FE-11", "Iron may be discussed in a child", _child(iron), low)


def child_consider(iron: IronCase) -> Conclusion:
    """R-FE-11, range of consideration."""
    limits = iron.case.limits(ChildIronLimits, TOPIC).provenance
    ferritin = iron.values.ferritin
    low = inside(iron.values, below(ferritin, limits["ferritin_max"]))
    return iron.indicated(
        "R-FE-11:consider",
        "Iron may be considered in a child",
        _child(iron),
        negated("Ferritin is not below the limit for children", low),
        inside(iron.values, at_most(ferritin, limits["ferritin_consider"])),
    )


def kidney_failure(iron: IronCase) -> Conclusion:
    """R-FE-12."""
    limits = iron.case.limits(KidneyFailureIronLimits, TOPIC).provenance
    return iron.indicated(
        "R-FE-12",
        "Intravenous iron may be discussed in kidney failure",
        iron.case.condition("kidney-failure"),
        inside(iron.values, below(iron.values.ferritin, limits["ferritin"])),
        low_saturation(iron.values, below(iron.values.saturation, limits["saturation"])),
    )


def pregnancy_oral(iron: IronCase) -> Conclusion:
    """R-FE-13."""
    limit = iron.case.limits(PregnancyIronLimits, TOPIC).provenance["ferritin_oral"]
    return iron.indicated(
        "R-FE-13",
        "Iron by mouth may be discussed in pregnancy",
        pregnant(iron.case),
        inside(iron.values, below(iron.values.ferritin, limit)),
    )


def pregnancy_vein(iron: IronCase) -> Conclusion:
    """R-FE-13, intravenous iron."""
    limit = iron.case.limits(PregnancyIronLimits, TOPIC).provenance["ferritin_iv"]
    return iron.indicated(
        "R-FE-13:vein",
        "Intravenous iron may be discussed in pregnancy",
        pregnant(iron.case),
        negated("After the first trimester", first_trimester(iron.case)),
        inside(iron.values, below(iron.values.ferritin, limit)),
        _oral_failed(iron),
    )


def _low_for_children(iron: IronCase) -> Conclusion:
    if not iron.case.in_force("R-FE-11"):
        return Conclusion(Truth.UNKNOWN, "The edition used has no limit for children")
    limit = iron.case.limits(ChildIronLimits, TOPIC).provenance["ferritin_max"]
    return inside(iron.values, below(iron.values.ferritin, limit))


def iron_is_low(iron: IronCase) -> Conclusion:
    """Whether iron is low by the limits for restless legs, whatever follows from it."""
    statement = "Iron is low by the limits for restless legs"
    parts = [iron.case.condition("iron-deficiency")]
    measured = _low_for_children(iron) if iron.adult.truth is Truth.NO else _low_for_adults(iron)
    measured = judged(iron.values, measured)
    if parts[0].truth is Truth.UNKNOWN and measured.truth is not Truth.UNKNOWN:
        # Values that were measured answer where nobody recorded the condition.
        parts.clear()
    return any_of(statement, *parts, measured).named("iron-low", statement)
