"""Nobody gets in without the key of this start; who was away too long is asked for the code."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.security.house import BASE, House

from ekbom.app.sessions import COOKIE

DOORS = {"/start", "/lock", "/locked"}
OWN = {"origin": BASE, "sec-fetch-site": "same-origin"}


def _assert_door(client: TestClient, house: House, where: str, signs: dict[str, str]) -> None:
    for call in house.calls():
        if call.path in DOORS or call.path.startswith("/static/"):
            continue
        answer = client.request(call.method, call.path, headers=signs)
        if call.reads:
            assert (answer.status_code, answer.headers["location"]) == (303, where), call
        else:
            assert answer.status_code == 401, call
        part = client.request(call.method, call.path, headers={**signs, "hx-request": "true"})
        assert (part.status_code, part.headers["hx-redirect"]) == (204, where), call
        assert part.content == b""


def test_nobody_gets_past_the_door_without_a_cookie(house: House) -> None:
    _assert_door(house.client(), house, "/start", OWN)


@pytest.mark.parametrize("cookie", ["wrong", "", "x" * 5000, "' OR 1=1"])
def test_a_wrong_cookie_opens_nothing(house: House, cookie: str) -> None:
    house.insider()
    _assert_door(house.client(), house, "/start", {**OWN, "cookie": f'{COOKIE}="{cookie}"'})


def test_a_locked_window_shows_nothing(house: House) -> None:
    client = house.insider()
    assert client.post("/lock").status_code == 303
    _assert_door(client, house, "/locked", OWN)
    assert client.post("/locked", data={"code": house.sessions.code}).status_code == 303
    assert client.get("/").status_code == 200


def test_a_window_that_nobody_used_is_locked(house: House) -> None:
    client, now_s = house.insider(), house.sessions.clock_s()
    house.sessions.clock_s = lambda: now_s + house.sessions.idle_s + 1
    _assert_door(client, house, "/locked", OWN)


def test_a_key_opens_once(house: House) -> None:
    key = house.sessions.key
    assert house.client().get(f"/start?key={key}").status_code == 303
    again = house.client().get(f"/start?key={key}")
    assert again.status_code == 403
    assert COOKIE not in again.headers.get("set-cookie", "")
    for wrong in ("", "x", key[:-1], key + "x", "ä", "\x00"):
        assert house.client().get("/start", params={"key": wrong}).status_code == 403


def test_a_code_that_is_guessed_is_worth_nothing_any_more(house: House) -> None:
    client = house.insider()
    client.post("/lock")
    wrong = f"{(int(house.sessions.code) + 1) % 10**6:06d}"
    for _ in range(5):
        assert client.post("/locked", data={"code": wrong}).status_code == 403
    assert client.post("/locked", data={"code": house.sessions.code}).status_code == 403
    assert client.get("/").headers["location"] == "/locked"


def test_a_stranger_cannot_use_up_the_guesses_of_somebody(house: House) -> None:
    client = house.insider()
    client.post("/lock")
    for _ in range(20):
        assert house.client().post("/locked", data={"code": "1"}, headers=OWN).status_code == 403
    assert client.post("/locked", data={"code": house.sessions.code}).status_code == 303
