"""Which store a verb is about: its folder, and the passphrase where it is encrypted."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ekbom.errors import EkbomError, UsageError

if TYPE_CHECKING:
    from ekbom.store.store import Store

# Never an argument: those are seen by every program of the computer.
PASSPHRASE = "EKBOM_PASSPHRASE"


def default_folder() -> Path:
    """Where the store of this user is."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "ekbom"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "ekbom"


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add ``--store FOLDER``."""
    parser.add_argument(
        "--store",
        type=Path,
        metavar="FOLDER",
        default=default_folder(),
        help="default: %(default)s",
    )


def passphrase() -> str | None:
    """The passphrase of an encrypted store, where the environment holds one."""
    return os.environ.get(PASSPHRASE) or None


@contextmanager
def app_installed() -> Iterator[None]:
    """Say what to install where the extra for the app is missing."""
    try:
        yield
    except ImportError as error:
        raise UsageError(
            f"the app is not installed ({error.name} is missing)",
            what_to_do='install it: pip install "ekbom[app]"',
        ) from error


@contextmanager
def existing_store(folder: Path) -> Iterator[Store]:
    """The store of a folder; none is made where there is none.

    Parameters
    ----------
    folder : Path
        As the user named it.

    Raises
    ------
    EkbomError
        There is no store, it is in use, or it cannot be opened.
    """
    with app_installed():
        from ekbom.store.store import DATABASE, opened
    database = folder / DATABASE
    # An empty file is a database without tables: a verb that only looks must not fill it.
    if not database.is_file() or database.stat().st_size == 0:
        raise EkbomError(
            "there is no store in this folder",
            expected=f"a folder that holds {DATABASE}",
            where=str(folder),
            what_to_do="name the folder of the store: --store FOLDER",
        )
    with opened(folder, passphrase=passphrase(), clock=lambda: datetime.now(UTC)) as store:
        yield store
