"""Who does something, and when: a stamp on every row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who and when.

    Parameters
    ----------
    who : str
        A name as the person at the desk gave it.
    at : datetime
        With its time zone.
    """

    who: str
    at: datetime

    @property
    def moment(self) -> str:
        """The moment, as `moment_of` writes it."""
        return moment_of(self.at)


def moment_of(at: datetime) -> str:
    """A moment in UTC to the microsecond: text that sorts by time.

    Parameters
    ----------
    at : datetime
        With its time zone.
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def as_text(value: Any) -> str:
    """A value as JSON, the same for the same value in the same order of keys."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
