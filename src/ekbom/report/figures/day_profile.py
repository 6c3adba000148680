"""Twenty-four hours before and after: severity and movements by the clock, noon to noon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ekbom.report import svg
from ekbom.report.figures.bands import LEFT, RIGHT, WIDTH, area, band, curve, value_axis

_TOP, _PLOT, _GAP = 20.0, 104.0, 30.0
_NOON_H, _DAY_H, _TICK_H = 12.0, 24.0, 6
# The evening window of restless legs.
WINDOW_H = (22.0, 4.0)
_BED = 5.0


@dataclass(frozen=True, slots=True)
class HourlyPlot:
    """One quantity by the hour.

    Parameters
    ----------
    name : str
        With its unit.
    before, after : array, shape (5, 24)
        Quantiles by hour after noon: before the start, and at the end.
    top : float
        End of the value axis.
    """

    name: str
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    top: float


@dataclass(frozen=True, slots=True)
class DayProfile:
    """What a panel shows.

    Parameters
    ----------
    plots : sequence of HourlyPlot
        Above each other.
    bed_h, rise_h : float
        Clock times of lights off and lights on.
    doses : sequence of tuple of float and str
        Clock time and what is given then on the last day.
    label : str
        What it shows, for those who cannot see it.
    """

    plots: Sequence[HourlyPlot]
    bed_h: float
    rise_h: float
    doses: Sequence[tuple[float, str]]
    label: str


def after_noon_h(clock_h: float) -> float:
    """Hours since noon of a clock time."""
    return (clock_h - _NOON_H) % _DAY_H


def day_panel(shown: DayProfile) -> Markup:
    """One panel: the window shaded, the night as a bar at the foot, doses at the top.

    Parameters
    ----------
    shown : DayProfile
        What it shows.
    """
    axis = svg.Scale(0.0, _DAY_H, LEFT, RIGHT)
    parts: list[Markup] = []
    for k, plot in enumerate(shown.plots):
        top = _TOP + k * (_PLOT + _GAP)
        parts += _plot(plot, axis, top, is_first=k == 0)
    bottom = _TOP + len(shown.plots) * (_PLOT + _GAP) - _GAP
    parts += [_hours(axis, bottom), *_night(shown, axis, bottom), *_doses(shown, axis)]
    return svg.drawing(WIDTH, bottom + 36, *parts, label=shown.label, class_="panel")


def _plot(plot: HourlyPlot, axis: svg.Scale, top: float, *, is_first: bool) -> list[Markup]:
    scale = svg.Scale(0.0, plot.top, top + _PLOT, top)
    x = axis.all(np.arange(int(_DAY_H)) + 0.5)
    begin, end = (axis(after_noon_h(hour)) for hour in WINDOW_H)
    parts = [*value_axis(scale), svg.rect(begin, top, end - begin, _PLOT, "window")]
    if is_first:
        parts.append(svg.text((begin + end) / 2, top + 12, "22 to 04", "window-name", "middle"))
    before = scale.all(plot.before)
    parts += [
        svg.path(area(x, before[0], before[-1]), "wide before"),
        *band(x, scale.all(plot.after)),
        svg.path(curve(x, before[2]), "reference"),
        svg.text(LEFT - 30, top - 8, plot.name, "plot-name"),
    ]
    return [*parts, *_names(plot, x, scale)]


def _names(plot: HourlyPlot, x: svg.Floats, scale: svg.Scale) -> list[Markup]:
    """``before`` and ``end`` beside the last points of their lines."""
    before, after = float(scale(plot.before[2, -1])), float(scale(plot.after[2, -1]))
    if abs(before - after) < 1.0 and np.allclose(plot.before[2], plot.after[2], rtol=0.02):
        return [svg.text(RIGHT + 5, after + 4, "as before", "end-range")]
    gap = 12.0 - abs(before - after)
    push = max(gap, 0.0) / 2
    sign = 1.0 if before >= after else -1.0
    return [
        svg.text(RIGHT + 5, before + 4 + sign * push, "before", "reference-name"),
        svg.text(RIGHT + 5, after + 4 - sign * push, "end", "end-median"),
    ]


def _hours(axis: svg.Scale, bottom: float) -> Markup:
    ticks = range(0, int(_DAY_H) + 1, _TICK_H)
    return svg.group(
        svg.line(axis.start, bottom, axis.end, bottom, "axis"),
        *(
            svg.text(
                axis(hour),
                bottom + 24,
                f"{(hour + int(_NOON_H)) % int(_DAY_H):02d}:00",
                "tick",
                "middle",
            )
            for hour in ticks
        ),
    )


def _night(shown: DayProfile, axis: svg.Scale, bottom: float) -> list[Markup]:
    """The hours in bed as a bar below the axis; a night over noon as two."""
    begin, end = after_noon_h(shown.bed_h), after_noon_h(shown.rise_h)
    pieces = [(begin, end)] if begin < end else [(begin, _DAY_H), (0.0, end)]
    return [
        svg.rect(axis(a), bottom + 4, axis(b) - axis(a), _BED, "bed", "in bed") for a, b in pieces
    ]


def _doses(shown: DayProfile, axis: svg.Scale) -> list[Markup]:
    """Marks of the last day's doses inside the top edge of the first plot."""
    parts = []
    for clock_h, says in shown.doses:
        x = svg.number(axis(after_noon_h(clock_h)))
        title = svg.element("title", says)
        d = f"M{x} {svg.number(_TOP + 10)}l-5 -9h10z"
        parts.append(svg.element("path", title, d=d, class_="dose-bar"))
    return parts
