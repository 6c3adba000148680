"""The night at a glance: stages, both legs, arousals, breathing, hourly counts and rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from markupsafe import Markup

from ekbom.recording.events import Event
from ekbom.recording.hypnogram import Hypnogram
from ekbom.recording.recording import Channel
from ekbom.report import svg
from ekbom.report.figures.movement_marks import Mark, draw_marks, legend, movement_marks
from ekbom.report.figures.time_axis import LEFT, RIGHT, WIDTH, TimeAxis
from ekbom.scoring.quality import LegQuality
from ekbom.scoring.score import EditionResult, NightResult
from ekbom.terms import Side, SleepStage

LADDER = (SleepStage.W, SleepStage.R, SleepStage.N1, SleepStage.N2, SleepStage.N3)

_GAP = 14.0
_LEGS_ROW = 30.0
# A few minutes of raised rest would flatten the whole night; they are cut off at the top.
_REST_SHOWN_PERCENT = 98
_HEADROOM = 1.15
# Minutes follow each other but for rounding.
_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the figure: how high it is, and how it is drawn from its top down."""

    height: float
    draw: Callable[[float], Markup]


def night_axis(result: NightResult) -> TimeAxis:
    """From the start of the recording to its end, or to the end of what was marked."""
    end_s = result.duration_s
    if end_s is None:
        ends = [event.offset_s for event in result.annotations.events]
        if result.annotations.hypnogram is not None:
            ends.append(result.annotations.hypnogram.end_s)
        end_s = max(ends, default=1.0)
    return TimeAxis(0.0, max(end_s, 1e-3), result.start)


def night_figure(result: NightResult, edition: EditionResult) -> Markup:
    """The figure of one night under one edition.

    Parameters
    ----------
    result : NightResult
        The night.
    edition : EditionResult
        One of its editions.
    """
    axis = night_axis(result)
    marks = movement_marks(edition.night, axis)
    rows = [
        *_stage_rows(result.annotations.hypnogram, marks, axis),
        _legs_row(result, marks, axis),
        _events_row("arousals", result.annotations.arousals, axis, "arousal"),
        _events_row("breathing", result.annotations.respiratory, axis, "breathing"),
        *_hour_rows(edition, axis),
        *(_rest_row(side, leg, axis) for side, leg in result.quality.items()),
    ]
    top = 34.0
    tops = np.cumsum([top, *(row.height + _GAP for row in rows)]).tolist()
    bottom = tops[-1] - _GAP + 6
    return svg.drawing(
        WIDTH,
        bottom + 48,
        _backdrop(result, axis, top - 4, bottom),
        *(row.draw(y) for row, y in zip(rows, tops, strict=False)),
        lights(result, axis, top - 4, bottom),
        axis.labels(bottom + 16),
        legend(LEFT, bottom + 42),
        label="The night: sleep stages, leg movements, arousals and respiratory events over time",
        class_="night",
    )


def row_name(y: float, *lines: str) -> Markup:
    """Name of a row at the left edge, around height ``y``."""
    first = y + 4.5 - 7.5 * (len(lines) - 1)
    return svg.group(
        *(
            svg.text(LEFT - 12, first + 15 * k, says, "name" if k == 0 else "name soft", "end")
            for k, says in enumerate(lines)
        )
    )


def _backdrop(result: NightResult, axis: TimeAxis, top: float, bottom: float) -> Markup:
    """Grid, time out of bed and gaps in the recording."""
    parts = [svg.rect(LEFT, top, RIGHT - LEFT, bottom - top, "field")]
    period = result.period
    if period is not None:
        for start_s, end_s in ((axis.start_s, period.start_s), (period.end_s, axis.end_s)):
            x, width = axis.x(start_s), axis.x(end_s) - axis.x(start_s)
            if width > 0:
                parts.append(svg.rect(x, top, width, bottom - top, "out-of-bed", "not in bed"))
    parts.append(axis.grid(top, bottom))
    parts.append(gaps(result, axis, top, bottom))
    return svg.group(*parts)


def gaps(result: NightResult, axis: TimeAxis, top: float, bottom: float) -> Markup:
    """Where nothing was recorded."""
    channel = next(iter(result.legs.values()), None)
    return svg.group(
        *(
            svg.rect(
                axis.x(start_s),
                top,
                max(axis.x(end_s) - axis.x(start_s), 1.0),
                bottom - top,
                "gap",
                f"nothing was recorded from {axis.moment(start_s)} to {axis.moment(end_s)}",
            )
            for start_s, end_s in (() if channel is None else _gaps(channel))
            if axis.shows(start_s, end_s)
        )
    )


