"""The app running: a socket on this computer, a server on it, a browser before it."""

from __future__ import annotations

import os
import socket
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from ekbom.app.desk import Desk
from ekbom.app.first_patient import first_patient
from ekbom.app.own_user import OwnUserOnly
from ekbom.app.security import Address
from ekbom.app.server import build
from ekbom.app.sessions import Sessions
from ekbom.errors import UsageError
from ekbom.knowledge.loading import load
from ekbom.store.store import opened

_HOST = "127.0.0.1"
# Connections beyond this are told to come again, so that the pages stay quick.
_MOST_CONNECTIONS = 1000
_WAITING = 2048
# Those waiting and those served at once, and the files of the store: many systems begin with less.
_MOST_FILES = 8192


@dataclass(frozen=True, slots=True)
class Place:
    """Where the store is.

    Parameters
    ----------
    folder : Path
        Of its files.
    passphrase : str, optional
        Of an encrypted database.
    address : str
        Of a database on a server; empty where it is in the folder.
    """

    folder: Path
    passphrase: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """How the app is opened.

    Parameters
    ----------
    who : str
        Who is at the desk.
    port : int
        0 for a free one.
    idle_s : float
        Seconds without use after which pages lock.
    opens_browser : bool
        Open the first page.
    patient : Path, optional
        Record file of the patient whose page comes first.
    """

    who: str
    port: int
    idle_s: float
    opens_browser: bool
    patient: Path | None = None


def serve(
    place: Place,
    opening: Opening,
    clock: Callable[[], datetime],
    told: Callable[[str, str], None],
) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    place : Place
        Of the store.
    opening : Opening
        How.
    clock : callable
        Gives the moment, with its time zone.
    told : callable
        Told the first address and the code that unlocks, once it listens.
    """
    _allow_files()
    listening = _listening(opening.port)
    database = opened(place.folder, address=place.address, passphrase=place.passphrase, clock=clock)
    with listening, database as store:
        port = listening.getsockname()[1]
        desk, sessions = Desk(store, load()), Sessions(opening.who, opening.idle_s)
        if opening.patient is not None:
            person_id = first_patient(desk, opening.patient, opening.who)
            sessions.first_page = f"/patients/{person_id}"
        app = build(desk, sessions, Address.local(port))
        first_page = f"http://{_HOST}:{port}/start?key={sessions.key}"
        told(first_page, sessions.code)
        if opening.opens_browser:
            webbrowser.open(first_page)
        uvicorn.Server(_config(app)).run(sockets=[listening])


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=OwnUserOnly,
        ws="none",
        log_level="warning",
        # The log of requests would hold what was looked for.
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=5,
    )


def _allow_files() -> None:
    """As many open files as are needed, where the system allows: each connection is one."""
    try:
        import resource
    except ImportError:
        # Systems without it have no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _listening(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # A port that was just given up may be taken again; elsewhere this would let another
            # program take one that is in use.
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((_HOST, port))
        # From here on a browser that comes early waits instead of being turned away.
        found.listen(_WAITING)
    except OSError as error:
        found.close()
        raise UsageError(
            f"port {port} is taken",
            what_to_do="close the ekbom that is open already, or leave out --port",
        ) from error
    return found
