"""The app running: a socket on this computer, a server on it, a browser before it."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from ekbom.app.desk import Desk
from ekbom.app.first_patient import first_patient
from ekbom.app.listening import Listening, listening
from ekbom.app.own_user import OwnUserOnly
from ekbom.app.server import build
from ekbom.app.sessions import Sessions
from ekbom.knowledge.loading import load
from ekbom.store.store import opened

# Connections beyond this are told to come again, so that the pages stay quick.
_MOST_CONNECTIONS = 1000
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
    at : Listening
        Where it listens.
    idle_s : float
        Seconds without use after which pages lock.
    opens_browser : bool
        Open the first page.
    patient : Path, optional
        Record file of the patient whose page comes first.
    """

    who: str
    at: Listening
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
    opened_at = listening(opening.at)
    database = opened(place.folder, address=place.address, passphrase=place.passphrase, clock=clock)
    with opened_at, database as store:
        port = opened_at.getsockname()[1]
        desk, sessions = Desk(store, load()), Sessions(opening.who, opening.idle_s)
        if opening.patient is not None:
            person_id = first_patient(desk, opening.patient, opening.who)
            sessions.first_page = f"/patients/{person_id}"
        app = build(desk, sessions, opening.at.address(port))
        app.state.is_beyond = opening.at.is_beyond
        first_page = f"{opening.at.base(port)}/start?key={sessions.key}"
        told(first_page, sessions.code)
        if opening.opens_browser:
            webbrowser.open(first_page)
        uvicorn.Server(_config(app, opening.at)).run(sockets=[opened_at])


def _config(app: FastAPI, at: Listening) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        # From another computer nobody is a user of this one.
        http="h11" if at.is_beyond else OwnUserOnly,
        ssl_certfile=at.certificate,
        ssl_keyfile=at.private_key,
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
