"""Measures over time as a reader meets them: baseline, the time before, now, and which way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ekbom.followup.courses import Course, Point
from ekbom.report.assessment.wording import edition_text, quantity_text
from ekbom.units import clock_text

ONSET = "question:usual-onset-clock"
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class ValueShown:
    """One value and its day."""

    says: str
    on: date


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """One measure over time.

    Parameters
    ----------
    id, name, unit : str
        As in its course; the name without what stands in brackets.
    detail : str
        What stood there, of nights what they were scored by, and which values may not be judged.
    baseline, before, now : ValueShown or None
        The value before treatment, the one before the latest, the latest.
    change : str
        Latest less baseline, signed; empty where there is none.
    way : str
        ``towards better``, ``towards worse``, ``the same``; empty where neither way is better.
        The direction alone: what a change means is a conclusion of its own.
    since : str
        The same word, against the time before.
    """

    id: str
    name: str
    unit: str
    detail: str
    baseline: ValueShown | None
    before: ValueShown | None
    now: ValueShown
    change: str
    way: str
    since: str


def measures_shown(courses: Iterable[Course]) -> Iterator[MeasureShown]:
    """The courses that hold any value."""
    for course in courses:
        if course.latest is not None:
            yield _measure(course, course.latest)


def _measure(course: Course, latest: Point) -> MeasureShown:
    before = course.points[-2] if len(course.points) > 1 else None
    shown = (course.baseline, before, latest)
    return MeasureShown(
        id=course.id,
        name=course.name.partition(" (")[0],
        unit=course.unit,
        detail=_detail(course, shown),
        baseline=_value(course, course.baseline),
        before=_value(course, None if before == course.baseline else before),
        now=ValueShown(value_text(course, latest), latest.on),
        change="" if course.change is None else _signed(course, course.change),
        way=_way(course, course.baseline, latest),
        since=_way(course, before, latest),
    )


def _detail(course: Course, shown: Iterable[Point | None]) -> str:
    rules = edition_text(course.rules) if course.rules else ""
    bracket = course.name.partition(" (")[2].removesuffix(")")
    doubted = [point for point in shown if point is not None and point.doubt]
    doubts = dict.fromkeys(f"of {one.on} {one.doubt}, not judged" for one in doubted)
    return "; ".join(part for part in (bracket, rules, *doubts) if part)


def _value(course: Course, point: Point | None) -> ValueShown | None:
    return None if point is None else ValueShown(value_text(course, point), point.on)


def value_text(course: Course, point: Point) -> str:
    """A value as it is read: an onset by the clock, anything else with its unit."""
    if course.id == ONSET:
        return clock_text(point.value)
    return f"{point.bound}{quantity_text(round(point.value, 1), course.unit)}"


def _signed(course: Course, change: float) -> str:
    if course.id == ONSET:
        minutes = round(abs(change) * _MINUTES)
        said = f"{minutes // _MINUTES} h {minutes % _MINUTES:02d} min"
        return "none" if not minutes else f"{said} {'later' if change > 0 else 'earlier'}"
    # A true minus sign, so that it is not read as a dash.
    sign = "\N{MINUS SIGN}" if change < 0 else "+"
    return f"{sign}{abs(change):.3g}" if change else "none"


def _way(course: Course, then: Point | None, now: Point) -> str:
    if not course.better or then is None or then == now or then.bound or now.bound:
        return ""
    if then.value == now.value:
        return "the same"
    is_lower = now.value < then.value
    return "towards better" if is_lower == (course.better == "lower") else "towards worse"
