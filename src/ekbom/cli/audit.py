"""``ekbom audit``: whether the log of who did what is whole."""

from __future__ import annotations

import argparse
from typing import Any

from ekbom.cli.store_arguments import add_store, existing_store
from ekbom.errors import UsageError

_WHOLE, _FAULTY = 0, 1
_HASH_DIGITS = 64


def register(subparsers: Any) -> None:
    """Add the verb ``audit`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "audit",
        help="check that no row of the log of the app was removed or changed",
        description="The log of the app holds who did what and when. Each row holds the hash of "
        "the one before.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    verify = actions.add_parser(
        "verify",
        help="check every row, and each fact, edit and result against its row",
        description="Prints the hash of the last row. Written down elsewhere and given later as "
        "--last, it also shows that no row was cut off at the end. Exit status 1 where something "
        "is wrong.",
    )
    verify.add_argument("--last", metavar="HASH", help="what an earlier check printed")
    add_store(verify)
    verify.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the log; the exit status."""
    wanted = _hash(args.last)
    with existing_store(args.store) as store:
        from ekbom.store import audit_log

        with store.reading() as connection:
            verdict = audit_log.verify(connection)
            fault = verdict.fault or audit_log.unlike_the_log(connection)
            if not fault and wanted and not audit_log.holds(connection, wanted):
                fault = "the row with the hash given as --last is no longer there"
    if fault:
        print(f"The log is not whole: {fault}.")
        print("Keep the folder as it is, and restore the latest backup into a new one.")
        return _FAULTY
    whole = "each fact, edit and result is as the log tells"
    print(f"{verdict.n_rows} rows, none missing or changed; {whole}.")
    print(f"Last row: {verdict.last_hash}")
    return _WHOLE


def _hash(given: str | None) -> str:
    found = (given or "").strip().lower()
    if given is not None and (
        len(found) != _HASH_DIGITS or not set(found) <= set("0123456789abcdef")
    ):
        raise UsageError(
            f"--last {given!r}",
            expected=f"{_HASH_DIGITS} hexadecimal digits, as an earlier check printed them",
        )
    return found
