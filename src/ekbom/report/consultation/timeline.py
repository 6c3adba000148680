"""What of a record is drawn on one axis of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from ekbom.followup.courses import Course
from ekbom.followup.regimen import DailyDose
from ekbom.knowledge.editions import OWN_CHOICES
from ekbom.report.assessment.html import iron_limits
from ekbom.report.assessment.wording import edition_text, unit_text
from ekbom.report.consultation.doses import dose_text, drug_text
from ekbom.report.consultation.measures import ONSET
from ekbom.report.consultation.shown import ShownConsultation
from ekbom.report.figures.iron import limit_label
from ekbom.report.figures.timeline import Bar, Panel, Row, Track, timeline_figure

_LONGEST_PREGNANCY = "record/pregnancy-max"
# From symptoms to what they may hang on; other courses stand in the table alone.
_DRAWN = (
    ("questionnaire:irls", "IRLS score"),
    (ONSET, "Usual onset"),
    ("lab:ferritin", "Ferritin"),
    ("lab:transferrin-saturation", "Saturation"),
    ("night:plms-index", "PLMS index"),
)


def timeline(shown: ShownConsultation) -> Markup | None:
    """The figure; None where nothing has a date."""
    found = shown.consultation
    patient = shown.patient
    return timeline_figure(
        list(_panels(found.follow_up.courses, _limits(shown))),
        [*_pregnancies(shown), *_rows(found.follow_up.regimen)],
        sorted({a.on for a in patient.answers} | {q.on for q in patient.questionnaires}),
        found.as_of,
    )


def _panels(
    courses: Sequence[Course], limits: Mapping[str, Sequence[tuple[float, str]]]
) -> Iterator[Panel]:
    for id, name in _DRAWN:
        held = [course for course in courses if course.id == id and course.points]
        if held:
            yield Panel(
                name,
                "by the clock" if id == ONSET else unit_text(held[0].unit) or "points",
                tuple(_track(course) for course in held),
                tuple(limits.get(id, ())),
                is_clock=id == ONSET,
            )


def _track(course: Course) -> Track:
    points = tuple((point.on, point.value, point.bound) for point in course.points)
    return Track(points, edition_text(course.rules) if course.rules else "")


def _limits(shown: ShownConsultation) -> dict[str, list[tuple[float, str]]]:
    """Limits on iron that decided, each once."""
    found: dict[str, list[tuple[float, str]]] = {}
    for analyte, limit in iron_limits(shown.assessed):
        if isinstance(limit.value, (int, float)) and limit.value != float("inf"):
            one = (float(limit.value), limit_label(limit))
            held = found.setdefault(f"lab:{analyte}", [])
            if one not in held:
                held.append(one)
    return found


def _pregnancies(shown: ShownConsultation) -> Iterator[Row]:
    """One row for pregnancies; one that would last longer than any has no known end and no bar."""
    day = shown.consultation.as_of
    longest_d = float(shown.knowledge.sourced(_LONGEST_PREGNANCY, OWN_CHOICES).value)
    bars = []
    for one in shown.patient.pregnancies:
        ended = one.ended if one.ended is not None and one.ended <= day else None
        if one.last_period <= day and (ended or (day - one.last_period).days <= longest_d):
            bars.append(Bar(one.last_period, ended))
    if bars:
        yield Row("pregnancy", tuple(bars), is_state=True)


def _rows(regimen: Sequence[DailyDose]) -> Iterator[Row]:
    """One row a drug, its uses in the order of time."""
    uses: dict[str, list[DailyDose]] = {}
    for one in regimen:
        uses.setdefault(one.use.drug, []).append(one)
    for drug, found in uses.items():
        yield Row(drug_text(drug), tuple(_bar(one) for one in found))


def _bar(one: DailyDose) -> Bar:
    use = one.use
    return Bar(
        None if use.started is None else use.started.first,
        None if use.stopped is None else use.stopped.last,
        dose_text(one),
    )