def _gaps(channel: Channel) -> Sequence[tuple[float, float]]:
    segments = channel.segments
    return [
        (one.start_s + one.duration_s(channel.rate_hz), other.start_s)
        for one, other in zip(segments[:-1], segments[1:], strict=True)
    ]


def lights(result: NightResult, axis: TimeAxis, top: float, bottom: float) -> Markup:
    """Lights off and on, where marked."""
    marked = (
        ("lights off", result.annotations.lights_off_s),
        ("lights on", result.annotations.lights_on_s),
    )
    parts = []
    for says, time_s in marked:
        if time_s is None or not axis.shows(time_s, time_s):
            continue
        x = axis.x(time_s)
        is_right = x > (LEFT + RIGHT) / 2
        parts.append(svg.line(x, top - 6, x, bottom, "lights"))
        parts.append(
            svg.text(
                x + (5 if is_right else -5),
                top - 9,
                f"{says} {axis.moment(time_s, with_seconds=False)}",
                "soft",
                "end" if is_right else "start",
            )
        )
    return svg.group(*parts)


def _stage_rows(
    hypnogram: Hypnogram | None, marks: Sequence[Mark], axis: TimeAxis
) -> Sequence[Row]:
    if hypnogram is None:
        says = "no sleep stages are marked"
        return [Row(22.0, lambda y: svg.text(LEFT + 8, y + 15, says, "missing"))]

    def draw(top: float) -> Markup:
        names = [
            svg.text(LEFT - 12, y + 4.5, str(stage), "name", "end")
            for stage, y in _rungs(top).items()
        ]
        return svg.group(*names, stage_line(hypnogram, axis, _rungs(top), marks))

    return [Row(112.0, draw)]


def _rungs(top: float) -> dict[SleepStage, float]:
    return {stage: top + 10 + 23 * k for k, stage in enumerate(LADDER)}


def stage_line(
    hypnogram: Hypnogram,
    axis: TimeAxis,
    rungs: dict[SleepStage, float],
    marks: Sequence[Mark] = (),
) -> Markup:
    """Stages as a stepped line, REM sleep as a thick bar, unscored epochs left open.

    ``marks`` adds a short stroke on the line for each periodic movement.
    """
    steps, rem, before = "", "", None
    index = 0
    for stage, run in groupby(hypnogram.stages):
        n = sum(1 for _ in run)
        start_s = hypnogram.start_s + index * hypnogram.epoch_s
        end_s = start_s + n * hypnogram.epoch_s
        index += n
        if stage not in rungs or not axis.shows(start_s, end_s):
            before = None
            continue
        x, until, y = axis.x(start_s), axis.x(end_s), rungs[stage]
        steps += f"M{svg.number(x)} {svg.number(y)}" if before is None else f"V{svg.number(y)}"
        steps += f"H{svg.number(until)}"
        if stage is SleepStage.R:
            rem += f"M{svg.number(x)} {svg.number(y)}H{svg.number(until)}"
        before = stage
    onset_s = [mark.onset_s for mark in marks if mark.kind == "periodic"]
    ticks = "".join(
        svg.upright([axis.x(time_s)], rungs[stage] - 8, 7)
        for time_s, stage in zip(onset_s, hypnogram.stage_at(onset_s), strict=True)
        if stage in rungs
    )
    return svg.group(svg.path(ticks, "on-stage"), svg.path(steps, "stages"), svg.path(rem, "rem"))


def _legs_row(result: NightResult, marks: Sequence[Mark], axis: TimeAxis) -> Row:
    missing = {side for side in (Side.LEFT, Side.RIGHT) if result.legs and side not in result.legs}

    def draw(top: float) -> Markup:
        middle = top + _LEGS_ROW + 5
        names = [
            row_name(y, *([f"{side} leg", "not recorded"] if side in missing else [f"{side} leg"]))
            for side, y in ((Side.LEFT, middle - 17), (Side.RIGHT, middle + 17))
        ]
        return svg.group(
            *names,
            svg.line(LEFT, middle, RIGHT, middle, "axis"),
            draw_marks(marks, axis, middle, _LEGS_ROW, 0.9),
        )

    return Row(2 * _LEGS_ROW + 10, draw)


