"""The first tables, and what keeps rows from being changed or removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ekbom.store.migrations.frozen import never_changed

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As they were in this version: later changes of the tables are versions of their own.
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.String(32)
_SHA256 = sa.String(64)
_ID = sa.String(32)
_WHO = sa.String(200)
_ADDED_TO_ONLY = (
    "persons",
    "facts",
    "recordings",
    "nights",
    "night_changes",
    "results",
    "audit",
)


def upgrade() -> None:
    """Make every table."""
    _persons_and_facts()
    _recordings_and_nights()
    _results()
    _jobs()
    _audit()
    dialect = op.get_bind().dialect.name
    for table in _ADDED_TO_ONLY:
        for statement in never_changed(table, dialect):
            op.execute(statement)


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=f"pk_{table}")


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")


def _by(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{columns[-1]}", table, list(columns))


def _persons_and_facts() -> None:
    op.create_table(
        "persons",
        sa.Column("id", _ID, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", _WHO, nullable=False),
        _key("persons", "id"),
    )
    op.create_table(
        "facts",
        sa.Column("seq", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("stated_at", _MOMENT, nullable=False),
        sa.Column("stated_by", _WHO, nullable=False),
        sa.Column("replaces", _SEQUENCE),
        sa.CheckConstraint(
            "body IS NOT NULL OR replaces IS NOT NULL", name="ck_facts_states_or_takes_back"
        ),
        _key("facts", "seq"),
        _points("facts", "person_id", "persons.id"),
        _points("facts", "replaces", "facts.seq"),
        sa.UniqueConstraint("replaces", name="uq_facts_replaces"),
    )
    _by("facts", "person_id")
    _by("facts", "person_id", "section")


def _recordings_and_nights() -> None:
    op.create_table(
        "recordings",
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("added_by", _WHO, nullable=False),
        _key("recordings", "sha256"),
    )
    op.create_table(
        "nights",
        sa.Column("seq", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("recording", _SHA256, nullable=False),
        sa.Column("marks", _SHA256),
        sa.Column("label", sa.String(300), nullable=False),
        sa.Column("marks_label", sa.String(300), nullable=False),
        sa.Column("began_on", sa.String(10), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", _WHO, nullable=False),
        _key("nights", "seq"),
        sa.UniqueConstraint("id", name="uq_nights_id"),
        _points("nights", "person_id", "persons.id"),
        _points("nights", "recording", "recordings.sha256"),
        _points("nights", "marks", "recordings.sha256"),
    )
    _by("nights", "person_id")
    op.create_table(
        "night_changes",
        sa.Column("seq", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("night_id", _ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", _WHO, nullable=False),
        _key("night_changes", "seq"),
        _points("night_changes", "night_id", "nights.id"),
    )
    _by("night_changes", "night_id")


def _results() -> None:
    op.create_table(
        "results",
        sa.Column("seq", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("night_id", _ID),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("knowledge_hash", _SHA256, nullable=False),
        sa.Column("editions", sa.Text(), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", _WHO, nullable=False),
        _key("results", "seq"),
        sa.UniqueConstraint("id", name="uq_results_id"),
        _points("results", "person_id", "persons.id"),
        _points("results", "night_id", "nights.id"),
    )
    _by("results", "person_id")
    _by("results", "night_id")


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("seq", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("night_id", _ID),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("share_done", sa.Float(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result_id", _ID),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", _WHO, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        _key("jobs", "seq"),
        sa.UniqueConstraint("id", name="uq_jobs_id"),
        _points("jobs", "person_id", "persons.id"),
        _points("jobs", "night_id", "nights.id"),
        _points("jobs", "result_id", "results.id"),
    )
    for column in ("person_id", "night_id", "state"):
        _by("jobs", column)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", _WHO, nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("object_kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.String(64), nullable=False),
        sa.Column("object_sha256", _SHA256, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("previous", _SHA256, nullable=False),
        sa.Column("hash", _SHA256, nullable=False),
        _key("audit", "seq"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
    )
