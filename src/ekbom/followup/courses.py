"""Course: one measure over time, beside its baseline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Point:
    """One dated value.

    Parameters
    ----------
    on : datetime.date
        Day.
    value : float
        In the unit of its course.
    path : str
        Where it stands in the record.
    bound : str
        ``<`` or ``>`` where only a bound was reported.
    doubt : str
        Why the value may not be judged; empty where it may.
    """

    on: date
    value: float
    path: str = ""
    bound: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A measure over time.

    Parameters
    ----------
    id : str
        Fact key: ``questionnaire:irls``, ``night:plms-index``, ``lab:ferritin``,
        ``question:usual-onset-clock``.
    name : str
        What a reader calls it.
    unit : str
        UCUM unit; ``h`` on the clock for an onset.
    better : str
        Which way is better; empty where neither is by itself.
    points : tuple of Point
        Oldest first. Values that must not be compared (nights scored under other rules) stand in
        courses of their own.
    baseline : Point or None
        The last value before treatment began; None where there is none.
    rules : str
        Of nights: the edition they were scored by; empty otherwise.
    """

    id: str
    name: str
    unit: str
    better: Literal["lower", "higher", ""]
    points: tuple[Point, ...]
    baseline: Point | None = None
    rules: str = ""

    @property
    def latest(self) -> Point | None:
        """The last value; None where there is none."""
        return self.points[-1] if self.points else None

    @property
    def change(self) -> float | None:
        """Latest less baseline; None where one is missing or may not be judged, or both are one."""
        if self.baseline is None or self.latest is None or self.latest == self.baseline:
            return None
        if self.baseline.doubt or self.latest.doubt:
            return None
        return self.latest.value - self.baseline.value