def _events_row(name: str, events: Sequence[Event], axis: TimeAxis, class_: str) -> Row:
    def draw(top: float) -> Markup:
        if not events:
            return svg.group(
                row_name(top + 6, name), svg.text(LEFT + 8, top + 11, "none marked", "missing")
            )
        d = "".join(
            f"M{svg.number(axis.x(event.onset_s))} {svg.number(top)}h"
            f"{svg.number(max(axis.x(event.offset_s) - axis.x(event.onset_s), 0.9))}v12h"
            f"-{svg.number(max(axis.x(event.offset_s) - axis.x(event.onset_s), 0.9))}z"
            for event in events
        )
        return svg.group(row_name(top + 6, name), svg.path(d, class_))

    return Row(12.0, draw)


def _hour_rows(edition: EditionResult, axis: TimeAxis) -> Sequence[Row]:
    """Periodic movements in each hour in bed: in sleep filled, in wake outlined."""
    hours = edition.indices.by_hour
    if len(hours) < 2:
        return []
    staged = "sleep" in edition.indices.by_stage
    most = max(max(hour.periodic for hour in hours), 1)
    height = 66.0

    def draw(top: float) -> Markup:
        scale = svg.Scale(0, most, top + height, top + 16)
        parts = [
            row_name(top + height - 18, "PLMS" if staged else "periodic", "each hour"),
            svg.line(LEFT, top + height, RIGHT, top + height, "axis"),
        ]
        for hour in hours:
            x, until = axis.x(hour.start_s) + 1.5, axis.x(hour.end_s) - 1.5
            asleep = hour.periodic if hour.periodic_in_sleep is None else hour.periodic_in_sleep
            floor = scale(asleep)
            title = f"{axis.moment(hour.start_s)} to {axis.moment(hour.end_s)}: " + (
                f"{asleep} in sleep, {hour.periodic_in_wake or 0} in wake"
                + ("" if hour.plms_per_h is None else f"; {hour.plms_per_h:.1f} per hour of sleep")
                if staged
                else f"{hour.periodic}"
            )
            parts.append(svg.rect(x, floor, until - x, top + height - floor, "hour", title))
            if hour.periodic > asleep:
                high = scale(hour.periodic)
                parts.append(svg.rect(x, high, until - x, floor - high, "hour wake", title))
            if until - x > 22:
                parts.append(
                    svg.text((x + until) / 2, scale(hour.periodic) - 4, str(asleep), "", "middle")
                )
        return svg.group(*parts)

    return [Row(height, draw)]


def _rest_row(side: Side, leg: LegQuality, axis: TimeAxis) -> Row:
    """Resting level of one leg minute by minute; minutes with a problem are shaded."""
    height = 36.0
    rest_uv = np.array([minute.rest_uv for minute in leg.minutes])
    finite = rest_uv[np.isfinite(rest_uv)]
    usual_uv = float(np.percentile(finite, _REST_SHOWN_PERCENT)) if len(finite) else 1.0
    high_uv = svg.nice_ceiling(_HEADROOM * usual_uv)

    def draw(top: float) -> Markup:
        scale = svg.Scale(0, high_uv, top + height, top)
        bad = [
            svg.rect(
                axis.x(minute.start_s),
                top,
                axis.x(minute.start_s + minute.duration_s) - axis.x(minute.start_s),
                height,
                "bad",
                f"{axis.moment(minute.start_s)}: {', '.join(minute.problems)}",
            )
            for minute in leg.minutes
            if minute.problems
        ]
        times_s, course_uv = _rest_course(leg)
        shown_uv = scale.all(np.minimum(course_uv, high_uv))
        return svg.group(
            row_name(top + height / 2, f"rest, {side}", f"0 to {svg.number(high_uv)} µV"),
            *bad,
            svg.line(LEFT, top + height, RIGHT, top + height, "axis"),
            svg.path(svg.polyline(axis.all_x(times_s), shown_uv), f"rest {side}"),
        )

    return Row(height, draw)


def _rest_course(leg: LegQuality) -> tuple[svg.Floats, svg.Floats]:
    """Times and levels of a stepped line: level over each minute, broken at a gap."""
    times_s: list[float] = []
    course_uv: list[float] = []
    for minute in leg.minutes:
        if times_s and minute.start_s - times_s[-1] > _PAUSE_S:
            times_s.append(np.nan)
            course_uv.append(np.nan)
        times_s += [minute.start_s, minute.start_s + minute.duration_s]
        course_uv += [minute.rest_uv, minute.rest_uv]
    return np.array(times_s), np.array(course_uv)
