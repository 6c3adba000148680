"""The app itself on a server's database, whose address no list of programs shows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.unit.store.conftest import Clock

from ekbom.store import facts
from ekbom.store.stamp import Stamp
from ekbom.store.store import DATABASE, opened

RECORD = {"id": "on-the-server", "person": {"born": "1978-03-14", "sex": "female"}}


def _list_of_patients(first_page: str) -> str:
    where = urlsplit(first_page)
    connection = HTTPConnection(where.netloc, timeout=30)
    connection.request("GET", f"{where.path}?{where.query}")
    answer = connection.getresponse()
    answer.read()
    cookie = answer.headers["set-cookie"].partition(";")[0]
    connection.request("GET", "/", headers={"cookie": cookie})
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def test_the_app_shows_who_is_on_the_server(
    folder: Path, clock: Clock, address: str, stamp: Stamp
) -> None:
    with opened(folder, address=address, clock=clock) as store, store.writing() as connection:
        facts.new_person(connection, RECORD, stamp)
    running = subprocess.Popen(
        [sys.executable, "-m", "ekbom", "serve", "--no-browser", "--store", str(folder)],
        env={**os.environ, "EKBOM_DATABASE": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        first_page = running.stdout.readline().strip()
        if not first_page:
            pytest.fail(running.communicate()[1])
        assert "on-the-server" in _list_of_patients(first_page)
    finally:
        running.send_signal(signal.SIGINT)
        _, said = running.communicate()
    assert "Traceback" not in said
    assert not (folder / DATABASE).exists()
