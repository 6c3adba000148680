"""The version of the tables: made, brought up to this program's, or found to be later than it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from ekbom.store.database import reading, writing
from ekbom.store.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Version:
    """Which tables a database has.

    Parameters
    ----------
    found : str
        Their version; empty where there are none.
    known : tuple of str
        The versions this program knows, the earliest first.
    """

    found: str
    known: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether the tables are those of this program."""
        return self.found == self.known[-1]

    @property
    def is_later(self) -> bool:
        """Whether a later version of ekbom wrote them."""
        return bool(self.found) and self.found not in self.known


def prepare(engine: Engine) -> None:
    """Make the tables, or bring those of an earlier version up to this one.

    Raises
    ------
    StoreError
        The tables are those of a later version of ekbom; nothing was changed.
    """
    config = _config()
    with _own_files(), writing(engine) as connection:
        version = _version(connection, config)
        check_known(version)
        if not version.is_current:
            config.attributes["connection"] = connection
            upgrade(config, "head")


def version_of(engine: Engine) -> Version:
    """The version of the tables; nothing is changed."""
    with _own_files(), reading(engine) as connection:
        return _version(connection, _config())


def check_known(version: Version) -> None:
    """Refuse tables that this program does not know.

    Raises
    ------
    StoreError
        A later version of ekbom wrote them.
    """
    if version.is_later:
        raise StoreError(
            f"this store was written by a later version of ekbom (its tables are {version.found})",
            expected=f"tables up to {version.known[-1]}",
            what_to_do="install that version of ekbom; nothing was changed here",
        )


@contextmanager
def _own_files() -> Iterator[None]:
    """The history of the tables is in files of the program."""
    try:
        yield
    except (OSError, CommandError) as error:
        raise StoreError(
            f"a file of ekbom itself cannot be read ({error})",
            where=str(MIGRATIONS),
            what_to_do="check the disk, then install ekbom anew; nothing was changed",
        ) from error


def _config() -> Config:
    config = Config()
    # A percent sign would be a variable to the reader of options.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _version(connection: Connection, config: Config) -> Version:
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    known = tuple(each.revision for each in scripts)[::-1]
    if not known:
        raise FileNotFoundError("no version of the tables is there")
    return Version(MigrationContext.configure(connection).get_current_revision() or "", known)
