"""Medians with their ranges in rows: courses, or rival structures within courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ekbom.report import svg

_WIDTH, _LEFT, _RIGHT = 320.0, 4.0, 228.0
_NAME, _LINE, _GAP, _FOOT = 17.0, 19.0, 9.0, 24.0
_N_TICKS = 4
_LONGEST_NAME = 46


@dataclass(frozen=True, slots=True)
class Bar:
    """A median with its range.

    Parameters
    ----------
    low, lower, median, upper, high : float
        5, 25, 50, 75 and 95 per cent.
    says : str
        Written at the right.
    kind : int
        Colour and mark, from 0.
    note : str
        Written before the row, where there are several in a group.
    """

    low: float
    lower: float
    median: float
    upper: float
    high: float
    says: str
    kind: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class BarGroup:
    """Bars under one name."""

    name: str
    bars: Sequence[Bar]


def interval_rows(
    groups: Sequence[BarGroup], top_value: float, label: str, floor: float | None = None
) -> Markup:
    """A panel of intervals.

    Parameters
    ----------
    groups : sequence of BarGroup
        From top to bottom.
    top_value : float
        End of the value axis, which begins at 0.
    label : str
        What it shows, for those who cannot see it.
    floor : float, optional
        A value to draw a line at.
    """
    axis = svg.Scale(0.0, top_value, _LEFT, _RIGHT)
    heights = [_NAME + len(group.bars) * _LINE + _GAP for group in groups]
    bottom = sum(heights)
    ticks = svg.nice_ticks(top_value, _N_TICKS)
    parts = [
        svg.rect(_LEFT, 0.0, _RIGHT - _LEFT, bottom, "field"),
        svg.path(svg.upright((axis(tick) for tick in ticks), 0.0, bottom), "grid"),
        *(svg.text(axis(tick), bottom + 16, f"{tick:g}", "tick", "middle") for tick in ticks),
    ]
    if floor is not None:
        parts.append(svg.line(axis(floor), 0.0, axis(floor), bottom, "reference"))
    y = 0.0
    for group, height in zip(groups, heights, strict=True):
        parts.append(_group(group, axis, y))
        y += height
    return svg.drawing(_WIDTH, bottom + _FOOT, *parts, label=label, class_="panel rows")


def _group(group: BarGroup, axis: svg.Scale, top: float) -> Markup:
    name = group.name
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    parts = [svg.text(_LEFT + 4, top + _NAME - 3, name, "row-name")]
    for k, bar in enumerate(group.bars):
        y = top + _NAME + k * _LINE + _LINE / 2
        kind = f"kind-{bar.kind}"
        parts += [
            svg.rect(axis(bar.low), y - 3.5, axis(bar.high) - axis(bar.low), 7.0, f"wide {kind}"),
            svg.rect(
                axis(bar.lower), y - 3.5, axis(bar.upper) - axis(bar.lower), 7.0, f"inner {kind}"
            ),
            mark(axis(bar.median), y, bar.kind),
            svg.text(_RIGHT + 6, y + 4, bar.says, "bar-text"),
        ]
        if bar.note:
            parts.append(svg.element("title", bar.note))
    return svg.group(*parts)


def mark(x: float, y: float, kind: int) -> Markup:
    """A median's mark: another shape for every colour, for those who see no colours.

    Parameters
    ----------
    x, y : float
        Where.
    kind : int
        Which, from 0.
    """
    shapes = (
        "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
        "m-4 -4h8v8h-8z",
        "m0 -5l5 9h-10z",
        "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z",
    )
    start = f"M{svg.number(x)} {svg.number(y)}"
    return svg.path(f"{start}{shapes[kind % len(shapes)]}", f"point kind-{kind}")
