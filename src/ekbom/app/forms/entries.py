"""What forms of one patient share: what was written, what was refused and at which field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from ekbom.app.desk import Desk, Person, desk_of, session_of
from ekbom.app.rendering import status_of
from ekbom.app.sessions import Session
from ekbom.errors import EkbomError, PatientError
from ekbom.store.errors import ConflictError
from ekbom.store.facts import Fact

# The reader writes: section, number of the entry, field, and then what it found.
_PLACE = re.compile(r"([a-z_]+)(?:\[\d+\])?(?:\.([^:\s]+))?(?:: | is )(.*)", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_WHOLE = re.compile(r"[0-9]{1,12}")
# A longer text is not repeated in what is said of it.
_SHOWN = 40
_MOST_FIELDS, _MOST_BYTES = 4000, 1_000_000
_CORRECT_IT = "correct it here and send again; nothing was written, and what you wrote stands below"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal as a form shows it.

    Parameters
    ----------
    found, expected, what_to_do, where : str
        See `EkbomError`; `where` is the label of the field.
    field : str
        As the record names it within the entry; empty for the whole entry.
    status : int
        Of HTTP.
    """

    found: str
    expected: str
    what_to_do: str
    where: str
    field: str
    status: int


def refused(error: EkbomError, section: str, labels: Mapping[str, str]) -> Refused:
    """A refusal in the words of the form instead of the file's.

    Parameters
    ----------
    error : EkbomError
        What the reader or the store said.
    section : str
        Of the record, in which the form writes.
    labels : Mapping of str to str
        Label of each field.
    """
    place = _PLACE.fullmatch(error.found)
    field, found, where = "", error.found, ""
    if place and place[1] == section:
        # Of an entry in a list the list is the field.
        field, found = re.sub(r"\[\d+\]$", "", place[2] or ""), place[3]
        where = labels.get(field, "")
    # What it contradicts in another section keeps its place in the record.
    what_to_do = error.what_to_do or _CORRECT_IT
    return Refused(found, error.expected, what_to_do, where, field, status_of(error))


async def written_of(request: Request) -> dict[str, str]:
    """The fields of a form as text, without the space around them; files are no fields.

    Raises
    ------
    PatientError
        The form is larger than any of ours.
    """
    said = request.headers.get("content-length", "")
    # A browser says how long its form is; what does not say it is none.
    if not _WHOLE.fullmatch(said) or int(said) > _MOST_BYTES:
        raise PatientError(
            "this form is too large, or does not say how large it is",
            expected=f"at most {_MOST_BYTES} bytes",
            what_to_do="go back and write less; nothing was written",
        )
    form = await request.form(max_fields=_MOST_FIELDS)
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


# Handlers of forms are plain functions and run in threads: only this waits for the browser.
Written = Annotated[dict[str, str], Depends(written_of)]


def number_or_text(text: str) -> float | int | str:
    """A number as a record writes it; what is none stays text, for the reader to refuse."""
    # Python would read more as a number than a form may mean: 1_0, nan, digits of other scripts.
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    return int(value) if value.is_integer() else value


def number_of(text: str, place: str) -> float | int:
    """A number as a record writes it.

    Parameters
    ----------
    text : str
        As written into the field.
    place : str
        Section and field, such as ``labs[0].hours_since_iron``.

    Raises
    ------
    PatientError
        It is none, or one in another spelling than plain digits.
    """
    number = number_or_text(text)
    if isinstance(number, str):
        found = repr(text) if len(text) <= _SHOWN else f"a text of {len(text)} characters"
        raise PatientError(f"{place}: {found} is no number", expected="a number such as 36 or 2.5")
    return number


def shown_number(value: Any) -> str:
    """A number or a text as a field holds it."""
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)


def entry(person: Person, section: str, seq: int) -> Fact:
    """An entry that stands, by its number.

    Raises
    ------
    ConflictError
        It stands no more, or never did in this section.
    """
    found = person.fact(seq)
    if found is None or found.section != section:
        raise ConflictError(
            "this entry does not stand any more: it was corrected or taken back meanwhile",
            what_to_do="look at the list of what stands now; nothing was lost",
        )
    return found


def keep(
    request: Request, person: Person, section: str, body: Any, what: str, seq: int | None
) -> int:
    """State an entry, or correct one that stands; the next page says so.

    Parameters
    ----------
    request : Request
        What is answered.
    person : Person
        As on the screen.
    section, body
        See `ekbom.app.desk.Desk.stated`.
    what : str
        What is kept, as the next page calls it.
    seq : int or None
        Number of the entry that is corrected.

    Returns
    -------
    int
        Number of the fact.

    Raises
    ------
    PatientError
        The record would be impossible with it; nothing was written.
    ConflictError
        What it corrects stands no more.
    """
    desk, session = desk_of(request), session_of(request)
    if seq is not None:
        entry(person, section, seq)
    kept = desk.stated(person, section, body, session, instead_of=seq)
    session.told(f"{what} {'kept' if seq is None else 'corrected'}.")
    return kept


def take_back(desk: Desk, person: Person, section: str, seq: int, session: Session) -> Fact:
    """Take an entry back; returns what stood.

    Raises
    ------
    ConflictError
        It stands no more.
    """
    gone = entry(person, section, seq)
    desk.stated(person, section, None, session, instead_of=gone.seq)
    return gone


def warnings_at(place: str, warnings: tuple[str, ...]) -> tuple[str, ...]:
    """What the reader warns of at one entry, without its place.

    Parameters
    ----------
    place : str
        Of the entry in the record, such as ``labs[0]``.
    warnings : tuple of str
        See `ekbom.patient.warnings.warnings_of`.
    """
    path = f"{place}: "
    return tuple(one.removeprefix(path) for one in warnings if one.startswith(path))


def in_order(section: tuple[Fact, ...], *, day: str = "on") -> tuple[Fact, ...]:
    """Entries by their day, the latest first."""
    return tuple(sorted(section, key=lambda one: _day(one.body, day), reverse=True))


def _day(body: Mapping[str, Any], day: str) -> str:
    # A pregnancy is dated by one of two days.
    return str(body.get(day) or body.get("last_period") or "")


# What a form can be refused for without being a fault of the program.
REFUSALS = (PatientError, ConflictError)
