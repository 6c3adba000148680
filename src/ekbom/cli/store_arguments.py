"""Which store a verb is about: its folder, its passphrase, the address of its database."""

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
DATABASE = "EKBOM_DATABASE"


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


def address() -> str:
    """The address of the database, where it is on a server and the environment says so."""
    return os.environ.get(DATABASE, "")


def _now() -> datetime:
    return datetime.now(UTC)


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
def existing_store(folder: Path, *, of_any_version: bool = False) -> Iterator[Store]:
    """The store of a folder, to look at: none is made, and nothing in it is changed.

    Parameters
    ----------
    folder : Path
        As the user named it.
    of_any_version : bool
        Tables of a later version are no error.

    Raises
    ------
    EkbomError
        There is no store, it is in use, or it cannot be opened.
    """
    with app_installed():
        from ekbom.store.store import DATABASE as FILE
        from ekbom.store.store import looked_at
        from ekbom.store.upgrading import check_known, version_of
    database = folder / FILE
    is_there = folder.is_dir() if address() else database.is_file() and database.stat().st_size
    if not is_there:
        raise EkbomError(
            "there is no store in this folder",
            expected=f"a folder that holds {FILE}",
            where=str(folder),
            what_to_do="name the folder of the store: --store FOLDER",
        )
    with looked_at(folder, address=address(), passphrase=passphrase(), clock=_now) as store:
        if not of_any_version:
            check_known(version_of(store.engine))
        yield store
