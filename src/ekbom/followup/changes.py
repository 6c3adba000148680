"""Change of one measure since its baseline, in one patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from ekbom.assessment.case import Case
from ekbom.assessment.person import is_adult
from ekbom.assessment.scores import to_fill
from ekbom.caveats import Caveat
from ekbom.followup.course_of import CHANGES_THEMSELVES, DAYS_PER_WEEK, IRLS
from ekbom.followup.courses import Course, Point
from ekbom.followup.treatment_start import TreatmentStart
from ekbom.knowledge.binding import Param
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.parameters import Sourced
from ekbom.logic import Conclusion, Fact, Missing, Truth, at_least

BETTER = "R-OUT-03"


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """Sizes of change that mean something in one patient, and when a value is old."""

    edition: str
    irls: Annotated[float, Param("severity/irls-change-in-one-patient", "1")]
    irls_moderate: Annotated[float, Param("severity/irls", "1")]
    isi: Annotated[float, Param("outcomes/isi-change-in-one-patient", "1")]
    phq_9: Annotated[float, Param("outcomes/phq-9-change-in-one-patient", "1")]
    gad_7: Annotated[float, Param("outcomes/gad-7-change-in-one-patient", "1")]
    placebo_fall: Annotated[float, Param("outcomes/placebo-fall", "1")]
    treatment_fall: Annotated[float, Param("outcomes/treatment-fall", "1")]
    score_stale_after_d: Annotated[float, Param("severity/score-stale-after", "d")]
    provenance: Mapping[str, Sourced] = field(repr=False)

    def of(self, measure: str) -> Sourced | None:
        """The size for a measure; None where none is on file."""
        name = measure.replace("-", "_")
        return self.provenance.get(name) if name in _IN_ONE_PATIENT else None


_IN_ONE_PATIENT = ("irls", "isi", "phq_9", "gad_7")


@dataclass(frozen=True, slots=True)
class Change:
    """A measure that the person lives, now against its baseline.

    Parameters
    ----------
    course : Course
        The measure.
    measure : str
        Its name in the id of a conclusion, e.g. ``irls`` or ``rls-6-3``.
    better, worse : Conclusion
        Whether it is clearly better, and clearly worse, than at the baseline.
    state : str
        The change in words.
    gain : float or None
        By how much it is better, in the unit of the course; None where it cannot be told.
    is_too_mild : bool
        Whether the baseline was so mild that a fall that means something can hardly come about.
    """

    course: Course
    measure: str
    better: Conclusion
    worse: Conclusion
    state: str
    gain: float | None = None
    is_too_mild: bool = False

    @property
    def is_worse(self) -> bool:
        """Whether it is worse at all, by whatever amount."""
        return self.gain is not None and self.gain < 0


def change_limits(case: Case) -> ChangeLimits:
    """The limits; the same under every edition."""
    return case.fixed_limits(ChangeLimits)


def is_lived(course: Course) -> bool:
    """Whether the person lives what is measured, and it has a baseline to be compared with."""
    kind, _, name = course.id.partition(":")
    if kind == "questionnaire":
        return name.partition(":")[0] not in CHANGES_THEMSELVES
    return (kind, name) == ("question", DAYS_PER_WEEK)


def changes(case: Case, found: Sequence[Course], start: TreatmentStart) -> tuple[Change, ...]:
    """The change of every measure that the person lives; the IRLS also where it is missing."""
    lived = [course for course in found if is_lived(course)]
    if not any(course.id == f"questionnaire:{IRLS}" for course in lived):
        irls = case.knowledge.record(Instrument, IRLS)
        lived.insert(0, Course(f"questionnaire:{IRLS}", irls.name, "1", irls.better, ()))
    return tuple(_change(case, course, start) for course in lived)


def _change(case: Case, course: Course, start: TreatmentStart) -> Change:
    measure = course.id.partition(":")[2].replace(":", "-")
    limits = change_limits(case)
    gain = improvement(course)
    caveats = tuple(_caveats(case, course, limits, start))
    state = state_of(case, course, start)

    def compared(way: str, value: float | None) -> Conclusion:
        statement = f"{course.name} is clearly {way} than at the baseline"
        latest = course.latest
        on, path = (latest.on, latest.path) if latest is not None else (None, "")
        key, name = f"{course.id}-change", f"{course.name}: points {way} than at the baseline"
        fact = Fact(key, name, value, course.unit, on, path)
        limit = limits.of(measure)
        if value is None or limit is None:
            missing = _wanting(case, course) if value is None else ()
            leaf = Conclusion(Truth.UNKNOWN, f"{statement} ({state})", fact=fact, missing=missing)
        else:
            leaf = at_least(fact, limit)
        return Conclusion(leaf.truth, statement, parts=(leaf,), decided_by=(leaf,))

    too_mild = is_too_mild(case, course)
    better = _open_if(too_mild, compared("better", gain)).named(
        f"{BETTER}:{measure}", f"{course.name} is clearly better than at the baseline"
    )
    if better.truth is Truth.YES:
        better = better.with_caveat(_of_placebo(limits))
    worse = compared("worse", None if gain is None else -gain)
    better = better.with_caveat(*caveats)
    return Change(course, measure, better, worse, state, gain, too_mild)


def _open_if(is_mild: bool, better: Conclusion) -> Conclusion:
    """Open where the fall asked for can hardly come about; nothing that is filled in settles it."""
    if not is_mild:
        return better
    doubt = Conclusion(Truth.YES, "The baseline is too mild for a fall of that size")
    return as_open(better, doubt)


def is_too_mild(case: Case, course: Course) -> bool:
    """Whether it got better by less than the limit from a baseline that hardly leaves room for it.

    No score falls by more than it was; and an IRLS from its mildest band would have to end near
    nothing.
    """
    gain, then, limits = improvement(course), course.baseline, change_limits(case)
    limit = limits.of(course.id.partition(":")[2])
    if gain is None or then is None or limit is None or not 0 < gain < float(limit.value):
        return False
    is_mild = course.id == f"questionnaire:{IRLS}" and then.value < limits.irls_moderate
    return is_mild or then.value < float(limit.value)


def improvement(course: Course) -> float | None:
    """How much better the latest value is than the baseline, in the unit of the course."""
    if course.change is None:
        return None
    return course.change if course.better == "higher" else -course.change


def _wanting(case: Case, course: Course) -> tuple[Missing, ...]:
    """A later value; no missing answer brings back a baseline that was never taken."""
    if course.baseline is None and course.latest is not None:
        return ()
    kind, _, name = course.id.partition(":")
    if kind != "questionnaire":
        return (Missing(course.id, course.name),)
    instrument = case.knowledge.record(Instrument, name.partition(":")[0])
    return (to_fill(instrument, []),)


# In words ----------------------------------------------------------------------------------------


def state_of(case: Case, course: Course, start: TreatmentStart) -> str:
    """The change of a measure in words, or why there is none."""
    latest, then = course.latest, course.baseline
    if latest is None:
        return "not on record"
    if then is None:
        return f"{_no_baseline(course, start)}; {first_on_record(course)}"
    if latest == then:
        told = f"{_value(case, course, latest)} on {latest.on}"
        if not start.began:
            return f"{told}, before any treatment on record"
        return f"baseline {told}; no value since"
    gain = improvement(course) or 0.0
    numbers = f"{_value(case, course, then)} to {_value(case, course, latest)}"
    if not gain:
        return f"no change: {numbers}"
    said = f"{'better' if gain > 0 else 'worse'} by {abs(gain):g}: {numbers}"
    return "; ".join((said, *_meaning(case, course, gain)))


def first_on_record(course: Course) -> str:
    """The first value on record, called what it is."""
    first = course.points[0]
    return f"first on record {first.value:g} on {first.on}, which is no baseline"


def _no_baseline(course: Course, start: TreatmentStart) -> str:
    is_open = any(start.is_before(point.on) is None for point in course.points)
    if is_open and start.undated:
        return f"baseline not known, for the start of {', '.join(start.undated)} is not on record"
    return "baseline not known, for the start is not dated exactly" if is_open else "no baseline"


def _value(case: Case, course: Course, point: Point) -> str:
    kind, _, name = course.id.partition(":")
    if kind == "questionnaire" and name in case.knowledge.of(Instrument):
        for band in case.knowledge.record(Instrument, name).bands:
            if band.lowest <= point.value <= band.highest:
                return f"{point.value:g} ({band.name})"
    return f"{point.value:g}"


def _meaning(case: Case, course: Course, gain: float) -> Iterator[str]:
    """What a change of this size means, as far as that is on file."""
    measure = course.id.partition(":")[2]
    limits = change_limits(case)
    limit = limits.of(measure)
    if limit is None:
        yield "how much matters in one patient is not on file"
        return
    if measure == IRLS and gain > 0:
        published = case.knowledge.record(Instrument, IRLS).changes
        reached = [c.meaning for c in published if c.points <= gain]
        if reached:
            yield reached[-1]
    if abs(gain) < float(limit.value):
        yield f"less than the {limit.value:g} that mean something in one patient"
    if is_too_mild(case, course):
        yield "the baseline was too mild for such a fall"


# Limits of validity ------------------------------------------------------------------------------


def _of_placebo(limits: ChangeLimits) -> Caveat:
    return Caveat(
        "placebo-improves-too",
        f"In one trial the IRLS fell by {limits.treatment_fall:g} on the medicine and by "
        f"{limits.placebo_fall:g} on placebo; what brought an improvement stays open.",
    )


def _caveats(
    case: Case, course: Course, limits: ChangeLimits, start: TreatmentStart
) -> Iterator[Caveat]:
    latest, then = course.latest, course.baseline
    if latest is not None and is_old(case, latest, limits):
        age_d = (case.as_of - latest.on).days
        yield Caveat("old-score", f"The latest {course.name} is {age_d} days old.")
    if latest is not None and is_adult(case).truth is Truth.NO:
        yield Caveat("scale-for-adults", f"The {course.name} was made for adults.")
    if then is None or latest == then:
        return
    gap_d = 0 if start.earliest is None else (start.earliest - then.on).days
    if gap_d > limits.score_stale_after_d:
        text = f"The baseline is from {gap_d} days before treatment began."
        yield Caveat("baseline-long-before", text)
    taken = [use.drug for use in start.beside if use.taken_on(then.on)]
    if taken:
        text = (
            f"At the baseline {', '.join(dict.fromkeys(taken))} was taken for something else, "
            "which acts on restless legs too."
        )
        yield Caveat("baseline-on-another-medicine", text)


def is_old(case: Case, point: Point, limits: ChangeLimits) -> bool:
    """Whether a value no longer stands for the day."""
    return (case.as_of - point.on).days > limits.score_stale_after_d


def as_open(conclusion: Conclusion, doubt: Conclusion, *missing: Missing) -> Conclusion:
    """The conclusion as unknown for a doubt that holds, with what would settle it."""
    return replace(
        conclusion,
        truth=Truth.UNKNOWN,
        parts=(conclusion, doubt),
        decided_by=(doubt,),
        missing=missing,
    )
