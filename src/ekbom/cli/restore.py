"""``ekbom restore``: a backup brought back into a new folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ekbom.cli.store_arguments import add_store, app_installed


def register(subparsers: Any) -> None:
    """Add the verb ``restore`` to the parsers of ``argparse``."""
    parser = subparsers.add_parser(
        "restore",
        help="bring a backup back into a new folder",
        description="Every file is checked before anything appears in the folder, which must be "
        "new or empty: a store is never written over.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="written by: ekbom backup")
    add_store(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Bring the backup back; the exit status."""
    with app_installed():
        from ekbom.store.backup import restore
    n_files = restore(args.file, args.store)
    print(f"{n_files} files brought back into {args.store}")
    print("Check it with: ekbom doctor")
    return 0
