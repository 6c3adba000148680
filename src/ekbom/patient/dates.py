"""PartialDate: a day, a month or a year, as people remember it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """All days it may have been.

    Parameters
    ----------
    first, last : datetime.date
        Both included; the same for a full date.
    """

    first: date
    last: date

    def __str__(self) -> str:
        if self.first == self.last:
            return self.first.isoformat()
        same_month = self.first.month == self.last.month
        return f"{self.first:%Y-%m}" if same_month else f"{self.first:%Y}"

    @classmethod
    def parse(cls, text: str) -> PartialDate | None:
        """``2024``, ``2024-05`` or ``2024-05-17``; None for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            return None
        year, month, day = (int(part) if part else 0 for part in found.groups())
        try:
            first = date(year, month or 1, day or 1)
        except ValueError:
            return None
        if day:
            return cls(first, first)
        last_month = month or 12
        return cls(first, date(year, last_month, calendar.monthrange(year, last_month)[1]))
