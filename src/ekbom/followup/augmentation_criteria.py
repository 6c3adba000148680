"""The criteria of augmentation of 2007, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.caveats import Caveat
from ekbom.followup.augmentation_baseline import Exposure, surveillance
from ekbom.followup.augmentation_changes import (
    as_of_today,
    more_intense,
    more_movements,
    number_now,
    onset_by,
    shorter_relief,
    sooner_at_rest,
    spread,
    told,
)
from ekbom.followup.augmentation_signs import MPI, onset_limits
from ekbom.knowledge.binding import Param, bind
from ekbom.knowledge.clinic import CriteriaSet, Question
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import (
    Conclusion,
    Fact,
    Missing,
    Truth,
    all_of,
    any_of,
    at_least,
    below,
    negated,
)

AUGMENTATION = "augmentation"
_PREFIX = "MPI-"
_DAYS = "worse-days-past-week"
_EXPLAINED = "worsening-otherwise-explained"


@dataclass(frozen=True, slots=True)
class WorseDays:
    """Days of the past week with worse symptoms."""

    edition: str
    days_min: Annotated[float, Param("augmentation/worse-days-min", "/wk")]
    provenance: Mapping[str, Sourced] = field(repr=False)


def criteria(
    case: Case, on: Exposure, explanations: Mapping[str, Conclusion]
) -> Mapping[str, Conclusion]:
    """Every clause by its id (``MPI-A1`` to ``MPI-C2d``), then ``augmentation``.

    Parameters
    ----------
    case : Case
        The patient on the day.
    on : Exposure
        Its treatment.
    explanations : Mapping of str to Conclusion
        What else may explain the worsening, by name.
    """
    basic = (_a1(case, on), _a2(case, on, explanations), case.answer("dopaminergic-response"))
    signs = (
        sooner_at_rest(case, on),
        spread(case, on),
        _more_intense_or_movements(case, on),
        shorter_relief(case, on),
    )
    a = all_of("All basic features are there", *_named(case, "A1 A2 A3", basic))
    b = all_of(
        "Worse some time after more of it, better some time after less",
        told(case, on, "worse-after-dose-increase"),
        told(case, on, "better-after-dose-decrease"),
    )
    c1 = _onset_much_earlier(case, on)
    further = any_of("A further sign is there", *_named(case, "C2a C2b C2c C2d", signs))
    c2 = all_of("Onset somewhat earlier, with a further sign", _somewhat_earlier(case, on), further)
    (b, c1, c2) = _named(case, "B C1 C2", (b, c1, c2))
    c = _c1_or_c2(case, on, c1, c2, further)
    statement = "The criteria of augmentation are met"
    met = all_of(statement, on.exposed, _group("A", a), any_of("B or C", b, _group("C", c)))
    preamble = more_intense(case, on)
    return {
        f"{_PREFIX}preamble": _group("preamble", preamble),
        f"{_PREFIX}A": _group("A", a),
        **{part.id: part for part in a.parts},
        b.id: b,
        f"{_PREFIX}C": _group("C", c),
        c1.id: c1,
        c2.id: c2,
        **{part.id: part for part in further.parts},
        AUGMENTATION: met.named(AUGMENTATION, statement),
    }


def _group(clause: str, reached: Conclusion) -> Conclusion:
    return reached.named(f"{_PREFIX}{clause}", reached.statement)


def _named(case: Case, clauses: str, reached: tuple[Conclusion, ...]) -> tuple[Conclusion, ...]:
    """Clauses under their ids, with the statements of the set of criteria."""
    of_set = {c.id: c for c in case.knowledge.record(CriteriaSet, MPI).criteria}
    return tuple(
        any_of(of_set[clause].statement, part).named(f"{_PREFIX}{clause}", of_set[clause].statement)
        for clause, part in zip(clauses.split(), reached, strict=True)
    )


def significant(case: Case, on: Exposure, met: Conclusion) -> Conclusion:
    """Whether augmentation has consequences; recalled.

    Parameters
    ----------
    case : Case
        The patient on the day.
    on : Exposure
        Its treatment.
    met : Conclusion
        ``augmentation``.
    """
    statement = "Augmentation is clinically significant"
    consequences = any_of(
        "The worsening has consequences",
        told(case, on, "augmentation-affects-life"),
        told(case, on, "treatment-change-needed"),
    )
    return all_of(statement, met, consequences).named(f"{_PREFIX}significant", statement)


# Basic features -------------------------------------------------------------------------------


def _a1(case: Case, on: Exposure) -> Conclusion:
    limit = bind(WorseDays, case.knowledge, MPI).provenance["days_min"]
    days = number_now(case, on, _DAYS)
    compared = at_least(days, limit)
    if days.value is None:
        ask = case.knowledge.record(Question, _DAYS).ask
        compared = replace(compared, missing=(Missing(days.key, ask),))
    # It is about the past week: neither answer stands for long.
    return as_of_today(case, compared, surveillance(case).past_week_lasts_d, yes_stands=False)


def _a2(case: Case, on: Exposure, explanations: Mapping[str, Conclusion]) -> Conclusion:
    """Only an examiner's answer settles it; what is on record as an explanation is named."""
    statement = "The worsening is not explained otherwise"
    judged = told(case, on, _EXPLAINED)
    reached = negated(statement, judged)
    on_record = [name for name, c in explanations.items() if c.truth is Truth.YES]
    if not on_record:
        return reached
    listed = ", ".join(on_record)
    if judged.truth is Truth.NO:
        text = f"On record too, and judged not to explain the worsening: {listed}."
        return reached.with_caveat(Caveat("also-on-record", text))
    if judged.truth is Truth.YES:
        return reached
    ask = f"{case.knowledge.record(Question, _EXPLAINED).ask} On record: {listed}."
    waiting = replace(judged, missing=(Missing(f"question:{_EXPLAINED}", ask),))
    return negated(statement, waiting)


