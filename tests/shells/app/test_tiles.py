"""What the viewer asks for: the night as it is, bounded questions, and nothing before its time."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ekbom.app.nights.files import cache_of, pyramid_of
from ekbom.app.nights.pyramid import build_pyramid
from ekbom.store.store import Store


@pytest.fixture
def shown(kept: str, store: Store, short_night: Path) -> str:
    """Address of a night whose signals are prepared for the screen."""
    build_pyramid(short_night, pyramid_of(store, kept.rpartition("/")[2]), lambda share: None)
    return kept


def test_the_legs_come_first_and_alike_with_what_is_marked(client: TestClient, shown: str) -> None:
    view = client.get(f"{shown}/view.json").json()
    legs = view["channels"][:2]
    assert [(leg["label"], leg["side"], leg["unit"]) for leg in legs] == [
        ("EMG LAT", "left", "µV"),
        ("EMG RAT", "right", "µV"),
    ]
    assert legs[0]["half"] == legs[1]["half"] > 0
    assert view["duration_s"] == 2700
    assert view["start"].endswith("T22:00:00")
    assert (view["hypnogram"]["epoch_s"], len(view["hypnogram"]["stages"])) == (30, 90)
    assert set(view["hypnogram"]["stages"]) <= {"W", "N1", "N2", "N3", "R", "?"}
    assert view["gaps"] == []
    assert set(view["lights"]) == {"off_s", "on_s"}


def test_a_tile_holds_the_channels_asked_for(client: TestClient, shown: str) -> None:
    answer = client.get(f"{shown}/tile?t0=0&t1=2700&px=400&channels=1,0")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "no-store"
    magic, value_bytes, n_blocks, _ = struct.unpack_from("<4sIII", answer.content)
    assert (magic, value_bytes, n_blocks) == (b"EKT1", 2, 2)
    assert struct.unpack_from("<III", answer.content, 16) == (1, 2, 400)
    assert len(client.get(f"{shown}/tile?t0=0&t1=2700&px=400").content) > len(answer.content)


# What is asked, and what the answer names.
IMPOSSIBLE = (
    ("t0=0&t1=nan&px=400", "t1"),
    ("t0=0&t1=inf&px=400", "t1"),
    ("t0=zero&t1=10&px=400", "t0"),
    ("t0=10&t1=10&px=400", "from 10 to 10"),
    ("t0=10&t1=0&px=400", "from 10 to 0"),
    ("t0=-1e300&t1=1e300&px=400", "from"),
    ("t0=0&t1=10&px=7", "px"),
    ("t0=0&t1=10&px=8193", "px"),
    ("t0=0&t1=10&px=-5", "px"),
    ("t0=0&t1=10&px=4e2", "px"),
    ("t0=0&t1=10&px=٣٠٠", "px"),
    ("t0=0&t1=10&px=400&channels=99", "no such channel"),
    ("t0=0&t1=10&px=400&channels=0,,1", "no such channel"),
    ("t0=0&t1=10&px=400&channels=-1", "no such channel"),
)
INCOMPLETE = ("t0=0&t1=10", "t0=0&px=400", f"t0={'0' * 40}&t1=10&px=400")


def test_a_question_that_cannot_be_meant_is_answered_in_words(
    client: TestClient, shown: str
) -> None:
    for asked, says in IMPOSSIBLE:
        answer = client.get(f"{shown}/tile?{asked}")
        assert answer.status_code == 422, asked
        assert says in answer.json()["found"]
        assert answer.json()["expected"]
    for asked in INCOMPLETE:
        assert client.get(f"{shown}/tile?{asked}").status_code == 422, asked


def test_before_they_are_prepared_the_signals_are_said_to_be(
    client: TestClient, kept: str, store: Store
) -> None:
    shutil.rmtree(cache_of(store, kept.rpartition("/")[2]))  # as while it is being scored
    for what in ("view.json", "tile?t0=0&t1=10&px=400"):
        answer = client.get(f"{kept}/{what}")
        assert answer.status_code == 404
        assert answer.json()["is_preparing"] is True


def test_a_measured_night_without_its_pyramid_is_given_one(
    client: TestClient, kept: str, store: Store
) -> None:
    folder = pyramid_of(store, kept.rpartition("/")[2])
    folder.mkdir()
    (folder / "pyramid.json").write_text('{"version": 1, "damaged')
    assert client.get(f"{kept}/view.json").status_code == 200
    assert client.get(f"{kept}/tile?t0=0&t1=10&px=400").status_code == 200


def test_a_night_is_found_under_its_own_patient_only(
    client: TestClient, shown: str, example: str
) -> None:
    other = client.post("/patients/example", data={"name": "nearly-empty"}).headers["location"]
    moved = shown.replace(example, other)
    for what in ("view.json", "tile?t0=0&t1=10&px=400"):
        assert client.get(f"{moved}/{what}").status_code == 404
        assert client.get(f"{shown[:-1]}x/{what}").status_code == 404


def test_a_recording_that_was_lost_is_an_error_that_says_so(
    client: TestClient, shown: str, store: Store
) -> None:
    for path in store.recordings.glob("??/*"):
        path.unlink()
    assert client.get(f"{shown}/view.json").status_code == 200
    assert client.get(f"{shown}/tile?t0=0&t1=10&px=400").status_code == 404


def test_levels_come_with_the_thresholds_they_are_held_against(
    client: TestClient, kept: str
) -> None:
    found = client.get(f"{kept}/levels?t0=0&t1=600&px=500").json()
    assert found["onset_above_rest_uv"] > found["end_above_rest_uv"] > 0
    (left,) = found["legs"]["left"]
    assert len(left["steady_uv"]) == len(left["brief_uv"]) == len(left["rest_uv"]) <= 500
    assert left["first_s"] + left["step_s"] * len(left["steady_uv"]) == pytest.approx(600, abs=3)
    # A movement is found where the level rises above rest by the threshold, and there are some.
    rise = max(a - b for a, b in zip(left["brief_uv"], left["rest_uv"], strict=True))
    assert rise > found["onset_above_rest_uv"]
    assert client.get(f"{kept}/levels?t0=600&t1=0&px=500").status_code == 422
    assert client.get(f"{kept}/levels?t0=0&t1=600&px=500&trial=unknown").status_code == 404


def test_modules_are_asked_for_again_and_hashed_files_kept(client: TestClient) -> None:
    assert client.get("/static/night_rows.js").headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/static/night.js?0123").headers["cache-control"]
