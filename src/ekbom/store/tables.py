"""The tables of the store. Facts, changes, results and the log are only ever added to."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Insert,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from ekbom.store.errors import StoreError

# Names of constraints are fixed, so that migrations can speak of them on every database.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite counts up by itself only in a plain INTEGER key.
_Sequence = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = String(32)
_SHA256 = String(64)

persons = Table(
    "persons",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("made_at", _MOMENT, nullable=False),
    Column("made_by", String(200), nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("person_id", ForeignKey(persons.c.id), nullable=False, index=True),
    # A section of the record; `id` and `person` are sections of one fact.
    Column("section", String(40), nullable=False),
    # One entry of the section as JSON; none where an earlier fact is taken back.
    Column("body", Text),
    Column("stated_at", _MOMENT, nullable=False),
    Column("stated_by", String(200), nullable=False),
    # The fact this one stands in the place of. Only one may.
    Column("replaces", ForeignKey("facts.seq"), unique=True),
    CheckConstraint("body IS NOT NULL OR replaces IS NOT NULL", name="states_or_takes_back"),
)

recordings = Table(
    "recordings",
    metadata,
    # Its content is in a file of this name.
    Column("sha256", _SHA256, primary_key=True),
    Column("n_bytes", BigInteger, nullable=False),
    Column("added_at", _MOMENT, nullable=False),
    Column("added_by", String(200), nullable=False),
)

nights = Table(
    "nights",
    metadata,
    # Later is a higher number, whatever the clock of the computer did.
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("person_id", ForeignKey(persons.c.id), nullable=False, index=True),
    Column("recording", ForeignKey(recordings.c.sha256), nullable=False),
    # Stages and events in a file of their own.
    Column("marks", ForeignKey(recordings.c.sha256)),
    # What the files were called: shown, never used as a path.
    Column("label", String(300), nullable=False),
    Column("marks_label", String(300), nullable=False),
    Column("began_on", String(10), nullable=False),
    Column("made_at", _MOMENT, nullable=False),
    Column("made_by", String(200), nullable=False),
)

night_changes = Table(
    "night_changes",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("night_id", ForeignKey(nights.c.id), nullable=False, index=True),
    # settings, reject, accept, add, withdraw, undo
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", _MOMENT, nullable=False),
    Column("made_by", String(200), nullable=False),
)

results = Table(
    "results",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("person_id", ForeignKey(persons.c.id), nullable=False, index=True),
    Column("night_id", ForeignKey(nights.c.id), index=True),
    # night, consultation, simulation
    Column("kind", String(20), nullable=False),
    # What it was made from, as JSON, and the file that holds it.
    Column("inputs", Text, nullable=False),
    Column("sha256", _SHA256, nullable=False),
    Column("knowledge_hash", _SHA256, nullable=False),
    Column("editions", Text, nullable=False),
    Column("version", String(40), nullable=False),
    Column("made_at", _MOMENT, nullable=False),
    Column("made_by", String(200), nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("person_id", ForeignKey(persons.c.id), nullable=False, index=True),
    Column("night_id", ForeignKey(nights.c.id), index=True),
    Column("kind", String(20), nullable=False),
    Column("arguments", Text, nullable=False),
    # waiting, running, done, failed, cancelled
    Column("state", String(12), nullable=False, index=True),
    Column("share_done", Float, nullable=False),
    Column("says", Text, nullable=False),
    Column("cancel_asked", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("result_id", ForeignKey(results.c.id)),
    Column("made_at", _MOMENT, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("changed_at", _MOMENT, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("at", _MOMENT, nullable=False),
    Column("who", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    # What it was done to: a kind and an id of the store, never a name or a value.
    Column("object_kind", String(20), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("object_sha256", _SHA256, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("previous", _SHA256, nullable=False),
    Column("hash", _SHA256, nullable=False, unique=True),
)

Index("ix_facts_section", facts.c.person_id, facts.c.section)

# No row of these is ever changed or removed; the database itself refuses.
ADDED_TO_ONLY = (persons, facts, recordings, nights, night_changes, results, audit)


def added(connection: Connection, row: Insert) -> int:
    """Add a row to a table that counts its rows; returns its number."""
    key = connection.execute(row).inserted_primary_key
    if key is None:
        raise StoreError("the database did not say under which number a row was added")
    return int(key[0])
