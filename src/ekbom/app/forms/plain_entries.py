"""What no entry may hold, whatever its section: strange digits in dates, texts without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ekbom.errors import PatientError

# These are read as numbers of a calendar or a clock, and sorted as text.
_COUNTED = frozenset(
    {
        "on",
        "at",
        "born",
        "since",
        "until",
        "started",
        "stopped",
        "times",
        "due",
        "last_period",
        "ended",
        "began",
    }
)
_LONGEST = 2000
_LONGEST_NAME = 80


def check_plain_entry(section: str, body: Any) -> None:
    """Refuse what a form may not send, before the reader of records sees it.

    Parameters
    ----------
    section : str
        Of the record.
    body : object
        One entry, as a record file writes it.

    Raises
    ------
    PatientError
        A date or clock time in other digits than 0 to 9, or a text that is too long.
    """
    longest = _LONGEST_NAME if section == "id" else _LONGEST
    for name, text in _texts(body):
        place = f"{section}[0].{name}" if name else section
        if len(text) > longest:
            raise PatientError(
                f"{place}: {len(text)} characters", expected=f"at most {longest} characters"
            )
        if name.partition("[")[0] in _COUNTED and not text.isascii():
            raise PatientError(
                f"{place}: {text!r} is not written in plain digits",
                expected="the digits 0 to 9, as in 2026-05-02 or 21:30",
            )


def _texts(body: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of an entry with its place, keys too."""
    if isinstance(body, str):
        yield name, body
    elif isinstance(body, Mapping):
        for key, value in body.items():
            yield name, str(key)
            yield from _texts(value, f"{name}.{key}" if name else str(key))
    elif isinstance(body, list | tuple):
        for number, value in enumerate(body):
            yield from _texts(value, f"{name}[{number}]")
