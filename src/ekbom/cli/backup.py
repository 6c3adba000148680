"""``ekbom backup``: everything the store holds in one file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from ekbom.cli.progress import Progress
from ekbom.cli.store_arguments import add_store, existing_store
from ekbom.errors import UsageError
from ekbom.interop.files import write_whole

_DONE, _FAULTY = 0, 1


def register(subparsers: Any) -> None:
    """Add the verb ``backup`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "backup",
        help="write everything the app keeps into one file",
        description="Writes the whole file or none. Close the app first. A store that is encrypted "
        "stays so in its database (its passphrase is read from the environment, EKBOM_PASSPHRASE); "
        "recordings and results are not encrypted: keep the file where patients' files are kept.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="such as ekbom-backup.tar")
    add_store(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the backup; the exit status."""
    _check_outside(args.file, args.store)
    n_files = 0
    faults: list[str] = []
    with existing_store(args.store) as store, Progress("backing up", "file") as advance:
        from ekbom.store.backup import write_backup

        def write(file: BinaryIO) -> None:
            nonlocal n_files
            if os.name == "posix":
                os.fchmod(file.fileno(), 0o600)
            n_files = write_backup(
                store, file, advance, faulty=faults.append, beside=args.file.resolve().parent
            )

        write_whole(args.file, write)
    print(f"{n_files} files backed up in {args.file}")
    if not faults:
        return _DONE
    print(
        f"ekbom: {len(faults)} files of the store are missing or damaged, and so they are in this "
        "backup\n  what to do: keep earlier backups, and run: ekbom doctor",
        file=sys.stderr,
    )
    return _FAULTY


def _check_outside(file: Path, folder: Path) -> None:
    """A backup never takes the place of what it backs up."""
    try:
        inside = file.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        # No possible name: writing says so.
        return
    if inside:
        raise UsageError(
            "the backup would be written into the store itself",
            expected="a file outside of it, best on another disk",
            where=str(file),
        )
