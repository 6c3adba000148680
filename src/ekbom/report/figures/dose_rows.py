"""What is given over the days of a course: one row a medicine, bars as high as the dose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ekbom.report import svg

ROW = 31.0
_NAME, _BAR, _LEAST_BAR = 15.0, 10.0, 4.0
# Gaps narrower than this cannot be seen and only make the drawing large.
_GAP = 1.2
_MARK = 4.0
_LONGEST_NAME = 44


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One medicine of a course.

    Parameters
    ----------
    says : str
        Its name and doses.
    daily_mg : array
        What is given on each day.
    """

    says: str
    daily_mg: NDArray[np.float64]


def dose_rows(rows: Sequence[DoseRow], scale: svg.Scale, top: float) -> Markup:
    """Rows below each other on the time axis of a panel.

    Parameters
    ----------
    rows : sequence of DoseRow
        In order.
    scale : Scale
        Days to coordinates.
    top : float
        Where the first row begins.
    """
    parts: list[Markup] = []
    for k, row in enumerate(rows):
        y = top + k * ROW
        says = row.says
        if len(says) > _LONGEST_NAME:
            says = f"{says[: _LONGEST_NAME - 1]}…"
        parts.append(svg.text(scale.start, y + _NAME - 4, says, "dose-name"))
        parts += _bars(row.daily_mg, scale, y + _NAME)
    return svg.group(*parts)


def _bars(daily_mg: NDArray[np.float64], scale: svg.Scale, top: float) -> Iterator[Markup]:
    highest = float(daily_mg.max(initial=0.0))
    if highest <= 0:
        return
    per_day = abs(scale.end - scale.start) / max(scale.high, 1)
    stretches = list(_stretches(daily_mg, max(_GAP / per_day, 1.0)))
    bottom = top + _BAR
    area, marks = "", ""
    for first, last, dose in stretches:
        left = scale(first)
        width = (last - first) * per_day
        height = max(_BAR * dose / highest, _LEAST_BAR)
        if width < _GAP and len(stretches) <= _MOST_MARKS:
            x = svg.number(left)
            marks += f"M{x} {svg.number(bottom - _BAR)}l{_MARK:g} {_BAR:g}h-{2 * _MARK:g}z"
        else:
            area += (
                f"M{svg.number(left)} {svg.number(bottom)}v-{svg.number(height)}"
                f"h{svg.number(max(width, 0.6))}v{svg.number(height)}z"
            )
    yield svg.line(scale.start, bottom, scale.end, bottom, "axis")
    yield svg.path(area, "dose-bar")
    yield svg.path(marks, "dose-bar")


_MOST_MARKS = 24


def _stretches(daily_mg: NDArray[np.float64], gap_d: float) -> Iterator[tuple[int, int, float]]:
    """First day, day after the last, and dose, of stretches on one dose; short gaps are closed."""
    on = np.flatnonzero(daily_mg)
    if len(on) == 0:
        return
    doses = daily_mg[on]
    breaks = np.flatnonzero((np.diff(on) > gap_d + 1) | (np.diff(doses) != 0))
    firsts, lasts = np.r_[0, breaks + 1], np.r_[breaks, len(on) - 1]
    for first, last in zip(firsts, lasts, strict=True):
        end = int(on[last]) + 1
        if last + 1 < len(on) and on[last + 1] - on[last] <= gap_d + 1:
            end = int(on[last + 1])  # another dose follows at once
        yield int(on[first]), end, float(doses[first])
