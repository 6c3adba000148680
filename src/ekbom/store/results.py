"""Results: what was made, from which inputs, by which knowledge and version."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select

from ekbom.store.audit_log import note
from ekbom.store.stamp import Stamp, as_text
from ekbom.store.tables import results

ResultKind = Literal["night", "consultation", "simulation"]


@dataclass(frozen=True, slots=True)
class Made:
    """What a result was made by.

    Parameters
    ----------
    inputs : object
        Everything it follows from: hashes of files, settings, facts.
    knowledge_hash : str
        Of the knowledge base.
    editions : object
        Subject and edition.
    version : str
        Of ekbom.
    """

    inputs: Any
    knowledge_hash: str
    editions: Any
    version: str


@dataclass(frozen=True, slots=True)
class Result:
    """A result that was kept.

    Parameters
    ----------
    id, person_id, night_id : str
        Of the result, the person, and the night where it is one of a night.
    kind : str
        ``night``, ``consultation`` or ``simulation``.
    sha256 : str
        Its file.
    made : Made
        What it was made by.
    made_at, made_by : str
        When (UTC) and for whom.
    """

    id: str
    person_id: str
    night_id: str
    kind: ResultKind
    sha256: str
    made: Made
    made_at: str
    made_by: str


def keep(
    connection: Connection,
    kind: ResultKind,
    whose: tuple[str, str],
    sha256: str,
    made: Made,
    stamp: Stamp,
) -> str:
    """Keep a result whose file was kept.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    kind : str
        See `Result`.
    whose : tuple of str
        Ids of person and night; the night may be empty.
    sha256 : str
        Of the file.
    made : Made
        What it was made by.
    stamp : Stamp
        Who and when.

    Returns
    -------
    str
        Id of the result.
    """
    result_id = uuid.uuid4().hex
    person_id, night_id = whose
    connection.execute(
        insert(results).values(
            id=result_id,
            person_id=person_id,
            night_id=night_id or None,
            kind=kind,
            inputs=as_text(made.inputs),
            sha256=sha256,
            knowledge_hash=made.knowledge_hash,
            editions=as_text(made.editions),
            version=made.version,
            made_at=stamp.moment,
            made_by=stamp.who,
        )
    )
    note(connection, stamp, f"keep {kind}", "result", result_id, content=sha256)
    return result_id


def results_of(connection: Connection, person_id: str, kind: ResultKind) -> tuple[Result, ...]:
    """Results of a kind of one person, the oldest first."""
    wanted = select(results).where(results.c.person_id == person_id, results.c.kind == kind)
    return tuple(_result(row) for row in connection.execute(wanted.order_by(results.c.seq)))


def latest_of_night(connection: Connection, night_id: str) -> Result | None:
    """The latest result of a night."""
    wanted = select(results).where(results.c.night_id == night_id)
    row = connection.execute(wanted.order_by(results.c.seq.desc())).first()
    return None if row is None else _result(row)


def _result(row: Row[Any]) -> Result:
    made = Made(json.loads(row.inputs), row.knowledge_hash, json.loads(row.editions), row.version)
    return Result(
        row.id,
        row.person_id,
        row.night_id or "",
        row.kind,
        row.sha256,
        made,
        row.made_at,
        row.made_by,
    )
