"""The time axis all figures of a night share: by the clock where the start is known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from ekbom.report import svg
from ekbom.report.svg import Floats

WIDTH = 960.0
LEFT, RIGHT = 92.0, 940.0

_STEPS_S = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_MOST_TICKS = 10
_MINUTE_S, _HOUR_S = 60, 3600


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Seconds from the start of the recording, laid from left to right.

    Parameters
    ----------
    start_s, end_s : float
        First and last moment shown.
    recording_start : datetime or None
        Start of the recording; the clock of the ticks.
    left, right : float
        Where the first and the last moment lie.
    """

    start_s: float
    end_s: float
    recording_start: datetime | None = None
    left: float = LEFT
    right: float = RIGHT

    @property
    def scale(self) -> svg.Scale:
        """Seconds to coordinates."""
        return svg.Scale(self.start_s, self.end_s, self.left, self.right)

    def x(self, time_s: float) -> float:
        """Coordinate of a moment; moments outside lie on the edge."""
        return self.scale(min(max(time_s, self.start_s), self.end_s))

    def all_x(self, times_s: ArrayLike) -> Floats:
        """Coordinates of many moments; moments outside lie on the edge."""
        return self.scale.all(np.clip(np.asarray(times_s, float), self.start_s, self.end_s))

    def shows(self, start_s: float, end_s: float) -> bool:
        """True where any of a stretch can be seen."""
        return end_s >= self.start_s and start_s <= self.end_s

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Moments worth a tick, with what to write there."""
        span_s = self.end_s - self.start_s
        step_s = next((s for s in _STEPS_S if span_s / s <= _MOST_TICKS), _STEPS_S[-1])
        midnight_s = _since_midnight_s(self.recording_start)
        first = math.ceil((midnight_s + self.start_s) / step_s - 1e-9)
        last = math.floor((midnight_s + self.end_s) / step_s + 1e-9)
        for k in range(first, last + 1):
            time_s = k * step_s - midnight_s
            yield time_s, self.moment(time_s, with_seconds=step_s < _MINUTE_S)

    def moment(self, time_s: float, *, with_seconds: bool = True) -> str:
        """A moment as a reader writes it: by the clock, or since the start of the recording."""
        if self.recording_start is not None:
            moment = self.recording_start + timedelta(seconds=round(time_s, 3))
            return f"{moment:%H:%M:%S}" if with_seconds else f"{moment:%H:%M}"
        minutes, seconds = divmod(round(time_s, 3), _MINUTE_S)
        hours, minutes = divmod(int(minutes), _HOUR_S // _MINUTE_S)
        shown = f"{hours}:{minutes:02d}"
        return f"{shown}:{seconds:02.0f}" if with_seconds else f"{shown} h"

    def grid(self, top: float, bottom: float) -> Markup:
        """Faint upright lines at the ticks."""
        return svg.path(
            svg.upright((self.x(t) for t, _ in self.ticks()), top, bottom - top), "grid"
        )

    def labels(self, baseline: float, until_s: float = math.inf) -> Markup:
        """The texts of the ticks, where wanted only up to a moment."""
        return svg.group(
            *(
                svg.text(self.x(t), baseline, says, anchor="middle")
                for t, says in self.ticks()
                if t <= until_s
            ),
            class_="tick",
        )


def _since_midnight_s(moment: datetime | None) -> float:
    if moment is None:
        return 0.0
    return moment.hour * _HOUR_S + moment.minute * _MINUTE_S + moment.second
