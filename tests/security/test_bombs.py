"""What is small outside and large inside, or only large, is refused before it takes anything."""

from __future__ import annotations

import gzip
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.security.house import NOW, SAMPLE, House

from ekbom.errors import EkbomError
from ekbom.interop.edf import read_recording
from ekbom.interop.patient_files import read_patient
from ekbom.interop.tabular import read_table
from ekbom.knowledge.base import KnowledgeBase

# Far more than a refusal takes, far less than a bomb would.
MOST_BYTES, MOST_S = 120_000_000, 20.0


@contextmanager
def limits() -> Iterator[None]:
    began_s = time.monotonic()
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES
    assert time.monotonic() - began_s < MOST_S


def edf(n_signals: int = 1, n_records: int = 1, per_record: int = 10, data: bytes = b"") -> bytes:
    """A header that declares this, with so much behind it."""
    main = b"0".ljust(8) + b"X".ljust(160) + b"01.01.2022.00.00"
    main += str(256 * (1 + n_signals)).encode().ljust(8) + b" " * 44
    main += str(n_records).encode().ljust(8) + b"1".ljust(8) + str(n_signals).encode().ljust(4)
    widths = ((16, b"EMG LAT"), (80, b""), (8, b"uV"), (8, b"-100"), (8, b"100"))
    widths += ((8, b"-32768"), (8, b"32767"), (80, b""), (8, str(per_record).encode()), (32, b""))
    return main + b"".join(text.ljust(width) * n_signals for width, text in widths) + data


def zipped(n_bytes: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("night.edf", b"\0" * n_bytes)
    return held.getvalue()


XML = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(12))
    + b"]><x>&m;</x>"
)
RECORDINGS = {
    "many signals": edf(n_signals=9999)[:4000],
    "many signals, all there": edf(n_signals=2000, per_record=99999999),
    "many records": edf(n_records=99999999, data=b"\0" * 20),
    "large records": edf(per_record=99999999, data=b"\0" * 20),
    "large records of many": edf(n_records=99999999, per_record=99999999, data=b"\0" * 20),
    "less than none": edf(n_records=-99, per_record=-99),
    "gzip": gzip.compress(b"\0" * 50_000_000),
    "zip": zipped(50_000_000),
    "xml": XML,
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_that_says_it_is_large_is_not_believed(tmp_path: Path, name: str) -> None:
    path = tmp_path / "night.edf"
    path.write_bytes(RECORDINGS[name])
    with limits():
        try:
            found = read_recording(path)
        except EkbomError:
            return
    assert found.duration_s <= 10


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_app_refuses_it_or_asks_and_lives(house: House, name: str) -> None:
    client = house.insider()
    with limits():
        sent = {"recording": ("night.edf", RECORDINGS[name], "application/octet-stream")}
        answer = client.post(f"/patients/{house.person}/nights", files=sent)
        assert answer.status_code in (303, 422), answer.text[:500]
        if answer.status_code == 303:
            looked = client.get(answer.headers["location"])
            assert looked.status_code in (200, 422)
        assert client.get("/").status_code == 200


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(12)
)
RECORDS: dict[str, tuple[str, bytes]] = {
    "aliases": ("r.yaml", ALIASES.encode()),
    "aliases within a record": ("r.yaml", f"id: x\nperson: {{born: 1970}}\n{ALIASES}".encode()),
    "deep lists": ("r.yaml", b"a: " + b"[" * 100_000),
    "deep blocks": ("r.yaml", b"".join(b" " * n + b"a:\n" for n in range(600))),
    "long": ("r.yaml", b"id: " + b"x" * 1_900_000),
    "too long": ("r.yaml", b"id: " + b"x" * 3_000_000),
    "many keys": ("r.yaml", b"".join(b"k%d: 1\n" % n for n in range(5_000))),
    "large number": ("r.yaml", b"id: x\nperson: {born: " + b"9" * 100_000 + b"}"),
    "deep json": ("r.json", b'{"id":' * 100_000),
    "json lists": ("r.json", b'{"a":' + b"[" * 1_000_000),
    "json number": ("r.json", b'{"id": "x", "person": {"born": ' + b"9" * 100_000 + b"}}"),
    "xml": ("r.yaml", XML),
    "gzip": ("r.yaml", gzip.compress(b"a: b\n" * 1_000_000)),
    "zip": ("r.yaml", zipped(1_000_000)),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_that_unfolds_is_refused(
    house: House, knowledge: KnowledgeBase, tmp_path: Path, name: str
) -> None:
    called, content = RECORDS[name]
    client = house.insider()
    (tmp_path / called).write_bytes(content)
    with limits():
        answer = client.post("/patients/import", files={"file": (called, content)})
        assert answer.status_code == 422, answer.text[:500]
        with pytest.raises(EkbomError):
            read_patient(tmp_path / called, knowledge, NOW.date())
    assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    "body",
    [
        lambda: b"&".join(b"f%d=1" % n for n in range(1_000_000)),
        lambda: b"&".join([b"f=1"] * 900_000),
        lambda: b"&" * 500_000,
        lambda: b"code=" + b"x" * 10_000_000,
        lambda: b"name=" + b"%00" * 1_200_000,
    ],
    ids=["many fields", "one field often", "empty fields", "one large", "escapes"],
)
def test_a_form_larger_than_ours_is_refused_everywhere(
    house: House, body: Callable[[], bytes]
) -> None:
    content = body()
    client = house.insider()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for call in house.calls():
        if call.reads or call.path in ("/lock", "/locked"):
            continue
        answer = client.request(call.method, call.path, content=content, headers=headers)
        assert answer.status_code in (200, 303, 400, 404, 409, 413, 422), call
    answer = client.post("/locked", content=content, headers=headers)
    assert answer.status_code in (400, 403, 413, 422)
    assert client.get("/").status_code == 200


def test_a_body_without_an_end_is_cut(house: House) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(400):
            yield b"code=" + b"x" * 100_000

    client = house.client()
    own = {"origin": str(client.base_url), "content-type": "application/x-www-form-urlencoded"}
    with limits():
        assert client.post("/locked", content=endless(), headers=own).status_code == 413


def test_many_files_in_one_form_are_refused(house: House, stranger: TestClient) -> None:
    client = house.insider()
    many = [("file", (f"{n}.yaml", b"id: x")) for n in range(2000)]
    assert client.post("/patients/import", files=many).status_code in (400, 413, 422)
    nights = [("recording", (f"{n}.edf", SAMPLE.read_bytes()[:600])) for n in range(500)]
    answer = client.post(f"/patients/{house.person}/nights", files=nights)
    assert answer.status_code in (303, 400, 413, 422)
    assert client.get("/").status_code == 200


def test_a_night_may_be_larger_than_any_form(house: House) -> None:
    content = edf(n_records=300, per_record=10_000, data=b"\0\1" * 3_000_000)
    client, at = house.insider(), f"/patients/{house.person}/nights"
    assert client.post(at, files={"recording": ("n.edf", content)}).status_code == 303
    assert client.post(f"{at}/files", content=content).status_code in (200, 201)


def test_a_number_without_end_in_a_table_is_looked_at_once() -> None:
    """A pattern that tries every way to cut it in two would hold up every page."""
    lines = ["onset\tduration\ttrial_type", "0" * 100_000 + "x\t1\tLM"]
    with limits(), pytest.raises(EkbomError, match="onset is"):
        read_table(lines, "marks.tsv")
