"""The same tables on a database server, PostgreSQL: reached by its address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from ekbom.store.database import reaching
from ekbom.store.errors import StoreBusyError, StoreError

_EXPECTED = "such as postgresql://user:password@host/database"
_DRIVER = "postgresql+psycopg"
_NAMES = ("postgresql", "postgres", _DRIVER)
# A path is a socket of this computer.
_HERE = ("", "localhost", "127.0.0.1", "::1")
_CONNECT_S = 10
# What lies between may forget a connection that is silent; the lock of this program is one.
_KEPT_ALIVE_S = 60
_BUSY_MS = 5000
_WAITS_S = 5
# Numbers of locks of our own, which no other program should take.
_WRITES, _HOLDS = 0x656B626F6D01, 0x656B626F6D02


def engine_at(address: str) -> Engine:
    """An engine for the database of an address.

    Parameters
    ----------
    address : str
        ``postgresql://user:password@host/database``. To another computer, the connection is
        encrypted and the server's certificate checked, unless ``?sslmode=`` says otherwise.

    Raises
    ------
    StoreError
        It is no such address, or the extra is missing. The address is not repeated: it may hold a
        password.
    """
    try:
        engine = create_engine(
            _checked(address),
            pool_pre_ping=True,
            pool_timeout=_WAITS_S,
            hide_parameters=True,
            connect_args={"connect_timeout": _CONNECT_S, "keepalives_idle": _KEPT_ALIVE_S},
        )
    except ImportError as error:
        raise StoreError(
            "the database is on a server, and what reaches it is not installed",
            expected="the extra of ekbom named postgresql",
            what_to_do='install it: pip install "ekbom[app,postgresql]"',
        ) from error
    event.listen(engine, "begin", _begin)
    return engine


def _checked(address: str) -> URL:
    try:
        url = make_url(address)
    # A port that is no number is a ValueError.
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _NAMES or not url.database:
        raise StoreError(
            "the address of the database is not one of a PostgreSQL server",
            expected=_EXPECTED,
            what_to_do="correct EKBOM_DATABASE, or leave it out to keep the database in the folder",
        ) from None
    host = str(url.query.get("host", url.host or ""))
    if host not in _HERE and not host.startswith("/") and "sslmode" not in url.query:
        url = url.update_query_dict({"sslmode": "verify-full"})
    return url.set(drivername=_DRIVER)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("holds"):
        return
    if options.get("writes"):
        # One after the other: each row of the log follows the one before.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_BUSY_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITES})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@contextmanager
def held(engine: Engine) -> Iterator[None]:
    """The database for this program alone, from whichever computer others come.

    Parameters
    ----------
    engine : Engine
        See `engine_at`.

    Raises
    ------
    StoreBusyError
        Another program has it open.
    StoreError
        The server cannot be reached.
    """
    with reaching(engine), engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT", holds=True)
        # It is closed at the end, and with it the lock goes.
        connection.detach()
        asked = text(f"SELECT pg_try_advisory_lock({_HOLDS})")
        if not connection.execute(asked).scalar():
            raise StoreBusyError(
                "another ekbom is using this database",
                what_to_do="close that program first, on whichever computer it runs",
            )
        yield
