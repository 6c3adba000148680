"""Nights of a person: a recording, and every change made to how it is read."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select

from ekbom.store.audit_log import note
from ekbom.store.blobs import Blob
from ekbom.store.errors import ConflictError, NotFoundError
from ekbom.store.stamp import Stamp, as_text
from ekbom.store.tables import added, night_changes, nights, recordings

_LONGEST_LABEL = 300
ChangeKind = Literal["settings", "reject", "accept", "add", "withdraw", "undo"]


@dataclass(frozen=True, slots=True)
class Night:
    """A night in the store.

    Parameters
    ----------
    id, person_id : str
        Of the night and of the person.
    recording, marks : str
        SHA-256 of the files; marks are empty where all is in the recording.
    label, marks_label : str
        What the files were called.
    began_on : date
        The evening it began.
    made_at, made_by : str
        When (UTC) and by whom it was added.
    """

    id: str
    person_id: str
    recording: str
    marks: str
    label: str
    marks_label: str
    began_on: date
    made_at: str
    made_by: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change to how a night is read.

    Parameters
    ----------
    seq : int
        Its number.
    kind : str
        ``settings`` of the scoring; ``reject``, ``accept`` or ``add`` a movement; ``withdraw`` the
        night, which was added by mistake; ``undo`` of an earlier change.
    body : object
        What exactly.
    made_at, made_by : str
        When (UTC) and by whom.
    """

    seq: int
    kind: ChangeKind
    body: Any
    made_at: str
    made_by: str


def keep_recording(connection: Connection, blob: Blob, stamp: Stamp) -> None:
    """Take up a file that was kept; a second time changes nothing."""
    known = select(recordings.c.sha256).where(recordings.c.sha256 == blob.sha256)
    if connection.execute(known).first() is not None:
        return
    connection.execute(
        insert(recordings).values(
            sha256=blob.sha256, n_bytes=blob.n_bytes, added_at=stamp.moment, added_by=stamp.who
        )
    )
    note(connection, stamp, "add recording", "recording", blob.sha256)


def add_night(
    connection: Connection,
    person_id: str,
    files: tuple[Blob, Blob | None],
    labels: tuple[str, str],
    began_on: date,
    stamp: Stamp,
) -> str:
    """Add a night.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    person_id : str
        Whose.
    files : tuple of Blob
        Recording, and marks where they are in a file of their own.
    labels : tuple of str
        What the files were called.
    began_on : date
        The evening it began.
    stamp : Stamp
        Who and when.

    Returns
    -------
    str
        Id of the night.
    """
    recording, marks = files
    for blob in (recording, marks):
        if blob is not None:
            keep_recording(connection, blob, stamp)
    night_id = uuid.uuid4().hex
    connection.execute(
        insert(nights).values(
            id=night_id,
            person_id=person_id,
            recording=recording.sha256,
            marks=None if marks is None else marks.sha256,
            label=labels[0][:_LONGEST_LABEL],
            marks_label=labels[1][:_LONGEST_LABEL],
            began_on=began_on.isoformat(),
            made_at=stamp.moment,
            made_by=stamp.who,
        )
    )
    note(connection, stamp, "add night", "night", night_id)
    return night_id


def night_of(connection: Connection, night_id: str) -> Night:
    """A night by its id.

    Raises
    ------
    NotFoundError
        There is none.
    """
    row = connection.execute(select(nights).where(nights.c.id == night_id)).first()
    if row is None:
        raise NotFoundError("there is no such night", what_to_do="go back to the patient's nights")
    return _night(row)


def nights_of(connection: Connection, person_id: str) -> tuple[Night, ...]:
    """Every night of a person, also what was withdrawn, by date and by when it was added."""
    wanted = select(nights).where(nights.c.person_id == person_id)
    found = connection.execute(wanted.order_by(nights.c.began_on, nights.c.seq))
    return tuple(_night(row) for row in found)


def standing_nights_of(connection: Connection, person_id: str) -> tuple[Night, ...]:
    """The nights of a person that were not withdrawn, in the order of `nights_of`."""
    every = nights_of(connection, person_id)
    return tuple(one for one in every if withdrawal(changes(connection, one.id)) is None)


def change(
    connection: Connection, night_id: str, kind: ChangeKind, body: Any, stamp: Stamp, *, seen: int
) -> int:
    """Add a change.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    night_id : str
        The night.
    kind, body
        See `Change`; the body of an ``undo`` is the number of the change taken back.
    stamp : Stamp
        Who and when.
    seen : int
        The number of the last change that was on the screen, 0 where there was none.

    Returns
    -------
    int
        Number of the change.

    Raises
    ------
    ConflictError
        There are later changes than the last one seen, or the night was withdrawn.
    NotFoundError
        What should be undone is no change of this night.
    """
    every = changes(connection, night_id)
    last = every[-1].seq if every else 0
    if last != seen:
        raise ConflictError(
            "this night was changed in another window since it was shown here",
            what_to_do="look at what stands now, then make your change again; nothing was lost",
        )
    if kind != "undo" and withdrawal(every) is not None:
        raise withdrawn()
    if kind == "undo" and body not in {each.seq for each in every}:
        raise NotFoundError("there is no such change of this night", where=f"change {body}")
    text = as_text(body)
    row = insert(night_changes).values(
        night_id=night_id, kind=kind, body=text, made_at=stamp.moment, made_by=stamp.who
    )
    seq = added(connection, row)
    note(connection, stamp, f"night: {kind}", "change", str(seq), content=text)
    return seq


def changes(connection: Connection, night_id: str) -> tuple[Change, ...]:
    """Every change ever made to a night, the oldest first."""
    found = connection.execute(
        select(night_changes)
        .where(night_changes.c.night_id == night_id)
        .order_by(night_changes.c.seq)
    )
    return tuple(
        Change(row.seq, row.kind, json.loads(row.body), row.made_at, row.made_by) for row in found
    )


def in_force(every: tuple[Change, ...]) -> tuple[Change, ...]:
    """Changes that count: those not undone. An undo can be undone."""
    undone: set[int] = set()
    for each in reversed(every):
        if each.kind == "undo" and each.seq not in undone:
            undone.add(int(each.body))
    return tuple(each for each in every if each.kind != "undo" and each.seq not in undone)


def withdrawal(every: tuple[Change, ...]) -> Change | None:
    """The change by which a night was withdrawn; None where it stands."""
    return next((each for each in in_force(every) if each.kind == "withdraw"), None)


def withdrawn() -> ConflictError:
    """What is said where something is asked of a night that was withdrawn."""
    return ConflictError(
        "this night was withdrawn",
        expected="a night that stands",
        what_to_do="bring it back first; nothing was lost",
    )


def _night(row: Row[Any]) -> Night:
    return Night(
        row.id,
        row.person_id,
        row.recording,
        row.marks or "",
        row.label,
        row.marks_label,
        date.fromisoformat(row.began_on),
        row.made_at,
        row.made_by,
    )
