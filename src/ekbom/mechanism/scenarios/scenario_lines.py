"""The courses of a scenario file: lines of a regimen, by day."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ekbom.knowledge.strict_yaml import Path
from ekbom.mechanism.regimen import BLOOD, Line
from ekbom.mechanism.scenarios.scenario import Course
from ekbom.mechanism.scenarios.scenario_record import ScenarioRecord, WrittenLine
from ekbom.mechanism.scenarios.written_lines import clocks_of, dose_mg_of, drug_of
from ekbom.patient.record import Day
from ekbom.patient.written import Reader

# A century; more is no course of treatment.
MOST_DAYS = 36_525


@dataclass(frozen=True, slots=True)
class CourseLines:
    """Reads the lines of a scenario.

    Parameters
    ----------
    record : ScenarioRecord
        The file.
    reader : Reader
        For messages and vocabularies.
    start : datetime.date
        Day 0.
    blood_mg_per_ml : float
        Iron in the person's blood.
    """

    record: ScenarioRecord
    reader: Reader
    start: date
    blood_mg_per_ml: float

    def courses(self) -> Iterator[Course]:
        """The courses, each with its lines."""
        for index, course in enumerate(self.record.courses):
            path = ("courses", index, "regimen")
            lines = tuple(
                self._line(line, (*path, at), self.start, self.record.days)
                for at, line in enumerate(course.regimen)
            )
            hopes = bool(lines) if course.expectation is None else course.expectation == "yes"
            yield Course(course.name, lines, hopes)

    def so_far(self) -> tuple[tuple[Line, ...], int]:
        """What was taken before the start, and over how many days it is followed."""
        if not self.record.taken_so_far:
            return (), 0
        begins = []
        for at, line in enumerate(self.record.taken_so_far):
            path = ("taken_so_far", at)
            if line.start is None:
                raise self.reader.fault("key 'start' is missing", path, expected="since when")
            begins.append(self.reader.day(line.start, (*path, "start"), may_be_ahead=True))
            if begins[-1] >= self.start:
                expected = f"a day before the start ({self.start})"
                raise self.reader.fault(
                    f"{begins[-1]} is not before", (*path, "start"), expected=expected
                )
        first = min(begins)
        n_days = min((self.start - first).days, MOST_DAYS)
        lines = tuple(
            self._line(line, ("taken_so_far", at), first, n_days)
            for at, line in enumerate(self.record.taken_so_far)
        )
        return lines, n_days

    def _line(self, line: WrittenLine, path: Path, first: date, n_days: int) -> Line:
        name = drug_of(line.drug, path, self.reader)
        clocks = clocks_of(line.times, path, self.reader)
        days = self._days(line, path, first, n_days)
        return Line(name, self._dose_mg(name, line, path), clocks, days)

    def _dose_mg(self, name: str, line: WrittenLine, path: Path) -> float:
        if name == BLOOD:
            return self._volume_ml(line, (*path, "dose")) * self.blood_mg_per_ml
        return dose_mg_of(name, line.dose, line.form, path, self.reader)

    def _volume_ml(self, line: WrittenLine, at: Path) -> float:
        text = str(line.dose)
        number = text.removesuffix("mL").strip()
        try:
            volume = float(number) if number != text.strip() else math.nan
        except ValueError:
            volume = math.nan
        if math.isnan(volume):
            raise self.reader.fault(f"{text!r} is no volume", at, expected="e.g. 450 mL")
        return self.reader.number(volume, at, 0, 600, "mL")

    def _days(self, line: WrittenLine, path: Path, first: date, n_days: int) -> NDArray[np.bool_]:
        days = np.zeros(n_days, dtype=bool)
        if line.on:
            if line.start or line.stop or line.every_days != 1:
                expected = "either days after on:, or start, stop and every_days"
                raise self.reader.fault("both are written", (*path, "on"), expected=expected)
            for at, day in enumerate(line.on):
                days[self._index(day, (*path, "on", at), first, n_days)] = True
        else:
            self.reader.number(line.every_days, (*path, "every_days"), 1, n_days, "days")
            begin = self._edge(line.start, (*path, "start"), first, 0)
            end = self._edge(line.stop, (*path, "stop"), first, n_days)
            if not 0 <= begin < n_days:
                expected = f"a day of the course, from {first}, {n_days} days"
                raise self.reader.fault(
                    f"{line.start} is outside", (*path, "start"), expected=expected
                )
            if end <= begin:
                expected = "a day after its start"
                raise self.reader.fault(
                    "it stops before it starts", (*path, "stop"), expected=expected
                )
            days[begin : min(end, n_days) : line.every_days] = True
        for at, day in enumerate(line.skipped):
            days[self._index(day, (*path, "skipped", at), first, n_days)] = False
        share = self.reader.number(line.missed, (*path, "missed"), 0, 1)
        if share:
            rng = np.random.default_rng([self.record.seed, *map(_hash, path)])
            days &= rng.random(n_days) >= share
        return days

    def _edge(self, written: Day | None, path: Path, first: date, otherwise: int) -> int:
        if written is None:
            return otherwise
        return (self._day(written, path) - first).days

    def _index(self, written: Day, path: Path, first: date, n_days: int) -> int:
        at = (self._day(written, path) - first).days
        if not 0 <= at < n_days:
            expected = f"a day of the course, from {first}, {n_days} days"
            raise self.reader.fault(f"{written} is outside", path, expected=expected)
        return at

    def _day(self, written: Day, path: Path) -> date:
        day = self.reader.day(written, path, may_be_ahead=True)
        if self.reader.born is not None and day < self.reader.born.first:
            expected = f"a day after birth ({self.reader.born})"
            raise self.reader.fault(f"{day} is before birth", path, expected=expected)
        return day


def _hash(part: object) -> int:
    """A small number for a part of a path; the same in every process."""
    return sum(str(part).encode())
