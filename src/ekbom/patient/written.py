"""Reader: what stands at a place of a record, as days, clock times and numbers; faults named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from ekbom.errors import EkbomError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.strict_yaml import Path, YamlFile, shown
from ekbom.patient.dates import PartialDate
from ekbom.patient.limits import RecordLimits

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_NO_HOUR = -1


@dataclass(frozen=True, slots=True)
class Reader:
    """One reading: where the record stands, what is known, and the day it is read on.

    Parameters
    ----------
    file : YamlFile
        The file.
    root : tuple
        Path of the record in it; empty where the file is the record.
    knowledge : KnowledgeBase
        Vocabularies and bounds.
    limits : RecordLimits
        Bounds of plausibility.
    today : datetime.date
        No day in the record is later.
    born : PartialDate or None
        No day in the record is earlier; None until it is read.
    """

    file: YamlFile
    root: Path
    knowledge: KnowledgeBase
    limits: RecordLimits
    today: date
    born: PartialDate | None = None

    def fault(self, found: str, path: Path, *, expected: str = "") -> EkbomError:
        """An error that names file, line and the path in the record."""
        return self.file.fault(f"{shown(path)}: {found}", (*self.root, *path), expected=expected)

    def fault_at(self, place: str, found: str, *, expected: str = "") -> EkbomError:
        """The same for a place written out, such as ``labs[0].results.ferritin``."""
        below = (path[len(self.root) :] for path in self.file.lines)
        return self.fault(found, next(p for p in below if shown(p) == place), expected=expected)

    @staticmethod
    def shown(path: Path) -> str:
        """A path in the record as a reader would write it."""
        return shown(path)

    def partial(self, written: date | int | str, path: Path) -> PartialDate:
        """A day, month or year: possible, not in the future, not before birth."""
        found = PartialDate.parse(str(written))
        if found is None:
            expected = "a date such as 2026-05-02, or 2026-05 or 2026"
            raise self.fault(f"{str(written)!r} is no date", path, expected=expected)
        self._check_when(found, path)
        return found

    def day(self, written: date | str, path: Path, *, may_be_ahead: bool = False) -> date:
        """A full date."""
        found = PartialDate.parse(str(written))
        if found is None or found.first != found.last:
            expected = "a full date such as 2026-05-02"
            raise self.fault(f"{str(written)!r} is no full date", path, expected=expected)
        if not may_be_ahead:
            self._check_when(found, path)
        return found.first

    def _check_when(self, found: PartialDate, path: Path) -> None:
        if found.first > self.today:
            expected = f"a day up to {self.today}, on which the record is read"
            raise self.fault(f"{found} is in the future", path, expected=expected)
        if self.born is not None and found.last < self.born.first:
            expected = f"a day after birth ({self.born})"
            raise self.fault(f"{found} is before birth", path, expected=expected)

    def clock(self, written: str, path: Path) -> time:
        """A clock time, 00:00 to 23:59."""
        found = _CLOCK.fullmatch(written)
        hour, minute = (int(found[1]), int(found[2])) if found else (_NO_HOUR, 0)
        try:
            return time(hour, minute)
        except ValueError as error:
            expected = "a clock time such as 21:30"
            raise self.fault(f"{written!r} is no clock time", path, expected=expected) from error

    def number(
        self, value: float, path: Path, lowest: float, highest: float, unit: str = ""
    ) -> float:
        """A number within bounds, both included."""
        if not lowest <= value <= highest:
            unit = f" {unit}" if unit not in ("", "1") else ""
            expected = f"{lowest:g} to {highest:g}{unit}"
            raise self.fault(f"{value:g}{unit} is out of range", path, expected=expected)
        return value

    def order(self, first: PartialDate, last: PartialDate, path: Path, what: str) -> None:
        """Refuse an end that is certainly before its beginning."""
        if last.last < first.first:
            raise self.fault(
                f"{last} is before {what} ({first})", path, expected="an end after the beginning"
            )
