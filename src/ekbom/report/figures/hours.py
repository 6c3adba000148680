"""The night hour by hour: each movement at its own length."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from ekbom.report import svg
from ekbom.report.figures.movement_marks import Mark, draw_marks, movement_marks
from ekbom.report.figures.night import LADDER, gaps, night_axis, row_name, stage_line
from ekbom.report.figures.time_axis import LEFT, WIDTH, TimeAxis
from ekbom.scoring.score import EditionResult, NightResult
from ekbom.terms import Side

_HOUR_S = 3600
_ROW = 17.0
_STAGES = 17.0


def hour_figures(result: NightResult, edition: EditionResult) -> Iterator[Markup]:
    """One strip for each hour of the recording; none where it is no longer than an hour."""
    whole = night_axis(result)
    if whole.end_s <= _HOUR_S:
        return
    marks = movement_marks(edition.night, whole)
    for start_s in range(0, int(-(-whole.end_s // 1)), _HOUR_S):
        axis = TimeAxis(start_s, start_s + _HOUR_S, result.start)
        shown = [mark for mark in marks if start_s <= mark.onset_s < start_s + _HOUR_S]
        yield _strip(result, axis, shown, min(whole.end_s, axis.end_s))


def _strip(result: NightResult, axis: TimeAxis, marks: list[Mark], end_s: float) -> Markup:
    top = 8.0
    rungs = {stage: top + k * _STAGES / (len(LADDER) - 1) for k, stage in enumerate(LADDER)}
    middle = top + _STAGES + 10 + _ROW
    bottom = middle + _ROW + 6
    hypnogram = result.annotations.hypnogram
    right = axis.x(end_s)
    return svg.drawing(
        WIDTH,
        bottom + 17,
        svg.rect(LEFT, top - 5, right - LEFT, bottom - top + 5, "field"),
        svg.path(
            svg.upright((axis.x(t) for t, _ in axis.ticks() if t <= end_s), top, bottom - top),
            "grid",
        ),
        gaps(result, axis, top - 5, bottom),
        Markup("") if hypnogram is None else stage_line(hypnogram, axis, rungs),
        *(
            svg.text(LEFT - 12, rungs[stage] + 4, str(stage), "soft small", "end")
            for stage in ((LADDER[0], LADDER[-1]) if hypnogram is not None else ())
        ),
        row_name(middle - 8, str(Side.LEFT)),
        row_name(middle + 8, str(Side.RIGHT)),
        svg.line(LEFT, middle, right, middle, "axis"),
        _events(result, axis, middle),
        draw_marks(marks, axis, middle, _ROW, 1.4),
        axis.labels(bottom + 13, end_s),
        label=f"Leg movements from {axis.moment(axis.start_s)} to {axis.moment(end_s)}",
        class_="strip",
    )


def _events(result: NightResult, axis: TimeAxis, middle: float) -> Markup:
    """Arousals and respiratory events as faint bands behind the movements."""
    bands = []
    for class_, events in (
        ("breathing-band", result.annotations.respiratory),
        ("arousal-band", result.annotations.arousals),
    ):
        for event in events:
            if axis.shows(event.onset_s, event.offset_s):
                x = axis.x(event.onset_s)
                width = max(axis.x(event.offset_s) - x, 0.8)
                bands.append(
                    svg.rect(x, middle - _ROW - 4, width, 2 * _ROW + 8, class_, event.text)
                )
    return svg.group(*bands)
