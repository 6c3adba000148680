"""EMG as it was seen: a series on both legs, and one movement close up."""

from __future__ import annotations

from collections.abc import Mapping

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
_LEVEL_CUT, _CLOSE_CUT = 5.0, 8.0
_AROUND_S = 2.5
# A leg at rest is drawn small beside a leg that moves.
_LEAST_REACH_UV = 40.0


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
    reach_uv = svg.nice_ceiling(max(float(np.abs(uv).max()) if len(uv) else 0.0, _LEAST_REACH_UV))
    scale = svg.Scale(-reach_uv, reach_uv, top + height, top)
    area = svg.outline(axis.all_x(at_s), scale.all(low_uv), scale.all(high_uv))
    middle = top + height / 2
    return svg.group(
        svg.text(LEFT - 12, middle - 3, f"{side} leg", "name", "end"),
        svg.text(LEFT - 12, middle + 12, f"±{reach_uv:g} µV", "soft small", "end"),
        svg.path(area, "trace"),
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
    if len(level["time_s"]) == 0:
        return Markup("")
    curves = {"steady": level["steady_uv"]}
    if is_close:
        curves = {"brief": level["brief_uv"], **curves}
    ceiling_uv = _ceiling_uv(level, thresholds, is_close=is_close)
    scale = svg.Scale(0, ceiling_uv, top + height, top)

    def course(uv: svg.Floats, n: int) -> str:
        kept = np.unique(np.linspace(0, len(uv) - 1, n).astype(int))
        shown_uv = np.minimum(uv, ceiling_uv)
        return svg.polyline(axis.all_x(level["time_s"])[kept], scale.all(shown_uv)[kept])

    return svg.group(
        svg.text(LEFT - 12, top + 12, "level", "name soft", "end"),
        svg.line(LEFT, top + height, RIGHT, top + height, "axis"),
        *(svg.path(course(uv, 2 * _COLUMNS), class_) for class_, uv in curves.items()),
        *(
            svg.path(course(level["rest_uv"] + np.float32(above_uv), 60), class_)
            for class_, above_uv in _lines(thresholds)
        ),
        _line_names(float(level["rest_uv"][0]), thresholds, scale, is_close=is_close),
    )


def _ceiling_uv(
    level: Mapping[str, svg.Floats], thresholds: MovementThresholds, *, is_close: bool
) -> float:
    """Highest level shown: so low that the thresholds can be seen, no higher than needed."""
    rest_uv, onset_uv = float(level["rest_uv"].max()), thresholds.onset_above_rest_uv
    if not is_close:
        return rest_uv + _LEVEL_CUT * onset_uv
    needed_uv = max(float(level["brief_uv"].max()) * 1.05, rest_uv + 1.5 * onset_uv)
    return min(needed_uv, rest_uv + _CLOSE_CUT * onset_uv)


def _lines(thresholds: MovementThresholds) -> tuple[tuple[str, float], ...]:
    """Class and height above rest of the three lines."""
    return (
        ("at-rest", 0.0),
        ("at-end", thresholds.end_above_rest_uv),
        ("at-onset", thresholds.onset_above_rest_uv),
    )


def _line_names(
    rest_uv: float, thresholds: MovementThresholds, scale: svg.Scale, *, is_close: bool
) -> Markup:
    """Names of the lines at the left edge, pushed apart where they would touch."""
    parts, lowest = [], scale.start + 5
    for class_, above_uv in _lines(thresholds):
        if not is_close and class_ == "at-end":
            continue
        y = min(scale(rest_uv + above_uv) + 4, lowest)
        lowest = y - 12
        says = f"+{above_uv:g} µV" if above_uv else f"rest {rest_uv:.1f} µV"
        parts.append(svg.text(LEFT - 12, y, says, "soft small", "end"))
    return svg.group(*parts)


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
