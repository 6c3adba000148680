"""Every measure of the record as a course, each beside its baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from ekbom.assessment.case import Case
from ekbom.assessment.iron_limits import DrawLimits
from ekbom.assessment.onset_on_clock import TurnOfDay
from ekbom.assessment.scores import fillings, scores
from ekbom.followup.courses import Course, Point
from ekbom.followup.infusions import days_since_infusion
from ekbom.followup.treatment_start import TreatmentStart, baseline_of, treatment_start
from ekbom.knowledge.clinic import Question
from ekbom.knowledge.instruments import Instrument
from ekbom.knowledge.laboratory import Analyte
from ekbom.patient.labs import SATURATION, transferrin_saturation
from ekbom.patient.patient import GivenAnswer, NightSummary

IRLS = "irls"
ONSET = "usual-onset-clock"
DAYS_PER_WEEK = "symptom-days-per-week"
FERRITIN = "ferritin"
# A screen for sleep apnoea is no outcome.
_NO_OUTCOME = ("stop-bang",)
# They are changes since treatment began themselves, and have no baseline.
CHANGES_THEMSELVES = ("asrs", "cgi-improvement")
_HOURS, _MINUTES = 24, 60


@dataclass(frozen=True, slots=True)
class NightMeasure:
    """A number of a night: its field, name, unit, and which way is better."""

    field: str
    name: str
    unit: str
    better: Literal["lower", "higher"] = "lower"
    # Whether it depends on how movements are scored, not only on how sleep was recorded.
    of_movements: bool = False

    @property
    def id(self) -> str:
        """Fact key."""
        return f"night:{self.field.removesuffix('_per_h').replace('_', '-')}"


NIGHT_MEASURES = (
    NightMeasure("plms_index_per_h", "PLMS index", "/h", of_movements=True),
    NightMeasure("plms_arousal_index_per_h", "PLMS with arousal", "/h", of_movements=True),
    NightMeasure("arousal_index_per_h", "Arousal index", "/h"),
    NightMeasure("sleep_efficiency_percent", "Sleep efficiency", "%", "higher"),
    NightMeasure("sleep_latency_min", "Sleep latency", "min"),
    NightMeasure("wake_after_sleep_onset_min", "Wake time after sleep onset", "min"),
)


def all_courses(case: Case) -> tuple[Course, ...]:
    """Measures over time, each beside its baseline; symptoms first."""
    start = treatment_start(case)
    return (
        *_of_questionnaires(case, start),
        *_of_answers(case, start),
        *_of_nights(case, start),
        *_of_blood(case, start),
    )


# Questionnaires --------------------------------------------------------------------------------


def _of_questionnaires(case: Case, start: TreatmentStart) -> Iterator[Course]:
    instruments = case.knowledge.of(Instrument).values()
    for instrument in sorted(instruments, key=lambda one: one.id != IRLS):
        if instrument.id in _NO_OUTCOME or not fillings(case, instrument):
            continue
        if instrument.total == "none":
            for number in range(1, instrument.items + 1):
                yield from _of_item(case, instrument, number, start)
            continue
        totals = [
            Point(filled.on, total, filled.path)
            for filled in fillings(case, instrument)
            if (total := scores(filled, instrument).total) is not None
        ]
        if totals:
            has_baseline = instrument.id not in CHANGES_THEMSELVES
            yield Course(
                f"questionnaire:{instrument.id}",
                instrument.name,
                "1",
                instrument.better,
                tuple(totals),
                baseline_of(totals, start) if has_baseline else None,
            )


def _of_item(
    case: Case, instrument: Instrument, number: int, start: TreatmentStart
) -> Iterator[Course]:
    """An item that stands for itself."""
    points = tuple(
        Point(filled.on, filled.items[number], filled.path)
        for filled in fillings(case, instrument)
        if number in filled.items
    )
    if points:
        id, name = f"questionnaire:{instrument.id}:{number}", f"{instrument.name} item {number}"
        yield Course(id, name, "1", instrument.better, points, baseline_of(points, start))


# Answers ---------------------------------------------------------------------------------------


def _of_answers(case: Case, start: TreatmentStart) -> Iterator[Course]:
    if clocks := _given(case, ONSET):
        yield _of_onset(case, clocks, start)
    if told := _given(case, DAYS_PER_WEEK):
        question = case.knowledge.record(Question, DAYS_PER_WEEK)
        days = tuple(Point(a.on, float(a.value), a.path) for a in told)
        id = f"question:{DAYS_PER_WEEK}"
        baseline = baseline_of(days, start)
        yield Course(id, question.name, question.unit, "lower", days, baseline)


def _of_onset(case: Case, clocks: list[GivenAnswer], start: TreatmentStart) -> Course:
    """The usual onset on the clock; an onset in the turn of the day is compared with none.

    See docs/decisions/onset-on-the-clock.md.
    """
    turn = case.fixed_limits(TurnOfDay)
    points = tuple(
        Point(a.on, clock_h(time.fromisoformat(str(a.value)), turn), a.path) for a in clocks
    )
    name = case.knowledge.record(Question, ONSET).name
    baseline = baseline_of(points, start)
    ends = points[-2:] if baseline is None else (*points[-2:], baseline)
    if any(turn.begins_h <= point.value < turn.ends_h for point in ends):
        return Course(f"question:{ONSET}", f"{name} (not placed)", "h", "", points)
    return Course(f"question:{ONSET}", name, "h", "higher", points, baseline)


def _given(case: Case, question: str) -> list[GivenAnswer]:
    given = [a for a in case.patient.answers if a.question == question and a.value != "unknown"]
    return sorted(given, key=lambda answer: answer.on)


def clock_h(clock: time, turn: TurnOfDay) -> float:
    """Hours after midnight of the day of symptoms; the small hours count on past 24.

    Parameters
    ----------
    clock : datetime.time
        Clock time.
    turn : TurnOfDay
        Where one day of symptoms ends and the next begins.
    """
    hours = clock.hour + clock.minute / _MINUTES
    return hours + _HOURS if hours < turn.begins_h else hours


# Nights ----------------------------------------------------------------------------------------

_Way = tuple[str, ...]


def way_counted(night: NightSummary, measure: NightMeasure) -> _Way:
    """How a number of a night came about: numbers of one way may stand side by side.

    A night of which that is not on record stands for itself.
    """
    if not measure.of_movements:
        return (night.method,) if night.method != "unknown" else _alone(night)
    open_ = "unknown" in (night.method, night.respiratory_movements) or not night.rules
    if open_:
        return _alone(night)
    scorer = "by this program" if night.scored_by_ekbom else ""
    return (night.method, night.rules, night.respiratory_movements, scorer)


def _alone(night: NightSummary) -> _Way:
    return ("", night.on.isoformat(), night.path)


def _of_nights(case: Case, start: TreatmentStart) -> Iterator[Course]:
    nights = sorted(case.patient.nights, key=lambda night: night.on)
    for measure in NIGHT_MEASURES:
        ways: dict[_Way, list[NightSummary]] = {}
        for night in nights:
            if getattr(night, measure.field) is not None:
                ways.setdefault(way_counted(night, measure), []).append(night)
        for alike in ways.values():
            points = tuple(
                Point(n.on, float(getattr(n, measure.field)), f"{n.path}.{measure.field}")
                for n in alike
            )
            yield Course(
                measure.id,
                f"{measure.name} ({', '.join(_told(alike[0], measure))})",
                measure.unit,
                measure.better,
                points,
                baseline_of(points, start),
                rules=alike[0].rules if measure.of_movements else "",
            )


def _told(night: NightSummary, measure: NightMeasure) -> Iterator[str]:
    """How a night was counted, as a reader meets it."""
    yield night.method if night.method != "unknown" else "method not on record"
    if not measure.of_movements:
        return
    if not night.rules:
        yield "rules not on record"
    handled = night.respiratory_movements
    if handled == "unknown":
        yield "movements with breathing events: not on record how counted"
    else:
        yield f"movements with breathing events {handled}"
    if night.scored_by_ekbom:
        yield "scored by this program"


# Blood -----------------------------------------------------------------------------------------


def _of_blood(case: Case, start: TreatmentStart) -> Iterator[Course]:
    """Ferritin, and transferrin saturation as measured or computed, never as estimated."""
    draws = sorted(case.patient.draws, key=lambda draw: draw.on)
    ferritin = (
        Point(d.on, r.value, r.path, r.bound, soon_after_infusion(case, d.on))
        for d in draws
        if (r := d.results.get(FERRITIN)) is not None
    )
    saturation = (
        Point(d.on, s.result.value, s.result.path, s.result.bound, soon_after_infusion(case, d.on))
        for d in draws
        if (s := transferrin_saturation(d, case.knowledge)) is not None and not s.is_estimated
    )
    yield from _of_analyte(case, FERRITIN, ferritin, start)
    yield from _of_analyte(case, SATURATION, saturation, start)


def soon_after_infusion(case: Case, on: date) -> str:
    """That iron was drawn too soon after an infusion to be judged; empty where it was not."""
    days = days_since_infusion(case, on)
    if days is None or days >= case.fixed_limits(DrawLimits).iv_iron_settling_d:
        return ""
    return f"drawn {days} days after intravenous iron"


def _of_analyte(
    case: Case, analyte_id: str, values: Iterable[Point], start: TreatmentStart
) -> Iterator[Course]:
    analyte, points = case.knowledge.record(Analyte, analyte_id), tuple(values)
    if points:
        # Neither way is better by itself: too much iron is harmful too.
        baseline = baseline_of(points, start)
        yield Course(f"lab:{analyte_id}", analyte.name, analyte.unit, "", points, baseline)
