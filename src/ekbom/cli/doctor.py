"""``ekbom doctor``: whether the store of the app is well."""

from __future__ import annotations

import argparse
from typing import Any

from ekbom.cli.store_arguments import add_store, existing_store

_WELL, _ILL = 0, 1
_SAYS = {"well": "ok", "note": "note", "ill": "FAULT"}


def register(subparsers: Any) -> None:
    """Add the verb ``doctor`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "doctor",
        help="check the database, the log, permissions and every file of the app",
        description="Looks at everything the app keeps; every recording and result is compared "
        "with its hash, and nothing is changed. Exit status 1 where something is wrong. Close the "
        "app first. The passphrase of an encrypted store is read from the environment, "
        "EKBOM_PASSPHRASE.",
    )
    add_store(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look at the store; the exit status."""
    n_faults = 0
    with existing_store(args.store, of_any_version=True) as store:
        from ekbom.store.doctor import examine

        for check in examine(store):
            n_faults += check.state == "ill"
            print(f"{_SAYS[check.state]:5}  {check.name}: {check.says}", flush=True)
            if check.what_to_do:
                print(f"       what to do: {check.what_to_do}")
    print(f"{n_faults} faults" if n_faults != 1 else "1 fault")
    return _ILL if n_faults else _WELL
