"""The desk: the store, what is known, and the patient a request is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from starlette.requests import Request

from ekbom.app.forms.plain_entries import check_plain_entry
from ekbom.app.nights.reading import Readings
from ekbom.app.patient_list import Listed, listed
from ekbom.app.recently_used import Few
from ekbom.app.sessions import Session
from ekbom.errors import PatientError
from ekbom.knowledge.base import KnowledgeBase
from ekbom.knowledge.strict_yaml import parse
from ekbom.patient.patient import Patient
from ekbom.patient.reading import patient_from
from ekbom.report.consultation.shown import ShownConsultation, consultation_shown
from ekbom.store import facts
from ekbom.store.exchange import text_of_record
from ekbom.store.facts import Fact
from ekbom.store.stamp import Stamp
from ekbom.store.store import Store

if TYPE_CHECKING:
    from ekbom.report.consultation.in_the_model import InTheModel


_KEPT = 8
_LISTED = 20_000


@dataclass(frozen=True, slots=True)
class Person:
    """A patient as the store has them.

    Parameters
    ----------
    id : str
        In the store.
    facts : tuple of Fact
        Those that stand.
    patient : Patient
        What they make up.
    latest : int
        Number of the latest fact, also of one that took another back.
    changed_at, changed_by : str
        When it was stated (UTC), and by whom.
    """

    id: str
    facts: tuple[Fact, ...]
    patient: Patient
    latest: int
    changed_at: str
    changed_by: str

    def of_section(self, section: str) -> tuple[Fact, ...]:
        """The facts of one section of the record."""
        return tuple(fact for fact in self.facts if fact.section == section)

    def fact(self, seq: int) -> Fact | None:
        """The fact of a number, if it stands."""
        return next((fact for fact in self.facts if fact.seq == seq), None)


@dataclass(slots=True)
class Desk:
    """What every page stands on.

    Parameters
    ----------
    store : Store
        Open.
    knowledge : KnowledgeBase
        All sections.
    readings : Readings
        The last few nights that were read.
    models : Few
        What the model made of people like a patient: it takes a second each.
    """

    store: Store
    knowledge: KnowledgeBase
    readings: Readings = field(init=False)
    _persons: Few[tuple[object, ...], Person] = field(default_factory=lambda: Few(_KEPT))
    models: Few[tuple[object, ...], InTheModel] = field(default_factory=lambda: Few(_KEPT))
    _listed: Few[tuple[object, ...], Listed] = field(default_factory=lambda: Few(_LISTED))
    _consulted: Few[tuple[object, ...], ShownConsultation] = field(
        default_factory=lambda: Few(_KEPT)
    )

    def __post_init__(self) -> None:
        self.readings = Readings(self.store, self.knowledge)

    def today(self) -> date:
        """The day at the desk."""
        return self.store.clock().astimezone().date()

    def stamp(self, session: Session) -> Stamp:
        """Who is at the desk, now."""
        return self.store.stamp(session.who)

    def person(self, person_id: str) -> Person:
        """A patient by id.

        Raises
        ------
        NotFoundError
            There is none.
        """
        with self.store.reading() as connection:
            key = (person_id, facts.latest_seq(connection, person_id), self.today())
            # Two threads may read the same record at once; both get the same.
            return self._persons.of(key, lambda: self._read(connection, person_id))

    def everybody(self) -> list[Listed]:
        """Every patient as the list shows them, the one changed last first."""
        with self.store.reading() as connection:
            keys = [
                (person_id, facts.latest_seq(connection, person_id))
                for person_id in facts.person_ids(connection)
            ]
            found = [self._listed.of(key, partial(_listed, connection, key[0])) for key in keys]
        return sorted(found, key=lambda one: one.changed_at, reverse=True)

    def _read(self, connection: Connection, person_id: str) -> Person:
        standing = facts.standing(connection, person_id)
        last = facts.history(connection, person_id)[-1]
        patient = self.checked(facts.record_of(standing))
        return Person(person_id, standing, patient, last.seq, last.stated_at, last.stated_by)

    def consulted(
        self, person: Person, as_of: date, editions: Mapping[str, str]
    ) -> ShownConsultation:
        """Everything that can be said of a patient on a day, by the editions named.

        Parameters
        ----------
        person : Person
            As the store has them.
        as_of : datetime.date
            The day.
        editions : Mapping of str to str
            Editions to use instead of those in force on it, by topic.

        Raises
        ------
        UsageError
            The day is before birth, or an edition is not known.
        """
        named = tuple(sorted(editions.items()))
        key = (person.id, person.latest, self.today(), as_of, named)
        return self._consulted.of(
            key, lambda: consultation_shown(person.patient, self.knowledge, as_of, editions)
        )

    def checked(self, record: dict[str, Any]) -> Patient:
        """A record read by the reader of files, which refuses what cannot be.

        Raises
        ------
        PatientError
            Something is wrong; where it is stands in the error as a path of the record.
        """
        text = text_of_record(record)
        file = parse(f"{record.get('id', 'record')}.yaml", text.encode(), PatientError)
        return patient_from(file, self.knowledge, self.today())

    def stated(
        self,
        person: Person,
        section: str,
        body: Any,
        session: Session,
        *,
        instead_of: int | None = None,
    ) -> int:
        """State a fact, once the whole record with it was read and found possible.

        The record is read within the transaction that writes: what another window or thread
        stated meanwhile is in it, and no record is ever kept that does not read.

        Parameters
        ----------
        person : Person
            As on the screen.
        section, body, instead_of
            See `ekbom.store.facts.state`.
        session : Session
            Who is at the desk.

        Raises
        ------
        PatientError
            The record would be impossible with it; nothing was written.
        ConflictError
            What it corrects was changed meanwhile.
        """
        check_plain_entry(section, body)
        with self.store.writing() as connection:
            stamp = self.stamp(session)
            seq = facts.state(connection, person.id, section, body, stamp, instead_of=instead_of)
            self.checked(facts.record_of(facts.standing(connection, person.id)))
            return seq


def _listed(connection: Connection, person_id: str) -> Listed:
    standing = facts.standing(connection, person_id)
    return listed(person_id, standing, facts.history(connection, person_id))


def desk_of(request: Request) -> Desk:
    """The desk of a request."""
    found: Desk = request.app.state.desk
    return found


def session_of(request: Request) -> Session:
    """Who is at the desk."""
    found: Session = request.state.session
    return found
