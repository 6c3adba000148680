"""A clock that stands before what was written already: said, and nothing is mixed by it."""

from __future__ import annotations

from datetime import UTC

from ekbom.store.audit_log import ahead_of
from ekbom.store.store import Store


def clock_says(store: Store) -> str:
    """What a clock that is behind a recent entry means, in words; empty where it is not.

    Parameters
    ----------
    store : Store
        Open.
    """
    now = store.clock()
    with store.reading() as connection:
        ahead = ahead_of(connection, now)
    if not ahead:
        return ""
    return (
        f"It shows {now.astimezone(UTC):%Y-%m-%d %H:%M}, but an entry was made at "
        f"{ahead[:16].replace('T', ' ')} UTC: it is wrong now, or was then. Entries keep their "
        "order"
    )