# The onset and what goes with it --------------------------------------------------------------


def _onset_much_earlier(case: Case, on: Exposure) -> Conclusion:
    limit = onset_limits(case).provenance["alone_h"]
    return onset_by(case, on, "Onset much earlier", lambda shift: at_least(shift, limit))


def _c1_or_c2(
    case: Case, on: Exposure, c1: Conclusion, c2: Conclusion, further: Conclusion
) -> Conclusion:
    """C; also where clock and hours as told differ on which of the two it is, not on whether."""
    statement = "The earlier onset meets C1 or C2"
    limit = onset_limits(case).provenance["with_sign_h"]
    either = all_of(
        "Onset earlier, by both accounts enough for C1 or C2, with a further sign",
        onset_by(case, on, "Onset at least somewhat earlier", lambda s: at_least(s, limit)),
        further,
    )
    c = any_of(statement, c1, c2)
    settled = c.truth is Truth.UNKNOWN and either.truth is Truth.YES
    return any_of(statement, c1, c2, either) if settled else c


def _somewhat_earlier(case: Case, on: Exposure) -> Conclusion:
    limits = onset_limits(case).provenance
    statement = "Onset somewhat earlier"

    def compare(shift: Fact) -> Conclusion:
        from_here = at_least(shift, limits["with_sign_h"])
        return replace(all_of(statement, from_here, below(shift, limits["alone_h"])), fact=shift)

    return onset_by(case, on, statement, compare)


def _more_intense_or_movements(case: Case, on: Exposure) -> Conclusion:
    """More intense; or more movements, which count only where they were measured alike."""
    intense, measured = more_intense(case, on), more_movements(case, on)
    statement = "More intense, or more movements measured"
    if measured is None:
        return any_of(statement, intense)
    if measured.truth is Truth.UNKNOWN:
        return any_of(statement, intense).with_caveat(*measured.all_caveats())
    return any_of(statement, intense, measured)
