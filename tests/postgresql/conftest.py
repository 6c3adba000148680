"""A PostgreSQL server of the tests' own, and the same store on it that others have in a file."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import URL
from tests.unit.store.conftest import Clock, clock, folder, night, person, stamp

from ekbom.store.database import writing
from ekbom.store.server import engine_at
from ekbom.store.store import Store, opened

__all__ = ["clock", "folder", "night", "person", "stamp"]

# Where this is set, a missing server is a failure.
NEEDED = "EKBOM_NEEDS_POSTGRESQL"
PASSWORD = "a: pass/word @of % tests"


@dataclass(frozen=True)
class Server:
    """A server that was started.

    Parameters
    ----------
    programs : Path
        Folder of the programs of PostgreSQL.
    place : Path
        Of its data and its socket; short, for sockets have short names.
    """

    programs: Path
    place: Path

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL: it refuses to run for root."""
        user = "nobody" if os.getuid() == 0 else None
        subprocess.run(
            [str(self.programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            user=user,
            cwd=self.place,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )

    def start(self) -> None:
        """Start it; it listens on a socket of its folder only."""
        # Nothing of a test need survive the machine.
        options = f"-k {self.place} -c listen_addresses= -c fsync=off"
        log = str(self.place / "log")
        self.run("pg_ctl", "-D", str(self.place / "data"), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self.run("pg_ctl", "-D", str(self.place / "data"), "-w", "-m", "immediate", "stop")

    def address(self, schema: str, password: str = PASSWORD) -> str:
        """As a user gives it; a schema of its own is as good as a database, and sooner there."""
        where = {"host": str(self.place), "options": f"-csearch_path={schema}"}
        url = URL.create("postgresql", "ekbom", password, database="postgres", query=where)
        return url.render_as_string(hide_password=False)


def _programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "pg_ctl").exists()), None)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    programs = _programs()
    if programs is None or os.name != "posix":
        if os.environ.get(NEEDED):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    place = Path(tempfile.mkdtemp(prefix="ekbom-"))
    try:
        if os.getuid() == 0:
            shutil.chown(place, "nobody")
        found = Server(programs, place)
        (place / "password").write_text(PASSWORD)
        (place / "password").chmod(0o644)
        found.run(
            "initdb",
            *("-D", str(place / "data"), "-U", "ekbom", "--pwfile", str(place / "password")),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"),
        )
        found.start()
        yield found
        found.stop()
    finally:
        shutil.rmtree(place)


@pytest.fixture
def address(server: Server) -> str:
    """Of a database that is new."""
    schema = f"ekbom_{secrets.token_hex(6)}"
    engine = engine_at(server.address("public"))
    with writing(engine) as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    engine.dispose()
    return server.address(schema)


@pytest.fixture
def store(folder: Path, address: str, clock: Clock) -> Iterator[Store]:
    with opened(folder, address=address, clock=clock) as found:
        assert found.engine.dialect.name == "postgresql"
        yield found
