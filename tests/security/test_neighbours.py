"""Another port of this computer is the same site to a browser: it gets nothing all the same."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.security.house import House
from uvicorn.protocols.http.h11_impl import H11Protocol

from ekbom.app import own_user
from ekbom.app.own_user import OwnUserOnly, user_at
from ekbom.app.sessions import COOKIE
from ekbom.store import audit_log

SITES = ("same-site", "cross-site")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists connections")


@pytest.mark.parametrize("site", SITES)
def test_a_page_of_a_neighbour_is_shown_nothing_and_starts_nothing(house: House, site: str) -> None:
    client = house.insider()
    client.headers.pop("origin")
    client.headers["sec-fetch-site"] = site
    for call in house.calls():
        if call.reads and call.path != "/start":
            assert client.request(call.method, call.path).status_code == 403, call


@pytest.mark.parametrize("site", SITES)
def test_a_neighbour_does_not_keep_a_window_open(house: House, site: str) -> None:
    client, now_s = house.insider(), house.sessions.clock_s()
    house.sessions.clock_s = lambda: now_s + house.sessions.idle_s - 1
    client.get("/used", headers={"sec-fetch-site": site})
    house.sessions.clock_s = lambda: now_s + house.sessions.idle_s + 1
    assert client.get("/").headers["location"] == "/locked"


@pytest.mark.parametrize("site", SITES)
def test_a_link_to_the_first_address_is_followed_by_a_page_of_ours(house: House, site: str) -> None:
    client = house.client()
    answer = client.get(f"/start?key={house.sessions.key}", headers={"sec-fetch-site": site})
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0; url=/welcome"' in answer.text
    assert client.cookies[COOKIE]
    assert client.get("/welcome", headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_a_window_that_was_covered_for_long_stays_open_once_unlocked(house: House) -> None:
    client, now_s = house.insider(), house.sessions.clock_s()
    client.post("/lock")
    house.sessions.clock_s = lambda: now_s + 10 * house.sessions.idle_s
    client.post("/locked", data={"code": house.sessions.code})
    assert client.get("/").status_code == 200


def test_the_log_tells_of_right_and_wrong_codes_and_of_neither_number(house: House) -> None:
    client = house.insider()
    client.post("/lock")
    for code in ("x", house.sessions.code):
        client.post("/locked", data={"code": code})
    house.client().post("/locked", data={"code": "x"}, headers=dict(client.headers))
    with house.store.reading() as connection:
        said = [row for row in audit_log.rows(connection) if row["action"] == "unlock"]
    assert [row["outcome"] for row in said] == ["refused", "done"]
    assert not any(house.sessions.code in map(str, row.values()) for row in said)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection of this program with itself: the one that came, the one here."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as there,
        listening.accept()[0] as here,
    ):
        yield there, here


@linux
def test_a_connection_is_known_by_its_user(ends: tuple[socket.socket, socket.socket]) -> None:
    there, here = ends
    assert user_at(there.getsockname(), here.getsockname()) == os.getuid()


@linux
def test_who_is_gone_at_once_is_nobody(ends: tuple[socket.socket, socket.socket]) -> None:
    there, here = ends
    peer, mine = there.getsockname(), here.getsockname()
    there.close()
    assert user_at(peer, mine) == -1


@linux
def test_a_connection_by_the_newer_addresses_is_known_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        try:
            there = socket.create_connection(("::ffff:127.0.0.1", port))
        except OSError:
            pytest.skip("this computer has no such addresses")
        with there:
            here, peer = listening.accept()
            with here:
                assert user_at(peer, here.getsockname()) == os.getuid()


def test_where_nothing_is_listed_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("  sl  local_address rem_address   st\n")
    for tables in ((), (tmp_path / "none",), (tmp_path / "empty",)):
        assert user_at(("127.0.0.1", 40000), ("127.0.0.1", 8000), tables) is None


@pytest.mark.parametrize(
    ("user", "is_cut"), [(1000, False), (0, False), (None, False), (1001, True), (-1, True)]
)
def test_only_connections_of_the_own_user_are_taken(
    monkeypatch: pytest.MonkeyPatch, user: int | None, is_cut: bool
) -> None:
    cut: list[bool] = []

    class Transport:
        def get_extra_info(self, name: str) -> tuple[str, int]:
            return ("127.0.0.1", 8000 if name == "sockname" else 40000)

        def abort(self) -> None:
            cut.append(True)

    def taken(self: Any, transport: Any) -> None:
        pass

    monkeypatch.setattr(H11Protocol, "connection_made", taken)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.getuid", lambda: 1000, raising=False)
    monkeypatch.setattr(own_user, "user_at", lambda peer, here: user)
    protocol = OwnUserOnly.__new__(OwnUserOnly)
    protocol.connection_made(Transport())  # type: ignore[arg-type]
    assert cut == [True] * is_cut
