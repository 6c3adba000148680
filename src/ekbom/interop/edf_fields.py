"""Fields of an EDF header: fixed places, ASCII texts and numbers, and what is wrong with them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime

from ekbom.caveats import Caveat
from ekbom.errors import RecordingError

REPAIR = (
    "repair the header with an EDF header editor, or export the recording again from the "
    "program that made it"
)

_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DATE_OR_TIME = re.compile(r"\s?(\d{1,2})[.:'\-/ ]\s?(\d{1,2})[.:'\-/ ]\s?(\d{1,2})")
_PLUS_DATE = re.compile(r"Startdate (\d{1,2})-([A-Za-z]{3})-(\d{4})\b")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# Years 85 to 99 are 1985 to 1999, 00 to 84 are 2000 to 2084 (EDF specification, start date).
_PIVOT_YEAR = 85


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the header as it stands in the file.

    Parameters
    ----------
    name : str
        Name of the field, with the signal it belongs to.
    raw : bytes
        Its bytes.
    where : str
        File, field and byte offset, for messages.
    """

    name: str
    raw: bytes
    where: str

    @property
    def is_clean(self) -> bool:
        """True where every byte is printable ASCII, as the specification asks."""
        return all(32 <= byte < 127 for byte in self.raw)

    def text(self) -> str:
        """The text without padding; UTF-8 or Latin-1 where it is not ASCII, never refused."""
        try:
            decoded = self.raw.decode("utf-8")
        except UnicodeDecodeError:
            decoded = self.raw.decode("latin-1")
        return "".join(c if c.isprintable() else " " for c in decoded).strip()

    def integer(self) -> int:
        """The whole number in the field; RecordingError where it holds none."""
        return int(self._matched(_INTEGER, "a whole number in ASCII digits"))

    def number(self) -> float:
        """The finite number in the field; RecordingError where it holds none."""
        value = float(self._matched(_NUMBER, "a number in ASCII digits with a decimal point"))
        if not math.isfinite(value):
            raise self.refused("a finite number")
        return value

    def refused(self, expected: str) -> RecordingError:
        """The error to raise where the field does not hold what is expected."""
        return RecordingError(
            f"the field holds {self.raw.decode('latin-1').rstrip(' ')!r}",
            expected=expected,
            where=self.where,
            what_to_do=REPAIR,
        )

    def _matched(self, pattern: re.Pattern[str], expected: str) -> str:
        text = self.raw.decode("latin-1").strip(" ")
        if not pattern.fullmatch(text):
            raise self.refused(expected)
        return text


def start_of_recording(
    date: Field, time: Field, recording: Field, name: str
) -> tuple[datetime | None, tuple[Caveat, ...]]:
    """Start date and time of a header, to the second.

    Parameters
    ----------
    date, time, recording : Field
        ``startdate``, ``starttime`` and local recording identification; EDF+ repeats the date in
        the last one with four digits of the year, and that one counts where it is given.
    name : str
        File name, for caveats.

    Returns
    -------
    start : datetime or None
        None where the header gives no possible date and time.
    caveats : tuple of Caveat
        What was tolerated.
    """
    clock = _numbers(time)
    day = _plus_date(recording) or _short_date(date)
    try:
        if clock is None or day is None:
            raise ValueError
        start = datetime(*day, *clock)
    except ValueError:
        said = f"{date.text()!r} {time.text()!r}"
        statement = f"The header's start {said} is no possible date and time; the start is unknown."
        return None, (Caveat("impossible-start", statement, name),)
    if recording.text().startswith("Startdate X"):
        statement = "The start date is hidden in the header; only the time of day is real."
        return start, (Caveat("start-date-hidden", statement, name),)
    return start, ()


def _numbers(field: Field) -> tuple[int, int, int] | None:
    match = _DATE_OR_TIME.fullmatch(field.text())
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _short_date(field: Field) -> tuple[int, int, int] | None:
    numbers = _numbers(field)
    if numbers is None:
        return None
    day, month, year = numbers
    return (year + (1900 if year >= _PIVOT_YEAR else 2000), month, day)


def _plus_date(field: Field) -> tuple[int, int, int] | None:
    match = _PLUS_DATE.match(field.text())
    if match is None or match[2].upper() not in _MONTHS:
        return None
    return (int(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1]))
