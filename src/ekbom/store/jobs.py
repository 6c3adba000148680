"""Long work: a row each, so that it survives a restart and can be watched and cancelled."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from ekbom.store.audit_log import note
from ekbom.store.errors import NotFoundError
from ekbom.store.stamp import Stamp, as_text
from ekbom.store.tables import jobs

JobKind = Literal["score", "simulate"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
OPEN: tuple[JobState, ...] = ("waiting", "running")
# A job that ended with the program so often is not begun again.
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of long work.

    Parameters
    ----------
    id, person_id, night_id : str
        Of the job, the person, and the night where it is about one.
    kind : str
        ``score`` a night or ``simulate`` a scenario.
    arguments : object
        What exactly.
    state : str
        ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``.
    share_done : float
        0 to 1.
    says : str
        What it is doing, or why it failed.
    cancel_asked : bool
        Somebody wants it to stop.
    attempts : int
        How often it was begun.
    result_id : str
        What came of it.
    made_at, made_by, changed_at : str
        When it was asked for, by whom, and when it last told something.
    """

    id: str
    person_id: str
    night_id: str
    kind: JobKind
    arguments: Any
    state: JobState
    share_done: float
    says: str
    cancel_asked: bool
    attempts: int
    result_id: str
    made_at: str
    made_by: str
    changed_at: str

    @property
    def is_open(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in OPEN


def ask(
    connection: Connection, kind: JobKind, whose: tuple[str, str], arguments: Any, stamp: Stamp
) -> str:
    """Ask for a piece of work; returns its id.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    kind : str
        See `Job`.
    whose : tuple of str
        Ids of person and night; the night may be empty.
    arguments : object
        What exactly.
    stamp : Stamp
        Who and when.
    """
    job_id = uuid.uuid4().hex
    connection.execute(
        insert(jobs).values(
            id=job_id,
            person_id=whose[0],
            night_id=whose[1] or None,
            kind=kind,
            arguments=as_text(arguments),
            state="waiting",
            share_done=0.0,
            says="waiting for its turn",
            cancel_asked=False,
            attempts=0,
            made_at=stamp.moment,
            made_by=stamp.who,
            changed_at=stamp.moment,
        )
    )
    note(connection, stamp, f"ask to {kind}", "job", job_id)
    return job_id


def job_of(connection: Connection, job_id: str) -> Job:
    """A job by its id.

    Raises
    ------
    NotFoundError
        There is none.
    """
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
    if row is None:
        raise NotFoundError("there is no such job", what_to_do="go back to the patient")
    return _job(row)


def open_jobs(connection: Connection) -> tuple[Job, ...]:
    """Jobs that have not ended, the oldest first."""
    wanted = select(jobs).where(jobs.c.state.in_(OPEN)).order_by(jobs.c.seq)
    return tuple(_job(row) for row in connection.execute(wanted))


def jobs_of(connection: Connection, person_id: str, kind: JobKind) -> tuple[Job, ...]:
    """Every job of a kind that was asked for of a person, the oldest first."""
    wanted = select(jobs).where(jobs.c.person_id == person_id, jobs.c.kind == kind)
    return tuple(_job(row) for row in connection.execute(wanted.order_by(jobs.c.seq)))


def latest_job(connection: Connection, night_id: str) -> Job | None:
    """The latest job of a night."""
    wanted = select(jobs).where(jobs.c.night_id == night_id).order_by(jobs.c.seq.desc())
    row = connection.execute(wanted).first()
    return None if row is None else _job(row)


def tell(connection: Connection, job_id: str, stamp: Stamp, **changed: Any) -> None:
    """Write how far a job is; where it ends, into the log too.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    job_id : str
        The job.
    stamp : Stamp
        Who and when.
    **changed
        Columns of the table and their new values.

    Raises
    ------
    NotFoundError
        There is no such job.
    """
    told = update(jobs).where(jobs.c.id == job_id).values(changed_at=stamp.moment, **changed)
    if connection.execute(told).rowcount == 0:
        raise NotFoundError("there is no such job", what_to_do="go back to the patient")
    if changed.get("state", "running") not in OPEN:
        note(connection, stamp, "end job", "job", job_id, outcome=changed["state"])


def begin_again(connection: Connection, stamp: Stamp) -> None:
    """After a restart: what was running waits again, unless it should not be begun once more."""
    for job in open_jobs(connection):
        if job.state != "running":
            continue
        if job.cancel_asked:
            tell(connection, job.id, stamp, state="cancelled", says="cancelled")
        elif job.attempts >= MOST_ATTEMPTS:
            says = f"the program ended {job.attempts} times while this was being done"
            tell(connection, job.id, stamp, state="failed", says=says)
        else:
            says = "begun again after the program was closed"
            tell(connection, job.id, stamp, state="waiting", share_done=0.0, says=says)


def _job(row: Row[Any]) -> Job:
    return Job(
        row.id,
        row.person_id,
        row.night_id or "",
        row.kind,
        json.loads(row.arguments),
        row.state,
        row.share_done,
        row.says,
        row.cancel_asked,
        row.attempts,
        row.result_id or "",
        row.made_at,
        row.made_by,
        row.changed_at,
    )
