"""A time axis of days, weeks, months or years from a start, with dates below."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from ekbom.report import svg

_MOST_STEPS = 4
_WEEK_D, _MONTH_D, _MONTHS = 7, 30.4, 12
_DAY_STEPS = (1, 2, 7, 14, 28)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600)
HEIGHT = 32.0


@dataclass(frozen=True, slots=True)
class CalendarAxis:
    """Days from a start, laid from left to right.

    Parameters
    ----------
    start : datetime.date
        Day 0.
    n_days : int
        Days shown.
    left, right : float
        Where the first and the last day lie.
    """

    start: date
    n_days: int
    left: float
    right: float

    @property
    def scale(self) -> svg.Scale:
        """Days to coordinates."""
        return svg.Scale(0.0, float(self.n_days), self.left, self.right)

    def ticks(self) -> Iterator[tuple[int, str, str]]:
        """Day, how long after the start, and the date; few enough to be read."""
        for step in _DAY_STEPS:
            if self.n_days / step <= _MOST_STEPS + 0.5:
                yield from self._by_days(step)
                return
        step = next(
            (s for s in _MONTH_STEPS if self.n_days / (s * _MONTH_D) <= _MOST_STEPS + 0.5),
            _MONTH_STEPS[-1],
        )
        yield from self._by_months(step)

    def _by_days(self, step: int) -> Iterator[tuple[int, str, str]]:
        for day in range(0, self.n_days + 1, step):
            on = self.start + timedelta(days=day)
            weeks, rest = divmod(day, _WEEK_D)
            said = f"{day} d" if rest or step < _WEEK_D else f"{weeks} wk"
            yield day, said if day else "start", f"{on.day} {on:%b}"

    def _by_months(self, step: int) -> Iterator[tuple[int, str, str]]:
        count = 0
        while True:
            years, month = divmod(self.start.month - 1 + count, _MONTHS)
            year = self.start.year + years
            last = monthrange(year, month + 1)[1]
            on = date(year, month + 1, min(self.start.day, last))
            day = (on - self.start).days
            if day > self.n_days * 1.002:
                return
            said = f"{count // _MONTHS} y" if step % _MONTHS == 0 else f"{count} mo"
            yield min(day, self.n_days), said if count else "start", f"{on:%b %Y}"
            count += step

    def drawn(self, top: float, bottom: float) -> Markup:
        """Upright lines from ``top`` to ``bottom``, with their labels below."""
        marks = list(self.ticks())
        lines = svg.upright((self.scale(day) for day, _, _ in marks), top, bottom - top)
        parts = [svg.path(lines, "grid"), svg.line(self.left, bottom, self.right, bottom, "axis")]
        for day, elapsed, on in marks:
            x = self.scale(day)
            parts.append(svg.text(x, bottom + 15, elapsed, "tick", "middle"))
            parts.append(svg.text(x, bottom + 28, on, "date", "middle"))
        return svg.group(*parts)
