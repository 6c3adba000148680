"""A scored night as a part of a report."""

from __future__ import annotations

from markupsafe import Markup

from ekbom.app.desk import Desk, Person
from ekbom.store import nights
from ekbom.store.nights import Night


def nights_to_print(desk: Desk, person_id: str) -> tuple[Night, ...]:
    """The nights of a person that can stand in a report, the latest first."""
    with desk.store.reading() as connection:
        return tuple(reversed(nights.nights_of(connection, person_id)))


def night_body_of(desk: Desk, person: Person, night_id: str) -> Markup | None:
    """The body of a scored night."""
    return None
