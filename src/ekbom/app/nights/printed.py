"""A scored night as a part of a report."""

from __future__ import annotations

from markupsafe import Markup

from ekbom.app.desk import Desk, Person
from ekbom.report.html import night_body
from ekbom.store import nights
from ekbom.store.nights import Night


def nights_to_print(desk: Desk, person_id: str) -> tuple[Night, ...]:
    """The nights of a person that stand, the latest first."""
    with desk.store.reading() as connection:
        return tuple(reversed(nights.standing_nights_of(connection, person_id)))


def night_body_of(desk: Desk, person: Person, night_id: str) -> Markup | None:
    """The body of a scored night, read with every change in force; None where none is asked for.

    Raises
    ------
    NotFoundError
        There is no such night of this person, or it was not measured yet.
    ConflictError
        It was withdrawn.
    """
    if not night_id:
        return None
    reading = desk.readings.of(person.id, night_id)
    if reading.is_withdrawn:
        raise nights.withdrawn()
    return night_body(reading.result)
