"""Rows that are never changed: the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterator

_SAYS = "rows of {table} are never changed or removed"


def never_changed(table: str, dialect: str) -> Iterator[str]:
    """Statements after which rows of a table can be added but not changed or removed.

    Parameters
    ----------
    table : str
        Its name, one of our own.
    dialect : str
        ``sqlite`` or ``postgresql``.
    """
    says = _SAYS.format(table=table)
    if dialect == "sqlite":
        for event in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
        return
    yield (
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{says}'; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_kept()"
    )
