"""One outcome of one course over months or years: median, bands, doses below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ekbom.report import svg
from ekbom.report.figures.bands import LEFT, RIGHT, WIDTH, band, curve, end_labels, value_axis
from ekbom.report.figures.calendar_axis import HEIGHT, CalendarAxis
from ekbom.report.figures.dose_rows import ROW, DoseRow, dose_rows

_TOP, _PLOT = 8.0, 132.0
_DOSES_GAP = 6.0


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What a panel shows.

    Parameters
    ----------
    start : datetime.date
        Day 0.
    days : array
        Days since, one per night.
    quantiles : array, shape (5, nights)
        5, 25, 50, 75 and 95 per cent.
    top : float
        End of the value axis.
    digits : int
        Decimals of the labels.
    label : str
        What it shows, for those who cannot see it.
    reference : array or None
        Median of the course it is drawn against, one per night.
    reference_name : str
        Of that course.
    doses : sequence of DoseRow
        Drawn below.
    n_rows : int
        Rows to leave room for, so that panels beside each other are equally high.
    """

    start: date
    days: NDArray[np.int64]
    quantiles: NDArray[np.float64]
    top: float
    digits: int
    label: str
    reference: NDArray[np.float64] | None = None
    reference_name: str = ""
    doses: Sequence[DoseRow] = ()
    n_rows: int = 0


def trajectory_panel(shown: Trajectory) -> Markup:
    """One panel.

    Parameters
    ----------
    shown : Trajectory
        What it shows.
    """
    axis = CalendarAxis(shown.start, int(shown.days[-1]), LEFT, RIGHT)
    bottom = _TOP + _PLOT
    scale = svg.Scale(0.0, shown.top, bottom, _TOP)
    x, y = axis.scale.all(shown.days), scale.all(shown.quantiles)
    texts = [f"{shown.quantiles[k, -1]:.{shown.digits}f}" for k in (0, 2, 4)]
    parts = [*value_axis(scale), axis.drawn(_TOP, bottom), *band(x, y)]
    if shown.reference is not None:
        parts.append(svg.path(curve(x, scale.all(shown.reference)), "reference"))
        parts.append(_reference_name(shown, x, scale))
    parts += end_labels([float(value) for value in y[:, -1]], texts)
    below = bottom + HEIGHT
    if shown.doses:
        parts.append(dose_rows(shown.doses, axis.scale, below + _DOSES_GAP))
    n_rows = max(shown.n_rows, len(shown.doses))
    height = below + (n_rows * ROW + _DOSES_GAP if n_rows else 0.0)
    return svg.drawing(WIDTH, height, *parts, label=shown.label, class_="panel")


def _reference_name(shown: Trajectory, x: svg.Floats, scale: svg.Scale) -> Markup:
    """The name of the reference on its line, where the band leaves room."""
    if shown.reference is None or not shown.reference_name:
        return Markup("")
    y = scale.all(shown.reference)
    # The point of the right half that lies furthest outside the wide band.
    half = len(x) // 2
    above = scale.all(shown.quantiles[-1]) - y
    below = y - scale.all(shown.quantiles[0])
    room = np.maximum(above, below)[half:]
    if float(room.max()) < 14:
        return Markup("")
    at = half + int(np.argmax(room))
    up = above[at] >= below[at]
    place = float(y[at]) + (-5 if up else 13)
    if not scale.end + 8 < place < scale.start - 2:
        place = float(y[at]) + (13 if up else -5)
    return svg.text(RIGHT - 6, place, shown.reference_name, "reference-name", "end")
