"""Names from outside are only ever shown: no path is made of one, and no file is found by one."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from tests.security.house import SAMPLE, House

from ekbom.app.rendering import STATIC
from ekbom.store import blobs, nights
from ekbom.store.errors import NotFoundError

NAMES = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "C:\\secret.edf",
    "CON",
    "NUL.edf",
    "aux.yaml",
    ".",
    "..",
    "....//....//x",
    "a\x00.edf",
    "x" * 300 + ".edf",
    "\u202efde.exe",
    "\U0001f6cf\ufe0f\u200d.edf",
    "a\r\nSet-Cookie: a=b",
    'quo"te;filename=x.edf',
    "%00",
    "%2e%2e%2f",
    "~root",
    "$(touch x)",
    "",
)
SECRET = "to nobody"


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _place(house: House) -> Path:
    """The folder that holds the store; a secret lies beside the store and beside the package."""
    place = house.store.folder.parent
    (place / "secret.txt").write_text(SECRET)
    return place


def test_the_name_of_an_upload_leads_nowhere(house: House) -> None:
    client, place = house.insider(), _place(house)
    before = _files(place)
    at = f"/patients/{house.person}/nights"
    content = SAMPLE.read_bytes()
    record = client.get(f"/patients/{house.person}/record.yaml").content
    for name in NAMES:
        # The script sends the file itself, its name beside it.
        headers = {"x-file-name": quote(name), "content-type": "application/octet-stream"}
        for answer in (
            client.post(at, files={"recording": (name or "x", content)}),
            client.post(f"{at}/files", content=content, headers=headers),
            client.post("/patients/import", files={"file": (name or "x", record)}),
        ):
            assert answer.status_code < 500, name
            assert "a=b" not in answer.headers.get("set-cookie", "")
    new = _files(place) - before
    # Only what the store itself names by content, or by chance while it waits.
    assert not [path for path in new if not _is_named_by_the_store(path)], new


def _is_named_by_the_store(path: str) -> bool:
    parts = path.split("/")
    in_store = parts[:1] == ["store"]
    name = parts[-1].removesuffix(".part").removesuffix("-wal").removesuffix("-shm")
    is_hex = bool(name) and set(name) <= set("0123456789abcdef")
    return in_store and (is_hex or name in {"ekbom.sqlite", "cache", "work"})


def test_an_address_leads_to_no_file(house: House) -> None:
    client = house.insider()
    _place(house)
    for stem in {path.rpartition("/")[0] for path in house.pages}:
        for name in NAMES:
            if name.strip(".") == "":
                continue
            for tried in (quote(name), quote(quote(name, safe=""), safe="")):
                answer = client.get(f"{stem}/{tried}")
                assert answer.status_code < 500, (stem, tried)
                assert SECRET not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "../app/server.py",
        "..%2fserver.py",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/server.py",
        "....//server.py",
        "..\\server.py",
        "..%5cserver.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "app.css%00.html",
        "app.css/../../server.py",
        "",
        ".",
        "CON",
    ],
)
def test_the_static_files_are_those_of_their_folder(stranger: TestClient, path: str) -> None:
    answer = stranger.get(f"/static/{path}")
    assert answer.status_code in (303, 404, 405), answer.text[:200]
    assert "def build" not in answer.text and "root:" not in answer.text


def test_static_files_and_nothing_else_are_reached_without_a_session(stranger: TestClient) -> None:
    for path in Path(str(STATIC)).iterdir():
        assert stranger.get(f"/static/{path.name}").content == path.read_bytes()
    for path in ("/static", "/static/../", "/staticx/app.css", "/Static/app.css"):
        assert stranger.get(path).status_code in (303, 307, 404), path


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_blob_is_found_by_its_hash_alone(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        blobs.path_of(tmp_path, name)
    with pytest.raises(NotFoundError):
        blobs.path_of(tmp_path, name, must_exist=False)


def test_names_of_exports_hold_nothing_of_the_files(house: House) -> None:
    client, stamp = house.insider(), house.store.stamp("x")
    for name in NAMES:
        with house.store.writing() as connection:
            blob = blobs.kept(house.store.recordings, SAMPLE.read_bytes())
            began_on = nights.night_of(connection, house.night).began_on
            labels = (name[:300] or "x", "")
            made = nights.add_night(connection, house.person, (blob, None), labels, began_on, stamp)
        said = client.get(f"/patients/{house.person}/nights/{made}/deidentified.edf").headers
        assert said["content-disposition"] == 'attachment; filename="night.edf"'
    assert client.get(f"/patients/{house.person}/export").status_code == 200
    assert client.get(f"/patients/{house.person}/nights").status_code == 200


def test_a_link_in_the_store_is_no_way_out(house: House) -> None:
    place = _place(house)
    name = "ab" + "0" * 62
    folder = house.store.recordings / "ab"
    folder.mkdir(exist_ok=True)
    os.symlink(place / "secret.txt", folder / name)
    client = house.insider()
    answer = client.get(f"/patients/{house.person}/nights/{name}/deidentified.edf")
    assert answer.status_code == 404
    assert SECRET not in answer.text
