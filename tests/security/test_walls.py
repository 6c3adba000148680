"""Every route, those added later too: own address, own page, own window, own headers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.loops import in_a_loop
from tests.security.house import BASE, PORT, House

from ekbom.app.security import CONTENT_SECURITY_POLICY
from ekbom.app.sessions import COOKIE
from ekbom.store import audit_log

FOREIGN = (
    {},
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": f"http://127.0.0.1:{PORT + 1}"},
    {"origin": f"https://127.0.0.1:{PORT}"},
    {"origin": f"http://127.0.0.1.evil.example:{PORT}"},
    {"origin": BASE, "sec-fetch-site": "cross-site"},
    {"origin": BASE, "sec-fetch-site": "same-site"},
    {"origin": BASE, "sec-fetch-site": "none"},
    {"sec-fetch-site": "cross-site"},
    {"origin": "http://evil.example", "sec-fetch-site": "same-origin"},
    {"origin": "", "sec-fetch-site": "same-origin"},
    {"referer": f"{BASE}/"},
)
HOSTS = (
    ["evil.example"],
    [f"evil.example:{PORT}"],
    [f"127.0.0.1.evil.example:{PORT}"],
    [f"127.0.0.1:{PORT}.evil.example"],
    ["127.0.0.1"],
    [f"127.0.0.1:{PORT + 1}"],
    [f"0.0.0.0:{PORT}"],
    [""],
    [],
    [f"127.0.0.1:{PORT}", f"127.0.0.1:{PORT}"],
    [f"127.0.0.1:{PORT}", "evil.example"],
    [f"127.0.0.1:{PORT}, evil.example"],
    [f"user@127.0.0.1:{PORT}"],
)


def test_the_walk_finds_the_rooms(house: House) -> None:
    """A walk that finds nothing would pass every test below."""
    paths = {call.path for call in house.calls()}
    assert {"/", "/start", "/locked", "/static/app.css"} <= paths
    assert f"/patients/{house.person}/labs" in paths
    assert sum(not call.reads for call in house.calls()) >= 15
    assert not any("{" in path for path in paths)


@pytest.mark.parametrize("signs", FOREIGN, ids=str)
def test_no_change_comes_from_a_page_of_others(house: House, signs: dict[str, str]) -> None:
    client = house.insider()
    client.headers.pop("origin")
    client.headers.pop("sec-fetch-site")
    before = _n_rows(house)
    for call in house.calls():
        if not call.reads:
            answer = client.request(call.method, call.path, headers=signs, data={"a": "b"})
            assert answer.status_code == 403, call
    assert _n_rows(house) == before


def _n_rows(house: House) -> int:
    with house.store.reading() as connection:
        return sum(1 for _ in audit_log.rows(connection))


def test_other_methods_change_nothing_either(house: House) -> None:
    client = house.client()
    for path in {call.path for call in house.calls()}:
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
            assert client.request(method, path).status_code == 403, (method, path)


def test_the_cookie_is_kept_from_scripts_and_other_sites(house: House) -> None:
    answer = house.client().get(f"/start?key={house.sessions.key}")
    said = answer.headers["set-cookie"]
    assert said.startswith(f"{COOKIE}=")
    parts = {part.strip().casefold() for part in said.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)


async def _status(app: Any, scope: dict[str, Any]) -> int:
    """The status of an answer to exactly these headers, which a client would put right."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        if scope["type"] == "websocket" and not statuses:
            return {"type": "websocket.connect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if "status" in message:
            statuses.append(message["status"])
        assert message["type"] != "websocket.accept"

    await app(scope, receive, send)
    return statuses[0]


def _scope(kind: str, method: str, path: str, headers: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http" if kind == "http" else "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "server": ("127.0.0.1", PORT),
        "client": ("127.0.0.1", 1),
        "extensions": {"websocket.http.response": {}},
    }


@pytest.mark.parametrize("hosts", HOSTS, ids=str)
def test_a_name_that_is_not_ours_is_not_answered(house: House, hosts: list[str]) -> None:
    cookie = house.insider().cookies[COOKIE]
    headers = [("host", host) for host in hosts]
    headers += [("cookie", f"{COOKIE}={cookie}"), ("origin", BASE)]

    async def walk() -> None:
        for call in house.calls():
            scope = _scope("http", call.method, call.path, headers)
            assert await _status(house.app, scope) == 400, call

    in_a_loop(walk())


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", "evil.example"])
def test_no_socket_of_the_web_opens_anywhere(house: House, host: str) -> None:
    cookie = house.insider().cookies[COOKIE]
    headers = [("host", host), ("cookie", f"{COOKIE}={cookie}"), ("origin", BASE)]

    async def walk() -> None:
        for path in (*house.pages, "/ws"):
            await _refused_socket(house.app, _scope("websocket", "GET", path, headers))

    in_a_loop(walk())


async def _refused_socket(app: Any, scope: dict[str, Any]) -> None:
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope["subprotocols"] = []
    await app(scope, receive, send)
    assert said[0]["type"] in {"websocket.close", "websocket.http.response.start"}
    assert said[0].get("status", 400) == 400


def _assert_walled(answer: Any, where: object) -> None:
    headers = answer.headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY, where
    assert headers["x-content-type-options"] == "nosniff", where
    assert headers["x-frame-options"] == "DENY", where
    assert headers["referrer-policy"] == "same-origin", where
    assert "server" not in headers, where
    assert not any(name.startswith("access-control") for name in headers), where


def test_every_answer_carries_the_wall_and_is_not_kept(house: House) -> None:
    for client in (house.client(), house.insider()):
        for call in house.calls():
            answer = client.request(call.method, call.path)
            _assert_walled(answer, call)
            if call.path.startswith("/static/") and answer.status_code == 200:
                # Only an address with the hash of its content is kept for good.
                assert answer.headers["cache-control"] == "no-cache"
                hashed = client.get(f"{call.path}?0123456789abcdef")
                assert "immutable" in hashed.headers["cache-control"]
            else:
                assert answer.headers["cache-control"] == "no-store", call
            assert answer.status_code < 500, call


@pytest.mark.parametrize(
    "path", ["/no-such-page", "/patients/nobody", "/static/none.css", "/static/../../x", "/%00"]
)
def test_a_refusal_carries_the_wall_too(house: House, path: str) -> None:
    answer = house.insider().get(path)
    assert answer.status_code == 404
    _assert_walled(answer, path)
    assert answer.headers["cache-control"] == "no-store"


def test_a_fault_of_the_program_carries_the_wall_and_says_nothing_of_it(house: House) -> None:
    def broken() -> None:
        raise ZeroDivisionError("Muster 4711")

    house.app.router.add_api_route("/broken", broken)
    answer = house.insider().get("/broken")
    assert answer.status_code == 500
    _assert_walled(answer, "/broken")
    assert answer.headers["cache-control"] == "no-store"
    assert "4711" not in answer.text and "ZeroDivision" not in answer.text


def test_no_page_has_a_script_or_style_of_its_own(house: House) -> None:
    client = house.insider()
    for path in house.pages:
        answer = client.get(path)
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        # A file to be kept stands by itself, outside of the app.
        if not is_page or "attachment" in answer.headers.get("content-disposition", ""):
            continue
        assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", answer.text), path
        assert not re.search(r"<style\b|\sstyle=\"|\son[a-z]+=\"", answer.text), path
        assert not re.search(
            r"(?:src|href|action)=\"(?:https?:)?//", _without_sources(answer.text)
        ), path


def _without_sources(text: str) -> str:
    """Links that a reader may follow to a source are no part of the page."""
    return re.sub(r"<a\b[^>]*>", "", text)
