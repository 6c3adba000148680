"""Bands over draws in small panels: paths with few points, value axes, labels at their ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ekbom.report import svg

WIDTH = 320.0
LEFT, RIGHT = 36.0, 268.0
_N_TICKS = 4
_HEADROOM = 1.06
# Further from its line than this no point is left out, in units of the drawing.
_TOLERANCE = 0.25
_LABEL_GAP, _LABEL_HEIGHT = 6.0, 11.5


def kept(x: svg.Floats, y: svg.Floats, tolerance: float = _TOLERANCE) -> NDArray[np.int64]:
    """Places of the points a line needs to stay within a tolerance of all of them.

    Parameters
    ----------
    x, y : array
        Coordinates; ``x`` grows.
    tolerance : float
        Vertical distance.
    """
    found = {0, len(x) - 1}
    open_ = [(0, len(x) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        inside = slice(first + 1, last)
        slope = (y[last] - y[first]) / (x[last] - x[first])
        off = np.abs(y[inside] - y[first] - slope * (x[inside] - x[first]))
        worst = int(np.argmax(off))
        if off[worst] > tolerance:
            middle = first + 1 + worst
            found.add(middle)
            open_ += [(first, middle), (middle, last)]
    return np.array(sorted(found))


def curve(x: svg.Floats, y: svg.Floats) -> str:
    """Description of a line, with the points it needs."""
    some = kept(x, y)
    return svg.polyline(x[some], y[some])


def area(x: svg.Floats, low: svg.Floats, high: svg.Floats) -> str:
    """Description of the area between two lines, with the points it needs."""
    below, above = kept(x, low), kept(x, high)
    there = svg.polyline(x[above], high[above])
    back = svg.polyline(x[below][::-1], low[below][::-1])
    return f"{there}L{back[1:]}Z"


def band(x: svg.Floats, y: svg.Floats, kind: str = "") -> Iterator[Markup]:
    """Bands of 90 and 50 per cent with the median.

    Parameters
    ----------
    x : array
        Coordinates.
    y : array, shape (5, n)
        Coordinates of the 5, 25, 50, 75 and 95 per cent quantiles.
    kind : str
        Further class.
    """
    yield svg.path(area(x, y[0], y[-1]), f"wide {kind}".strip())
    yield svg.path(area(x, y[1], y[-2]), f"inner {kind}".strip())
    yield svg.path(curve(x, y[2]), f"median {kind}".strip())


def ceiling(highest: float, lowest_top: float, end: float | None) -> float:
    """End of a value axis: round, above all values, not beyond the end of the scale.

    Parameters
    ----------
    highest : float
        Of the values.
    lowest_top : float
        The axis reaches at least so far.
    end : float or None
        End of the scale.
    """
    top = svg.nice_ceiling(max(highest * _HEADROOM, lowest_top, 1e-9))
    return top if end is None else min(top, end)


def value_axis(scale: svg.Scale, left: float = LEFT, right: float = RIGHT) -> Iterator[Markup]:
    """The field of a panel with its round values."""
    yield svg.rect(left, scale.end, right - left, scale.start - scale.end, "field")
    ticks = svg.nice_ticks(scale.high, _N_TICKS)
    lines = "".join(
        f"M{svg.number(left)} {svg.number(scale(tick))}H{svg.number(right)}" for tick in ticks[1:]
    )
    yield svg.path(lines, "grid")
    for tick in ticks:
        yield svg.text(left - 6, scale(tick) + 4, f"{tick:g}", "tick", "end")


def end_labels(y: Sequence[float], texts: Sequence[str], x: float = RIGHT) -> Iterator[Markup]:
    """The 5, 50 and 95 per cent quantiles beside their ends, pushed apart where they would touch.

    Parameters
    ----------
    y : sequence of float
        Coordinates of the five quantiles at the right edge.
    texts : sequence of str
        Low end, median, high end.
    x : float
        Right edge.
    """
    low, middle, high = y[0], y[len(y) // 2], y[-1]
    yield svg.text(x + _LABEL_GAP, middle + 4, texts[1], "end-median")
    # The axis points down: the low end lies below.
    if texts[0] != texts[1]:
        below = max(low, middle + _LABEL_HEIGHT)
        yield svg.text(x + _LABEL_GAP, below + 4, texts[0], "end-range")
    if texts[2] != texts[1]:
        above = min(high, middle - _LABEL_HEIGHT)
        yield svg.text(x + _LABEL_GAP, above + 4, texts[2], "end-range")
