"""The log of who did what: every row holds the hash of the one before, so that none can go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from ekbom.store.stamp import Stamp, as_text, moment_of
from ekbom.store.tables import audit, facts, night_changes, results

BEGINNING = "0" * 64
# Clocks are set by seconds now and then; more is a mistake.
_WANDERS = timedelta(minutes=1)
_RECENT_ROWS = 500
_HASHED = (
    "at",
    "who",
    "action",
    "object_kind",
    "object_id",
    "object_sha256",
    "outcome",
    "previous",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the log is whole.

    Parameters
    ----------
    n_rows : int
        Rows looked at.
    fault : str
        The first thing that is wrong; empty where nothing is.
    last_hash : str
        Of the last row: written down elsewhere, it also shows that no row was cut off at the end.
    """

    n_rows: int
    fault: str
    last_hash: str


def hash_of(row: dict[str, Any]) -> str:
    """SHA-256 of a row with the hash of the one before it."""
    return hashlib.sha256(as_text([row[name] for name in _HASHED]).encode()).hexdigest()


def note(
    connection: Connection,
    stamp: Stamp,
    action: str,
    object_kind: str,
    object_id: str,
    *,
    content: bytes | str = b"",
    outcome: str = "done",
) -> str:
    """Add a row, within the transaction of what it tells of.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    stamp : Stamp
        Who and when.
    action : str
        What was done, such as ``state fact``.
    object_kind, object_id : str
        To what: a table's kind and its key. No value and no name goes into the log.
    content : bytes or str
        What was written; only its hash is kept.
    outcome : str
        ``done``, ``refused`` or ``failed``.

    Returns
    -------
    str
        Hash of the new row.
    """
    latest = select(audit.c.at, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    found = connection.execute(latest).first()
    at, previous = ("", BEGINNING) if found is None else found
    if at > moment_of(stamp.at + _WANDERS):
        previous = _add(connection, stamp, ("clock set back", "clock", ""), "", "done", previous)
    raw = content.encode() if isinstance(content, str) else content
    what = (action, object_kind, object_id)
    return _add(connection, stamp, what, _hash_of_content(raw), outcome, previous)


def _add(
    connection: Connection,
    stamp: Stamp,
    what: tuple[str, str, str],
    sha256: str,
    outcome: str,
    previous: str,
) -> str:
    action, object_kind, object_id = what
    row = {
        "at": stamp.moment,
        "who": stamp.who,
        "action": action,
        "object_kind": object_kind,
        "object_id": object_id,
        "object_sha256": sha256,
        "outcome": outcome,
        "previous": previous,
    }
    row["hash"] = hash_of(row)
    connection.execute(insert(audit).values(row))
    return row["hash"]


def ahead_of(connection: Connection, now: datetime) -> str:
    """The latest moment of the recent rows, where it is after now; empty where none is.

    Parameters
    ----------
    connection : Connection
        Reading is enough.
    now : datetime
        With its time zone.
    """
    recent = select(audit.c.at).order_by(audit.c.seq.desc()).limit(_RECENT_ROWS).subquery()
    latest = connection.execute(select(func.max(recent.c.at))).scalar() or ""
    return latest if latest > moment_of(now + _WANDERS) else ""


def rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """All rows, the oldest first."""
    every = select(audit).order_by(audit.c.seq).execution_options(yield_per=500)
    # Whoever looks at some of them only lets go of the rest too.
    with connection.execute(every) as found:
        for row in found.mappings():
            yield dict(row)


def verify(connection: Connection) -> Verdict:
    """Whether every row fits its hash, and the row before it.

    Parameters
    ----------
    connection : Connection
        Reading is enough.
    """
    previous, n_rows = BEGINNING, 0
    for row in rows(connection):
        n_rows += 1
        if row["previous"] != previous:
            fault = f"row {row['seq']} does not follow the row before it: one was removed or added"
            return Verdict(n_rows, fault, previous)
        if hash_of(row) != row["hash"]:
            return Verdict(n_rows, f"row {row['seq']} was changed after it was written", previous)
        previous = row["hash"]
    return Verdict(n_rows, "", previous)


def holds(connection: Connection, wanted: str) -> bool:
    """Whether a hash that was written down elsewhere is still one of the log.

    Parameters
    ----------
    connection : Connection
        Reading is enough.
    wanted : str
        The hash of a row.
    """
    return connection.execute(select(audit.c.seq).where(audit.c.hash == wanted)).first() is not None


def unlike_the_log(connection: Connection) -> str:
    """What is not as the log says it was stated, changed or kept; empty where all is.

    Parameters
    ----------
    connection : Connection
        Reading is enough.
    """
    told: dict[str, dict[str, str]] = {kind: {} for kind, *_ in _TOLD}
    for row in rows(connection):
        if row["object_kind"] in told and row["outcome"] == "done":
            # The first row tells how it came in; later ones that it was taken out.
            told[row["object_kind"]].setdefault(row["object_id"], row["object_sha256"])
    for kind, key, content in _TOLD:
        left = told[kind]
        for id_, body in connection.execute(select(key, content).order_by(key)):
            if left.pop(str(id_), None) != _hash_of_content((body or "").encode()):
                return f"{kind} {id_} is not the one that the log tells of"
        if left:
            return f"{kind} {next(iter(left))} was removed"
    return ""


# Kinds of what the log tells of with a hash: under which key, and of what.
_TOLD = (
    ("fact", facts.c.seq, facts.c.body),
    ("change", night_changes.c.seq, night_changes.c.body),
    ("result", results.c.id, results.c.sha256),
)


def _hash_of_content(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest() if raw else ""
