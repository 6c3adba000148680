"""Whatever is written into a form stays text: on every page, in the store, in what is exported."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from tests.security.forms import Form, forms_of
from tests.security.house import BASE, House

from ekbom.store import audit_log, facts
from ekbom.store.store import DATABASE

MARK = "marked"
PAYLOADS = (
    f"<script>alert('{MARK}')</script>",
    f'"><img src=x onerror=alert("{MARK}")>',
    f"' autofocus onfocus=alert('{MARK}') x='",
    f"{{{{7*191}}}}{MARK}{{% raw %}}${{7*191}}",
    f"'; DROP TABLE facts; --{MARK}",
    f"=cmd|' /C calc'!A0{MARK}",
    f"\u202egnp.exe\u2066{MARK}",
    f"a\x00b\x1b[31m{MARK}",
    f"javascript:alert('{MARK}')",
    f"../../etc/{MARK}\r\nSet-Cookie: a=b",
    MARK * 2000,
    "\U0001f4a9\ud7ff\uffff" + MARK,
)
# All at once in one field: short enough for most fields to take.
TOGETHER = f"<b id={MARK}>\"'><img src=x onerror=1>{{{{7*191}}}}'; DROP TABLE facts; --"
# Locks the window, or says who is at the desk; tried by themselves below.
DOORS = {"/lock", "/locked"}


def _forms(client: TestClient, house: House) -> Iterator[Form]:
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for path in house.pages:
        answer = client.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for form in forms_of(path, answer.text):
            key = (form.method, form.action, tuple(sorted(form.names)))
            if form.action not in DOORS and key not in seen:
                seen.add(key)
                yield form


def _send(client: TestClient, form: Form, sent: dict[str, str]) -> Any:
    if form.method == "GET":
        return client.get(form.action, params={name: text[:2000] for name, text in sent.items()})
    if form.files:
        files = dict.fromkeys(form.files, ("a.yaml", b"id: x"))
        return client.post(form.action, data=sent, files=files)
    return client.post(form.action, data=sent)


def _assert_text_only(answer: Any, where: object) -> None:
    assert answer.status_code < 500, where
    leads = answer.headers.get("location", "/").removeprefix(BASE)
    assert leads[:1] == "/" and leads[:2] != "//", where
    assert "a=b" not in answer.headers.get("set-cookie", ""), where
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    text = answer.text
    assert not re.search(r"<script>|<img src=x|<b id=mark|onfocus=alert\('marked'\) x='", text)
    assert "1337" not in re.sub(r"[0-9a-f]{16,}", "", text), where
    assert not re.search(r"(?:href|action|src)=\"(?:javascript:|\.\./\.\.)", text), where
    assert not re.search("[\x00\x1b\u202e\u2066]", text), where


def test_the_walk_finds_forms(house: House) -> None:
    found = list(_forms(house.insider(), house))
    actions = {form.action for form in found}
    assert {"/patients/new", "/desk", f"/patients/{house.person}/labs"} <= actions
    assert sum(len(list(form.fields())) for form in found) > 40


def test_a_form_filled_with_attacks_answers_with_text(house: House) -> None:
    client = house.insider()
    for form in list(_forms(client, house)):
        for payload in PAYLOADS:
            answer = _send(client, form, dict.fromkeys(form.names, payload))
            _assert_text_only(answer, (form.action, payload[:40]))
    _assert_whole(client, house)


def test_an_attack_in_each_field_of_a_form_stays_text(house: House) -> None:
    client = house.insider()
    for form in list(_forms(client, house)):
        for name in form.fields():
            answer = _send(client, form, {**form.sent, name: TOGETHER})
            _assert_text_only(answer, (form.action, name))
    _assert_whole(client, house)


def test_addresses_that_attack_are_answered_with_text(house: House) -> None:
    client = house.insider()
    for call in house.calls():
        for payload in (PAYLOADS[0], PAYLOADS[3], PAYLOADS[4]):
            for path in {
                call.path.replace(house.person, payload),
                call.path.replace(house.night, payload),
                re.sub(r"/1(?=/|$)", lambda _, payload=payload: f"/{payload}", call.path),
                f"{call.path.rstrip('/')}/{payload}",
            } - {call.path}:
                answer = client.request(call.method, path)
                _assert_text_only(answer, (call.method, path))
                assert answer.status_code in (204, 303, 307, 404, 405, 409, 422)
    _assert_whole(client, house)


def _assert_whole(client: TestClient, house: House) -> None:
    """Pages show it as text, the log holds, the facts are there, the record reads back."""
    for path in house.pages:
        _assert_text_only(client.get(path), path)
    with house.store.reading() as connection:
        assert audit_log.verify(connection).fault == ""
        people = facts.person_ids(connection)
    assert house.person in people
    for person in people:
        record = client.get(f"/patients/{person}/record.yaml")
        assert record.status_code == 200
        taken = client.post("/patients/import", files={"file": ("r.yaml", record.content)})
        assert taken.status_code == 303, record.text
        again = client.get(f"{taken.headers['location']}/record.yaml")
        assert again.content == record.content
    with closing(sqlite3.connect(house.store.folder / DATABASE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# Tables that spreadsheets open --------------------------------------------------------------------

FORMULA = "=1+1|cmd"


def _assert_no_formula(lines: list[str]) -> None:
    for line in lines:
        for cell in line.split("\t"):
            assert re.fullmatch(r"-?[0-9.e+-]+", cell) or not cell.startswith(
                ("=", "+", "-", "@", "\r")
            ), line


def test_tables_of_a_night_hold_no_formula_of_its_file(tmp_path: Path) -> None:
    """No text of a file goes into a table: there is nothing to put a quote before."""
    import ekbom
    from ekbom.interop.deidentified import write_deidentified
    from ekbom.interop.edf_writing import events_table
    from ekbom.interop.scored_events import scored_events
    from ekbom.report.results import tsv

    marks = tmp_path / "marks.tsv"
    rows = ["onset\tduration\ttrial_type\tchannel\tnote"]
    rows += [f"{20 * n}\t1.5\tLimb movement\t{FORMULA}\t{FORMULA}" for n in range(6)]
    rows += [f"{20 * n + 5}\t3\t{FORMULA}\t@SUM(A1)\t-1+1" for n in range(6)]
    marks.write_text("\n".join(rows) + "\n")
    result = ekbom.score_files(events=marks, left=FORMULA, rules="all")
    _assert_no_formula(list(tsv(result)))
    _assert_no_formula(events_table(scored_events(result, "wasm-2016")).splitlines())
    write_deidentified(marks, tmp_path / "copy.tsv")
    _assert_no_formula((tmp_path / "copy.tsv").read_text().splitlines())
