"""EMG as it was seen: a series on both legs, and one movement close up."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from ekbom.recording.recording import Channel
from ekbom.report import svg
from ekbom.report.figures.stretch import (
    Stretch,
    band_passed,
    columns,
    leg_movements_between,
    level_between,
    peak_above_rest_uv,
)
from ekbom.report.figures.time_axis import LEFT, RIGHT, WIDTH, TimeAxis
from ekbom.scoring.leg_movements import MovementThresholds
from ekbom.scoring.score import EditionResult, NightResult
from ekbom.terms import Side

_COLUMNS = 856
_TRACE, _LEVEL = 84.0, 74.0
# The level is cut off at this many times the onset threshold, or its course near the thresholds
# could not be seen.
_LEVEL_CUT = 5.0
_AROUND_S = 2.5


def series_figure(result: NightResult, edition: EditionResult, stretch: Stretch) -> Markup:
    """Both legs over a stretch: band-passed EMG, and below it the level with its thresholds."""
    axis = TimeAxis(stretch.start_s, stretch.end_s, result.start)
    thresholds = _thresholds(result, edition)
    top = 44.0 if stretch.shows == "series" else 16.0
    parts, y = [], top
    for side, channel in result.legs.items():
        parts.append(_trace(result, channel, side, stretch, axis, y, _TRACE))
        parts.append(
            _level(result, side, stretch, axis, y + _TRACE + 6, _LEVEL, thresholds, is_close=False)
        )
        spans = leg_movements_between(edition, side, stretch.start_s, stretch.end_s)
        parts.append(_onsets_and_ends(spans, axis, y, _TRACE + _LEVEL + 6))
        y += _TRACE + _LEVEL + 24
    return svg.drawing(
        WIDTH,
        y + 8,
        axis.grid(top, y - 18),
        _intervals(edition, stretch, axis, top) if stretch.shows == "series" else Markup(""),
        *parts,
        axis.labels(y),
        label="Band-passed EMG and level of both legs over a stretch of the night",
        class_="emg",
    )


def close_up_figure(result: NightResult, edition: EditionResult, stretch: Stretch) -> Markup | None:
    """One movement on the leg where it stands out more; None where there is none."""
    if stretch.focus is None:
        return None
    movements = edition.night.movements
    onset_s = float(movements.onset_s[stretch.focus])
    offset_s = float(movements.offset_s[stretch.focus])
    side = max(result.legs, key=lambda s: peak_above_rest_uv(result.levels[s], onset_s, offset_s))
    spans = [
        span
        for span in leg_movements_between(edition, side, onset_s - 1e-6, offset_s + 1e-6)
        if span[1] > onset_s - 1e-6 and span[0] < offset_s + 1e-6
    ] or [(onset_s, offset_s)]
    bounds = _bounds(result.legs[side], stretch)
    shown = Stretch(
        max(spans[0][0] - _AROUND_S, bounds[0]),
        min(spans[-1][1] + _AROUND_S, bounds[1]),
        stretch.segment,
        "movement",
    )
    axis = TimeAxis(shown.start_s, shown.end_s, result.start)
    thresholds = _thresholds(result, edition)
    top, trace, level = 30.0, 110.0, 170.0
    spans = leg_movements_between(edition, side, shown.start_s, shown.end_s)
    return svg.drawing(
        WIDTH,
        top + trace + level + 46,
        axis.grid(top, top + trace + level + 10),
        _trace(result, result.legs[side], side, shown, axis, top, trace),
        _level(result, side, shown, axis, top + trace + 10, level, thresholds, is_close=True),
        _onsets_and_ends(spans, axis, top, trace + level + 10, with_names=True),
        axis.labels(top + trace + level + 28),
        label="One movement close up: band-passed EMG, levels and thresholds",
        class_="emg",
    )


def _thresholds(result: NightResult, edition: EditionResult) -> MovementThresholds:
    return next(
        chosen.thresholds
        for chosen in result.settings.editions
        if result.editions[chosen.name] is edition
    )


def _bounds(channel: Channel, stretch: Stretch) -> tuple[float, float]:
    segment = channel.segments[stretch.segment]
    return segment.start_s, segment.start_s + segment.duration_s(channel.rate_hz)


def _trace(
    result: NightResult,
    channel: Channel,
    side: Side,
    stretch: Stretch,
    axis: TimeAxis,
    top: float,
    height: float,
) -> Markup:
    """Band-passed EMG as the area between its lowest and highest value in each column."""
    segment = channel.segments[min(stretch.segment, len(channel.segments) - 1)]
    time_s, uv = band_passed(
        channel, segment, stretch.start_s, stretch.end_s, result.settings.detection.envelope
    )
    at_s, low_uv, high_uv = columns(time_s, uv, _COLUMNS)
    reach_uv = max(float(np.abs(uv).max()) if len(uv) else 1.0, 1.0)
    scale = svg.Scale(-reach_uv, reach_uv, top + height, top)
    round_uv = svg.nice_ticks(reach_uv, 2)[-1]
    area = svg.outline(axis.all_x(at_s), scale.all(low_uv), scale.all(high_uv))
    middle = top + height / 2
    return svg.group(
        svg.text(LEFT - 12, middle - 6, f"{side} leg", "name", "end"),
        svg.text(LEFT - 12, middle + 9, "EMG", "name soft", "end"),
        svg.path(area, "trace"),
        svg.path(
            f"M{svg.number(RIGHT - 3)} {svg.number(scale(0))}V{svg.number(scale(round_uv))}", "size"
        ),
        svg.text(RIGHT - 8, scale(round_uv) + 10, f"{round_uv:g} µV", "soft small", "end"),
    )


def _level(
    result: NightResult,
    side: Side,
    stretch: Stretch,
    axis: TimeAxis,
    top: float,
    height: float,
    thresholds: MovementThresholds,
    *,
    is_close: bool,
) -> Markup:
    """Steady level (in the close-up the brief one too) over the resting level and thresholds."""
    level = level_between(result.levels[side][stretch.segment], stretch.start_s, stretch.end_s)
    x, rest_uv = axis.all_x(level["time_s"]), level["rest_uv"]
    if len(x) == 0:
        return Markup("")
    ceiling_uv = float(rest_uv.max()) + _LEVEL_CUT * thresholds.onset_above_rest_uv
    if is_close:
        ceiling_uv = min(
            ceiling_uv,
            max(
                float(level["brief_uv"].max()) * 1.05,
                float(rest_uv.max()) + 1.5 * thresholds.onset_above_rest_uv,
            ),
        )
    scale = svg.Scale(0, ceiling_uv, top + height, top)
    lines = [
        ("at-rest", 0.0, "rest"),
        ("at-end", thresholds.end_above_rest_uv, f"+{thresholds.end_above_rest_uv:g} µV"),
        ("at-onset", thresholds.onset_above_rest_uv, f"+{thresholds.onset_above_rest_uv:g} µV"),
    ]
    curves = [("brief", level["brief_uv"])] if is_close else []
    curves.append(("steady", level["steady_uv"]))
    step = max(len(x) // (2 * _COLUMNS), 1)
    return svg.group(
        svg.text(LEFT - 12, top + 12, "level", "name soft", "end"),
        svg.line(LEFT, top + height, RIGHT, top + height, "axis"),
        *(
            svg.path(svg.polyline(x[::step], scale.all(np.minimum(uv, ceiling_uv))[::step]), class_)
            for class_, uv in curves
        ),
        *(
            svg.path(svg.polyline(x[::25], scale.all(rest_uv + above_uv)[::25]), class_)
            for class_, above_uv, _ in lines
        ),
        *(
            svg.text(LEFT - 12, scale(float(rest_uv[0]) + above_uv) + 4, says, "soft small", "end")
            for class_, above_uv, says in lines
            if is_close or class_ == "at-onset"
        ),
    )


def _onsets_and_ends(
    spans: list[tuple[float, float]],
    axis: TimeAxis,
    top: float,
    height: float,
    *,
    with_names: bool = False,
) -> Markup:
    parts = []
    for onset_s, offset_s in spans:
        x, until = axis.x(onset_s), axis.x(offset_s)
        says = f"{axis.moment(onset_s)}, {offset_s - onset_s:.2f} s"
        parts.append(svg.rect(x, top, until - x, height, "found", says))
        parts.append(svg.line(x, top, x, top + height, "onset"))
        parts.append(svg.line(until, top, until, top + height, "end"))
        if with_names:
            parts.append(svg.text(x, top - 7, "onset", "", "middle"))
            parts.append(svg.text(until, top - 7, "end", "", "middle"))
            parts.append(
                svg.text((x + until) / 2, top - 7, f"{offset_s - onset_s:.2f} s", "soft", "middle")
            )
    return svg.group(*parts)


def _intervals(edition: EditionResult, stretch: Stretch, axis: TimeAxis, top: float) -> Markup:
    """Onset to onset of the scored movements, above the traces."""
    night = edition.night
    parts = []
    y = top - 14
    for index in stretch.movements:
        x = axis.x(float(night.movements.onset_s[index]))
        parts.append(svg.line(x, y - 4, x, y + 4, "interval"))
        imi_s = float(night.series.imi_s[index])
        if np.isfinite(imi_s) and axis.start_s <= night.movements.onset_s[index] - imi_s:
            before = axis.x(float(night.movements.onset_s[index]) - imi_s)
            parts.append(svg.line(before, y, x, y, "interval"))
            parts.append(svg.text((before + x) / 2, y - 7, f"{imi_s:.1f} s", "", "middle"))
    return svg.group(*parts)
